//! Headers in which anybody can claim an address.

use std::net::{IpAddr, Ipv4Addr};

use super::*;

/// Where the thief is; the victim is at 127.0.0.1.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

const CLAIMED: &str = "203.0.113.9";

/// All that servers have ever believed, with this address.
fn claims(address: &str) -> Vec<String> {
    let names = [
        "X-Real-IP",
        "X-Forwarded-For",
        "X-Client-IP",
        "X-Cluster-Client-IP",
        "X-Originating-IP",
        "X-Remote-IP",
        "X-Remote-Addr",
        "True-Client-IP",
        "CF-Connecting-IP",
        "Client-IP",
        "Remote-Addr",
        "X_Forwarded_For",
    ];
    let mut claims: Vec<_> = names
        .iter()
        .map(|name| format!("{name}: {address}\r\n"))
        .collect();
    claims.push(format!("Forwarded: for={address};proto=https\r\n"));
    claims.push(format!("X-Forwarded-For: {address}, 127.0.0.1\r\n"));
    claims.push(format!("Via: 1.1 {address}\r\n"));
    claims.push(claims.concat());
    claims
}

fn thief(victim: &Curl) -> Curl {
    let mut thief = victim.clone();
    thief.from = ELSEWHERE;
    thief
}

fn strong(store: &str) -> Server {
    site(store, "strong")
}

#[test]
fn a_claimed_address_does_not_end_the_session_that_it_comes_with() {
    for store in STORES {
        let server = strong(store);
        let mut alice = logged_in(&server, ALICE);
        for claim in claims(CLAIMED) {
            let page = alice.get("/settings", &claim);
            assert_eq!((page.status, page.cookies().len()), (200, 0), "{claim}");
        }
        // Where they are does count.
        is_nobody(who(&mut thief(&alice)));
    }
}

#[test]
fn a_thief_who_claims_the_address_of_the_victim_is_refused() {
    for store in STORES {
        let server = strong(store);
        for claim in claims("127.0.0.1") {
            let mut alice = logged_in(&server, ALICE);
            is_alice(who(&mut alice));
            let page = thief(&alice).get("/account", &claim);
            assert_eq!(page.location(), Some("/login?next=%2Faccount"), "{claim}");
            assert_eq!(page.cookies()[0], (SESSION, ""), "{claim}");
        }
    }
}

#[test]
fn a_thief_at_another_address_has_no_fresh_login_with_any_header() {
    with_every_store(|server| {
        for claim in claims("127.0.0.1") {
            let mut alice = logged_in(server, ALICE);
            assert_eq!(alice.get("/settings", "").status, 200);
            let mut thief = thief(&alice);
            let settings = thief.get("/settings", &claim);
            let location = Some("/reauthenticate?next=%2Fsettings");
            assert_eq!(settings.location(), location, "{claim}");
        }
    });
}

#[test]
fn a_login_with_a_claimed_address_is_bound_to_the_real_one() {
    for store in STORES {
        let server = strong(store);
        for claim in claims("127.0.0.2") {
            let mut alice = Curl::new(&server);
            let headers = format!("{claim}Content-Type: application/x-www-form-urlencoded\r\n");
            assert_eq!(alice.send("POST", "/login", &headers, ALICE).status, 303);
            is_alice(who(&mut alice));
            is_nobody(who(&mut thief(&alice)));
        }
    }
}

#[test]
fn the_list_of_sessions_shows_no_claimed_address() {
    let server = strong("memory");
    for claim in claims(CLAIMED) {
        let mut alice = Curl::new(&server);
        let headers = format!("{claim}Content-Type: application/x-www-form-urlencoded\r\n");
        assert_eq!(alice.send("POST", "/login", &headers, ALICE).status, 303);
        let list = alice.get("/sessions", &claim).body;
        assert!(list.contains("<dd>127.0.0.1</dd>"), "{claim}: {list}");
        assert!(!list.contains(CLAIMED), "{claim}: {list}");
    }
    let mut elsewhere = Curl::new(&server);
    elsewhere.from = ELSEWHERE;
    log_in(&mut elsewhere, ALICE);
    let list = elsewhere.get("/sessions", "").body;
    assert!(list.contains("<dd>127.0.0.2</dd>"), "{list}");
}

/// A client behind a proxy may write into the header, but not at its end.
#[test]
fn a_client_behind_a_proxy_cannot_claim_another_address() {
    let server = serve(demo::rocket(), |figment| {
        let figment = figment.merge(("login.trusted_proxies", ["127.0.0.2"]));
        figment.merge(("login.protection_level", "strong"))
    });
    let mut alice = Curl::new(&server);
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    alice.from = ELSEWHERE;
    let seen = format!("X-Forwarded-For: {CLAIMED}\r\n");
    let reply = alice.send("POST", "/login", &format!("{seen}{headers}"), ALICE);
    assert_eq!(reply.status, 303);
    let list = alice.get("/sessions", &seen).body;
    assert!(list.contains(CLAIMED), "{list}");

    // The proxy appends the address of the thief.
    let behind = format!("X-Forwarded-For: {CLAIMED}, 198.51.100.7\r\n");
    let page = alice.clone().get("/account", &behind);
    assert_eq!(page.location(), Some("/login?next=%2Faccount"));

    let mut direct = Curl::new(&server);
    let reply = direct.send("POST", "/login", &format!("{seen}{headers}"), ALICE);
    assert_eq!(reply.status, 303);
    let list = direct.get("/sessions", &seen).body;
    assert!(list.contains("<dd>127.0.0.1</dd>"), "{list}");
}
