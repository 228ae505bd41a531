//! A response fairing after the login fairing that asks who is there: its guard only looks.

use std::sync::{Arc, Mutex};

use rocket::fairing::AdHoc;
use rocket::http::{Header, Status};
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket_login::{Auth, Config, LoginManager, MaybeUser};

use super::{assert_in, remembered, rocket, stored};
use crate::app::{self, Account, Accounts, advance, config, strong};
use crate::browser::{Browser, CURL};

/// An application with such a fairing, and the names that it saw.
fn client(config: Config) -> (Client, Arc<Mutex<Vec<String>>>) {
    let names = Arc::<Mutex<Vec<String>>>::default();
    let seen = names.clone();
    let late = AdHoc::on_response("late", move |request, _| {
        let seen = seen.clone();
        Box::pin(async move {
            let user = request.guard::<MaybeUser<Account>>().await;
            let user = user.succeeded().and_then(MaybeUser::into_inner);
            let name = user.map_or("nobody".into(), |user| user.name.clone());
            seen.lock().unwrap().push(name);
        })
    });
    let login = LoginManager::fairing(app::load).config(config);
    (app::client_of(rocket(login).attach(late)), names)
}

#[test]
fn a_guard_in_a_late_response_fairing_costs_no_remember_token() {
    let (client, names) = client(stored());
    let mut alice = remembered(&client);
    for _ in 0..3 {
        let answer = alice.get("/open");
        assert_eq!(answer.status, Status::Ok);
        answer.assert_no_cookies();
        assert_eq!(names.lock().unwrap().pop().as_deref(), Some("alice"));
        advance(&client, Duration::seconds(40));
    }
    for _ in 0..3 {
        assert_in(&mut alice);
        advance(&client, Duration::seconds(40));
        alice.restart();
    }
    assert_in(&mut alice);
}

#[test]
fn a_guard_in_a_late_response_fairing_sees_what_the_handler_did() {
    let (client, names) = client(stored());
    let mut alice = remembered(&client);
    assert_in(&mut alice);
    assert_eq!(names.lock().unwrap().pop().as_deref(), Some("alice"));
    assert_eq!(alice.post("/logout", "").status, Status::Ok);
    assert_eq!(names.lock().unwrap().pop().as_deref(), Some("nobody"));
}

/// Tries to log bob in, once the answer has been made.
fn logging_in() -> AdHoc {
    AdHoc::on_response("logs in", |request, response| {
        Box::pin(async move {
            if request.uri().path() == "/open" {
                let auth = request.guard::<Auth<'_, Account>>().await.unwrap();
                let bob = request.rocket().state::<Accounts>().unwrap().find(2);
                let error = auth.login(&bob.unwrap()).await.unwrap_err();
                let error = format!("{:?}", error.kind());
                response.set_header(Header::new("X-Error", error));
            }
        })
    })
}

#[test]
fn in_a_late_response_fairing_it_is_too_late_for_a_login() {
    for config in [stored(), config()] {
        let login = LoginManager::fairing(app::load).config(config);
        let client = app::client_of(rocket(login).attach(logging_in()));
        for mut browser in [
            Browser::new(&client),
            Browser::logged_in(&client, "id=1"),
            remembered(&client),
        ] {
            let answer = browser.get("/open");
            assert_eq!(answer.header("X-Error"), Some("TooLate"));
            answer.assert_no_cookies();
        }
    }
}

#[test]
fn a_guard_in_a_late_response_fairing_ends_no_session_from_elsewhere() {
    for config in [with_strong(stored()), strong()] {
        let (client, _) = client(config);
        let mut alice = Browser::logged_in(&client, "id=1");
        let mut moved = alice.clone();
        moved.agent = CURL;
        moved.get("/open");
        assert_in(&mut alice);
    }
}

fn with_strong(config: Config) -> Config {
    Config {
        protection_level: strong().protection_level,
        ..config
    }
}
