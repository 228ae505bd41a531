//! Guards around whole groups of routes.

use rocket::fs::FileServer;
use rocket::http::{Method, Status};
use rocket::{Route, get, options, post, routes};
use rocket_login::{
    Config, FreshUser, LoginManager, Protected, User, fresh_login_required, login_required,
};

use crate::app::{self, Account, accounts, client_of, config};
use crate::browser::Browser;

#[get("/staff/reports")]
fn reports() -> &'static str {
    "reports"
}

#[post("/staff/reports")]
fn file_report() -> &'static str {
    "filed"
}

#[get("/staff/imprint")]
fn imprint() -> &'static str {
    "imprint"
}

#[options("/staff/reports")]
fn preflight() -> &'static str {
    "preflight"
}

#[get("/staff/twice")]
fn twice(user: User<Account>, fresh: FreshUser<Account>) -> String {
    format!("{} {}", user.name, fresh.name)
}

fn group() -> Vec<Route> {
    routes![reports, file_report, imprint, preflight, twice]
}

fn client(config: Config, routes: impl Into<Vec<Route>>) -> rocket::local::blocking::Client {
    client_of(app::rocket(config).mount("/", routes))
}

#[test]
fn a_group_opens_to_those_who_are_logged_in() {
    let client = client(config(), login_required::<Account>(group()));
    let mut stranger = Browser::new(&client);
    stranger
        .get("/staff/reports")
        .assert_login_redirect("%2Fstaff%2Freports");
    assert_eq!(
        stranger.post("/staff/reports", "").location.as_deref(),
        Some("/login")
    );
    let mut browser = Browser::logged_in(&client, "id=1&fresh=false");
    assert_eq!(browser.get("/staff/reports").body, "reports");
    assert_eq!(browser.post("/staff/reports", "").body, "filed");
}

#[test]
fn a_fresh_group_opens_to_fresh_logins_alone() {
    let client = client(config(), fresh_login_required::<Account>(group()));
    Browser::new(&client)
        .get("/staff/reports")
        .assert_login_redirect("%2Fstaff%2Freports");
    let stale = Browser::logged_in(&client, "id=1&fresh=false").get("/staff/reports");
    assert_eq!(
        stale.location.as_deref(),
        Some("/reauthenticate?next=%2Fstaff%2Freports")
    );
    let mut browser = Browser::logged_in(&client, "id=1");
    assert_eq!(browser.get("/staff/reports").body, "reports");
}

#[test]
fn single_routes_can_be_left_open() {
    let routes = login_required::<Account>(group())
        .except("imprint")
        .except("file_report");
    let client = client(config(), routes);
    let mut stranger = Browser::new(&client);
    assert_eq!(stranger.get("/staff/imprint").body, "imprint");
    assert_eq!(stranger.post("/staff/reports", "").body, "filed");
    assert_eq!(stranger.get("/staff/reports").status, Status::SeeOther);
}

#[test]
#[should_panic(expected = "no route of this group is called `imprnt`")]
fn an_exception_that_is_misspelt_is_noticed_before_the_launch() {
    let _: Protected<Account> = login_required(group()).except("imprnt");
}

#[test]
fn exempt_methods_pass_the_wrappers() {
    let client_of = |config| client(config, login_required::<Account>(group()));
    let client = client_of(config());
    let answer = Browser::new(&client).send(Method::Options, "/staff/reports", None);
    assert_eq!(answer.body, "preflight");
    answer.assert_no_cookies();
    let strict = client_of(Config {
        exempt_methods: Vec::new(),
        ..config()
    });
    let answer = Browser::new(&strict).send(Method::Options, "/staff/reports", None);
    assert_eq!(answer.status, Status::SeeOther);
}

#[test]
fn exempt_methods_do_not_pass_a_typed_guard() {
    #[options("/guarded")]
    fn guarded(_user: User<Account>) {}

    let client = client(config(), routes![guarded]);
    let answer = Browser::new(&client).send(Method::Options, "/guarded", None);
    assert_eq!(answer.status, Status::SeeOther);
}

#[test]
fn wrapped_and_typed_guards_share_one_load() {
    let client = client(config(), login_required::<Account>(group()));
    let mut browser = Browser::logged_in(&client, "id=1");
    accounts(&client).take_loads();
    assert_eq!(browser.get("/staff/twice").body, "alice alice");
    assert_eq!(accounts(&client).take_loads(), 1);
}

#[test]
fn a_failing_loader_is_503_through_a_wrapper_too() {
    let client = client(config(), login_required::<Account>(group()));
    let mut browser = Browser::logged_in(&client, "id=1");
    accounts(&client).set_failing(true);
    assert_eq!(
        browser.get("/staff/reports").status,
        Status::ServiceUnavailable
    );
}

#[test]
fn a_file_server_can_be_wrapped() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    let files = login_required::<Account>(FileServer::from(folder));
    let client = client_of(app::rocket(config()).mount("/files", files));
    let uri = "/files/next-targets.json";
    assert_eq!(Browser::new(&client).get(uri).status, Status::SeeOther);
    assert_eq!(
        Browser::logged_in(&client, "id=1").get(uri).status,
        Status::Ok
    );
}

#[test]
fn a_wrapped_route_stays_what_it_is() {
    #[get("/ranked", rank = 7, format = "json")]
    fn ranked() {}

    let before = routes![ranked];
    let after: Vec<Route> = login_required::<Account>(before.clone()).into();
    let (before, after) = (&before[0], &after[0]);
    assert_eq!(
        (&after.name, after.rank, &after.format),
        (&before.name, before.rank, &before.format)
    );
    assert_eq!(after.uri.to_string(), before.uri.to_string());
    // `redirect_to` finds it by its name.
    let routes = login_required::<Account>(group());
    let fairing = LoginManager::fairing(app::load).config(Config::new("reports", app::KEY));
    client_of(app::bare().attach(fairing).mount("/", routes));
}

#[test]
fn a_wrapped_route_keeps_its_sentinels() {
    use rocket::error::ErrorKind;

    #[get("/guarded")]
    fn guarded(_user: User<Account>) {}

    let rocket = app::bare().mount("/", login_required::<Account>(routes![guarded]));
    let error = rocket::local::blocking::Client::untracked(rocket).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::SentinelAborts(..)),
        "{error}"
    );
}

#[test]
fn without_a_fairing_a_wrapper_lets_no_request_in() {
    let client = client_of(app::bare().mount("/", login_required::<Account>(routes![reports])));
    let answer = Browser::new(&client).get("/staff/reports");
    assert_eq!(answer.status, Status::InternalServerError);
    let client =
        client_of(app::bare().mount("/", fresh_login_required::<Account>(routes![reports])));
    let answer = Browser::new(&client).get("/staff/reports");
    assert_eq!(answer.status, Status::InternalServerError);
}
