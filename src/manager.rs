//! The login manager, as it sits in managed state.

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
/// The [fairing](LoginManager::fairing) puts it into managed state; guards find
/// it there, and so does a route that takes `&State<LoginManager<Account>>`.
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
    /// The fairing that installs a login manager with this loader.
    ///
    /// The type of the users is taken from the loader, see [`UserLoader`].
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

    /// The login page, as `redirect_to` was resolved.
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

    /// Where stale logins are sent, as `refresh_to` was resolved.
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

    /// Ends all open sockets of a user, whose auth hash has changed otherwise than
    /// with [`Auth::renew()`](crate::Auth::renew): by an administrator, say, or in
    /// another process. To be called when the change is stored. Pages need no
    /// such call: they see the change at the next request.
    ///
    /// With a store it ends the sessions themselves as well, with their remember tokens
    /// and the sockets on other nodes, whichever hash they know of. Do not call it after a
    /// `renew()`: it would end the renewed session.
    ///
    /// # Errors
    ///
    /// `UserId` if the id cannot be encoded: nobody with such an id is logged in.
    /// `Unavailable` if the store cannot be told: the sockets have ended all the same.
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

    /// The sessions of a user, the last seen first. Browsers are among them that have only a
    /// remember token at the moment. Sessions that do not count, because the user is not
    /// active or has another auth hash, are among them as well.
    ///
    /// # Errors
    ///
    /// `NoStore` if sessions live in cookies, `UserId` if the id cannot be encoded,
    /// `Unavailable` if the store cannot say. So it is with the two below.
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

    /// Ends one session of a user, with its sockets; `false` if this user has no
    /// such session, or no longer.
    ///
    /// The browser's remember token ends with it. One that has no session at the
    /// moment, but a remember token, is ended in the same way.
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
        let (user, why) = (encoded_id(id)?, SessionEnd::Revoked);
        sessions::revoke(&self.realm.sessions, &user, handle.0, why).await
    }

    /// Ends all sessions of a user but one, with their sockets and remember tokens, and
    /// says how many.
    ///
    /// # Errors
    ///
    /// As [`sessions`](LoginManager::sessions), and `NotLoggedIn` if the user has no
    /// such session: then none has ended.
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

    /// Ends all sessions of a user, with their sockets, and says how many.
    ///
    /// Their remember tokens end, too, as with [`revoke`](LoginManager::revoke). To be called
    /// when an account is closed or deleted: otherwise its sessions count again should it come
    /// back.
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

    /// The protection level in force.
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
