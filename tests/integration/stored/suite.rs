//! The suite finds what is wrong with a store.

use rocket::tokio::spawn;
use rocket_login::store::{MemoryStore, SessionStore, StoreKey, StoreResult, StoredSession};
use rocket_login::testing::store_suite;

/// What a store may get wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    CreateOverwrites,
    CutsValues,
    SaveResurrects,
    SaveIgnoresRevisions,
    SaveKeepsTheRevision,
    DeletesWhatIsNotThere,
    ListsEverybody,
    ForgetsEverybody,
    ForgetsNobody,
    ForgetsTooMany,
    ForgetsTooEarly,
    Fails,
}

struct Faulty(MemoryStore, Fault);

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

    async fn of_user(&self, user: &StoreKey) -> StoreResult<Vec<StoredSession>> {
        let mut found = self.0.of_user(user).await?;
        if self.1 == Fault::ListsEverybody {
            for other in [0, 2] {
                let other = StoreKey::from_bytes([other; 16]);
                found.extend(self.0.of_user(&other).await?);
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
            Fault::ForgetsTooEarly => self.0.delete_expired(i64::MAX, limit).await,
            _ => self.0.delete_expired(now, limit).await,
        }
    }
}

/// What the suite says, if it finds something.
async fn verdict(fault: Fault) -> Option<String> {
    let store = Faulty(MemoryStore::default(), fault);
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
        (Fault::DeletesWhatIsNotThere, "`delete`"),
        (Fault::ListsEverybody, "`of_user`"),
        (Fault::ForgetsEverybody, "`load`"),
        (Fault::ForgetsNobody, "`delete_of_user`"),
        (Fault::ForgetsTooMany, "`delete_expired`"),
        (Fault::ForgetsTooEarly, "`load`"),
        (Fault::Fails, "`create` failed: no room"),
    ];
    for (fault, named) in faults {
        let verdict = verdict(fault).await.unwrap_or_default();
        assert!(verdict.contains(named), "{fault:?}: {verdict:?}");
    }
    assert_eq!(verdict(Fault::None).await, None);
}
