//! The login manager in managed state.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::config::ProtectionLevel;
use crate::error::{BoxError, LoginError, LoginErrorKind};
use crate::fairing::LoginFairing;
use crate::legacy::LegacyIds;
use crate::realm::Realm;
use crate::session::{EncodedId, SessionEnd};
use crate::sessions::{self, SessionHandle, SessionInfo};
use crate::user::{AuthUser, ByRequest, Loader, UserLoader};

/// Settings, keys and loader for one type of users.
///
/// The [fairing](LoginManager::fairing) puts the manager into managed state. Guards find it
/// there, and so does a route that takes `&State<LoginManager<Account>>`.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use rocket::State;
/// use rocket_login::LoginManager;
/// # struct Account;
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
///
/// #[get("/where")]
/// fn login_is_at(manager: &State<LoginManager<Account>>) -> String {
///     manager.redirect_to().to_string()
/// }
/// ```
pub struct LoginManager<U: AuthUser> {
    pub(crate) realm: Arc<Realm>,
    pub(crate) loader: Loader<U>,
    pub(crate) by_request: Option<ByRequest<U>>,
    pub(crate) legacy_ids: LegacyIds<U::Id>,
}

impl<U: AuthUser> LoginManager<U> {
    /// Makes the fairing that installs a login manager with this loader.
    ///
    /// The loader decides about the type of the users, see [`UserLoader`].
    ///
    /// # Example
    ///
    /// ```rust
    /// # #[macro_use] extern crate rocket;
    /// use std::convert::Infallible;
    /// use rocket::Request;
    /// use rocket_login::LoginManager;
    /// # struct Account;
    /// # impl rocket_login::AuthUser for Account {
    /// #     type Id = i64;
    /// #     fn id(&self) -> i64 { 1 }
    /// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
    /// # }
    ///
    /// async fn load_account(_: &Request<'_>, _id: i64) -> Result<Option<Account>, Infallible> {
    ///     Ok(None)
    /// }
    ///
    /// # fn rocket() -> rocket::Rocket<rocket::Build> {
    /// rocket::build().attach(LoginManager::fairing(load_account))
    /// # }
    /// ```
    #[doc(alias = "set_user_loader")]
    pub fn fairing<L, E>(loader: L) -> LoginFairing<U>
    where
        L: for<'r> UserLoader<'r, U, E>,
        E: Into<BoxError> + 'static,
    {
        LoginFairing::new(crate::user::boxed(loader))
    }

    /// Returns the URI of the login page, from the setting `redirect_to`. It has no public base.
    /// Links in pages take [`login_url`](Self::login_url).
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginManager};
    /// fn login_page<U: AuthUser>(manager: &LoginManager<U>) -> &str {
    ///     manager.redirect_to()
    /// }
    /// ```
    pub fn redirect_to(&self) -> &str {
        &self.realm.settings.login.uri
    }

    /// Returns the URI of the page that confirms a login, from the setting `refresh_to`,
    /// without a public base.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginManager};
    /// fn has_a_page_of_its_own<U: AuthUser>(manager: &LoginManager<U>) -> bool {
    ///     manager.refresh_to() != manager.redirect_to()
    /// }
    /// ```
    pub fn refresh_to(&self) -> &str {
        let settings = &self.realm.settings;
        &settings.refresh.as_ref().unwrap_or(&settings.login).uri
    }

    /// Ends all open sockets of a user whose auth hash has changed. Call it once the change
    /// is stored, unless [`Auth::renew()`](crate::Auth::renew) is called for the change: for
    /// instance when an administrator or another process has made it. Pages need no such
    /// call: they see the change at the next request.
    ///
    /// With a store this also ends the user's sessions, their remember tokens, and the
    /// sockets on other nodes. A call after `renew()` would end the renewed session.
    ///
    /// # Errors
    ///
    /// `UserId` if the id cannot be encoded: no user with such an id is logged in.
    /// `Unavailable` if the store fails: the sockets have ended all the same.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginError, LoginManager};
    /// # async fn reset<U: AuthUser>(manager: &LoginManager<U>, account: &U) -> Result<(), LoginError> {
    /// manager.auth_changed(&account.id()).await
    /// # }
    /// ```
    pub async fn auth_changed(&self, id: &U::Id) -> Result<(), LoginError> {
        sessions::auth_changed(&self.realm.sessions, &encoded_id(id)?).await
    }

    /// Lists the sessions of a user, the last seen first. The list includes browsers that
    /// have only a remember token at the moment. It also includes suspended sessions: the
    /// user is not active, or has another auth hash.
    ///
    /// # Errors
    ///
    /// `NoStore` if sessions live in cookies, `UserId` if the id cannot be encoded,
    /// `Unavailable` if the store fails.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginError, LoginManager};
    /// # async fn count<U: AuthUser>(manager: &LoginManager<U>, account: &U) -> Result<usize, LoginError> {
    /// Ok(manager.sessions(&account.id()).await?.len())
    /// # }
    /// ```
    pub async fn sessions(&self, id: &U::Id) -> Result<Vec<SessionInfo>, LoginError> {
        sessions::list(&self.realm.sessions, &encoded_id(id)?, None, |_| false).await
    }

    /// Ends one session of a user, with its remember token and its sockets. Returns `false`
    /// if this user has no such session, or no longer.
    ///
    /// # Errors
    ///
    /// As [`sessions`](LoginManager::sessions).
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginError, LoginManager, SessionHandle};
    /// # async fn end<U: AuthUser>(
    /// #     manager: &LoginManager<U>, account: &U, handle: SessionHandle,
    /// # ) -> Result<bool, LoginError> {
    /// manager.revoke(&account.id(), &handle).await
    /// # }
    /// ```
    pub async fn revoke(&self, id: &U::Id, handle: &SessionHandle) -> Result<bool, LoginError> {
        sessions::revoke(&self.realm.sessions, &encoded_id(id)?, handle.0).await
    }

    /// Ends all sessions of a user but one, with their remember tokens and sockets. Returns
    /// how many have ended.
    ///
    /// # Errors
    ///
    /// As [`sessions`](LoginManager::sessions), and `NotLoggedIn` if the user has no session
    /// with this handle: then none has ended.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginError, LoginManager, SessionHandle};
    /// # async fn end<U: AuthUser>(
    /// #     manager: &LoginManager<U>, account: &U, staying: SessionHandle,
    /// # ) -> Result<usize, LoginError> {
    /// manager.revoke_others(&account.id(), &staying).await
    /// # }
    /// ```
    pub async fn revoke_others(
        &self,
        id: &U::Id,
        staying: &SessionHandle,
    ) -> Result<usize, LoginError> {
        sessions::revoke_others(&self.realm.sessions, &encoded_id(id)?, staying.0).await
    }

    /// Ends all sessions of a user, with their remember tokens and sockets. Returns how many
    /// have ended.
    ///
    /// Call it when an account is closed or deleted. Otherwise its sessions count again if
    /// the account comes back.
    ///
    /// # Errors
    ///
    /// As [`sessions`](LoginManager::sessions).
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginError, LoginManager};
    /// # async fn end<U: AuthUser>(manager: &LoginManager<U>, account: &U) -> Result<usize, LoginError> {
    /// manager.revoke_all(&account.id()).await
    /// # }
    /// ```
    pub async fn revoke_all(&self, id: &U::Id) -> Result<usize, LoginError> {
        let (user, why) = (encoded_id(id)?, SessionEnd::Revoked);
        sessions::revoke_all(&self.realm.sessions, &user, why).await
    }

    /// Returns the protection level of the sessions.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginManager, ProtectionLevel};
    /// fn is_strong<U: AuthUser>(manager: &LoginManager<U>) -> bool {
    ///     manager.protection_level() == ProtectionLevel::Strong
    /// }
    /// ```
    pub fn protection_level(&self) -> ProtectionLevel {
        self.realm.settings.protection_level
    }
}

fn encoded_id<T: Serialize>(id: &T) -> Result<EncodedId, LoginError> {
    EncodedId::encode(id).map_err(|error| LoginError::caused(LoginErrorKind::UserId, error))
}

impl<U: AuthUser> fmt::Debug for LoginManager<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginManager")
            .field("settings", &self.realm.settings)
            .finish_non_exhaustive()
    }
}
