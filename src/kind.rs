//! Kinds of users: what of their managers has no type parameter.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rocket::request::Request;
use rocket::tokio::sync::Notify;
use rocket::tokio::task::unconstrained;

use crate::clock::Clock;
#[cfg(feature = "testing")]
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::error::Reason;
use crate::event::Event;
#[cfg(feature = "flask")]
use crate::legacy::LegacyKeys;
use crate::sessions::Sessions;
#[cfg(feature = "ws")]
use crate::socket::Refuser;
use crate::token::Keyring;
use crate::within::within;

/// One kind of users, with its settings and keys.
pub(crate) struct Kind {
    pub(crate) settings: Settings,
    pub(crate) keys: Keyring,
    pub(crate) sessions: Sessions,
    pub(crate) clock: Clock,
    /// The keys of an application before, if any of its logins count.
    #[cfg(feature = "flask")]
    pub(crate) legacy: Option<LegacyKeys>,
    /// Rung when the clock was set: something may have expired.
    pub(crate) clock_set: Arc<Notify>,
    pub(crate) hook: Option<Hook>,
    pub(crate) identify: Option<Identify>,
    pub(crate) messages: Messages,
    #[cfg(feature = "ws")]
    pub(crate) refuser: Option<Arc<Refuser>>,
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

impl Kind {
    pub(crate) fn new(settings: Settings, keys: Keyring, sessions: Sessions, clock: Clock) -> Self {
        Self {
            settings,
            keys,
            sessions,
            clock,
            #[cfg(feature = "flask")]
            legacy: None,
            clock_set: Arc::default(),
            hook: None,
            identify: None,
            messages: Messages::default(),
            #[cfg(feature = "ws")]
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

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kind")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// All kinds of one application. They share the clock and the catcher.
#[derive(Debug)]
pub(crate) struct Kinds {
    kinds: RwLock<Vec<Arc<Kind>>>,
    pub(crate) clock: Clock,
    /// Whether the catcher is ours, and not the application's.
    #[cfg_attr(not(feature = "ws"), allow(dead_code))]
    pub(crate) catches: bool,
}

impl Kinds {
    pub(crate) fn new(catches: bool) -> Self {
        Self {
            kinds: RwLock::default(),
            clock: Clock::default(),
            catches,
        }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn set_clock(&self, now: Timestamp) {
        self.clock.set(now);
        for kind in self.all() {
            kind.clock_set.notify_one();
            kind.sessions.registry.look_again();
        }
    }

    pub(crate) fn all(&self) -> Vec<Arc<Kind>> {
        let kinds = self.kinds.read().unwrap_or_else(PoisonError::into_inner);
        kinds.clone()
    }

    /// Adds a kind, unless its table or a cookie name is another kind's.
    pub(crate) fn add(&self, kind: Arc<Kind>) -> Result<(), String> {
        let mut kinds = self.kinds.write().unwrap_or_else(PoisonError::into_inner);
        match kinds.iter().find_map(|other| conflict(other, &kind)) {
            Some(why) => Err(why),
            None => {
                kinds.push(kind);
                Ok(())
            }
        }
    }
}

fn conflict(one: &Kind, other: &Kind) -> Option<String> {
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
fn legacy_conflict(_one: &Kind, _other: &Kind) -> Option<String> {
    #[cfg(feature = "flask")]
    if let (Some(keys), Some(others)) = (&_one.legacy, &_other.legacy)
        && keys.is_same(others)
    {
        return Some(format!(
            "the tables `{}` and `{}` take logins that one key of the application before has \
             signed: whoever is one of the users would be one of the others, too",
            _one.settings.table, _other.settings.table
        ));
    }
    None
}
