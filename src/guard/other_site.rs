//! The methods of [`Auth`] about pages of other sites.

use crate::error::LoginError;
use crate::guard::Auth;
use crate::request::{Context, check_change};
use crate::rules::cross_site::Allowed;
use crate::user::AuthUser;

impl<U: AuthUser> Auth<'_, U> {
    /// Returns an `Auth` that logs in and out also for a page of another site.
    ///
    /// For the one handler to which an identity provider sends its users back by POST, or in
    /// which a frame of another site logs out. `confirm_as`, `renew` and the guards of a user
    /// refuse such a page as ever.
    ///
    /// # Security
    ///
    /// Any page can send its visitors to this handler. So the handler itself has to check that
    /// this browser began the login: see the chapter on [other sites](crate::guide::other_sites).
    /// A page that a browser fetches ahead is refused all the same.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError, LoginOutcome};
    /// # async fn back<U: AuthUser>(auth: Auth<'_, U>, account: U) -> Result<LoginOutcome, LoginError> {
    /// auth.from_other_site().login(&account).await
    /// # }
    /// ```
    pub fn from_other_site(&self) -> Self {
        Self {
            allowed: Allowed::OtherSites,
            ..*self
        }
    }

    /// Checks that the request may log in and out: no page of another site sent it (CSRF),
    /// and no browser fetches it ahead.
    ///
    /// For handlers that act before they log a user in, for instance by counting attempts or
    /// by using up the token of a link. Another site's form must not use up its visitor's
    /// attempts. The methods that change the login make this check themselves.
    ///
    /// # Errors
    ///
    /// `CrossOrigin` for such a request. A sub-domain of the same site is another site, unless
    /// `allowed_origins` names it. A link may lead here from anywhere by GET, an image not.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # use std::sync::atomic::{AtomicU32, Ordering};
    /// fn count<U: AuthUser>(auth: &Auth<'_, U>, attempts: &AtomicU32) -> Result<u32, LoginError> {
    ///     auth.check_same_site()?;
    ///     Ok(attempts.fetch_add(1, Ordering::Relaxed) + 1)
    /// }
    /// ```
    pub fn check_same_site(&self) -> Result<(), LoginError> {
        let cx = Context::new(&self.manager.realm, self.request);
        Ok(check_change(&cx, self.allowed)?)
    }
}
