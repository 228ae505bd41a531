//! Links to the login page, for pages that are open to all.

use std::fmt::Display;

use rocket::request::Request;

use crate::config::Settings;
use crate::guard::Auth;
use crate::manager::LoginManager;
use crate::request::public_base;
use crate::rules::{next, public_base as rule};
use crate::user::AuthUser;

impl<U: AuthUser> Auth<'_, U> {
    /// Returns the public address of the login page, for a link. See
    /// [`LoginManager::login_url`].
    ///
    /// ```rust
    /// # use rocket::{get, uri};
    /// # use rocket_login::{Auth, AuthUser};
    /// # #[get("/account")] fn account() {}
    /// # fn link<U: AuthUser>(auth: Auth<'_, U>) -> String {
    /// auth.login_url(uri!(account))
    /// # }
    /// ```
    pub fn login_url(&self, next: impl Display) -> String {
        self.manager.login_url(self.request, next)
    }

    /// Returns the public address of the page that confirms a login, for a link. See
    /// [`LoginManager::refresh_url`].
    ///
    /// ```rust
    /// # use rocket::{get, uri};
    /// # use rocket_login::{Auth, AuthUser};
    /// # #[get("/settings")] fn settings() {}
    /// # fn link<U: AuthUser>(auth: Auth<'_, U>) -> String {
    /// auth.refresh_url(uri!(settings))
    /// # }
    /// ```
    pub fn refresh_url(&self, next: impl Display) -> String {
        self.manager.refresh_url(self.request, next)
    }
}

impl<U: AuthUser> LoginManager<U> {
    /// Returns the public address of the login page, such as `/login?next=%2Faccount`. The
    /// login leads back to `next`.
    ///
    /// `next` is a page of the application, as `uri!` and `request.uri()` name it: without the
    /// public base, which this method puts before both. Where
    /// [`challenge_at`](crate::LoginFairing::challenge_at) names a login page for `next`, the
    /// link leads there.
    ///
    /// A `next` that no login may lead back to is left out: another host, the login page
    /// itself, or a path in `never_next`.
    ///
    /// # Security
    ///
    /// The address never leads to another host. A template escapes it like every other text.
    ///
    /// ```rust
    /// # use rocket::Request;
    /// # use rocket_login::{AuthUser, LoginManager};
    /// // For a page that any visitor may see, such as the one for 404.
    /// fn link<U: AuthUser>(request: &Request<'_>) -> Option<String> {
    ///     let manager = request.rocket().state::<LoginManager<U>>()?;
    ///     Some(manager.login_url(request, request.uri()))
    /// }
    /// ```
    pub fn login_url(&self, request: &Request<'_>, next: impl Display) -> String {
        let next = next.to_string();
        let page = self.realm.settings.login_for(&path(&next));
        self.link(request, &page.uri, &next)
    }

    /// Returns the public address of the page that confirms a login and leads back to `next`,
    /// as [`login_url`](Self::login_url) does for the login page.
    ///
    /// ```rust
    /// # use rocket::Request;
    /// # use rocket_login::{AuthUser, LoginManager};
    /// fn link<U: AuthUser>(manager: &LoginManager<U>, request: &Request<'_>) -> String {
    ///     manager.refresh_url(request, request.uri())
    /// }
    /// ```
    pub fn refresh_url(&self, request: &Request<'_>, next: impl Display) -> String {
        let next = next.to_string();
        let page = self.realm.settings.refresh_for(&path(&next));
        self.link(request, &page.uri, &next)
    }

    fn link(&self, request: &Request<'_>, uri: &str, next: &str) -> String {
        let settings = &self.realm.settings;
        let base = public_base(request, settings);
        let next = next.starts_with('/').then(|| format!("{base}{next}"));
        location(uri, settings, base, next)
    }
}

fn path(next: &str) -> String {
    next::decoded_path(next).unwrap_or_default()
}

/// Returns the public address of a page, which leads back to the public address `next`.
pub(crate) fn location(uri: &str, settings: &Settings, base: &str, next: Option<String>) -> String {
    let uri = format!("{base}{uri}");
    let next = next.map(next::encoded);
    let next = next.filter(|next| rule::is_safe(next, base, settings.never_next()));
    match next {
        Some(next) => next::with_field(&uri, &settings.next_name, &next),
        None => uri,
    }
}
