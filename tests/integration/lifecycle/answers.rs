//! The headers of answers for caches.

use rocket::http::{Header, Status};
use rocket::local::blocking::Client;
use rocket::{Responder, get, post, routes};
use rocket_login::{Auth, LoginError, LoginManager, MaybeUser, User};

use super::{NAMES, REMEMBERED, TOKEN, alone, rocket};
use crate::app::{self, Account, Accounts, config};
use crate::browser::{Answer, Browser};

const OWN: &str = "public, max-age=60";

/// A page with a `Cache-Control` of its own.
#[derive(Responder)]
struct Cached(&'static str, Header<'static>);

fn cached() -> Cached {
    Cached("cached", Header::new("Cache-Control", OWN))
}

#[get("/cached")]
fn cached_page(_user: User<Account>) -> Cached {
    cached()
}

#[get("/cached-for-all")]
fn cached_for_all(_user: MaybeUser<Account>) -> Cached {
    cached()
}

#[post("/cached-login")]
async fn cached_login(
    auth: Auth<'_, Account>,
    accounts: &rocket::State<Accounts>,
) -> Result<Cached, LoginError> {
    auth.login(&accounts.find(1).unwrap()).await?;
    Ok(cached())
}

#[post("/cached-logout")]
async fn cached_logout(auth: Auth<'_, Account>) -> Result<Cached, LoginError> {
    auth.logout().await?;
    Ok(cached())
}

#[post("/cached-confirm")]
async fn cached_confirm(
    auth: Auth<'_, Account>,
    accounts: &rocket::State<Accounts>,
) -> Result<Cached, LoginError> {
    auth.confirm_as(&accounts.find(1).unwrap()).await?;
    Ok(cached())
}

#[post("/cached-renew")]
async fn cached_renew(
    auth: Auth<'_, Account>,
    accounts: &rocket::State<Accounts>,
) -> Result<Cached, LoginError> {
    auth.renew(&accounts.find(1).unwrap()).await?;
    Ok(cached())
}

fn client() -> Client {
    let login = LoginManager::fairing(app::load).config(config());
    let cached = routes![cached_page, cached_for_all, cached_login, cached_logout];
    let rotated = routes![cached_confirm, cached_renew];
    app::client_of(rocket(login).mount("/", cached).mount("/", rotated))
}

/// All values of a header.
fn values<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    let found = answer.headers.iter();
    let found = found.filter(|(found, _)| found.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str()).collect()
}

#[track_caller]
fn assert_caching(answer: &Answer, control: &[&str], vary: &[&str]) {
    assert_eq!(values(answer, "Cache-Control"), control, "{answer:?}");
    assert_eq!(values(answer, "Vary"), vary, "{answer:?}");
}

/// The names of the headers that a page without a guard does not have.
fn names_beyond(answer: &Answer, plain: &Answer) -> Vec<String> {
    let plain: Vec<_> = plain.headers.iter().map(|(name, _)| name).collect();
    let names = answer.headers.iter().map(|(name, _)| name);
    let beyond = names.filter(|name| !plain.contains(name));
    beyond.cloned().collect()
}

#[test]
fn a_personal_answer_has_no_store_and_no_header_more() {
    let client = client();
    let mut alice = Browser::logged_in(&client, REMEMBERED);
    let plain = alice.get("/open");
    assert_caching(&plain, &[], &[]);
    for uri in ["/account", "/settings", "/", "/dashboard", "/many"] {
        let answer = alice.get(uri);
        assert_eq!(answer.status, Status::Ok);
        assert_caching(&answer, &["no-store"], &[]);
        assert_eq!(names_beyond(&answer, &plain), ["Cache-Control"], "{uri}");
    }
}

#[test]
fn an_answer_that_writes_or_removes_a_cookie_has_no_store_alone() {
    let client = client();
    let mut alice = Browser::logged_in(&client, REMEMBERED);
    for uri in ["/login", "/confirm", "/logout"] {
        let answer = alice.post(uri, REMEMBERED);
        assert!(!answer.set_cookies.is_empty(), "{uri}");
        assert_caching(&answer, &["no-store"], &[]);
    }
}

#[test]
fn an_answer_for_a_stranger_that_depended_on_the_session_varies() {
    let client = client();
    let mut stranger = Browser::new(&client);
    for uri in ["/", "/dashboard"] {
        let answer = stranger.get(uri);
        assert_eq!(answer.status, Status::Ok);
        assert_caching(&answer, &[], &["Cookie"]);
    }
    for name in NAMES {
        let mut forged = Browser::new(&client);
        forged.set_cookie(name, "x");
        assert_caching(&forged.get("/"), &[], &["Cookie"]);
    }
}

#[test]
fn a_cache_control_of_ones_own_stays_where_no_cookie_is_written() {
    let client = client();
    let mut alice = Browser::logged_in(&client, REMEMBERED);
    for uri in ["/cached", "/cached-for-all"] {
        assert_caching(&alice.get(uri), &[OWN], &["Cookie"]);
    }
    let mut stranger = Browser::new(&client);
    assert_caching(&stranger.get("/cached-for-all"), &[OWN], &["Cookie"]);
}

#[test]
fn a_cache_control_of_ones_own_gives_way_where_a_cookie_is_written() {
    let client = client();
    let alice = Browser::logged_in(&client, REMEMBERED);
    for uri in ["/cached", "/cached-for-all"] {
        let answer = alone(&alice, TOKEN).get(uri);
        assert!(!answer.set_cookies.is_empty(), "{answer:?}");
        assert_eq!(values(&answer, "Cache-Control"), ["no-store"], "{answer:?}");
    }
    let mut alice = Browser::new(&client);
    for uri in [
        "/cached-login",
        "/cached-confirm",
        "/cached-renew",
        "/cached-logout",
    ] {
        let answer = alice.post(uri, "");
        assert!(!answer.set_cookies.is_empty(), "{answer:?}");
        assert_eq!(values(&answer, "Cache-Control"), ["no-store"], "{answer:?}");
    }
}
