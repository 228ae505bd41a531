//! A small identity provider, to try the example with: it believes what people say of themselves.
//! `cargo run --bin provider` in the folder of the example. The tests start it, too.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rocket::figment::Figment;
use rocket::form::Form;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::Redirect;
use rocket::response::content::{RawHtml, RawJson};
use rocket::{Build, FromForm, Rocket, State, get, post, routes};
use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;

/// The id of the one site that it knows, and its secret.
const CLIENT: &str = "rocket_login:an example secret";

/// A code or a token, and what it is for.
type Kept = Mutex<HashMap<String, Grant>>;

#[derive(Clone)]
struct Grant {
    subject: String,
    redirect_uri: String,
    challenge: String,
}

/// The query to which a site sends the browser.
#[derive(FromForm)]
struct Asked {
    redirect_uri: String,
    state: String,
    code_challenge: String,
    #[field(validate = eq("code"))]
    #[allow(dead_code)]
    response_type: String,
    #[field(validate = eq("rocket_login"))]
    #[allow(dead_code)]
    client_id: String,
    #[field(validate = eq("S256"))]
    #[allow(dead_code)]
    code_challenge_method: String,
}

#[get("/authorize")]
fn ask() -> RawHtml<&'static str> {
    RawHtml(
        r#"<!DOCTYPE html><title>Example</title><form method="post">
        <button name="subject" value="1">I am alice</button>
        <button name="subject" value="2">I am another alice</button>
        <button name="subject" value="">I refuse</button></form>"#,
    )
}

#[derive(FromForm)]
struct Chosen {
    subject: String,
}

// A real provider knows the addresses of its sites, and sends a browser nowhere else.
#[post("/authorize?<asked..>", data = "<chosen>")]
fn authorize(asked: Asked, chosen: Form<Chosen>, kept: &State<Kept>) -> Result<Redirect, Status> {
    let mut to = Url::parse(&asked.redirect_uri).map_err(|_| Status::BadRequest)?;
    let mut query = to.query_pairs_mut();
    query.append_pair("state", &asked.state);
    let subject = chosen.into_inner().subject;
    if subject.is_empty() {
        query.append_pair("error", "access_denied");
    } else {
        let grant = Grant {
            subject,
            redirect_uri: asked.redirect_uri,
            challenge: asked.code_challenge,
        };
        query.append_pair("code", &keep(kept, grant)?);
    }
    drop(query);
    Ok(Redirect::to(String::from(to)))
}

fn keep(kept: &Kept, grant: Grant) -> Result<String, Status> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Status::ServiceUnavailable)?;
    let name = URL_SAFE_NO_PAD.encode(bytes);
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.insert(name.clone(), grant);
    Ok(name)
}

fn take(kept: &Kept, name: &str) -> Option<Grant> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.remove(name)
}

/// The credentials in `Authorization`, after the word for their kind.
struct Credentials<'r>(&'r str);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Credentials<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let header = request.headers().get_one("Authorization");
        match header.and_then(|header| header.split_once(' ')) {
            Some((_, credentials)) => Outcome::Success(Self(credentials)),
            None => Outcome::Error((Status::Unauthorized, ())),
        }
    }
}

#[derive(FromForm)]
struct Exchange {
    code: String,
    redirect_uri: String,
    code_verifier: String,
}

// A code counts once, for the site and the login that it was made for.
#[post("/token", data = "<form>")]
fn token(
    form: Form<Exchange>,
    client: Credentials<'_>,
    kept: &State<Kept>,
) -> Result<RawJson<String>, Status> {
    let grant = take(kept, &form.code).ok_or(Status::BadRequest)?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form.code_verifier));
    let is_right = client.0 == STANDARD.encode(CLIENT)
        && grant.redirect_uri == form.redirect_uri
        && grant.challenge == challenge;
    if !is_right {
        return Err(Status::BadRequest);
    }
    let token = keep(kept, grant)?;
    let answer = json!({ "access_token": token, "token_type": "Bearer" });
    Ok(RawJson(answer.to_string()))
}

#[get("/userinfo")]
fn userinfo(token: Credentials<'_>, kept: &State<Kept>) -> Result<RawJson<String>, Status> {
    let grant = take(kept, token.0).ok_or(Status::Unauthorized)?;
    let user = json!({ "sub": grant.subject, "name": "<alice>", "email": "alice@example.com" });
    Ok(RawJson(user.to_string()))
}

pub(crate) fn provider(figment: Figment) -> Rocket<Build> {
    rocket::custom(figment)
        .manage(Kept::default())
        .mount("/", routes![ask, authorize, token, userinfo])
}

#[rocket::main]
#[allow(dead_code)] // The tests include this file as a module and have no use for this function.
async fn main() -> Result<(), Box<rocket::Error>> {
    let figment = Figment::from(rocket::Config::default()).merge(("port", 8001));
    provider(figment).launch().await?;
    Ok(())
}
