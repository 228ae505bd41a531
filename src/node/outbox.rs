//! Changes on their way to other nodes.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rocket::tokio::sync::Notify;

use crate::node::{Message, Word};
use crate::session::{SessionChange, StoreKey};

/// How many messages wait while the store cannot be reached: some ten megabytes.
const CAPACITY: usize = 65_536;

/// What this node has to tell the others, in the order in which it happened.
pub(crate) struct Outbox {
    node: u64,
    realm: StoreKey,
    waiting: Mutex<VecDeque<String>>,
    changed: Notify,
}

impl Outbox {
    pub(crate) fn new(realm: StoreKey) -> Result<Self, getrandom::Error> {
        Ok(Self {
            node: getrandom::u64()?,
            realm,
            waiting: Mutex::default(),
            changed: Notify::new(),
        })
    }

    pub(crate) fn push(&self, change: &SessionChange) {
        self.put(Word::Change(change.clone()), CAPACITY);
    }

    /// What is too much for the room is lost, and the others are told so.
    fn put(&self, word: Word, capacity: usize) {
        let is_full = {
            let mut waiting = self.lock();
            let is_full = waiting.len() >= capacity;
            if is_full {
                waiting.clear();
            }
            let word = if is_full { Word::LookAgain } else { word };
            waiting.push_back(self.message(word).to_string());
            is_full
        };
        if is_full {
            rocket::warn!("Other nodes cannot be told what happens to sessions: they will look.");
        }
        self.changed.notify_waiters();
    }

    fn message(&self, word: Word) -> Message {
        let (node, realm) = (self.node, self.realm);
        Message { node, realm, word }
    }

    /// What is to be sent next, as soon as there is something.
    pub(crate) async fn next(&self) -> String {
        loop {
            let changed = self.changed.notified();
            if let Some(text) = self.lock().front() {
                return text.clone();
            }
            changed.await;
        }
    }

    /// This was sent.
    pub(crate) fn sent(&self, text: &str) {
        let mut waiting = self.lock();
        if waiting.front().is_some_and(|front| front == text) {
            waiting.pop_front();
        }
        drop(waiting);
        self.changed.notify_waiters();
    }

    /// Waits until all was sent.
    pub(crate) async fn emptied(&self) {
        loop {
            let changed = self.changed.notified();
            if self.lock().is_empty() {
                return;
            }
            changed.await;
        }
    }

    /// What another node has to say to those who are of this kind.
    pub(crate) fn read(&self, text: &str) -> Option<Word> {
        let message: Message = text.parse().ok()?;
        let is_for_us = message.realm == self.realm && message.node != self.node;
        is_for_us.then_some(message.word)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::SessionEnd;

    fn outbox(table: &str) -> Outbox {
        Outbox::new(StoreKey::of_realm("test", table)).unwrap()
    }

    fn ended() -> SessionChange {
        SessionChange::Ended {
            key: StoreKey::from_bytes([1; 16]),
            user: StoreKey::from_bytes([2; 16]),
            why: SessionEnd::LoggedOut,
        }
    }

    fn changed() -> SessionChange {
        SessionChange::AuthChanged {
            user: StoreKey::from_bytes([2; 16]),
            renewed: None,
        }
    }

    #[rocket::async_test]
    async fn one_s_own_messages_and_those_of_other_realms_are_not_for_us() {
        let (here, there, staff) = (outbox("login"), outbox("login"), outbox("staff"));
        here.push(&ended());
        let text = here.next().await;
        assert!(here.read(&text).is_none());
        assert!(staff.read(&text).is_none());
        assert!(matches!(there.read(&text), Some(Word::Change(_))));
        assert!(there.read("hello").is_none());
    }

    #[rocket::async_test]
    async fn messages_stay_until_they_are_sent_and_leave_in_order() {
        let outbox = outbox("login");
        outbox.push(&ended());
        outbox.push(&changed());
        let first = outbox.next().await;
        assert_eq!(outbox.next().await, first);
        outbox.sent(&first);
        let second = outbox.next().await;
        assert!(first.contains("ended") && second.contains("changed"));
        outbox.sent(&first);
        assert_eq!(outbox.next().await, second);
        outbox.sent(&second);
        outbox.emptied().await;
    }

    #[rocket::async_test]
    async fn what_is_too_much_becomes_a_word_to_look_again() {
        let (outbox, other) = (outbox("login"), outbox("login"));
        for _ in 0..4 {
            outbox.put(Word::Change(ended()), 3);
        }
        let text = outbox.next().await;
        assert!(matches!(other.read(&text), Some(Word::LookAgain)));
        outbox.sent(&text);
        outbox.emptied().await;
    }
}
