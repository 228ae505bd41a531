//! One request of one type of users: the gate, and the load of the user.

use std::sync::Arc;

use rocket::request::Request;
use rocket::tokio::sync::MutexGuard as Gate;

use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::Event;
use crate::manager::LoginManager;
use crate::request::callback::answered;
use crate::request::client;
use crate::request::context::Context;
use crate::request::pending::{AuthMethod, Authenticated, RequestLogin};
use crate::rules::cross_site::Sender;
use crate::session::EncodedId;
use crate::sessions::{LoadedSession, Standing};
use crate::user::AuthUser;

rocket::tokio::task_local! {
    /// The logins whose users are being loaded, the innermost first: a loader may ask for
    /// users of another kind. Of more than there is room for, `loader_timeout` says when
    /// to give up.
    static LOADING: [usize; 3];
}

/// Whether this is asked within a loader.
pub(super) fn is_loading() -> bool {
    LOADING.try_with(|_| ()).is_ok()
}

/// A request, and what is known of its login.
pub(crate) struct Visit<'r, U: AuthUser> {
    pub(crate) cx: Context<'r>,
    pub(crate) manager: &'r LoginManager<U>,
    pub(crate) login: &'r RequestLogin<U>,
}

impl<'r, U: AuthUser> Visit<'r, U> {
    pub(crate) fn new(manager: &'r LoginManager<U>, request: &'r Request<'_>) -> Self {
        Self {
            cx: Context::new(&manager.realm, request),
            manager,
            login: RequestLogin::of(request),
        }
    }

    /// Waits for its turn: one at a time finds out about the login or changes it. The
    /// loader must not, for another one is waiting for it here.
    pub(super) async fn enter(&self) -> Result<Gate<'_, ()>, Reason> {
        if LOADING.try_with(|logins| logins.contains(&self.address())) == Ok(true) {
            rocket::error!("A loader waits for the very user it is to load.");
            rocket::error_!("It must not use guards of its own realm of users, nor `Auth`.");
            return Err(Reason::Unavailable);
        }
        Ok(self.login.enter().await)
    }

    /// Waits for its turn to change the login: only from a page of this site, and as long
    /// as cookies can be sent.
    pub(super) async fn enter_to_change(&self) -> Result<Gate<'_, ()>, LoginError> {
        self.own_sender()?;
        let gate = self.enter().await?;
        self.in_time()?;
        Ok(gate)
    }

    /// Whether cookies can still be sent.
    pub(super) fn in_time(&self) -> Result<(), LoginError> {
        if self.login.lock().sealed {
            return Err(LoginError::new(LoginErrorKind::TooLate));
        }
        Ok(())
    }

    /// Whether the browser has a cookie of ours, or is about to get one.
    pub(super) fn holds_cookies(&self) -> bool {
        !self.cx.cookies.is_empty() || !self.login.lock().cookies.is_kept()
    }

    pub(super) fn sender(&self) -> Sender {
        client::sender(self.cx.request, &self.cx.head, self.cx.settings())
    }

    /// The sender of the request, if it is no page of another site.
    pub(super) fn own_sender(&self) -> Result<Sender, Reason> {
        match self.sender() {
            Sender::CrossSite => Err(self.refuse_sender()),
            sender => Ok(sender),
        }
    }

    pub(super) fn refuse_sender(&self) -> Reason {
        let origin = self.cx.request.headers().get_one("Origin").map(Into::into);
        self.cx.emit(&Event::CrossOrigin { origin });
        Reason::CrossOrigin
    }

    /// Whether the page that opens a socket has to be known, and is not.
    pub(super) fn is_unknown_socket(&self) -> bool {
        self.cx.head.wants_socket && self.sender() == Sender::Unknown
    }

    /// Loads a user.
    pub(super) async fn load(&self, user: &EncodedId) -> Result<Option<Arc<U>>, Reason> {
        let id = user.decode().ok_or(Reason::NotLoggedIn)?;
        let loading = (self.manager.loader)(self.cx.request, id);
        let loaded = self.wait_for(loading).await;
        answered("The user loader", loaded).map(|user| user.map(Arc::new))
    }

    /// Waits for the answer of a loader, which must not wait for itself.
    pub(super) fn wait_for<F: Future + Unpin>(
        &self,
        loading: F,
    ) -> impl Future<Output = Option<F::Output>> {
        let [first, second, _] = LOADING.try_with(|logins| *logins).unwrap_or_default();
        let logins = [self.address(), first, second];
        LOADING.scope(logins, self.cx.realm.in_time(loading))
    }

    /// How this login of this request is recognised while it is loading.
    fn address(&self) -> usize {
        std::ptr::from_ref(self.login).addr()
    }

    /// How often a user has changed so far. Asked before the user is loaded, and only for
    /// a socket, which learns of changes from the moment on when it is registered.
    pub(super) fn changes(&self, user: &EncodedId) -> u64 {
        if !self.cx.head.wants_socket {
            return 0;
        }
        let sessions = &self.cx.realm.sessions;
        sessions.registry.changes(&sessions.user(user))
    }

    /// The user of a session that counts.
    pub(super) fn authenticated(
        &self,
        user: Arc<U>,
        session: impl Into<Arc<LoadedSession>>,
        changes: u64,
    ) -> Authenticated<U> {
        let session = session.into();
        let limits = &self.cx.settings().limits;
        let is_fresh = limits.is_fresh(&session.record.session, self.cx.now);
        Authenticated {
            user,
            fresh: is_fresh && session.standing == Standing::Current,
            by: AuthMethod::Session(session),
            changes,
        }
    }
}
