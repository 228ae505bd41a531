//! One request as one realm sees it.

use rocket::request::Request;

use crate::clock::Timestamp;
use crate::config::Settings;
use crate::event::{Event, Refused, TokenKind};
use crate::realm::Realm;
use crate::request::client;
use crate::request::head::{Cookies, Head};
use crate::session::{Client, Digest};
use crate::token::{Home, KeySet};

/// A request, with the headers and cookies that decide about a login.
pub(crate) struct Context<'r> {
    pub(crate) realm: &'r Realm,
    pub(crate) request: &'r Request<'r>,
    pub(crate) head: Head<'r>,
    pub(crate) cookies: Cookies<'r>,
    pub(crate) now: Timestamp,
}

impl<'r> Context<'r> {
    pub(crate) fn new(realm: &'r Realm, request: &'r Request<'_>) -> Self {
        let head = Head::of(request);
        Self {
            realm,
            request,
            cookies: Cookies::of(request, &head, &realm.settings.cookies),
            head,
            now: realm.clock.now(),
        }
    }

    pub(crate) fn settings(&self) -> &'r Settings {
        &self.realm.settings
    }

    /// The keys that sign.
    pub(crate) fn keys(&self) -> &'r KeySet {
        self.realm.keys.current()
    }

    /// Whether the request can have no other login than that of its session cookie.
    pub(super) fn brings_session_alone(&self) -> bool {
        self.cookies.remember.is_empty() && self.settings().legacy_session.is_none()
    }

    /// Tells the log and the application what has happened.
    pub(crate) fn emit(&self, event: &Event) {
        self.realm.tell(event, self.request);
    }

    /// The fingerprint of this browser, under the current key.
    pub(crate) fn identifier(&self) -> Digest {
        self.with_identifier(|identifier| self.keys().identifier(identifier))
    }

    /// Whether a fingerprint is this browser's, under whichever key it was made.
    pub(crate) fn is_identifier(&self, digest: &Digest) -> bool {
        self.with_identifier(|identifier| self.realm.keys.is_identifier(digest, identifier))
    }

    fn with_identifier<T>(&self, digest: impl FnOnce(&[u8]) -> T) -> T {
        match &self.realm.identify {
            Some(identify) => digest(&identify(self.request)),
            None => {
                let identifier = client::identifier(self.request, &self.head, self.settings());
                digest(identifier.as_bytes())
            }
        }
    }

    /// The user agent that a remember token is given to. Without a store tokens do not
    /// rotate, and it is not looked at.
    pub(crate) fn agent(&self) -> Digest {
        match self.realm.sessions.home() {
            Home::Store => self.keys().agent(self.head.user_agent),
            Home::Cookie => Digest([0; 16]),
        }
    }

    /// The browser, as its user is shown it.
    pub(crate) fn client(&self) -> Client {
        client::client(self.request, &self.head, self.settings())
    }

    /// An event for a token that does not count, the first time that it is brought.
    pub(crate) fn refusal(&self, token: TokenKind, why: Refused, text: &str) -> Option<Event> {
        let cause = [&[token as u8, why as u8], text.as_bytes()].concat();
        let is_news = self.realm.sessions.is_news(&cause);
        is_news.then_some(Event::TokenRefused { token, why })
    }
}
