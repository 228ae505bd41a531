//! A store that several share.

use std::sync::Arc;

use crate::store::{Heard, SessionStore, StoreKey, StoreResult, StoredSession};

#[rocket::async_trait]
impl<S: SessionStore + ?Sized> SessionStore for Arc<S> {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        (**self).create(session).await
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        (**self).load(key).await
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        (**self).save(session).await
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        (**self).delete(key).await
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        (**self).of_user(user, limit).await
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        (**self).delete_of_user(user).await
    }

    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        (**self).delete_expired(now, limit).await
    }

    async fn count(&self, key: &StoreKey, now: i64, until: i64) -> StoreResult<Option<u64>> {
        (**self).count(key, now, until).await
    }

    async fn publish(&self, message: &str) -> StoreResult<()> {
        (**self).publish(message).await
    }

    async fn listen(&self, hear: &(dyn for<'m> Fn(Heard<'m>) + Send + Sync)) -> StoreResult<()> {
        (**self).listen(hear).await
    }
}
