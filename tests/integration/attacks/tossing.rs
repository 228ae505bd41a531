//! Cookies that a sub-domain, or any other attacker, plants beside the site's own.

use super::*;
use crate::wire::raw;

pub(super) const HOST_SESSION: &str = "__Host-session";
pub(super) const HOST_REMEMBER: &str = "__Host-remember_token";

/// Space by somebody's rules, as it stands and encoded.
const SPACES: [&str; 14] = [
    " ",
    "\t",
    "%0b",
    "\u{2000}",
    "\u{a0}",
    "\u{85}",
    "\u{3000}",
    "\u{feff}",
    "%00",
    "%09",
    "%0a",
    "%20",
    "%c2%a0",
    "%e2%80%80",
];

/// Names that are others by every rule.
const OTHERS: [&str; 11] = [
    "",
    "=__Host-session",
    "__host-session",
    "__HOST-SESSION",
    "Host__session",
    "__Host_session",
    "x__Host-session",
    "__Host-session2",
    "__Host-",
    "$Version=1, __Host-session",
    "x=y, __Host-session",
];

/// Names that a lax reader takes for this one.
fn disguises(name: &str) -> Vec<String> {
    let encoded = |at: usize| {
        let byte = name.as_bytes()[at];
        format!("{}%{byte:02x}{}", &name[..at], &name[at + 1..])
    };
    let mut all: Vec<_> = (0..name.len()).map(encoded).collect();
    all.push(name.bytes().map(|byte| format!("%{byte:02X}")).collect());
    for space in SPACES {
        all.extend([format!("{name}{space}"), format!("{}{space}", encoded(2))]);
        // Before a name these two are what separates cookies.
        if !matches!(space, " " | "\t") {
            all.extend([format!("{space}{name}"), format!("{space}{}", encoded(2))]);
        }
    }
    all
}

pub(super) fn with_host_cookies(attack: impl Fn(&Server) + Sync) {
    for store in STORES {
        let server = || {
            serve(demo::rocket(), |figment| {
                let figment = figment.merge(("login.session.store", store));
                figment.merge(("login.cookie_secure", true))
            })
        };
        on(store, || attack(&server()));
    }
}

/// The reply to these `Cookie` headers, byte for byte.
pub(super) fn send(server: &Server, headers: &[&[u8]]) -> Reply {
    let mut request = b"GET /whoami HTTP/1.1\r\nHost: localhost\r\n".to_vec();
    request.extend(b"User-Agent: curl/8.14.1\r\nConnection: close\r\n");
    for header in headers {
        request.extend([b"Cookie: ", *header, b"\r\n"].concat());
    }
    request.extend(b"\r\n");
    raw(server.address, &request)
}

#[track_caller]
pub(super) fn who_sends(server: &Server, headers: &[&str]) -> Option<String> {
    let headers: Vec<_> = headers.iter().map(|header| header.as_bytes()).collect();
    user(&send(server, &headers))
}

/// The cookie of the victim, and what the attacker has given him to hold: each is good.
pub(super) fn sessions(server: &Server) -> (String, String) {
    let values = [ALICE, BOB].map(|form| cookie(&logged_in(server, form), HOST_SESSION));
    let [real, planted] = values;
    is_alice(who_has(server, &format!("{HOST_SESSION}={real}")));
    is_bob(who_has(server, &format!("{HOST_SESSION}={planted}")));
    (real, planted)
}

/// The user of the victim's browser with both cookies, in each order and in one header or two.
pub(super) fn who_with_both(server: &Server, real: &str, planted: &str) -> [Option<String>; 4] {
    [
        who_sends(server, &[&format!("{real}; {planted}")]),
        who_sends(server, &[&format!("{planted}; {real}")]),
        who_sends(server, &[real, planted]),
        who_sends(server, &[planted, real]),
    ]
}

#[test]
fn of_two_sessions_of_one_name_the_planted_one_never_counts() {
    with_host_cookies(|server| {
        let (real, planted) = sessions(server);
        let [real, planted] = [real, planted].map(|value| format!("{HOST_SESSION}={value}"));
        for user in who_with_both(server, &real, &planted) {
            is_nobody(user);
        }
    });
}

#[test]
fn of_two_remember_tokens_of_one_name_the_planted_one_never_counts() {
    with_host_cookies(|server| {
        let pairs = [ALICE, BOB].map(|form| pair(&remembered(server, form), HOST_REMEMBER));
        for user in who_with_both(server, &pairs[0], &pairs[1]) {
            is_nobody(user);
        }
        is_bob(who_has(server, &pairs[1]));
    });
}

/// No more than a few are looked up, but each that is signed is another user's.
#[test]
fn of_many_cookies_of_one_name_the_planted_ones_never_count() {
    with_host_cookies(|server| {
        for name in [HOST_SESSION, HOST_REMEMBER] {
            let real = pair(&remembered(server, ALICE), name);
            let planted = [(); 5].map(|()| pair(&remembered(server, BOB), name));
            for count in 1..=planted.len() {
                let different = planted[..count].join("; ");
                let same = [planted[0].as_str()].repeat(count).join("; ");
                for user in who_with_both(server, &real, &different)
                    .into_iter()
                    .chain(who_with_both(server, &real, &same))
                {
                    is_nobody(user);
                }
            }
            is_alice(who_has(server, &real));
        }
    });
}

#[test]
fn a_session_under_a_name_in_disguise_never_counts() {
    with_host_cookies(|server| {
        let (real, planted) = sessions(server);
        let real = format!("{HOST_SESSION}={real}");
        for name in disguises(HOST_SESSION) {
            let planted = format!("{name}={planted}");
            is_nobody(who_sends(server, &[&planted]));
            for user in who_with_both(server, &real, &planted) {
                assert_ne!(user.as_deref(), Some("bob"), "{name}");
            }
        }
    });
}

#[test]
fn a_remember_token_under_a_name_in_disguise_never_counts() {
    with_host_cookies(|server| {
        let token = cookie(&remembered(server, BOB), HOST_REMEMBER);
        for name in disguises(HOST_REMEMBER) {
            is_nobody(who_sends(server, &[&format!("{name}={token}")]));
        }
        is_bob(who_has(server, &format!("{HOST_REMEMBER}={token}")));
    });
}

#[test]
fn a_session_under_another_name_neither_counts_nor_is_in_the_way() {
    with_host_cookies(|server| {
        let (real, planted) = sessions(server);
        let real = format!("{HOST_SESSION}={real}");
        for name in OTHERS {
            let planted = format!("{name}={planted}");
            is_nobody(who_sends(server, &[&planted]));
            for user in who_with_both(server, &real, &planted) {
                assert_eq!(user.as_deref(), Some("alice"), "{name}");
            }
        }
    });
}

#[test]
fn a_host_cookie_is_set_and_removed_as_no_sub_domain_could() {
    with_host_cookies(|server| {
        let mut curl = Curl::new(server);
        let set = curl.post("/login", &format!("{ALICE}&remember=on"));
        let removed = curl.post("/logout", "");
        // A logout leaves `login_known`.
        for (reply, count) in [(set, 3), (removed, 2)] {
            let lines = reply.headers("set-cookie");
            let lines = lines.filter(|line| line.starts_with("__Host-"));
            let names = reply.cookies().into_iter().map(|(name, _)| name);
            assert_eq!(
                names.filter(|name| name.starts_with("__Host-")).count(),
                count
            );
            for line in lines {
                for part in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
                    assert!(line.contains(part), "{line}");
                }
                assert!(!line.contains("Domain"), "{line}");
            }
        }
    });
}
