//! What things are called in the server, and how they are read.

use crate::store::{StoreKey, StoreResult, StoredSession};

/// How long the server keeps a session or counter past its time, in seconds: its clock and
/// those of the nodes are never quite the same.
pub(super) const SLACK: i64 = 60;

/// The last time that all of Redis can do with, and Lua exactly: more than a
/// hundred thousand years.
const LAST: i64 = 5_000_000_000_000;

/// The fields of a record, as `HMGET` gives them.
pub(super) type Fields = [Option<Vec<u8>>; 4];

/// Their names.
pub(super) const FIELDS: [&str; 4] = ["user", "expires", "revision", "value"];

/// What begins the names of everything, in braces: so that it is all in one slot.
#[derive(Debug)]
pub(super) struct Names(String);

impl Names {
    pub(super) fn new(prefix: &str) -> Self {
        Self(format!("{{{prefix}}}"))
    }

    /// What the names of all records begin with.
    pub(super) fn sessions(&self) -> String {
        format!("{}:s:", self.0)
    }

    /// What the names of all users' sets begin with.
    pub(super) fn users(&self) -> String {
        format!("{}:u:", self.0)
    }

    pub(super) fn session(&self, key: &StoreKey) -> String {
        self.sessions() + &hex(key)
    }

    pub(super) fn user(&self, user: &StoreKey) -> String {
        self.users() + &hex(user)
    }

    pub(super) fn counter(&self, key: &StoreKey) -> String {
        format!("{}:c:{}", self.0, hex(key))
    }

    /// The channel that nodes tell each other things on.
    pub(super) fn signals(&self) -> String {
        format!("{}:signals", self.0)
    }
}

pub(super) fn hex(key: &StoreKey) -> String {
    format!("{:032x}", u128::from_be_bytes(*key.as_bytes()))
}

/// When the server forgets what ends then.
pub(super) fn forgotten_at(expires: i64) -> i64 {
    expires.saturating_add(SLACK).clamp(0, LAST)
}

/// The session of a record; an error if it is spoilt.
pub(super) fn read(key: StoreKey, fields: Fields) -> StoreResult<StoredSession> {
    let [user, expires, revision, value] = fields;
    Ok(StoredSession {
        key,
        user: user
            .as_deref()
            .and_then(key_of)
            .ok_or_else(|| spoilt("user"))?,
        expires: number(expires).ok_or_else(|| spoilt("expires"))?,
        revision: number(revision).ok_or_else(|| spoilt("revision"))?,
        value: value.ok_or_else(|| spoilt("value"))?,
    })
}

/// The same, for what lists it under its key.
pub(super) fn read_listed(listed: Vec<Option<Vec<u8>>>) -> StoreResult<StoredSession> {
    let [key, fields @ ..]: [_; 5] = listed.try_into().map_err(|_| spoilt("shape"))?;
    let key = key
        .as_deref()
        .and_then(key_of)
        .ok_or_else(|| spoilt("key"))?;
    read(key, fields)
}

fn spoilt(what: &str) -> String {
    format!("a session in Redis is spoilt: its {what} is not what it was written as")
}

fn number(field: Option<Vec<u8>>) -> Option<i64> {
    str::from_utf8(&field?).ok()?.parse().ok()
}

fn key_of(hex: &[u8]) -> Option<StoreKey> {
    let is_hex = hex.len() == 32 && hex.iter().all(u8::is_ascii_hexdigit);
    let hex = str::from_utf8(hex).ok().filter(|_| is_hex)?;
    let number = u128::from_str_radix(hex, 16).ok()?;
    Some(StoreKey::from_bytes(number.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(user: &str, expires: &str) -> Fields {
        [user, expires, "0", ""].map(|field| Some(field.into()))
    }

    #[test]
    fn a_record_is_read_whole_or_not_at_all() {
        let key = StoreKey::from_bytes([1; 16]);
        let user = "00ff".repeat(8);
        assert_eq!(read(key, fields(&user, "-7")).unwrap().expires, -7);
        for (user, expires) in [("", "7"), (&user[1..], "7"), (&user, ""), (&user, "7.5")] {
            assert!(read(key, fields(user, expires)).is_err());
        }
        let sign = format!("+{}", &user[1..]);
        assert!(read(key, fields(&sign, "7")).is_err());
        let number = "99999999999999999999";
        assert!(read(key, fields(&user, number)).is_err());
        for missing in 0..4 {
            let mut fields = fields(&user, "7");
            fields[missing] = None;
            assert!(read(key, fields).is_err());
        }
    }

    #[test]
    fn a_listed_record_has_a_key() {
        let listed = |key: &[u8]| {
            let user = "00".repeat(16).into_bytes();
            vec![key.to_vec(), user, b"7".to_vec(), b"0".to_vec(), vec![]]
        };
        let read = |listed: Vec<Vec<u8>>| read_listed(listed.into_iter().map(Some).collect());
        let key = StoreKey::from_bytes([0xab; 16]);
        assert_eq!(read(listed(hex(&key).as_bytes())).unwrap().key, key);
        assert!(read(listed(b"ab")).is_err());
        assert!(read(listed(&[0xff; 32])).is_err());
        assert!(read_listed(Vec::new()).is_err());
    }

    #[test]
    fn no_time_is_too_long_or_too_short() {
        assert_eq!(forgotten_at(100), 100 + SLACK);
        assert_eq!(forgotten_at(i64::MAX), LAST);
        assert_eq!(forgotten_at(i64::MIN), 0);
    }
}
