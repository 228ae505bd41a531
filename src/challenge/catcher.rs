//! The catchers that answer for failing guards, where the application has none of its own.

use rocket::catcher::{self, Catcher, Handler};
use rocket::http::Status;
use rocket::request::Request;
use rocket::response::Responder;
use rocket::{Build, Rocket};

use crate::challenge::{Challenge, body};
use crate::request::Refusal;

/// Registers the catchers, once for all kinds of users, and says whether one of them is
/// for 401.
///
/// Two catchers for 401 would abort the launch, and the application's is the
/// one that was meant.
pub(crate) fn register(rocket: Rocket<Build>) -> (Rocket<Build>, bool) {
    let rocket = register_refusal(rocket);
    if at_root(&rocket, Some(Status::Unauthorized)).is_some() {
        rocket::info!("The application catches 401 itself: no login challenge is registered.");
        rocket::info_!("Such a catcher can answer with `Challenge::of(request)`.");
        return (rocket, false);
    }
    let fallback = at_root(&rocket, None).cloned();
    let catcher = catcher(Status::Unauthorized, "login_challenge", fallback);
    (rocket.register("/", vec![catcher]), true)
}

/// Who is not permitted goes nowhere, and any page of the application's will do to say so.
fn register_refusal(rocket: Rocket<Build>) -> Rocket<Build> {
    let status = Status::Forbidden;
    let is_caught = [Some(status), None].map(|status| at_root(&rocket, status).is_some());
    match is_caught.contains(&true) {
        true => rocket,
        false => rocket.register("/", vec![catcher(status, "login_refusal", None)]),
    }
}

/// The application's catcher for this status, or its default one, for the whole site.
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

/// Answers where a guard of ours failed with this very status, and leaves every other one
/// to the catcher that would have had it without us.
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
            (None, None) => body::plain(status, request),
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
