//! The road from a cookie to a user.

use std::sync::Arc;

use rocket::request::Request;

use crate::error::{LoginError, Reason};
use crate::manager::LoginManager;
use crate::request::state::{Active, Change, Changes, Known, Resolution};
use crate::request::visit::{Held, Visit};
use crate::rules::expiry::Age;
use crate::rules::protection::Verdict;
use crate::session::{RememberToken, Session, UserKey};
use crate::token::Verified;
use crate::user::AuthUser;

/// Who is logged in: found out once per request, and again only after a login
/// or a logout in the same request.
pub(crate) async fn resolve<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Resolution<U> {
    let visit = Visit::new(manager, request);
    let _gate = visit.login.enter().await;
    let known = {
        let login = visit.login.lock();
        match &login.resolution {
            Some(resolution) => return resolution.clone(),
            None => login.known.clone(),
        }
    };

    let (resolution, changes) = match known {
        Some(known) => (visit.known(known).await, None),
        None => match visit.by_cookies().await {
            Ok((resolution, changes)) => (resolution, Some(changes)),
            Err(reason) => (Err(reason), None),
        },
    };

    let mut login = visit.login.lock();
    login.personal |= resolution.is_ok();
    login.resolution = Some(resolution.clone());
    login.changes = changes.unwrap_or(std::mem::take(&mut login.changes));
    resolution
}

/// A verdict and the cookies that go with it, or a reason not to touch any.
type Found<U> = Result<(Resolution<U>, Changes), Reason>;

impl<U: AuthUser> Visit<'_, U> {
    /// What a handler has just decided stands; only the user is loaded.
    async fn known(&self, known: Known) -> Resolution<U> {
        let session = known.session.ok_or(Reason::NotLoggedIn)?;
        let user = self.load(&session.user).await?.ok_or(Reason::NotLoggedIn)?;
        let auth_hash = self.keys().auth_hash(&user.session_auth_hash());
        if !user.is_active() && !session.forced {
            return Err(Reason::Inactive);
        }
        match session.auth_hash.matches(&auth_hash) {
            true => Ok(self.active(user, session)),
            false => Err(Reason::NotLoggedIn),
        }
    }

    async fn by_cookies(&self) -> Found<U> {
        match self.session_cookie() {
            Held::Good(session) => self.protect(session).await,
            other => self.by_remember_token(other.change()).await,
        }
    }

    async fn protect(&self, verified: Verified<Session>) -> Found<U> {
        let Verified {
            value: mut session,
            key,
        } = verified;
        let identifier = self.identifier();
        let expected = self.manager.kind.keys.set(key).identifier(&identifier);
        let is_same = session.identifier.matches(&expected);
        let level = self.settings().protection_level;
        let mut is_changed = key != 0;
        match level.verdict(session.permanent, is_same) {
            Verdict::Keep => {}
            Verdict::TakeFreshness => is_changed |= session.fresh_since.take().is_some(),
            Verdict::End => return Ok(self.end(&session)),
        }

        if self.settings().limits.session(&session, self.now) == Age::Renewable {
            session.last_seen = self.now;
            is_changed = true;
        }
        // Under another key a digest that did not match cannot be made anew: it
        // stays as it is, and goes on matching nothing.
        if key != 0 && is_same {
            session.identifier = self.keys().identifier(&identifier);
        }
        self.admit(session, key, is_changed).await
    }

    /// Strong protection: nothing of this login is left to whoever sent it.
    fn end(&self, session: &Session) -> (Resolution<U>, Changes) {
        self.close_session(session);
        let remember = match self.remember_cookie() {
            Held::Good(token) => {
                self.close_remember(&token.value);
                Change::Remove
            }
            other => other.change(),
        };
        let session = Change::Remove;
        (Err(Reason::NotLoggedIn), Changes { session, remember })
    }

    async fn admit(&self, mut session: Session, key: usize, is_changed: bool) -> Found<U> {
        let Some(user) = self.load(&session.user).await? else {
            return Ok((Err(Reason::NotLoggedIn), self.forget(&session.user)));
        };
        if !user.is_active() && !session.forced {
            self.close_session(&session);
            return Ok((Err(Reason::Inactive), self.forget(&session.user)));
        }

        let auth_hash = user.session_auth_hash();
        let expected = self.manager.kind.keys.set(key).auth_hash(&auth_hash);
        if !session.auth_hash.matches(&expected) {
            drop(auth_hash);
            return self.admit_by_token(user, &session.user);
        }

        session.auth_hash = self.keys().auth_hash(&auth_hash);
        drop(auth_hash);
        let changes = match is_changed {
            true => Changes {
                session: self.set_session(&session).map_err(unavailable)?,
                remember: self.reissue_along(key, &session)?,
            },
            false => Changes::default(),
        };
        Ok((Ok(self.active(user, session)), changes))
    }

    /// The password changed behind this session's back; a token made since then
    /// still counts. The user is loaded already.
    fn admit_by_token(&self, user: Arc<U>, key: &UserKey) -> Found<U> {
        match self.remember_cookie() {
            Held::Good(token) if token.value.user == *key => {
                self.restore(user, token, Change::Remove)
            }
            _ => Ok((Err(Reason::NotLoggedIn), self.forget(key))),
        }
    }

    async fn by_remember_token(&self, session: Change) -> Found<U> {
        match self.remember_cookie() {
            Held::Good(token) => match self.load(&token.value.user).await? {
                Some(user) => self.restore(user, token, session),
                None => {
                    let remember = Change::Remove;
                    Ok((Err(Reason::NotLoggedIn), Changes { session, remember }))
                }
            },
            other => {
                let remember = other.change();
                Ok((Err(Reason::NotLoggedIn), Changes { session, remember }))
            }
        }
    }

    /// A new session from a token, never a fresh one.
    fn restore(&self, user: Arc<U>, token: Verified<RememberToken>, old: Change) -> Found<U> {
        let Verified { value: token, key } = token;
        let expected = self.manager.kind.keys.set(key);
        let is_same = token
            .auth_hash
            .matches(&expected.auth_hash(&user.session_auth_hash()));
        if !is_same || !user.is_active() {
            let reason = match is_same {
                true => Reason::Inactive,
                false => Reason::NotLoggedIn,
            };
            self.close_remember(&token);
            return Ok((
                Err(reason),
                Changes {
                    session: old,
                    remember: Change::Remove,
                },
            ));
        }

        let token = RememberToken {
            auth_hash: self.keys().auth_hash(&user.session_auth_hash()),
            ..token
        };
        let stay = self.stay().map_err(unavailable)?;
        let session = Session::restore(&token, self.settings().permanent, &stay);
        let changes = Changes {
            session: self.set_session(&session).map_err(unavailable)?,
            remember: match key {
                0 => Change::Keep,
                _ => self.set_remember(&token).map_err(unavailable)?,
            },
        };
        Ok((Ok(self.active(user, session)), changes))
    }

    /// A session that a previous key signed: its remember token moves as well.
    fn reissue_along(&self, session_key: usize, session: &Session) -> Result<Change, Reason> {
        if session_key == 0 {
            return Ok(Change::Keep);
        }
        match self.remember_cookie() {
            Held::Good(Verified { value: token, key })
                if key != 0 && token.user == session.user =>
            {
                let token = RememberToken {
                    auth_hash: session.auth_hash,
                    ..token
                };
                self.set_remember(&token).map_err(unavailable)
            }
            other => Ok(other.change()),
        }
    }

    /// Removes the session, and what would bring the same user back.
    fn forget(&self, user: &UserKey) -> Changes {
        let remember = match self.remember_cookie() {
            Held::Good(token) if token.value.user == *user => Change::Remove,
            other => other.change(),
        };
        Changes {
            session: Change::Remove,
            remember,
        }
    }

    async fn load(&self, user: &UserKey) -> Result<Option<Arc<U>>, Reason> {
        let id = user.decode().ok_or(Reason::NotLoggedIn)?;
        match (self.manager.loader)(self.request, id).await {
            Ok(user) => Ok(user.map(Arc::new)),
            Err(error) => {
                rocket::error!("The user loader failed: the request gets a 503.");
                rocket::error_!("{error}");
                Err(Reason::Unavailable)
            }
        }
    }

    fn active(&self, user: Arc<U>, session: Session) -> Arc<Active<U>> {
        let fresh = self.settings().limits.is_fresh(&session, self.now);
        Arc::new(Active {
            user,
            session,
            fresh,
        })
    }
}

fn unavailable(error: LoginError) -> Reason {
    rocket::error!("A session could not be written: {error}.");
    Reason::Unavailable
}
