//! The catchers of 401, 403 and 429, for applications without catchers of their own.

use rocket::catcher::{self, Catcher, Handler};
use rocket::http::Status;
use rocket::request::Request;
use rocket::response::{self, Responder};
use rocket::{Build, Rocket};

use crate::challenge::Challenge;
use crate::challenge::answer::{body, scheme};
use crate::request::{Refusal, audience};
use crate::rules::THROTTLES;

/// Registers the catchers, once for all realms, and returns whether one of them is for 401.
///
/// Two catchers for 401 would abort the launch: the application's own comes first.
pub(crate) fn register(rocket: Rocket<Build>) -> (Rocket<Build>, bool) {
    let mut rocket = register_refusal(rocket, Status::Forbidden, "login_refusal");
    if THROTTLES {
        rocket = register_refusal(rocket, Status::TooManyRequests, "login_throttle");
    }
    if at_root(&rocket, Some(Status::Unauthorized)).is_some() {
        rocket::info!("The application catches 401 itself: no login challenge is registered.");
        rocket::info_!(
            "It sends visitors to the login page if it answers with `Challenge::of(request)`."
        );
        return (rocket, false);
    }
    let fallback = at_root(&rocket, None).cloned();
    let catcher = catcher(Status::Unauthorized, "login_challenge", fallback);
    (rocket.register("/", vec![catcher]), true)
}

/// Registers a catcher for a status that redirects nowhere, unless the application has one, or
/// a default one: any page of the application can show it.
fn register_refusal(rocket: Rocket<Build>, status: Status, name: &'static str) -> Rocket<Build> {
    let is_caught = [Some(status), None].map(|status| at_root(&rocket, status).is_some());
    if is_caught.contains(&true) {
        return rocket;
    }
    rocket.register("/", vec![catcher(status, name, None)])
}

/// Returns the application's catcher at `/` for this status, or its default one for `None`.
fn at_root(rocket: &Rocket<Build>, status: Option<Status>) -> Option<&Catcher> {
    let code = status.map(|status| status.code);
    let mut catchers = rocket.catchers();
    catchers.find(|catcher| catcher.code == code && catcher.base.path() == "/")
}

fn catcher(status: Status, name: &'static str, fallback: Option<Catcher>) -> Catcher {
    let mut catcher = Catcher::new(status.code, Challenger { fallback });
    catcher.name = Some(name.into());
    catcher
}

/// Answers if a guard of this crate failed with this status. Every other request goes to the
/// catcher that would answer without this crate.
#[derive(Clone)]
struct Challenger {
    fallback: Option<Catcher>,
}

#[rocket::async_trait]
impl Handler for Challenger {
    async fn handle<'r>(&self, status: Status, request: &'r Request<'_>) -> catcher::Result<'r> {
        let refusal = Refusal::of(request).filter(|refusal| refusal.reason.status() == status);
        let challenge = refusal.and_then(|refusal| Challenge::new(refusal, request));
        match (challenge, &self.fallback) {
            (Some(challenge), _) => answer(challenge, request).await,
            (None, Some(catcher)) => catcher.handler.handle(status, request).await,
            (None, None) => plain(status, request),
        }
    }
}

async fn answer<'r>(challenge: Challenge, request: &'r Request<'_>) -> catcher::Result<'r> {
    let reason = challenge.reason();
    if reason.status() == Status::Unauthorized
        && let Some(refuser) = &challenge.refusal.realm.hooks.refuser
        && let Some(answer) = refuser(request, reason).await
    {
        return answer;
    }
    challenge.respond_to(request)
}

/// Answers for a status that no guard has caused.
fn plain<'r>(status: Status, request: &'r Request<'_>) -> response::Result<'r> {
    let audience = audience(request);
    let known = match status {
        Status::Forbidden => Some(("forbidden", "The server refused to authorize the request.")),
        Status::TooManyRequests => Some(("too_many_requests", "Please try again later.")),
        _ => None,
    };
    if let Some((error, text)) = known {
        return body(audience, status, error, text).respond_to(request);
    }
    let (error, text) = ("unauthorized", "The request requires user authentication.");
    let mut response = body(audience, status, error, text).respond_to(request)?;
    response.set_header(scheme(error));
    Ok(response)
}
