//! Where a login leads back to, from a form.

use rocket::form::{self, FromForm, Options, ValueField};
use rocket::http::uri::Origin;

use crate::guard::NextRedirect;

/// A form field: the page to return to after a login, as the browser sent it.
///
/// A missing field counts as none, and so do two: nobody could say which is
/// meant. Whether the page is one of this site is judged when the
/// [redirect](NextField::redirect_or) answers.
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
///     form.into_inner().next.redirect_or(uri!(home))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct NextField(Vec<String>);

impl NextField {
    /// What the browser sent, to put it back into the form after a wrong
    /// password.
    ///
    /// # Security
    ///
    /// It is not validated: good for a hidden field, escaped, and for nothing
    /// else.
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

    /// A redirect to the page to return to, or to `default`.
    ///
    /// ```rust
    /// # use rocket::http::uri::Origin;
    /// # use rocket_login::{NextField, NextRedirect};
    /// fn back(next: NextField, home: Origin<'static>) -> NextRedirect {
    ///     next.redirect_or(home)
    /// }
    /// ```
    pub fn redirect_or(mut self, default: Origin<'static>) -> NextRedirect {
        let target = self.0.pop().filter(|_| self.0.is_empty());
        NextRedirect { target, default }
    }
}

/// By hand, since `FromFormField` would be shown the first value alone.
#[rocket::async_trait]
impl<'r> FromForm<'r> for NextField {
    type Context = Self;

    fn init(_: Options) -> Self {
        Self(Vec::new())
    }

    fn push_value(seen: &mut Self, field: ValueField<'r>) {
        seen.0.push(field.value.to_string());
    }

    async fn push_data(seen: &mut Self, _: rocket::form::DataField<'r, '_>) {
        // A file is no page to return to; with it the field has no one value.
        seen.0.extend([String::new(), String::new()]);
    }

    fn finalize(seen: Self) -> form::Result<'r, Self> {
        Ok(seen)
    }
}
