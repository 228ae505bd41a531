use super::*;
use crate::session::{Digest, Session, StoreKey, TokenId, UserKey};

const A: TokenId = TokenId([1; 16]);
const B: TokenId = TokenId([2; 16]);
const T: TokenId = TokenId([9; 16]);
const NOW: Timestamp = Timestamp::from_secs(100);
const UNTIL: Timestamp = Timestamp::from_secs(200);
const LATE: Timestamp = Timestamp::from_secs(900);

fn session(id: TokenId, user: &[u8]) -> Session {
    Session {
        id,
        user: UserKey::from_bytes(user),
        issued: NOW,
        expires: UNTIL,
        last_seen: NOW,
        fresh_since: None,
        permanent: false,
        restored: false,
        forced: false,
        identifier: Digest([0; 16]),
        auth_hash: Digest([0; 16]),
    }
}

/// What is not told in seconds is never told.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), what).await.unwrap()
}

/// A clock that stands still before every limit.
fn clock() -> Clock {
    let clock = Clock::default();
    clock.set(NOW);
    clock
}

fn key(id: TokenId) -> StoreKey {
    StoreKey::of_id(id)
}

fn user(user: &[u8]) -> StoreKey {
    StoreKey::of_user("login", &UserKey::from_bytes(user))
}

fn open_with(
    sockets: &Arc<Sockets>,
    session: &Session,
    origin: Option<TokenId>,
    clock: &Clock,
) -> OpenSocket {
    let user = user(session.user.as_bytes());
    sockets.open(State::new(session, user, origin, UNTIL), clock)
}

fn open(sockets: &Arc<Sockets>, id: TokenId, user: &[u8]) -> OpenSocket {
    open_with(sockets, &session(id, user), None, &clock())
}

fn ended(id: TokenId) -> Signal {
    Signal::ended(id, SessionEnd::LoggedOut)
}

#[rocket::async_test]
async fn the_end_of_a_session_is_the_end_of_all_its_sockets_and_of_no_others() {
    let sockets = Arc::<Sockets>::default();
    let tabs = [open(&sockets, A, b"1"), open(&sockets, A, b"1")];
    let elsewhere = open(&sockets, B, b"1");
    sockets.send(&ended(A));
    for tab in &tabs {
        assert_eq!(tab.end(NOW), Some(SessionEnd::LoggedOut));
    }
    assert_eq!(elsewhere.end(NOW), None);
}

#[rocket::async_test]
async fn who_knows_only_the_digest_of_a_session_ends_its_sockets() {
    let sockets = Arc::<Sockets>::default();
    let [socket, other] = [A, B].map(|id| open(&sockets, id, b"1"));
    sockets.send(&Signal::Ended {
        key: key(A),
        why: SessionEnd::Revoked,
    });
    assert_eq!(socket.end(NOW), Some(SessionEnd::Revoked));
    assert_eq!(other.end(NOW), None);
    // Whoever opens one meanwhile has to look again.
    assert_eq!(sockets.changes(), 1);
}

#[rocket::async_test]
async fn sockets_follow_their_session_to_its_new_id() {
    let sockets = Arc::<Sockets>::default();
    let socket = open(&sockets, A, b"1");
    sockets.send(&Signal::rotated(A, B));
    sockets.send(&ended(A));
    assert_eq!(socket.end(NOW), None);
    assert_eq!(socket.state().id, Some(B));
    sockets.send(&ended(B));
    assert_eq!(socket.end(NOW), Some(SessionEnd::LoggedOut));
}

#[rocket::async_test]
async fn what_a_remember_token_restored_ends_with_the_token() {
    let sockets = Arc::<Sockets>::default();
    let restored = open_with(&sockets, &session(A, b"1"), Some(T), &clock());
    let renewed = TokenId([8; 16]);
    sockets.send(&Signal::rotated(T, renewed));
    sockets.send(&ended(T));
    assert_eq!(restored.end(NOW), None);
    sockets.send(&ended(renewed));
    assert_eq!(restored.end(NOW), Some(SessionEnd::LoggedOut));
}

#[rocket::async_test]
async fn a_changed_auth_hash_ends_the_user_s_sockets_but_the_renewed_session_s() {
    let sockets = Arc::<Sockets>::default();
    let (here, there) = (open(&sockets, A, b"1"), open(&sockets, B, b"1"));
    let others = open(&sockets, T, b"2");
    let auth_hash = Digest([7; 16]);
    let user = user(b"1");
    let before = sockets.changes();
    sockets.send(&Signal::Renewed {
        key: key(A),
        auth_hash,
    });
    assert_eq!(sockets.changes(), before);
    sockets.send(&Signal::AuthChanged {
        user,
        but: Some(key(A)),
    });
    assert_ne!(sockets.changes(), before);
    assert_eq!(here.end(NOW), None);
    assert!(here.state().auth_hash.matches(&auth_hash));
    assert_eq!(there.end(NOW), Some(SessionEnd::AuthHashChanged));
    assert_eq!(others.end(NOW), None);

    let but = None;
    sockets.send(&Signal::AuthChanged { user, but });
    assert_eq!(here.end(NOW), Some(SessionEnd::AuthHashChanged));
}

#[rocket::async_test]
async fn a_session_lasts_until_its_limit_and_longer_if_it_is_extended() {
    let sockets = Arc::<Sockets>::default();
    let (one, other) = (open(&sockets, A, b"1"), open(&sockets, B, b"1"));
    let until = Timestamp::from_secs(300);
    sockets.send(&Signal::Extended { key: key(A), until });
    assert_eq!(one.end(UNTIL), None);
    assert_eq!(other.end(UNTIL), Some(SessionEnd::Expired));
    assert_eq!(one.end(until), Some(SessionEnd::Expired));
}

#[rocket::async_test]
async fn nothing_stays_behind() {
    let sockets = Arc::<Sockets>::default();
    let open: Vec<_> = (0..100u8)
        .map(|byte| {
            let origin = (byte % 2 == 0).then_some(T);
            let session = session(TokenId([byte; 16]), &[byte % 3]);
            open_with(&sockets, &session, origin, &clock())
        })
        .collect();
    assert_eq!(sockets.count(), 100);
    for byte in 0..50 {
        sockets.send(&Signal::rotated(TokenId([byte; 16]), A));
    }
    sockets.send(&Signal::rotated(T, B));
    sockets.send(&ended(A));
    drop(open);
    assert!(sockets.lock().is_empty());
}

#[rocket::async_test]
async fn whoever_waits_is_woken_by_the_end() {
    let sockets = Arc::<Sockets>::default();
    let socket = open(&sockets, A, b"1");
    let signal = async { sockets.send(&ended(A)) };
    let (end, ()) = rocket::tokio::join!(soon(socket.ended()), signal);
    assert_eq!(end, SessionEnd::LoggedOut);
}

#[rocket::async_test]
async fn a_limit_is_noticed_when_the_clock_reaches_it() {
    let sockets = Arc::<Sockets>::default();
    let clock = clock();
    let session = session(A, b"1");
    let late = sockets.open(State::new(&session, user(b"1"), None, LATE), &clock);
    let early = open_with(&sockets, &session, None, &clock);
    let set = async {
        clock.set(UNTIL);
        sockets.look_again();
    };
    let (end, ()) = rocket::tokio::join!(soon(early.ended()), set);
    assert_eq!(end, SessionEnd::Expired);
    assert_eq!(late.end(UNTIL), None);
}

#[rocket::async_test]
async fn an_extended_session_is_watched_until_its_new_limit() {
    let sockets = Arc::<Sockets>::default();
    let clock = clock();
    let socket = open_with(&sockets, &session(A, b"1"), None, &clock);
    let until = Timestamp::from_secs(300);
    sockets.send(&Signal::Extended { key: key(A), until });
    assert_eq!(sockets.lock().expire(UNTIL), Some(Duration::from_secs(100)));
    assert_eq!(socket.end(UNTIL), None);
    assert_eq!(sockets.lock().expire(until), None);
    assert_eq!(soon(socket.ended()).await, SessionEnd::Expired);
}

#[rocket::async_test]
async fn nobody_watches_where_nothing_is_open() {
    let sockets = Arc::<Sockets>::default();
    for _ in 0..2 {
        let socket = open(&sockets, A, b"1");
        assert!(sockets.lock().is_watched);
        drop(socket);
        let nobody = async {
            while sockets.lock().is_watched {
                sockets.look_again();
                rocket::tokio::task::yield_now().await;
            }
        };
        soon(nobody).await;
    }
}

#[rocket::async_test]
async fn a_nearer_limit_is_not_slept_through() {
    let sockets = Arc::<Sockets>::default();
    let clock = clock();
    let session = session(A, b"1");
    let late = sockets.open(State::new(&session, user(b"1"), None, LATE), &clock);
    // The watch is asleep until the late limit, and nobody rings but `open`.
    rocket::tokio::time::sleep(Duration::from_millis(20)).await;
    clock.set(UNTIL);
    let early = open_with(&sockets, &session, None, &clock);
    assert_eq!(soon(early.ended()).await, SessionEnd::Expired);
    assert_eq!(late.end(UNTIL), None);
}

#[rocket::async_test]
async fn what_says_that_a_user_has_changed_is_counted() {
    let sockets = Arc::<Sockets>::default();
    let mut before = sockets.changes();
    for (why, counts) in [
        (SessionEnd::UserGone, true),
        (SessionEnd::Inactive, true),
        (SessionEnd::AuthHashChanged, true),
        (SessionEnd::LoggedOut, false),
        (SessionEnd::Superseded, false),
    ] {
        sockets.send(&Signal::ended(A, why));
        assert_eq!(sockets.changes() != before, counts, "{why:?}");
        before = sockets.changes();
    }
}
