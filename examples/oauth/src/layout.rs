//! The layout of all pages, which shows the user.

use rocket::request::{FromRequest, Outcome, Request};
use rocket::serde::Serialize;
use rocket_dyn_templates::{Template, context};
use rocket_login::{MaybeUser, Reason, User};

use super::accounts::Account;

/// Brings the user to every page, so that no handler can forget it.
#[derive(Default)]
pub(crate) struct Layout {
    user: Option<User<Account>>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Layout {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Reason> {
        let user = request.guard::<MaybeUser<Account>>().await;
        user.map(|user| Self {
            user: user.into_inner(),
        })
    }
}

impl Layout {
    pub(crate) fn page(&self, name: &'static str, page: impl Serialize) -> Template {
        Template::render(name, context! { user: &self.user, page })
    }
}
