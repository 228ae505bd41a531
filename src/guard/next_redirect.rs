//! The redirect after a login: to `next`, if that is safe.

use rocket::http::uri::Origin;
use rocket::http::{Header, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use rocket::{Ignite, Rocket, Sentinel};

use crate::error::Reason;
use crate::guard::public_base::{PublicBase, realms};
use crate::realm::Realms;
use crate::rules::next::encoded;
use crate::rules::public_base::is_safe;

/// A responder: 303 to the page to return to if that is a path of this site, and otherwise
/// to the default.
///
/// The settings of all login managers of the application count, at the time of the response.
///
/// ```rust
/// # use rocket::http::uri::Origin;
/// # use rocket_login::{NextField, NextRedirect};
/// fn back(next: NextField, home: Origin<'static>) -> NextRedirect {
///     next.redirect_or(home)
/// }
/// ```
#[derive(Debug)]
pub struct NextRedirect {
    target: Option<String>,
    default: Origin<'static>,
}

impl NextRedirect {
    /// Redirects to a page of the application, without any `next`. Behind a proxy that takes
    /// a path off, the redirect leads to the public address.
    ///
    /// ```rust
    /// # use rocket::{get, post, uri};
    /// # use rocket_login::NextRedirect;
    /// # #[get("/")] fn home() {}
    /// #[post("/done")]
    /// fn done() -> NextRedirect {
    ///     NextRedirect::to(uri!(home))
    /// }
    /// ```
    pub fn to(page: Origin<'static>) -> Self {
        Self::new(None, page)
    }

    pub(super) fn new(target: Option<String>, default: Origin<'static>) -> Self {
        Self { target, default }
    }
}

impl<'r> Responder<'r, 'static> for NextRedirect {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let realms = realms(request.rocket()).map_err(Reason::status)?;
        let target = self
            .target
            .and_then(|target| allowed(target, request, realms));
        let target = target.unwrap_or_else(|| PublicBase::of(request).uri(self.default));
        Response::build()
            .status(Status::SeeOther)
            .header(Header::new("Location", target))
            .ok()
    }
}

impl Sentinel for NextRedirect {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        realms(rocket).is_err()
    }
}

/// Returns a public address, encoded as it was before a proxy or a script put it into a link,
/// if a login may lead back to it.
pub(super) fn allowed(target: String, request: &Request<'_>, realms: &Realms) -> Option<String> {
    let (realms, base) = (realms.all(), PublicBase::of(request));
    let never = realms.iter().flat_map(|realm| realm.settings.never_next());
    let target = encoded(target.replace(' ', "%20"));
    is_safe(&target, base.as_str(), never).then_some(target)
}
