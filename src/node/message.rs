//! The text of a message, which whoever reads the store's channel may see: it
//! holds no id of a session.
//!
//! ```abnf
//! message  = "1" SP node SP kind SP word
//! node     = 16HEXDIG                   ; of the process that sends it
//! kind     = key                        ; of the users it is about
//! word     = "ended" SP key SP why
//!          / "rotated" SP key SP key    ; from, to
//!          / "extended" SP key SP time
//!          / "renewed" SP key SP key    ; the digest of the auth hash
//!          / "changed" SP key SP but    ; the user, and the session that stays
//!          / "again"                    ; a message was lost
//! key      = 32HEXDIG
//! but      = key / "-"
//! time     = 1*20DIGIT                  ; seconds since 1970
//! why      = 1*ALPHA
//! ```

use std::fmt;
use std::str::FromStr;

use crate::clock::Timestamp;
use crate::session::{Digest, SessionEnd, Signal, StoreKey};

const ENDS: [(SessionEnd, &str); 9] = [
    (SessionEnd::LoggedOut, "loggedout"),
    (SessionEnd::Superseded, "superseded"),
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
    pub(crate) kind: StoreKey,
    pub(crate) word: Word,
}

#[derive(Debug)]
pub(crate) enum Word {
    Signal(Signal),
    /// Signals were lost: all have to look for themselves.
    LookAgain,
}

/// A text is none of our messages, or one of a later version.
#[derive(Debug, PartialEq)]
pub(crate) struct Unreadable;

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1 {:016x} {:x} {}", self.node, self.kind, self.word)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signal = match self {
            Self::Signal(signal) => signal,
            Self::LookAgain => return f.write_str("again"),
        };
        match signal {
            Signal::Ended { key, why } => {
                let mut ends = ENDS.iter();
                let known = ends.find(|(end, _)| end == why);
                let why = known.map_or("revoked", |(_, name)| name);
                write!(f, "ended {key:x} {why}")
            }
            Signal::Rotated { from, to, .. } => write!(f, "rotated {from:x} {to:x}"),
            Signal::Extended { key, until } => write!(f, "extended {key:x} {}", until.as_secs()),
            Signal::Renewed { key, auth_hash } => {
                let digest = StoreKey::from_bytes(auth_hash.0);
                write!(f, "renewed {key:x} {digest:x}")
            }
            Signal::AuthChanged { user, but: None } => write!(f, "changed {user:x} -"),
            Signal::AuthChanged {
                user,
                but: Some(but),
            } => write!(f, "changed {user:x} {but:x}"),
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
    let kind = key(parts.next())?;
    let word = match parts.next()? {
        "again" => Word::LookAgain,
        name => Word::Signal(signal(name, &mut parts)?),
    };
    let message = Message { node, kind, word };
    parts.next().is_none().then_some(message)
}

fn signal<'t>(name: &str, parts: &mut impl Iterator<Item = &'t str>) -> Option<Signal> {
    let first = key(parts.next())?;
    let second = parts.next()?;
    Some(match name {
        "ended" => {
            let (why, _) = ENDS.iter().find(|(_, name)| *name == second)?;
            let (key, why) = (first, *why);
            Signal::Ended { key, why }
        }
        "rotated" => Signal::Rotated {
            from: first,
            to: key(Some(second))?,
            id: None,
        },
        "extended" => Signal::Extended {
            key: first,
            until: Timestamp::from_secs(second.parse().ok()?),
        },
        "renewed" => Signal::Renewed {
            key: first,
            auth_hash: Digest(*key(Some(second))?.as_bytes()),
        },
        "changed" => Signal::AuthChanged {
            user: first,
            but: match second {
                "-" => None,
                other => Some(key(Some(other))?),
            },
        },
        _ => return None,
    })
}

fn key(text: Option<&str>) -> Option<StoreKey> {
    StoreKey::from_hex(text?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: StoreKey = StoreKey::from_bytes([0xa1; 16]);
    const B: StoreKey = StoreKey::from_bytes([0x0b; 16]);

    fn message(signal: Signal) -> Message {
        Message {
            node: 7,
            kind: B,
            word: Word::Signal(signal),
        }
    }

    #[test]
    fn every_message_comes_back_as_it_was() {
        let until = Timestamp::from_secs(1_800_000_000);
        let auth_hash = Digest([9; 16]);
        let (from, to, id) = (A, B, None);
        let mut signals = vec![
            Signal::Rotated { from, to, id },
            Signal::Extended { key: A, until },
            Signal::Renewed { key: A, auth_hash },
            Signal::AuthChanged { user: A, but: None },
            Signal::AuthChanged {
                user: A,
                but: Some(B),
            },
        ];
        signals.extend(ENDS.map(|(why, _)| Signal::Ended { key: A, why }));
        for signal in signals {
            let text = message(signal).to_string();
            let again: Message = text.parse().unwrap();
            assert_eq!((again.node, again.kind), (7, B));
            assert_eq!(again.to_string(), text);
            assert!(text.is_ascii() && text.len() < 200);
        }
    }

    #[test]
    fn its_text_is_this() {
        let why = SessionEnd::LoggedOut;
        let [a, b] = ["a1", "0b"].map(|byte| byte.repeat(16));
        assert_eq!(
            message(Signal::Ended { key: A, why }).to_string(),
            format!("1 0000000000000007 {b} ended {a} loggedout")
        );
    }

    #[test]
    fn what_is_no_message_is_not_read() {
        let good = message(Signal::AuthChanged { user: A, but: None }).to_string();
        for bad in [
            String::new(),
            good.replacen('1', "2", 1),
            format!("{good} "),
            format!("{good} more"),
            good.replace(" -", ""),
            good.replace(" -", " nobody"),
            good.replace("changed", "vanished"),
            good.replace("a1a1", "a1"),
            good.replace("a1a1", "ü1"),
            good.replace(' ', "  "),
        ] {
            assert_eq!(bad.parse::<Message>().unwrap_err(), Unreadable, "{bad}");
        }
    }
}
