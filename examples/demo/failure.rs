//! What handlers answer when it does not go well.

use rocket::http::Status;
use rocket::response::Responder;
use rocket_login::{LoginError, LoginErrorKind};

use super::pages::{ErrorPage, Page};

#[derive(Responder)]
pub(crate) enum Failure {
    /// A form again, saying what is wrong with what was sent.
    Refused((Status, Page)),
    Login(LoginError),
    Other(Status),
}

impl From<(Status, Page)> for Failure {
    fn from(refusal: (Status, Page)) -> Self {
        Self::Refused(refusal)
    }
}

impl From<LoginError> for Failure {
    fn from(error: LoginError) -> Self {
        match error.kind() {
            LoginErrorKind::NoStore => ErrorPage::without_a_store().into(),
            _ => Self::Login(error),
        }
    }
}

/// The same page as where the user loader fails.
impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        rocket::error!("The accounts cannot be reached: {error}.");
        Self::Other(Status::ServiceUnavailable)
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Other(status)
    }
}
