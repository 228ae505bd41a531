use super::*;

const A: TokenId = TokenId([1; 16]);
const B: TokenId = TokenId([2; 16]);
const T: TokenId = TokenId([9; 16]);
const NOW: Timestamp = Timestamp::from_secs(100);
const UNTIL: Timestamp = Timestamp::from_secs(200);

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

fn open(sockets: &Arc<Sockets>, id: TokenId, user: &[u8]) -> OpenSocket {
    sockets.open(&session(id, user), None, UNTIL)
}

fn ended(id: TokenId) -> Signal {
    let why = SessionEnd::LoggedOut;
    Signal::Ended { id, why }
}

#[test]
fn the_end_of_a_session_is_the_end_of_all_its_sockets_and_of_no_others() {
    let sockets = Arc::<Sockets>::default();
    let tabs = [open(&sockets, A, b"1"), open(&sockets, A, b"1")];
    let elsewhere = open(&sockets, B, b"1");
    sockets.send(&ended(A));
    for tab in &tabs {
        assert_eq!(tab.end(NOW), Some(SessionEnd::LoggedOut));
    }
    assert_eq!(elsewhere.end(NOW), None);
}

#[test]
fn sockets_follow_their_session_to_its_new_id() {
    let sockets = Arc::<Sockets>::default();
    let socket = open(&sockets, A, b"1");
    sockets.send(&Signal::Rotated { from: A, to: B });
    sockets.send(&ended(A));
    assert_eq!(socket.end(NOW), None);
    assert_eq!(socket.session(), B);
    sockets.send(&ended(B));
    assert_eq!(socket.end(NOW), Some(SessionEnd::LoggedOut));
}

#[test]
fn what_a_remember_token_restored_ends_with_the_token() {
    let sockets = Arc::<Sockets>::default();
    let restored = sockets.open(&session(A, b"1"), Some(T), UNTIL);
    let renewed = TokenId([8; 16]);
    sockets.send(&Signal::Rotated {
        from: T,
        to: renewed,
    });
    sockets.send(&ended(T));
    assert_eq!(restored.end(NOW), None);
    sockets.send(&ended(renewed));
    assert_eq!(restored.end(NOW), Some(SessionEnd::LoggedOut));
}

#[test]
fn a_changed_auth_hash_ends_the_user_s_sockets_but_the_renewed_session_s() {
    let sockets = Arc::<Sockets>::default();
    let (here, there) = (open(&sockets, A, b"1"), open(&sockets, B, b"1"));
    let others = open(&sockets, T, b"2");
    let auth_hash = Digest([7; 16]);
    let user = UserKey::from_bytes(b"1");
    let before = sockets.auth_changes();
    sockets.send(&Signal::AuthChanged {
        user: user.clone(),
        renewed: Some((A, auth_hash)),
    });
    assert_ne!(sockets.auth_changes(), before);
    assert_eq!(here.end(NOW), None);
    assert!(here.auth_hash().matches(&auth_hash));
    assert_eq!(there.end(NOW), Some(SessionEnd::AuthHashChanged));
    assert_eq!(others.end(NOW), None);

    let renewed = None;
    sockets.send(&Signal::AuthChanged { user, renewed });
    assert_eq!(here.end(NOW), Some(SessionEnd::AuthHashChanged));
}

#[test]
fn a_session_lasts_until_its_limit_and_longer_if_it_is_extended() {
    let sockets = Arc::<Sockets>::default();
    let (one, other) = (open(&sockets, A, b"1"), open(&sockets, B, b"1"));
    let until = Timestamp::from_secs(300);
    sockets.send(&Signal::Extended { id: A, until });
    assert_eq!(one.end(UNTIL), None);
    assert_eq!(other.end(UNTIL), Some(SessionEnd::Expired));
    assert_eq!(one.end(until), Some(SessionEnd::Expired));
}

#[test]
fn nothing_stays_behind() {
    let sockets = Arc::<Sockets>::default();
    let open: Vec<_> = (0..100u8)
        .map(|byte| {
            let origin = (byte % 2 == 0).then_some(T);
            sockets.open(&session(TokenId([byte; 16]), &[byte % 3]), origin, UNTIL)
        })
        .collect();
    assert_eq!(sockets.count(), 100);
    for byte in 0..50 {
        let from = TokenId([byte; 16]);
        sockets.send(&Signal::Rotated { from, to: A });
    }
    sockets.send(&Signal::Rotated { from: T, to: B });
    sockets.send(&ended(A));
    drop(open);
    let inner = sockets.lock();
    assert!(inner.by_id.is_empty() && inner.by_user.is_empty());
}

#[rocket::async_test]
async fn whoever_waits_is_woken_by_the_end() {
    let sockets = Arc::<Sockets>::default();
    let socket = open(&sockets, A, b"1");
    let clock = Clock::default();
    clock.set(NOW);
    let signal = async { sockets.send(&ended(A)) };
    let (end, ()) = rocket::tokio::join!(socket.ended(&clock), signal);
    assert_eq!(end, SessionEnd::LoggedOut);
}

#[rocket::async_test]
async fn whoever_waits_is_woken_by_a_clock_that_is_set() {
    let sockets = Arc::<Sockets>::default();
    let socket = open(&sockets, A, b"1");
    let clock = Clock::default();
    clock.set(NOW);
    let set = async {
        clock.set(UNTIL);
        sockets.look_again();
    };
    let (end, ()) = rocket::tokio::join!(socket.ended(&clock), set);
    assert_eq!(end, SessionEnd::Expired);
}
