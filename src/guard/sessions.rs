//! The methods of [`Auth`] for the list of a user's sessions.

use crate::error::{LoginError, LoginErrorKind};
use crate::guard::Auth;
use crate::request::{Authenticated, Context, check_change, resolve};
use crate::rules::cross_site::Allowed;
use crate::session::{SessionEnd, StoreKey};
use crate::sessions::is_suspended_under;
use crate::sessions::{self, LoadedSession, SessionHandle, SessionInfo, Sessions};
use crate::user::AuthUser;

impl<U: AuthUser> Auth<'_, U> {
    /// Returns the sessions of the logged-in user, the last seen first. The session of this
    /// request is marked.
    ///
    /// The list includes sessions of which a browser holds only the remember token. It leaves
    /// suspended sessions out: those with another auth hash than the user's.
    ///
    /// # Errors
    ///
    /// * `NotLoggedIn` and `Inactive` if no user is logged in,
    /// * `CrossOrigin` for a page of another site,
    /// * `Unavailable` if the user or the sessions cannot be loaded,
    /// * `NoStore` if sessions live in cookies.
    ///
    /// The two methods below have the same errors. If the login no longer counts, they send a
    /// page to the login page, as a guard does.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn elsewhere<U: AuthUser>(auth: Auth<'_, U>) -> Result<usize, LoginError> {
    /// let sessions = auth.sessions().await?;
    /// Ok(sessions.iter().filter(|session| !session.is_current()).count())
    /// # }
    /// ```
    pub async fn sessions(&self) -> Result<Vec<SessionInfo>, LoginError> {
        let sessions = &self.manager.realm.sessions;
        sessions::listable(sessions)?;
        let found = resolve(self.manager, self.request).await?;
        let current = found.by.session().map(key);
        let hash = found.user.session_auth_hash();
        let is_suspended = is_suspended_under(&self.manager.realm.keys, &hash);
        sessions::list(sessions, found.by.user(), current, is_suspended).await
    }

    /// Ends one session of the logged-in user, with its sockets and its remember token.
    /// Returns `false` if this user has no such session.
    ///
    /// The session of this request ends by a [logout](Auth::logout).
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError, SessionHandle};
    /// # async fn end<U: AuthUser>(auth: Auth<'_, U>, handle: SessionHandle) -> Result<bool, LoginError> {
    /// auth.revoke(&handle).await
    /// # }
    /// ```
    pub async fn revoke(&self, handle: &SessionHandle) -> Result<bool, LoginError> {
        let (sessions, found) = self.found_to_revoke().await?;
        if found.by.session().map(key) == Some(handle.0) {
            return self.logout().await.map(|()| true);
        }
        sessions::revoke(sessions, found.by.user(), handle.0).await
    }

    /// Ends all sessions of the logged-in user except that of this request, with their
    /// sockets and remember tokens. Returns their number.
    ///
    /// A user found by a request loader has no session to keep, and gets `NoSession`:
    /// call [`LoginManager::revoke_all`](crate::LoginManager::revoke_all) instead. For a user
    /// of the session of an application before this one, all sessions here end. If such a
    /// request also brings a session cookie of this application, it gets `NotLoggedIn`.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn end<U: AuthUser>(auth: Auth<'_, U>) -> Result<usize, LoginError> {
    /// auth.revoke_others().await
    /// # }
    /// ```
    pub async fn revoke_others(&self) -> Result<usize, LoginError> {
        let (sessions, found) = self.found_to_revoke().await?;
        if found.by.is_legacy() {
            let cx = Context::new(&self.manager.realm, self.request);
            if !cx.cookies.session.is_empty() {
                return Err(LoginError::new(LoginErrorKind::NotLoggedIn));
            }
            let why = SessionEnd::Revoked;
            return sessions::revoke_all(sessions, found.by.user(), why).await;
        }
        let session = found.session()?;
        sessions::revoke_others(sessions, &session.user, key(session)).await
    }

    /// Asks again for the login that is to end sessions. A page of another site ends none.
    async fn found_to_revoke(&self) -> Result<(&Sessions, Authenticated<U>), LoginError> {
        let realm = &self.manager.realm;
        check_change(&Context::new(realm, self.request), Allowed::OwnPages)?;
        sessions::listable(&realm.sessions)?;
        Ok((&realm.sessions, self.verified().await?))
    }
}

fn key(session: &LoadedSession) -> StoreKey {
    StoreKey::of_id(session.id)
}
