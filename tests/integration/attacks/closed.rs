//! Cookies that were copied before an account was closed, deleted or taken over.

use super::*;

const CLOSE: &str = "UPDATE accounts SET active = 0 WHERE id = 1";
const REOPEN: &str = "UPDATE accounts SET active = 1 WHERE id = 1";
const DELETE: &str = "DELETE FROM accounts WHERE id = 1";

/// Another user under the id of alice, with the password of bob.
const SUCCEED: &str = "INSERT INTO accounts
    SELECT 1, 'dave', password_hash, 1 FROM accounts WHERE id = 2";

/// Alice logged in twice, since a copy that was refused once may be refused for that.
fn copies_of_two(site: &Accounts) -> [Vec<String>; 2] {
    [(); 2].map(|()| robbed(&site.server).1)
}

#[track_caller]
fn assert_refused(site: &Accounts, copies: &[String]) {
    for copy in copies.iter().chain(copies) {
        is_nobody(who_has(&site.server, copy));
        let header = format!("Cookie: {copy}\r\n");
        let page = Curl::new(&site.server).get("/account", &header);
        assert_eq!(page.location(), Some("/login?next=%2Faccount"), "{copy}");
    }
}

fn with_accounts(test: &str, attack: impl Fn(&Accounts) + Sync) {
    for store in STORES {
        on(store, || attack(&Accounts::of_a_site_with(store, test)));
    }
}

#[test]
fn cookies_of_a_closed_account_are_refused() {
    with_accounts("closed", |site| {
        let [copies, _] = copies_of_two(site);
        site.run(CLOSE);
        assert_refused(site, &copies);
        let reply = Curl::new(&site.server).post("/login", ALICE);
        assert_eq!((reply.status, reply.cookies().len()), (401, 0));
    });
}

#[test]
fn a_session_that_was_refused_does_not_come_back_with_its_account() {
    with_accounts("reopened", |site| {
        let (alice, copies) = robbed(&site.server);
        site.run(CLOSE);
        let both = alice.cookie_header();
        is_nobody(who_has(&site.server, &both));
        site.run(REOPEN);
        assert_refused(site, &copies);
        is_alice(who(&mut logged_in(&site.server, ALICE)));
    });
}

/// Without a session, and so without what ends together with one.
#[test]
fn a_remember_token_that_was_refused_does_not_come_back_with_its_account() {
    with_accounts("returned", |site| {
        let spare = remembered(&site.server, ALICE);
        is_alice(who_has(&site.server, &pair(&spare, REMEMBER)));
        let token = pair(&remembered(&site.server, ALICE), REMEMBER);
        site.run(CLOSE);
        is_nobody(who_has(&site.server, &token));
        site.run(REOPEN);
        assert_refused(site, &[token]);
    });
}

#[test]
fn cookies_of_a_deleted_account_are_refused() {
    with_accounts("deleted", |site| {
        let [copies, _] = copies_of_two(site);
        site.run(DELETE);
        assert_refused(site, &copies);
    });
}

#[test]
fn cookies_of_a_deleted_account_are_nobody_s_under_its_next_owner() {
    with_accounts("succeeded", |site| {
        let [seen, unseen] = copies_of_two(site);
        site.run(DELETE);
        assert_refused(site, &seen);
        site.run(SUCCEED);
        assert_refused(site, &seen);
        assert_refused(site, &unseen);
        let mut dave = logged_in(&site.server, "username=dave&password=builder");
        assert_eq!(who(&mut dave).as_deref(), Some("dave"));
        assert_refused(site, &unseen);
    });
}

#[test]
fn the_next_owner_of_an_id_can_end_what_is_left_of_the_last_one() {
    let site = Accounts::of_a_site_with("memory", "list");
    let mut phone = remembered(&site.server, ALICE);
    is_alice(who(&mut phone));
    site.run(DELETE);
    site.run(SUCCEED);
    let mut dave = logged_in(&site.server, "username=dave&password=builder");
    dave.post("/sessions/end-others", "");
    let list = dave.get("/sessions", "").body;
    assert!(list.contains("You are logged in nowhere else."), "{list}");
    is_nobody(who(&mut phone));
}

#[test]
fn a_thief_with_a_session_cannot_confirm_it_with_the_next_owners_password() {
    with_accounts("confirm", |site| {
        let [copies, _] = copies_of_two(site);
        site.run(DELETE);
        site.run(SUCCEED);
        for copy in &copies {
            let header =
                format!("Cookie: {copy}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
            let mut thief = Curl::new(&site.server);
            let reply = thief.send("POST", "/reauthenticate", &header, "password=builder");
            assert_eq!(reply.location(), Some("/login"), "{copy}");
        }
    });
}
