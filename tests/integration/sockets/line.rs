//! A line between nodes that can be cut.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rocket::tokio::sync::{Notify, broadcast};
use rocket_login::store::{
    ChannelEvent, Listener, MemoryStore, SessionStore, StoreKey, StoreResult, StoredSession,
};

/// A store whose nodes can be made unable to speak, or to hear.
pub(super) struct Line {
    store: MemoryStore,
    pub(super) said: broadcast::Sender<String>,
    is_mute: AtomicBool,
    pub(super) unsaid: AtomicUsize,
    is_deaf: AtomicBool,
    changed: Notify,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            store: MemoryStore::default(),
            said: broadcast::channel(1000).0,
            is_mute: AtomicBool::default(),
            unsaid: AtomicUsize::default(),
            is_deaf: AtomicBool::default(),
            changed: Notify::new(),
        }
    }
}

impl Line {
    pub(super) fn set_mute(&self, is_mute: bool) {
        self.is_mute.store(is_mute, Ordering::SeqCst);
    }

    pub(super) fn set_deaf(&self, is_deaf: bool) {
        self.is_deaf.store(is_deaf, Ordering::SeqCst);
        self.changed.notify_waiters();
    }
}

#[rocket::async_trait]
impl SessionStore for Line {
    async fn create(&self, session: &StoredSession) -> StoreResult<bool> {
        self.store.create(session).await
    }

    async fn load(&self, key: &StoreKey) -> StoreResult<Option<StoredSession>> {
        self.store.load(key).await
    }

    async fn save(&self, session: &StoredSession) -> StoreResult<bool> {
        self.store.save(session).await
    }

    async fn delete(&self, key: &StoreKey) -> StoreResult<bool> {
        self.store.delete(key).await
    }

    async fn of_user(&self, user: &StoreKey, limit: usize) -> StoreResult<Vec<StoredSession>> {
        self.store.of_user(user, limit).await
    }

    async fn delete_of_user(&self, user: &StoreKey) -> StoreResult<usize> {
        self.store.delete_of_user(user).await
    }

    async fn delete_expired(&self, now: i64, limit: usize) -> StoreResult<usize> {
        self.store.delete_expired(now, limit).await
    }

    async fn count(
        &self,
        key: &StoreKey,
        by: i64,
        now: i64,
        until: i64,
    ) -> StoreResult<Option<u64>> {
        self.store.count(key, by, now, until).await
    }

    async fn publish(&self, message: &str) -> StoreResult<()> {
        if self.is_mute.load(Ordering::SeqCst) {
            self.unsaid.fetch_add(1, Ordering::SeqCst);
            return Err("nobody can speak".into());
        }
        assert!(message.len() <= 1000 && message.bytes().all(|byte| (32..127).contains(&byte)));
        let _ = self.said.send(message.into());
        Ok(())
    }

    async fn listen(&self, hear: Listener<'_>) -> StoreResult<()> {
        let changed = self.changed.notified();
        if self.is_deaf.load(Ordering::SeqCst) {
            return Err("nobody can hear".into());
        }
        let mut heard = self.said.subscribe();
        hear(ChannelEvent::Listening);
        let listening = async {
            while let Ok(message) = heard.recv().await {
                hear(ChannelEvent::Message(&message));
            }
        };
        rocket::tokio::select! {
            // A message without a listener is lost.
            biased;
            () = changed => Err("the line was cut".into()),
            () = listening => Ok(()),
        }
    }
}
