//! The catcher that challenges, where the application has none of its own.

use rocket::catcher::{self, Catcher, Handler};
use rocket::http::{Accept, ContentType, Status};
use rocket::request::Request;
use rocket::response::Responder;
use rocket::{Build, Rocket};

use crate::challenge::Challenge;

/// Registers the catcher, once for all kinds of users.
///
/// Two catchers for 401 would abort the launch, and the application's is the
/// one that was meant.
pub(crate) fn register(rocket: Rocket<Build>) -> Rocket<Build> {
    let at_root = |code: Option<u16>| {
        let mut catchers = rocket.catchers();
        catchers.find(move |catcher| catcher.code == code && catcher.base.path() == "/")
    };

    if at_root(Some(Status::Unauthorized.code)).is_some() {
        rocket::info!("The application catches 401 itself: no login challenge is registered.");
        rocket::info_!("Such a catcher can answer with `Challenge::of(request)`.");
        return rocket;
    }
    let fallback = at_root(None).cloned();
    let mut catcher = Catcher::new(Status::Unauthorized.code, Challenger { fallback });
    catcher.name = Some("login_challenge".into());
    rocket.register("/", vec![catcher])
}

/// Challenges where a guard of ours failed, and leaves every other 401 to the
/// catcher that would have had it without us.
#[derive(Clone)]
struct Challenger {
    fallback: Option<Catcher>,
}

#[rocket::async_trait]
impl Handler for Challenger {
    async fn handle<'r>(&self, status: Status, request: &'r Request<'_>) -> catcher::Result<'r> {
        match (Challenge::of(request), &self.fallback) {
            (Some(challenge), _) => challenge.respond_to(request),
            (None, Some(catcher)) => catcher.handler.handle(status, request).await,
            (None, None) => plain(status, request),
        }
    }
}

/// What Rocket's own catcher says, which cannot be called.
fn plain<'r>(status: Status, request: &'r Request<'_>) -> catcher::Result<'r> {
    let reason = status.reason_lossy();
    let code = status.code;
    let is_json = request
        .accept()
        .map(Accept::preferred)
        .is_some_and(|media| media.is_json());
    let body = match is_json {
        true => format!("{{\"error\":{{\"code\":{code},\"reason\":\"{reason}\"}}}}\n"),
        false => format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{code} {reason}</title></head>\
             <body><main><h1>{code}: {reason}</h1></main></body></html>\n"
        ),
    };
    let content_type = if is_json {
        ContentType::JSON
    } else {
        ContentType::HTML
    };
    (status, (content_type, body)).respond_to(request)
}
