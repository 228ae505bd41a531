//! Challenges that are told to redirect programs as well, or no request.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{Build, Request, Rocket, catch, catchers, get, routes};
use rocket_login::{Challenge, LoginFairing, LoginManager, User};

use crate::app::{self, Account, bare, client_of, config};
use crate::browser::{Answer, Browser};

#[get("/auth/<_..>")]
fn auth(_user: User<Account>) {}

#[get("/never")]
fn never(_user: User<Account>) {}

fn rocket(fairing: LoginFairing<Account>) -> Rocket<Build> {
    bare()
        .attach(fairing)
        .mount("/", app::routes())
        .mount("/", routes![auth])
        .mount("/own", routes![never])
}

fn fairing() -> LoginFairing<Account> {
    LoginManager::fairing(app::load).config(config())
}

fn asked(client: &Client, path: &str, headers: &[(&'static str, &str)]) -> Answer {
    let browser = headers.iter();
    let browser = browser.fold(Browser::new(client), |browser, (name, value)| {
        browser.with(name, *value)
    });
    browser.clone().get(path)
}

const NAVIGATION: [(&str, &str); 2] = [("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html")];
const PROGRAM: [(&str, &str); 1] = [("Accept", "application/json")];
const HANDSHAKE: [(&str, &str); 1] = [("Upgrade", "websocket")];
const HTMX: [(&str, &str); 1] = [("HX-Request", "true")];
const FRAME: [(&str, &str); 1] = [("Turbo-Frame", "list")];

#[track_caller]
fn is_refused(answer: &Answer) {
    assert_eq!(answer.status, Status::Unauthorized, "{answer:?}");
    assert_eq!(answer.location, None);
    assert_eq!(answer.header("HX-Redirect"), None);
    assert!(!answer.body.contains("refresh"), "{}", answer.body);
    let scheme = Some("RocketLogin error=\"login_required\"");
    assert_eq!(answer.header("WWW-Authenticate"), scheme);
}

#[test]
fn a_part_of_the_site_redirects_no_request() {
    let client = client_of(rocket(fairing().never_redirect_at("/auth")));
    for headers in [&NAVIGATION[..], &PROGRAM, &HTMX, &FRAME, &HANDSHAKE] {
        is_refused(&asked(&client, "/auth/check", headers));
        is_refused(&asked(&client, "/%61uth/check", headers));
    }
    asked(&client, "/account", &NAVIGATION).assert_login_redirect("%2Faccount");
}

#[test]
fn a_part_of_the_site_redirects_everybody() {
    let client = client_of(rocket(
        fairing()
            .always_redirect_at("/")
            .never_redirect_at("/auth/no"),
    ));
    for headers in [&NAVIGATION[..], &PROGRAM, &[("Authorization", "Bearer x")]] {
        asked(&client, "/account", headers).assert_login_redirect("%2Faccount");
        is_refused(&asked(&client, "/auth/no", headers));
    }
    is_refused(&asked(&client, "/account", &HANDSHAKE));
    let htmx = asked(&client, "/account", &HTMX);
    assert_eq!(htmx.header("HX-Redirect"), Some("/login"));
    let frame = asked(&client, "/account", &FRAME);
    assert!(frame.body.contains("refresh"), "{}", frame.body);
}

#[test]
fn a_stale_login_follows_the_same_rule() {
    let client = client_of(rocket(fairing().always_redirect_at("/settings")));
    let stale = Browser::logged_in(&client, "id=1&fresh=false");
    let answer = stale.with("Accept", "application/json").get("/settings");
    let location = answer.location.as_deref();
    assert_eq!(location, Some("/reauthenticate?next=%2Fsettings"));
}

#[test]
fn a_program_with_a_good_key_is_led_to_no_page() {
    async fn by_key(request: &Request<'_>) -> Result<Option<Account>, String> {
        app::load(request, 1).await
    }
    let fairing = fairing().request_loader(by_key).always_redirect_at("/");
    let client = client_of(rocket(fairing));
    let answer = asked(&client, "/settings", &NAVIGATION);
    assert_eq!(
        (answer.status, &answer.location),
        (Status::Unauthorized, &None)
    );
    assert!(answer.body.contains("reauthenticate"), "{}", answer.body);
}

#[test]
fn an_applications_own_catcher_says_it_itself() {
    #[catch(401)]
    fn never(request: &Request<'_>) -> Option<Challenge> {
        Challenge::of(request).map(Challenge::never_redirect)
    }
    #[catch(401)]
    fn always(request: &Request<'_>) -> Option<Challenge> {
        let challenge = Challenge::of(request)?;
        let is_program = request.headers().contains("Accept");
        assert_eq!(challenge.is_for_program(), is_program);
        let challenge = challenge.always_redirect();
        assert!(!challenge.is_for_program());
        Some(challenge)
    }

    let rocket = rocket(fairing().always_redirect_at("/own"));
    let rocket = rocket.register("/own", catchers![never]);
    let client = client_of(rocket.register("/", catchers![always]));
    is_refused(&asked(&client, "/own/never", &NAVIGATION));
    asked(&client, "/account", &PROGRAM).assert_login_redirect("%2Faccount");
    asked(&client, "/account", &[]).assert_login_redirect("%2Faccount");
}

#[test]
fn the_login_page_is_redirected_nowhere() {
    let config = rocket_login::Config {
        redirect_to: "/auth/login".into(),
        ..config()
    };
    let fairing = fairing().config(config).always_redirect_at("/");
    let client = client_of(rocket(fairing));
    is_refused(&asked(&client, "/auth/login", &NAVIGATION));
    is_refused(&asked(&client, "/auth/login", &PROGRAM));
}

#[test]
fn a_base_that_is_none_and_one_that_is_given_twice_abort_the_launch() {
    for fairing in [
        fairing().never_redirect_at("auth"),
        fairing().never_redirect_at(""),
        fairing().always_redirect_at("//auth"),
        fairing().always_redirect_at("https://app.example/auth"),
        fairing()
            .never_redirect_at("/auth")
            .always_redirect_at("/%61uth"),
    ] {
        let error = Client::untracked(rocket(fairing)).unwrap_err();
        let kind = error.kind();
        let is_refused = matches!(kind, rocket::error::ErrorKind::FailedFairings(..));
        assert!(is_refused, "{kind}");
    }
}
