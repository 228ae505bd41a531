//! All sessions of whoever is logged in.

use crate::error::{LoginError, LoginErrorKind};
use crate::guard::Auth;
use crate::request::{Context, resolve};
use crate::session::{SessionEnd, StoreKey};
use crate::sessions::{self, LoadedSession, SessionHandle, SessionInfo, is_suspended_under};
use crate::user::AuthUser;

impl<U: AuthUser> Auth<'_, U> {
    /// The sessions of the user who is logged in, the last seen first, with the one of
    /// this request marked. Browsers are among them that have only a remember token at the
    /// moment. Sessions that know another auth hash than the user has are left out.
    ///
    /// # Errors
    ///
    /// `NotLoggedIn` and `Inactive` if there is nobody to list them for,
    /// `CrossOrigin`, `Unavailable` if the user or the sessions cannot be loaded,
    /// `NoStore` if sessions live in cookies. So it is with the two below.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn elsewhere<U: AuthUser>(auth: Auth<'_, U>) -> Result<usize, LoginError> {
    /// let sessions = auth.sessions().await?;
    /// Ok(sessions.iter().filter(|session| !session.is_current()).count())
    /// # }
    /// ```
    pub async fn sessions(&self) -> Result<Vec<SessionInfo>, LoginError> {
        let sessions = sessions::listable(&self.manager.realm.sessions)?;
        let found = resolve(self.manager, self.request).await?;
        let current = found.by.session().map(key);
        let hash = found.user.session_auth_hash();
        let is_suspended = is_suspended_under(&self.manager.realm.keys, &hash);
        sessions::list(sessions, found.by.user(), current, is_suspended).await
    }

    /// Ends one session of the user who is logged in, with its sockets; the one of this
    /// request by a [logout](Auth::logout). `false` if this user has no such
    /// session, or no longer.
    ///
    /// The browser's remember token ends with it. One that has no session at the
    /// moment, but a remember token, is ended in the same way.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError, SessionHandle};
    /// # async fn end<U: AuthUser>(auth: Auth<'_, U>, handle: SessionHandle) -> Result<bool, LoginError> {
    /// auth.revoke(&handle).await
    /// # }
    /// ```
    pub async fn revoke(&self, handle: &SessionHandle) -> Result<bool, LoginError> {
        let sessions = sessions::listable(&self.manager.realm.sessions)?;
        let found = resolve(self.manager, self.request).await?;
        if found.by.session().map(key) == Some(handle.0) {
            return self.logout().await.map(|()| true);
        }
        let why = SessionEnd::Revoked;
        sessions::revoke(sessions, found.by.user(), handle.0, why).await
    }

    /// Ends all sessions of the user who is logged in but the one of this request, with
    /// their sockets, and says how many.
    ///
    /// Their remember tokens end, too, as with [`revoke`](Auth::revoke). A program has no
    /// session that could stay, and gets `NoSession`; for it there is
    /// [`LoginManager::revoke_all`](crate::LoginManager::revoke_all). A user who is logged in
    /// by the session of an application before this one has none here either, and all of
    /// theirs end; `NotLoggedIn` where the request brings a session cookie of ours as well.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn end<U: AuthUser>(auth: Auth<'_, U>) -> Result<usize, LoginError> {
    /// auth.revoke_others().await
    /// # }
    /// ```
    pub async fn revoke_others(&self) -> Result<usize, LoginError> {
        let sessions = sessions::listable(&self.manager.realm.sessions)?;
        let found = resolve(self.manager, self.request).await?;
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
}

fn key(session: &LoadedSession) -> StoreKey {
    StoreKey::of_id(session.id)
}
