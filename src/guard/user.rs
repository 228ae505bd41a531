//! The guard for logged-in users.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use rocket::request::Request;
use serde::{Serialize, Serializer};
use time::OffsetDateTime;

use crate::error::Reason;
use crate::guard::user_guard::{UserGuard, manager, rocket_guard};
use crate::manager::LoginManager;
use crate::request::{AuthMethod, Authenticated, Refusal, resolve};
use crate::user::AuthUser;

/// A request guard: the user who is logged in.
///
/// It dereferences to the user. All guards of a request share one load of the user.
///
/// # Outcome
///
/// Succeeds if a session or a remember token proves a login, or if a
/// [request loader](crate::LoginFairing::request_loader) finds the user. Fails
///
/// * with 401 if no user is logged in, or if the user is not active. A challenge then
///   redirects to the login page,
/// * with 403 if a page of another site sent a request that may change something, or that
///   opens a socket; see [`Config::cross_origin_check`](crate::Config::cross_origin_check),
/// * with 503 if the user or the session could not be loaded,
/// * with 500 if the fairing is not attached, where no sentinel could see it.
///
/// The guard never forwards. For pages that serve everyone there is
/// [`MaybeUser`](crate::MaybeUser). `Option<User<U>>` would take a failing database for an
/// anonymous visitor, and a 401 of its handler for a failure of this guard.
///
/// `user.clone()` clones the guard. `U::clone(&user)` clones the user.
///
/// `Json(user)` serialises the user. So do all guards around it, and
/// [`MaybeUser`](crate::MaybeUser) is `null` without a user.
///
/// # Security
///
/// A user type that derives `Serialize` needs `#[serde(skip)]` at its password hash.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use rocket_login::User;
/// # struct Account { name: String }
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
///
/// #[get("/account")]
/// fn account(user: User<Account>) -> String {
///     format!("Hello, {}", user.name)
/// }
/// ```
///
/// An application whose own type is called `User` imports this one under another name:
/// `use rocket_login::User as LoggedIn;`.
#[doc(alias = "login_required")]
pub struct User<U> {
    user: Arc<U>,
    fresh: bool,
    via: Via,
    since: OffsetDateTime,
}

/// The way in which a request was authenticated.
///
/// ```rust
/// use rocket_login::Via;
///
/// fn is_a_login(via: Via) -> bool {
///     via == Via::Session
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Via {
    /// By a login in this session. With
    /// [`legacy_session_cookie`](crate::Config::legacy_session_cookie) also by a login in the
    /// session of an application before this one.
    Session,
    /// By a remember token, from which this session was restored.
    Remember,
    /// By the request itself, without a session: the
    /// [request loader](crate::LoginFairing::request_loader) has found the user.
    Request,
}

impl<U> User<U> {
    /// Returns whether the login is fresh: proved in this session, and no longer ago than
    /// `fresh_for` if that is set. A user found by a request loader is never fresh: a key
    /// does not prove that its owner is present.
    ///
    /// ```rust
    /// # use rocket_login::User;
    /// fn may_see_secrets<U>(user: &User<U>) -> bool {
    ///     user.is_fresh()
    /// }
    /// ```
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Returns whether a remember token has restored this session.
    ///
    /// ```rust
    /// # use rocket_login::User;
    /// fn greeting<U>(user: &User<U>) -> &'static str {
    ///     if user.is_remembered() { "Welcome back" } else { "Hello" }
    /// }
    /// ```
    #[doc(alias = "login_remembered")]
    pub fn is_remembered(&self) -> bool {
        self.via == Via::Remember
    }

    /// Returns the way in which the request was authenticated.
    ///
    /// ```rust
    /// # use rocket_login::{User, Via};
    /// fn is_remembered<U>(user: &User<U>) -> bool {
    ///     user.via() == Via::Remember
    /// }
    /// ```
    pub fn via(&self) -> Via {
        self.via
    }

    /// Returns the time of the login, or of the last restore by a remember token. For a user
    /// found by a request loader: the time when this request arrived. The time proves
    /// nothing: see [`is_fresh`](Self::is_fresh).
    ///
    /// ```rust
    /// # use rocket_login::User;
    /// fn year_of_login<U>(user: &User<U>) -> i32 {
    ///     user.logged_in_at().year()
    /// }
    /// ```
    pub fn logged_in_at(&self) -> OffsetDateTime {
        self.since
    }

    /// Returns the user, to keep beyond the request.
    ///
    /// ```rust
    /// # use rocket_login::User;
    /// use std::sync::Arc;
    ///
    /// fn keep<U>(user: User<U>) -> Arc<U> {
    ///     user.into_inner()
    /// }
    /// ```
    pub fn into_inner(self) -> Arc<U> {
        self.user
    }
}

impl<U> Deref for User<U> {
    type Target = U;

    fn deref(&self) -> &U {
        &self.user
    }
}

impl<U> Clone for User<U> {
    fn clone(&self) -> Self {
        Self {
            user: self.user.clone(),
            ..*self
        }
    }
}

impl<U: Serialize> Serialize for User<U> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.user.as_ref().serialize(to)
    }
}

/// Leaves the user out: its fields may be secrets.
impl<U> fmt::Debug for User<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("fresh", &self.fresh)
            .field("via", &self.via)
            .finish_non_exhaustive()
    }
}

/// Makes the guard. It is no associated function: the compiler would suggest that one to an
/// application that tries to make a guard by hand.
pub(crate) fn guard_for<U>(found: &Authenticated<U>) -> User<U> {
    let (since, is_restored) = match &found.by {
        AuthMethod::Session(session) => {
            let session = &session.record.session;
            (session.begun, Some(session.restored))
        }
        AuthMethod::Legacy {
            since, is_restored, ..
        } => (*since, Some(*is_restored)),
        AuthMethod::Key { at, .. } => (*at, None),
    };
    let via = match is_restored {
        Some(true) => Via::Remember,
        Some(false) => Via::Session,
        None => Via::Request,
    };
    User {
        user: found.user.clone(),
        fresh: found.fresh,
        via,
        since: since.date_time(),
    }
}

impl<U: AuthUser> UserGuard for User<U> {
    type User = U;

    async fn find(request: &Request<'_>) -> Result<Self, Reason> {
        let (_, found) = logged_in(request).await?;
        Ok(guard_for(&found))
    }
}

rocket_guard!([U: AuthUser] User<U>);

/// Returns the manager and the user, or leaves a reason for the catcher.
pub(crate) async fn logged_in<'r, U: AuthUser>(
    request: &'r Request<'_>,
) -> Result<(&'r LoginManager<U>, Authenticated<U>), Reason> {
    let manager = manager::<U>(request)?;
    match resolve(manager, request).await {
        Ok(found) => Ok((manager, found)),
        Err(reason) => {
            Refusal::leave(request, &manager.realm, reason, None);
            Err(reason)
        }
    }
}
