//! Realms of users: what of their managers has no type parameter.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rocket::futures::future::BoxFuture;
use rocket::request::Request;
use rocket::response;
use rocket::tokio::sync::Notify;
use rocket::tokio::task::unconstrained;

use crate::clock::{Clock, Timestamp};
use crate::config::Settings;
use crate::error::Reason;
use crate::event::Event;
use crate::legacy::LegacyKeys;
use crate::sessions::Sessions;
use crate::token::Keyring;
use crate::within::within;

/// One type of users, with its settings and keys.
pub(crate) struct Realm {
    pub(crate) settings: Settings,
    pub(crate) keys: Keyring,
    pub(crate) sessions: Sessions,
    pub(crate) clock: Clock,
    /// The keys of an application before, if any of its logins count.
    pub(crate) legacy: Option<LegacyKeys>,
    /// Rung when the clock was set: something may have expired.
    pub(crate) clock_set: Arc<Notify>,
    pub(crate) hook: Option<Hook>,
    pub(crate) identify: Option<Identify>,
    pub(crate) messages: Messages,
    pub(crate) refuser: Option<Refuser>,
}

/// An application's flash message for a request, in whatever language.
pub(crate) type Message = Arc<dyn Fn(&Request<'_>) -> Option<String> + Send + Sync>;

/// Flash messages from code, in place of those in the settings.
#[derive(Clone, Default)]
pub(crate) struct Messages {
    pub(crate) login: Option<Message>,
    pub(crate) refresh: Option<Message>,
}

/// An application's own way to recognise a browser.
pub(crate) type Identify = Arc<dyn Fn(&Request<'_>) -> Vec<u8> + Send + Sync>;

/// The application's hook for events.
pub(crate) type Hook = Arc<dyn Fn(&Event, &Request<'_>) + Send + Sync>;

/// The application's answer to a handshake that is refused; `None` for other requests.
pub(crate) type Refuser = Arc<
    dyn for<'r> Fn(&'r Request<'_>, Reason) -> BoxFuture<'r, Option<response::Result<'r>>>
        + Send
        + Sync,
>;

impl Realm {
    pub(crate) fn new(settings: Settings, keys: Keyring, sessions: Sessions, clock: Clock) -> Self {
        Self {
            settings,
            keys,
            sessions,
            clock,
            legacy: None,
            clock_set: Arc::default(),
            hook: None,
            identify: None,
            messages: Messages::default(),
            refuser: None,
        }
    }

    /// What the application is asked, for as long as a request may wait for it; then
    /// `None`.
    pub(crate) fn in_time<F: Future + Unpin>(
        &self,
        future: F,
    ) -> impl Future<Output = Option<F::Output>> {
        // Whatever the future has used up of its turn, the time is looked at.
        within(future, || {
            unconstrained(self.clock.wait(self.settings.loader_timeout))
        })
    }

    /// What to say to somebody who is sent to another page.
    pub(crate) fn message(&self, reason: Reason, request: &Request<'_>) -> Option<String> {
        let (in_code, setting) = match reason {
            Reason::NotFresh => (&self.messages.refresh, &self.settings.refresh_message),
            _ => (&self.messages.login, &self.settings.login_message),
        };
        match in_code {
            Some(message) => message(request),
            None => setting.clone(),
        }
    }

    /// Tells the log and the application what has happened.
    pub(crate) fn tell(&self, event: &Event, request: &Request<'_>) {
        event.log();
        if let Some(hook) = &self.hook {
            hook(event, request);
        }
    }
}

impl fmt::Debug for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Realm")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// All realms of one application. They share the clock and the catcher.
#[derive(Debug)]
pub(crate) struct Realms {
    realms: RwLock<Vec<Arc<Realm>>>,
    pub(crate) clock: Clock,
    /// Whether the catcher is ours, and not the application's.
    pub(crate) catches: bool,
}

impl Realms {
    pub(crate) fn new(catches: bool) -> Self {
        Self {
            realms: RwLock::default(),
            clock: Clock::default(),
            catches,
        }
    }

    pub(crate) fn set_clock(&self, now: Timestamp) {
        self.clock.set(now);
        for realm in self.all() {
            realm.clock_set.notify_one();
            realm.sessions.registry.look_again();
        }
    }

    pub(crate) fn all(&self) -> Vec<Arc<Realm>> {
        let realms = self.realms.read().unwrap_or_else(PoisonError::into_inner);
        realms.clone()
    }

    /// Adds a realm, unless its table or a cookie name is another realm's.
    pub(crate) fn add(&self, realm: Arc<Realm>) -> Result<(), String> {
        let mut realms = self.realms.write().unwrap_or_else(PoisonError::into_inner);
        match realms.iter().find_map(|other| conflict(other, &realm)) {
            Some(why) => Err(why),
            None => {
                realms.push(realm);
                Ok(())
            }
        }
    }
}

fn conflict(one: &Realm, other: &Realm) -> Option<String> {
    let legacy = legacy_conflict(one, other);
    let (one, other) = (&one.settings, &other.settings);
    if one.table == other.table {
        return Some(format!(
            "two login managers have the table `{}`: name another one with `.table(…)`",
            one.table
        ));
    }

    if legacy.is_some() {
        return legacy;
    }
    let names = |of: &Settings| {
        let own = [of.cookies.session.clone(), of.cookies.remember.clone()];
        own.into_iter().chain(of.legacy_session.clone())
    };
    let taken: Vec<_> = names(one).collect();
    names(other)
        .find(|name| taken.iter().any(|taken| taken.eq_ignore_ascii_case(name)))
        .map(|name| {
            format!(
                "the tables `{}` and `{}` both name a cookie `{name}`: \
                 set `cookie_name` and `session.cookie_name` in one of them",
                one.table, other.table
            )
        })
}

/// Nothing in the tokens of the originals says of which kind their users are.
fn legacy_conflict(one: &Realm, other: &Realm) -> Option<String> {
    let is_same = one.legacy.as_ref()?.is_same(other.legacy.as_ref()?);
    is_same.then(|| {
        format!(
            "the tables `{}` and `{}` take logins that one key of the application before has \
             signed: whoever is one of the users would be one of the others, too",
            one.settings.table, other.settings.table
        )
    })
}
