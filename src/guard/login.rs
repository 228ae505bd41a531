//! How somebody is to be logged in.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use rocket::futures::future::BoxFuture;

use crate::error::{LoginError, LoginErrorKind};
use crate::guard::Auth;
use crate::request::{LoginOptions, login};
use crate::user::AuthUser;

/// A login that takes place when it is awaited, made by
/// [`Auth::login()`](crate::Auth::login).
///
/// # Errors
///
/// * `Inactive` if the user is not active and the login was not
///   [forced](Login::force),
/// * `CrossOrigin` if a page of another site sent the request,
/// * `UserId` if the id cannot be encoded or is too long for a cookie,
/// * `Duration` if the [duration](Login::remember_for) makes no sense,
/// * `TooLate` if the response has been sent,
/// * `Unavailable` if the system has no randomness to give, or the store did not
///   take the session.
///
/// The user is not logged in then, and no cookie changes. Where a store fails, a part of the
/// sessions that the login was to replace may have ended.
///
/// # Example
///
/// ```rust
/// use std::time::Duration;
/// # use rocket_login::{Auth, AuthUser, LoginError};
///
/// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<(), LoginError> {
/// let month = Duration::from_secs(30 * 24 * 60 * 60);
/// auth.login(&account).remember_for(month).permanent(false).await
/// # }
/// ```
#[must_use = "nobody is logged in until it is awaited"]
pub struct Login<'a, U: AuthUser> {
    auth: &'a Auth<'a, U>,
    user: &'a U,
    remember: Option<bool>,
    duration: Option<Result<Duration, LoginErrorKind>>,
    fresh: bool,
    permanent: Option<bool>,
    force: bool,
}

impl<'a, U: AuthUser> Login<'a, U> {
    pub(super) fn new(auth: &'a Auth<'a, U>, user: &'a U) -> Self {
        Self {
            auth,
            user,
            remember: None,
            duration: None,
            fresh: true,
            permanent: None,
            force: false,
        }
    }

    /// Whether the browser gets a remember token. `false` unless it is said, or
    /// a [duration](Login::remember_for) is.
    ///
    /// With `false` the login goes on being remembered if the browser has a token of the
    /// same user: it gets a new one, for the time that the old one had left. Another user's
    /// token ends.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<(), LoginError> {
    /// auth.login(&account).remember(true).await
    /// # }
    /// ```
    pub fn remember(mut self, remember: bool) -> Self {
        self.remember = Some(remember);
        self
    }

    /// For how long the remember token counts, instead of `cookie_duration`:
    /// from a second to a hundred years, from `std` or from `time`.
    ///
    /// ```rust
    /// use rocket::time::Duration;
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    ///
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<(), LoginError> {
    /// auth.login(&account).remember_for(Duration::days(30)).await
    /// # }
    /// ```
    pub fn remember_for(mut self, duration: impl TryInto<Duration>) -> Self {
        let duration = duration.try_into().map_err(|_| LoginErrorKind::Duration);
        self.duration = Some(duration);
        self
    }

    /// Whether the login counts as fresh. `true` unless it is said.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<(), LoginError> {
    /// auth.login(&account).fresh(false).await
    /// # }
    /// ```
    pub fn fresh(mut self, fresh: bool) -> Self {
        self.fresh = fresh;
        self
    }

    /// Whether the session outlives the browser, instead of
    /// `session.permanent`.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<(), LoginError> {
    /// auth.login(&account).permanent(true).await
    /// # }
    /// ```
    pub fn permanent(mut self, permanent: bool) -> Self {
        self.permanent = Some(permanent);
        self
    }

    /// Logs a user in who is not active, and lets this one session load them.
    /// A remember token does not: it brings back active users alone.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn inspect<U: AuthUser>(auth: Auth<'_, U>, closed: U) -> Result<(), LoginError> {
    /// auth.login(&closed).force(true).await
    /// # }
    /// ```
    pub fn force(mut self, force: bool) -> Self {
        self.force = force;
        self
    }

    fn options(&self) -> Result<LoginOptions, LoginError> {
        let duration = self.duration.transpose().map_err(LoginError::new)?;
        let is_remembered = self.remember.unwrap_or(duration.is_some());
        Ok(LoginOptions {
            remember: is_remembered.then_some(duration),
            fresh: self.fresh,
            permanent: self.permanent,
            force: self.force,
        })
    }
}

impl<'a, U: AuthUser> IntoFuture for Login<'a, U> {
    type Output = Result<(), LoginError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let options = self.options()?;
            login(self.auth.manager, self.auth.request, self.user, &options).await
        })
    }
}

impl<U: AuthUser> fmt::Debug for Login<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("remember", &self.remember)
            .field("fresh", &self.fresh)
            .field("permanent", &self.permanent)
            .field("force", &self.force)
            .finish_non_exhaustive()
    }
}
