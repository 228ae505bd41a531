//! Programs as users, which come with a key and keep no cookies.

mod elsewhere;
mod failures;
mod precedence;
mod sessions;
mod sockets;

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rocket::futures::future::pending;
use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::tokio::sync::Notify;
use rocket::{Build, Request, Rocket, get, post, routes};
use rocket_login::{
    Auth, Config, LoginError, LoginFairing, LoginManager, MaybeUser, Permit, Policy, User, Via,
    login_required,
};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::app::{self, Account, Accounts, accounts, bare, client_of, config};
use crate::browser::{Answer, Browser};

const ALICE: &str = "Bearer 1.alices-key";
const BOB: &str = "Bearer 2.bobs-key";
const CAROL: &str = "Bearer 3.carols-key";

/// The digests of the keys, and how often they were read.
struct Keys {
    digests: Mutex<HashMap<i64, [u8; 32]>>,
    asked: AtomicUsize,
    hanging: Notify,
}

impl Keys {
    fn new() -> Self {
        let keys = [(1, "alices-key"), (2, "bobs-key"), (3, "carols-key")];
        let digest = |(id, key)| (id, Sha256::digest(key).into());
        Self {
            digests: Mutex::new(keys.map(digest).into()),
            asked: AtomicUsize::new(0),
            hanging: Notify::new(),
        }
    }

    fn owner(&self, key: &str) -> Option<i64> {
        let (id, secret) = key.split_once('.')?;
        let id = id.parse().ok()?;
        let known = *self.digests.lock().unwrap().get(&id)?;
        let is_good = known[..].ct_eq(&Sha256::digest(secret)[..]);
        bool::from(is_good).then_some(id)
    }

    fn revoke(&self, id: i64) {
        self.digests.lock().unwrap().remove(&id);
    }

    fn take_asked(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }
}

/// Takes a key from any of three headers. One of them is `Cookie`, where a key must do no harm.
async fn by_key(request: &Request<'_>) -> Result<Option<Account>, String> {
    let keys = request.rocket().state::<Keys>().unwrap();
    keys.asked.fetch_add(1, Ordering::SeqCst);
    let header = request.headers().get_one("Authorization");
    let value = header.and_then(|value| value.split_once(' '));
    let cookie = request.headers().get_one("Cookie");
    let cookie = cookie.and_then(|pair| pair.strip_prefix("api_key="));
    let other = request.headers().get_one("X-Api-Key");
    match value.map(|(_, key)| key).or(other).or(cookie) {
        Some("error") => Err("the database password is hunter2".into()),
        Some("panic") => panic!("this loader is in a mood"),
        Some("hang") => {
            keys.hanging.notify_one();
            pending().await
        }
        Some(key) => {
            let accounts = request.rocket().state::<Accounts>().unwrap();
            Ok(keys.owner(key).and_then(|id| accounts.find(id)))
        }
        None => Ok(None),
    }
}

#[get("/via")]
async fn via(
    user: User<Account>,
    maybe: MaybeUser<Account>,
    auth: Auth<'_, Account>,
) -> Result<String, LoginError> {
    assert_eq!(auth.via().await?, Some(user.via()));
    assert_eq!(maybe.as_ref().map(|user| user.id), Some(user.id));
    Ok(format!("{} via {:?}", user.name, user.via()))
}

#[post("/work")]
fn work(user: User<Account>) -> String {
    format!("done for {} via {:?}", user.name, user.via())
}

#[post("/group")]
fn group() -> &'static str {
    "done"
}

#[derive(Default)]
struct Bob;

impl Policy<Account> for Bob {
    type Error = std::convert::Infallible;

    async fn allow(&self, user: &Account, _: &Request<'_>) -> Result<bool, Self::Error> {
        Ok(user.name == "bob")
    }
}

#[get("/bobs")]
fn bobs(user: Permit<Bob, Account>) -> String {
    user.name.clone()
}

fn fairing(config: Config) -> LoginFairing<Account> {
    LoginManager::fairing(app::load)
        .config(config)
        .request_loader(by_key)
}

fn rocket(config: Config) -> Rocket<Build> {
    rocket_of(fairing(config))
}

fn rocket_of(fairing: LoginFairing<Account>) -> Rocket<Build> {
    bare()
        .attach(fairing)
        .manage(Keys::new())
        .mount("/", app::routes())
        .mount("/", routes![via, work, bobs])
        .mount("/", login_required::<Account>(routes![group]))
}

fn keys(client: &Client) -> &Keys {
    client.rocket().state().unwrap()
}

fn program<'c>(client: &'c Client, key: &str) -> Browser<'c> {
    Browser::new(client).with("Authorization", key)
}

#[track_caller]
fn assert_told(answer: &Answer, status: Status, error: &str) {
    assert_eq!((answer.status, &answer.location), (status, &None));
    assert!(answer.body.contains(error), "{answer:?}");
    answer.assert_no_cookies();
}

fn vary(answer: &Answer) -> Vec<&str> {
    let headers = answer.headers.iter();
    let vary = headers.filter(|(name, _)| name.eq_ignore_ascii_case("Vary"));
    vary.map(|(_, value)| value.as_str()).collect()
}

#[test]
fn a_program_is_known_by_its_key_and_gets_no_cookie() {
    let client = client_of(rocket(config()));
    for (key, name) in [(ALICE, "alice"), (BOB, "bob")] {
        let answer = program(&client, key).get("/via");
        assert_eq!(answer.body, format!("{name} via Request"));
        answer.assert_no_cookies();
        let account = program(&client, key).get("/account").body;
        assert_eq!(account, format!("{name} fresh=false remembered=false"));
    }
    assert_eq!(program(&client, ALICE).post("/group", "").body, "done");
}

#[test]
fn it_is_asked_once_and_only_where_a_guard_is() {
    let client = client_of(rocket(config()));
    program(&client, ALICE).get("/via");
    assert_eq!(keys(&client).take_asked(), 1);
    assert_eq!(accounts(&client).take_loads(), 0);
    program(&client, ALICE).get("/open");
    program(&client, ALICE).get("/login");
    assert_eq!(keys(&client).take_asked(), 0);
    Browser::new(&client).get("/");
    assert_eq!(keys(&client).take_asked(), 1);
}

#[test]
fn a_wrong_key_finds_no_user() {
    let client = client_of(rocket(config()));
    for key in ["Bearer 1.bobs-key", "Bearer 1.", "Bearer", "", "Bearer 9.x"] {
        let answer = program(&client, key).get("/via");
        assert_told(&answer, Status::Unauthorized, "login_required");
        assert_eq!(program(&client, key).get("/").body, "hello nobody");
    }
}

#[test]
fn a_key_of_a_user_who_is_not_active_is_refused() {
    let client = client_of(rocket(config()));
    let answer = program(&client, CAROL).get("/via");
    assert_told(&answer, Status::Unauthorized, "login_required");
    accounts(&client).set_active(1, false);
    assert_eq!(program(&client, ALICE).get("/").body, "hello nobody");
}

#[test]
fn a_key_is_no_fresh_login_and_no_page_is_shown_instead() {
    let client = client_of(rocket(config()));
    let answer = program(&client, ALICE).get("/settings");
    assert_told(&answer, Status::Unauthorized, "reauthenticate");
    let browser = Browser::new(&client).with("X-Api-Key", "1.alices-key");
    let mut browser = browser.with("Accept", "text/html");
    let answer = browser.get("/settings");
    assert_told(&answer, Status::Unauthorized, "reauthenticate");
    assert_eq!(browser.get("/via").body, "alice via Request");
}

#[test]
fn a_program_is_permitted_what_its_user_is() {
    let client = client_of(rocket(config()));
    assert_eq!(program(&client, BOB).get("/bobs").body, "bob");
    let mut alice = Browser::new(&client).with("X-Api-Key", "1.alices-key");
    let answer = alice.get("/bobs");
    assert_told(&answer, Status::Forbidden, "not_permitted");
}

#[test]
fn a_page_that_depends_on_a_key_is_kept_from_caches() {
    let client = client_of(rocket(config()));
    let known = program(&client, ALICE).get("/via");
    assert!(vary(&known).is_empty(), "{known:?}");
    assert_eq!(known.header("Cache-Control"), Some("no-store"));
    let nobody = Browser::new(&client).get("/");
    assert_eq!(vary(&nobody), ["Cookie", "Authorization"]);
    assert_eq!(nobody.header("Cache-Control"), None);
    let open = program(&client, ALICE).get("/open");
    assert!(vary(&open).is_empty());
}

#[test]
fn without_a_request_loader_a_key_is_nothing() {
    let client = app::client(config());
    let answer = program(&client, ALICE).get("/account");
    assert_told(&answer, Status::Unauthorized, "login_required");
    assert_eq!(vary(&answer), ["Cookie"]);
}

#[test]
fn the_user_it_has_found_is_told_once() {
    let heard = std::sync::Arc::new(Mutex::new(Vec::new()));
    let ear = heard.clone();
    let fairing = fairing(config());
    let fairing = fairing.on_event(move |event, _| ear.lock().unwrap().push(event.to_string()));
    let client = client_of(rocket_of(fairing));
    program(&client, ALICE).get("/via");
    program(&client, CAROL).get("/");
    let told = [
        "login: user 1 found by a key",
        "login: user 3 is not active, and refused",
    ];
    assert_eq!(*heard.lock().unwrap(), told);
}
