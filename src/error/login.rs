//! Why logins fail, with the statuses.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use rocket::http::Status;

use crate::error::{BoxError, Reason};

/// The error of the methods of [`Auth`](crate::Auth).
///
/// After an error nothing has changed, with two exceptions. A logout that fails with
/// `LegacySession` or `TooLate` has ended its sessions. If a store fails during a login or a
/// logout, a part of the sessions that it ends may have ended.
///
/// As a responder it is the status of its [kind](LoginErrorKind), without a body. With `?` it
/// becomes that status in a handler that returns a `Status`. Either way the log tells the cause of
/// a status from 500 on.
///
/// # Example
///
/// ```rust
/// use rocket::http::Status;
/// # use rocket::post;
/// use rocket_login::{Auth, User};
/// # struct Account;
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
///
/// #[post("/reauthenticate")]
/// async fn reauthenticate(auth: Auth<'_, Account>, user: User<Account>) -> Result<&'static str, Status> {
///     auth.confirm_as(&user).await?;
///     Ok("welcome back")
/// }
/// ```
#[derive(Debug)]
pub struct LoginError {
    kind: LoginErrorKind,
    source: Option<BoxError>,
    retry_after: Option<Duration>,
}

/// The kind of a [`LoginError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoginErrorKind {
    /// The user is not active, and the login was not forced: 403.
    Inactive,
    /// A policy does not permit the request: 403.
    NotPermitted,
    /// A page of another site sent the request, or a browser fetches it ahead of its user: 403.
    CrossOrigin,
    /// There is no login that counts, or another request has renewed it during a confirmation: 401.
    NotLoggedIn,
    /// The user is logged in, but the login is not fresh: 401.
    NotFresh,
    /// A request loader found the user, so there is no session to end, to confirm or to renew: 403.
    NoSession,
    /// The session belongs to another user, or a request loader finds another one than before: 409.
    OtherUser,
    /// The user's id cannot be encoded, or is too long for a cookie: 500.
    UserId,
    /// The duration is zero, negative or over a hundred years: 500.
    Duration,
    /// The loader, the session store or the system's randomness failed: 503.
    Unavailable,
    /// Without a store there is no list of sessions: 500.
    NoStore,
    /// The response has been sent, and with it the cookies: 500.
    TooLate,
    /// The name, the address or the browser has used up its attempts to log in: 429.
    TooManyAttempts,
    /// The session has ended, but not that of the application beside (`legacy_session_cookie`): 409.
    LegacySession,
}

impl LoginErrorKind {
    /// Returns the status with which an error of this kind responds.
    ///
    /// ```rust
    /// use rocket::http::Status;
    /// use rocket_login::LoginErrorKind;
    ///
    /// assert_eq!(LoginErrorKind::Unavailable.status(), Status::ServiceUnavailable);
    /// ```
    pub fn status(self) -> Status {
        match self {
            Self::Inactive | Self::NotPermitted | Self::CrossOrigin | Self::NoSession => {
                Status::Forbidden
            }
            Self::NotLoggedIn | Self::NotFresh => Status::Unauthorized,
            Self::OtherUser | Self::LegacySession => Status::Conflict,
            Self::UserId | Self::Duration | Self::TooLate | Self::NoStore => {
                Status::InternalServerError
            }
            Self::TooManyAttempts => Status::TooManyRequests,
            Self::Unavailable => Status::ServiceUnavailable,
        }
    }
}

impl LoginError {
    pub(crate) fn new(kind: LoginErrorKind) -> Self {
        Self {
            kind,
            source: None,
            retry_after: None,
        }
    }

    /// Refuses an attempt to log in, for so long.
    pub(crate) fn too_many_attempts(wait: Duration) -> Self {
        let retry_after = Some(wait);
        Self {
            retry_after,
            ..Self::new(LoginErrorKind::TooManyAttempts)
        }
    }

    /// Fails with this kind unless a condition holds.
    pub(crate) fn unless(holds: bool, kind: LoginErrorKind) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(Self::new(kind)) }
    }

    pub(crate) fn caused(kind: LoginErrorKind, source: impl Into<BoxError>) -> Self {
        let source = Some(source.into());
        Self {
            source,
            ..Self::new(kind)
        }
    }

    /// Returns the kind of the error.
    ///
    /// ```rust
    /// use rocket_login::{LoginError, LoginErrorKind};
    ///
    /// fn is_closed_account(error: &LoginError) -> bool {
    ///     error.kind() == LoginErrorKind::Inactive
    /// }
    /// ```
    pub fn kind(&self) -> LoginErrorKind {
        self.kind
    }

    /// Returns how long to wait before the next attempt: whole seconds, for `TooManyAttempts`
    /// alone. A response with the status 429 says it in `Retry-After`.
    ///
    /// ```rust
    /// use rocket_login::LoginError;
    ///
    /// fn advice(error: &LoginError) -> Option<String> {
    ///     let wait = error.retry_after()?;
    ///     Some(format!("Try again in {} minutes.", wait.as_secs().div_ceil(60)))
    /// }
    /// ```
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl From<Reason> for LoginError {
    fn from(reason: Reason) -> Self {
        Self::new(match reason {
            Reason::Unavailable | Reason::NotAttached => LoginErrorKind::Unavailable,
            Reason::NotLoggedIn => LoginErrorKind::NotLoggedIn,
            Reason::NotFresh => LoginErrorKind::NotFresh,
            Reason::Inactive => LoginErrorKind::Inactive,
            Reason::NotPermitted => LoginErrorKind::NotPermitted,
            Reason::CrossOrigin => LoginErrorKind::CrossOrigin,
            Reason::TooLate => LoginErrorKind::TooLate,
            Reason::TooManyAttempts => LoginErrorKind::TooManyAttempts,
        })
    }
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            LoginErrorKind::Inactive => "the user is not active",
            LoginErrorKind::NotPermitted => "the user is not permitted to do this",
            LoginErrorKind::CrossOrigin => "the request comes from a page of another site",
            LoginErrorKind::NotLoggedIn => "there is no valid session",
            LoginErrorKind::NotFresh => "the login is not fresh",
            LoginErrorKind::NoSession => "the user was found by the request, without a session",
            LoginErrorKind::OtherUser => "the session is another user's",
            LoginErrorKind::UserId => "the user id does not fit into a cookie",
            LoginErrorKind::Duration => "the duration is zero, negative or over a hundred years",
            LoginErrorKind::TooLate => "the response has been sent, and its cookies with it",
            LoginErrorKind::LegacySession => "the application beside this one has not logged out",
            LoginErrorKind::TooManyAttempts => "there were too many attempts to log in",
            LoginErrorKind::NoStore => "there is no `session.store` that knows the sessions",
            LoginErrorKind::Unavailable => "the login cannot be served at the moment",
        })
    }
}

impl StdError for LoginError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<LoginError> for Status {
    fn from(error: LoginError) -> Self {
        let status = error.kind.status();
        if status.class().is_server_error() {
            rocket::error!("{error}.");
            if let Some(source) = error.source() {
                rocket::error_!("{source}");
            }
        }
        status
    }
}
