use std::sync::Arc;
use std::time::Duration;

use super::{LIMITS, at};
use crate::clock::Timestamp;
use crate::rules::attempts::{Place, Subject};
use crate::session::digest;
use crate::sessions::attempts::{Counted, count, take_back};
use crate::sessions::home::Sessions;
use crate::store::{MemoryStore, SessionStore};

fn sessions(store: Option<Arc<dyn SessionStore>>) -> Sessions {
    Sessions {
        store,
        ledger: crate::sessions::ledger::Ledger::new(),
        seen: Default::default(),
        told: Default::default(),
        last_login: Default::default(),
        withdrawn: Default::default(),
        registry: Default::default(),
        outbox: None,
        limits: LIMITS,
        max_per_user: None,
        namespace: "app".into(),
        table: "login".into(),
        clock: Default::default(),
        counters: MemoryStore::default(),
    }
}

fn place(subject: Subject, number: u32) -> Place {
    Place::new(subject, digest(&[&number.to_be_bytes()]))
}

async fn try_at(sessions: &Sessions, place: Place, now: Timestamp) -> Result<Counted, Duration> {
    count(sessions, place, (2, 900), now).await.unwrap()
}

#[rocket::async_test]
async fn places_and_windows_are_counted_apart_and_taken_back_where_they_were_counted() {
    for store in [
        None,
        Some(Arc::new(MemoryStore::default()) as Arc<dyn SessionStore>),
    ] {
        let sessions = sessions(store);
        let one = place(Subject::Name, 1);
        let first = try_at(&sessions, one, at(9000)).await.unwrap();
        try_at(&sessions, one, at(9000)).await.unwrap();
        let wait = try_at(&sessions, one, at(9000)).await.unwrap_err();
        assert!(wait.as_secs() >= 1 && wait.as_secs() <= 900);
        for other in [place(Subject::Address, 1), place(Subject::Name, 2)] {
            try_at(&sessions, other, at(9000)).await.unwrap();
        }
        let next = at(9000).plus(wait);
        try_at(&sessions, one, next).await.unwrap();
        // The attempt was one of the window before.
        take_back(&sessions, &first, next).await;
        try_at(&sessions, one, next).await.unwrap();
        try_at(&sessions, one, next).await.unwrap_err();
    }
}

#[rocket::async_test]
async fn no_number_of_names_and_addresses_takes_more_than_the_places() {
    let sessions = sessions(None);
    for number in 0..200_000 {
        for subject in [Subject::Name, Subject::Address] {
            let _ = try_at(&sessions, place(subject, number), at(9000)).await;
        }
    }
    let counters = sessions.counters.delete_expired(i64::MAX, usize::MAX).await;
    let counters = counters.unwrap();
    assert!((100_000..=2 << 16).contains(&counters), "{counters}");
}
