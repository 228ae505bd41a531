use super::*;

#[track_caller]
fn is_nobody(who: &Client, options: &[&str]) {
    let page = who.ask("/account", options);
    let location = page.location();
    assert_eq!(
        (page.status, location),
        (303, Some("/login?next=%2Faccount"))
    );
}

#[test]
fn a_session_ends_where_it_turns_up_at_another_address() {
    let site = Site::start();
    let alice = site.alice();
    let thief = alice.copied_to(ELSEWHERE);
    assert_eq!(alice.ask("/account", &[]).status, 200);
    is_nobody(&thief, &[]);
    // Strong protection ends it for both: the thief may be the one who is at home.
    is_nobody(&alice, &[]);
}

#[track_caller]
fn claims_are_nobodys_address(site: &Site) {
    let all = SPOOFED.map(|claim| ["--header", claim]).concat();
    let twice = [
        "--header",
        SPOOFED[0],
        "--header",
        "X-Forwarded-For: 127.0.0.1",
    ];
    let listed = ["--header", "X-Forwarded-For: 127.0.0.2, 127.0.0.1"];
    let each = SPOOFED.map(|claim| vec!["--header", claim]);
    for claims in each.into_iter().chain([all, twice.into(), listed.into()]) {
        let alice = site.alice();
        is_nobody(&alice.copied_to(ELSEWHERE), &claims);
        is_nobody(&alice, &[]);
    }
}

#[test]
fn a_client_that_claims_the_address_of_another_does_not_get_it() {
    claims_are_nobodys_address(&Site::start());
}

#[test]
fn nor_where_the_proxy_appends_to_what_was_claimed() {
    let theirs = "X-Forwarded-For   $remote_addr";
    let ours = "X-Forwarded-For $proxy_add_x_forwarded_for";
    claims_are_nobodys_address(&Site::start_with(&[(theirs, ours)], 60));
}

#[test]
fn a_client_that_claims_another_address_keeps_its_own() {
    let site = Site::start();
    let alice = site.alice();
    let elsewhere = SPOOFED.map(|claim| claim.replace("127.0.0.2", "127.0.0.3"));
    for claim in &elsewhere {
        let page = alice.ask("/settings", &["--header", claim]);
        assert_eq!((page.status, page.cookies()), (200, vec![]), "{claim}");
    }
    let claims: Vec<_> = elsewhere
        .iter()
        .flat_map(|claim| ["--header", claim])
        .collect();
    let bob = site.client(HERE);
    let form = ["--data", "username=bob", "--data", "password=builder"];
    bob.ask("/login", &[&form[..], &claims].concat());
    let sessions = bob.ask("/sessions", &[]).body;
    assert!(sessions.contains("127.0.0.2"), "{sessions}");
    assert!(!sessions.contains("127.0.0.3"), "{sessions}");
}

#[test]
fn the_application_s_own_handlers_are_told_the_truth_as_well() {
    let site = Site::start();
    let who = site.client(ELSEWHERE);
    for claim in SPOOFED {
        let reply = who.ask("/client_ip", &["--header", claim]);
        assert_eq!(reply.body, "127.0.0.3", "{claim}");
    }
}
