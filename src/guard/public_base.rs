//! The path below which browsers find the application.

use rocket::http::uri::Origin;
use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Phase, Rocket, Sentinel};

use crate::error::Reason;
use crate::guard::user_guard::{managed, outcome};
use crate::realm::Realms;
use crate::request::public_base;

/// A request guard: the path that a proxy takes off before it asks the application, from the
/// settings `public_base` and `prefix_header`. It is empty where there is none.
///
/// Challenges and [`NextRedirect`](crate::NextRedirect) lead to public addresses by
/// themselves. This guard has the path for other links, and for Rocket's own `Redirect`.
///
/// # Outcome
///
/// Succeeds always, or fails with 500 if no login fairing is attached where no sentinel
/// could see it.
///
/// # Security
///
/// The path consists of ASCII letters, digits, `-`, `.`, `_`, `~` and single slashes. So
/// `base` and a path behind it never lead to another host.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use rocket::response::Redirect;
/// use rocket_login::PublicBase;
///
/// # #[get("/")] fn home() {}
/// #[get("/start")]
/// fn start(base: PublicBase) -> Redirect {
///     Redirect::to(base.uri(uri!(home)))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicBase(String);

impl PublicBase {
    /// Returns the base of a request, for catchers and responders. It is empty if no login
    /// fairing is attached.
    ///
    /// ```rust
    /// # use rocket::Request;
    /// # use rocket_login::PublicBase;
    /// fn stylesheet(request: &Request<'_>) -> String {
    ///     format!("{}/static/site.css", PublicBase::of(request).as_str())
    /// }
    /// ```
    pub fn of(request: &Request<'_>) -> Self {
        let realms = request.rocket().state().map(Realms::all);
        // All realms have the same base.
        let realm = realms.and_then(|realms| realms.into_iter().next());
        Self(realm.map_or_else(String::new, |realm| {
            public_base(request, &realm.settings).into()
        }))
    }

    /// Returns the path without a slash at its end, such as `/app`, or an empty text. A
    /// template puts it before its own paths.
    ///
    /// ```rust
    /// # use rocket_login::PublicBase;
    /// fn logout_button(base: &PublicBase) -> String {
    ///     let base = base.as_str();
    ///     format!(r#"<form method="post" action="{base}/logout"><button>Log out</button></form>"#)
    /// }
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the public address of a page of the application.
    ///
    /// ```rust
    /// # use rocket::{get, uri};
    /// # use rocket_login::PublicBase;
    /// # #[get("/account")] fn account() {}
    /// fn account_is_at(base: &PublicBase) -> String {
    ///     base.uri(uri!(account))
    /// }
    /// ```
    pub fn uri(&self, page: Origin<'_>) -> String {
        format!("{}{page}", self.0)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for PublicBase {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        outcome(realms(request.rocket()).map(|_| Self::of(request)))
    }
}

impl Sentinel for PublicBase {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        realms(rocket).is_err()
    }
}

/// Returns the realms of the application, which a login fairing brings.
pub(super) fn realms<P: Phase>(rocket: &Rocket<P>) -> Result<&Realms, Reason> {
    managed(rocket, || "LoginManager".into())
}
