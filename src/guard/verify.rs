//! The methods of [`Auth`] that ask again whether a login counts, and keep it.

use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::guard::fresh::fresh_guard_for;
use crate::guard::user::guard_for;
use crate::guard::{Auth, FreshUser, User};
use crate::request::{Authenticated, Refusal, confirm, renew, verify};
use crate::user::AuthUser;

impl<U: AuthUser> Auth<'_, U> {
    /// Asks again whether the login of this request counts, and returns its user as they are
    /// now.
    ///
    /// Guards judge when the headers of a request have come. The body may come hours later.
    /// The login may have ended meanwhile: by a logout, a revocation, a new password, or
    /// because the user is no longer active. Call the method after the body and after slow
    /// work, right before something is stored.
    ///
    /// Session and user are loaded anew, and judged as for a request that came now. Nothing
    /// is written. Later guards of this request get the same result. If no guard has asked
    /// for the user so far, this is the first question, as [`user()`](Self::user) asks it.
    ///
    /// # Errors
    ///
    /// * `NotLoggedIn` if the login no longer counts. A page is then sent to the login page,
    ///   as by a guard.
    /// * `OtherUser` if a request loader now finds another user,
    /// * `CrossOrigin` for a page of another site,
    /// * `TooLate` on an open socket, which ends with its session,
    /// * `Unavailable` if the user or the session could not be loaded.
    ///
    /// # Security
    ///
    /// Without a store a logout and a confirmation are known to the process that served
    /// them. A policy is not asked again: ask it with the user that this returns.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn store_address<U>(_: &U, _: &str) -> Result<(), LoginError> { Ok(()) }
    /// # async fn save<U: AuthUser>(auth: Auth<'_, U>, address: &str) -> Result<(), LoginError> {
    /// let user = auth.verify().await?;
    /// store_address(&*user, address).await
    /// # }
    /// ```
    pub async fn verify(&self) -> Result<User<U>, LoginError> {
        Ok(guard_for(&self.verified().await?))
    }

    /// Asks again whether the login of this request counts and is fresh: see
    /// [`verify()`](Self::verify).
    ///
    /// # Errors
    ///
    /// As of `verify`, and `NotFresh` if the login is not fresh. A page is then sent to the
    /// page that `refresh_to` names.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn hash(_: &str) -> String { String::new() }
    /// # async fn store_hash<U>(_: &U, _: &str) -> Result<U, LoginError> { todo!() }
    /// # async fn change<U: AuthUser>(auth: Auth<'_, U>, password: &str) -> Result<(), LoginError> {
    /// let hash = hash(password).await;
    /// let user = auth.verify_fresh().await?;
    /// let updated = store_hash(&**user, &hash).await?;
    /// auth.renew(&updated).await
    /// # }
    /// ```
    pub async fn verify_fresh(&self) -> Result<FreshUser<U>, LoginError> {
        let found = self.verified().await?;
        Ok(fresh_guard_for(self.manager, self.request, &found)?)
    }

    /// Makes the login fresh again, after the application has checked the user's proof.
    ///
    /// The login is asked for again, as by [`verify()`](Self::verify). `user` is the user of
    /// the proof. Another user's proof is refused: the browser may have logged in as another
    /// user while the form was open.
    ///
    /// The session keeps its id and its absolute limit. It gets a new token and the present
    /// fingerprint. For a user of the session of an application beside this one
    /// (`legacy_session_cookie`), a session of this application begins.
    ///
    /// # Errors
    ///
    /// * `NotLoggedIn` if there is no valid session, or if another request called
    ///   [`renew()`](Self::renew) at the same time. A page is then sent to the login page.
    /// * `OtherUser` if the session is another user's,
    /// * `NoSession` if a request loader has found the user,
    /// * `Unavailable` if the user could not be loaded, or the session could not be stored.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn proved<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<(), LoginError> {
    /// auth.confirm_as(&account).await
    /// # }
    /// ```
    #[doc(alias = "confirm_login")]
    pub async fn confirm_as(&self, user: &U) -> Result<(), LoginError> {
        self.leave(confirm(self.manager, self.request, user).await)
    }

    /// Keeps this login after a change of the user's auth hash, for instance after a new
    /// password. All other sessions of the user end. A store deletes them.
    ///
    /// The session keeps its id. Both tokens are replaced. The remember token keeps its
    /// expiry. `user` is the user after the change. Call [`verify_fresh()`](Self::verify_fresh)
    /// right before the change is stored. This method asks again as well, too late for that.
    ///
    /// # Errors
    ///
    /// * `NotLoggedIn` if there is no valid session. A page is then sent to the login page.
    /// * `NoSession` if a request loader has found the user: there is nothing to renew,
    /// * `OtherUser` if the session is another user's,
    /// * `Inactive` if the user is not active,
    /// * `Unavailable` if the user could not be loaded, or the session could not be stored.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn changed<U: AuthUser>(auth: Auth<'_, U>, updated: U) -> Result<(), LoginError> {
    /// auth.renew(&updated).await
    /// # }
    /// ```
    #[doc(alias = "update_session_auth_hash")]
    pub async fn renew(&self, user: &U) -> Result<(), LoginError> {
        self.leave(renew(self.manager, self.request, user).await)
    }

    /// Asks again, and leaves the reason of a refusal.
    pub(super) async fn verified(&self) -> Result<Authenticated<U>, LoginError> {
        self.leave(verify(self.manager, self.request, None).await)
    }

    /// Leaves the reason of a refusal for the catcher, as guards do.
    fn leave<T>(&self, result: Result<T, LoginError>) -> Result<T, LoginError> {
        let reason = match result.as_ref().map_err(LoginError::kind) {
            Err(LoginErrorKind::NotLoggedIn) => Reason::NotLoggedIn,
            Err(LoginErrorKind::CrossOrigin) => Reason::CrossOrigin,
            _ => return result,
        };
        Refusal::leave(self.request, &self.manager.realm, reason, None);
        result
    }
}
