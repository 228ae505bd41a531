//! Limits for attempts to log in, over HTTP.

mod answers;
mod known;
mod limits;
mod names;
mod settings;
mod stores;

use std::sync::{Arc, Mutex};

use rocket::form::Form;
use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{Build, FromForm, Rocket, State, post, routes};
use rocket_login::{
    AttemptsConfig, Auth, Config, Event, LoginError, LoginErrorKind, LoginFairing, LoginManager,
    User,
};

use crate::app::{self, Account, Accounts, bare, client_of, config};
use crate::browser::{Answer, Browser};

#[derive(FromForm)]
struct SignIn<'r> {
    name: &'r str,
    password: &'r str,
}

/// The two lines, and what an application has around them.
async fn sign_in(
    form: &SignIn<'_>,
    auth: &Auth<'_, Account>,
    accounts: &Accounts,
) -> Result<Status, LoginError> {
    let attempt = auth.attempt(form.name).await?;
    let account = accounts.find(match form.name.trim().to_lowercase().as_str() {
        "alice" => 1,
        "bob" => 2,
        _ => 0,
    });
    let Some(account) = account.filter(|_| form.password == "right") else {
        return Ok(Status::Unauthorized);
    };
    attempt.succeeded(&account).await?;
    auth.login(&account).await?;
    Ok(Status::Ok)
}

/// By `?` into a `Status`.
#[post("/try", data = "<form>")]
async fn try_(
    form: Form<SignIn<'_>>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<Status, Status> {
    Ok(sign_in(&form, &auth, accounts).await?)
}

/// With the error as the response.
#[post("/error", data = "<form>")]
async fn error(
    form: Form<SignIn<'_>>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<Status, LoginError> {
    sign_in(&form, &auth, accounts).await
}

/// With a page of its own, of this status.
#[post("/page/<code>", data = "<form>")]
async fn page(
    code: u16,
    form: Form<SignIn<'_>>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> (Status, String) {
    match sign_in(&form, &auth, accounts).await {
        Ok(status) => (status, "mine".into()),
        Err(error) => {
            assert_eq!(error.kind(), LoginErrorKind::TooManyAttempts);
            let wait = error.retry_after().unwrap().as_secs();
            (Status::new(code), format!("wait {wait}"))
        }
    }
}

/// Holds one attempt open while there is another one.
#[post("/held/<name>")]
async fn held(name: &str, auth: Auth<'_, Account>, accounts: &State<Accounts>) -> String {
    let first = auth.attempt(name).await.unwrap();
    let second = auth.attempt(name).await.err().map(|error| error.kind());
    first.succeeded(&accounts.find(1).unwrap()).await.unwrap();
    let third = auth.attempt(name).await.err().map(|error| error.kind());
    format!("{second:?} {third:?}")
}

#[post("/again/<password>")]
async fn again(
    password: &str,
    user: User<Account>,
    auth: Auth<'_, Account>,
) -> Result<Status, LoginError> {
    let attempt = auth.attempt(&user.name).await?;
    if password != "right" {
        attempt.failed();
        return Ok(Status::Unauthorized);
    }
    attempt.succeeded(&user).await?;
    auth.confirm_as(&user).await?;
    Ok(Status::Ok)
}

#[post("/panics/<name>")]
async fn panics(name: &str, auth: Auth<'_, Account>) {
    let _attempt = auth.attempt(name).await;
    panic!("as a handler may");
}

fn with(attempts: AttemptsConfig) -> Config {
    Config {
        attempts,
        ..config()
    }
}

/// Three attempts a name, five an address.
fn strict() -> AttemptsConfig {
    AttemptsConfig {
        per_name: 3,
        per_address: 5,
        ..AttemptsConfig::default()
    }
}

fn routes() -> Vec<rocket::Route> {
    [
        app::routes(),
        routes![try_, error, page, held, again, panics],
    ]
    .concat()
}

fn rocket(fairing: LoginFairing<Account>) -> Rocket<Build> {
    bare().attach(fairing).mount("/", routes())
}

fn client(attempts: AttemptsConfig) -> Client {
    let fairing = LoginManager::fairing(app::load).config(with(attempts));
    client_of(rocket(fairing))
}

type Heard = Arc<Mutex<Vec<String>>>;

/// The same, with all that the hook and the log are told.
fn listening(attempts: AttemptsConfig) -> (Client, Heard) {
    let heard = Heard::default();
    let ear = heard.clone();
    let fairing = LoginManager::fairing(app::load).config(with(attempts));
    let fairing = fairing.on_event(move |event: &Event, _| {
        ear.lock().unwrap().push(event.to_string());
    });
    (client_of(rocket(fairing)), heard)
}

/// Tries to log in, from this address.
fn attempt(client: &Client, remote: &'static str, form: &str) -> Answer {
    let mut browser = Browser::new(client);
    browser.remote = remote;
    browser.post("/try", form)
}

fn status(client: &Client, remote: &'static str, form: &str) -> u16 {
    attempt(client, remote, form).status.code
}

const HOME: &str = "192.0.2.1:1";
const ELSEWHERE: &str = "198.51.100.7:1";
