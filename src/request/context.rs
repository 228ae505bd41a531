//! One request as one realm sees it.

use std::sync::Arc;

use rocket::request::Request;

use crate::clock::Timestamp;
use crate::config::Settings;
use crate::event::Event;
use crate::manager::LoginManager;
use crate::realm::Realm;
use crate::request::headers::{Cookies, Headers};
use crate::request::pending::{AuthMethod, Authenticated, Effects, RequestLogin};
use crate::request::proxy::{self, client_address};
use crate::rules::client::Fingerprint;
use crate::session::{Client, Digest, EncodedId, Session};
use crate::sessions::{LoadedSession, Remember, Standing};
use crate::token::{Home, KeySet};
use crate::user::AuthUser;

/// A request, with the headers and cookies that decide about a login.
pub(crate) struct Context<'r> {
    pub(crate) realm: &'r Arc<Realm>,
    pub(crate) request: &'r Request<'r>,
    pub(crate) headers: Headers<'r>,
    pub(crate) cookies: Cookies<'r>,
    pub(crate) now: Timestamp,
}

/// A request on its way to a user: the loaders and the login that depend on the type of
/// users, and the effects of the way.
pub(crate) struct Visit<'r, U: AuthUser> {
    pub(crate) cx: Context<'r>,
    pub(crate) manager: &'r LoginManager<U>,
    pub(crate) login: &'r RequestLogin<U>,
    /// Whether the session is extended or restored. Otherwise nothing is written: the
    /// response can carry no cookie, or it must not.
    pub(super) may_write: bool,
    pub(super) effects: Effects,
}

impl<'r, U: AuthUser> Visit<'r, U> {
    pub(crate) fn new(manager: &'r LoginManager<U>, request: &'r Request<'_>) -> Self {
        Self::with(manager, request, RequestLogin::of(request))
    }

    pub(super) fn with(
        manager: &'r LoginManager<U>,
        request: &'r Request<'_>,
        login: &'r RequestLogin<U>,
    ) -> Self {
        Self {
            cx: Context::new(&manager.realm, request),
            manager,
            login,
            may_write: false,
            effects: Effects::default(),
        }
    }

    /// Tells the events that have become certain, and returns whether one of them is that a
    /// login of this browser is over.
    pub(super) fn emit_events(&mut self) -> bool {
        let mut is_over = false;
        for (cause, event) in self.effects.events.drain(..) {
            if cause.is_empty() || self.cx.realm.sessions.is_news(&cause) {
                is_over |= matches!(event, Event::TokenRefused { why, .. } if why.is_over());
                self.cx.emit(&event);
            }
        }
        is_over
    }
}

impl<'r> Context<'r> {
    pub(crate) fn new(realm: &'r Arc<Realm>, request: &'r Request<'_>) -> Self {
        let headers = Headers::of(request);
        if headers.is_forwarded {
            proxy::warn_of_stranger(request, &realm.settings);
        }
        Self {
            realm,
            request,
            cookies: Cookies::of(request, &headers, &realm.settings),
            headers,
            now: realm.clock.now(),
        }
    }

    /// Returns whether the request has a cookie of these users, valid or not.
    pub(super) fn has_own_cookies(&self) -> bool {
        let legacy = self.settings().legacy_session_cookie.as_deref();
        let values = legacy.map(|name| self.headers.cookies(self.request, [name]));
        !self.cookies.is_empty() || values.is_some_and(|[values]| !values.is_empty())
    }

    pub(crate) fn settings(&self) -> &'r Settings {
        &self.realm.settings
    }

    /// Returns the keys that sign.
    pub(crate) fn keys(&self) -> &'r KeySet {
        self.realm.keys.current()
    }

    /// Tells the log and the application of an event.
    pub(crate) fn emit(&self, event: &Event) {
        self.realm.tell(event, self.request);
    }

    /// Returns the fingerprint of this browser, under the current key.
    pub(crate) fn identifier(&self) -> Digest {
        self.with_identifier(|identifier| self.keys().identifier(identifier))
    }

    /// Returns whether a fingerprint is this browser's, under any key that verifies.
    pub(crate) fn is_identifier(&self, digest: &Digest) -> bool {
        self.with_identifier(|identifier| self.realm.keys.is_identifier(digest, identifier))
    }

    fn with_identifier<T>(&self, digest: impl FnOnce(&[u8]) -> T) -> T {
        if let Some(identify) = &self.realm.hooks.identify {
            return digest(&identify(self.request));
        }
        let address = client_address(self.request, self.settings());
        digest(Fingerprint::new(address, self.headers.user_agent).as_bytes())
    }

    /// Returns the user agent that a remember token is given to. Without a store tokens do
    /// not rotate, and no rule asks for it.
    pub(super) fn agent(&self) -> Digest {
        match self.realm.sessions.home() {
            Home::Store => self.keys().agent(self.headers.user_agent),
            Home::Cookie => Digest([0; 16]),
        }
    }

    /// Returns the browser as the list of sessions shows it.
    pub(crate) fn client(&self) -> Client {
        let address = client_address(self.request, self.settings());
        Client::new(address, self.headers.user_agent)
    }

    /// Makes the session that a restore begins.
    pub(super) fn restored_session(&self, auth_hash: Digest) -> Session {
        let (settings, now) = (self.settings(), self.now.whole());
        Session {
            begun: now,
            expires: now.plus(settings.limits.lifetime),
            last_seen: now,
            fresh_since: None,
            permanent: settings.session.permanent,
            restored: true,
            forced: false,
            identifier: self.identifier(),
            auth_hash,
        }
    }

    /// Makes the remember part of a login.
    pub(super) fn new_remember(&self, expires: Timestamp) -> Remember {
        Remember::new(self.agent(), expires.whole(), self.now)
    }

    /// Returns how often a user has changed so far. A socket learns of the changes after
    /// that. So this is asked before the user of a socket is loaded.
    pub(super) fn changes(&self, user: &EncodedId) -> u64 {
        if !self.headers.wants_socket {
            return 0;
        }
        let sessions = &self.realm.sessions;
        sessions.registry.changes(&sessions.user(user))
    }

    /// Returns the user of a session that counts.
    pub(super) fn authenticated<U>(
        &self,
        user: Arc<U>,
        session: Arc<LoadedSession>,
        changes: u64,
    ) -> Authenticated<U> {
        let limits = &self.settings().limits;
        let is_fresh = limits.is_fresh(&session.record.session, self.now);
        Authenticated {
            user,
            fresh: is_fresh && session.standing == Standing::Current,
            by: AuthMethod::Session(session),
            changes,
        }
    }
}
