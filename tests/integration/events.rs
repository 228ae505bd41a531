//! What an application hears of its logins.

use std::sync::{Arc, Mutex};

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket::{Request, catch, catchers};
use rocket_login::{Challenge, Config, Event, LoginManager, ProtectionLevel, Refused, TokenKind};

use crate::app::{self, accounts, advance, bare, client_of, config};
use crate::browser::{Browser, CURL};

/// What was heard, as it is logged.
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

#[track_caller]
fn assert_refused(spoil: impl Fn(&Client, &mut Browser<'_>), expected: &[&str]) {
    let (client, heard) = listening(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    heard.take();
    spoil(&client, &mut browser);
    heard.take();
    browser.get("/");
    assert_eq!(heard.take(), expected);
}

#[test]
fn tokens_are_refused_with_a_reason() {
    assert_refused(
        |_, browser| {
            browser.set_cookie("session", "forged");
            browser.drop_cookie("remember_token");
        },
        &["login: session token refused, not signed by us"],
    );
    assert_refused(
        |client, browser| {
            advance(client, Duration::hours(3));
            browser.set_cookie("remember_token", "a; remember_token=b");
        },
        &[
            "login: session token refused, expired",
            "login: remember token refused, there twice",
        ],
    );
    assert_refused(
        |_, browser| {
            browser.clone().post("/logout", "");
        },
        &[
            "login: session token refused, logged out or ended elsewhere",
            "login: remember token refused, logged out or ended elsewhere",
        ],
    );
    assert_refused(
        |_, browser| {
            browser.drop_cookie("remember_token");
            browser.clone().post("/confirm", "");
        },
        &["login: session token refused, replaced by a newer one"],
    );
}

#[test]
fn users_who_changed_are_the_reason_for_a_refusal() {
    let refused = |why: &str| format!("login: session token refused, {why}");
    assert_refused(
        |client, _| accounts(client).delete(1),
        &[
            &refused("no such user"),
            "login: remember token refused, no such user",
        ],
    );
    assert_refused(
        |client, _| accounts(client).set_active(1, false),
        &[
            &refused("user not active"),
            "login: remember token refused, user not active",
        ],
    );
    assert_refused(
        |client, _| accounts(client).set_password(1, "new"),
        &[
            &refused("auth hash changed"),
            "login: remember token refused, auth hash changed",
        ],
    );
}

#[test]
fn nothing_is_told_while_the_loader_fails() {
    let (client, heard) = listening(config());
    let mut browser = Browser::logged_in(&client, "id=1");
    heard.take();
    browser.agent = CURL;
    accounts(&client).set_failing(true);
    browser.get("/");
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
fn a_challenge_is_told_once_whatever_the_applications_catcher_answers() {
    let heard = Heard::default();
    let ear = heard.clone();
    let fairing = LoginManager::fairing(app::load).config(config());
    let fairing = fairing.on_event(move |event, _| ear.0.lock().unwrap().push(event.to_string()));
    let rocket = bare().attach(fairing).mount("/", app::routes());
    let client = client_of(rocket.register("/", catchers![own]));
    assert_eq!(Browser::new(&client).get("/account").body, "not logged in");
    assert_eq!(heard.take(), ["login: challenged, not logged in"]);
}

#[test]
fn a_login_without_remember_is_not_told_as_one_to_be_remembered() {
    let old = app::client(config());
    let token = Browser::logged_in(&old, "id=1&remember=true").cookie("remember_token");
    let (client, heard) = listening(Config {
        previous_secret_keys: vec![app::KEY.into()],
        ..Config::new("login_page", "the new secret key, as long as it has to be")
    });
    let mut browser = Browser::new(&client);
    browser.set_cookie("remember_token", &token.unwrap());
    let answer = browser.post("/login", "id=1");
    assert!(answer.cookie("remember_token").is_some());
    assert_eq!(heard.take(), ["login: user 1 logged in"]);
}

#[test]
fn a_restore_of_which_nothing_remains_is_not_told() {
    let (client, heard) = listening(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.clone().post("/confirm", "");
    heard.take();
    browser.get("/").assert_no_cookies();
    assert_eq!(
        heard.take(),
        ["login: session token refused, replaced by a newer one"]
    );
}
