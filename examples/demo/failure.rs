//! What handlers answer when it does not go well.

use rocket::Request;
use rocket::http::{Header, MediaType, Status};
use rocket::response::{self, Responder};
use rocket_login::{LoginError, LoginErrorKind};

use super::pages::{ErrorPage, Page};
use super::throttle::Wait;

#[derive(Responder)]
pub(crate) enum Failure {
    /// A form again, saying what is wrong with what was sent.
    Refused((Status, Page)),
    Throttled(Throttled),
    Login(LoginError),
    Other(Status),
}

impl From<(Status, Page)> for Failure {
    fn from(refusal: (Status, Page)) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Throttled> for Failure {
    fn from(throttled: Throttled) -> Self {
        Self::Throttled(throttled)
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

/// Whether it comes from somebody who reads pages, and not from a program.
pub(crate) fn wants_page(request: &Request<'_>) -> bool {
    let preferred = request
        .accept()
        .map(|accept| accept.preferred().media_type());
    preferred.is_none_or(|kind| kind.is_html() || *kind == MediaType::Any)
}

/// Too many attempts: for people the form again, for programs a line.
pub(crate) struct Throttled {
    pub(crate) wait: Wait,
    pub(crate) page: Page,
}

impl<'r> Responder<'r, 'static> for Throttled {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let is_page = wants_page(request);
        let mut response = match is_page {
            true => self.page.respond_to(request)?,
            false => format!("Too many attempts: wait {}.\n", self.wait).respond_to(request)?,
        };
        response.set_status(Status::TooManyRequests);
        response.set_header(Header::new("Retry-After", self.wait.seconds().to_string()));
        Ok(response)
    }
}
