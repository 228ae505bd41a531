//! Who gets through which guard, and at what price.

use rocket::fs::FileServer;
use rocket::http::{Header, Method, Status};
use rocket::local::blocking::Client;
use rocket::{Request, get, routes};
use rocket_login::{Forwarding, LoginManager, MaybeUser, User};

use crate::app::{self, Account, accounts, client, client_of, config};
use crate::browser::Browser;

#[test]
fn a_page_for_everyone_knows_who_is_there() {
    let client = client(config());
    assert_eq!(Browser::new(&client).get("/").body, "hello nobody");
    assert_eq!(
        Browser::logged_in(&client, "id=1").get("/").body,
        "hello alice"
    );
}

#[test]
fn a_guarded_page_opens_to_its_users_alone() {
    let client = client(config());
    Browser::new(&client)
        .get("/account")
        .assert_login_redirect("%2Faccount");
    let answer = Browser::logged_in(&client, "id=2").get("/account");
    assert_eq!(answer.body, "bob fresh=true remembered=false");
}

#[test]
fn a_login_that_is_not_fresh_is_asked_again() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&fresh=false");
    assert_eq!(browser.get("/account").status, Status::Ok);
    let answer = browser.get("/settings");
    assert_eq!(answer.status, Status::SeeOther);
    assert_eq!(
        answer.location.as_deref(),
        Some("/reauthenticate?next=%2Fsettings")
    );
    assert_eq!(
        Browser::logged_in(&client, "id=1").get("/settings").status,
        Status::Ok
    );
}

#[test]
fn routes_without_a_guard_do_none_of_this() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).take_loads();
    let answer = browser.get("/open");
    answer.assert_no_cookies();
    assert_eq!(answer.header("Vary"), None);
    assert_eq!(answer.header("Cache-Control"), None);

    // Not even a bad cookie is looked at.
    browser.set_cookie("session", "nonsense");
    browser.get("/open").assert_no_cookies();
    assert_eq!(accounts(&client).take_loads(), 0);
}

#[test]
fn anonymous_visitors_get_no_cookie_and_load_nobody() {
    let client = client(config());
    let mut browser = Browser::new(&client);
    for uri in ["/", "/account", "/settings", "/login"] {
        browser.get(uri).assert_no_cookies();
    }
    browser.post("/logout", "").assert_no_cookies();
    assert_eq!(accounts(&client).take_loads(), 0);
}

#[test]
fn a_logged_in_page_that_changes_nothing_sets_no_cookie() {
    let client = client(config());
    for form in ["id=1", "id=1&remember=true", "id=1&permanent=true"] {
        let mut browser = Browser::logged_in(&client, form);
        for _ in 0..3 {
            browser.get("/account").assert_no_cookies();
        }
    }
}

#[test]
fn all_guards_of_a_request_share_one_load() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1");
    accounts(&client).take_loads();
    assert_eq!(browser.get("/many").body, "alice alice true");
    assert_eq!(accounts(&client).take_loads(), 1);
}

#[test]
fn guards_that_find_nobody_share_that_too() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1");
    accounts(&client).delete(1);
    accounts(&client).take_loads();
    // The forwarding guard fails first, then the route's 401 reaches the catcher.
    browser.get("/dashboard");
    assert_eq!(accounts(&client).take_loads(), 1);
}

#[test]
fn a_failing_loader_is_not_an_anonymous_user() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).set_failing(true);
    for uri in ["/", "/account", "/settings", "/dashboard", "/many"] {
        accounts(&client).take_loads();
        let answer = browser.get(uri);
        assert_eq!(answer.status, Status::ServiceUnavailable, "{uri}");
        assert_eq!(answer.location, None);
        assert!(!answer.body.contains("hunter2"), "{}", answer.body);
        answer.assert_no_cookies();
        assert_eq!(accounts(&client).take_loads(), 1);
    }

    // Restoring from a token is no different, and takes nothing away.
    browser.restart();
    let answer = browser.get("/account");
    assert_eq!(answer.status, Status::ServiceUnavailable);
    answer.assert_no_cookies();

    accounts(&client).set_failing(false);
    assert_eq!(browser.get("/account").status, Status::Ok);
}

#[test]
fn a_failing_loader_touches_no_bad_cookie_either() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.set_cookie("session", "nonsense");
    accounts(&client).set_failing(true);
    let answer = browser.get("/account");
    assert_eq!(answer.status, Status::ServiceUnavailable);
    answer.assert_no_cookies();
}

#[test]
fn a_user_who_was_deleted_is_nobody() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).delete(1);
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    assert!(answer.removes("session") && answer.removes("remember_token"));
}

#[test]
fn a_new_user_with_the_id_of_a_deleted_one_inherits_nothing() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).delete(1);
    accounts(&client).insert(1, "mallory");
    assert_eq!(browser.get("/").body, "hello nobody");
    assert_eq!(browser.get("/").body, "hello nobody");
}

#[test]
fn a_user_who_is_no_longer_active_is_out_at_once() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).set_active(1, false);
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    assert!(answer.removes("session") && answer.removes("remember_token"));
}

#[test]
fn a_remember_token_brings_no_inactive_user_back() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.restart();
    accounts(&client).set_active(1, false);
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    assert!(answer.removes("remember_token"));
}

#[test]
fn a_forwarding_guard_lets_the_next_route_answer() {
    let client = client(config());
    assert_eq!(
        Browser::new(&client).get("/dashboard").body,
        "welcome, stranger"
    );
    let answer = Browser::logged_in(&client, "id=1").get("/dashboard");
    assert_eq!(answer.body, "dashboard of alice");
}

#[test]
fn a_forwarding_guard_without_a_next_route_is_challenged() {
    let client = client(config());
    Browser::new(&client)
        .get("/members")
        .assert_login_redirect("%2Fmembers");
}

#[test]
fn a_guard_answers_head_as_it_answers_get() {
    let client = client(config());
    let answer = Browser::new(&client).send(Method::Head, "/account", None);
    answer.assert_login_redirect("%2Faccount");
    let answer = Browser::logged_in(&client, "id=1").send(Method::Head, "/account", None);
    assert_eq!(answer.status, Status::Ok);
}

#[test]
fn what_depends_on_the_login_is_kept_from_caches() {
    let client = client(config());
    let anonymous = Browser::new(&client).get("/");
    assert_eq!(anonymous.header("Vary"), Some("Cookie"));
    assert_eq!(anonymous.header("Cache-Control"), None);

    let mut browser = Browser::new(&client);
    let login = browser.post("/login", "id=1");
    for answer in [
        login,
        browser.get("/"),
        browser.get("/account"),
        browser.post("/logout", ""),
    ] {
        assert_eq!(answer.header("Vary"), Some("Cookie"), "{answer:?}");
        assert_eq!(
            answer.header("Cache-Control"),
            Some("no-store"),
            "{answer:?}"
        );
    }
    let challenge = Browser::new(&client).get("/account");
    assert_eq!(challenge.header("Vary"), Some("Cookie"));
}

#[test]
fn the_manager_is_in_managed_state_and_keeps_its_secrets() {
    let client = client(config());
    let shown = Browser::new(&client).get("/manager").body;
    assert!(
        shown.starts_with("/login ") && shown.contains("LoginManager"),
        "{shown}"
    );
    assert!(!shown.contains("secret key"), "{shown}");
}

#[get("/ranked")]
fn ranked(_user: User<Account>) -> &'static str {
    "guarded"
}

#[get("/ranked", rank = 2)]
fn unguarded() -> &'static str {
    "unguarded"
}

#[get("/torn", rank = 2)]
fn torn() -> Status {
    Status::Unauthorized
}

#[get("/torn")]
fn torn_first(_user: Forwarding<User<Account>>) {}

#[get("/soft")]
fn soft(_user: MaybeUser<Account>) -> Status {
    Status::Unauthorized
}

#[get("/cached")]
fn cached(_user: User<Account>) -> CacheFor {
    CacheFor("page", Header::new("Cache-Control", "private, max-age=60"))
}

#[derive(rocket::Responder)]
struct CacheFor(&'static str, Header<'static>);

fn special() -> Client {
    let routes = routes![ranked, unguarded, torn, torn_first, soft, cached];
    client_of(
        app::rocket(config())
            .mount("/", routes)
            .mount("/", FileServer::from("/")),
    )
}

#[test]
fn a_guard_that_fails_leaves_nothing_to_later_routes() {
    let client = special();
    Browser::new(&client)
        .get("/ranked")
        .assert_login_redirect("%2Franked");
    Browser::new(&client)
        .get("/account")
        .assert_login_redirect("%2Faccount");
}

#[test]
fn a_401_of_a_route_that_was_forwarded_to_is_its_own() {
    let client = special();
    for uri in ["/torn", "/soft"] {
        let answer = Browser::new(&client).get(uri);
        assert_eq!(
            (answer.status, answer.location),
            (Status::Unauthorized, None),
            "{uri}"
        );
    }
}

#[test]
fn an_applications_own_cache_control_stands() {
    let client = special();
    let answer = Browser::logged_in(&client, "id=1").get("/cached");
    assert_eq!(answer.header("Cache-Control"), Some("private, max-age=60"));
    assert_eq!(answer.header("Vary"), Some("Cookie"));
}

async fn asking_loader(request: &Request<'_>, id: i64) -> Result<Option<Account>, String> {
    let user = request.guard::<MaybeUser<Account>>().await;
    assert!(user.is_error());
    app::load(request, id).await
}

#[test]
fn a_loader_that_waits_for_its_own_user_is_told_so() {
    let fairing = LoginManager::fairing(asking_loader).config(config());
    let client = client_of(app::bare().attach(fairing).mount("/", app::routes()));
    assert_eq!(
        Browser::logged_in(&client, "id=1").get("/account").status,
        Status::Ok
    );
}

#[test]
fn copies_of_both_tokens_of_an_inactive_user_have_ended() {
    let client = client(config());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let copies = [browser.clone(), browser.clone()];
    accounts(&client).set_active(1, false);
    browser.get("/");
    accounts(&client).set_active(1, true);
    for (mut copy, without) in copies.into_iter().zip(["session", "remember_token"]) {
        copy.drop_cookie(without);
        assert_eq!(
            copy.get("/account").status,
            Status::SeeOther,
            "without {without}"
        );
    }
}
