//! The page that a login leads back to: `next`, from a query or a form.

use rocket::form::{self, DataField, FromForm, Options, ValueField};
use rocket::http::uri::Origin;
use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Rocket, Sentinel};

use crate::error::Reason;
use crate::guard::next_redirect::{NextRedirect, allowed};
use crate::guard::public_base::realms;
use crate::guard::user_guard::outcome;
use crate::realm::Realms;

/// A request guard: the page to return to after a login, from the query field `next`.
///
/// A challenge puts the requested page into that field. Anyone can write a link with another
/// page. So only a path of this site counts, except for the login page and the paths in
/// `never_next`. With a [public base](crate::PublicBase) it has to be a path below the base.
/// Every other value counts as absent.
///
/// # Outcome
///
/// Succeeds always, or fails with 500 if no login fairing is attached where no sentinel
/// could see it.
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
#[derive(Debug)]
pub struct Next(Option<String>);

impl Next {
    /// Returns the page, for the hidden field of a login form. A template has to escape it
    /// like every other text.
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

    /// Redirects to the page, or to `default`.
    ///
    /// ```rust
    /// # use rocket::http::uri::Origin;
    /// # use rocket_login::{Next, NextRedirect};
    /// fn back(next: Next, home: Origin<'static>) -> NextRedirect {
    ///     next.redirect_or(home)
    /// }
    /// ```
    pub fn redirect_or(self, default: Origin<'static>) -> NextRedirect {
        NextRedirect::new(self.0, default)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Next {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        outcome(realms(request.rocket()).map(|realms| {
            let target = from_query(request, realms);
            Self(target.and_then(|target| allowed(target, request, realms)))
        }))
    }
}

impl Sentinel for Next {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        realms(rocket).is_err()
    }
}

/// A form field: the page to return to after a login, as the browser sent it.
///
/// A missing field counts as none, and so do two. The [redirect](NextField::redirect_or)
/// checks that the page is one of this site.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use rocket::form::Form;
/// use rocket_login::{NextField, NextRedirect};
/// # #[get("/")] fn home() {}
///
/// #[derive(FromForm)]
/// struct Continue {
///     next: NextField,
/// }
///
/// #[post("/continue", data = "<form>")]
/// fn go_on(form: Form<Continue>) -> NextRedirect {
///     form.next.redirect_or(uri!(home))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct NextField(Vec<String>);

impl NextField {
    /// Makes a field of a text that the application has kept, for a login that leads through
    /// another site and comes back without the form.
    ///
    /// # Security
    ///
    /// The text may come from anywhere. The [redirect](Self::redirect_or) checks it as if a form
    /// had brought it.
    ///
    /// ```rust
    /// # use rocket::http::{CookieJar, uri::Origin};
    /// # use rocket_login::{NextField, NextRedirect};
    /// fn back(cookies: &CookieJar<'_>, home: Origin<'static>) -> NextRedirect {
    ///     let kept = cookies.get("next");
    ///     NextField::from_text(kept.map(|kept| kept.value())).redirect_or(home)
    /// }
    /// ```
    pub fn from_text(text: Option<&str>) -> Self {
        Self(text.map(Into::into).into_iter().collect())
    }

    /// Returns the text that the browser sent, to put it back into the form after a wrong
    /// password.
    ///
    /// # Security
    ///
    /// The text is not validated. Use it in a hidden field, escaped, and nowhere else.
    ///
    /// ```rust
    /// # use rocket_login::NextField;
    /// fn hidden_field(next: &NextField) -> &str {
    ///     next.raw().unwrap_or_default()
    /// }
    /// ```
    pub fn raw(&self) -> Option<&str> {
        match self.0.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }

    /// Redirects to the page, or to `default`.
    ///
    /// ```rust
    /// # use rocket::http::uri::Origin;
    /// # use rocket_login::{NextField, NextRedirect};
    /// fn back(next: &NextField, home: Origin<'static>) -> NextRedirect {
    ///     next.redirect_or(home)
    /// }
    /// ```
    pub fn redirect_or(&self, default: Origin<'static>) -> NextRedirect {
        NextRedirect::new(self.raw().map(String::from), default)
    }
}

/// Written by hand: `FromFormField` sees the first value alone.
#[rocket::async_trait]
impl<'r> FromForm<'r> for NextField {
    type Context = Self;

    fn init(_: Options) -> Self {
        Self(Vec::new())
    }

    fn push_value(seen: &mut Self, field: ValueField<'r>) {
        seen.0.push(field.value.to_string());
    }

    async fn push_data(seen: &mut Self, _: DataField<'r, '_>) {
        // A file is no page to return to. Two values make the field count as none.
        seen.0.extend([String::new(), String::new()]);
    }

    fn finalize(seen: Self) -> form::Result<'r, Self> {
        Ok(seen)
    }
}

/// Returns the value of the one field of the name. Two fields count as none.
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
