//! People who do not look like it, scripts that do, and frames of Turbo.

use rocket::http::Status;

use crate::app::{client, config};
use crate::browser::{Answer, Browser};

const TURBO: &str = "text/html, application/xhtml+xml";

/// Asks as a stranger, with these headers.
fn asked<const N: usize>(headers: [(&'static str, &str); N]) -> Answer {
    let client = client(config());
    let browser = headers.into_iter();
    let browser = browser.fold(Browser::new(&client), |browser, (name, value)| {
        browser.with(name, value)
    });
    browser.with("Host", "app.example").get("/account")
}

#[test]
fn people_who_look_like_programs_are_sent_to_the_login_page() {
    let upgrade = ("Upgrade-Insecure-Requests", "1");
    let page = ("Accept", "text/html,*/*;q=0.8");
    for headers in [
        // A service worker that rebuilds a navigation, in two ways.
        [upgrade, ("Sec-Fetch-Mode", "same-origin")],
        [upgrade, ("Sec-Fetch-Mode", "cors")],
        [("Accept", TURBO), ("Sec-Fetch-Mode", "cors")],
        // A password in front of the site.
        [page, ("Authorization", "Basic YWxpY2U6eA==")],
        [page, ("Authorization", "negotiate YWxpY2U6eA==")],
        // The WebView of an app.
        [page, ("X-Requested-With", "com.example.app")],
        [page, ("X-Requested-With", "")],
        [
            ("Accept", "TEXT/HTML;q=0.1"),
            ("Accept", "application/json"),
        ],
    ] {
        let answer = asked(headers);
        answer.assert_login_redirect("%2Faccount");
        assert_eq!(answer.header("WWW-Authenticate"), None, "{headers:?}");
    }
}

#[test]
fn scripts_and_programs_get_a_status() {
    let page = ("Accept", "text/html,*/*;q=0.8");
    for headers in [
        [page, ("X-Requested-With", "xmlhttprequest")],
        [page, ("Authorization", "Bearer x")],
        [("Accept", "*/*"), ("Sec-Fetch-Mode", "same-origin")],
        [("Accept", "text/html;q=0"), ("Sec-Fetch-Mode", "cors")],
        [
            ("Upgrade-Insecure-Requests", "0"),
            ("Sec-Fetch-Mode", "cors"),
        ],
    ] {
        let answer = asked(headers);
        assert_eq!(answer.status, Status::Unauthorized, "{headers:?}");
        assert!(answer.body.contains("login_required"), "{}", answer.body);
    }
}

#[test]
fn a_frame_of_turbo_leads_the_whole_page_to_the_login_and_back() {
    let frame = |referer| {
        let frame = [("Turbo-Frame", "list"), ("Accept", TURBO)];
        asked([frame[0], frame[1], ("Referer", referer)])
    };
    let leads_to = |answer: &Answer, to: &str| {
        assert_eq!(answer.status, Status::Unauthorized);
        assert_eq!(answer.location, None);
        let control = r#"<meta name="turbo-visit-control" content="reload">"#;
        assert!(answer.body.contains(control), "{}", answer.body);
        let leads = format!(r#"<meta http-equiv="refresh" content="0;url={to}">"#);
        assert!(answer.body.contains(&leads), "{}", answer.body);
    };
    let answer = frame("http://app.example/any/thing?a=1&b=%22");
    let next = "%2Fany%2Fthing%3Fa%3D1%26b%3D%2522";
    leads_to(&answer, &format!("&#x2F;login?next={next}"));
    for foreign in [
        "http://evil.example/any",
        "http://app.example//evil.example",
        "http://app.example",
        "",
    ] {
        leads_to(&frame(foreign), "&#x2F;login");
    }
}

#[test]
fn a_frame_of_turbo_that_leads_nowhere_is_shown_as_a_whole() {
    let client = client(config());
    let frame = Browser::new(&client).with("Turbo-Frame", "list");
    let answer = frame
        .with("Sec-Fetch-Site", "cross-site")
        .post("/logout", "");
    assert_eq!(answer.status, Status::Forbidden);
    assert!(
        answer.body.contains("turbo-visit-control"),
        "{}",
        answer.body
    );
    assert!(!answer.body.contains("refresh"), "{}", answer.body);
}
