//! The names of keys in the server, and the fields of a record.

use crate::store::{StoreKey, StoreResult, StoredSession};

/// How long the server keeps a session or counter past its end, in seconds. The clocks of the
/// server and of the nodes are never quite the same.
const SLACK: i64 = 60;

/// The last time that all of Redis can read, and Lua exactly: more than a hundred thousand years.
const LAST: i64 = 5_000_000_000_000;

/// The fields of a record, as `HMGET` gives them.
pub(super) type Fields = [Option<Vec<u8>>; 4];

/// The names of the fields.
pub(super) const FIELDS: [&str; 4] = ["user", "expires", "revision", "value"];

/// The prefix of all keys. Its braces put all keys into one slot.
#[derive(Debug)]
pub(super) struct Names(String);

impl Names {
    pub(super) fn new(prefix: &str) -> Self {
        Self(format!("{{{prefix}}}"))
    }

    /// Returns what the names of all records begin with.
    pub(super) fn sessions(&self) -> String {
        format!("{}:s:", self.0)
    }

    /// Returns what the names of all users' sets begin with.
    pub(super) fn users(&self) -> String {
        format!("{}:u:", self.0)
    }

    pub(super) fn session(&self, key: &StoreKey) -> String {
        format!("{}:s:{key:x}", self.0)
    }

    pub(super) fn user(&self, user: &StoreKey) -> String {
        format!("{}:u:{user:x}", self.0)
    }

    pub(super) fn counter(&self, key: &StoreKey) -> String {
        format!("{}:c:{key:x}", self.0)
    }

    /// Returns the channel on which nodes publish changes.
    pub(super) fn signals(&self) -> String {
        format!("{}:signals", self.0)
    }
}

/// Returns when the server forgets a session or counter with this end.
pub(super) fn forgotten_at(expires: i64) -> i64 {
    expires.saturating_add(SLACK).clamp(0, LAST)
}

/// Returns the session of a record.
pub(super) fn read(
    key: StoreKey,
    [user, expires, revision, value]: Fields,
) -> StoreResult<StoredSession> {
    Ok(StoredSession {
        key,
        user: field("user", user, key_of)?,
        expires: field("expires", expires, number)?,
        revision: field("revision", revision, number)?,
        value: field("value", value, Some)?,
    })
}

/// Returns the session of a record that stands in a list, behind its key.
pub(super) fn read_listed(listed: Vec<Option<Vec<u8>>>) -> StoreResult<StoredSession> {
    let [key, fields @ ..]: [_; 5] = field("shape", listed.try_into().ok(), Some)?;
    read(field("key", key, key_of)?, fields)
}

/// Reads a field.
fn field<F, T>(
    name: &str,
    found: Option<F>,
    read: impl FnOnce(F) -> Option<T>,
) -> Result<T, String> {
    let spoilt = || format!("a session in Redis is spoilt: its {name} is not as it was written");
    found.and_then(read).ok_or_else(spoilt)
}

fn number(field: Vec<u8>) -> Option<i64> {
    str::from_utf8(&field).ok()?.parse().ok()
}

fn key_of(hex: Vec<u8>) -> Option<StoreKey> {
    StoreKey::from_hex(str::from_utf8(&hex).ok()?)
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
        assert_eq!(
            read(listed(format!("{key:x}").as_bytes())).unwrap().key,
            key
        );
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
