//! Requests that overtake each other: the result of the last one stays.

use rocket::http::{ContentType, Method, Status};
use rocket::local::asynchronous::Client;
use rocket::time::Duration;
use rocket::{State, post, routes};
use rocket_login::{Auth, Config, LoginError, LoginManager, MaybeUser, User, testing};

use crate::app::{self, Account, config};
use crate::parallel::{Slow, cookie, login_with, meanwhile, pair, request, sets_no_login, status};

/// Confirms at once, and answers late.
#[post("/confirm-slowly")]
async fn confirm_slowly(
    user: User<Account>,
    auth: Auth<'_, Account>,
    slow: &State<Slow>,
) -> Result<&'static str, LoginError> {
    auth.confirm_as(&user).await?;
    slow.arrived.notify_one();
    slow.go_on.notified().await;
    Ok("confirmed")
}

/// Finds out who is there at once, and answers late.
#[post("/look-slowly")]
async fn look_slowly(user: MaybeUser<Account>, slow: &State<Slow>) -> String {
    slow.arrived.notify_one();
    slow.go_on.notified().await;
    user.is_some().to_string()
}

#[post("/guarded-logout")]
async fn guarded_logout(_user: User<Account>, auth: Auth<'_, Account>) -> Result<(), LoginError> {
    auth.logout().await
}

async fn client() -> Client {
    client_with(config()).await
}

async fn client_with(config: Config) -> Client {
    let rocket = app::bare()
        .attach(LoginManager::fairing(app::load).config(config))
        .manage(Slow::default())
        .mount("/", app::routes())
        .mount(
            "/",
            routes![
                crate::parallel::slow_confirm,
                confirm_slowly,
                look_slowly,
                guarded_logout,
                slow_renew
            ],
        );
    Client::untracked(rocket).await.unwrap()
}

#[rocket::async_test]
async fn a_confirmation_of_a_restored_login_under_way_does_not_outlive_its_logout() {
    let client = client().await;
    let (session, token) = login_with(&client, "id=1&remember=true", "").await;
    let both = format!("{session}; {token}");
    let slow = request(&client, Method::Post, "/slow-confirm", &token);
    let logout = request(&client, Method::Post, "/logout", &both);
    let (answer, _) = meanwhile(&client, slow, logout).await;
    assert_eq!(cookie(&answer, "session"), None, "{:?}", answer.status());
}

#[rocket::async_test]
async fn a_logout_behind_a_guard_ends_what_took_the_sessions_place() {
    let client = client().await;
    let (session, token) = login_with(&client, "id=1&remember=true", "").await;
    let both = format!("{session}; {token}");
    let confirmed = request(&client, Method::Post, "/confirm", &both)
        .dispatch()
        .await;
    let confirmed = pair(&confirmed, "session");
    // Sent before the answer to the confirmation had arrived.
    let out = request(&client, Method::Post, "/guarded-logout", &both)
        .dispatch()
        .await;
    assert_eq!(out.status(), Status::Ok);
    assert_eq!(status(&client, &confirmed).await, Status::SeeOther);
}

#[rocket::async_test]
async fn a_token_that_a_logout_ended_does_not_count_again_later() {
    let client = client_with(app::stateless()).await;
    let (_, day) = login_with(&client, "id=1&remember=true&days=1", "").await;
    let (_, year) = login_with(&client, "id=1&remember=true&days=365", &day).await;
    request(&client, Method::Post, "/logout", &day)
        .dispatch()
        .await;
    // Whether the newer token ends with the older one or not: it is settled then.
    let then = status(&client, &year).await;
    testing::advance(client.rocket(), Duration::days(2));
    let (_, other) = login_with(&client, "id=2&remember=true", "").await;
    request(&client, Method::Post, "/logout", &other)
        .dispatch()
        .await;
    assert_eq!(status(&client, &year).await, then);
}

#[rocket::async_test]
async fn a_new_login_ends_what_took_the_old_sessions_place() {
    let client = client().await;
    let (session, token) = login_with(&client, "id=1&remember=true", "").await;
    let both = format!("{session}; {token}");
    let slow = request(&client, Method::Post, "/confirm-slowly", &both);
    let other = request(&client, Method::Post, "/login", &both)
        .header(ContentType::Form)
        .body("id=2");
    let (slow, other) = meanwhile(&client, slow, other).await;
    assert_eq!(other.status(), Status::SeeOther);
    // Bob has logged in; an answer to alice's older request must not undo it.
    assert_eq!(cookie(&slow, "session"), None);
}

#[rocket::async_test]
async fn a_late_answer_to_an_expired_login_leaves_the_new_one() {
    for form in ["id=1", "id=1&remember=true&days=1"] {
        let client = client().await;
        let (session, token) = login_with(&client, "id=1&remember=true&days=1", "").await;
        let both = format!("{session}; {token}");
        testing::advance(client.rocket(), Duration::days(2));
        let look = request(&client, Method::Post, "/look-slowly", &both);
        let login = request(&client, Method::Post, "/login", &both);
        let login = login.header(ContentType::Form).body(form);
        let (late, login) = meanwhile(&client, look, login).await;
        assert_eq!(login.status(), Status::SeeOther);
        assert!(sets_no_login(&late));
    }
}

#[rocket::async_test]
async fn a_confirmation_beside_a_password_change_fails_and_leaves_the_browser_logged_in() {
    for moment in [Duration::ZERO, Duration::milliseconds(1)] {
        let client = client().await;
        testing::advance(client.rocket(), Duration::ZERO);
        let (session, _) = login_with(&client, "id=1&remember=true", "").await;
        testing::advance(client.rocket(), moment);
        let slow = request(&client, Method::Post, "/slow-confirm", &session);
        let change = request(&client, Method::Post, "/password/new", &session);
        let (slow, change) = meanwhile(&client, slow, change).await;
        assert_eq!(change.status(), Status::Ok);
        assert_eq!(slow.status(), Status::SeeOther);
        // Whichever answer arrives last, this is what the browser holds.
        assert_eq!(slow.headers().get("Set-Cookie").count(), 0);
        let last = pair(&change, "session");
        assert_eq!(status(&client, &last).await, Status::Ok);
    }
}

#[rocket::async_test]
async fn a_password_change_beside_a_confirmation_goes_on_top() {
    let client = client().await;
    testing::advance(client.rocket(), Duration::ZERO);
    let (session, _) = login_with(&client, "id=1&remember=true", "").await;
    let slow = request(&client, Method::Post, "/slow-renew", &session);
    let confirm = request(&client, Method::Post, "/confirm", &session);
    let (slow, confirm) = meanwhile(&client, slow, confirm).await;
    assert_eq!((slow.status(), confirm.status()), (Status::Ok, Status::Ok));
    let renewed = pair(&slow, "session");
    assert_eq!(status(&client, &renewed).await, Status::Ok);
    let confirmed = pair(&confirm, "session");
    assert_eq!(status(&client, &confirmed).await, Status::SeeOther);
}

#[rocket::async_test]
async fn a_logout_with_alices_old_token_leaves_bobs_new_one() {
    let client = client().await;
    let (_, alice) = login_with(&client, "id=1&remember=true", "").await;
    let (_, bob) = login_with(&client, "id=2&remember=true", &alice).await;
    request(&client, Method::Post, "/logout", &alice)
        .dispatch()
        .await;
    assert_eq!(status(&client, &bob).await, Status::Ok);
}

/// Waits, and changes the password then.
#[post("/slow-renew")]
async fn slow_renew(
    user: User<Account>,
    auth: Auth<'_, Account>,
    slow: &State<Slow>,
    accounts: &State<app::Accounts>,
) -> Result<(), LoginError> {
    slow.arrived.notify_one();
    slow.go_on.notified().await;
    accounts.set_password(user.id, "another");
    auth.renew(&accounts.find(user.id).unwrap()).await
}

#[rocket::async_test]
async fn a_renewal_of_a_restored_login_under_way_does_not_outlive_its_logout() {
    let client = client().await;
    let (session, token) = login_with(&client, "id=1&remember=true", "").await;
    let both = format!("{session}; {token}");
    let slow = request(&client, Method::Post, "/slow-renew", &token);
    let logout = request(&client, Method::Post, "/logout", &both);
    let (answer, _) = meanwhile(&client, slow, logout).await;
    assert_eq!(
        cookie(&answer, "session").filter(|value| !value.is_empty()),
        None
    );
}

async fn load_and_log_out(
    request: &rocket::Request<'_>,
    id: i64,
) -> Result<Option<Account>, String> {
    let auth: Auth<'_, Account> = request.guard().await.succeeded().unwrap();
    auth.logout().await.map_err(|error| error.to_string())?;
    app::load(request, id).await
}

#[rocket::async_test]
async fn a_loader_that_changes_its_own_login_does_not_hang() {
    let fairing = LoginManager::fairing(load_and_log_out).config(config());
    let rocket = app::bare().attach(fairing).mount("/", app::routes());
    let client = Client::untracked(rocket).await.unwrap();
    let (session, _) = login_with(&client, "id=1&remember=true", "").await;
    let answer = status(&client, &session);
    let limit = std::time::Duration::from_secs(5);
    assert!(rocket::tokio::time::timeout(limit, answer).await.is_ok());
}
