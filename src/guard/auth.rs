//! Logging in and out.

use std::fmt;

use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::response::{self, Responder};
use rocket::{Ignite, Rocket, Sentinel};

use crate::error::{LoginError, Reason};
use crate::guard::login::Login;
use crate::guard::maybe::optional;
use crate::guard::{self, User, Via};
use crate::manager::LoginManager;
use crate::request::{RequestLogin, confirm, logout, renew};
use crate::user::AuthUser;

/// A request guard: what logs users in and out.
///
/// It reads and loads nothing until it is asked. What it does reaches the browser with
/// the response, whatever that is: a login that returned `Ok` stands. Guards
/// that run later in the same request see it.
///
/// Its methods refuse with `CrossOrigin` what a page of another site sent to
/// change something: nobody is logged in or out by a foreign form. Once the
/// response has been sent, as it has when a stream or a socket is served, they
/// fail with `TooLate`, since no cookie can follow it.
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
///     Ok(form.into_inner().next.redirect_or(uri!(home)))
/// }
/// ```
pub struct Auth<'r, U: AuthUser> {
    pub(super) manager: &'r LoginManager<U>,
    pub(super) request: &'r Request<'r>,
}

impl<'r, U: AuthUser> Auth<'r, U> {
    /// Logs a user in: to be awaited, after it was said how.
    ///
    /// A new session begins. The sessions that the request's cookies name end, also
    /// where their tokens no longer count. See [`Login`] for options and errors.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<(), LoginError> {
    /// auth.login(&account).remember(true).await
    /// # }
    /// ```
    #[doc(alias = "login_user")]
    pub fn login<'a>(&'a self, user: &'a U) -> Login<'a, U> {
        Login::new(self, user)
    }

    /// Logs out: every session ends that a signed cookie of the request names, with its
    /// remember token, also where the cookie has expired. Both cookies are removed,
    /// whichever of them the request carried.
    ///
    /// # Errors
    ///
    /// `Unavailable` if a store did not take the end of the session; the cookies stay, so
    /// that the next try finds them. `NoSession` if the request has brought no cookie of this
    /// login, and a [request loader](crate::LoginFairing::request_loader) finds its user:
    /// a key goes on being good. `LegacySession` if the application beside this one has
    /// a user logged in (`legacy_session_cookie`): the next request counts as that user's,
    /// until they have logged out there. `TooLate` if the response has been
    /// sent: the session has ended all the same, and the cookies are still there.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn out<U: AuthUser>(auth: Auth<'_, U>) -> Result<(), LoginError> {
    /// auth.logout().await
    /// # }
    /// ```
    #[doc(alias = "logout_user")]
    pub async fn logout(&self) -> Result<(), LoginError> {
        logout(self.manager, self.request).await
    }

    /// Makes the login fresh again, after this user has proved who they are.
    ///
    /// `user` is the one whose proof was seen. The proof of another user is refused: the
    /// browser may have logged in as another user while the form was open.
    ///
    /// The session keeps its id and gets a new token, and the present address and browser.
    /// How long it lasts at most does not change. Where the application beside this one has
    /// logged the user in (`legacy_session_cookie`), a session of ours begins.
    ///
    /// # Errors
    ///
    /// * `NotLoggedIn` if there is no valid session, or if [`renew()`](Self::renew) was
    ///   called beside this request,
    /// * `OtherUser` if the session is another user's,
    /// * `NoSession` if a request loader has found the user,
    /// * `Unavailable` if the user could not be loaded, or the session not be kept.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn proved<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<(), LoginError> {
    /// auth.confirm_as(&account).await
    /// # }
    /// ```
    #[doc(alias = "confirm_login")]
    pub async fn confirm_as(&self, user: &U) -> Result<(), LoginError> {
        confirm(self.manager, self.request, user).await
    }

    /// Keeps this login after the auth hash of its user has changed: with the
    /// new password this session goes on, while all others end. A store deletes them.
    ///
    /// The session keeps its id. Both tokens are made anew, the remember token for the time
    /// it had left. `user` is the user as it is after the change. To be
    /// called in a route with a [`User`] guard: the guard has seen the session
    /// as it was before.
    ///
    /// # Errors
    ///
    /// `NotLoggedIn` if there is no valid session, `NoSession` if a request loader has
    /// found the user, for whom there is nothing to renew, `OtherUser` if it is not this
    /// user's, `Inactive`, and `Unavailable` if the user could not be
    /// loaded, or the session not be kept.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn changed<U: AuthUser>(auth: Auth<'_, U>, updated: U) -> Result<(), LoginError> {
    /// auth.renew(&updated).await
    /// # }
    /// ```
    #[doc(alias = "update_session_auth_hash")]
    pub async fn renew(&self, user: &U) -> Result<(), LoginError> {
        renew(self.manager, self.request, user).await
    }

    /// Who is logged in, with one load at most.
    ///
    /// # Errors
    ///
    /// `Unavailable` if the user or the session could not be loaded, `CrossOrigin`
    /// for a page of another site. So it is with the other questions.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn ask<U: AuthUser>(auth: Auth<'_, U>) -> Result<bool, LoginError> {
    /// Ok(auth.user().await?.is_some())
    /// # }
    /// ```
    #[doc(alias = "current_user")]
    pub async fn user(&self) -> Result<Option<User<U>>, LoginError> {
        Ok(optional(self.request).await?)
    }

    /// Whether somebody is logged in whose login is fresh.
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

    /// Whether somebody is logged in whom a remember token brought back.
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

    /// How whoever is logged in came to be.
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
        match guard::manager(request) {
            Ok(manager) => {
                // From now on it is noticed when the response is sent.
                RequestLogin::<U>::of(request);
                Outcome::Success(Self { manager, request })
            }
            Err(reason) => Outcome::Error((reason.status(), reason)),
        }
    }
}

impl<U: AuthUser> Sentinel for Auth<'_, U> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        guard::is_unattached::<U>(rocket)
    }
}

impl<'r> Responder<'r, 'static> for LoginError {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let status = self.kind().status();
        if status.class().is_server_error() {
            rocket::error!("{self}.");
            if let Some(source) = std::error::Error::source(&self) {
                rocket::error_!("{source}");
            }
        }
        Err(status)
    }
}
