//! A path that the proxy takes off before it asks the application: locations, `next` and cookie
//! paths have it.

mod header;

use rocket::http::{RawStr, Status};
use rocket::local::blocking::Client;
use rocket::response::Redirect;
use rocket::{Build, Catcher, Request, Rocket, Route, catch, catchers, get, routes, uri};
use rocket_login::{Challenge, Config, LoginManager, NextRedirect, PublicBase, User};

use crate::app::{self, Account, bare, client_of, config};
use crate::browser::{Answer, Browser};

#[get("/links")]
fn links(base: PublicBase) -> String {
    format!("{} {}", base.as_str(), base.uri(uri!(members_area)))
}

#[get("/moved")]
fn moved(base: PublicBase) -> Redirect {
    Redirect::to(base.uri(uri!(links)))
}

#[get("/started")]
fn started() -> NextRedirect {
    NextRedirect::to(uri!(links))
}

#[get("/area")]
fn members_area(_user: User<Account>) {}

#[get("/area/login")]
fn area_login() {}

#[catch(404)]
fn not_found(request: &Request<'_>) -> String {
    format!("back to {}/", PublicBase::of(request).as_str())
}

fn own_routes() -> Vec<Route> {
    routes![links, moved, started, members_area, area_login]
}

fn own_catchers() -> Vec<Catcher> {
    catchers![not_found]
}

/// The application of most tests, and what it has of its own.
fn rocket(config: Config) -> Rocket<Build> {
    let fairing = LoginManager::fairing(app::load).config(config);
    bare()
        .attach(fairing.challenge_at("/area", "area_login"))
        .mount("/", app::routes())
        .mount("/", own_routes())
        .register("/", own_catchers())
}

fn below(base: &str) -> Config {
    Config {
        public_base: Some(base.into()),
        ..config()
    }
}

fn client(base: &str) -> Client {
    client_of(rocket(below(base)))
}

#[track_caller]
fn leads_to(answer: &Answer, location: &str) {
    assert_eq!(answer.status, Status::SeeOther, "{answer:?}");
    assert_eq!(answer.location.as_deref(), Some(location));
}

#[test]
fn every_challenge_leads_below_the_base_and_back() {
    let client = client("/app");
    let mut browser = Browser::new(&client);
    for (asked, location) in [
        ("/account", "/app/login?next=%2Fapp%2Faccount"),
        ("/any/a?q=/x", "/app/login?next=%2Fapp%2Fany%2Fa%3Fq%3D%2Fx"),
        ("/any/app", "/app/login?next=%2Fapp%2Fany%2Fapp"),
        ("/area", "/app/area/login?next=%2Fapp%2Farea"),
    ] {
        leads_to(&browser.get(asked), location);
    }
    let mut stale = Browser::logged_in(&client, "id=1&fresh=false");
    let back = "/app/reauthenticate?next=%2Fapp%2Fsettings";
    leads_to(&stale.get("/settings"), back);
    leads_to(&stale.post("/settings", ""), "/app/reauthenticate");
}

#[test]
fn htmx_is_led_below_the_base_and_back() {
    let client = client("/app");
    let at = |url: &str| {
        let browser = Browser::new(&client).with("Host", "app.example");
        let browser = browser.with("HX-Request", "true");
        let answer = browser.with("HX-Current-URL", url).get("/account");
        answer.header("HX-Redirect").unwrap().to_string()
    };
    let back = "/app/login?next=%2Fapp%2Fcontacts";
    assert_eq!(at("http://app.example/app/contacts"), back);
    for elsewhere in ["/contacts", "/application/contacts", "/app/login", "/b/"] {
        let url = format!("http://app.example{elsewhere}");
        assert_eq!(at(&url), "/app/login", "{url}");
    }
}

#[test]
fn a_frame_of_turbo_is_led_below_the_base_and_back() {
    let client = client("/app");
    let browser = Browser::new(&client).with("Host", "app.example");
    let browser = browser.with("Turbo-Frame", "list");
    let referer = "http://app.example/app/contacts";
    let answer = browser.with("Referer", referer).get("/account");
    let to = "url=&#x2F;app&#x2F;login?next=%2Fapp%2Fcontacts";
    assert!(answer.body.contains(to), "{answer:?}");
}

/// Where a login leads to with this `next`.
fn after_login(client: &Client, next: &str) -> String {
    let next = RawStr::new(next).percent_encode().to_string();
    let answer = Browser::new(client).post("/login", &format!("id=1&next={next}"));
    assert_eq!(answer.status, Status::SeeOther);
    answer.location.unwrap()
}

#[test]
fn a_login_leads_back_to_the_public_address() {
    let client = client("/app");
    for next in ["/app/account", "/app/account?q=1#f", "/app", "/app/"] {
        assert_eq!(after_login(&client, next), next);
        let page = RawStr::new(next).percent_encode().to_string();
        let page = Browser::new(&client).get(&format!("/login?next={page}"));
        assert_eq!(page.body, format!("login, then {next}"));
    }
    assert_eq!(after_login(&client, ""), "/app/");
}

#[test]
fn an_address_outside_the_base_is_none_to_lead_back_to() {
    let client = client("/app");
    for next in [
        "/account",
        "/",
        "/b/account",
        "/apple",
        "/App/account",
        "/%61pp/account",
        "//evil.example",
        "//evil.example/app/",
        "/app//evil.example",
        "/app/\\evil.example",
        "/app/../b",
        "/app/%2e%2e/b",
        "/app/login",
        "/app/logout",
        "/app/area/login?x",
        "https://evil.example/app/",
    ] {
        assert_eq!(after_login(&client, next), "/app/", "{next}");
        let page = RawStr::new(next).percent_encode().to_string();
        let page = Browser::new(&client).get(&format!("/login?next={page}"));
        assert_eq!(page.body, "login, then home", "{next}");
    }
}

/// The paths of the cookies that an answer sets and removes.
fn paths(answer: &Answer) -> Vec<&str> {
    let paths = answer.set_cookies.iter().map(|cookie| cookie.path());
    paths.map(Option::unwrap).collect()
}

#[test]
fn cookies_are_set_and_removed_below_the_base() {
    for (base, path, public) in [
        ("/app", "/", "/app"),
        ("/app/", "/", "/app"),
        ("/app", "/in", "/app/in"),
        ("/", "/", "/"),
    ] {
        let config = Config {
            cookie_path: path.into(),
            ..below(base)
        };
        let client = client_of(rocket(config));
        let mut browser = Browser::new(&client);
        let login = browser.post("/login", "id=1&remember=true");
        assert_eq!(paths(&login), [public; 2]);
        let logout = browser.post("/logout", "");
        assert_eq!(paths(&logout), [public; 2]);
        assert!(logout.removes("session") && logout.removes("remember_token"));
    }
}

#[test]
fn twins_without_a_domain_are_removed_below_the_base() {
    let config = Config {
        cookie_domain: Some("app.example".into()),
        ..below("/app")
    };
    let client = client_of(rocket(config));
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let logout = browser.post("/logout", "");
    assert_eq!(paths(&logout), ["/app"; 4], "{logout:?}");
}

#[test]
fn handlers_and_catchers_make_public_addresses() {
    for (base, links, moved, back) in [
        ("/app", "/app /app/area", "/app/links", "back to /app/"),
        ("/a/b/", "/a/b /a/b/area", "/a/b/links", "back to /a/b/"),
        ("/", " /area", "/links", "back to /"),
    ] {
        let client = client(base);
        let mut browser = Browser::new(&client);
        assert_eq!(browser.get("/links").body, links);
        assert_eq!(browser.get("/moved").location.as_deref(), Some(moved));
        leads_to(&browser.get("/started"), moved);
        assert_eq!(browser.get("/nowhere").body, back);
    }
}

#[catch(401)]
fn unauthorized(request: &Request<'_>) -> Option<Challenge> {
    Challenge::of(request)
}

#[test]
fn a_catcher_of_the_application_leads_below_the_base() {
    let client = client_of(rocket(below("/app")).register("/", catchers![unauthorized]));
    let back = "/app/login?next=%2Fapp%2Faccount";
    leads_to(&Browser::new(&client).get("/account"), back);
}

#[test]
fn without_a_fairing_the_base_of_a_catcher_is_empty() {
    let client = client_of(bare().register("/", own_catchers()));
    assert_eq!(Browser::new(&client).get("/nowhere").body, "back to /");
}
