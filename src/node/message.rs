//! The text of a message. It holds no id of a session: others may read the store's channel.
//!
//! ```abnf
//! message  = "1" SP node SP realm SP word
//! node     = 16HEXDIG                   ; of the process that sends it
//! realm    = key                        ; of the users it is about
//! word     = "ended" SP key SP key SP why
//!                                       ; the session, the user
//!          / "changed" SP key SP ( "-" / key SP key )
//!                                       ; the user, the session that stays, the digest
//!                                       ; of the auth hash that it knows
//!          / "again"                    ; a message was lost
//! key      = 32HEXDIG
//! why      = 1*ALPHA
//! ```

use std::fmt;
use std::str::FromStr;

use crate::session::{Digest, SessionChange, SessionEnd, StoreKey};

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

/// What one node tells the others.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) node: u64,
    pub(crate) realm: StoreKey,
    pub(crate) word: Word,
}

#[derive(Debug)]
pub(crate) enum Word {
    Change(SessionChange),
    /// Messages were lost: every node has to look for itself.
    LookAgain,
}

/// A text is none of our messages, or one of a later version.
#[derive(Debug, PartialEq)]
pub(crate) struct Unreadable;

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1 {:016x} {:x} {}", self.node, self.realm, self.word)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let change = match self {
            Self::Change(change) => change,
            Self::LookAgain => return f.write_str("again"),
        };
        match change {
            SessionChange::Ended { key, user, why } => {
                let mut ends = ENDS.iter();
                let known = ends.find(|(end, _)| end == why);
                let why = known.map_or("revoked", |(_, name)| name);
                write!(f, "ended {key:x} {user:x} {why}")
            }
            SessionChange::AuthChanged {
                user,
                renewed: None,
            } => write!(f, "changed {user:x} -"),
            SessionChange::AuthChanged {
                user,
                renewed: Some((key, auth_hash)),
            } => {
                let digest = StoreKey::from_bytes(auth_hash.0);
                write!(f, "changed {user:x} {key:x} {digest:x}")
            }
        }
    }
}

impl FromStr for Message {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        read(text).ok_or(Unreadable)
    }
}

fn read(text: &str) -> Option<Message> {
    let mut parts = text.split(' ');
    if parts.next()? != "1" {
        return None;
    }
    let node = u64::from_str_radix(parts.next()?, 16).ok()?;
    let realm = key(parts.next())?;
    let word = match parts.next()? {
        "again" => Word::LookAgain,
        name => Word::Change(change(name, &mut parts)?),
    };
    let message = Message { node, realm, word };
    parts.next().is_none().then_some(message)
}

fn change<'t>(name: &str, parts: &mut impl Iterator<Item = &'t str>) -> Option<SessionChange> {
    let first = key(parts.next())?;
    let second = parts.next()?;
    match (name, second) {
        ("ended", _) => {
            let (user, third) = (key(Some(second))?, parts.next()?);
            let (why, _) = ENDS.iter().find(|(_, name)| *name == third)?;
            let (key, why) = (first, *why);
            Some(SessionChange::Ended { key, user, why })
        }
        ("changed", "-") => Some(SessionChange::AuthChanged {
            user: first,
            renewed: None,
        }),
        ("changed", _) => {
            let auth_hash = Digest(*key(parts.next())?.as_bytes());
            Some(SessionChange::AuthChanged {
                user: first,
                renewed: Some((key(Some(second))?, auth_hash)),
            })
        }
        _ => None,
    }
}

fn key(text: Option<&str>) -> Option<StoreKey> {
    StoreKey::from_hex(text?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: StoreKey = StoreKey::from_bytes([0xa1; 16]);
    const B: StoreKey = StoreKey::from_bytes([0x0b; 16]);

    fn message(change: SessionChange) -> Message {
        Message {
            node: 7,
            realm: B,
            word: Word::Change(change),
        }
    }

    fn changed(renewed: Option<(StoreKey, Digest)>) -> SessionChange {
        SessionChange::AuthChanged { user: A, renewed }
    }

    #[test]
    fn every_message_comes_back_as_it_was() {
        let mut changes = vec![changed(None), changed(Some((B, Digest([9; 16]))))];
        changes.extend(ENDS.map(|(why, _)| SessionChange::Ended {
            key: A,
            user: B,
            why,
        }));
        for change in changes {
            let text = message(change).to_string();
            let again: Message = text.parse().unwrap();
            assert_eq!((again.node, again.realm), (7, B));
            assert_eq!(again.to_string(), text);
            assert!(text.is_ascii() && text.len() < 200);
        }
    }

    #[test]
    fn its_text_is_this() {
        let (key, user, why) = (A, B, SessionEnd::LoggedOut);
        let [a, b] = ["a1", "0b"].map(|byte| byte.repeat(16));
        assert_eq!(
            message(SessionChange::Ended { key, user, why }).to_string(),
            format!("1 0000000000000007 {b} ended {a} {b} loggedout")
        );
    }

    #[test]
    fn a_text_that_is_no_message_is_not_read() {
        let good = message(changed(None)).to_string();
        for bad in [
            String::new(),
            good.replacen('1', "2", 1),
            format!("{good} "),
            format!("{good} more"),
            good.replace(" -", ""),
            good.replace(" -", " other"),
            good.replace("changed", "vanished"),
            good.replace("a1a1", "a1"),
            good.replace("a1a1", "ü1"),
            good.replace(' ', "  "),
        ] {
            assert_eq!(bad.parse::<Message>().unwrap_err(), Unreadable, "{bad}");
        }
    }
}
