//! The example `spa`, without a browser: the answers to its script.

use rocket::http::{Accept, ContentType, Header, Method, Status};
use rocket::local::blocking::Client;
use serde_json::{Value, json};

use super::figment;

#[path = "../../../examples/spa/main.rs"]
mod example;

const PAGE: &str = include_str!("../../../examples/spa/page.html");
const SCRIPT: &str = include_str!("../../../examples/spa/app.js");

fn client() -> Client {
    Client::tracked(example::rocket(figment())).unwrap()
}

/// Asks as the script does, for a page of this site or of another one.
fn send(
    client: &Client,
    site: &'static str,
    method: Method,
    path: &str,
    body: &str,
) -> (Status, Value) {
    let content = if path == "/api/login" {
        ContentType::JSON
    } else {
        ContentType::Plain
    };
    let request = client.req(method, path.to_string()).body(body);
    let request = request
        .header(content)
        .header(Accept::Any)
        .header(Header::new("Sec-Fetch-Site", site))
        .header(Header::new("Sec-Fetch-Mode", "cors"));
    let answer = request.dispatch();
    assert!(answer.headers().get_one("Location").is_none());
    let policy = answer.headers().get_one("Content-Security-Policy");
    assert!(
        policy
            .unwrap()
            .starts_with("default-src 'none'; script-src 'self';")
    );
    let status = answer.status();
    let body = answer.into_string().unwrap_or_default();
    (status, serde_json::from_str(&body).unwrap_or_default())
}

fn own(client: &Client, method: Method, path: &str, body: &str) -> (Status, Value) {
    send(client, "same-origin", method, path, body)
}

fn log_in(client: &Client, name: &str, password: &str) -> (Status, Value) {
    let body = json!({ "name": name, "password": password, "remember": false });
    own(client, Method::Post, "/api/login", &body.to_string())
}

fn me(client: &Client) -> (Status, Value) {
    own(client, Method::Get, "/api/me", "")
}

#[test]
fn the_page_has_no_script_and_no_style_within() {
    let client = client();
    for (path, kind, text) in [
        ("/", ContentType::HTML, PAGE),
        ("/app.js", ContentType::JavaScript, SCRIPT),
    ] {
        let answer = client.get(path).dispatch();
        assert_eq!(answer.content_type(), Some(kind));
        assert_eq!(answer.into_string().as_deref(), Some(text));
    }
    assert_eq!(PAGE.matches("<script").count(), 1);
    assert!(PAGE.contains(r#"<script src="/app.js" defer></script>"#));
    for inline in [
        " style=",
        " onclick=",
        " onsubmit=",
        "<style",
        "javascript:",
    ] {
        assert!(!PAGE.contains(inline), "{inline}");
    }
    // A name or a note is never read as HTML.
    for risk in ["innerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        assert!(!SCRIPT.contains(risk), "{risk}");
    }
}

#[test]
fn a_script_logs_in_and_out_with_json() {
    let client = client();
    assert_eq!(me(&client).0, Status::Unauthorized);
    for (name, password) in [("alice", "builder"), ("mallory", "wonderland")] {
        assert_eq!(log_in(&client, name, password).0, Status::Unauthorized);
    }
    let alice = json!({ "name": "alice", "note": null });
    assert_eq!(log_in(&client, "alice", "wonderland"), (Status::Ok, alice));
    let saved = own(&client, Method::Put, "/api/notes/alice", "<b>tea</b>");
    assert_eq!(saved.0, Status::NoContent);
    let alice = json!({ "name": "alice", "note": "<b>tea</b>" });
    assert_eq!(me(&client), (Status::Ok, alice));
    // Another tab still shows the page of before.
    let bobs = own(&client, Method::Put, "/api/notes/bob", "mine");
    assert_eq!(bobs.0, Status::Conflict);

    assert_eq!(
        own(&client, Method::Post, "/api/logout", "").0,
        Status::NoContent
    );
    assert!(client.cookies().get("session").is_none());
    assert_eq!(me(&client).0, Status::Unauthorized);
    assert_eq!(log_in(&client, "bob", "builder").1["note"], Value::Null);
}

#[test]
fn a_session_that_is_over_gets_a_status_and_never_a_page() {
    let client = client();
    let (status, body) = own(&client, Method::Put, "/api/notes/alice", "lost");
    assert_eq!(
        (status, &body["error"]),
        (Status::Unauthorized, &json!("login_required"))
    );
    // Also where the address is typed into a browser.
    let request = client.get("/api/me").header(Accept::HTML);
    let answer = request
        .header(Header::new("Sec-Fetch-Mode", "navigate"))
        .dispatch();
    assert_eq!(answer.status(), Status::Unauthorized);
}

#[test]
fn other_sites_neither_log_in_nor_change_a_note() {
    let client = client();
    let body = r#"{"name":"bob","password":"builder","remember":true}"#;
    for site in ["cross-site", "same-site"] {
        let (status, _) = send(&client, site, Method::Post, "/api/login", body);
        assert_eq!(status, Status::Forbidden);
        assert!(client.cookies().iter().next().is_none());
    }
    let form = client.post("/api/login").header(ContentType::Form);
    let answer = form
        .body("name=bob&password=builder&remember=on")
        .dispatch();
    assert_eq!(answer.status(), Status::NotFound);

    log_in(&client, "alice", "wonderland");
    for (method, path) in [
        (Method::Put, "/api/notes/alice"),
        (Method::Post, "/api/logout"),
    ] {
        let (status, body) = send(&client, "cross-site", method, path, "stolen");
        assert_eq!(
            (status, &body["error"]),
            (Status::Forbidden, &json!("cross_origin"))
        );
    }
    assert_eq!(me(&client).1["note"], Value::Null);
}

#[test]
fn a_body_that_is_no_login_is_refused() {
    let client = client();
    for body in [
        "",
        "{}",
        "[]",
        r#"{"name":1}"#,
        r#"{"name":"alice","password":"wonderland"}"#,
    ] {
        let (status, _) = own(&client, Method::Post, "/api/login", body);
        assert_eq!(status, Status::UnprocessableEntity, "{body}");
    }
}
