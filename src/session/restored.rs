//! Which remember token a session was restored from.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;
use crate::session::TokenId;

/// The sessions that this process has restored, each until it would have expired:
/// a browser may restore several from one token at once and keep but one, and
/// whatever uses the others has to end with the token.
///
/// Bounded: past the capacity the one is forgotten that would expire first.
#[derive(Debug)]
pub(crate) struct Restored {
    capacity: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    tokens: HashMap<TokenId, (TokenId, Timestamp)>,
    by_expiry: BTreeSet<(Timestamp, TokenId)>,
}

impl Restored {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            inner: Mutex::default(),
        }
    }

    pub(crate) fn note(&self, session: TokenId, token: TokenId, until: Timestamp, now: Timestamp) {
        let mut inner = self.lock();
        inner.insert(session, token, until);
        while let Some(&(until, session)) = inner.by_expiry.first() {
            if until > now && inner.tokens.len() <= self.capacity {
                break;
            }
            inner.remove(session);
        }
    }

    pub(crate) fn token_of(&self, session: TokenId) -> Option<TokenId> {
        let inner = self.lock();
        inner.tokens.get(&session).map(|(token, _)| *token)
    }

    /// The session goes on under another id.
    pub(crate) fn rename(&self, from: TokenId, to: TokenId) {
        let mut inner = self.lock();
        if let Some((token, until)) = inner.remove(from) {
            inner.insert(to, token, until);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn insert(&mut self, session: TokenId, token: TokenId, until: Timestamp) {
        self.remove(session);
        self.tokens.insert(session, (token, until));
        self.by_expiry.insert((until, session));
    }

    fn remove(&mut self, session: TokenId) -> Option<(TokenId, Timestamp)> {
        let (token, until) = self.tokens.remove(&session)?;
        self.by_expiry.remove(&(until, session));
        Some((token, until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(100);
    const LATER: Timestamp = Timestamp::from_secs(200);

    fn id(byte: u8) -> TokenId {
        TokenId([byte; 16])
    }

    #[test]
    fn a_session_is_known_under_the_id_it_has() {
        let restored = Restored::with_capacity(8);
        restored.note(id(1), id(9), LATER, NOW);
        restored.rename(id(1), id(2));
        restored.rename(id(3), id(4));
        assert_eq!(restored.token_of(id(1)), None);
        assert_eq!(restored.token_of(id(2)), Some(id(9)));
        assert_eq!(restored.token_of(id(4)), None);
    }

    #[test]
    fn what_has_expired_and_what_is_too_much_is_forgotten() {
        let restored = Restored::with_capacity(2);
        for byte in 1..=4 {
            let until = Timestamp::from_secs(200 + u64::from(byte));
            restored.note(id(byte), id(9), until, NOW);
        }
        let known = (1..=4).filter(|&byte| restored.token_of(id(byte)).is_some());
        assert_eq!(known.collect::<Vec<_>>(), [3, 4]);
        let late = Timestamp::from_secs(900);
        restored.note(id(5), id(9), late, Timestamp::from_secs(300));
        assert_eq!(restored.token_of(id(4)), None);
        assert_eq!(restored.lock().by_expiry.len(), 1);
    }
}
