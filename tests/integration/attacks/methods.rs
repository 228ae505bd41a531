//! Forms that call themselves something else: Rocket believes a first field `_method`.

use super::*;

const FOREIGN: &str = "Origin: https://evil.example\r\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

const METHODS: [&str; 8] = [
    "GET", "get", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE",
];

/// Whether a stranger was shown the page with the form.
fn is_form(reply: &Reply) -> bool {
    reply.status == 200 && reply.body.contains("<h1>Log in</h1>")
}

/// The answers to requests without an effect. As for `HEAD`, Rocket keeps back the body that it has
/// announced, and the connection ends.
fn is_refusal(reply: &Reply, method: &str) -> bool {
    let is_cut = method.eq_ignore_ascii_case("HEAD") && reply.status == 0;
    is_cut || [403, 404].contains(&reply.status)
}

fn own(server: &Server) -> String {
    format!("Origin: http://{}\r\n", server.address)
}

fn post(curl: &mut Curl, path: &str, origin: &str, form: &str) -> Reply {
    curl.send("POST", path, &format!("{origin}{FORM}"), form)
}

#[test]
fn a_foreign_form_that_calls_itself_a_link_is_refused() {
    with_every_store(|server| {
        let alice = remembered(server, ALICE);
        for path in [
            "/account",
            "/settings",
            "/sessions",
            "/reauthenticate",
            "/staff/reports",
        ] {
            for method in ["GET", "get", "Get"] {
                let form = format!("_method={method}");
                let there = post(&mut alice.clone(), path, FOREIGN, &form);
                assert_eq!((there.status, there.location()), (403, None), "{path}");
                assert!(there.cookies().is_empty() && !there.body.contains("alice"));
            }
        }
        let here = post(&mut alice.clone(), "/account", &own(server), "_method=GET");
        assert_eq!(here.status, 200);
    });
}

#[test]
fn a_foreign_form_gets_nothing_by_any_other_method() {
    with_every_store(|server| {
        let alice = remembered(server, ALICE);
        for path in [
            "/account",
            "/settings",
            "/password",
            "/logout",
            "/login",
            "/",
        ] {
            for method in METHODS {
                let form = format!("_method={method}&{ALICE}&new_password=x");
                let there = post(&mut alice.clone(), path, FOREIGN, &form);
                assert!(is_refusal(&there, method), "{method} {path}: {there:?}");
                assert!(there.cookies().is_empty() && !there.body.contains("alice"));
            }
        }
        is_alice(who(&mut alice.clone()));
        logged_in(server, ALICE);
    });
}

#[test]
fn a_foreign_form_does_not_log_in_under_another_method() {
    with_every_store(|server| {
        for method in METHODS
            .into_iter()
            .chain(["POST", "post", "CONNECT", "nonsense", ""])
        {
            let form = format!("_method={method}&{BOB}");
            let mut victim = Curl::new(server);
            let reply = post(&mut victim, "/login", FOREIGN, &form);
            let is_harmless = is_form(&reply) || is_refusal(&reply, method);
            assert!(is_harmless, "{method}: {reply:?}");
            assert!(reply.cookies().is_empty(), "{method}");
            is_nobody(who(&mut victim));
        }
        let form = format!("_method=POST&{BOB}");
        let here = post(&mut Curl::new(server), "/login", &own(server), &form);
        assert_eq!(here.status, 303);
    });
}

#[test]
fn a_foreign_form_does_not_restore_a_session_as_a_link() {
    with_every_store(|server| {
        let mut victim = remembered(server, ALICE);
        victim.restart();
        for path in ["/account", "/whoami", "/"] {
            let reply = post(&mut victim.clone(), path, FOREIGN, "_method=GET");
            assert_eq!((reply.status, reply.cookies().len()), (403, 0), "{path}");
        }
        is_alice(who(&mut victim));
    });
}

#[test]
fn the_address_of_a_post_is_not_returned_to_as_if_it_were_a_link() {
    with_every_store(|server| {
        for method in ["GET", "get", "HEAD"] {
            let form = format!("_method={method}&next=/x");
            let reply = post(
                &mut Curl::new(server),
                "/account?amount=1",
                &own(server),
                &form,
            );
            let next = reply.location().is_some_and(|to| to.contains("next"));
            assert!(!next, "{method}: {reply:?}");
        }
        let link = Curl::new(server).get("/account?amount=1", "");
        assert_eq!(link.location(), Some("/login?next=%2Faccount%3Famount%3D1"));
    });
}

#[test]
fn a_logout_is_no_link() {
    with_every_store(|server| {
        let mut alice = remembered(server, ALICE);
        for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"] {
            let reply = alice.clone().send(method, "/logout", "", "");
            assert_eq!((reply.status, reply.cookies().len()), (404, 0), "{method}");
        }
        is_alice(who(&mut alice));
    });
}
