//! The suite finds what is wrong with a store.

use std::collections::HashMap;
use std::sync::Mutex;

use rocket::tokio::spawn;
use rocket::tokio::task::yield_now;
use rocket_login::store::{MemoryStore, SessionStore, StoreKey, StoreResult, StoredSession};
use rocket_login::testing::store_suite;

/// The mistakes that a store may make.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    CreateOverwrites,
    CutsValues,
    SaveResurrects,
    SaveIgnoresRevisions,
    SaveKeepsTheRevision,
    SaveKeepsTheUser,
    ListsByTheFirstUser,
    DeletesWhatIsNotThere,
    ListsEverybody,
    ListsTooMany,
    ListsTooFew,
    ForgetsEverybody,
    ForgetsNobody,
    ForgetsTooMany,
    ForgetsTooEarly,
    CountsNothing,
    CountsFromZero,
    CountsTogether,
    CountsAnew,
    CountsForever,
    CountsTooLong,
    CountsWithoutTurns,
    CountsWithMovingEnds,
    CountsSessions,
    TakesNothing,
    BeginsByTaking,
    ForgetsCounters,
    Fails,
}

/// With counters that are its own, by when they end.
struct Faulty(MemoryStore, Fault, Mutex<HashMap<StoreKey, (u64, i64)>>);

impl Faulty {
    async fn count_badly(&self, key: &StoreKey, now: i64, until: i64) -> u64 {
        let found = self.2.lock().unwrap().get(key).copied();
        let (count, end) = found.filter(|(_, end)| *end > now).unwrap_or((0, until));
        let end = if self.1 == Fault::CountsWithMovingEnds {
            until
        } else {
            yield_now().await;
            end
        };
        self.2.lock().unwrap().insert(*key, (count + 1, end));
        count + 1
    }
}

#[rocket::async_trait]
impl SessionStore for Faulty {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        let mut session = session.clone();
        match self.1 {
            Fault::Fails => return Err("no room".into()),
            Fault::CreateOverwrites => drop(self.0.delete(&session.key).await?),
            Fault::CutsValues => session.value.truncate(4096),
            _ => {}
        }
        self.0.create(&session).await
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        self.0.load(key).await
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        let mut session = session.clone();
        let found = self.0.load(&session.key).await?;
        match (self.1, found) {
            (Fault::SaveResurrects, None) => return self.0.create(&session).await,
            (Fault::SaveIgnoresRevisions, Some(found)) => session.revision = found.revision,
            (Fault::SaveKeepsTheUser, Some(found)) => session.user = found.user,
            (Fault::SaveKeepsTheRevision, Some(found)) if found.revision == session.revision => {
                self.0.delete(&session.key).await?;
                return self.0.create(&session).await;
            }
            _ => {}
        }
        self.0.save(&session).await
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        let deleted = self.0.delete(key).await?;
        Ok(deleted || self.1 == Fault::DeletesWhatIsNotThere)
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        let limit = match self.1 {
            Fault::ListsTooMany => usize::MAX,
            Fault::ListsTooFew => limit / 2,
            _ => limit,
        };
        let mut found = self.0.of_user(user, limit).await?;
        if self.1 == Fault::ListsByTheFirstUser {
            // The suite makes the value of the first one.
            found.retain(|session| session.value[1..] == user.as_bytes()[..1]);
        }
        if self.1 == Fault::ListsEverybody {
            for other in [0, 2] {
                let other = StoreKey::from_bytes([other; 16]);
                found.extend(self.0.of_user(&other, limit).await?);
            }
        }
        Ok(found)
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        match self.1 {
            Fault::ForgetsNobody => return Ok(0),
            Fault::ForgetsEverybody => {
                let other = StoreKey::from_bytes([2; 16]);
                self.0.delete_of_user(&other).await?;
            }
            _ => {}
        }
        self.0.delete_of_user(user).await
    }

    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        match self.1 {
            Fault::ForgetsTooMany => self.0.delete_expired(now, usize::MAX).await,
            Fault::ForgetsCounters => self.0.delete_expired(now + 300, limit).await,
            Fault::ForgetsTooEarly => self.0.delete_expired(i64::MAX, limit).await,
            _ => self.0.delete_expired(now, limit).await,
        }
    }

    async fn count(
        &self,
        key: &StoreKey,
        by: i64,
        now: i64,
        until: i64,
    ) -> StoreResult<Option<u64>> {
        let same = StoreKey::from_bytes([0; 16]);
        let (key, now) = match self.1 {
            Fault::CountsNothing => return Ok(None),
            Fault::CountsWithoutTurns | Fault::CountsWithMovingEnds => {
                return Ok(Some(self.count_badly(key, now, until).await));
            }
            Fault::TakesNothing if by < 0 => (key, now + 300),
            Fault::CountsTogether => (&same, now),
            Fault::CountsAnew => (key, i64::MAX),
            Fault::CountsForever => (key, i64::MIN),
            Fault::CountsTooLong => (key, now - 1),
            _ => (key, now),
        };
        if self.1 == Fault::CountsSessions {
            self.0.delete(key).await?;
        }
        let counted = self.0.count(key, by, now, until).await?;
        if self.1 == Fault::BeginsByTaking && by < 0 {
            self.0.count(key, 1, now, until).await?;
        }
        Ok(counted.map(|count| count - u64::from(self.1 == Fault::CountsFromZero)))
    }
}

/// The message of the suite, if it finds something.
async fn verdict(fault: Fault) -> Option<String> {
    let store = Faulty(MemoryStore::default(), fault, Mutex::default());
    let run = spawn(async move { store_suite(&store).await }).await;
    run.err().map(|failed| {
        let words = failed.into_panic();
        let text = words.downcast_ref::<String>().cloned();
        text.unwrap_or_else(|| words.downcast_ref::<&str>().unwrap().to_string())
    })
}

#[rocket::async_test]
async fn every_fault_is_found_and_named() {
    let faults = [
        (Fault::CreateOverwrites, "`create`"),
        (Fault::CutsValues, "`load`"),
        (Fault::SaveResurrects, "`save`"),
        (Fault::SaveIgnoresRevisions, "`save`"),
        (Fault::SaveKeepsTheRevision, "`load`"),
        (Fault::SaveKeepsTheUser, "`load`: a session of another user"),
        (Fault::ListsByTheFirstUser, "`of_user`"),
        (Fault::DeletesWhatIsNotThere, "`delete`"),
        (Fault::ListsEverybody, "`of_user`"),
        (Fault::ListsTooMany, "`of_user`"),
        (Fault::ListsTooFew, "`of_user`"),
        (Fault::ForgetsEverybody, "`load`"),
        (Fault::ForgetsNobody, "`delete_of_user`"),
        (Fault::ForgetsTooMany, "`delete_expired`"),
        (Fault::ForgetsTooEarly, "`load`"),
        (Fault::CountsFromZero, "`count`: a new counter"),
        (Fault::CountsTogether, "`count`: not one after another"),
        (Fault::CountsAnew, "`count`: not one after another"),
        (
            Fault::CountsForever,
            "`count`: a counter whose time is over",
        ),
        (
            Fault::CountsTooLong,
            "`count`: a counter whose time is over",
        ),
        (Fault::CountsWithoutTurns, "`count`: many at once"),
        (Fault::CountsWithMovingEnds, "`count`: a counter whose time"),
        (Fault::CountsSessions, "`load`: a session with a counter's"),
        (Fault::TakesNothing, "`count`: taken from a counter"),
        (Fault::BeginsByTaking, "`count`: a counter that is new"),
        (Fault::ForgetsCounters, "`delete_expired`: a counter that"),
        (Fault::Fails, "`create` failed: no room"),
    ];
    for (fault, named) in faults {
        let verdict = verdict(fault).await.unwrap_or_default();
        assert!(verdict.contains(named), "{fault:?}: {verdict:?}");
    }
    assert_eq!(verdict(Fault::None).await, None);
    assert_eq!(verdict(Fault::CountsNothing).await, None);
}
