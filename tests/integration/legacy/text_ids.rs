//! Ids that are texts, and ids that the application has to explain.

use std::borrow::Cow;

use rocket::error::ErrorKind;
use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{Request, get, post, routes};
use rocket_login::{Auth, AuthUser, Config, LegacyTokens, LoginManager, User};
use serde::{Serialize, de::DeserializeOwned};

use super::{legacy, token};
use crate::app::{bare, client_of};
use crate::browser::{Answer, Browser};

struct Member<T>(T);

impl<T> AuthUser for Member<T>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    type Id = T;

    fn id(&self) -> T {
        self.0.clone()
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        b"hash"[..].into()
    }
}

type Email = Member<String>;
type Bytes = Member<[u8; 2]>;

async fn load_email(_: &Request<'_>, id: String) -> Result<Option<Email>, std::fmt::Error> {
    Ok(Some(Member(id)))
}

async fn load_bytes(_: &Request<'_>, id: [u8; 2]) -> Result<Option<Bytes>, std::fmt::Error> {
    Ok(Some(Member(id)))
}

#[get("/login")]
fn login_page() {}

#[get("/email")]
fn email(user: User<Email>) -> String {
    user.0.clone()
}

#[post("/email/<id>")]
async fn login_email(id: &str, auth: Auth<'_, Email>) {
    auth.login(&Member(id.into())).remember(true).await.unwrap();
}

#[post("/email/<id>/then/<other>")]
async fn switch_email(id: &str, other: &str, auth: Auth<'_, Email>) {
    auth.login(&Member(id.into())).remember(true).await.unwrap();
    auth.login(&Member(other.into())).await.unwrap();
}

#[post("/email/<id>/and-out")]
async fn out_again(id: &str, auth: Auth<'_, Email>) {
    auth.login(&Member(id.into())).remember(true).await.unwrap();
    auth.logout().await.unwrap();
}

#[get("/bytes")]
fn bytes(user: User<Bytes>) -> String {
    format!("{:?}", user.0)
}

#[post("/bytes")]
async fn login_bytes(auth: Auth<'_, Bytes>) {
    auth.login(&Member([1, 255])).remember(true).await.unwrap();
}

fn config(tokens: LegacyTokens) -> Config {
    Config {
        redirect_to: "/login".into(),
        refresh_to: None,
        ..legacy(tokens)
    }
}

fn emails(tokens: LegacyTokens) -> Client {
    let fairing = LoginManager::fairing(load_email).config(config(tokens));
    let rocket = bare().mount(
        "/",
        routes![login_page, email, login_email, switch_email, out_again],
    );
    client_of(rocket.attach(fairing))
}

fn with_token(client: &Client, uri: &str, token: &str) -> Answer {
    let mut browser = Browser::new(client);
    browser.set_cookie("remember_token", token);
    browser.get(uri)
}

#[test]
fn texts_of_all_characters_come_back() {
    let client = emails(LegacyTokens::Replace);
    for id in ["a|b", "42", "alice@example.org", "a=b", "|", "||"] {
        assert_eq!(with_token(&client, "/email", &token(id)).body, id);
    }
    let quoted = format!("\"{}\"", token("alice@example.org"));
    assert_eq!(
        with_token(&client, "/email", &quoted).body,
        "alice@example.org"
    );
    let quoted = format!("\"{}\"", token("a;b").replace(';', "\\073"));
    assert_eq!(with_token(&client, "/email", &quoted).body, "a;b");
    // Flask and Starlette do not agree on this one.
    let of_caf = token("caf\u{e9}");
    for escaped in ["\\303\\251", "\\351"] {
        let quoted = format!("\"{}\"", of_caf.replace('\u{e9}', escaped));
        assert_eq!(with_token(&client, "/email", &quoted).body, "caf\u{e9}");
    }
}

#[test]
fn an_id_that_the_two_would_not_both_read_gets_a_token_of_ours() {
    let client = emails(LegacyTokens::Write);
    let sent = |uri: &str| {
        let answer = Browser::new(&client).post(uri, "");
        let mut headers = answer.headers.into_iter();
        let header = headers.find(|(_, value)| value.starts_with("remember_token="));
        header.unwrap().1
    };
    let plain = format!("remember_token={};", token("alice@example.org"));
    assert!(sent("/email/alice@example.org").starts_with(&plain));
    let quoted = format!("remember_token=\"{}\";", token("a b"));
    assert!(sent("/email/a%20b").starts_with(&quoted));
    assert!(!sent("/email/caf%C3%A9").contains('|'));
}

#[test]
fn one_user_does_not_get_a_token_that_was_meant_for_another() {
    let client = emails(LegacyTokens::Write);
    for uri in ["/email/alice/then/bob", "/email/alice/and-out"] {
        let answer = Browser::new(&client).post(uri, "");
        assert!(answer.removes("remember_token"), "{answer:?}");
    }
}

#[test]
fn other_ids_are_the_applications_to_explain() {
    let fairing = || LoginManager::fairing(load_bytes).config(config(LegacyTokens::Write));
    let rocket = || bare().mount("/", routes![login_page, bytes, login_bytes]);
    let refused = Client::untracked(rocket().attach(fairing()));
    let refused = refused.map(drop).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::FailedFairings(_)));

    let read = |text: &str| {
        let (a, b) = text.split_once('-')?;
        Some([a.parse().ok()?, b.parse().ok()?])
    };
    let written = |client: &Client| {
        let answer = Browser::new(client).post("/bytes", "");
        answer.cookie("remember_token").unwrap().value().to_string()
    };
    let client = client_of(rocket().attach(fairing().legacy_id(read)));
    assert_eq!(
        with_token(&client, "/bytes", &token("1-255")).body,
        "[1, 255]"
    );
    let unread = with_token(&client, "/bytes", &token("1-256"));
    unread.assert_no_cookies();
    assert_eq!(unread.status, Status::SeeOther);
    assert!(!written(&client).contains('|'));

    let write = |id: &[u8; 2]| format!("{}-{}", id[0], id[1]);
    let fairing = fairing().legacy_id(read).legacy_text(write);
    let client = client_of(rocket().attach(fairing));
    assert_eq!(written(&client), token("1-255"));
}
