//! Login, logout and questions about the login, for handlers.

use std::fmt;

use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Rocket, Sentinel};

use crate::error::{LoginError, Reason};
use crate::guard::user_guard::{self, UserGuard, is_unattached, outcome};
use crate::guard::{Login, MaybeUser, User, Via};
use crate::manager::LoginManager;
use crate::request::{RequestLogin, logout};
use crate::rules::cross_site::Allowed;
use crate::user::AuthUser;

/// A request guard that logs users in and out.
///
/// It reads and loads nothing until one of its methods is called. A login that returned `Ok`
/// counts: every response to the request carries its cookies. Guards that run later in the
/// same request see it.
///
/// All methods refuse a request of another site's page that may change something, with
/// `CrossOrigin` (CSRF). Methods that change the login refuse a GET as well, unless a link
/// leads there. [`from_other_site`](Self::from_other_site) makes an exception. Once the response has been sent, methods that change the login fail
/// with `TooLate`: no cookie can follow the response. A stream or a socket is served after
/// the response.
///
/// # Outcome
///
/// Succeeds always, or fails with 500 if the fairing is not attached where no
/// sentinel could see it.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use rocket::form::Form;
/// use rocket_login::{Auth, LoginError, NextField, NextRedirect};
/// # struct Account;
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// # async fn check_password(_: &str, _: &str) -> Result<Account, LoginError> { Ok(Account) }
/// # #[get("/")] fn home() {}
///
/// #[derive(FromForm)]
/// struct SignIn<'r> {
///     name: &'r str,
///     password: &'r str,
///     remember: bool,
///     next: NextField,
/// }
///
/// #[post("/login", data = "<form>")]
/// async fn login(
///     form: Form<SignIn<'_>>,
///     auth: Auth<'_, Account>,
/// ) -> Result<NextRedirect, LoginError> {
///     let account = check_password(form.name, form.password).await?;
///     auth.login(&account).remember(form.remember).await?;
///     Ok(form.next.redirect_or(uri!(home)))
/// }
/// ```
pub struct Auth<'r, U: AuthUser> {
    pub(super) manager: &'r LoginManager<U>,
    pub(super) request: &'r Request<'r>,
    pub(super) allowed: Allowed,
}

impl<'r, U: AuthUser> Auth<'r, U> {
    /// Logs a user in, once the returned [`Login`] is awaited. See there for options and
    /// errors.
    ///
    /// A new session begins. The sessions that the request's cookies name end, also where
    /// their tokens no longer count.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError, LoginOutcome};
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<LoginOutcome, LoginError> {
    /// auth.login(&account).remember(true).await
    /// # }
    /// ```
    #[doc(alias = "login_user")]
    pub fn login<'a>(&'a self, user: &'a U) -> Login<'a, U> {
        Login::new(self.manager, self.request, user, self.allowed)
    }

    /// Logs out. Every session ends that a signed cookie of the request names, with its
    /// remember token, also where the cookie has expired. The response removes both cookies
    /// from the browser.
    ///
    /// # Errors
    ///
    /// * `Unavailable` if the store could not end the session. The cookies stay, so that the
    ///   logout can be repeated.
    /// * `NoSession` if the request brought no cookie, and a
    ///   [request loader](crate::LoginFairing::request_loader) finds its user: the key stays
    ///   valid.
    /// * `LegacySession` if a user is logged in to the application beside this one
    ///   (`legacy_session_cookie`). The next request counts as that user's, until a logout
    ///   there.
    /// * `TooLate` if the response has been sent. The session has ended all the same, and the
    ///   browser keeps the cookies.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn out<U: AuthUser>(auth: Auth<'_, U>) -> Result<(), LoginError> {
    /// auth.logout().await
    /// # }
    /// ```
    #[doc(alias = "logout_user")]
    pub async fn logout(&self) -> Result<(), LoginError> {
        logout(self.manager, self.request, self.allowed).await
    }

    /// Returns the user who is logged in, with one load at most.
    ///
    /// # Errors
    ///
    /// `Unavailable` if the user or the session could not be loaded, `CrossOrigin` for a page
    /// of another site with a cookie of ours. The three methods below have the same errors.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn ask<U: AuthUser>(auth: Auth<'_, U>) -> Result<bool, LoginError> {
    /// Ok(auth.user().await?.is_some())
    /// # }
    /// ```
    #[doc(alias = "current_user")]
    pub async fn user(&self) -> Result<Option<User<U>>, LoginError> {
        Ok(MaybeUser::find(self.request).await?.into_inner())
    }

    /// Returns whether a user is logged in whose login is fresh.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn ask<U: AuthUser>(auth: Auth<'_, U>) -> Result<bool, LoginError> {
    /// auth.is_fresh().await
    /// # }
    /// ```
    #[doc(alias = "login_fresh")]
    pub async fn is_fresh(&self) -> Result<bool, LoginError> {
        Ok(self.user().await?.is_some_and(|user| user.is_fresh()))
    }

    /// Returns whether a user is logged in whose session a remember token has restored.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn ask<U: AuthUser>(auth: Auth<'_, U>) -> Result<bool, LoginError> {
    /// auth.is_remembered().await
    /// # }
    /// ```
    pub async fn is_remembered(&self) -> Result<bool, LoginError> {
        Ok(self.user().await?.is_some_and(|user| user.is_remembered()))
    }

    /// Returns the way in which the request was authenticated.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError, Via};
    /// # async fn ask<U: AuthUser>(auth: Auth<'_, U>) -> Result<bool, LoginError> {
    /// Ok(auth.via().await? == Some(Via::Session))
    /// # }
    /// ```
    pub async fn via(&self) -> Result<Option<Via>, LoginError> {
        Ok(self.user().await?.map(|user| user.via()))
    }
}

impl<U: AuthUser> fmt::Debug for Auth<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").finish_non_exhaustive()
    }
}

#[rocket::async_trait]
impl<'r, U: AuthUser> FromRequest<'r> for Auth<'r, U> {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        outcome(user_guard::manager(request).map(|manager| {
            // From now on the request notices when its response is sent.
            RequestLogin::<U>::of(request);
            Self {
                manager,
                request,
                allowed: Allowed::OwnPages,
            }
        }))
    }
}

impl<U: AuthUser> Sentinel for Auth<'_, U> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_unattached::<U>(rocket)
    }
}
