//! A response fairing after the login fairing that asks who is there: its guard only looks.

use std::sync::{Arc, Mutex};

use rocket::fairing::AdHoc;
use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket_login::{Config, LoginManager, MaybeUser};

use super::{assert_in, remembered, rocket, stored};
use crate::app::{self, Account, advance};

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
