//! Sessions that lie in a store: found, taken in and kept up to date.

mod change;
mod come_back;
mod go_on;
mod info;
mod inventory;
#[cfg(feature = "ws")]
mod open;
mod series;

pub(crate) use change::Claim;
pub(crate) use come_back::{Return, Returned};
pub(crate) use go_on::Tokens;
pub use info::{InvalidHandle, SessionHandle, SessionInfo};
pub(crate) use inventory::without_a_store;

use crate::clock::Timestamp;
use crate::error::{LoginError, LoginErrorKind};
use crate::kind::Kind;
use crate::rules::expiry::Limits;
use crate::session::{Session, UserKey};
use crate::store::{Client, Row, Series, SessionStore, State, StoreKey, StoredSession};

/// How often a session is read again that somebody else has saved meanwhile.
const TRIES: usize = 16;

/// The sessions of one kind of users, at one time.
pub(crate) struct Stored<'k> {
    kind: &'k Kind,
    store: &'k dyn SessionStore,
    now: Timestamp,
}

/// A session as it was found.
pub(crate) struct Kept {
    stored: StoredSession,
    pub(crate) row: Row,
    /// Whether this request has taken it in: its cookie is to be written anew.
    pub(crate) is_new: bool,
}

/// What became of an attempt to change a session.
pub(crate) enum Changed {
    Done(Box<Kept>),
    /// Another id has taken its place meanwhile.
    Overtaken,
    /// It has ended, or there is none.
    Gone,
}

impl Kind {
    /// The sessions in the store, if there is one.
    pub(crate) fn stored(&self, now: Timestamp) -> Option<Stored<'_>> {
        let store = self.store.as_deref()?;
        Some(Stored {
            kind: self,
            store,
            now,
        })
    }
}

impl Stored<'_> {
    fn limits(&self) -> &Limits {
        &self.kind.settings.limits
    }

    fn user(&self, user: &UserKey) -> StoreKey {
        self.kind.user(user)
    }

    /// The session under the id that a token has.
    pub(crate) async fn of_token(&self, session: &Session) -> Result<Option<Kept>, LoginError> {
        let key = StoreKey::of_id(session.id);
        self.find(&key, &self.user(&session.user)).await
    }

    /// The session under this key, if it is this user's and can be read.
    async fn find(&self, key: &StoreKey, user: &StoreKey) -> Result<Option<Kept>, LoginError> {
        let found = self.store.load(key).await.map_err(failed)?;
        Ok(found.and_then(|stored| self.read(stored, user)))
    }

    fn read(&self, stored: StoredSession, user: &StoreKey) -> Option<Kept> {
        if stored.user != *user {
            return None;
        }
        let Some(row) = Row::read(&stored.value) else {
            if Series::read(&stored.value).is_none() {
                rocket::warn!("A session in the store cannot be read, and counts as none:");
                rocket::warn_!("it is spoilt, or was written by a newer version.");
            }
            return None;
        };
        Some(Kept {
            stored,
            row,
            is_new: false,
        })
    }

    /// Keeps a new session; `None` if there is one with its id already.
    async fn create(&self, session: &Session, row: Row) -> Result<Option<Kept>, LoginError> {
        let expires = match row.state {
            State::Live => self.limits().end(session),
            State::Outdated | State::Replaced(_) | State::Ended => {
                row.last_breath(self.limits(), self.now)
            }
        };
        let stored = StoredSession {
            key: StoreKey::of_id(session.id),
            user: self.user(&session.user),
            expires: seconds(expires),
            revision: 0,
            value: row.write().ok_or_else(broken)?,
        };
        let is_kept = self.store.create(&stored).await.map_err(failed)?;
        Ok(is_kept.then_some(Kept {
            stored,
            row,
            is_new: true,
        }))
    }

    /// Takes a session in that was made when there was no store, under the id it
    /// has, so that requests that come at once find each other's.
    pub(crate) async fn adopt(
        &self,
        session: &Session,
        client: &Client,
    ) -> Result<Option<Kept>, LoginError> {
        let mut row = Row::new(session, client);
        row.keeps_end = true;
        match self.create(session, row).await? {
            Some(kept) => Ok(Some(kept)),
            None => {
                let kept = self.of_token(session).await?;
                Ok(kept.map(|kept| Kept {
                    is_new: true,
                    ..kept
                }))
            }
        }
    }

    /// Takes over what a request has changed in a session that goes on.
    pub(crate) async fn note(
        &self,
        mut kept: Box<Kept>,
        session: &Session,
    ) -> Result<Changed, LoginError> {
        for _ in 0..TRIES {
            match kept.row.state {
                State::Live => {}
                State::Replaced(_) => return Ok(Changed::Overtaken),
                State::Outdated | State::Ended => return Ok(Changed::Gone),
            }
            let before = kept.row.clone();
            kept.row.note(session, self.limits());
            let expires = self.limits().end(session);
            if kept.row == before || self.save(&mut kept, expires).await? {
                return Ok(Changed::Done(kept));
            }
            match self.find(&kept.stored.key, &kept.stored.user).await? {
                Some(again) => *kept = again,
                None => return Ok(Changed::Gone),
            }
        }
        Err(broken())
    }

    /// Puts a changed session in the place of what it was when it was found; it is
    /// never kept for a shorter time than before.
    async fn save(&self, kept: &mut Kept, expires: Timestamp) -> Result<bool, LoginError> {
        kept.stored.value = kept.row.write().ok_or_else(broken)?;
        kept.stored.expires = kept.stored.expires.max(seconds(expires));
        self.store.save(&kept.stored).await.map_err(failed)
    }
}

impl Kept {
    pub(crate) fn key(&self) -> StoreKey {
        self.stored.key
    }
}

fn seconds(time: Timestamp) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> LoginError {
    LoginError::caused(LoginErrorKind::Unavailable, error)
}

/// The store does what no store may do.
fn broken() -> LoginError {
    failed("the session store does not keep what it was given".into())
}
