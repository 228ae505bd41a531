//! The answers of a second check within one request, and the cost.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket::{Request, State, get, post, routes};
use rocket_login::{
    Auth, LegacyTokens, LoginError, LoginErrorKind, LoginManager, MaybeUser, StoreKind, User, Via,
    testing,
};

use super::site::Site;
use crate::app::{self, Account, Accounts, accounts, bare, client_of, config, with_store};
use crate::browser::Browser;
use crate::legacy::{FLASK, flask, legacy, token};

/// A page is sent to the login page.
const REFUSED: Status = Status::SeeOther;

#[get("/verify")]
async fn verify(auth: Auth<'_, Account>) -> Result<String, LoginError> {
    let user = auth.verify().await?;
    Ok(format!("{} via {:?}", user.name, user.via()))
}

#[get("/verify-fresh")]
async fn verify_fresh(auth: Auth<'_, Account>) -> Result<String, LoginError> {
    Ok(auth.verify_fresh().await?.name.clone())
}

/// The user that a guard has seen, and the user after a change.
#[post("/changed")]
async fn changed(
    user: User<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    accounts.set_active(user.id, false);
    assert!(auth.user().await?.is_some(), "it asks no more than once");
    let error = auth.verify().await.unwrap_err();
    assert_eq!(error.kind(), LoginErrorKind::NotLoggedIn);
    assert!(auth.user().await?.is_none(), "later guards say the same");
    let error = auth.verify().await.unwrap_err();
    assert_eq!(error.kind(), LoginErrorKind::NotLoggedIn);
    Ok(())
}

/// Asks again after each change of the login.
#[post("/steps")]
async fn steps(
    before: MaybeUser<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    assert!(before.is_none() && auth.verify().await.is_err());
    auth.login(&accounts.find(2).unwrap()).await?;
    let user = auth.verify_fresh().await?;
    assert_eq!((user.name.as_str(), user.via()), ("bob", Via::Session));
    auth.confirm_as(&user).await?;
    auth.verify_fresh().await?;
    accounts.set_password(2, "another");
    auth.renew(&accounts.find(2).unwrap()).await?;
    auth.verify_fresh().await?;
    auth.logout().await?;
    let error = auth.verify().await.unwrap_err();
    assert_eq!(error.kind(), LoginErrorKind::NotLoggedIn);
    Ok(())
}

/// A login that was revoked before its answer was made.
#[post("/revoked")]
async fn revoked(
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
    manager: &State<LoginManager<Account>>,
) -> Result<(), LoginError> {
    auth.login(&accounts.find(2).unwrap()).await?;
    manager.revoke_all(&2).await?;
    let error = auth.verify().await.unwrap_err();
    assert_eq!(error.kind(), LoginErrorKind::NotLoggedIn);
    Ok(())
}

fn client() -> Client {
    let routes = routes![verify, verify_fresh, changed, steps];
    client_of(app::rocket(config()).mount("/", routes))
}

#[test]
fn asking_again_loads_the_user_again_and_asking_first_loads_them_once() {
    let client = client();
    let mut browser = Browser::logged_in(&client, "id=1");
    accounts(&client).take_loads();
    assert_eq!(browser.get("/verify").body, "alice via Session");
    assert_eq!(accounts(&client).take_loads(), 1);
    browser.post("/confirm", "");
    // Once for the guard, once for the confirmation, once for the answer.
    assert_eq!(accounts(&client).take_loads(), 2);
}

#[test]
fn it_refuses_as_a_guard_does() {
    let client = client();
    let answer = Browser::new(&client).get("/verify");
    assert_eq!(answer.location.as_deref(), Some("/login?next=%2Fverify"));
    let mut stale = Browser::logged_in(&client, "id=1&fresh=false");
    assert_eq!(stale.get("/verify").status, Status::Ok);
    let answer = stale.get("/verify-fresh");
    let page = "/reauthenticate?next=%2Fverify-fresh";
    assert_eq!(answer.location.as_deref(), Some(page));
    accounts(&client).set_failing(true);
    assert_eq!(stale.get("/verify").status, Status::ServiceUnavailable);
}

#[test]
fn later_guards_say_the_same() {
    let client = client();
    let answer = Browser::logged_in(&client, "id=1").post("/changed", "");
    assert_eq!(answer.status, Status::Ok);
    answer.assert_no_cookies();
}

#[test]
fn it_asks_for_the_login_that_a_handler_has_decided() {
    let client = client();
    assert_eq!(Browser::new(&client).post("/steps", "").status, Status::Ok);
    let rocket = app::rocket(with_store(StoreKind::Memory)).mount("/", routes![revoked]);
    let client = client_of(rocket);
    assert_eq!(
        Browser::new(&client).post("/revoked", "").status,
        Status::Ok
    );
}

#[get("/again")]
async fn again(_user: User<Account>, auth: Auth<'_, Account>) -> Result<(), LoginError> {
    auth.verify_fresh().await.map(drop)
}

#[test]
fn a_superseded_remember_token_does_not_profit_from_a_confirmation() {
    let rocket = app::rocket(with_store(StoreKind::Memory)).mount("/", routes![again]);
    let client = client_of(rocket);
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    browser.drop_cookie("session");
    let mut copy = browser.clone();
    browser.get("/account");
    browser.post("/confirm", "");
    assert_eq!(browser.get("/again").status, Status::Ok);
    let page = "/reauthenticate?next=%2Fagain";
    assert_eq!(copy.get("/again").location.as_deref(), Some(page));
}

/// Finds the first user, and then the one that the header says.
async fn by_turns(request: &Request<'_>) -> Result<Option<Account>, String> {
    struct Asked;
    let mut is_first = false;
    request.local_cache(|| {
        is_first = true;
        Asked
    });
    let id = request.headers().get_one("X-Then").filter(|_| !is_first);
    let id = id.map_or(1, |id| id.parse().unwrap());
    let accounts = request.rocket().state::<Accounts>().unwrap();
    Ok(accounts.find(id))
}

#[get("/by-key")]
async fn by_key(user: User<Account>, auth: Auth<'_, Account>) -> String {
    match auth.verify().await {
        Ok(again) => format!("{} and {} via {:?}", user.name, again.name, again.via()),
        Err(error) => format!("{:?}", error.kind()),
    }
}

#[test]
fn a_request_loader_is_asked_again() {
    let login = LoginManager::fairing(app::load).request_loader(by_turns);
    let rocket = bare().attach(login.config(config()));
    let rocket = rocket.mount("/", app::routes()).mount("/", routes![by_key]);
    let client = client_of(rocket);
    for (then, expected) in [
        ("1", "alice and alice via Request"),
        ("2", "OtherUser"),
        ("3", "NotLoggedIn"),
        ("4", "NotLoggedIn"),
    ] {
        let header = rocket::http::Header::new("X-Then", then);
        let answer = client.get("/by-key").header(header).dispatch();
        assert_eq!(answer.into_string().as_deref(), Some(expected), "{then}");
    }
}

/// Asks again while nothing has changed, and after the account or the time has.
#[get("/by-another/<event>")]
async fn by_another(
    event: &str,
    user: User<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
    site: Site<'_>,
) -> Result<String, LoginError> {
    assert_eq!(auth.verify().await?.via(), user.via());
    match event {
        "inactive" => accounts.set_active(user.id, false),
        "gone" => accounts.delete(user.id),
        "later" => testing::advance(site.0, Duration::days(15)),
        _ => {}
    }
    Ok(format!("{} {:?}", auth.verify().await?.name, user.via()))
}

#[test]
fn the_login_of_an_application_beside_this_one_is_asked_for_again() {
    for (event, status) in [
        ("none", Status::Ok),
        ("inactive", REFUSED),
        ("gone", REFUSED),
    ] {
        for (cookie, value) in [
            (FLASK, flask(r#"{"_user_id":"1","_fresh":true}"#, 0)),
            ("remember_token", token("1")),
        ] {
            let rocket = app::rocket(legacy(LegacyTokens::Replace));
            let client = client_of(rocket.mount("/", routes![by_another]));
            let mut browser = Browser::new(&client);
            browser.set_cookie(cookie, &value);
            if cookie == "remember_token" {
                // From now on the token counts for one request each.
                browser.post("/logout", "");
                browser.set_cookie(cookie, &value);
            }
            let answer = browser.get(&format!("/by-another/{event}"));
            assert_eq!(answer.status, status, "{cookie} {event}");
            answer.assert_no_cookies();
        }
    }
}

#[test]
fn so_is_its_age() {
    let rocket = app::rocket(legacy(LegacyTokens::Replace)).mount("/", routes![by_another]);
    let client = client_of(rocket);
    let mut browser = Browser::new(&client);
    browser.set_cookie(FLASK, &flask(r#"{"_user_id":"1","_fresh":true}"#, 0));
    assert_eq!(browser.get("/by-another/none").body, "alice Session");
    assert_eq!(browser.get("/by-another/later").status, REFUSED);
}
