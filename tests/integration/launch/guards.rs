//! Guards and fairings that do not fit together.

use rocket::error::ErrorKind;
use rocket::form::Form;
use rocket::http::{Accept, Status};
use rocket::local::blocking::Client;
use rocket::{Build, Request, Rocket, Route, get, post, routes, uri};
use rocket_login::{
    Auth, AuthUser, Config, Forwarding, FreshUser, LoginError, LoginManager, MaybeUser, Next,
    NextField, NextRedirect, Reason, User, WsUser,
};

use super::printed::printed;
use super::{assert_refused, figment, table, table_figment};
use crate::app::{Account, KEY, bare, client_of, load};

struct Robot;

impl AuthUser for Robot {
    type Id = u32;

    fn id(&self) -> u32 {
        7
    }

    fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> {
        [][..].into()
    }
}

async fn load_robot(_: &Request<'_>, _: u32) -> Result<Option<Robot>, std::fmt::Error> {
    Ok(Some(Robot))
}

#[get("/user")]
fn user(_user: User<Account>) {}

#[get("/fresh")]
fn fresh(_user: FreshUser<Account>) {}

#[get("/maybe")]
fn maybe(_user: MaybeUser<Account>) {}

#[get("/auth")]
fn auth(_auth: Auth<'_, Account>) {}

#[get("/forwarding")]
fn forwarding(_user: Forwarding<User<Account>>) {}

#[get("/forwarding-fresh")]
fn forwarding_fresh(_user: Forwarding<FreshUser<Account>>) {}

#[get("/option")]
fn option(_user: Option<User<Account>>) {}

#[get("/result")]
fn result(_user: Result<User<Account>, Reason>) {}

#[get("/socket")]
fn socket(_user: WsUser<'_, Account>) {}

#[get("/forwarding-socket")]
fn forwarding_socket(_user: Forwarding<WsUser<'_, Account>>) {}

#[get("/next")]
fn next(_next: Next) {}

#[post("/redirect", data = "<next>")]
fn redirect(next: Form<NextField>) -> NextRedirect {
    next.into_inner().redirect_or(uri!("/"))
}

#[post("/fallible", data = "<next>")]
fn fallible(next: Form<NextField>) -> Result<NextRedirect, Status> {
    Ok(next.into_inner().redirect_or(uri!("/")))
}

/// One by one: a single aborting sentinel would hide that others do not.
fn guarded() -> Vec<Route> {
    routes![
        user,
        fresh,
        maybe,
        auth,
        forwarding,
        forwarding_fresh,
        option,
        result,
        socket,
        forwarding_socket,
        next,
        redirect,
        fallible,
    ]
}

#[track_caller]
fn assert_aborts(rocket: Rocket<Build>, route: &str) {
    let error = Client::untracked(rocket).map(drop).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::SentinelAborts(_)),
        "{route}: {error}"
    );
}

#[test]
fn a_guard_without_its_fairing_aborts_the_launch() {
    for route in guarded() {
        let name = route.to_string();
        assert_aborts(bare().mount("/", vec![route]), &name);
    }
}

#[test]
fn a_guard_with_its_fairing_does_not() {
    client_of(table("").mount("/guarded", guarded()));
}

#[test]
fn a_fairing_for_other_users_is_not_the_guards_fairing() {
    let robots = || LoginManager::fairing(load_robot).config(Config::new("/in", KEY));
    for route in guarded() {
        let name = route.to_string();
        let rocket = bare().attach(robots()).mount("/", vec![route]);
        // A redirect to a page does not depend on the type of users.
        match ["next", "redirect", "fallible"]
            .iter()
            .any(|it| name.contains(it))
        {
            true => drop(client_of(rocket)),
            false => assert_aborts(rocket, &name),
        }
    }
}

#[test]
fn the_missing_fairing_is_told_once() {
    let said = printed(|| {
        let rocket = bare().configure(figment("debug", ""));
        assert_aborts(rocket.mount("/", guarded()), "all");
    });
    assert!(said.contains("LoginManager::fairing(load)"), "{said}");
    assert_eq!(said.matches("A guard needs").count(), 1, "{said}");
}

#[test]
fn the_missing_fairing_is_told_with_the_type_of_users() {
    let said = printed(|| {
        let rocket = bare().configure(figment("debug", ""));
        assert_aborts(rocket.mount("/", routes![user]), "user");
    });
    let told = "A guard needs `LoginManager<integration::app::Account>`";
    assert!(said.contains(told), "{said}");
}

#[test]
fn the_missing_fairing_of_next_is_told() {
    let said = printed(|| {
        let rocket = bare().configure(figment("debug", ""));
        assert_aborts(rocket.mount("/", routes![next]), "next");
    });
    assert!(said.contains("A guard needs `LoginManager`"), "{said}");
}

#[test]
fn a_second_fairing_for_the_same_users_is_refused() {
    assert_refused(table("").attach(LoginManager::fairing(load)));
    let config = Config {
        cookie_name: Some("other_remember".into()),
        session: rocket_login::SessionConfig {
            cookie_name: Some("other".into()),
            ..Default::default()
        },
        ..Config::new("login_page", KEY)
    };
    let other = LoginManager::fairing(load)
        .table("other_login")
        .config(config);
    assert_refused(table("").attach(other));
}

#[post("/in")]
async fn enter(auth: Auth<'_, Robot>) -> Result<(), LoginError> {
    auth.login(&Robot).await.map(drop)
}

#[test]
fn a_user_without_an_auth_hash_is_warned_of_once() {
    let said = printed(|| {
        let config = Config::new("/login", KEY);
        let fairing = LoginManager::fairing(load_robot).config(config);
        let rocket = bare().configure(figment("debug", "")).attach(fairing);
        let client = client_of(rocket.mount("/", routes![enter]));
        for _ in 0..3 {
            let host = rocket::http::Header::new("Host", "app.example");
            let origin = rocket::http::Header::new("Sec-Fetch-Site", "same-origin");
            let answer = client.post("/in").header(host).header(origin).dispatch();
            assert_eq!(answer.status(), rocket::http::Status::Ok);
        }
    });
    assert_eq!(said.matches("`session_auth_hash`").count(), 1, "{said}");
}

#[get("/in")]
fn guarded_login(_user: User<Account>) {}

#[test]
fn a_login_page_that_is_guarded_is_told_once() {
    let said = printed(|| {
        let rocket = bare().configure(table_figment("redirect_to = '/in'"));
        let rocket = rocket.attach(LoginManager::fairing(load));
        let client = client_of(rocket.mount("/", routes![guarded_login, user]));
        for _ in 0..2 {
            let asked = client.get("/in").header(Accept::HTML).dispatch();
            assert_eq!(asked.status(), Status::Unauthorized);
        }
    });
    let told = "a guard refuses that page as well";
    assert_eq!(said.matches(told).count(), 1, "{said}");
}

#[test]
fn a_login_page_that_is_open_is_not() {
    let said = printed(|| {
        let client = client_of(table(""));
        for page in ["/account", "/login"] {
            client.get(page).header(Accept::HTML).dispatch();
        }
        client.post("/login").dispatch();
    });
    assert!(!said.contains("a guard refuses"), "{said}");
}
