//! Errors of guards and of logins in handlers that answer with a status.

use rocket::http::Status;
use rocket::{Build, Request, Rocket, State, post, routes};
use rocket_login::{Auth, LoginError, LoginManager, LoginOutcome, Reason, User};

use crate::app::{self, Account, Accounts, bare, client_of, stateless};
use crate::browser::Browser;
use crate::launch::printed::{log_level, printed};

#[post("/come-in/<id>")]
async fn come_in(
    id: i64,
    accounts: &State<Accounts>,
    auth: Auth<'_, Account>,
) -> Result<&'static str, Status> {
    let account = accounts.find(id).ok_or(Status::NotFound)?;
    let outcome = auth.login(&account).await?;
    assert_eq!(outcome, LoginOutcome::LoggedIn);
    Ok("in")
}

#[post("/name")]
fn name(user: Result<User<Account>, Reason>) -> Result<String, Status> {
    Ok(user?.name.clone())
}

#[post("/count")]
async fn count(auth: Auth<'_, Account>) -> Result<String, Status> {
    Ok(auth.sessions().await?.len().to_string())
}

/// The same error as a responder.
#[post("/count-too")]
async fn count_too(auth: Auth<'_, Account>) -> Result<String, LoginError> {
    Ok(auth.sessions().await?.len().to_string())
}

fn rocket() -> Rocket<Build> {
    let fairing = LoginManager::fairing(app::load).config(stateless());
    let handlers = routes![come_in, name, count, count_too];
    let rocket = bare().attach(fairing).mount("/", app::routes());
    rocket.mount("/", handlers)
}

#[test]
fn an_error_becomes_its_status() {
    let client = client_of(rocket());
    let mut browser = Browser::new(&client);
    // The 401 of a guard, so that the catcher answers it.
    assert_eq!(browser.post("/name", "").status, Status::SeeOther);
    assert_eq!(browser.post("/come-in/3", "").status, Status::Forbidden);
    assert_eq!(browser.post("/come-in/1", "").body, "in");
    assert_eq!(browser.post("/name", "").body, "alice");
    let answer = browser.post("/count", "");
    assert_eq!(answer.status, Status::InternalServerError);
}

#[test]
fn a_loader_that_waits_in_vain_is_told_of_the_order_of_guards() {
    let said = printed(|| {
        for why in [
            "pool timed out",
            "Timeout occurred while waiting",
            "no such table",
        ] {
            let figment = rocket().figment().clone();
            let load = move |_: &Request<'_>, _: i64| async move { Err::<Option<Account>, _>(why) };
            let fairing = LoginManager::fairing(load).config(stateless());
            let rocket = bare().attach(fairing).mount("/", app::routes());
            let rocket = rocket.configure(figment.merge(("log_level", log_level())));
            let client = client_of(rocket.mount("/", routes![come_in, name]));
            let mut browser = Browser::logged_in(&client, "id=1");
            assert_eq!(browser.post("/name", "").status, Status::ServiceUnavailable);
        }
    });
    assert!(said.contains("no such table"), "{said}");
    let told = said.matches("before guards that hold connections").count();
    assert_eq!(told, 2, "{said}");
}

#[test]
fn the_log_tells_the_cause_once() {
    let said = printed(|| {
        let figment = rocket().figment().clone();
        let figment = figment.merge(("log_level", log_level()));
        let client = client_of(rocket().configure(figment));
        let mut browser = Browser::new(&client);
        browser.post("/come-in/1", "");
        browser.post("/count", "");
        browser.post("/count-too", "");
    });
    let told = said.matches("there is no `session.store`").count();
    assert_eq!(told, 2, "{said}");
}
