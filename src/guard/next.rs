//! Where a login leads back to.

use std::fmt;

use rocket::http::uri::Origin;
use rocket::http::{Header, Status};
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::response::{self, Responder, Response};
use rocket::{Ignite, Phase, Rocket, Sentinel};

use crate::error::Reason;
use crate::guard;
use crate::realm::Realms;
use crate::rules::next;

/// A request guard: the page to return to after a login, from the query field
/// `next`.
///
/// A challenge puts the page that was asked for into that field. Anybody can
/// write a link with another one, so only what is a path of this site counts,
/// and not the login page or what else is in `never_next`; everything else
/// counts as absent.
///
/// # Outcome
///
/// Succeeds always, or fails with 500 if no login fairing is attached where no
/// sentinel could see it.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// # use rocket::http::uri::Origin;
/// use rocket_login::{Next, NextRedirect};
///
/// # #[get("/")] fn home() {}
/// #[get("/continue")]
/// fn go_on(next: Next) -> NextRedirect {
///     next.redirect_or(uri!(home))
/// }
/// ```
pub struct Next(Option<String>);

impl Next {
    /// The page to return to, for the hidden field of a login form. A template
    /// has to escape it, as everything else.
    ///
    /// ```rust
    /// # use rocket_login::Next;
    /// fn hidden_field(next: &Next) -> &str {
    ///     next.as_str().unwrap_or_default()
    /// }
    /// ```
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// A redirect to the page to return to, or to `default`.
    ///
    /// ```rust
    /// # use rocket::http::uri::Origin;
    /// # use rocket_login::{Next, NextRedirect};
    /// fn back(next: Next, home: Origin<'static>) -> NextRedirect {
    ///     next.redirect_or(home)
    /// }
    /// ```
    pub fn redirect_or(self, default: Origin<'static>) -> NextRedirect {
        NextRedirect {
            target: self.0,
            default,
        }
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Next").field(&self.0).finish()
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Next {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        match realms(request.rocket()) {
            Ok(realms) => {
                let target = from_query(request, realms);
                Outcome::Success(Self(target.filter(|target| is_allowed(target, realms))))
            }
            Err(reason) => Outcome::Error((reason.status(), reason)),
        }
    }
}

impl Sentinel for Next {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        realms(rocket).is_err()
    }
}

/// A responder: 303 to the page to return to, which is a path of this site, or
/// to the default.
///
/// What is to be returned to is judged when it answers, by the settings of all
/// login managers of the application.
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
    pub(super) target: Option<String>,
    pub(super) default: Origin<'static>,
}

impl<'r> Responder<'r, 'static> for NextRedirect {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let realms = realms(request.rocket()).map_err(Reason::status)?;
        let target = self.target.filter(|target| is_allowed(target, realms));
        let target = target.unwrap_or_else(|| self.default.to_string());
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

/// The one field of the name; two are none, since nobody could say which.
fn from_query(request: &Request<'_>, realms: &Realms) -> Option<String> {
    let realms = realms.all();
    let is_next = |name: &str| realms.iter().any(|realm| realm.settings.next_name == name);
    let mut fields = request
        .query_fields()
        .filter(|field| is_next(field.name.source().as_str()));
    match (fields.next(), fields.next()) {
        (Some(field), None) => Some(field.value.to_string()),
        _ => None,
    }
}

fn is_allowed(target: &str, realms: &Realms) -> bool {
    let realms = realms.all();
    next::is_safe(
        target,
        realms.iter().flat_map(|realm| realm.settings.never_next()),
    )
}

fn realms<P: Phase>(rocket: &Rocket<P>) -> Result<&Realms, Reason> {
    guard::managed(rocket, || "LoginManager")
}
