//! All sessions of whoever is logged in.

use crate::error::LoginError;
#[cfg(feature = "flask")]
use crate::error::LoginErrorKind;
use crate::guard::Auth;
#[cfg(feature = "flask")]
use crate::request::brings_session;
use crate::request::{Active, resolve};
use crate::session::Session;
use crate::store::StoreKey;
use crate::stored::{SessionHandle, SessionInfo, Stored, without_a_store};
use crate::user::AuthUser;

impl<U: AuthUser> Auth<'_, U> {
    /// The sessions of whoever is logged in, the last seen first, with the one of
    /// this request marked, and browsers without one that a remember token would bring
    /// back.
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
        let (active, stored) = self.stored().await?;
        let current = active.by.session().map(key);
        stored.list(active.by.user(), current).await
    }

    /// Ends one session of whoever is logged in, with its sockets; the one of this
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
        let (active, stored) = self.stored().await?;
        if active.by.session().map(key) == Some(handle.0) {
            return self.logout().await.map(|()| true);
        }
        stored.revoke(active.by.user(), &handle.0).await
    }

    /// Ends all sessions of whoever is logged in but the one of this request, with
    /// their sockets, and says how many.
    ///
    /// Their remember tokens end, too, as with [`revoke`](Auth::revoke). A request that
    /// came with an older cookie of its browser gets `NotLoggedIn`: which session is not
    /// to end cannot be told. A program gets `NoSession`, having none that could stay;
    /// for it there is [`LoginManager::revoke_all`](crate::LoginManager::revoke_all). Whoever
    /// is logged in by the session of an application before this one has none here either,
    /// and all of theirs end.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn end<U: AuthUser>(auth: Auth<'_, U>) -> Result<usize, LoginError> {
    /// auth.revoke_others().await
    /// # }
    /// ```
    pub async fn revoke_others(&self) -> Result<usize, LoginError> {
        let (active, stored) = self.stored().await?;
        #[cfg(feature = "flask")]
        if let Some(session) = active.by.legacy() {
            if brings_session(self.manager, self.request) {
                return Err(LoginError::new(LoginErrorKind::NotLoggedIn));
            }
            return stored.revoke_all(&session.user).await;
        }
        let session = active.session()?;
        stored.revoke_others(&session.user, key(session)).await
    }

    async fn stored(&self) -> Result<(Active<U>, Stored<'_>), LoginError> {
        let kind = &self.manager.kind;
        let stored = kind.stored(kind.clock.now()).ok_or_else(without_a_store)?;
        let active = resolve(self.manager, self.request).await?;
        Ok((active, stored))
    }
}

fn key(session: &Session) -> StoreKey {
    StoreKey::of_id(session.id)
}
