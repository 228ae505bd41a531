//! What one request knows about its login, and what will be written.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rocket::futures::FutureExt;
use rocket::futures::future::pending;
use rocket::request::Request;
use rocket::tokio::sync::{Mutex as AsyncMutex, MutexGuard as Gate};

use crate::clock::Timestamp;
use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::{Event, Refused, TokenKind};
use crate::request::visit::Held;
use crate::session::{RememberToken, Session, TokenId, UserKey};
#[cfg(feature = "ws")]
use crate::socket::OpenSocket;
use crate::token::Token;
use crate::user::AuthUser;

/// Somebody who is logged in.
pub(crate) struct Active<U> {
    pub(crate) user: Arc<U>,
    pub(crate) by: By,
    pub(crate) fresh: bool,
    /// How often users had changed before this one was loaded.
    #[cfg(feature = "ws")]
    pub(crate) changes: u64,
}

/// By what somebody is known.
#[derive(Clone)]
pub(crate) enum By {
    Session(Session),
    /// By another application's session or token, for this request alone.
    #[cfg(feature = "flask")]
    Legacy(Session),
    /// By the request itself, whose cookies brought nobody.
    Request {
        user: UserKey,
        at: Timestamp,
    },
}

impl By {
    /// Who it is.
    pub(crate) fn user(&self) -> &UserKey {
        match self {
            Self::Session(session) => &session.user,
            #[cfg(feature = "flask")]
            Self::Legacy(session) => &session.user,
            Self::Request { user, .. } => user,
        }
    }

    /// The session, if it is none of ours and counts for this request alone.
    #[cfg(feature = "flask")]
    pub(crate) fn legacy(&self) -> Option<&Session> {
        match self {
            Self::Legacy(session) => Some(session),
            Self::Session(_) | Self::Request { .. } => None,
        }
    }

    /// The session, if it is one of ours.
    pub(crate) fn session(&self) -> Option<&Session> {
        match self {
            Self::Session(session) => Some(session),
            #[cfg(feature = "flask")]
            Self::Legacy(_) => None,
            Self::Request { .. } => None,
        }
    }
}

impl<U> Active<U> {
    /// The session, to be changed; a program has none.
    pub(crate) fn session(&self) -> Result<&Session, LoginError> {
        let session = self.by.session();
        session.ok_or_else(|| LoginError::new(LoginErrorKind::NoSession))
    }
}

/// What a request came to, shared by all guards.
pub(crate) type Resolution<U> = Result<Active<U>, Reason>;

impl<U> Clone for Active<U> {
    fn clone(&self) -> Self {
        Self {
            user: self.user.clone(),
            by: self.by.clone(),
            ..*self
        }
    }
}

/// What is to happen to one cookie.
#[derive(Debug, Clone, Default)]
pub(crate) enum Change {
    #[default]
    Keep,
    Set(Box<NewCookie>),
    /// With the id that was judged, if it was one: the cookie stays if that has
    /// been replaced by the time of writing.
    Remove(Option<TokenId>),
}

#[derive(Clone)]
pub(crate) struct NewCookie {
    pub(crate) id: TokenId,
    /// The remember token of which this has come: a session that was restored from it, or
    /// what replaces one of an application before.
    pub(crate) origin: Option<TokenId>,
    pub(crate) value: String,
    /// `None` for a cookie that ends with the browser.
    pub(crate) max_age: Option<Duration>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    pub(crate) session: Change,
    pub(crate) remember: Change,
    /// The token in that change, where one of an application before was there.
    #[cfg(feature = "flask")]
    pub(crate) in_place_of_legacy: Option<Box<RememberToken>>,
    /// What happened on the way, to be told once it is certain.
    pub(crate) events: Vec<Event>,
}

impl Changes {
    /// The token that this request has made of one of an application before.
    pub(crate) fn in_place_of_legacy(&self) -> Option<&RememberToken> {
        #[cfg(feature = "flask")]
        return self.in_place_of_legacy.as_deref();
        #[cfg(not(feature = "flask"))]
        None
    }

    /// What becomes of a cookie that does not count.
    pub(crate) fn refuse<T: Token>(&mut self, token: TokenKind, held: &Held<T>) -> Change {
        let (why, change) = match held {
            Held::Absent | Held::Good(_) => return Change::Keep,
            // Good as well, and to be replaced where it is needed.
            #[cfg(feature = "flask")]
            Held::Legacy(_) => return Change::Keep,
            Held::Bad(why) => (*why, Change::Remove(None)),
            Held::Expired(value) => (Refused::Expired, Change::Remove(Some(value.id()))),
            Held::Replaced(_) => (Refused::Replaced, Change::Keep),
            Held::Gone(value, why) => (*why, Change::Remove(Some(value.id()))),
        };
        self.note_refusal(token, why);
        change
    }

    pub(crate) fn note_refusal(&mut self, token: TokenKind, why: Refused) {
        self.events.push(Event::TokenRefused { token, why });
    }
}

/// What the browser will hold once the response has arrived, where the handler
/// has decided about it.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) session: Option<Session>,
    pub(crate) remember: Option<RememberToken>,
}

/// The login of one request, for one type of users.
pub(crate) struct RequestLogin<U: AuthUser> {
    gate: AsyncMutex<()>,
    inner: Mutex<Inner<U>>,
}

pub(crate) struct Inner<U> {
    pub(crate) resolution: Option<Resolution<U>>,
    pub(crate) known: Option<Box<Known>>,
    pub(crate) changes: Changes,
    /// Whether the response is made for somebody who is or was logged in.
    pub(crate) personal: bool,
    /// Whether the response has been sent, and no cookie can be any more.
    pub(crate) sealed: bool,
    /// The socket that stays open when it has been.
    #[cfg(feature = "ws")]
    pub(crate) socket: Option<Arc<OpenSocket>>,
    /// A login that a test wants to be there.
    #[cfg(feature = "testing")]
    pub(crate) forged: Option<Box<crate::request::forge::Kept>>,
}

impl<U: AuthUser> RequestLogin<U> {
    pub(crate) fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(Self::default)
    }

    /// The login, if a guard has asked for it: looking does not create it.
    pub(crate) fn peek<'r>(request: &'r Request<'_>) -> Option<&'r Self> {
        request.local_cache_async(pending()).now_or_never()
    }

    pub(crate) async fn enter(&self) -> Gate<'_, ()> {
        self.gate.lock().await
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner<U>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<U: AuthUser> Default for RequestLogin<U> {
    fn default() -> Self {
        Self {
            gate: AsyncMutex::default(),
            inner: Mutex::new(Inner {
                resolution: None,
                known: None,
                changes: Changes::default(),
                personal: false,
                sealed: false,
                #[cfg(feature = "ws")]
                socket: None,
                #[cfg(feature = "testing")]
                forged: None,
            }),
        }
    }
}

impl Change {
    /// The same, as something that has come of this token.
    pub(crate) fn of(mut self, origin: Option<TokenId>) -> Self {
        if let Self::Set(new) = &mut self {
            new.origin = origin;
        }
        self
    }

    pub(crate) fn is_kept(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl fmt::Debug for NewCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewCookie(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_to_be_set_does_not_show() {
        let change = Change::Set(Box::new(NewCookie {
            id: TokenId([1; 16]),
            origin: None,
            value: "secret".into(),
            max_age: None,
        }));
        assert_eq!(format!("{change:?}"), "Set(NewCookie(..))");
    }
}
