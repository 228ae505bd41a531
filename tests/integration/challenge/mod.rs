//! The answers to requests that may not pass.

mod catchers;
mod people;
mod reasons;
mod redirects;

use rocket::http::{Method, Status};
use rocket_login::Config;

use crate::app::{self, client, client_of, config};
use crate::browser::{Browser, CURL};

#[test]
fn people_are_sent_to_the_login_page_and_back() {
    let client = client(config());
    let mut browser = Browser::new(&client);
    let answer = browser.get("/any/a%20b/c?x=1&y=%2F");
    answer.assert_login_redirect("%2Fany%2Fa%2520b%2Fc%3Fx%3D1%26y%3D%252F");
    let page = browser.get(answer.location.as_deref().unwrap());
    assert_eq!(page.body, "login, then /any/a%20b/c?x=1&y=%2F");
}

#[test]
fn programs_get_a_plain_401() {
    let client = client(config());
    for (name, value) in [
        ("Accept", "application/json"),
        ("X-Requested-With", "XMLHttpRequest"),
        ("Authorization", "Bearer x"),
        ("Sec-Fetch-Mode", "cors"),
        ("Content-Type", "application/json"),
        ("Upgrade", "websocket"),
    ] {
        let answer = Browser::new(&client).with(name, value).get("/account");
        assert_eq!(answer.status, Status::Unauthorized, "{name}");
        assert_eq!(answer.location, None);
        assert!(answer.body.contains("login_required"), "{}", answer.body);
    }
}

#[test]
fn a_stale_program_is_told_to_reauthenticate() {
    let client = client(config());
    let mut browser =
        Browser::logged_in(&client, "id=1&fresh=false").with("Accept", "application/json");
    let answer = browser.get("/settings");
    assert_eq!(answer.status, Status::Unauthorized);
    assert!(answer.body.contains("reauthenticate"), "{}", answer.body);
    assert_eq!(answer.location, None);
}

#[test]
fn a_navigation_is_a_page_with_every_accept_header() {
    let client = client(config());
    let browser = Browser::new(&client).with("Accept", "application/json");
    let answer = browser.with("Sec-Fetch-Mode", "navigate").get("/account");
    answer.assert_login_redirect("%2Faccount");
}

#[test]
fn htmx_is_told_where_to_go_and_back_to_the_page_it_was_on() {
    let client = client(config());
    let at = |url: &str| {
        let browser = Browser::new(&client).with("HX-Request", "true");
        browser
            .with("Host", "app.example")
            .with("HX-Current-URL", url)
            .get("/account")
    };
    let answer = at("http://app.example/any/thing?x=1");
    assert_eq!(answer.status, Status::Unauthorized);
    assert_eq!(answer.location, None);
    assert_eq!(
        answer.header("HX-Redirect"),
        Some("/login?next=%2Fany%2Fthing%3Fx%3D1")
    );

    for foreign in [
        "http://evil.com/any/thing",
        "https://app.example/any/thing",
        "/any/thing",
        "",
        "http://app.example",
        "http://app.example//evil.com",
        "http://app.example.evil.com/x",
    ] {
        assert_eq!(
            at(foreign).header("HX-Redirect"),
            Some("/login"),
            "{foreign}"
        );
    }
}

#[test]
fn the_address_of_a_post_is_no_page_to_return_to() {
    let client = client(config());
    let answer = Browser::new(&client).post("/settings", "a=b");
    assert_eq!(answer.status, Status::SeeOther);
    assert_eq!(answer.location.as_deref(), Some("/login"));

    // Rocket takes this for a GET; it was posted all the same.
    let answer = Browser::new(&client).post("/account", "_method=GET");
    assert_eq!(answer.status, Status::SeeOther);
    assert_eq!(answer.location.as_deref(), Some("/login"));
}

#[test]
fn the_path_of_the_request_is_judged_like_any_other() {
    let client = client(config());
    for uri in [
        "/any//evil.com/x",
        "//any/evil.com",
        "/any/%2e%2e/x",
        "/any/%0d%0a",
    ] {
        let answer = Browser::new(&client).get(uri);
        assert_eq!(answer.status, Status::SeeOther, "{uri}");
        let location = answer.location.unwrap();
        assert!(
            location == "/login" || uri.starts_with("/any//"),
            "{location}"
        );
    }
}

#[test]
fn the_login_page_is_never_redirected_to_itself() {
    #[rocket::get("/login")]
    fn login_page(_user: rocket_login::User<app::Account>) {}

    let fairing =
        rocket_login::LoginManager::fairing(app::load).config(Config::new("login_page", app::KEY));
    let rocket = app::bare()
        .attach(fairing)
        .mount("/", rocket::routes![login_page]);
    let client = client_of(rocket);
    for uri in ["/login", "/login?next=%2Flogin", "/login/", "//login"] {
        let answer = Browser::new(&client).get(uri);
        assert_eq!(answer.status, Status::Unauthorized, "{uri}");
        assert_eq!(answer.location, None);
    }
}

#[test]
fn the_refresh_page_is_never_redirected_to_itself() {
    #[rocket::get("/reauthenticate")]
    fn reauthenticate_page(_user: rocket_login::FreshUser<app::Account>) {}

    let fairing = rocket_login::LoginManager::fairing(app::load).config(config());
    let mut routes = app::routes();
    routes.retain(|route| route.name.as_deref() != Some("reauthenticate_page"));
    let rocket = app::bare().attach(fairing).mount("/", routes);
    let client = client_of(rocket.mount("/", rocket::routes![reauthenticate_page]));
    let mut browser = Browser::logged_in(&client, "id=1&fresh=false");
    assert_eq!(browser.get("/reauthenticate").status, Status::Unauthorized);
}

#[test]
fn a_login_page_with_a_query_keeps_it() {
    let client = client(Config {
        redirect_to: "/signin?lang=fr".into(),
        ..config()
    });
    let answer = Browser::new(&client).get("/account");
    assert_eq!(
        answer.location.as_deref(),
        Some("/signin?lang=fr&next=%2Faccount")
    );
}

#[test]
fn locations_are_relative_for_every_claimed_host() {
    let client = client(config());
    let browser = Browser::new(&client)
        .with("Host", "evil.com")
        .with("X-Forwarded-Host", "evil.com");
    let answer = browser.with("Referer", "https://evil.com/").get("/account");
    answer.assert_login_redirect("%2Faccount");
}

#[test]
fn a_method_without_a_route_is_no_business_of_ours() {
    let client = client(config());
    let mut browser = Browser::new(&client);
    browser.agent = CURL;
    assert_eq!(
        browser.send(Method::Options, "/account", None).status,
        Status::NotFound
    );
    assert_eq!(
        browser.send(Method::Delete, "/account", None).status,
        Status::NotFound
    );
}

#[test]
fn a_path_that_cannot_be_decoded_is_challenged_without_a_way_back() {
    let client = client(config());
    for uri in ["/any/%ff", "/any/%25252525"] {
        let answer = Browser::new(&client).get(uri);
        assert_eq!(answer.location.as_deref(), Some("/login"), "{uri}");
    }
}
