//! Why guards fail.

use std::error::Error as StdError;

use rocket::http::Status;

/// The reason why a guard of this crate failed.
///
/// It is the error of every guard, and [`Challenge::reason()`](crate::Challenge::reason) gives it to
/// the catcher of an application.
///
/// A handler may take a guard as a `Result` or an `Option`. If the guard fails and the handler then
/// answers with its own 401, the catcher takes it for that of the guard. The guard
/// [`MaybeUser`](crate::MaybeUser) leaves no reason behind but `CrossOrigin`.
///
/// # Example
///
/// ```rust
/// # use rocket::get;
/// use rocket_login::{Reason, User};
/// # struct Account;
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
///
/// #[get("/status")]
/// fn status(user: Result<User<Account>, Reason>) -> String {
///     match user {
///         Ok(_) => "logged in".into(),
///         Err(reason) => reason.to_string(),
///     }
/// }
/// ```
///
/// A handler that returns a `Status` takes it with `?`: it becomes its [status](Self::status).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The request is anonymous: 401.
    NotLoggedIn,
    /// The user is logged in, but the login is not fresh: 401.
    NotFresh,
    /// The user is not active: 401.
    Inactive,
    /// The user is logged in, but a policy does not permit the request: 403.
    NotPermitted,
    /// A page of another site sent a request that changes something, with a cookie of this crate,
    /// or one that opens a socket: 403.
    CrossOrigin,
    /// The user or the session could not be loaded, or a policy failed: 503.
    Unavailable,
    /// The guard was used without its fairing, and no sentinel has noticed it: 500.
    NotAttached,
    /// The response has been sent, as on an open socket: 500.
    TooLate,
    /// There were too many attempts to log in: 429. No guard fails for it, but
    /// `Auth::attempt` of the feature `throttle` does.
    TooManyAttempts,
}

impl Reason {
    /// Returns the status with which a guard fails for this reason.
    ///
    /// ```rust
    /// use rocket::http::Status;
    /// use rocket_login::Reason;
    ///
    /// assert_eq!(Reason::Unavailable.status(), Status::ServiceUnavailable);
    /// ```
    pub fn status(self) -> Status {
        match self {
            Self::NotLoggedIn | Self::NotFresh | Self::Inactive => Status::Unauthorized,
            Self::NotPermitted | Self::CrossOrigin => Status::Forbidden,
            Self::Unavailable => Status::ServiceUnavailable,
            Self::NotAttached | Self::TooLate => Status::InternalServerError,
            Self::TooManyAttempts => Status::TooManyRequests,
        }
    }
}

texts! { Reason:
    NotLoggedIn => "not logged in",
    NotFresh => "the login is not fresh",
    Inactive => "the user is not active",
    NotPermitted => "the user is not permitted to do this",
    CrossOrigin => "the request comes from a page of another site",
    Unavailable => "the login cannot be served at the moment",
    NotAttached => "the login fairing is not attached",
    TooLate => "the response has been sent",
    TooManyAttempts => "there were too many attempts to log in",
}

impl StdError for Reason {}

impl From<Reason> for Status {
    fn from(reason: Reason) -> Self {
        reason.status()
    }
}
