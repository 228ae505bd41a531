//! Cookies that were copied before an account was closed, deleted or taken over.

use super::*;

const CLOSE: &str = "UPDATE accounts SET active = 0 WHERE id = 1";
const REOPEN: &str = "UPDATE accounts SET active = 1 WHERE id = 1";
const DELETE: &str = "DELETE FROM accounts WHERE id = 1";

/// Another user under the id of alice, with the password of bob.
const SUCCEED: &str = "INSERT INTO accounts
    SELECT 1, 'dave', password_hash, 1 FROM accounts WHERE id = 2";

/// Alice logged in twice: the copies of one are seen while the account is closed or gone.
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

/// A closed account may be opened again, and a lagging replica may say that it is closed.
#[test]
fn cookies_of_a_closed_account_stay_in_the_browser_and_count_once_it_is_open_again() {
    with_accounts("reopened", |site| {
        let (mut alice, copies) = robbed(&site.server);
        site.run(CLOSE);
        assert_refused(site, &copies);
        let challenged = alice.get("/account", "");
        assert_eq!((challenged.status, challenged.cookies()), (303, vec![]));
        site.run(REOPEN);
        is_alice(who(&mut alice));
        alice.restart();
        is_alice(who(&mut alice));
    });
}

#[test]
fn a_logout_while_the_account_is_closed_ends_every_copy() {
    with_accounts("left", |site| {
        let (mut alice, copies) = robbed(&site.server);
        site.run(CLOSE);
        is_nobody(who(&mut alice));
        assert_eq!(alice.post("/logout", "").status, 303);
        site.run(REOPEN);
        assert_refused(site, &copies);
        is_alice(who(&mut logged_in(&site.server, ALICE)));
    });
}

/// The first thing that the owner does is to log in where they were logged in before.
#[test]
fn a_login_after_the_account_is_open_again_ends_every_copy_of_the_last_one() {
    with_accounts("returned", |site| {
        let (mut alice, copies) = robbed(&site.server);
        site.run(CLOSE);
        is_nobody(who(&mut alice));
        site.run(REOPEN);
        log_in(&mut alice, ALICE);
        assert_refused(site, &copies);
        is_alice(who(&mut alice));
        // The token was good, and the browser has the next one.
        alice.restart();
        is_alice(who(&mut alice));
    });
}

#[test]
fn a_new_password_after_the_account_is_open_again_ends_every_copy() {
    with_accounts("renewed", |site| {
        let (_, copies) = robbed(&site.server);
        site.run(CLOSE);
        site.run(REOPEN);
        let mut phone = logged_in(&site.server, ALICE);
        let changed = phone.post("/password", "new_password=looking-glass");
        assert_eq!(changed.location(), Some("/account"));
        assert_refused(site, &copies);
        is_alice(who(&mut phone));
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
fn cookies_of_a_deleted_account_do_not_count_under_its_next_owner() {
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
