//! The responses to an attempt that is refused.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{Request, catch, catchers};
use rocket_login::{Challenge, LoginManager};

use super::{AttemptsConfig, client, rocket, strict, with};
use crate::app::{self, client_of};
use crate::browser::{Answer, Browser};

const FORM: &str = "name=alice&password=wrong";

fn refused(client: &Client, uri: &str, accept: &'static str) -> Answer {
    let mut browser = Browser::new(client).with("Accept", accept);
    for _ in 0..3 {
        browser.post("/try", FORM);
    }
    browser.post(uri, FORM)
}

fn assert_waits(answer: &Answer) {
    let wait = answer.header("Retry-After").unwrap_or_default();
    let wait: u64 = wait.parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    let times = answer
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
    assert_eq!(times.count(), 1);
}

#[test]
fn a_page_is_for_people_and_json_for_programs() {
    for uri in ["/try", "/error"] {
        let client = client(strict());
        let answer = refused(&client, uri, "text/html");
        assert_eq!(answer.status, Status::TooManyRequests);
        assert!(answer.body.contains("<h1>429: Too Many Requests</h1>"));
        assert!(answer.body.contains("too many attempts to log in"));
        assert_waits(&answer);
        let answer = refused(&client, uri, "application/json");
        assert_eq!(answer.status, Status::TooManyRequests);
        let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(json["error"], "too_many_attempts");
        assert_waits(&answer);
    }
}

#[test]
fn a_page_of_the_application_says_when_to_come_back() {
    let client = client(strict());
    let answer = refused(&client, "/page/429", "text/html");
    assert_eq!(answer.status, Status::TooManyRequests);
    let wait = answer.header("Retry-After").unwrap();
    assert_eq!(answer.body, format!("wait {wait}"));
    assert_waits(&answer);
    // Another status says nothing of it.
    let answer = refused(&client, "/page/403", "text/html");
    assert_eq!(answer.status, Status::Forbidden);
    assert_eq!(answer.header("Retry-After"), None);
}

#[catch(429)]
fn busy(request: &Request<'_>) -> Result<Challenge, String> {
    let challenge = Challenge::of(request).filter(Challenge::is_for_program);
    challenge.ok_or_else(|| "a catcher's page".into())
}

#[test]
fn a_catcher_of_the_application_answers() {
    let fairing = LoginManager::fairing(app::load).config(with(strict()));
    let client = client_of(rocket(fairing).register("/", catchers![busy]));
    let answer = refused(&client, "/try", "text/html");
    assert_eq!(answer.body, "a catcher's page");
    assert_waits(&answer);
    let answer = refused(&client, "/try", "application/json");
    assert!(answer.body.contains("\"too_many_attempts\""));
    assert_eq!(answer.status, Status::TooManyRequests);
    assert_waits(&answer);
}

#[rocket::get("/slow")]
fn slow() -> Status {
    Status::TooManyRequests
}

#[test]
fn a_429_of_the_application_is_its_own() {
    let fairing = LoginManager::fairing(app::load).config(with(AttemptsConfig::default()));
    let client = client_of(rocket(fairing).mount("/", rocket::routes![slow]));
    let answer = Browser::new(&client).get("/slow");
    assert_eq!(answer.status, Status::TooManyRequests);
    assert_eq!(answer.header("Retry-After"), None);
    assert!(!answer.body.contains("attempts"), "{}", answer.body);
}
