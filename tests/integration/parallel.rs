//! Requests in parallel: a slow one, and another that comes and goes meanwhile.

use rocket::http::{ContentType, Header, Method, Status};
use rocket::local::asynchronous::{Client, LocalRequest, LocalResponse};
use rocket::tokio::join;
use rocket::tokio::sync::Notify;
use rocket::{State, post};
use rocket_login::{Auth, LoginError, User};

use crate::app::Account;

/// Where a slow handler waits.
#[derive(Default)]
pub(crate) struct Slow {
    pub(crate) arrived: Notify,
    pub(crate) go_on: Notify,
}

#[post("/slow-confirm")]
pub(crate) async fn slow_confirm(
    user: User<Account>,
    auth: Auth<'_, Account>,
    slow: &State<Slow>,
) -> Result<&'static str, LoginError> {
    slow.arrived.notify_one();
    slow.go_on.notified().await;
    auth.confirm_as(&user).await?;
    Ok("confirmed")
}

pub(crate) fn request<'c>(
    client: &'c Client,
    method: Method,
    uri: &'c str,
    cookies: &str,
) -> LocalRequest<'c> {
    let request = client.req(method, uri);
    request.header(Header::new("Cookie", cookies.to_string()))
}

/// Whether an answer leaves the login of the browser as it is.
pub(crate) fn sets_no_login(answer: &LocalResponse<'_>) -> bool {
    let mut set = answer.headers().get("Set-Cookie");
    set.all(|line| line.starts_with("login_ended="))
}

/// The value of the cookie that an answer sets.
pub(crate) fn cookie(answer: &LocalResponse<'_>, name: &str) -> Option<String> {
    let mut set = answer.headers().get("Set-Cookie");
    let pair = set.find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
    pair.split(';').next().map(Into::into)
}

pub(crate) fn pair(answer: &LocalResponse<'_>, name: &str) -> String {
    format!("{name}={}", cookie(answer, name).unwrap())
}

/// The session and the remember token of a new login of alice.
pub(crate) async fn login(client: &Client) -> (String, String) {
    login_with(client, "id=1&remember=true", "").await
}

pub(crate) async fn login_with(client: &Client, form: &str, cookies: &str) -> (String, String) {
    let request = request(client, Method::Post, "/login", cookies).header(ContentType::Form);
    let answer = request.body(form).dispatch().await;
    (pair(&answer, "session"), pair(&answer, "remember_token"))
}

/// Sends a slow request and, while it is under way, another one.
pub(crate) async fn meanwhile<'c>(
    client: &'c Client,
    slow: LocalRequest<'c>,
    other: LocalRequest<'c>,
) -> (LocalResponse<'c>, LocalResponse<'c>) {
    let state: &Slow = client.rocket().state().unwrap();
    let other = async {
        state.arrived.notified().await;
        let answer = other.dispatch().await;
        state.go_on.notify_one();
        answer
    };
    join!(slow.dispatch(), other)
}

pub(crate) async fn status(client: &Client, cookies: &str) -> Status {
    request(client, Method::Get, "/account", cookies)
        .dispatch()
        .await
        .status()
}
