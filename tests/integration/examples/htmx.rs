//! The example `htmx`.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket_login::testing;

use super::figment;
use crate::browser::{Answer, Browser};

#[path = "../../../examples/htmx/main.rs"]
mod example;

const ALICE: &str = "name=alice&password=wonderland";
const WRONG: &str = "name=alice&password=looking-glass&next=/contacts";

fn client() -> Client {
    client_with(None)
}

fn client_with(script: Option<&str>) -> Client {
    Client::untracked(example::rocket(figment(), script.map(String::from))).unwrap()
}

/// A browser whose script sends every request, from the page at this path.
fn htmx<'c>(browser: &Browser<'c>, page: &str) -> Browser<'c> {
    let current = format!("http://localhost{page}");
    let browser = browser.clone().with("Host", "localhost");
    let browser = browser.with("HX-Request", "true");
    browser.with("HX-Current-URL", current)
}

fn logged_in(client: &Client) -> Browser<'_> {
    Browser::logged_in(client, ALICE)
}

#[track_caller]
fn goes(answer: &Answer, status: Status, to: &str) {
    assert_eq!(
        (answer.status, answer.header("HX-Redirect")),
        (status, Some(to))
    );
    assert_eq!(answer.location, None);
}

fn rows(answer: &Answer) -> usize {
    answer.body.matches("/remove\" hx-post").count()
}

#[test]
fn a_link_gets_a_page_and_htmx_a_part_of_it() {
    let client = client();
    let mut browser = logged_in(&client);
    let page = browser.get("/contacts");
    let part = htmx(&browser, "/").get("/contacts");
    let piece = htmx(&browser, "/contacts").get("/contacts?from=3");
    for (answer, is_page, is_whole) in [
        (&page, true, true),
        (&part, false, true),
        (&piece, false, false),
    ] {
        assert_eq!((answer.status, rows(answer)), (Status::Ok, 3));
        assert_eq!(answer.body.contains("<!DOCTYPE html>"), is_page);
        assert_eq!(answer.body.contains("<ul>"), is_whole);
        let mut vary = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "vary" || name == "Vary");
        assert!(
            vary.any(|(_, value)| value.contains("HX-Request")),
            "{answer:?}"
        );
    }
    assert!(page.body.contains("Duchess &amp; Co."), "{}", page.body);
}

#[test]
fn the_list_comes_piece_by_piece_to_its_end() {
    let client = client();
    let browser = logged_in(&client);
    let mut htmx = htmx(&browser, "/contacts");
    let counts = ["/contacts", "/contacts?from=3", "/contacts?from=6"].map(|uri| {
        let piece = htmx.get(uri);
        (rows(&piece), piece.body.contains("More"))
    });
    assert_eq!(counts, [(3, true), (3, true), (1, false)]);
}

#[test]
fn a_step_back_in_the_history_brings_the_page() {
    let client = client();
    let browser = logged_in(&client);
    let htmx = htmx(&browser, "/");
    let answer = htmx
        .with("HX-History-Restore-Request", "true")
        .get("/contacts");
    assert!(answer.body.contains("<!DOCTYPE html>"), "{answer:?}");
}

#[test]
fn a_user_who_has_to_log_in_is_brought_back_to_the_page() {
    let client = client();
    let mut stranger = htmx(&Browser::new(&client), "/contacts");
    let refused = stranger.get("/contacts?from=3");
    goes(&refused, Status::Unauthorized, "/login?next=%2Fcontacts");
    let form = stranger.get("/login?next=%2Fcontacts");
    let field = r#"name="next" value="&#x2F;contacts""#;
    assert!(form.body.contains(field), "{}", form.body);
    let answer = stranger.post("/login", &format!("{ALICE}&next=/contacts"));
    goes(&answer, Status::NoContent, "/contacts");
    assert_eq!(rows(&stranger.get("/contacts")), 3);
}

#[test]
fn the_script_is_served_and_named_where_it_is_at_hand() {
    const TAG: &str = r#"<script src="/htmx.min.js" defer></script>"#;
    let client = client_with(Some("var htmx"));
    let mut browser = Browser::new(&client);
    let script = browser.get("/htmx.min.js");
    assert_eq!((script.status, &*script.body), (Status::Ok, "var htmx"));
    assert_eq!(script.header("Content-Type"), Some("text/javascript"));
    assert!(browser.get("/").body.contains(TAG));
    let part = htmx(&browser, "/").get("/login");
    assert!(!part.body.contains("script"), "{}", part.body);

    let client = client_with(None);
    let mut browser = Browser::new(&client);
    assert_eq!(browser.get("/htmx.min.js").status, Status::NotFound);
    let page = browser.get("/");
    assert!(!page.body.contains("script"), "{}", page.body);
}

#[test]
fn without_a_script_it_is_a_login_like_any_other() {
    let client = client();
    let mut stranger = Browser::new(&client);
    stranger
        .get("/contacts")
        .assert_login_redirect("%2Fcontacts");
    let answer = stranger.post("/login", &format!("{ALICE}&next=/contacts?from=3"));
    assert_eq!(answer.location.as_deref(), Some("/contacts?from=3"));
    assert_eq!(answer.header("HX-Redirect"), None);
    let page = stranger.get("/contacts?from=3");
    assert_eq!(rows(&page), 3);
    assert!(page.body.contains("<ul>"), "{}", page.body);
    let answer = stranger.post("/contacts/3/remove", "");
    assert_eq!(answer.location.as_deref(), Some("/contacts"));
    assert_eq!(stranger.post("/logout", "").location.as_deref(), Some("/"));
}

#[test]
fn a_login_leads_to_no_other_site() {
    let client = client();
    let mut stranger = htmx(&Browser::new(&client), "/login");
    let answer = stranger.post("/login", &format!("{ALICE}&next=//evil.example"));
    goes(&answer, Status::NoContent, "/contacts");
}

#[test]
fn a_wrong_password_brings_the_form_again() {
    let client = client();
    let mut page = Browser::new(&client);
    let mut part = htmx(&page, "/login");
    for (answer, status) in [
        (page.post("/login", WRONG), Status::Unauthorized),
        (part.post("/login", WRONG), Status::Ok),
    ] {
        assert_eq!(answer.status, status);
        assert!(answer.body.contains(r#"role="alert""#), "{answer:?}");
        assert!(answer.body.contains("&#x2F;contacts"), "{answer:?}");
        answer.assert_no_cookies();
    }
    assert_eq!(part.get("/contacts").status, Status::Unauthorized);
}

#[test]
fn a_removal_asks_for_a_fresh_login() {
    let client = client();
    let browser = logged_in(&client);
    let mut htmx = htmx(&browser, "/contacts");
    let removed = htmx.post("/contacts/0/remove", "");
    assert_eq!((removed.status, removed.body.as_str()), (Status::Ok, ""));
    assert!(!htmx.get("/contacts").body.contains("Dinah"));
    let again = htmx.post("/contacts/0/remove", "");
    assert_eq!(again.status, Status::NotFound);

    testing::advance(client.rocket(), rocket::time::Duration::minutes(16));
    let stale = htmx.post("/contacts/1/remove", "");
    goes(&stale, Status::Unauthorized, "/login?next=%2Fcontacts");
    assert!(htmx.get("/contacts").body.contains("Duchess"));

    htmx.post("/login", ALICE);
    let removed = htmx.post("/contacts/1/remove", "");
    assert_eq!(removed.status, Status::Ok);
}

#[test]
fn a_page_of_another_site_removes_nothing_and_a_logout_leads_away() {
    let client = client();
    let mut browser = logged_in(&client);
    let mut foreign = browser.clone().with("Sec-Fetch-Site", "cross-site");
    let answer = foreign.post("/contacts/0/remove", "");
    assert_eq!(answer.status, Status::Forbidden);
    assert!(browser.get("/contacts").body.contains("Dinah"));
    let mut htmx = htmx(&browser, "/");
    goes(&htmx.post("/logout", ""), Status::NoContent, "/");
    assert_eq!(htmx.get("/contacts").status, Status::Unauthorized);
}
