//! The changes by users who are known by the session of an application beside this one.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket::{State, post, routes};
use rocket_login::{Auth, Config, LegacyTokens, LoginError, LoginManager, StoreKind, User};

use super::sessions::{ALICE, beside};
use super::{FLASK, flask, legacy};
use crate::app::{self, Account, Accounts, advance, client_of, with_store};
use crate::browser::Browser;

#[post("/end-others")]
async fn end_others(auth: Auth<'_, Account>) -> Result<String, LoginError> {
    auth.revoke_others().await.map(|ended| ended.to_string())
}

fn with_a_store() -> Client {
    let config = Config {
        session: with_store(StoreKind::Memory).session,
        ..legacy(LegacyTokens::Off)
    };
    client_of(app::rocket(config).mount("/", routes![end_others]))
}

#[test]
fn a_user_known_by_it_can_end_all_sessions_here() {
    let client = with_a_store();
    let mut elsewhere = Browser::logged_in(&client, "id=1");
    let mut browser = beside(&client, &flask(ALICE, 0));
    assert_eq!(browser.post("/end-others", "").body, "1");
    assert_eq!(elsewhere.get("/").body, "hello nobody");
    assert_eq!(browser.get("/").body, "hello alice");
}

#[test]
fn a_superseded_token_of_ours_beside_it_says_for_a_moment_which_session_is_not_to_end() {
    let client = with_a_store();
    advance(&client, Duration::ZERO);
    let mut elsewhere = Browser::logged_in(&client, "id=1");
    let mut browser = Browser::logged_in(&client, "id=1");
    browser.set_cookie(FLASK, &flask(ALICE, 0));
    let mut late = browser.clone();
    assert_eq!(browser.post("/confirm", "").status, Status::Ok);
    advance(&client, Duration::seconds(30));
    assert_eq!(late.post("/end-others", "").body, "1");
    assert_eq!(elsewhere.get("/").body, "hello nobody");
    advance(&client, Duration::seconds(1));
    assert_eq!(late.get("/").body, "hello alice");
    let answer = late.post("/end-others", "");
    assert_eq!(answer.status, Status::Unauthorized);
    browser.drop_cookie(FLASK);
    assert_eq!(browser.get("/").body, "hello alice");
}

#[test]
fn a_new_password_here_ends_what_the_store_has() {
    let client = with_a_store();
    Browser::logged_in(&client, "id=1&remember=true");
    let manager: &LoginManager<Account> = client.rocket().state().unwrap();
    let sessions = || rocket::async_test(manager.sessions(&1)).unwrap().len();
    assert_eq!(sessions(), 1);
    let mut browser = beside(&client, &flask(ALICE, 0));
    assert_eq!(
        browser.post("/password/new", "").body,
        "changed, fresh=false"
    );
    assert_eq!(sessions(), 0);
}

#[post("/renamed")]
async fn renamed(
    user: User<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<String, LoginError> {
    accounts.set_password(user.id, "another");
    let account = accounts.find(user.id).unwrap();
    auth.renew(&account).await?;
    let seen = auth.user().await?.unwrap();
    Ok((seen.password == account.password).to_string())
}

#[test]
fn after_a_change_it_is_the_user_as_they_are_now() {
    let client = client_of(app::rocket(legacy(LegacyTokens::Off)).mount("/", routes![renamed]));
    let mut browser = beside(&client, &flask(ALICE, 0));
    assert_eq!(browser.post("/renamed", "").body, "true");
}

#[post("/renew-alone")]
async fn renew_alone(
    user: User<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    auth.renew(&accounts.find(user.id).unwrap()).await
}

#[test]
fn the_answer_to_a_change_is_kept_from_caches() {
    let client = client_of(app::rocket(legacy(LegacyTokens::Off)).mount("/", routes![renew_alone]));
    let mut browser = beside(&client, &flask(ALICE, 0));
    browser.set_cookie("remember_token", "forged");
    let answer = browser.post("/renew-alone", "");
    assert_eq!(answer.status, Status::Ok);
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    assert_eq!(answer.header("Vary"), None);
    answer.assert_no_cookies();
}
