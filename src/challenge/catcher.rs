//! The catcher that challenges, where the application has none of its own.

use rocket::catcher::{self, Catcher, Handler};
use rocket::http::{Accept, Status};
use rocket::request::Request;
use rocket::response::Responder;
use rocket::{Build, Rocket};

use crate::challenge::Challenge;

/// Registers the catcher, once for all kinds of users, and says whether it did.
///
/// Two catchers for 401 would abort the launch, and the application's is the
/// one that was meant.
pub(crate) fn register(rocket: Rocket<Build>) -> (Rocket<Build>, bool) {
    let at_root = |code: Option<u16>| {
        let mut catchers = rocket.catchers();
        catchers.find(move |catcher| catcher.code == code && catcher.base.path() == "/")
    };

    if at_root(Some(Status::Unauthorized.code)).is_some() {
        rocket::info!("The application catches 401 itself: no login challenge is registered.");
        rocket::info_!("Such a catcher can answer with `Challenge::of(request)`.");
        return (rocket, false);
    }
    let fallback = at_root(None).cloned();
    let mut catcher = Catcher::new(Status::Unauthorized.code, Challenger { fallback });
    catcher.name = Some("login_challenge".into());
    (rocket.register("/", vec![catcher]), true)
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
            (Some(challenge), _) => answer(challenge, request).await,
            (None, Some(catcher)) => catcher.handler.handle(status, request).await,
            (None, None) => plain(request),
        }
    }
}

async fn answer<'r>(challenge: Challenge, request: &'r Request<'_>) -> catcher::Result<'r> {
    #[cfg(feature = "ws")]
    if let Some(channel) = super::socket::farewell(&challenge, request).await {
        return channel.respond_to(request);
    }
    challenge.respond_to(request)
}

/// What Rocket's own catcher would say, which cannot be called.
fn plain<'r>(request: &'r Request<'_>) -> catcher::Result<'r> {
    let preferred = request.accept().map(Accept::preferred);
    let text = "The request requires user authentication.";
    match preferred.is_some_and(|media| media.is_json()) {
        true => super::program("unauthorized", text).respond_to(request),
        false => super::page(text).respond_to(request),
    }
}
