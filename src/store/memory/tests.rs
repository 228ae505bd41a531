use super::*;

fn session(key: u8, user: u8, expires: i64) -> StoredSession {
    StoredSession {
        key: StoreKey::from_bytes([key; 16]),
        user: StoreKey::from_bytes([user; 16]),
        expires,
        revision: 0,
        value: vec![key],
    }
}

#[rocket::async_test]
async fn past_its_capacity_goes_what_was_written_longest_ago() {
    let store = MemoryStore::with_capacity(2);
    let (first, second, third) = (session(1, 9, 30), session(2, 9, 10), session(3, 9, 20));
    store.create(&first).await.unwrap();
    store.create(&second).await.unwrap();
    assert!(store.save(&first).await.unwrap());
    store.create(&third).await.unwrap();
    let left = store
        .of_user(&StoreKey::from_bytes([9; 16]), 1000)
        .await
        .unwrap();
    let left: Vec<_> = left.iter().map(|session| session.expires).collect();
    assert_eq!(left, [30, 20]);
}

#[rocket::async_test]
async fn sessions_of_years_leave_room_for_sessions_of_hours() {
    let store = MemoryStore::with_capacity(100);
    for number in 0..=255u8 {
        let years = session(number, 1, 1_000_000);
        store.create(&years).await.unwrap();
    }
    let mut hours = session(7, 2, 10);
    hours.key = StoreKey::from_bytes(*b"an hour at least");
    assert!(store.create(&hours).await.unwrap());
    assert_eq!(store.load(&hours.key).await.unwrap(), Some(hours));
    assert_eq!(lock(&store.sessions).by_user.len(), 100);
}

#[rocket::async_test]
async fn without_room_for_one_none_is_kept() {
    let store = MemoryStore::with_capacity(0);
    store.create(&session(1, 1, 10)).await.unwrap();
    assert!(lock(&store.sessions).by_user.is_empty());
}

#[rocket::async_test]
async fn its_indexes_forget_what_it_forgets() {
    let store = MemoryStore::default();
    let mut kept = session(1, 1, 10);
    store.create(&kept).await.unwrap();
    (kept.user, kept.expires) = (StoreKey::from_bytes([2; 16]), 20);
    store.save(&kept).await.unwrap();
    store.delete(&kept.key).await.unwrap();
    assert!(lock(&store.sessions).by_user.is_empty());
    assert_eq!(lock(&store.sessions).by_user.first(), None);
}

#[rocket::async_test]
async fn all_that_has_expired_is_found_however_much_there_is() {
    let store = MemoryStore::default();
    for number in 0..2000u16 {
        let mut kept = session(1, 1, i64::from(number % 2));
        let [high, low] = number.to_be_bytes();
        kept.key = StoreKey::from_bytes([[high, low]; 8].concat().try_into().unwrap());
        store.create(&kept).await.unwrap();
    }
    assert_eq!(store.delete_expired(0, 300).await.unwrap(), 300);
    assert_eq!(store.delete_expired(0, 5000).await.unwrap(), 700);
    assert_eq!(store.delete_expired(0, 5000).await.unwrap(), 0);
    assert_eq!(lock(&store.sessions).by_user.len(), 1000);
}

#[rocket::async_test]
async fn counters_are_forgotten_after_sessions_and_no_more_than_asked() {
    let store = MemoryStore::default();
    for number in 1..=100 {
        store.create(&session(number, 1, 5)).await.unwrap();
        let key = StoreKey::from_bytes([number; 16]);
        assert_eq!(store.count(&key, 1, 0, 5).await.unwrap(), Some(1));
    }
    assert_eq!(store.delete_expired(4, 500).await.unwrap(), 0);
    assert_eq!(store.delete_expired(5, 150).await.unwrap(), 150);
    assert!(lock(&store.sessions).by_user.is_empty());
    assert_eq!(store.delete_expired(5, 150).await.unwrap(), 50);
    assert_eq!(store.delete_expired(5, 150).await.unwrap(), 0);
}

#[test]
fn its_debug_text_shows_no_user() {
    let store = MemoryStore::with_capacity(7);
    assert_eq!(format!("{store:?}"), "MemoryStore { capacity: 7, .. }");
}

fn key(number: usize) -> StoreKey {
    let number = u128::try_from(number).unwrap();
    StoreKey::from_bytes(number.to_be_bytes())
}

#[test]
fn past_its_capacity_goes_the_counter_that_ends_first() {
    let mut counters = Counters::default();
    for number in 0..COUNTERS {
        let until = 1000 + i64::try_from(number).unwrap();
        assert_eq!(counters.count(&key(number), 1, 0, until), 1);
    }
    // The new one stays, although it ends before all others.
    let new = key(COUNTERS);
    assert_eq!(counters.count(&new, 1, 0, 10), 1);
    assert_eq!(counters.count(&new, 1, 0, 10), 2);
    assert_eq!(counters.count(&key(1), 1, 0, 10), 2);
    assert_eq!(counters.0.len(), COUNTERS);
    assert!(counters.0.get(&key(0)).is_none());
    counters.count(&key(0), 1, 0, 5000);
    assert!(counters.0.get(&new).is_none());
    assert_eq!(counters.0.len(), COUNTERS);
}

#[test]
fn a_counter_that_begins_again_ends_later() {
    let mut counters = Counters::default();
    for (now, until) in [(0, 10), (10, 20), (15, 30)] {
        counters.count(&key(1), 1, now, until);
        counters.count(&key(2), 1, now, until);
    }
    assert_eq!(counters.0.first(), Some((20, key(1))));
    assert!(!counters.remove_first(19));
    assert!(counters.remove_first(20));
    assert!(counters.remove_first(20));
    assert!(counters.0.is_empty());
    assert_eq!(counters.0.first(), None);
}
