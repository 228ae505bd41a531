//! What one request knows about its login, and what will be written.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rocket::futures::FutureExt;
use rocket::futures::future::pending;
use rocket::request::Request;
use rocket::tokio::sync::{Mutex as AsyncMutex, MutexGuard as Gate};

use crate::clock::Timestamp;
use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::Event;
use crate::registry::OpenSocket;
use crate::session::{EncodedId, Generation, SessionId};
use crate::sessions::LoadedSession;
use crate::token::Purpose;
use crate::user::AuthUser;

/// A user who is logged in.
pub(crate) struct Authenticated<U> {
    pub(crate) user: Arc<U>,
    pub(crate) by: AuthMethod,
    pub(crate) fresh: bool,
    /// How often the user had changed before this load.
    pub(crate) changes: u64,
}

/// How a user was found.
#[derive(Clone)]
pub(crate) enum AuthMethod {
    Session(Arc<LoadedSession>),
    /// The session or token of another application, for this request alone.
    Legacy {
        user: EncodedId,
        since: Timestamp,
        is_restored: bool,
    },
    /// A request loader has found the user, whose cookies brought no login.
    Key {
        user: EncodedId,
        at: Timestamp,
    },
}

impl AuthMethod {
    pub(crate) fn user(&self) -> &EncodedId {
        match self {
            Self::Session(session) => &session.user,
            Self::Legacy { user, .. } | Self::Key { user, .. } => user,
        }
    }

    /// The session, if it is one of ours.
    pub(crate) fn session(&self) -> Option<&LoadedSession> {
        match self {
            Self::Session(session) => Some(session),
            Self::Legacy { .. } | Self::Key { .. } => None,
        }
    }

    /// Whether the session is another application's.
    pub(crate) fn is_legacy(&self) -> bool {
        matches!(self, Self::Legacy { .. })
    }
}

impl<U> Authenticated<U> {
    /// The session, to be changed; a program has none.
    pub(crate) fn session(&self) -> Result<&LoadedSession, LoginError> {
        let session = self.by.session();
        session.ok_or_else(|| LoginError::new(LoginErrorKind::NoSession))
    }
}

/// What a request came to, shared by all guards.
pub(crate) type Resolution<U> = Result<Authenticated<U>, Reason>;

impl<U> Clone for Authenticated<U> {
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
pub(crate) enum CookieChange {
    #[default]
    Keep,
    Set(Box<NewCookie>),
    Remove,
}

#[derive(Clone)]
pub(crate) struct NewCookie {
    pub(crate) id: SessionId,
    pub(crate) purpose: Purpose,
    pub(crate) generation: Generation,
    pub(crate) value: String,
    /// `None` for a cookie that ends with the browser.
    pub(crate) max_age: Option<Duration>,
}

/// The changes of both cookies that the response will carry.
#[derive(Debug, Clone, Default)]
pub(crate) struct PendingCookies {
    pub(crate) session: CookieChange,
    pub(crate) remember: CookieChange,
    /// Whether twins without a domain are removed as well: after a login or a logout.
    pub(crate) removes_twins: bool,
}

/// What authentication leaves behind: cookies to write, and events to tell once they
/// are certain.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effects {
    pub(crate) cookies: PendingCookies,
    pub(crate) events: Vec<Event>,
}

impl Effects {
    /// Keeps an event, to be told once it is certain.
    pub(crate) fn tell(&mut self, event: impl IntoIterator<Item = Event>) {
        self.events.extend(event);
    }
}

/// What a handler has decided about the login: the session that the browser will have.
pub(crate) type HandlerDecision = Option<Arc<LoadedSession>>;

/// The login of one request, for one type of users.
pub(crate) struct RequestLogin<U: AuthUser> {
    gate: AsyncMutex<()>,
    inner: Mutex<Inner<U>>,
}

pub(crate) struct Inner<U> {
    pub(crate) resolution: Option<Resolution<U>>,
    pub(crate) decided: Option<HandlerDecision>,
    pub(crate) cookies: PendingCookies,
    /// Whether the response is made for a user who is or was logged in.
    pub(crate) personal: bool,
    /// Whether the response has been made, and no cookie can be added any more.
    pub(crate) sealed: bool,
    /// The socket that stays open when it has been.
    pub(crate) socket: Option<Arc<OpenSocket>>,
    /// A login that a test wants to be there.
    pub(crate) test_login: Option<Box<LoadedSession>>,
}

impl<U: AuthUser> RequestLogin<U> {
    pub(crate) fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| Self::new(peek::<Sealed<U>>(request).is_some()))
    }

    /// The login, if a guard has asked for it: looking does not create it.
    pub(crate) fn peek<'r>(request: &'r Request<'_>) -> Option<&'r Self> {
        peek(request)
    }

    /// Seals a login that no guard has asked for. A response fairing that runs later may ask:
    /// too late for cookies.
    pub(crate) fn seal(request: &Request<'_>) {
        request.local_cache(|| Sealed::<U>(PhantomData));
    }

    pub(crate) async fn enter(&self) -> Gate<'_, ()> {
        self.gate.lock().await
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner<U>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The response was made before anything asked for the login of this type of users.
struct Sealed<U>(PhantomData<fn() -> U>);

/// Looks into the cache of a request, without adding to it.
pub(super) fn peek<'r, T: Send + Sync + 'static>(request: &'r Request<'_>) -> Option<&'r T> {
    request.local_cache_async(pending()).now_or_never()
}

impl<U: AuthUser> RequestLogin<U> {
    fn new(sealed: bool) -> Self {
        Self {
            gate: AsyncMutex::default(),
            inner: Mutex::new(Inner {
                resolution: None,
                decided: None,
                cookies: PendingCookies::default(),
                personal: false,
                sealed,
                socket: None,
                test_login: None,
            }),
        }
    }
}

impl CookieChange {
    pub(crate) fn is_kept(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Removes a cookie that the request has brought.
    pub(crate) fn remove_if(is_brought: bool) -> Self {
        if is_brought { Self::Remove } else { Self::Keep }
    }
}

impl PendingCookies {
    pub(crate) fn is_kept(&self) -> bool {
        self.session.is_kept() && self.remember.is_kept()
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
        let change = CookieChange::Set(Box::new(NewCookie {
            id: SessionId([1; 16]),
            purpose: Purpose::Session,
            generation: Generation::NONE,
            value: "secret".into(),
            max_age: None,
        }));
        assert_eq!(format!("{change:?}"), "Set(NewCookie(..))");
    }
}
