//! Catchers: ours, and those of the application.

use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::{Request, catch, catchers};
use rocket_login::{Challenge, MaybeUser, Reason};

use crate::app::{self, client, client_of, config};
use crate::browser::{Browser, CURL};

#[test]
fn a_handlers_own_401_is_never_redirected() {
    let client = client(config());
    let answer = Browser::new(&client).post("/login", "id=1&password=wrong");
    assert_eq!(answer.status, Status::Unauthorized);
    assert_eq!(answer.location, None);
    assert_eq!(answer.body, "wrong password");
    let bare = Browser::new(&client).get("/unauthorized");
    assert_eq!(bare.status, Status::Unauthorized);
    assert_eq!(bare.location, None);
    assert!(bare.body.contains("401"), "{}", bare.body);
}

#[catch(default)]
fn fallback(status: Status, _: &Request<'_>) -> String {
    format!("the application says {}", status.code)
}

#[test]
fn a_handlers_own_401_goes_to_the_applications_default_catcher() {
    let client = client_of(app::rocket(config()).register("/", catchers![fallback]));
    let answer = Browser::new(&client).get("/unauthorized");
    assert_eq!(answer.body, "the application says 401");
    assert_eq!(answer.status, Status::Unauthorized);
    Browser::new(&client)
        .get("/account")
        .assert_login_redirect("%2Faccount");
}

#[catch(401)]
fn unauthorized(request: &Request<'_>) -> Result<Challenge, Custom<&'static str>> {
    match Challenge::of(request) {
        Some(challenge) if challenge.reason() == Reason::NotFresh => {
            Err(Custom(Status::ImATeapot, "how stale"))
        }
        Some(challenge) => Ok(challenge),
        None => Err(Custom(Status::Unauthorized, "no guard of theirs")),
    }
}

#[test]
fn an_applications_own_catcher_comes_first_and_can_challenge() {
    let client = client_of(app::rocket(config()).register("/", catchers![unauthorized]));
    Browser::new(&client)
        .get("/account")
        .assert_login_redirect("%2Faccount");
    let mut stale = Browser::logged_in(&client, "id=1&fresh=false");
    assert_eq!(stale.get("/settings").body, "how stale");
    assert_eq!(
        Browser::new(&client).get("/unauthorized").body,
        "no guard of theirs"
    );
}

#[test]
fn cookies_removed_by_a_failing_guard_are_removed_through_the_catcher() {
    let client = client(app::strong());
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.agent = CURL;
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    assert!(answer.removes("session") && answer.removes("remember_token"));
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
}

#[test]
fn a_challenge_leaves_cookies_that_count_for_nothing() {
    let client = client(config());
    let mut browser = Browser::new(&client);
    browser.set_cookie("session", "forged");
    browser.set_cookie("remember_token", "forged");
    let answer = browser.get("/account");
    answer.assert_login_redirect("%2Faccount");
    answer.assert_no_cookies();
}

#[catch(404)]
async fn not_found(request: &Request<'_>) -> String {
    match request.guard::<MaybeUser<app::Account>>().await.succeeded() {
        Some(user) => format!(
            "not here, {}",
            user.as_ref().map_or("stranger", |user| &user.name)
        ),
        None => "not here".into(),
    }
}

#[test]
fn guards_work_in_catchers_and_their_cookies_arrive() {
    let client = client_of(app::rocket(config()).register("/", catchers![not_found]));
    assert_eq!(
        Browser::new(&client).get("/nowhere").body,
        "not here, stranger"
    );
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    assert_eq!(browser.get("/nowhere").body, "not here, alice");
    browser.restart();
    app::accounts(&client).take_loads();
    let answer = browser.get("/nowhere");
    assert_eq!(answer.body, "not here, alice");
    assert!(answer.cookie("session").is_some());
    assert_eq!(app::accounts(&client).take_loads(), 1);
    browser.get("/nowhere").assert_no_cookies();
}
