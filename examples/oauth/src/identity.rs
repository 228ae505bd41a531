//! The way to the provider and back, with the identity of the user.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rocket::http::{Cookie, CookieJar, SameSite, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::Redirect;
use rocket::time::Duration;
use rocket::tokio::task_local;
use rocket_oauth2::{Error, ErrorKind, OAuth2, TokenResponse};
use sha2::{Digest, Sha256};

use super::client::{Client, Example};

/// The name of the cookie that keeps the secret of PKCE.
const VERIFIER: &str = "oauth_verifier";

task_local! {
    // rocket_oauth2 hands the code alone to its client.
    static SECRET: String;
}

/// Returns the secret of PKCE while the guard below asks for the token.
pub(crate) fn verifier() -> String {
    SECRET.try_with(Clone::clone).unwrap_or_default()
}

/// Makes a cookie that comes along when the provider sends the browser back. With Rocket's
/// `SameSite=Strict` it would not.
pub(crate) fn for_the_way(name: &'static str, value: &str) -> Cookie<'static> {
    let cookie = Cookie::build((name, value.to_string())).same_site(SameSite::Lax);
    cookie.max_age(Duration::minutes(10)).build()
}

/// Sends the browser to the provider. `rocket_oauth2` binds the answer to this browser by `state`,
/// and PKCE binds it to this login.
pub(crate) fn leave(oauth: &OAuth2<Example>, cookies: &CookieJar<'_>) -> Result<Redirect, Status> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Status::ServiceUnavailable)?;
    let secret = URL_SAFE_NO_PAD.encode(bytes);
    cookies.add_private(for_the_way(VERIFIER, &secret));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&secret));
    let extras = [
        ("code_challenge", &*challenge),
        ("code_challenge_method", "S256"),
    ];
    let redirect = oauth.get_redirect_extras(cookies, &["openid", "profile"], &extras);
    redirect.map_err(|error| {
        rocket::error!("No login can begin: {error}.");
        Status::InternalServerError
    })
}

/// A person, as the provider knows them.
pub(crate) struct Identity {
    /// An id that the provider gives to no other person. Names and addresses may change hands.
    pub(crate) subject: String,
    pub(crate) name: String,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Failure {
    /// The person or the provider has said no.
    Refused,
    /// This browser has begun no such login, or has ended it.
    NotBegun,
    /// The provider cannot be reached, or its answer makes no sense.
    Unavailable,
}

impl Failure {
    fn of(error: &Error) -> Self {
        match error.kind() {
            // rocket_oauth2 does not find its `state`, or the provider does not know the code.
            ErrorKind::ExchangeFailure | ErrorKind::ExchangeError(400) => Self::NotBegun,
            _ => Self::Unavailable,
        }
    }

    pub(crate) fn status(self) -> Status {
        match self {
            Self::Refused => Status::Forbidden,
            Self::NotBegun => Status::BadRequest,
            Self::Unavailable => Status::ServiceUnavailable,
        }
    }

    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Refused => "The provider has not logged you in.",
            Self::NotBegun => "This login was begun elsewhere, or is over. Please begin again.",
            Self::Unavailable => "The provider does not answer. Please try again later.",
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Identity {
    type Error = Failure;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Failure> {
        match identify(request).await {
            Ok(identity) => Outcome::Success(identity),
            Err(failure) => Outcome::Error((failure.status(), failure)),
        }
    }
}

async fn identify(request: &Request<'_>) -> Result<Identity, Failure> {
    if request.query_value::<&str>("error").is_some() {
        return Err(Failure::Refused);
    }
    let secret = request.cookies().get_private(VERIFIER);
    let secret = secret.ok_or(Failure::NotBegun)?.value().to_string();
    let token = SECRET.scope(secret, request.guard::<TokenResponse<Example>>());
    let token = match token.await {
        Outcome::Success(token) => token,
        Outcome::Error((_, error)) => return Err(Failure::of(&error)),
        Outcome::Forward(_) => return Err(Failure::NotBegun),
    };
    request.cookies().remove(VERIFIER);
    let client = request.rocket().state::<Client>();
    let client = client.ok_or(Failure::Unavailable)?;
    let user = client.userinfo(token.access_token()).await;
    let user = user.map_err(|error| {
        rocket::error!("The provider names no user: {error}.");
        Failure::Unavailable
    })?;
    let text = |name| user.get(name)?.as_str().map(ToString::to_string);
    let subject = text("sub").ok_or(Failure::Unavailable)?;
    let name = text("name").unwrap_or_else(|| subject.clone());
    Ok(Identity { subject, name })
}
