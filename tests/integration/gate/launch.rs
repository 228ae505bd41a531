//! What the launch says of a closed site, and when it fails.

use rocket::error::ErrorKind;
use rocket::fairing::AdHoc;
use rocket::fs::{FileServer, relative};
use rocket::local::blocking::Client;
use rocket::{Build, Rocket, Route, get, routes};
use rocket_login::LoginFairing;

use super::{fairing, free, plain, staff};
use crate::app::{self, Account, bare, config};
use crate::browser::Browser;
use crate::launch::printed::{log_level, printed};

#[get("/<_page>")]
fn page(_page: &str) {}

#[get("/<_lang>/<_page>")]
fn translated(_lang: &str, _page: &str) {}

#[get("/free", rank = 5)]
fn again() {}

mod other {
    /// Another route of the same name.
    #[rocket::post("/free")]
    pub(super) fn free() {}
}

#[get("/<_..>", rank = 50)]
fn last() -> &'static str {
    "last"
}

fn site(fairing: LoginFairing<Account>, routes: Vec<Route>) -> Rocket<Build> {
    let figment = bare().figment().clone().merge(("log_level", log_level()));
    let rocket = bare().configure(figment).attach(fairing);
    rocket.mount("/", app::routes()).mount("/", routes)
}

fn ranked(rank: isize, mut routes: Vec<Route>) -> Vec<Route> {
    routes.iter_mut().for_each(|route| route.rank = rank);
    routes
}

#[derive(Debug, PartialEq)]
enum Launch {
    Succeeds,
    Fails,
}

fn launch(rocket: Rocket<Build>) -> Launch {
    match Client::untracked(rocket) {
        Ok(_) => Launch::Succeeds,
        Err(error) => {
            let kind = error.kind();
            let is_ours = matches!(
                kind,
                ErrorKind::SentinelAborts(_) | ErrorKind::FailedFairings(_)
            );
            assert!(is_ours, "{error}");
            Launch::Fails
        }
    }
}

/// A closed site with `/free`, `/plain` and these routes.
fn closed(change: fn(LoginFairing<Account>) -> LoginFairing<Account>, more: Vec<Route>) -> Launch {
    let routes = [routes![free, plain], more].concat();
    launch(site(change(fairing().require_login()), routes))
}

#[test]
fn a_misspelt_name_aborts_with_the_names_that_could_be_meant() {
    let said = printed(|| {
        assert_eq!(
            closed(|fairing| fairing.open("fere"), vec![]),
            Launch::Fails
        );
        assert_eq!(
            closed(|fairing| fairing.open("/plian"), vec![]),
            Launch::Fails
        );
        assert_eq!(
            closed(|fairing| fairing.open("free"), routes![other::free]),
            Launch::Fails
        );
    });
    for text in [
        "`.open(\"fere\")`: there is no such route. It could be `free`",
        "`/plain`",
        "several routes have this name",
    ] {
        assert!(said.contains(text), "{text}: {said}");
    }
}

#[test]
fn a_path_names_all_its_routes() {
    assert_eq!(
        closed(|fairing| fairing.open("/free"), routes![other::free, again]),
        Launch::Succeeds
    );
}

#[test]
fn a_closed_route_at_an_open_path_aborts() {
    for more in [routes![again], ranked(-20, routes![page])] {
        assert_eq!(closed(|fairing| fairing.open("free"), more), Launch::Fails);
    }
    // `/free` and `/plain` are closed, and paths of the open route.
    assert_eq!(
        closed(|fairing| fairing.open("page"), routes![page]),
        Launch::Fails
    );
    let below: fn(LoginFairing<Account>) -> _ = |fairing| fairing.open_below("/static");
    let files = || FileServer::from(relative!("tests/data"));
    let with_files = |more: Vec<Route>| {
        let routes = [routes![free, plain], more].concat();
        launch(site(below(fairing().require_login()), routes).mount("/static", files()))
    };
    assert_eq!(with_files(routes![translated]), Launch::Fails);
    // More general routes that come later are fallbacks.
    assert_eq!(with_files(routes![last]), Launch::Succeeds);
    assert_eq!(
        closed(|fairing| fairing.open("free"), routes![page, last]),
        Launch::Succeeds
    );
}

#[test]
fn routes_of_later_fairings_are_seen() {
    let later = AdHoc::on_ignite("Later", |rocket| async {
        rocket.mount("/", routes![again])
    });
    let rocket = site(fairing().require_login().open("free"), routes![free]);
    assert_eq!(launch(rocket.attach(later)), Launch::Fails);
}

#[test]
fn exceptions_that_except_nothing_abort() {
    for fairing in [
        fairing().open("free"),
        fairing().open_below("/static"),
        fairing().require_login().open_below("/"),
        fairing().require_login().open_below("/none"),
        fairing().require_login_below("/part").open("free"),
        fairing().require_login_below("/part").open_below("/free"),
    ] {
        assert_eq!(launch(site(fairing, routes![free])), Launch::Fails);
    }
}

#[test]
fn a_base_that_is_no_path_aborts() {
    for base in [
        "",
        "static",
        "//static",
        "/a/../b",
        "/a?b",
        "/a#b",
        "https://x.example/",
        "/<a>",
        "/a b",
    ] {
        for fairing in [
            fairing().require_login_below(base),
            fairing().require_login().open_below(base),
        ] {
            assert_eq!(
                launch(site(fairing, routes![free])),
                Launch::Fails,
                "{base}"
            );
        }
    }
}

#[test]
fn a_route_beside_the_gate_aborts() {
    let said = printed(|| {
        for base in ["/", "/base"] {
            let rocket = site(fairing().require_login(), routes![free]);
            assert_eq!(
                launch(rocket.mount(base, ranked(isize::MIN, routes![page]))),
                Launch::Fails
            );
        }
    });
    assert!(said.contains("give the route a higher rank"), "{said}");
    let later = AdHoc::on_ignite("Later", |rocket| async {
        rocket.mount("/base", ranked(isize::MIN, routes![page]))
    });
    let rocket = site(fairing().require_login(), routes![free]).attach(later);
    let error = Client::untracked(rocket).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Collisions(_)), "{error}");
}

#[test]
fn two_realms_that_close_one_path_abort() {
    let said = printed(|| {
        let rocket = site(fairing().require_login(), routes![free]);
        assert_eq!(
            launch(rocket.attach(staff().require_login_below("/staff"))),
            Launch::Fails
        );
    });
    assert!(
        said.contains("`login` and `staff` close the same paths"),
        "{said}"
    );
}

#[test]
fn the_log_tells_what_is_open() {
    let said = printed(|| {
        let fairing = fairing().require_login().open("free");
        let client = Client::untracked(site(fairing, routes![free, last])).unwrap();
        let mut stranger = Browser::new(&client).with("Sec-Fetch-Dest", "style");
        stranger = stranger.with("Referer", "http://localhost/login?next=%2F");
        stranger.get("/static/site.css");
        stranger.get("/static/other.css");
    });
    for line in [
        "closed: /<_..>",
        "open: GET /free",
        "open: POST /login",
        "open: GET /<_..> in part",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("open: GET /account"), "{said}");
    assert!(
        said.contains("needs `/static/site.css`, which is closed"),
        "{said}"
    );
    assert!(!said.contains("/static/other.css`, which"), "{said}");
}

#[test]
fn a_site_without_a_gate_has_no_route_of_it() {
    let client = Client::untracked(site(fairing(), routes![free])).unwrap();
    let mut names = client
        .rocket()
        .routes()
        .filter_map(|route| route.name.as_deref());
    assert!(!names.any(|name| name == "login_gate"));
    assert_eq!(config().redirect_to, "login_page");
}
