//! The details of events: effects, kinds of tokens, reasons, and names.

use std::fmt;

use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::session::EncodedId;

/// The effect of session protection on a session.
///
/// ```rust
/// use rocket_login::Effect;
///
/// fn is_serious(effect: Effect) -> bool {
///     effect == Effect::Ended
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// The session is no longer fresh.
    FreshnessTaken,
    /// The session has ended, and its remember token with it.
    Ended,
}

/// Why a token does not count.
///
/// ```rust
/// use rocket_login::Refused;
///
/// fn is_suspicious(why: Refused) -> bool {
///     matches!(why, Refused::Forged | Refused::Ambiguous)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refused {
    /// None of the keys has signed the token for this purpose and type of user ids.
    Forged,
    /// Two cookies have this name, and both count, of two users.
    Ambiguous,
    /// The token has expired, or is from the future.
    Expired,
    /// The session was logged out or revoked.
    Ended,
    /// A newer token of the same session has superseded it.
    Superseded,
    /// The auth hash of the user differs from that of the session.
    AuthHashChanged,
    /// The user no longer exists.
    UserGone,
    /// The user is not active.
    Inactive,
}

impl Refused {
    /// Returns whether the token was of a login that is over.
    pub(crate) fn is_over(self) -> bool {
        !matches!(self, Self::Forged | Self::Ambiguous | Self::Superseded)
    }
}

/// The name that was typed at a login that failed.
///
/// `Debug` does not show it: users type their password into the wrong field.
///
/// # Example
///
/// ```rust
/// use rocket_login::Event;
///
/// fn tries_the_admin(event: &Event) -> bool {
///     matches!(event, Event::LoginFailed { name, .. } if name.as_str() == "admin")
/// }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClaimedName(String);

impl ClaimedName {
    pub(crate) fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// Returns the name. It comes from the client: it may have any length, and be no name at all.
    ///
    /// ```rust
    /// # use rocket_login::ClaimedName;
    /// fn is_blank(name: &ClaimedName) -> bool {
    ///     name.as_str().trim().is_empty()
    /// }
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

opaque! { ClaimedName }

texts! { Effect:
    FreshnessTaken => "no longer fresh",
    Ended => "session ended",
}

texts! { Refused:
    Forged => "not signed by us",
    Ambiguous => "there twice, of two users",
    Expired => "expired",
    Ended => "logged out or ended elsewhere",
    Superseded => "superseded by a newer one",
    AuthHashChanged => "auth hash changed",
    UserGone => "no such user",
    Inactive => "user not active",
}

/// The id of a user, of any type.
///
/// `Display` and `Debug` show it escaped, so that it can be logged.
///
/// # Example
///
/// ```rust
/// use rocket_login::UserId;
///
/// fn is_the_first(user: &UserId) -> bool {
///     user.get::<i64>() == Some(1)
/// }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UserId(EncodedId);

impl UserId {
    /// Returns the id as a value of its type, which is `AuthUser::Id`, and `None` for another type.
    ///
    /// ```rust
    /// # use rocket_login::UserId;
    /// fn number(user: &UserId) -> Option<i64> {
    ///     user.get()
    /// }
    /// ```
    pub fn get<T: DeserializeOwned>(&self) -> Option<T> {
        self.0.decode()
    }
}

impl From<&EncodedId> for UserId {
    fn from(key: &EncodedId) -> Self {
        Self(key.clone())
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.decode::<Shown>() {
            Some(Shown(text)) => write!(f, "user {text}"),
            None => f.write_str("a user"),
        }
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserId({self})")
    }
}

/// A number, text or bytes as an escaped text, so that an id cannot forge a line of the log.
struct Shown(String);

impl<'de> Deserialize<'de> for Shown {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(Show)
    }
}

struct Show;

impl Visitor<'_> for Show {
    type Value = Shown;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text or bytes")
    }

    fn visit_i64<E: Error>(self, id: i64) -> Result<Shown, E> {
        Ok(Shown(id.to_string()))
    }

    fn visit_u64<E: Error>(self, id: u64) -> Result<Shown, E> {
        Ok(Shown(id.to_string()))
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<Shown, E> {
        Ok(Shown(format!("{id:?}")))
    }

    fn visit_bytes<E: Error>(self, id: &[u8]) -> Result<Shown, E> {
        Ok(Shown(id.iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown<T: serde::Serialize>(id: T) -> String {
        UserId::from(&EncodedId::encode(&id).unwrap()).to_string()
    }

    #[test]
    fn ids_are_shown_escaped() {
        assert_eq!(shown(i64::MIN), "user -9223372036854775808");
        assert_eq!(shown(u64::MAX), "user 18446744073709551615");
        assert_eq!(
            shown("a\r\nlogin: user 1 logged in"),
            r#"user "a\r\nlogin: user 1 logged in""#
        );
        assert_eq!(shown("\u{1b}[31m"), r#"user "\u{1b}[31m""#);
        assert_eq!(shown(("a", 1)), "a user");
    }

    #[test]
    fn ids_come_back_as_their_type_alone() {
        let id = UserId::from(&EncodedId::encode(&7i64).unwrap());
        assert_eq!(id.get::<i64>(), Some(7));
        assert_eq!(id.get::<String>(), None);
        assert_eq!(format!("{id:?}"), "UserId(user 7)");
    }
}
