//! Ways to have this site redirect to another one.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use rocket::http::RawStr;
use rocket::serde::Deserialize;

use super::judge::{decode, is_own, stays_here};
use super::*;

#[derive(Deserialize)]
#[serde(crate = "rocket::serde")]
struct Case {
    payload: String,
    expect: String,
}

/// Texts in place of the two slashes that browsers expect before a host.
const SLASHES: [&str; 28] = [
    "//",
    "///",
    "/\\",
    "\\/",
    "\\\\",
    "/\t/",
    "/\n/",
    "/\r/",
    "\t//",
    " //",
    "\u{0}//",
    "\u{1f}//",
    "\u{a0}//",
    "\u{2028}//",
    "//\t",
    "/ /",
    "/.//",
    "/..//",
    "/a/..//",
    "/%2e//",
    "/%2E%2e//",
    "/%2f",
    "/%5c",
    "/%252f",
    "/%25252f",
    "/%09/",
    "/;//",
    "/;a/",
];

/// Texts in place of the host.
const HOSTS: [&str; 10] = [
    "evil.com",
    "app.example@evil.com",
    "app.example:80@evil.com/",
    "evil.com\\@app.example",
    "evil.com#@app.example",
    "evil.com?@app.example",
    "evil\u{3002}com",
    "\u{ff45}vil.com",
    "[::ffff:1.2.3.4]",
    "0x7f000001",
];

const REST: [&str; 20] = [
    "http:evil.com",
    "http:/evil.com",
    "https:///evil.com",
    "h\tttps://evil.com",
    "\u{1}https://evil.com",
    "javascript:alert(1)//",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "evil.com",
    ".evil.com",
    "@evil.com",
    ":80",
    "?//evil.com",
    "#//evil.com",
    "/a\u{0}b",
    "/a\r\nSet-Cookie: x=y",
    "/%0d%0aSet-Cookie:%20x=y",
    "/\u{202e}moc.live",
    "/%",
];

fn hostile() -> Vec<String> {
    let cases = include_str!("../../data/next-targets.json");
    let cases: Vec<Case> = serde_json::from_str(cases).unwrap();
    let refused = cases.into_iter().filter(|case| case.expect != "accept");
    let mut targets: Vec<_> = refused.map(|case| case.payload).collect();
    let made = SLASHES.iter().flat_map(|slashes| {
        let hosts = HOSTS.iter();
        hosts.map(move |host| format!("{slashes}{host}"))
    });
    targets.extend(made);
    targets.extend(REST.map(Into::into));
    targets.push(format!("/{}", "a".repeat(10_000)));
    targets.push(format!("/{}/evil.com", "/".repeat(2000)));
    targets.push(format!("/{}2f/evil.com", "%25".repeat(20)));
    targets
}

const WELCOME: [&str; 4] = ["/account", "/settings?a=b", "/a/b#c", "/x?y=//evil.com"];

/// As a browser encodes it, once more, and as it stands where that is possible.
fn spellings(target: &str) -> Vec<String> {
    let once = RawStr::new(target).percent_encode().to_string();
    let twice = RawStr::new(&once).percent_encode().to_string();
    let all = target.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let mut spellings = vec![once, twice, all];
    if target.bytes().all(|byte| byte.is_ascii_graphic()) && !target.contains(['#', '&']) {
        spellings.push(target.into());
    }
    spellings
}

/// The field that a login page hands on.
#[track_caller]
fn hidden(page: &Reply) -> String {
    let (_, rest) = page.body.split_once("name=\"next\" value=\"").unwrap();
    let (value, rest) = rest.split_once('"').unwrap();
    assert!(rest.starts_with('>'), "{page:?}");
    value.replace("&#38;", "&").replace("&amp;", "&")
}

#[test]
fn the_login_page_hands_no_other_site_on() {
    let server = site("memory", "basic");
    for target in WELCOME {
        let next = RawStr::new(target).percent_encode();
        let page = Curl::new(&server).get(&format!("/login?next={next}"), "");
        assert_eq!(hidden(&page), target);
    }
    for target in hostile() {
        for next in spellings(&target) {
            let page = Curl::new(&server).get(&format!("/login?next={next}"), "");
            if page.status == 400 && next == target {
                // A target that is no URI makes no request.
                continue;
            }
            assert_eq!(page.status, 200, "{target:?}");
            let hidden = hidden(&page);
            assert!(
                hidden.is_empty() || stays_here(&hidden),
                "{target:?}: {hidden}"
            );
        }
    }
}

#[test]
fn a_page_that_asks_again_hands_no_other_site_on() {
    let server = site("memory", "basic");
    let mut alice = logged_in(&server, ALICE);
    let page = alice.get("/reauthenticate?next=%2Fsettings", "");
    assert_eq!(hidden(&page), "/settings");
    for target in hostile() {
        let next = RawStr::new(&target).percent_encode();
        let page = alice.get(&format!("/reauthenticate?next={next}"), "");
        let hidden = hidden(&page);
        assert!(
            hidden.is_empty() || stays_here(&hidden),
            "{target:?}: {hidden}"
        );
    }
}

/// A site where checking the password of alice takes no time.
fn hasty(test: &str) -> Accounts {
    let accounts = Accounts::of_a_site_with("memory", test);
    let params = Params::new(Params::MIN_M_COST, 1, 1, None).unwrap();
    let argon2 = Argon2::new(Algorithm::default(), Version::default(), params);
    let hash = argon2.hash_password(b"wonderland").unwrap();
    accounts.run(&format!(
        "UPDATE accounts SET password_hash = '{hash}' WHERE id = 1"
    ));
    accounts
}

#[test]
fn a_login_leads_to_no_other_site() {
    let accounts = hasty("login");
    let server = &accounts.server;
    for target in WELCOME {
        let next = RawStr::new(target).percent_encode();
        let reply = Curl::new(server).post("/login", &format!("{ALICE}&next={next}"));
        assert_eq!((reply.status, reply.location()), (303, Some(target)));
    }
    for target in hostile() {
        for next in spellings(&target) {
            let reply = Curl::new(server).post("/login", &format!("{ALICE}&next={next}"));
            assert_eq!(reply.status, 303, "{target:?}");
            assert!(is_own(reply.location().unwrap()), "{target:?}: {reply:?}");
        }
    }
}

#[test]
fn a_confirmation_leads_to_no_other_site() {
    let accounts = hasty("confirmation");
    let mut alice = logged_in(&accounts.server, ALICE);
    let reply = alice.post("/reauthenticate", "password=wonderland&next=/settings");
    assert_eq!(reply.location(), Some("/settings"));
    for target in hostile() {
        let next = RawStr::new(&target).percent_encode();
        let form = format!("password=wonderland&next={next}");
        let reply = alice.post("/reauthenticate", &form);
        assert_eq!(reply.status, 303, "{target:?}");
        assert!(is_own(reply.location().unwrap()), "{target:?}: {reply:?}");
    }
}

#[test]
fn an_ambiguous_next_leads_nowhere() {
    let accounts = hasty("unclear");
    for fields in [
        "next=//evil.com&next=/account",
        "next=/account&next=//evil.com",
        "next=/account&ne%78t=//evil.com",
        "next[]=//evil.com",
        "next[0]=//evil.com",
        "next.0=//evil.com",
        "next[a]=//evil.com&next[b]=/account",
        "NEXT=//evil.com",
        "next%00=//evil.com",
        "redirect=//evil.com&url=//evil.com&return_to=//evil.com&continue=//evil.com",
    ] {
        let form = format!("{ALICE}&{fields}");
        let reply = Curl::new(&accounts.server).post("/login", &form);
        assert_eq!(
            (reply.status, reply.location()),
            (303, Some("/")),
            "{fields}"
        );
        let page = Curl::new(&accounts.server).get(&format!("/login?{fields}"), "");
        assert_eq!(hidden(&page), "", "{fields}");
    }
}

/// The form comes back as it was sent, and is judged only when it leads somewhere.
#[test]
fn a_target_is_text_to_the_page_that_hands_it_on() {
    let server = site("memory", "basic");
    let script = "\"><script>alert(1)</script>";
    let next = RawStr::new(script).percent_encode();
    let form = format!("username={next}&password=x&next={next}");
    let page = Curl::new(&server).post("/login", &form);
    assert_eq!(page.status, 401);
    assert!(!page.body.contains("<script"), "{page:?}");
    assert!(decode(&next.to_string()).contains("<script"));
}
