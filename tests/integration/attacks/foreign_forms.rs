//! Forms on pages of other sites, sent by the browser of a user, or of a stranger.

use super::*;

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// Origins that are not this site's, however much they look like it.
fn origins(server: &Server) -> [String; 22] {
    let (own, port) = (server.address, server.address.port());
    [
        "https://evil.example".into(),
        "null".into(),
        String::new(),
        format!("https://{own}"),
        format!("http://127.0.0.1:{}", port ^ 1),
        "http://127.0.0.1".into(),
        format!("http://localhost:{port}"),
        format!("http://{own}.evil.example"),
        format!("http://{own}@evil.example"),
        format!("http://evil.example/http://{own}"),
        format!("http://evil.example#http://{own}"),
        format!("http://{own}/"),
        format!("http://127.0.0.1.:{port}"),
        format!("http://2130706433:{port}"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        format!("HTTP://{own}"),
        format!("http:{own}"),
        format!("http://{own} http://evil.example"),
        format!("http://{own}, http://evil.example"),
        format!("ws://{own}"),
        format!("file://{own}"),
        own.to_string(),
    ]
}

/// The headers of browsers for a page that is not this site's.
fn foreign(server: &Server) -> Vec<String> {
    let origins = origins(server);
    let mut headers: Vec<_> = origins.map(|origin| format!("Origin: {origin}\r\n")).into();
    let own = format!("Origin: http://{}\r\n", server.address);
    headers.push(format!("{own}{own}"));
    headers.push(format!("{own}Origin: https://evil.example\r\n"));
    headers.push(format!("Origin: https://evil.example\r\n{own}"));
    for site in [
        "cross-site",
        "same-site",
        "Same-Origin",
        "",
        "none, cross-site",
    ] {
        headers.push(format!("Sec-Fetch-Site: {site}\r\n"));
        headers.push(format!("Sec-Fetch-Site: {site}\r\n{own}"));
    }
    let https = own.replace("http:", "https:");
    headers.push(format!("{https}X-Forwarded-Proto: https\r\n"));
    headers.push("Origin: http://evil.example\r\nX-Forwarded-Host: evil.example\r\n".into());
    headers.push("Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n".into());
    headers
}

fn own(server: &Server) -> [String; 3] {
    let origin = format!("Origin: http://{}\r\n", server.address);
    let site = "Sec-Fetch-Site: same-origin\r\n".into();
    let both = format!("{origin}{site}");
    [origin, site, both]
}

#[track_caller]
fn assert_refused(curl: &Curl, path: &str, from: &str, form: &str) {
    let mut curl = curl.clone();
    let reply = curl.send("POST", path, &format!("{from}{FORM}"), form);
    assert_eq!((reply.status, reply.location()), (403, None), "{from}");
    assert!(reply.cookies().is_empty(), "{from}: {reply:?}");
}

#[test]
fn a_foreign_form_logs_no_user_in() {
    with_every_store(|server| {
        for from in foreign(server) {
            assert_refused(
                &Curl::new(server),
                "/login",
                &from,
                &format!("{BOB}&remember=on"),
            );
        }
        for from in own(server) {
            let mut curl = Curl::new(server);
            let reply = curl.send("POST", "/login", &format!("{from}{FORM}"), BOB);
            assert_eq!(reply.status, 303, "{from}");
            is_bob(who(&mut curl));
        }
    });
}

#[test]
fn a_foreign_form_does_not_change_who_is_logged_in() {
    with_every_store(|server| {
        let mut alice = remembered(server, ALICE);
        for from in foreign(server) {
            assert_refused(&alice, "/login", &from, BOB);
        }
        is_alice(who(&mut alice));
    });
}

#[test]
fn a_foreign_form_logs_no_user_out() {
    with_every_store(|server| {
        let mut alice = remembered(server, ALICE);
        for from in foreign(server) {
            assert_refused(&alice, "/logout", &from, "");
        }
        is_alice(who(&mut alice));
        alice.restart();
        is_alice(who(&mut alice));
        let [from, ..] = own(server);
        assert_eq!(alice.send("POST", "/logout", &from, "").status, 303);
        is_nobody(who(&mut alice));
    });
}

#[test]
fn a_foreign_form_confirms_nothing_and_changes_no_password() {
    with_every_store(|server| {
        let mut alice = remembered(server, ALICE);
        for from in foreign(server) {
            assert_refused(&alice, "/reauthenticate", &from, "password=wonderland");
            assert_refused(&alice, "/password", &from, "new_password=mallorys");
        }
        is_alice(who(&mut alice));
        logged_in(server, ALICE);
        let [from, ..] = own(server);
        let form = "new_password=looking-glass";
        let here = alice.send("POST", "/password", &format!("{from}{FORM}"), form);
        assert_eq!(here.location(), Some("/account"));
    });
}

#[test]
fn a_foreign_form_ends_no_session_from_the_list() {
    let server = site("memory", "basic");
    let mut alice = remembered(&server, ALICE);
    let mut phone = remembered(&server, ALICE);
    let list = alice.get("/sessions", "").body;
    let actions = list.split("action=\"").skip(1);
    let actions = actions.map(|rest| rest.split('"').next().unwrap());
    let actions: Vec<_> = actions
        .filter(|path| path.starts_with("/sessions/"))
        .collect();
    assert_eq!(actions.len(), 3, "{actions:?}");
    for path in actions {
        for from in foreign(&server) {
            assert_refused(&alice, path, &from, "");
        }
    }
    is_alice(who(&mut alice));
    is_alice(who(&mut phone));
}

/// Which other sites may send without asking.
#[test]
fn a_foreign_form_of_another_content_type_does_no_more() {
    with_every_store(|server| {
        let mut alice = remembered(server, ALICE);
        let multipart = "--b\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nbob\r\n\
            --b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nbuilder\r\n--b--\r\n";
        for (content_type, body) in [
            ("text/plain", "username=bob&password=builder"),
            (
                "text/plain; charset=utf-8",
                "username=bob&password=builder\r\n",
            ),
            ("application/x-www-form-urlencoded; charset=utf-8", BOB),
            (
                "application/json",
                r#"{"username":"bob","password":"builder"}"#,
            ),
            ("multipart/form-data; boundary=b", multipart),
            ("nonsense", BOB),
        ] {
            for path in ["/login", "/logout", "/reauthenticate", "/password"] {
                let headers =
                    format!("Origin: https://evil.example\r\nContent-Type: {content_type}\r\n");
                let reply = alice.clone().send("POST", path, &headers, body);
                // Only a form gets as far as the guards; the page says no to the rest.
                let expected = if path == "/login" {
                    [401, 403]
                } else {
                    [403, 403]
                };
                assert!(expected.contains(&reply.status), "{content_type} {path}");
                assert_eq!((reply.location(), reply.cookies().len()), (None, 0));
            }
        }
        is_alice(who(&mut alice));
    });
}

#[test]
fn a_form_of_an_own_page_in_another_encoding_logs_in() {
    let server = site("memory", "basic");
    let body = "--b\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nbob\r\n\
        --b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nbuilder\r\n--b--\r\n";
    let [from, ..] = own(&server);
    let headers = format!("{from}Content-Type: multipart/form-data; boundary=b\r\n");
    let mut curl = Curl::new(&server);
    assert_eq!(curl.send("POST", "/login", &headers, body).status, 303);
    is_bob(who(&mut curl));
}

#[test]
fn a_link_on_a_foreign_page_shows_and_changes_nothing_more_than_any_other() {
    with_every_store(|server| {
        let mut alice = remembered(server, ALICE);
        for from in foreign(server) {
            let page = alice.get("/account", &from);
            assert_eq!((page.status, page.cookies().len()), (200, 0), "{from}");
            let allowed = page.headers("access-control-allow-origin").count();
            assert_eq!(allowed, 0, "{from}");
        }
    });
}
