use rocket::tokio::time::timeout;

use super::*;
use crate::session::{Digest, EncodedId, SessionId};

const A: SessionId = SessionId([1; 16]);
const B: SessionId = SessionId([3; 16]);
const C: SessionId = SessionId([9; 16]);
const NOW: Timestamp = Timestamp::from_secs(100);
const UNTIL: Timestamp = Timestamp::from_secs(200);
const LATE: Timestamp = Timestamp::from_secs(900);
const OLD: Digest = Digest([0; 16]);

mod lease;
mod limits;

/// A change that is not told in seconds is never told.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), future).await.unwrap()
}

fn key(id: SessionId) -> StoreKey {
    StoreKey::of_id(id)
}

fn user(user: u8) -> StoreKey {
    StoreKey::of_user("test", "login", &EncodedId::from_bytes(&[user]))
}

fn open_until(
    registry: &Arc<Registry>,
    (id, is_stored): (SessionId, bool),
    of: u8,
    until: Timestamp,
) -> OpenSocket {
    let user = (&EncodedId::from_bytes(&[of]), user(of));
    registry.open(State {
        has_session: true,
        is_stored,
        until,
        ..State::new(key(id), user, OLD)
    })
}

fn open(registry: &Arc<Registry>, id: SessionId, of: u8) -> OpenSocket {
    open_until(registry, (id, true), of, UNTIL)
}

fn open_without_session(registry: &Arc<Registry>, of: u8) -> OpenSocket {
    let name = StoreKey::from_bytes([of; 16]);
    let user = (&EncodedId::from_bytes(&[of]), user(of));
    registry.open(State::new(name, user, OLD))
}

fn ended(id: SessionId, of: u8) -> SessionChange {
    SessionChange::Ended {
        key: key(id),
        user: user(of),
        why: SessionEnd::LoggedOut,
    }
}

fn auth_changed(of: u8, renewed: Option<(StoreKey, Digest)>) -> SessionChange {
    let user = user(of);
    SessionChange::AuthChanged { user, renewed }
}

#[test]
fn the_end_of_a_session_is_the_end_of_all_its_sockets_and_of_no_others() {
    let registry = Arc::<Registry>::default();
    let tabs = [open(&registry, A, 1), open(&registry, A, 1)];
    let elsewhere = open(&registry, B, 1);
    registry.apply(&ended(A, 1));
    for tab in &tabs {
        assert_eq!(tab.end_at(NOW), Some(SessionEnd::LoggedOut));
    }
    assert_eq!(elsewhere.end_at(NOW), None);
}

#[test]
fn a_changed_auth_hash_ends_the_user_s_sockets_and_the_renewed_session_goes_on() {
    let registry = Arc::<Registry>::default();
    let (here, there) = (open(&registry, A, 1), open(&registry, B, 1));
    let (program, other) = (open_without_session(&registry, 1), open(&registry, C, 2));
    let auth_hash = Digest([7; 16]);
    registry.apply(&auth_changed(1, Some((key(A), auth_hash))));
    assert_eq!(here.end_at(NOW), None);
    assert!(here.state().auth_hash.matches(&auth_hash));
    for socket in [&there, &program] {
        assert_eq!(socket.end_at(NOW), Some(SessionEnd::AuthHashChanged));
    }
    assert_eq!(other.end_at(NOW), None);
    assert!(other.state().auth_hash.matches(&OLD));

    registry.apply(&auth_changed(1, None));
    assert_eq!(here.end_at(NOW), Some(SessionEnd::AuthHashChanged));
}

#[test]
fn a_user_s_changes_are_counted_and_no_other_user_s() {
    let registry = Arc::<Registry>::default();
    let (mine, others) = (user(1), user(2));
    assert_eq!((registry.changes(&mine), registry.changes(&others)), (0, 0));
    // No socket has to be open for that.
    registry.apply(&ended(A, 1));
    registry.apply(&auth_changed(1, None));
    assert_eq!((registry.changes(&mine), registry.changes(&others)), (2, 0));
    // A page that extends a session changes nothing of the user.
    let _socket = open(&registry, A, 1);
    registry.extend(key(A), LATE);
    assert_eq!(registry.changes(&mine), 2);
}

#[test]
fn every_user_has_a_counter() {
    let registry = Registry::default();
    for first in [0, 1, 0x7f, 0x80, 0xff] {
        let user = StoreKey::from_bytes([first; 16]);
        let change = SessionChange::AuthChanged {
            user,
            renewed: None,
        };
        let before = registry.changes(&user);
        registry.apply(&change);
        assert_eq!(registry.changes(&user), before + 1);
    }
}

#[test]
fn a_shutdown_has_all_sockets_take_leave() {
    let registry = Arc::<Registry>::default();
    let (gone, open) = (open(&registry, A, 1), open_without_session(&registry, 2));
    registry.apply(&ended(A, 1));
    registry.shut_down();
    assert_eq!(gone.end_at(NOW), Some(SessionEnd::LoggedOut));
    assert_eq!(open.end_at(NOW), Some(SessionEnd::Shutdown));
}

#[test]
fn nothing_stays_behind() {
    let registry = Arc::<Registry>::default();
    let open: Vec<_> = (0..100u8)
        .map(|byte| {
            let until = Timestamp::from_secs(200 + u64::from(byte % 7));
            open_until(&registry, (SessionId([byte; 16]), false), byte % 3, until)
        })
        .collect();
    assert_eq!(registry.count(), 100);
    assert_eq!(registry.states().len(), 100);
    // Some are extended, some are taken out at their limit, and one of these goes on.
    for byte in 0..50 {
        registry.extend(key(SessionId([byte; 16])), LATE);
    }
    let (due, _) = registry.take_due(Timestamp::from_secs(203));
    let mut due = due.into_iter();
    registry.go_on(&due.next().unwrap(), LATE);
    due.for_each(|due| due.lease.end(SessionEnd::Expired));
    registry.apply(&ended(SessionId([60; 16]), 0));
    registry.apply(&auth_changed(1, None));
    drop(open);
    assert_eq!(registry.count(), 0);
    assert!(lock(&registry.index).is_empty());
}

#[rocket::async_test]
async fn a_socket_that_waits_is_woken_by_the_end() {
    let registry = Arc::<Registry>::default();
    let socket = open(&registry, A, 1);
    let send = async { registry.apply(&ended(A, 1)) };
    let (end, ()) = rocket::tokio::join!(soon(socket.ended()), send);
    assert_eq!(end, SessionEnd::LoggedOut);
    assert_eq!(soon(socket.ended()).await, SessionEnd::LoggedOut);
}
