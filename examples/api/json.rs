//! JSON in and out, for refusals as well. Rocket's feature `json` has a `Json` that does more.

use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::http::{ContentType, Header, Status};
use rocket::response::{self, Responder};
use rocket::{Catcher, Request, catch, catchers};
use rocket_login::{Challenge, Reason};
use serde::{Serialize, de::DeserializeOwned};

pub(crate) struct Json<T>(pub(crate) T);

impl<'r, T: Serialize> Responder<'r, 'static> for Json<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let text = serde_json::to_string(&self.0).map_err(|_| Status::InternalServerError)?;
        (ContentType::JSON, text).respond_to(request)
    }
}

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromData<'r> for Json<T> {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        // No form of another site can send this type.
        if !request.content_type().is_some_and(|found| found.is_json()) {
            return Outcome::Error((Status::UnsupportedMediaType, ()));
        }
        let status = match data.open(8.kibibytes()).into_bytes().await {
            Ok(bytes) if bytes.is_complete() => match serde_json::from_slice(&bytes) {
                Ok(value) => return Outcome::Success(Self(value)),
                Err(_) => Status::UnprocessableEntity,
            },
            Ok(_) => Status::PayloadTooLarge,
            Err(_) => Status::BadRequest,
        };
        Outcome::Error((status, ()))
    }
}

#[derive(Serialize)]
pub(crate) struct Refusal {
    error: &'static str,
}

/// An answer that says which key is missing.
#[derive(Responder)]
#[response(status = 401)]
pub(crate) struct Unauthorized {
    body: Json<Refusal>,
    with: Header<'static>,
}

// An API redirects no request to a login page: the reason of a guard is told to browsers in JSON,
// too.
#[catch(401)]
fn unauthorized(request: &Request<'_>) -> Unauthorized {
    let error = match Challenge::of(request).map(|challenge| challenge.reason()) {
        Some(Reason::NotFresh) => "reauthenticate",
        Some(_) => "not_logged_in",
        None => "wrong_credentials",
    };
    Unauthorized {
        body: Json(Refusal { error }),
        with: Header::new("WWW-Authenticate", "Bearer"),
    }
}

#[catch(403)]
fn forbidden(request: &Request<'_>) -> Json<Refusal> {
    let error = match Challenge::of(request).map(|challenge| challenge.reason()) {
        Some(Reason::NotPermitted) => "not_permitted",
        _ => "forbidden",
    };
    Json(Refusal { error })
}

#[catch(default)]
fn other(status: Status, _: &Request<'_>) -> Json<Refusal> {
    let error = status.reason().unwrap_or("unknown");
    Json(Refusal { error })
}

pub(crate) fn catchers() -> Vec<Catcher> {
    catchers![unauthorized, forbidden, other]
}
