//! The provider, and a browser that goes there and back.

use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use rocket::http::{ContentType, Header, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::tokio::sync::oneshot;
use rocket::tokio::task::block_in_place;
use rocket::{Orbit, Rocket, tokio};

use super::provider;
use crate::identity::Failure;
use crate::site;

pub(super) const ALICE: &str = "1";
pub(super) const OTHER_ALICE: &str = "2";
pub(super) const REFUSES: &str = "";

/// The address of a provider that lasts as long as its test.
pub(super) async fn start_provider() -> String {
    let (sender, receiver) = oneshot::channel();
    let told = AdHoc::on_liftoff("Port", |rocket: &Rocket<Orbit>| {
        let _ = sender.send(rocket.config().port);
        Box::pin(async {})
    });
    let figment = Figment::from(rocket::Config::default())
        .merge(("port", 0))
        .merge(("log_level", "off"))
        .merge(("shutdown.ctrlc", false));
    tokio::spawn(provider::provider(figment).attach(told).launch());
    format!("http://127.0.0.1:{}", receiver.await.unwrap())
}

pub(super) fn figment(provider: &str) -> Figment {
    let address = |path: &str| format!("{provider}{path}");
    rocket::Config::figment()
        .merge(("log_level", "off"))
        .merge(("accounts", ":memory:"))
        .merge(("oauth.example.auth_uri", address("/authorize")))
        .merge(("oauth.example.token_uri", address("/token")))
        .merge(("oauth.example.userinfo_uri", address("/userinfo")))
}

pub(super) async fn browser(figment: Figment) -> Client {
    Client::tracked(site(figment)).await.unwrap()
}

pub(super) fn location(response: &LocalResponse<'_>) -> Option<String> {
    let location = response.headers().get_one("Location");
    location.map(ToString::to_string)
}

/// Sends the form of the login page, and returns where it leads.
pub(super) async fn begin(browser: &Client) -> String {
    let form = browser.post("/login").header(ContentType::Form);
    let answer = form.body("next=/account").dispatch().await;
    assert_eq!(answer.status(), Status::SeeOther);
    location(&answer).unwrap()
}

/// Chooses at the provider, and returns the path to which it sends the browser back.
pub(super) fn choose(at: &str, subject: &str) -> String {
    let agent = ureq::Agent::config_builder().max_redirects(0).build();
    let agent = ureq::Agent::from(agent);
    let answer = block_in_place(|| agent.post(at).send_form([("subject", subject)])).unwrap();
    let back = answer.headers().get("Location").unwrap().to_str().unwrap();
    let path = back.strip_prefix("http://127.0.0.1:8000").unwrap();
    path.to_string()
}

/// Asks as browsers do when another site has sent them here.
pub(super) async fn arrive<'c>(browser: &'c Client, path: &str) -> LocalResponse<'c> {
    let request = browser.get(path.to_string());
    let request = request
        .header(Header::new("Sec-Fetch-Site", "cross-site"))
        .header(Header::new("Sec-Fetch-Mode", "navigate"))
        .header(Header::new("Sec-Fetch-Dest", "document"));
    request.dispatch().await
}

pub(super) async fn log_in(browser: &Client, subject: &str) {
    let back = choose(&begin(browser).await, subject);
    let answer = arrive(browser, &back).await;
    assert_eq!(location(&answer).as_deref(), Some("/account"));
}

pub(super) async fn text(browser: &Client, path: &'static str) -> String {
    let answer = browser.get(path).dispatch().await;
    answer.into_string().await.unwrap()
}

pub(super) fn session(browser: &Client) -> Option<String> {
    let cookies = browser.cookies();
    let session = cookies.get("session");
    session.map(|session| session.value().to_string())
}

/// A failed login shows the form, from which one may begin again.
pub(super) async fn shows_the_form(answer: LocalResponse<'_>, failure: Failure) {
    assert_eq!(answer.status(), failure.status());
    let page = answer.into_string().await.unwrap();
    assert!(page.contains(failure.message()), "{page}");
    assert!(
        page.contains(r#"name="next" value="&#x2F;account""#),
        "{page}"
    );
}
