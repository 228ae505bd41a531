//! What runs beside the requests: nodes tell each other of ends, and open sockets are
//! looked after.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use rocket::Shutdown;
use rocket::tokio::sync::Notify;
use rocket::tokio::time::{Instant, sleep, sleep_until, timeout};
use rocket::tokio::{join, select, spawn};

use crate::error::LoginError;
use crate::node::{Outbox, Word};
use crate::realm::Realm;
use crate::registry::{Registry, State};
use crate::session::{SessionChange, SessionEnd};
use crate::sessions;
use crate::store::{ChannelEvent, SessionStore};

/// How soon it is tried again what a store did not do.
const PAUSE: Duration = Duration::from_millis(250);

/// The longest time between two attempts to look for the sessions of open sockets.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How often the sessions of open sockets are looked for in the store although
/// nobody says that anything has happened: a node may have died before it could.
const ROUND: Duration = Duration::from_secs(300);

/// How long the clock is trusted to go on as it does: a machine that slept has lost time.
const TRUST: Duration = Duration::from_secs(60);

/// How soon a store is asked again that could not say whether a session goes on.
const RETRY: Duration = Duration::from_secs(5);

/// How long a shutdown waits for what other nodes have to be told.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Has this node tell others what happens to sessions, and hear it from them, as
/// long as the instance runs.
pub(super) fn connect(realm: &Arc<Realm>, shutdown: Shutdown) {
    watch(realm, shutdown.clone());
    let sessions = &realm.sessions;
    let (Some(outbox), Some(store)) = (sessions.outbox(), sessions.store()) else {
        return;
    };
    let (outbox, store, registry) = (outbox.clone(), store.clone(), sessions.registry.clone());
    let realm = Arc::downgrade(realm);
    let doubt = Notify::new();
    spawn(async move {
        let sending = send(&*store, &outbox);
        let listening = listen(&*store, &outbox, &realm, &doubt);
        let looking = look(&realm, &registry, &doubt);
        let hearing = async {
            select! {
                () = shutdown => {}
                _ = async { join!(listening, looking) } => {}
            }
        };
        select! {
            // A local instance is dropped without a shutdown.
            () = gone(&realm) => {}
            // After a shutdown there are requests still that may end sessions.
            _ = async { join!(sending, hearing) } => {}
        }
    });
}

/// Looks after the limits of open sockets, as long as the instance runs.
fn watch(realm: &Arc<Realm>, shutdown: Shutdown) {
    let (registry, realm) = (realm.sessions.registry.clone(), Arc::downgrade(realm));
    spawn(async move {
        select! {
            () = shutdown => {}
            () = gone(&realm) => {}
            () = watch_limits(&realm, &registry) => {}
        }
    });
}

async fn watch_limits(realm: &Weak<Realm>, registry: &Registry) {
    while let Some(realm) = realm.upgrade() {
        let (due, next) = registry.take_due(realm.clock.now());
        for due in due {
            let state = Registry::state_of(&due);
            let now = realm.clock.now();
            match sessions::limit_of(&realm.sessions, state.session, &state.user).await {
                Ok(Some(limit)) if limit > now => registry.go_on(due, limit),
                Ok(_) => Registry::expire(&due),
                // Whether it goes on is not known yet.
                Err(error) => {
                    rocket::warn!("The session of a socket cannot be looked for: {error}.");
                    registry.go_on(due, now.plus(RETRY));
                }
            }
        }
        drop(realm);
        let _ = timeout(
            next.map_or(TRUST, |left| left.min(TRUST)),
            registry.sooner(),
        )
        .await;
    }
}

/// Has a shutdown wait: Rocket itself does for nothing but open connections.
pub(super) async fn take_leave(realm: &Realm) {
    if let Some(outbox) = realm.sessions.outbox() {
        // Whoever is not told will look by themselves.
        let _ = timeout(LAST_WORDS, outbox.emptied()).await;
    }
}

async fn gone(realm: &Weak<Realm>) {
    while realm.strong_count() > 0 {
        sleep(Duration::from_secs(10)).await;
    }
}

async fn send(store: &dyn SessionStore, outbox: &Outbox) {
    let mut has_failed = false;
    loop {
        let text = outbox.next().await;
        match store.publish(&text).await {
            Ok(()) => {
                has_failed = false;
                outbox.sent(&text);
            }
            Err(error) => {
                if !std::mem::replace(&mut has_failed, true) {
                    rocket::warn!("Other nodes cannot be told what happens to sessions.");
                    rocket::warn_!("{}", error.to_string().escape_debug());
                }
                sleep(PAUSE).await;
            }
        }
    }
}

async fn listen(store: &dyn SessionStore, outbox: &Outbox, realm: &Weak<Realm>, doubt: &Notify) {
    let mut has_failed = false;
    loop {
        let is_connected = AtomicBool::new(false);
        let hear = |heard: ChannelEvent<'_>| match heard {
            ChannelEvent::Listening => {
                is_connected.store(true, Ordering::Relaxed);
                doubt.notify_one();
            }
            ChannelEvent::Message(text) => match (outbox.read(text), realm.upgrade()) {
                (Some(Word::Change(change)), Some(realm)) => {
                    sessions::hear(&realm.sessions, &change)
                }
                (Some(Word::LookAgain), _) => doubt.notify_one(),
                (None, _) | (_, None) => {}
            },
        };
        let lost = store.listen(&hear).await;
        has_failed &= !is_connected.into_inner();
        if !std::mem::replace(&mut has_failed, true) {
            let why = lost
                .err()
                .map_or("it said no more".into(), |why| why.to_string());
            rocket::warn!("What other nodes say about sessions cannot be heard for now.");
            rocket::warn_!("{}", why.escape_debug());
        }
        sleep(PAUSE).await;
    }
}

/// Looks for the sessions of open sockets whenever something may have been missed.
async fn look(realm: &Weak<Realm>, registry: &Registry, doubt: &Notify) {
    let mut round = Instant::now() + ROUND;
    loop {
        select! {
            () = doubt.notified() => {}
            () = sleep_until(round) => round = Instant::now() + ROUND,
        }
        let mut pause = PAUSE;
        while let Some(realm) = realm.upgrade()
            && let Err(error) = look_for(&realm, &registry.states()).await
        {
            drop(realm);
            rocket::warn!("The sessions of open sockets cannot be looked for: {error}.");
            pause = LONGEST_PAUSE.min(pause * 2);
            select! {
                () = doubt.notified() => pause = PAUSE,
                () = sleep(pause) => {}
            }
        }
    }
}

/// Looks for each session. One that cannot be read does not keep others from being found.
async fn look_for(realm: &Realm, states: &[State]) -> Result<(), LoginError> {
    let mut looked = Ok(());
    for state in states.iter().filter(|state| state.has_session) {
        match sessions::limit_of(&realm.sessions, state.session, &state.user).await {
            Ok(Some(_)) => {}
            Ok(None) => realm.sessions.registry.send(&SessionChange::Ended {
                key: state.session,
                user: state.user_key,
                why: SessionEnd::Revoked,
            }),
            Err(error) => looked = Err(error),
        }
    }
    looked
}
