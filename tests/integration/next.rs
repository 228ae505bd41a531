//! Back to where one was going, and nowhere else.

use rocket::http::{RawStr, Status};
use rocket::serde::Deserialize;

use crate::app::{client, config};
use crate::browser::Browser;

#[derive(Deserialize)]
#[serde(crate = "rocket::serde")]
struct Case {
    payload: String,
    expect: String,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../data/next-targets.json")).unwrap()
}

#[test]
fn a_login_leads_back_to_pages_of_this_site_alone() {
    let client = client(config());
    for case in cases() {
        let next = RawStr::new(&case.payload).percent_encode().to_string();
        let answer = Browser::new(&client).post("/login", &format!("id=1&next={next}"));
        assert_eq!(answer.status, Status::SeeOther);
        let expected = match case.expect.as_str() {
            "accept" => case.payload.as_str(),
            _ => "/",
        };
        assert_eq!(
            answer.location.as_deref(),
            Some(expected),
            "{:?}",
            case.payload
        );
    }
}

#[test]
fn the_login_page_hears_of_pages_of_this_site_alone() {
    let client = client(config());
    for case in cases() {
        let next = RawStr::new(&case.payload).percent_encode().to_string();
        let answer = Browser::new(&client).get(&format!("/login?next={next}"));
        let expected = match case.expect.as_str() {
            "accept" => case.payload.as_str(),
            _ => "home",
        };
        assert_eq!(
            answer.body,
            format!("login, then {expected}"),
            "{:?}",
            case.payload
        );
    }
}

#[test]
fn two_targets_are_none() {
    let client = client(config());
    for fields in [
        "next=/a&next=/b",
        "next=/a&next=//evil.com",
        "next=//evil.com&next=/a",
        "next=/a&next=/a",
    ] {
        let answer = Browser::new(&client).post("/login", &format!("id=1&{fields}"));
        assert_eq!(answer.location.as_deref(), Some("/"), "{fields}");
        let answer = Browser::new(&client).get(&format!("/login?{fields}"));
        assert_eq!(answer.body, "login, then home", "{fields}");
    }
}

#[test]
fn a_missing_or_empty_target_is_the_default() {
    let client = client(config());
    for form in ["id=1", "id=1&next=", "id=1&next"] {
        let answer = Browser::new(&client).post("/login", form);
        assert_eq!(answer.location.as_deref(), Some("/"), "{form}");
    }
    assert_eq!(
        Browser::new(&client).get("/login?next[]=/a").body,
        "login, then home"
    );
}

#[test]
fn the_name_of_the_field_is_a_setting() {
    let client = client(rocket_login::Config {
        next_name: "return_to".into(),
        ..config()
    });
    let answer = Browser::new(&client).get("/account");
    assert_eq!(
        answer.location.as_deref(),
        Some("/login?return_to=%2Faccount")
    );
    let page = Browser::new(&client).get("/login?return_to=%2Faccount&next=%2Fother");
    assert_eq!(page.body, "login, then /account");
}

#[test]
fn pages_that_would_lead_in_circles_are_never_returned_to() {
    let client = client(rocket_login::Config {
        never_next: vec!["/logout".into(), "/goodbye".into()],
        ..config()
    });
    for page in [
        "/login",
        "/login?next=/a",
        "/logout",
        "/goodbye/",
        "/reauthenticate",
        "/%6cogout",
    ] {
        let next = RawStr::new(page).percent_encode().to_string();
        let answer = Browser::new(&client).post("/login", &format!("id=1&next={next}"));
        assert_eq!(answer.location.as_deref(), Some("/"), "{page}");
    }
}

#[test]
fn a_page_never_to_return_to_may_be_written_encoded() {
    let client = client(rocket_login::Config {
        never_next: vec!["/%6fpen".into()],
        ..config()
    });
    let answer = Browser::new(&client).post("/login", "id=1&next=/open");
    assert_eq!(answer.location.as_deref(), Some("/"));
}
