//! A login of the application before: its session, and the id of its user.
//!
//! There, user ids are texts.

use std::sync::Arc;
use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

use crate::clock::Timestamp;
use crate::rules::expiry::is_from_the_future;
use crate::session::EncodedId;

/// A session of the application before, as far as it is about a login.
pub(crate) struct LegacySession {
    /// The id of the user who is logged in, as text.
    pub(crate) user: Option<String>,
    /// The time when the session was last written.
    pub(crate) signed: Timestamp,
    /// Whether a remember cookie beside the session does not count: the user has logged out,
    /// and the cookie is still there.
    pub(crate) forgets: bool,
}

impl LegacySession {
    /// Returns whether the session is older than `max_age`, or from the future.
    pub(crate) fn is_over(&self, now: Timestamp, max_age: Duration) -> bool {
        now >= self.signed.plus(max_age) || is_from_the_future(self.signed, now)
    }
}

type Read<T> = Arc<dyn Fn(&str) -> Option<T> + Send + Sync>;
type Write<T> = Arc<dyn Fn(&T) -> String + Send + Sync>;

/// The two functions between texts and ids.
pub(crate) struct LegacyIds<T> {
    pub(crate) read: Option<Read<T>>,
    pub(crate) write: Option<Write<T>>,
}

impl<T: Serialize + DeserializeOwned> LegacyIds<T> {
    /// Returns whether any text can become an id.
    pub(crate) fn can_read(&self) -> bool {
        let by_itself = || id_of::<T>("1").is_some() || id_of::<T>("a").is_some();
        self.read.is_some() || by_itself()
    }

    /// Returns the id that a text stands for.
    pub(crate) fn key(&self, text: &str) -> Option<EncodedId> {
        let id = match &self.read {
            Some(read) => read(text),
            None => id_of(text),
        };
        EncodedId::exact(&id?).ok()
    }

    /// Returns the text for an id, if the text becomes that id again.
    pub(crate) fn text(&self, id: &EncodedId) -> Option<String> {
        let text = match &self.write {
            Some(write) => id.decode().map(|id| write(&id)),
            None => text_of(id),
        };
        text.filter(|text| self.key(text).as_ref() == Some(id))
    }
}

impl<T> Clone for LegacyIds<T> {
    fn clone(&self) -> Self {
        Self {
            read: self.read.clone(),
            write: self.write.clone(),
        }
    }
}

impl<T> Default for LegacyIds<T> {
    fn default() -> Self {
        Self {
            read: None,
            write: None,
        }
    }
}

/// Returns the id that a text stands for, if ids are texts or whole numbers.
pub(super) fn id_of<T: DeserializeOwned>(text: &str) -> Option<T> {
    let as_text = || EncodedId::encode(&text).ok()?.decode();
    let as_number = || {
        let number: i128 = text.parse().ok()?;
        // Only a text that Python's `str()` writes is an id.
        let number = Some(number).filter(|number| number.to_string() == text)?;
        let unsigned = u64::try_from(number).ok().map(|id| EncodedId::encode(&id));
        let signed = || i64::try_from(number).ok().map(|id| EncodedId::encode(&id));
        unsigned.or_else(signed)?.ok()?.decode()
    };
    as_text().or_else(as_number)
}

/// Returns the text for an id, if ids are texts or whole numbers.
pub(super) fn text_of(id: &EncodedId) -> Option<String> {
    let unsigned = || id.decode::<u64>().map(|id| id.to_string());
    let signed = || id.decode::<i64>().map(|id| id.to_string());
    id.decode().or_else(unsigned).or_else(signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids<T: 'static>(
        read: fn(&str) -> Option<T>,
        write: Option<fn(&T) -> String>,
    ) -> LegacyIds<T> {
        LegacyIds {
            read: Some(Arc::new(read)),
            write: write.map(|write| Arc::new(write) as Write<T>),
        }
    }

    #[test]
    fn texts_and_numbers_need_no_words() {
        assert!(LegacyIds::<String>::default().can_read());
        assert!(LegacyIds::<i64>::default().can_read());
        assert!(!LegacyIds::<[u8; 16]>::default().can_read());
        assert!(ids(|_| Some([0u8; 16]), None).can_read());
    }

    #[test]
    fn only_what_comes_back_is_written() {
        let key = EncodedId::encode(&7i64).unwrap();
        let plain = LegacyIds::<i64>::default();
        assert_eq!(plain.text(&key).as_deref(), Some("7"));
        assert_eq!(plain.key("7"), Some(key.clone()));

        let read = |text: &str| text.strip_prefix("user-")?.parse().ok();
        assert_eq!(ids::<i64>(read, None).text(&key), None);
        let write = |id: &i64| format!("user-{id}");
        assert_eq!(ids(read, Some(write)).text(&key).as_deref(), Some("user-7"));
        assert_eq!(ids(read, Some(|_: &i64| "user-8".into())).text(&key), None);
    }
}
