//! The events that an application hears of its logins.

mod refused;

use std::sync::{Arc, Mutex};

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{Request, catch, catchers};
use rocket_login::{Challenge, Config, Event, LoginManager, ProtectionLevel, Refused, TokenKind};

use crate::app::{self, bare, client_of, config};
use crate::browser::{Browser, CURL};

/// The events, as they are logged.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

fn listening(config: Config) -> (Client, Heard) {
    let heard = Heard::default();
    let ear = heard.clone();
    let fairing = LoginManager::fairing(app::load).config(config);
    let fairing = fairing.on_event(move |event, request| {
        assert!(
            request
                .rocket()
                .state::<LoginManager<app::Account>>()
                .is_some()
        );
        ear.0.lock().unwrap().push(event.to_string());
    });
    let client = client_of(bare().attach(fairing).mount("/", app::routes()));
    (client, heard)
}

#[test]
fn logins_and_logouts_are_told_with_how_they_came_about() {
    let (client, heard) = listening(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    assert_eq!(heard.take(), ["login: user 1 logged in, to be remembered"]);
    browser.post("/logout", "");
    assert_eq!(heard.take(), ["login: user 1 logged out"]);
    browser.post("/logout", "");
    assert!(heard.take().is_empty());

    Browser::logged_in(&client, "id=2&fresh=false");
    assert_eq!(heard.take(), ["login: user 2 logged in, not fresh"]);
    Browser::logged_in(&client, "id=3&force=true");
    assert_eq!(heard.take(), ["login: user 3 logged in, forced"]);
    assert_eq!(
        Browser::new(&client).post("/login", "id=3").status,
        Status::Forbidden
    );
    assert_eq!(heard.take(), ["login: user 3 is not active, and refused"]);
}

#[test]
fn a_restored_confirmed_and_renewed_login_is_told() {
    let (client, heard) = listening(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    heard.take();
    browser.restart();
    browser.get("/account");
    assert_eq!(heard.take(), ["login: user 1 restored by a remember token"]);
    browser.get("/account");
    assert!(heard.take().is_empty());
    browser.post("/confirm", "");
    assert_eq!(heard.take(), ["login: user 1 confirmed"]);
    browser.post("/password/new", "");
    assert_eq!(heard.take(), ["login: user 1 renewed"]);
}

#[test]
fn protection_is_told_with_its_level_and_effect() {
    let (client, heard) = listening(config());
    let mut browser = Browser::logged_in(&client, "id=1");
    heard.take();
    browser.agent = CURL;
    browser.get("/");
    assert_eq!(
        heard.take(),
        ["login: user 1 has another identifier, Basic: no longer fresh"]
    );
    browser.get("/");
    let elsewhere = "login: user 1 is used with another identifier";
    assert_eq!(heard.take(), [elsewhere]);
    browser.get("/");
    assert!(heard.take().is_empty());

    let (client, heard) = listening(Config {
        protection_level: ProtectionLevel::Strong,
        ..config()
    });
    let mut browser = Browser::logged_in(&client, "id=1");
    heard.take();
    browser.agent = CURL;
    browser.get("/");
    assert_eq!(
        heard.take(),
        ["login: user 1 has another identifier, Strong: session ended"]
    );
}

#[test]
fn challenges_are_told_with_their_reason() {
    let (client, heard) = listening(config());
    Browser::new(&client).get("/account");
    assert_eq!(heard.take(), ["login: challenged, not logged in"]);
    let mut browser = Browser::logged_in(&client, "id=1&fresh=false");
    heard.take();
    browser.get("/settings");
    assert_eq!(heard.take(), ["login: challenged, the login is not fresh"]);
    // A handler's own 401 is no challenge, nor is a guard that forwards.
    browser.post("/login", "id=1&password=wrong");
    Browser::new(&client).get("/dashboard");
    assert!(heard.take().is_empty());
}

#[test]
fn an_event_can_be_taken_apart() {
    let users = Arc::new(Mutex::new(Vec::new()));
    let ear = users.clone();
    let fairing = LoginManager::fairing(app::load).config(config());
    let fairing = fairing.on_event(move |event, _| match event {
        Event::LoggedIn { user, .. } => ear.lock().unwrap().push(user.get::<i64>()),
        Event::TokenRefused { token, why, .. } => {
            assert_eq!((*token, *why), (TokenKind::Session, Refused::Forged));
        }
        _ => {}
    });
    let client = client_of(bare().attach(fairing).mount("/", app::routes()));
    let mut browser = Browser::logged_in(&client, "id=2");
    browser.set_cookie("session", "x");
    browser.get("/");
    assert_eq!(*users.lock().unwrap(), [Some(2)]);
}

#[catch(401)]
fn own(request: &Request<'_>) -> String {
    let asked_twice = Challenge::of(request).and(Challenge::of(request));
    asked_twice.map_or("none".into(), |challenge| challenge.reason().to_string())
}

#[test]
fn a_challenge_is_told_once_with_every_answer_of_the_applications_catcher() {
    let heard = Heard::default();
    let ear = heard.clone();
    let fairing = LoginManager::fairing(app::load).config(config());
    let fairing = fairing.on_event(move |event, _| ear.0.lock().unwrap().push(event.to_string()));
    let rocket = bare().attach(fairing).mount("/", app::routes());
    let client = client_of(rocket.register("/", catchers![own]));
    assert_eq!(Browser::new(&client).get("/account").body, "not logged in");
    assert_eq!(heard.take(), ["login: challenged, not logged in"]);
}

/// It keeps what the browser has: the browser gets the next token.
#[test]
fn a_login_without_remember_is_not_told_as_one_to_be_remembered() {
    let (client, heard) = listening(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    heard.take();
    let answer = browser.post("/login", "id=1");
    assert!(answer.cookie("remember_token").is_some());
    assert_eq!(heard.take(), ["login: user 1 logged in"]);
}
