//! Requests under way while their session ends.

use rocket::futures::future::join_all;
use rocket::http::{ContentType, Header, Method, Status};
use rocket::local::asynchronous::{Client, LocalRequest, LocalResponse};
use rocket::time::Duration;
use rocket::tokio::join;
use rocket::tokio::sync::Notify;
use rocket::{State, get, post, routes};
use rocket_login::{Auth, LoginError, User, testing};

use crate::app::{self, Account, config};

/// Where a slow handler waits.
#[derive(Default)]
struct Slow {
    arrived: Notify,
    go_on: Notify,
}

#[get("/slow")]
async fn slow(user: User<Account>, slow: &State<Slow>) -> String {
    slow.arrived.notify_one();
    slow.go_on.notified().await;
    user.name.clone()
}

#[post("/slow-confirm")]
async fn slow_confirm(
    _user: User<Account>,
    auth: Auth<'_, Account>,
    slow: &State<Slow>,
) -> Result<&'static str, LoginError> {
    slow.arrived.notify_one();
    slow.go_on.notified().await;
    auth.confirm().await?;
    Ok("confirmed")
}

fn rocket() -> rocket::Rocket<rocket::Build> {
    app::rocket(config())
        .manage(Slow::default())
        .mount("/", routes![slow, slow_confirm])
}

async fn client() -> Client {
    Client::untracked(rocket()).await.unwrap()
}

fn request<'c>(
    client: &'c Client,
    method: Method,
    uri: &'c str,
    cookies: &str,
) -> LocalRequest<'c> {
    let request = client.req(method, uri);
    request.header(Header::new("Cookie", cookies.to_string()))
}

/// The value of the cookie that an answer sets.
fn cookie(answer: &LocalResponse<'_>, name: &str) -> Option<String> {
    let mut set = answer.headers().get("Set-Cookie");
    let pair = set.find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
    pair.split(';').next().map(Into::into)
}

async fn login(client: &Client) -> String {
    let request = client.post("/login").header(ContentType::Form);
    let answer = request.body("id=1").dispatch().await;
    format!("session={}", cookie(&answer, "session").unwrap())
}

/// Sends a slow request, logs out while it is under way, and lets it go on.
async fn logged_out_meanwhile<'c>(
    client: &'c Client,
    method: Method,
    uri: &'c str,
    session: &str,
) -> LocalResponse<'c> {
    let slow: &Slow = client.rocket().state().unwrap();
    let logout = async {
        slow.arrived.notified().await;
        let answer = request(client, Method::Post, "/logout", session)
            .dispatch()
            .await;
        assert_eq!(answer.status(), Status::Ok);
        slow.go_on.notify_one();
    };
    let (answer, ()) = join!(request(client, method, uri, session).dispatch(), logout);
    answer
}

#[rocket::async_test]
async fn a_renewal_under_way_does_not_bring_a_logged_out_session_back() {
    let client = client().await;
    let session = login(&client).await;
    testing::advance(client.rocket(), Duration::hours(1));
    let answer = logged_out_meanwhile(&client, Method::Get, "/slow", &session).await;
    assert_eq!(answer.status(), Status::Ok);
    assert_eq!(cookie(&answer, "session"), None);
    let again = request(&client, Method::Get, "/account", &session)
        .dispatch()
        .await;
    assert_eq!(again.status(), Status::SeeOther);
}

#[rocket::async_test]
async fn a_confirmation_under_way_does_not_bring_a_logged_out_session_back() {
    let client = client().await;
    let session = login(&client).await;
    let answer = logged_out_meanwhile(&client, Method::Post, "/slow-confirm", &session).await;
    assert_eq!(answer.status(), Status::Unauthorized);
    assert_eq!(cookie(&answer, "session"), None);
}

#[rocket::async_test]
async fn many_requests_with_one_remember_token_all_get_in() {
    let client = client().await;
    let request = client.post("/login").header(ContentType::Form);
    let answer = request.body("id=1&remember=true").dispatch().await;
    let token = format!(
        "remember_token={}",
        cookie(&answer, "remember_token").unwrap()
    );
    let requests =
        (0..16).map(|_| self::request(&client, Method::Get, "/account", &token).dispatch());
    for answer in join_all(requests).await {
        assert_eq!(answer.status(), Status::Ok);
        assert!(cookie(&answer, "session").is_some());
        assert_eq!(cookie(&answer, "remember_token"), None);
    }
}
