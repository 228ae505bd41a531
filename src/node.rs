//! Messages to the other nodes that share the store, in the order in which things happened.
//!
//! A message holds no id of a session: others may read the store's channel.
//!
//! ```abnf
//! message  = "1" SP node SP realm SP word
//! node     = 16HEXDIG                   ; of the process that sends it
//! realm    = key
//! word     = "ended" SP key SP key SP why
//!                                       ; the session, the user
//!          / "changed" SP key SP ( "-" / key SP key )
//!                                       ; the user, the renewed session, the digest of
//!                                       ; its auth hash
//!          / "again"                    ; messages were lost
//! key      = 32HEXDIG
//! why      = 1*ALPHA
//! ```

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Mutex;

use rocket::tokio::sync::Notify;

use crate::lock::lock;
use crate::session::{Digest, SessionChange, SessionEnd, StoreKey};

/// How many messages wait while the store cannot be reached: some ten megabytes.
const CAPACITY: usize = 65_536;

const ENDS: [(SessionEnd, &str); 9] = [
    (SessionEnd::LoggedOut, "loggedout"),
    (SessionEnd::Replaced, "replaced"),
    (SessionEnd::Expired, "expired"),
    (SessionEnd::AuthHashChanged, "authchanged"),
    (SessionEnd::UserGone, "usergone"),
    (SessionEnd::Inactive, "inactive"),
    (SessionEnd::Protected, "protected"),
    (SessionEnd::Revoked, "revoked"),
    (SessionEnd::Shutdown, "shutdown"),
];

/// The content of a message.
#[derive(Debug)]
pub(crate) enum Word {
    Change(SessionChange),
    /// Messages were lost: every node looks for the sessions of its sockets.
    LookAgain,
}

/// The messages of this node that are still to be sent.
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

    /// Appends a message. Where there is no room, all messages are lost, and one says so.
    fn put(&self, mut word: Word, capacity: usize) {
        let mut waiting = lock(&self.waiting);
        if waiting.len() >= capacity {
            rocket::warn!("Other nodes cannot be told what happens to sessions: they will look.");
            waiting.clear();
            word = Word::LookAgain;
        }
        waiting.push_back(write(self.node, &self.realm, &word));
        self.changed.notify_waiters();
    }

    /// Waits for the next message to be sent. It stays until it is [`sent`](Self::sent).
    pub(crate) async fn next(&self) -> String {
        self.wait(|waiting| waiting.front().cloned()).await
    }

    /// Removes a message that was sent.
    pub(crate) fn sent(&self, text: &str) {
        let mut waiting = lock(&self.waiting);
        if waiting.front().is_some_and(|front| front == text) {
            waiting.pop_front();
        }
        self.changed.notify_waiters();
    }

    /// Waits until all messages were sent.
    pub(crate) async fn emptied(&self) {
        self.wait(|waiting| waiting.is_empty().then_some(())).await;
    }

    async fn wait<T>(&self, look: impl Fn(&VecDeque<String>) -> Option<T>) -> T {
        loop {
            let changed = self.changed.notified();
            if let Some(found) = look(&lock(&self.waiting)) {
                return found;
            }
            changed.await;
        }
    }

    /// Reads a message of another node to this realm.
    pub(crate) fn read(&self, text: &str) -> Option<Word> {
        let (node, realm, word) = read(text)?;
        (realm == self.realm && node != self.node).then_some(word)
    }
}

fn write(node: u64, realm: &StoreKey, word: &Word) -> String {
    let word = match word {
        Word::Change(SessionChange::Ended { key, user, why }) => {
            let name = ENDS.iter().find(|(end, _)| end == why);
            let name = name.map_or("revoked", |(_, name)| name);
            format!("ended {key:x} {user:x} {name}")
        }
        Word::Change(SessionChange::AuthChanged { user, renewed }) => match renewed {
            Some((key, auth_hash)) => {
                let digest = StoreKey::from_bytes(auth_hash.0);
                format!("changed {user:x} {key:x} {digest:x}")
            }
            None => format!("changed {user:x} -"),
        },
        Word::LookAgain => "again".into(),
    };
    format!("1 {node:016x} {realm:x} {word}")
}

/// Reads a message; `None` if it is none, or of a later version.
fn read(text: &str) -> Option<(u64, StoreKey, Word)> {
    let key = StoreKey::from_hex;
    let parts: Vec<_> = text.split(' ').collect();
    let ["1", node, realm, word @ ..] = parts.as_slice() else {
        return None;
    };
    let word = match *word {
        ["ended", session, user, why] => Word::Change(SessionChange::Ended {
            key: key(session)?,
            user: key(user)?,
            why: ENDS.iter().find(|(_, name)| *name == why)?.0,
        }),
        ["changed", user, "-"] => Word::Change(SessionChange::AuthChanged {
            user: key(user)?,
            renewed: None,
        }),
        ["changed", user, session, digest] => Word::Change(SessionChange::AuthChanged {
            user: key(user)?,
            renewed: Some((key(session)?, Digest(*key(digest)?.as_bytes()))),
        }),
        ["again"] => Word::LookAgain,
        _ => return None,
    };
    let node = u64::from_str_radix(node, 16).ok()?;
    Some((node, key(realm)?, word))
}
