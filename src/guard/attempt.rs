//! Limits for attempts to log in.

use std::fmt;
use std::thread::panicking;

use rocket::request::Request;

use crate::error::LoginError;
use crate::event::ClaimedName;
use crate::guard::Auth;
use crate::manager::LoginManager;
use crate::request::{Taken, take, tell_failed};
use crate::user::AuthUser;

/// An attempt to log in that may go on, made by [`Auth::attempt`]. The handler looks at the
/// password now, and says how that went.
///
/// An attempt that is dropped has failed: by `?`, by a return, or since the client has gone.
///
/// # Example
///
/// ```rust
/// # use rocket_login::{Auth, AuthUser, LoginError};
/// # async fn check<U>(_: &str, _: &str) -> Option<U> { None }
/// # async fn login<U: AuthUser>(auth: Auth<'_, U>, name: &str, password: &str) -> Result<bool, LoginError> {
/// let attempt = auth.attempt(name).await?;
/// let Some(account) = check(name, password).await else {
///     return Ok(false);
/// };
/// attempt.succeeded(&account).await?;
/// auth.login(&account).await?;
/// # Ok(true)
/// # }
/// ```
#[must_use = "an attempt that is dropped has failed"]
pub struct Attempt<'r, U: AuthUser> {
    manager: &'r LoginManager<U>,
    request: &'r Request<'r>,
    taken: Taken,
    name: ClaimedName,
    is_over: bool,
}

impl<'r, U: AuthUser> Auth<'r, U> {
    /// Counts an attempt to log in, before the password is looked at. The settings
    /// `attempts` have the limits for each name, each address and each known browser.
    ///
    /// The name is the one that was typed, or the account's own at a re-authentication. All
    /// spellings of a name share its attempts: case, other forms of Unicode, and space around
    /// it make no difference. The name must tell accounts apart. If customers of several shops
    /// have names of their own, put the shop into the name.
    ///
    /// # Errors
    ///
    /// * `TooManyAttempts` if the name, the address or the browser has none left. The response
    ///   gets a `Retry-After` if its status is 429, as that of the error is.
    ///   [`Event::LoginFailed`](crate::Event::LoginFailed) is told.
    /// * `CrossOrigin` if a page of another site sent the request. Nothing is counted.
    /// * `Unavailable` if the store cannot count, or if the loader fails.
    ///
    /// # Security
    ///
    /// Call it for names that do not exist as well, or the answer tells which ones do. Without a
    /// store that counts, each process counts for itself.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn ask<U: AuthUser>(auth: Auth<'_, U>, account: U, is_right: bool) -> Result<bool, LoginError> {
    /// let attempt = auth.attempt("alice").await?;
    /// if !is_right {
    ///     attempt.failed();
    ///     return Ok(false);
    /// }
    /// attempt.succeeded(&account).await?;
    /// # Ok(true)
    /// # }
    /// ```
    pub async fn attempt(&self, name: &str) -> Result<Attempt<'r, U>, LoginError> {
        let taken = take(self.manager, self.request, name, self.allowed);
        Ok(Attempt {
            taken: Box::pin(taken).await?,
            manager: self.manager,
            request: self.request,
            name: ClaimedName::new(name),
            is_over: false,
        })
    }
}

impl<U: AuthUser> Attempt<'_, U> {
    /// Gives the attempt back: it was this user, with the right password. If the user is then
    /// logged in or confirmed by this request, the browser is known, and has attempts of its own
    /// from now on.
    ///
    /// # Errors
    ///
    /// `UserId` if the id of the user cannot be encoded. If the store fails, the attempt stays
    /// counted, and the log tells so: a right password is not refused for that.
    ///
    /// ```rust
    /// # use rocket_login::{Attempt, AuthUser, LoginError};
    /// # async fn welcome<U: AuthUser>(attempt: Attempt<'_, U>, account: U) -> Result<(), LoginError> {
    /// attempt.succeeded(&account).await
    /// # }
    /// ```
    pub async fn succeeded(mut self, user: &U) -> Result<(), LoginError> {
        self.is_over = true;
        let (realm, request) = (&self.manager.realm, self.request);
        self.taken.give_back(realm, request, user).await
    }

    /// Says that the name or the password was wrong: the attempt stays counted, and
    /// [`Event::LoginFailed`](crate::Event::LoginFailed) is told. To drop it says the same.
    ///
    /// ```rust
    /// # use rocket_login::{Attempt, AuthUser};
    /// fn refuse<U: AuthUser>(attempt: Attempt<'_, U>) {
    ///     attempt.failed();
    /// }
    /// ```
    pub fn failed(self) {
        drop(self);
    }
}

impl<U: AuthUser> Drop for Attempt<'_, U> {
    fn drop(&mut self) {
        // A hook that panics during a panic would end the process.
        if !self.is_over && !panicking() {
            tell_failed(&self.manager.realm, self.request, self.name.clone(), false);
        }
    }
}

impl<U: AuthUser> fmt::Debug for Attempt<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").finish_non_exhaustive()
    }
}
