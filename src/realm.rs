//! Realms: types of users, each with its settings, keys and sessions.

use std::fmt;
use std::sync::{Arc, Mutex, Once};

use rocket::futures::future::BoxFuture;
use rocket::request::Request;
use rocket::response;
use rocket::tokio::sync::Notify;
use rocket::tokio::task::unconstrained;

use crate::clock::{Clock, Timestamp, within};
use crate::config::{Page, Settings};
use crate::error::Reason;
use crate::event::Event;
use crate::legacy::LegacyKeys;
use crate::lock::lock;
use crate::rules::attempts::Alarm;
use crate::sessions::Sessions;
use crate::token::Keyring;

/// The part of a login manager that does not depend on the type of its users.
pub(crate) struct Realm {
    pub(crate) settings: Settings,
    pub(crate) keys: Keyring,
    pub(crate) sessions: Sessions,
    pub(crate) clock: Clock,
    /// The keys of an application before, if any of its logins count.
    pub(crate) legacy: Option<LegacyKeys>,
    /// Rung when a test sets the clock: sessions may have expired.
    pub(crate) clock_set: Arc<Notify>,
    pub(crate) hooks: Hooks,
    /// Rings if many attempts to log in fail.
    pub(crate) alarm: Mutex<Alarm>,
    pub(crate) told_empty_hash: Once,
    pub(crate) told_guarded_page: Once,
    pub(crate) told_closed_part: Once,
}

/// Functions of the application that need no type of users.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    pub(crate) on_event: Option<OnEvent>,
    pub(crate) identify: Option<Identify>,
    pub(crate) login_message: Option<Message>,
    pub(crate) refresh_message: Option<Message>,
    pub(crate) refuser: Option<Refuser>,
}

/// Hears of events.
type OnEvent = Arc<dyn Fn(&Event, &Request<'_>) + Send + Sync>;

/// Tells browsers apart, in place of address and user agent.
type Identify = Arc<dyn Fn(&Request<'_>) -> Vec<u8> + Send + Sync>;

/// Returns a flash message, in place of the one in the settings.
type Message = Arc<dyn Fn(&Request<'_>) -> Option<String> + Send + Sync>;

/// Answers a handshake that is refused; `None` for other requests.
type Refuser = Arc<
    dyn for<'r> Fn(&'r Request<'_>, Reason) -> BoxFuture<'r, Option<response::Result<'r>>>
        + Send
        + Sync,
>;

impl Realm {
    /// Waits for the application, as long as the settings let a request wait; then `None`.
    pub(crate) fn in_time<F: Future + Unpin>(
        &self,
        future: F,
    ) -> impl Future<Output = Option<F::Output>> {
        // A future that uses up its turn of the runtime must not keep the timer from being
        // looked at.
        within(future, || {
            unconstrained(self.clock.wait(self.settings.loader_timeout))
        })
    }

    /// Returns the flash message for a request that is sent to another page.
    pub(crate) fn message(&self, reason: Reason, request: &Request<'_>) -> Option<String> {
        let (in_code, setting) = if reason == Reason::NotFresh {
            (&self.hooks.refresh_message, &self.settings.refresh_message)
        } else {
            (&self.hooks.login_message, &self.settings.login_message)
        };
        match in_code {
            Some(message) => message(request),
            None => setting.clone(),
        }
    }

    /// Warns once of users whose logins a new password does not end.
    pub(crate) fn warn_of_empty_hash(&self) {
        self.told_empty_hash.call_once(|| {
            rocket::warn!(
                "`session_auth_hash` of a user of `{}` is empty:",
                self.settings.table
            );
            rocket::warn_!("a change of the password ends no session of theirs.");
            rocket::warn_!("Return the hash of the password, or what else changes with it.");
        });
    }

    /// Tells once of a page that challenges lead to, and that its own guard refuses.
    pub(crate) fn tell_of_guarded_page(&self, page: &Page) {
        self.told_guarded_page.call_once(|| {
            let uri = &page.uri;
            rocket::error!("Challenges lead to `{uri}`, and a guard refuses that page as well:");
            rocket::error_!("no visitor can log in there. Take the guard off its route, or the");
            rocket::error_!("route out of the group in `login_required`.");
        });
    }

    /// Tells once of a stylesheet, script or font of the login page that strangers do not get.
    pub(crate) fn tell_of_closed_part(&self, path: &str) {
        self.told_closed_part.call_once(|| {
            rocket::warn!("The login page needs `{path}`, which is closed to strangers.");
            rocket::warn_!("Open its folder with `.open_below(…)`, or its route with `.open(…)`.");
        });
    }

    /// Hands an event to the log and to the application.
    pub(crate) fn tell(&self, event: &Event, request: &Request<'_>) {
        event.log();
        if let Some(on_event) = &self.hooks.on_event {
            on_event(event, request);
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
#[derive(Debug, Default)]
pub(crate) struct Realms {
    realms: Mutex<Vec<Arc<Realm>>>,
    pub(crate) clock: Clock,
    /// Whether the catcher for 401 is this crate's, and not the application's.
    pub(crate) catches: bool,
}

impl Realms {
    pub(crate) fn new(catches: bool) -> Self {
        Self {
            catches,
            ..Self::default()
        }
    }

    /// Stops the clock of all realms at this time.
    pub(crate) fn set_clock(&self, now: Timestamp) {
        self.clock.set(now);
        for realm in self.all() {
            realm.clock_set.notify_one();
            realm.sessions.registry.sooner.notify_one();
        }
    }

    pub(crate) fn all(&self) -> Vec<Arc<Realm>> {
        lock(&self.realms).clone()
    }

    /// Adds a realm. Refuses one that shares its table, a cookie or a legacy key with another.
    pub(crate) fn add(&self, realm: Arc<Realm>) -> Result<(), String> {
        let mut realms = lock(&self.realms);
        realms.iter().try_for_each(|other| check(other, &realm))?;
        realms.push(realm);
        Ok(())
    }
}

fn check(one: &Realm, other: &Realm) -> Result<(), String> {
    let (table, others) = (&one.settings.table, &other.settings.table);
    if table == others {
        return Err(format!(
            "two login managers have the table `{table}`: name another one with `.table(…)`"
        ));
    }
    // Some guards know no realm: they ask the first one.
    if one.settings.base_source() != other.settings.base_source() {
        return Err(format!(
            "the tables `{table}` and `{others}` differ in `public_base`, `prefix_header` or its \
             `trusted_proxies`: write the same into both"
        ));
    }
    // A token of the application before does not say to which realm its user belongs.
    if let (Some(keys), Some(other_keys)) = (&one.legacy, &other.legacy)
        && keys.is_same(other_keys)
    {
        return Err(format!(
            "the tables `{table}` and `{others}` take logins that one key of the application \
             before has signed: a user of one realm would be a user of the other realm, too"
        ));
    }
    let mut names = other.settings.cookie_names();
    let is_taken = |name: &&String| {
        let mut taken = one.settings.cookie_names();
        taken.any(|taken| taken.eq_ignore_ascii_case(name))
    };
    match names.find(is_taken) {
        None => Ok(()),
        Some(name) => Err(format!(
            "the tables `{table}` and `{others}` both name a cookie `{name}`: \
             set `cookie_name` and `session.cookie_name` in one of them"
        )),
    }
}
