//! `redirect_to` and `refresh_to`: the name of a route, or a path.

use rocket::fairing::AdHoc;
use rocket::fs::FileServer;
use rocket::http::uri::Origin;
use rocket::{Build, Rocket, Route, get, post, routes, uri};
use rocket_login::LoginManager;

use super::printed::{printed, refused};
use super::{assert_refused, manager, table, table_figment};
use crate::app::{bare, client_of, load};

#[get("/in?<lang>&step=1")]
fn enter(lang: Option<&str>) -> String {
    lang.unwrap_or("en").into()
}

#[get("/in", rank = 3)]
fn plain_enter() {}

#[get("/in/<_lang>")]
fn enter_in(_lang: &str) {}

#[get("/in/<_rest..>")]
fn enter_below(_rest: std::path::PathBuf) {}

#[post("/in")]
fn entered() {}

/// An application with these routes and none else.
fn mounted<const N: usize>(page: &str, mounts: [(&str, Vec<Route>); N]) -> Rocket<Build> {
    let figment = table_figment(&format!("redirect_to = '{page}'"));
    let rocket = bare()
        .configure(figment)
        .attach(LoginManager::fairing(load));
    mounts
        .into_iter()
        .fold(rocket, |rocket, (base, routes)| rocket.mount(base, routes))
}

/// The login page and the refresh page.
#[track_caller]
fn pages(rocket: Rocket<Build>) -> (String, String) {
    let client = client_of(rocket);
    let manager = manager(&client);
    (manager.redirect_to().into(), manager.refresh_to().into())
}

#[track_caller]
fn login_page(rocket: Rocket<Build>) -> String {
    pages(rocket).0
}

#[test]
fn a_name_is_the_route_of_that_name() {
    let (login, refresh) = pages(table("refresh_to = 'reauthenticate_page'"));
    assert_eq!(
        (login.as_str(), refresh.as_str()),
        ("/login", "/reauthenticate")
    );
}

#[test]
fn a_route_is_found_under_its_base_and_without_its_query_pattern() {
    assert_eq!(login_page(mounted("enter", [("/", routes![enter])])), "/in");
    assert_eq!(
        login_page(mounted("enter", [("/site", routes![enter])])),
        "/site/in"
    );
    assert_eq!(
        login_page(mounted("enter", [("/a/b/", routes![enter])])),
        "/a/b/in"
    );
}

#[test]
fn a_path_needs_no_route_and_keeps_its_query() {
    for path in [
        "/signin",
        "/signin?lang=fr",
        "/",
        "/a/b/",
        "/caf%C3%A9",
        "/~a;v=1",
    ] {
        let (login, refresh) = pages(mounted(path, []));
        assert_eq!((login.as_str(), refresh.as_str()), (path, path));
    }
}

#[test]
fn without_a_refresh_page_the_login_page_is_it() {
    let (login, refresh) = pages(table("redirect_to = '/signin?lang=fr'"));
    assert_eq!(
        (login.as_str(), refresh.as_str()),
        ("/signin?lang=fr", "/signin?lang=fr")
    );
}

#[test]
fn a_page_of_another_site_is_refused() {
    refused(|| {
        [
            ("redirect_to", "redirect_to = 'https://evil.com/login'"),
            ("redirect_to", "redirect_to = 'http://localhost/login'"),
            ("redirect_to", "redirect_to = '//evil.com'"),
            ("redirect_to", r"redirect_to = '/\evil.com'"),
            ("redirect_to", "redirect_to = '/%2Fevil.com'"),
            ("redirect_to", "redirect_to = 'javascript:alert(1)//'"),
            ("refresh_to", "refresh_to = 'https://evil.com/login'"),
            ("refresh_to", "refresh_to = '//evil.com'"),
        ]
    });
}

#[test]
fn a_page_that_is_no_path_is_refused() {
    refused(|| {
        [
            ("redirect_to", "redirect_to = 'log/in'"),
            ("redirect_to", "redirect_to = '/log in'"),
            ("redirect_to", "redirect_to = '/log%in'"),
            ("redirect_to", "redirect_to = '/login#top'"),
            ("redirect_to", "redirect_to = '/a/../login'"),
            ("redirect_to", "redirect_to = '/login/<id>'"),
            ("refresh_to", "refresh_to = 'log/in'"),
            ("refresh_to", "refresh_to = ''"),
            ("refresh_to", "refresh_to = 7"),
        ]
    });
}

#[test]
fn a_route_that_could_not_be_shown_is_refused() {
    refused(|| {
        [
            // There is none, it answers POST alone, it takes parameters.
            ("redirect_to", "redirect_to = 'no_such_page'"),
            ("redirect_to", "redirect_to = 'LOGIN_PAGE'"),
            ("redirect_to", "redirect_to = 'logout'"),
            ("redirect_to", "redirect_to = 'anything'"),
            ("refresh_to", "refresh_to = 'no_such_page'"),
            ("refresh_to", "refresh_to = 'logout'"),
            ("refresh_to", "refresh_to = 'anything'"),
        ]
    });
    for page in ["entered", "enter_in", "enter_below"] {
        let routes = routes![entered, enter_in, enter_below];
        assert_refused(mounted(page, [("/", routes)]));
    }
}

#[test]
fn a_name_at_two_mounts_is_refused_and_a_path_decides() {
    let mounts = || [("/a", routes![enter]), ("/b", routes![enter])];
    assert_refused(mounted("enter", mounts()));
    assert_eq!(login_page(mounted("/b/in", mounts())), "/b/in");
}

#[test]
fn a_page_in_code_is_judged_as_one_of_the_table() {
    let with = |page: &'static str| {
        let page = Origin::parse(page).unwrap();
        let rocket = bare()
            .configure(table_figment(""))
            .mount("/", routes![enter]);
        rocket.attach(
            LoginManager::fairing(load)
                .redirect_to(page.clone())
                .refresh_to(page),
        )
    };
    assert_eq!(login_page(with("/signin?lang=fr")), "/signin?lang=fr");
    for page in ["//evil.com", "/../in", "/%2F/evil.com"] {
        assert_refused(with(page));
    }

    let rocket = bare()
        .configure(table_figment(""))
        .mount("/site", routes![enter]);
    let page = uri!("/site", enter(lang = Some("fr")));
    let login = LoginManager::fairing(load).redirect_to(page);
    assert_eq!(login_page(rocket.attach(login)), "/site/in?lang=fr&step=1");
}

/// How often the launch warns of a page that no route answers.
fn warned(said: &str) -> usize {
    said.matches("no route here answers GET").count()
}

#[test]
fn a_path_that_no_route_answers_is_warned_of() {
    let said = printed(|| {
        for page in ["/in", "/in/fr/x", "/in?lang=fr", "/in?step=2", "/In"] {
            client_of(mounted(page, [("/", routes![enter, enter_in, entered])]));
        }
    });
    assert_eq!(warned(&said), 5, "{said}");
    assert!(said.contains("lead to `/in?step=2`"), "{said}");
}

#[test]
fn so_is_a_refresh_page_and_the_page_of_a_part() {
    let said = printed(|| {
        let figment = table_figment("redirect_to = 'plain_enter'\nrefresh_to = '/again'");
        let login = LoginManager::fairing(load).challenge_at("/staff", "/staff/in");
        let rocket = bare().configure(figment).attach(login);
        client_of(rocket.mount("/", routes![plain_enter]));
    });
    assert_eq!(warned(&said), 2, "{said}");
    assert!(
        said.contains("`/again`") && said.contains("`/staff/in`"),
        "{said}"
    );
}

#[test]
fn a_path_that_a_route_answers_is_not() {
    let said = printed(|| {
        client_of(mounted("/in?lang=fr&step=1", [("/", routes![enter])]));
        client_of(mounted("/a/in", [("/a", routes![plain_enter])]));
        client_of(mounted("/in/fr", [("/", routes![enter_in])]));
        for page in ["/in", "/in/a/b"] {
            client_of(mounted(page, [("/", routes![enter_below])]));
        }
        client_of(mounted(
            "/index.html",
            [("/", FileServer::from(".").into())],
        ));
        let late = AdHoc::on_ignite("Pages", |rocket| async {
            rocket.mount("/", routes![plain_enter])
        });
        client_of(mounted("/in", []).attach(late));
    });
    assert_eq!(warned(&said), 0, "{said}");
}
