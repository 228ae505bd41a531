//! Limits, as the watch finds them reached.

use super::*;

fn secs(secs: u64) -> Option<Duration> {
    Some(Duration::from_secs(secs))
}

#[test]
fn without_a_store_a_session_lasts_until_its_limit_and_longer_if_it_is_extended() {
    let registry = Arc::<Registry>::default();
    let one = open_until(&registry, (A, false), 1, UNTIL);
    let other = open_until(&registry, (B, false), 1, UNTIL);
    let until = Timestamp::from_secs(300);
    registry.extend(key(A), until);
    assert_eq!(one.end_at(UNTIL), None);
    assert_eq!(other.end_at(UNTIL), Some(SessionEnd::Expired));
    assert_eq!(one.end_at(until), Some(SessionEnd::Expired));
}

#[test]
fn at_the_limit_a_stored_session_is_taken_out_once_and_goes_on_until_the_next() {
    let registry = Arc::<Registry>::default();
    let socket = open(&registry, A, 1);
    let (due, next) = registry.take_due(NOW);
    assert_eq!((due.len(), next), (0, secs(100)));
    let (mut due, next) = registry.take_due(UNTIL);
    assert_eq!((due.len(), next), (1, None));
    assert_eq!(registry.take_due(UNTIL).0.len(), 0);
    let due = due.remove(0);
    assert_eq!(due.lease.state().session, key(A));
    // The store has not been asked yet.
    assert_eq!(socket.end_at(UNTIL), None);

    registry.go_on(&due, LATE);
    assert_eq!(socket.end_at(UNTIL), None);
    assert_eq!(socket.state().until, LATE);
    let (due, next) = registry.take_due(UNTIL);
    assert_eq!((due.len(), next), (0, secs(700)));
    assert_eq!(registry.take_due(LATE).0.len(), 1);
}

#[rocket::async_test]
async fn a_session_that_goes_on_no_longer_has_expired() {
    let registry = Arc::<Registry>::default();
    let (socket, other) = (open(&registry, A, 1), open(&registry, B, 1));
    let expire = async {
        let (due, _) = registry.take_due(UNTIL);
        let of_a = |due: &&Due| due.lease.state().session == key(A);
        let due = due.iter().filter(of_a);
        due.for_each(|due| due.lease.end(SessionEnd::Expired));
    };
    let (end, ()) = rocket::tokio::join!(soon(socket.ended()), expire);
    assert_eq!(end, SessionEnd::Expired);
    assert_eq!(other.end_at(LATE), None);
}

#[test]
fn a_session_that_a_page_has_extended_is_found_at_its_new_limit() {
    let registry = Arc::<Registry>::default();
    let _socket = open(&registry, A, 1);
    registry.extend(key(A), Timestamp::from_secs(300));
    // No page shortens it.
    registry.extend(key(A), Timestamp::from_secs(250));
    let (due, next) = registry.take_due(UNTIL);
    assert_eq!((due.len(), next), (0, secs(100)));
    let (due, _) = registry.take_due(Timestamp::from_secs(300));
    assert_eq!(due.len(), 1);
}

#[test]
fn a_socket_that_is_closed_while_its_store_is_asked_is_not_put_back() {
    let registry = Arc::<Registry>::default();
    let (socket, other) = (open(&registry, A, 1), open(&registry, B, 2));
    let (due, _) = registry.take_due(UNTIL);
    drop(socket);
    due.into_iter().for_each(|due| registry.go_on(&due, LATE));
    assert_eq!(registry.count(), 1);
    assert_eq!(registry.take_due(LATE).0.len(), 1);
    drop(other);
    assert!(lock(&registry.index).is_empty());
}

#[test]
fn a_session_that_is_extended_while_its_store_is_asked_leaves_nothing_behind() {
    let registry = Arc::<Registry>::default();
    let socket = open(&registry, A, 1);
    let (due, _) = registry.take_due(UNTIL);
    registry.extend(key(A), LATE);
    let retry = Timestamp::from_secs(230);
    due.into_iter().for_each(|due| registry.go_on(&due, retry));
    // It is found early, and noted under the limit that it has.
    let (due, next) = registry.take_due(retry);
    assert_eq!((due.len(), next), (0, secs(670)));
    drop(socket);
    assert!(lock(&registry.index).is_empty());
}

#[test]
fn a_user_without_a_session_has_no_limit() {
    let registry = Arc::<Registry>::default();
    let socket = open_without_session(&registry, 1);
    assert!(registry.take_due(LATE).0.is_empty());
    assert_eq!(socket.end_at(LATE), None);
    assert!(!socket.state().has_session);
}

#[rocket::async_test]
async fn a_limit_that_comes_first_rings_the_watch() {
    let registry = Arc::<Registry>::default();
    let first = open_until(&registry, (A, true), 1, UNTIL);
    soon(registry.sooner.notified()).await;
    let _later = open_until(&registry, (B, true), 1, LATE);
    let none = timeout(Duration::from_millis(20), registry.sooner.notified()).await;
    assert!(none.is_err());
    let _sooner = open_until(&registry, (B, true), 1, NOW);
    soon(registry.sooner.notified()).await;
    drop(first);
}

/// Another node's page has extended a session of which this node has two sockets. Only the
/// later handshake shows it.
#[test]
fn without_a_store_a_socket_ends_at_its_limit_and_a_later_one_of_its_session_does_not() {
    let registry = Arc::<Registry>::default();
    let first = open_until(&registry, (A, false), 1, UNTIL);
    let later = open_until(&registry, (A, false), 1, LATE);
    let (due, _) = registry.take_due(UNTIL);
    assert_eq!(due.len(), 1);
    due.iter()
        .for_each(|due| due.lease.end(SessionEnd::Expired));
    assert_eq!(first.end_at(UNTIL), Some(SessionEnd::Expired));
    assert_eq!(later.end_at(UNTIL), None);
}
