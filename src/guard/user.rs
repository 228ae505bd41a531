//! Somebody who is logged in.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Rocket, Sentinel};
use time::OffsetDateTime;

use crate::error::Reason;
use crate::guard;
use crate::manager::LoginManager;
use crate::request::{AuthMethod, Authenticated, Refusal, resolve};
use crate::user::AuthUser;

/// A request guard: the user who is logged in.
///
/// It dereferences to the user. All guards of a request share one load.
///
/// # Outcome
///
/// Succeeds if somebody is logged in, be it by a session or by a remember
/// token, or if a [request loader](crate::LoginFairing::request_loader) finds
/// them. Fails
///
/// * with 401 if nobody is, or if the user is not active; a challenge then
///   sends people to the login page,
/// * with 403 if a page of another site wants to change something or to open a
///   socket; see [`Config::cross_origin_check`](crate::Config::cross_origin_check),
/// * with 503 if the user or the session could not be loaded,
/// * with 500 if the fairing is not attached, where no sentinel could see it.
///
/// It never forwards. For pages that serve everyone there is
/// [`MaybeUser`](crate::MaybeUser); `Option<User<U>>` would take a failing
/// database for "not logged in", and a 401 of its handler for this guard's.
///
/// `user.clone()` clones the guard; the user is `U::clone(&user)`.
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
/// An application whose own type is called `User` imports this one under another
/// name:
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use rocket_login::User as LoggedIn;
///
/// struct User {
///     name: String,
/// }
/// # impl rocket_login::AuthUser for User {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
///
/// #[get("/account")]
/// fn account(user: LoggedIn<User>) -> String {
///     format!("Hello, {}", user.name)
/// }
/// ```
#[doc(alias = "login_required")]
pub struct User<U> {
    user: Arc<U>,
    fresh: bool,
    via: Via,
    since: OffsetDateTime,
}

/// How somebody came to be logged in.
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
    /// By a login in this session; or in that of an application before this one, if
    /// [`legacy_session_cookie`](crate::Config::legacy_session_cookie) names it.
    Session,
    /// By a remember token, from which this session was restored.
    Remember,
    /// By the request itself, without a session: the
    /// [request loader](crate::LoginFairing::request_loader) has found them.
    Request,
}

impl<U> User<U> {
    /// Whether the person proved who they are in this session, and recently
    /// enough if `fresh_for` is set. Whom a request loader has found is never fresh: a
    /// key proves that somebody has the key.
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

    /// Whether a remember token has brought this session back.
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

    /// How the user came to be logged in.
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

    /// When the login was, or when a remember token brought the session back last. For a user
    /// found by a request loader: when this request arrived. It is no proof of anything:
    /// [`is_fresh`](Self::is_fresh) tells whether there was one lately.
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

    /// The user, to keep beyond the request.
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

/// Without the user, whose fields may be secrets.
impl<U> fmt::Debug for User<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("fresh", &self.fresh)
            .field("via", &self.via)
            .finish_non_exhaustive()
    }
}

#[rocket::async_trait]
impl<'r, U: AuthUser> FromRequest<'r> for User<U> {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        match required(request).await {
            Ok(user) => Outcome::Success(user),
            Err(reason) => Outcome::Error((reason.status(), reason)),
        }
    }
}

impl<U: AuthUser> Sentinel for User<U> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        guard::is_unattached::<U>(rocket)
    }
}

/// No associated function: the compiler would suggest it to whoever tries to
/// build a guard by hand.
pub(crate) fn guard_for<U>(active: &Authenticated<U>) -> User<U> {
    let (via, since) = match &active.by {
        AuthMethod::Session(session) => {
            let session = &session.record.session;
            (via(session.restored), session.begun)
        }
        AuthMethod::Legacy {
            since, is_restored, ..
        } => (via(*is_restored), *since),
        AuthMethod::Key { at, .. } => (Via::Request, *at),
    };
    User {
        user: active.user.clone(),
        fresh: active.fresh,
        via,
        since: since.date_time(),
    }
}

fn via(is_restored: bool) -> Via {
    if is_restored {
        Via::Remember
    } else {
        Via::Session
    }
}

/// The user, or a reason that is also left for the catcher.
pub(crate) async fn required<U: AuthUser>(request: &Request<'_>) -> Result<User<U>, Reason> {
    let (_, active) = required_active(request).await?;
    Ok(guard_for(&active))
}

pub(crate) async fn required_active<'r, U: AuthUser>(
    request: &'r Request<'_>,
) -> Result<(&'r LoginManager<U>, Authenticated<U>), Reason> {
    let manager = guard::manager::<U>(request)?;
    match resolve(manager, request).await {
        Ok(active) => Ok((manager, active)),
        Err(reason) => {
            Refusal::leave(request, &manager.realm, reason, None);
            Err(reason)
        }
    }
}
