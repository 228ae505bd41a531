//! The options of a login, what it comes to, and the response to its errors.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use rocket::futures::future::BoxFuture;
use rocket::request::Request;
use rocket::response::{self, Responder};

use crate::error::{LoginError, LoginErrorKind};
use crate::manager::LoginManager;
use crate::request::{LoginOptions, login};
use crate::rules::cross_site::Allowed;
use crate::user::AuthUser;

/// A login that takes place when it is awaited. [`Auth::login()`](crate::Auth::login) makes
/// it.
///
/// # Errors
///
/// * `Inactive` if the user is not active and the login was not
///   [forced](Login::force),
/// * `CrossOrigin` if a page of another site sent the request, or a browser fetches it ahead,
/// * `UserId` if the id cannot be encoded or is too long for a cookie,
/// * `Duration` if the [duration](Login::remember_for) is out of range,
/// * `TooLate` if the response has been sent,
/// * `Unavailable` if the system provides no randomness, or the store did not take the
///   session.
///
/// After an error the user is not logged in, and no cookie changes. After a failure of the
/// store some of the sessions that the login was to replace may have ended.
///
/// # Example
///
/// ```rust
/// use std::time::Duration;
/// # use rocket_login::{Auth, AuthUser, LoginError, LoginOutcome};
///
/// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<LoginOutcome, LoginError> {
/// let month = Duration::from_secs(30 * 24 * 60 * 60);
/// auth.login(&account).remember_for(month).permanent(false).await
/// # }
/// ```
#[must_use = "the user is not logged in until it is awaited"]
pub struct Login<'a, U: AuthUser> {
    manager: &'a LoginManager<U>,
    request: &'a Request<'a>,
    user: &'a U,
    remember: Option<bool>,
    duration: Option<Result<Duration, LoginErrorKind>>,
    options: LoginOptions,
}

impl<'a, U: AuthUser> Login<'a, U> {
    pub(super) fn new(
        manager: &'a LoginManager<U>,
        request: &'a Request<'a>,
        user: &'a U,
        allowed: Allowed,
    ) -> Self {
        Self {
            manager,
            request,
            user,
            remember: None,
            duration: None,
            options: LoginOptions {
                allowed,
                ..LoginOptions::PLAIN
            },
        }
    }

    /// Chooses whether the browser gets a remember token. The default is `false`, and `true`
    /// after [`remember_for`](Login::remember_for).
    ///
    /// With `false` an existing remember token of the same user is replaced by a new one with
    /// the same expiry. Another user's token ends.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError, LoginOutcome};
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<LoginOutcome, LoginError> {
    /// auth.login(&account).remember(true).await
    /// # }
    /// ```
    pub fn remember(mut self, remember: bool) -> Self {
        self.remember = Some(remember);
        self
    }

    /// Sets for how long the remember token counts, in place of `cookie_duration`: from one
    /// second to a hundred years. Takes a `Duration` of `std` or of `time`.
    ///
    /// ```rust
    /// use rocket::time::Duration;
    /// # use rocket_login::{Auth, AuthUser, LoginError, LoginOutcome};
    ///
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<LoginOutcome, LoginError> {
    /// auth.login(&account).remember_for(Duration::days(30)).await
    /// # }
    /// ```
    pub fn remember_for(mut self, duration: impl TryInto<Duration>) -> Self {
        let duration = duration.try_into().map_err(|_| LoginErrorKind::Duration);
        self.duration = Some(duration);
        self
    }

    /// Chooses whether the login is fresh. The default is `true`.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError, LoginOutcome};
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<LoginOutcome, LoginError> {
    /// auth.login(&account).fresh(false).await
    /// # }
    /// ```
    pub fn fresh(mut self, fresh: bool) -> Self {
        self.options.fresh = fresh;
        self
    }

    /// Chooses whether the session outlives the browser, in place of `session.permanent`.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError, LoginOutcome};
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<LoginOutcome, LoginError> {
    /// auth.login(&account).permanent(true).await
    /// # }
    /// ```
    pub fn permanent(mut self, permanent: bool) -> Self {
        self.options.permanent = Some(permanent);
        self
    }

    /// Logs a user in who is not active. This session then counts although the user is not
    /// active. A remember token restores active users alone.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError, LoginOutcome};
    /// # async fn inspect<U: AuthUser>(auth: Auth<'_, U>, closed: U) -> Result<LoginOutcome, LoginError> {
    /// auth.login(&closed).force(true).await
    /// # }
    /// ```
    pub fn force(mut self, force: bool) -> Self {
        self.options.force = force;
        self
    }
}

/// What a login without an error comes to.
///
/// Today it is always a user who is logged in. A later version may add cases, such as a second
/// factor that is still to come. A handler need not look at it: `auth.login(&user).await?` and the
/// redirect to the page to return to stay right. The guards of that page decide who gets in.
///
/// ```rust
/// # use rocket_login::{Auth, AuthUser, LoginError, LoginOutcome};
/// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<bool, LoginError> {
/// let outcome = auth.login(&account).await?;
/// Ok(outcome == LoginOutcome::LoggedIn)
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginOutcome {
    /// The user is logged in: guards that run later in the request see it.
    LoggedIn,
}

impl<'a, U: AuthUser> IntoFuture for Login<'a, U> {
    type Output = Result<LoginOutcome, LoginError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let duration = self.duration.transpose().map_err(LoginError::new)?;
            let is_remembered = self.remember.unwrap_or(duration.is_some());
            let options = LoginOptions {
                remember: is_remembered.then_some(duration),
                ..self.options
            };
            login(self.manager, self.request, self.user, &options).await?;
            Ok(LoginOutcome::LoggedIn)
        })
    }
}

impl<U: AuthUser> fmt::Debug for Login<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("remember", &self.remember)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<'r> Responder<'r, 'static> for LoginError {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Err(self.into())
    }
}
