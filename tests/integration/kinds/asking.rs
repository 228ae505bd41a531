//! Loaders of one kind of users that ask for users of another.

use rocket::http::{Header, Status};
use rocket::local::asynchronous::Client;
use rocket_login::{Config, LoginManager, MaybeUser, testing};

use super::*;
use crate::app::{Accounts, bare};

/// Asks for a clerk, if the request says so.
async fn asks_for_staff(request: &Request<'_>, id: i64) -> Result<Option<Account>, String> {
    if request.headers().contains("X-Ask-Staff") {
        let staff = request.guard::<MaybeUser<Staff>>().await;
        let staff = staff
            .succeeded()
            .ok_or("it cannot be said who the clerk is")?;
        assert!(staff.is_some());
    }
    if request.headers().contains("X-Try-Staff") {
        assert!(request.guard::<User<Staff>>().await.is_error());
    }
    app::load(request, id).await
}

/// A handler with an answer of its own.
#[get("/wrong-password")]
fn wrong_password(_user: User<Account>) -> Status {
    Status::Unauthorized
}

/// Asks for a customer, if the request says so.
async fn asks_for_account(request: &Request<'_>, id: i64) -> Result<Option<Staff>, String> {
    if request.headers().contains("X-Ask-Account") {
        let account = request.guard::<MaybeUser<Account>>().await;
        let account = account.succeeded().ok_or("it cannot be said who it is")?;
        assert!(account.is_some());
    }
    Ok(Some(Staff(id)))
}

async fn client() -> Client {
    let client = client_of_alice().await;
    testing::login_as(&Staff(1)).on_async(&client).await;
    client
}

async fn client_of_alice() -> Client {
    // A request that waits for the timeout waits for the test's end.
    let patient = |config| Config {
        loader_timeout: std::time::Duration::from_secs(365 * 24 * 3600),
        ..config
    };
    let staff = LoginManager::fairing(asks_for_account).table("staff_login");
    let rocket = bare()
        .attach(LoginManager::fairing(asks_for_staff).config(patient(config())))
        .attach(staff.config(patient(staff_config())))
        .mount("/", app::routes())
        .mount(
            "/",
            routes![staff_login_page, staff_login, reports, both, wrong_password],
        );
    let client = Client::tracked(rocket).await.unwrap();
    let accounts: &Accounts = client.rocket().state().unwrap();
    let account = accounts.find(1).unwrap();
    testing::login_as(&account).on_async(&client).await;
    client
}

async fn status_of(client: &Client, uri: &str, headers: &[&'static str]) -> Status {
    let mut request = client.get(uri.to_string());
    for &name in headers {
        request = request.header(Header::new(name, "yes"));
    }
    request.dispatch().await.status()
}

#[rocket::async_test]
async fn a_loader_may_ask_for_a_user_of_another_kind() {
    let client = client().await;
    let both = ["X-Ask-Staff"];
    assert_eq!(status_of(&client, "/account", &both).await, Status::Ok);
    let both = ["X-Ask-Account"];
    assert_eq!(
        status_of(&client, "/staff/reports", &both).await,
        Status::Ok
    );
}

#[rocket::async_test]
async fn two_loaders_that_ask_for_each_other_are_told_so_at_once() {
    let client = client().await;
    for uri in ["/account", "/staff/reports"] {
        let each_other = ["X-Ask-Staff", "X-Ask-Account"];
        let status = status_of(&client, uri, &each_other).await;
        assert_eq!(status, Status::ServiceUnavailable, "{uri}");
    }
    // No user has lost a login for it.
    assert_eq!(client.cookies().iter().count(), 2);
}

#[rocket::async_test]
async fn a_failed_guard_within_a_loader_does_not_answer_for_the_handler() {
    let client = client_of_alice().await;
    let tried = ["X-Try-Staff"];
    let status = status_of(&client, "/wrong-password", &tried).await;
    assert_eq!(status, Status::Unauthorized);
}
