//! Tasks beside the requests, as long as the instance runs: expired sessions are deleted,
//! sockets reach their limits, and nodes tell each other of sessions.

use std::mem::replace;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use rocket::Shutdown;
use rocket::tokio::sync::Notify;
use rocket::tokio::time::{Instant, sleep, sleep_until, timeout};
use rocket::tokio::{join, select, spawn};

use crate::error::{BoxError, LoginError};
use crate::node::{Outbox, Word};
use crate::realm::Realm;
use crate::registry::State;
use crate::session::SessionEnd;
use crate::sessions;
use crate::store::{ChannelEvent, SessionStore};

/// The time between two sweeps of expired sessions.
const SWEEP: Duration = Duration::from_secs(60);

/// How many sessions one statement deletes, so that others do not wait long for it.
const BATCH: usize = 1000;

/// The time between two attempts to reach a store.
const PAUSE: Duration = Duration::from_millis(250);

/// The longest time between two attempts to look for the sessions of open sockets.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How often the sessions of open sockets are looked for without any message: a node may
/// have died before it could send one.
const ROUND: Duration = Duration::from_secs(300);

/// How long the clock is trusted to go on evenly: a machine that slept has lost time.
const TRUST: Duration = Duration::from_secs(60);

/// The time until a store is asked again that could not tell whether a session goes on.
const RETRY: Duration = Duration::from_secs(5);

/// How long a shutdown waits for the last messages to other nodes.
const FLUSH: Duration = Duration::from_secs(1);

/// Starts the tasks of a realm.
pub(super) fn start(realm: &Arc<Realm>, shutdown: &Shutdown) {
    let (weak, sessions) = (Arc::downgrade(realm), &realm.sessions);
    run(&weak, until(shutdown.clone(), watch_limits(weak.clone())));
    let (Some(store), Some(outbox)) = (&sessions.store, &sessions.outbox) else {
        return;
    };
    let sweeping = sweep(weak.clone(), store.clone());
    run(&weak, until(shutdown.clone(), sweeping));
    let hearing = hear(weak.clone(), store.clone(), outbox.clone());
    run(&weak, until(shutdown.clone(), hearing));
    // Requests may still end sessions after a shutdown: sending goes on.
    run(&weak, send(store.clone(), outbox.clone()));
}

/// Runs a task until the instance is gone: a local one is dropped without a shutdown.
fn run(realm: &Weak<Realm>, task: impl Future<Output = ()> + Send + 'static) {
    let realm = realm.clone();
    let gone = async move {
        while realm.strong_count() > 0 {
            sleep(Duration::from_secs(10)).await;
        }
    };
    spawn(async move {
        select! {
            () = gone => {}
            () = task => {}
        }
    });
}

/// Runs a task until the shutdown. After it no store is asked, even if that is due.
async fn until(shutdown: Shutdown, task: impl Future<Output = ()> + Send) {
    select! {
        biased;
        () = shutdown => {}
        () = task => {}
    }
}

/// Makes a shutdown wait for messages to other nodes: Rocket waits for connections alone.
pub(super) async fn flush(realm: &Realm) {
    if let Some(outbox) = &realm.sessions.outbox {
        // Nodes that hear nothing look into the store later.
        let _ = timeout(FLUSH, outbox.emptied()).await;
    }
}

fn warn(text: &str, error: BoxError) {
    rocket::warn!("{text}");
    rocket::warn_!("{}", error.to_string().escape_debug());
}

/// Deletes sessions that have expired, and those of failed logins: at once and whenever some may
/// have expired.
async fn sweep(realm: Weak<Realm>, store: Arc<dyn SessionStore>) {
    while let Some(realm) = realm.upgrade() {
        let now = i64::try_from(realm.clock.now().as_secs()).unwrap_or(i64::MAX);
        let clock_set = realm.clock_set.clone();
        sessions::delete_withdrawn(&realm.sessions).await;
        drop(realm);
        let swept = loop {
            match store.delete_expired(now, BATCH).await {
                Ok(BATCH) => {}
                done => break done,
            }
        };
        if let Err(error) = swept {
            let text = "Expired sessions could not be deleted: they stay for now.";
            warn(text, error);
        }
        select! {
            () = sleep(SWEEP) => {}
            () = clock_set.notified() => {}
        }
    }
}

/// Ends sockets at their limits, unless the store knows a later one.
async fn watch_limits(realm: Weak<Realm>) {
    while let Some(realm) = realm.upgrade() {
        let registry = realm.sessions.registry.clone();
        let (due, next) = registry.take_due(realm.clock.now());
        for due in due {
            let state = due.lease.state();
            let now = realm.clock.now();
            match sessions::limit_of(&realm.sessions, state.session, &state.user).await {
                Ok(Some(limit)) if limit > now => registry.go_on(&due, limit),
                Ok(_) => due.lease.end(SessionEnd::Expired),
                Err(error) => {
                    rocket::warn!("The session of a socket cannot be looked for: {error}.");
                    registry.go_on(&due, now.plus(RETRY));
                }
            }
        }
        drop(realm);
        let next = next.map_or(TRUST, |left| left.min(TRUST));
        let _ = timeout(next, registry.sooner.notified()).await;
    }
}

/// Sends messages to other nodes, each until the store has taken it.
async fn send(store: Arc<dyn SessionStore>, outbox: Arc<Outbox>) {
    let mut has_failed = false;
    loop {
        let text = outbox.next().await;
        match store.publish(&text).await {
            Ok(()) => {
                has_failed = false;
                outbox.sent(&text);
            }
            Err(error) => {
                if !replace(&mut has_failed, true) {
                    let text = "Other nodes cannot be told what happens to sessions.";
                    warn(text, error);
                }
                sleep(PAUSE).await;
            }
        }
    }
}

/// Hears other nodes, and looks for the sessions of open sockets.
async fn hear(realm: Weak<Realm>, store: Arc<dyn SessionStore>, outbox: Arc<Outbox>) {
    // Rung whenever a message may have been missed.
    let doubt = Notify::new();
    let listening = listen(&*store, &outbox, &realm, &doubt);
    join!(listening, look(&realm, &doubt));
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
        if !replace(&mut has_failed, true) {
            let closed = || "the connection is closed".into();
            let text = "Messages of other nodes about sessions cannot be heard for now.";
            warn(text, lost.err().unwrap_or_else(closed));
        }
        sleep(PAUSE).await;
    }
}

/// Looks for the sessions of open sockets whenever a message may have been missed.
async fn look(realm: &Weak<Realm>, doubt: &Notify) {
    let mut round = Instant::now() + ROUND;
    loop {
        select! {
            () = doubt.notified() => {}
            () = sleep_until(round) => round = Instant::now() + ROUND,
        }
        let mut pause = PAUSE;
        while let Some(realm) = realm.upgrade()
            && let Err(error) = look_for(&realm, &realm.sessions.registry.states()).await
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
            Ok(None) => {
                let registry = &realm.sessions.registry;
                registry.end(state.session, state.user_key, SessionEnd::Revoked);
            }
            Err(error) => looked = Err(error),
        }
    }
    looked
}
