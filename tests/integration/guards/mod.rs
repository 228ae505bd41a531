//! The requests that pass each guard, and the cost.

mod routes;
mod suspended;

use rocket::Request;
use rocket::http::{Method, Status};
use rocket_login::{LoginManager, MaybeUser};

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
fn anonymous_visitors_get_no_cookie_and_load_no_user() {
    let client = client(config());
    let mut browser = Browser::new(&client);
    for uri in ["/", "/account", "/settings", "/login"] {
        browser.get(uri).assert_no_cookies();
    }
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
fn guards_that_find_no_user_share_that_too() {
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
fn a_page_that_depends_on_the_login_is_kept_from_caches() {
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
        // A response that no cache stores needs no `Vary`.
        assert_eq!(answer.header("Vary"), None, "{answer:?}");
        assert_eq!(
            answer.header("Cache-Control"),
            Some("no-store"),
            "{answer:?}"
        );
    }
    let challenge = Browser::new(&client).get("/account");
    assert_eq!(challenge.header("Vary"), Some("Cookie"));
    assert_eq!(challenge.header("Cache-Control"), None);
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
