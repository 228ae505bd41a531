//! The answers of handlers to failures.

use rocket::Request;
use rocket::http::{MediaType, Status};
use rocket::response::{self, Responder};
use rocket_login::{LoginError, LoginErrorKind};

use super::pages::{ErrorPage, Page, Wait};

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

impl Failure {
    /// Shows the form again where there were too many attempts.
    pub(crate) fn of_attempt(error: LoginError, page: impl FnOnce(Wait) -> Page) -> Self {
        match error.retry_after() {
            Some(wait) => {
                let wait = Wait::of(wait);
                let page = page(wait);
                Self::Throttled(Throttled { wait, page })
            }
            None => error.into(),
        }
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

/// Returns whether the answer is to be a page for people.
pub(crate) fn wants_page(request: &Request<'_>) -> bool {
    let preferred = request
        .accept()
        .map(|accept| accept.preferred().media_type());
    preferred.is_none_or(|kind| kind.is_html() || *kind == MediaType::Any)
}

/// Too many attempts: for people the form again, for programs a line. The crate adds `Retry-After`.
pub(crate) struct Throttled {
    wait: Wait,
    page: Page,
}

impl<'r> Responder<'r, 'static> for Throttled {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = if wants_page(request) {
            self.page.respond_to(request)?
        } else {
            format!("Too many attempts: wait {}.\n", self.wait).respond_to(request)?
        };
        response.set_status(Status::TooManyRequests);
        Ok(response)
    }
}
