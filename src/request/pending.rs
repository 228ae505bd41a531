//! The login of one request: what is known of it, and what the response will write.

use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard};

use rocket::futures::FutureExt;
use rocket::futures::future::pending;
use rocket::request::Request;
use rocket::tokio::sync::{Mutex as AsyncMutex, MutexGuard as Gate};

use crate::clock::Timestamp;
use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::{Event, Refused, TokenKind};
use crate::lock::lock;
use crate::registry::OpenSocket;
use crate::request::cookies::PendingCookies;
use crate::session::{Digest, EncodedId};
use crate::sessions::LoadedSession;
use crate::user::AuthUser;

/// A user who is logged in.
pub(crate) struct Authenticated<U> {
    pub(crate) user: Arc<U>,
    pub(crate) by: AuthMethod,
    pub(crate) fresh: bool,
    /// How often the user had changed before this load.
    pub(crate) changes: u64,
}

/// The result of authentication, which all guards of a request share.
pub(crate) type Resolution<U> = Result<Authenticated<U>, Reason>;

/// The source of identity that found a user.
#[derive(Clone)]
pub(crate) enum AuthMethod {
    Session(Arc<LoadedSession>),
    /// The session or token of another application, for this request alone.
    Legacy {
        user: EncodedId,
        since: Timestamp,
        is_restored: bool,
    },
    /// The request loader.
    Key {
        user: EncodedId,
        at: Timestamp,
    },
}

/// Why the cookies of one source have brought no user.
pub(super) enum NoLogin<U> {
    /// No cookie counts. The next source is asked.
    Absent,
    /// The user's auth hash has changed. A remember token of the same user that was made
    /// since then still counts.
    Suspended(Arc<LoadedSession>, Arc<U>),
    /// No other cookie of this crate is asked.
    Refused(Reason),
}

impl AuthMethod {
    pub(crate) fn user(&self) -> &EncodedId {
        match self {
            Self::Session(session) => &session.user,
            Self::Legacy { user, .. } | Self::Key { user, .. } => user,
        }
    }

    /// Returns the session, if it is one of this crate.
    pub(crate) fn session(&self) -> Option<&LoadedSession> {
        match self {
            Self::Session(session) => Some(session),
            Self::Legacy { .. } | Self::Key { .. } => None,
        }
    }

    /// Returns whether the session or token is another application's.
    pub(crate) fn is_legacy(&self) -> bool {
        matches!(self, Self::Legacy { .. })
    }
}

impl<U> Authenticated<U> {
    /// Returns the session, to be changed. Fails for a program, which has none.
    pub(crate) fn session(&self) -> Result<&LoadedSession, LoginError> {
        let session = self.by.session();
        session.ok_or_else(|| LoginError::new(LoginErrorKind::NoSession))
    }
}

impl<U> Clone for Authenticated<U> {
    fn clone(&self) -> Self {
        Self {
            user: self.user.clone(),
            by: self.by.clone(),
            ..*self
        }
    }
}

impl<U> From<Reason> for NoLogin<U> {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason)
    }
}

impl<U> From<NoLogin<U>> for Reason {
    fn from(none: NoLogin<U>) -> Self {
        match none {
            NoLogin::Refused(reason) => reason,
            NoLogin::Absent | NoLogin::Suspended(..) => Self::NotLoggedIn,
        }
    }
}

/// Effects of authentication that count once its result is certain: cookies to write, and
/// events to tell. An event with a cause is told the first time that this process sees it.
#[derive(Default)]
pub(super) struct Effects {
    pub(super) cookies: PendingCookies,
    pub(super) events: Vec<(Vec<u8>, Event)>,
}

/// The decision of a handler about the login: the session that the browser will have.
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
    /// Whether the browser learns by this response that its login is over.
    pub(crate) is_over: bool,
    /// Whether the response is made for a user who is or was logged in.
    pub(crate) personal: bool,
    /// Whether the response has been made. No cookie can be added any more.
    pub(crate) sealed: bool,
    /// The socket that stays open after the response.
    pub(crate) socket: Option<Arc<OpenSocket>>,
    /// The user whose password was right in this request, and the digest of the name.
    pub(crate) noted: Option<Box<(EncodedId, Digest)>>,
    /// A login that a test has made.
    pub(crate) test_login: Option<Box<LoadedSession>>,
}

/// Marks a response that was made before any guard asked for the login of these users.
struct Sealed<U>(PhantomData<fn() -> U>);

impl<U: AuthUser> RequestLogin<U> {
    pub(crate) fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| Self {
            gate: AsyncMutex::default(),
            inner: Mutex::new(Inner {
                resolution: None,
                decided: None,
                cookies: PendingCookies::default(),
                is_over: false,
                personal: false,
                sealed: peek::<Sealed<U>>(request).is_some(),
                socket: None,
                noted: None,
                test_login: None,
            }),
        })
    }

    /// Returns the login, if a guard has asked for it.
    pub(crate) fn peek<'r>(request: &'r Request<'_>) -> Option<&'r Self> {
        peek(request)
    }

    /// Seals a login that no guard has asked for. A response fairing that runs later may
    /// ask, too late for cookies.
    pub(crate) fn seal(request: &Request<'_>) {
        request.local_cache(|| Sealed::<U>(PhantomData));
    }

    /// Waits until no other guard or handler of the request is at work on the login.
    pub(super) async fn enter(&self) -> Gate<'_, ()> {
        self.gate.lock().await
    }

    /// Takes the turn, if no other guard or handler of the request has it. So no loader waits
    /// for itself here.
    pub(super) fn try_enter(&self) -> Option<Gate<'_, ()>> {
        self.gate.try_lock().ok()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner<U>> {
        lock(&self.inner)
    }

    /// Fails after the response was made: it can carry no more cookies.
    pub(super) fn check_unsealed(&self) -> Result<(), LoginError> {
        LoginError::unless(!self.lock().sealed, LoginErrorKind::TooLate)
    }

    /// Keeps the decision of a handler. The user is to be loaded anew.
    pub(super) fn decide(&self, session: HandlerDecision, cookies: PendingCookies) {
        let mut login = self.lock();
        login.decided = Some(session);
        login.resolution = None;
        login.cookies = cookies;
    }
}

/// Looks into the cache of a request, without adding to it.
pub(super) fn peek<'r, T: Send + Sync + 'static>(request: &'r Request<'_>) -> Option<&'r T> {
    request.local_cache_async(pending()).now_or_never()
}

impl Effects {
    pub(super) fn tell(&mut self, event: Event) {
        self.events.push((Vec::new(), event));
    }

    pub(super) fn tell_once(&mut self, cause: &[&[u8]], event: Event) {
        self.events.push((cause.concat(), event));
    }

    /// Tells, the first time, that the text of a token does not count.
    pub(super) fn refuse(&mut self, token: TokenKind, why: Refused, text: &str) {
        let cause = [&[token as u8, why as u8], text.as_bytes()];
        self.tell_once(&cause, Event::TokenRefused { token, why });
    }
}
