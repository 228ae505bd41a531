//! The transitions of a session: a pure machine without clock, keys or request.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::session::{Digest, RememberToken, Session, TokenId, UserKey};

/// What a login has settled before the session begins.
pub(crate) struct Login {
    pub(crate) fresh: bool,
    pub(crate) permanent: bool,
    pub(crate) forced: bool,
}

/// Where and for how long a session may stay.
pub(crate) struct Stay {
    pub(crate) id: TokenId,
    pub(crate) now: Timestamp,
    pub(crate) lifetime: Duration,
    pub(crate) identifier: Digest,
}

impl Session {
    pub(crate) fn begin(user: UserKey, auth_hash: Digest, login: &Login, stay: &Stay) -> Self {
        Self {
            id: stay.id,
            user,
            issued: stay.now,
            expires: stay.now.plus(stay.lifetime),
            last_seen: stay.now,
            fresh_since: login.fresh.then_some(stay.now),
            permanent: login.permanent,
            restored: false,
            forced: login.forced,
            identifier: stay.identifier,
            auth_hash,
        }
    }

    /// A remember token brings the user back, but proves nothing about the person.
    pub(crate) fn restore(token: &RememberToken, permanent: bool, stay: &Stay) -> Self {
        let login = Login {
            fresh: false,
            permanent,
            forced: false,
        };
        Self {
            restored: true,
            ..Self::begin(token.user.clone(), token.auth_hash, &login, stay)
        }
    }

    /// The person proved who they are again. The absolute limit stays where it was.
    pub(crate) fn confirmed(&self, id: TokenId, now: Timestamp, identifier: Digest) -> Self {
        Self {
            id,
            last_seen: now,
            fresh_since: Some(now),
            identifier,
            ..self.clone()
        }
    }

    /// The user's auth hash changed with this session's knowledge.
    pub(crate) fn renewed(&self, id: TokenId, now: Timestamp, auth_hash: Digest) -> Self {
        Self {
            id,
            last_seen: now,
            auth_hash,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Secret;

    fn stay(id: u8, now: u64) -> Stay {
        Stay {
            id: TokenId([id; 16]),
            now: Timestamp::from_secs(now),
            lifetime: Duration::from_secs(100),
            identifier: Digest([id; 16]),
        }
    }

    fn login() -> Login {
        Login {
            fresh: true,
            permanent: false,
            forced: false,
        }
    }

    fn session() -> Session {
        let user = UserKey::encode(&7i64).unwrap();
        Session::begin(user, Digest([9; 16]), &login(), &stay(1, 1000))
    }

    #[test]
    fn a_login_begins_fresh_and_ends_after_its_lifetime() {
        let session = session();
        assert_eq!(session.fresh_since, Some(Timestamp::from_secs(1000)));
        assert_eq!(session.expires, Timestamp::from_secs(1100));
        assert!(!session.restored);
    }

    #[test]
    fn a_restored_session_is_not_fresh_and_bound_to_the_present_identifier() {
        let token = RememberToken {
            id: TokenId([5; 16]),
            secret: Secret::NONE,
            user: UserKey::encode(&7i64).unwrap(),
            issued: Timestamp::from_secs(1),
            expires: Timestamp::from_secs(9999),
            auth_hash: Digest([9; 16]),
        };
        let session = Session::restore(&token, true, &stay(2, 2000));
        assert_eq!(session.fresh_since, None);
        assert!(session.restored && session.permanent && !session.forced);
        assert!(session.identifier.matches(&Digest([2; 16])));
        assert_eq!(session.expires, Timestamp::from_secs(2100));
    }

    #[test]
    fn a_confirmation_rotates_and_does_not_extend() {
        let before = session();
        let now = Timestamp::from_secs(1050);
        let after = before.confirmed(TokenId([3; 16]), now, Digest([4; 16]));
        assert_ne!(after.id, before.id);
        assert_eq!(after.expires, before.expires);
        assert_eq!(after.fresh_since, Some(now));
        assert!(after.identifier.matches(&Digest([4; 16])));
    }

    #[test]
    fn a_renewal_rebinds_the_auth_hash_and_keeps_freshness() {
        let before = session();
        let now = Timestamp::from_secs(1050);
        let after = before.renewed(TokenId([3; 16]), now, Digest([8; 16]));
        assert_ne!(after.id, before.id);
        assert_eq!(after.fresh_since, before.fresh_since);
        assert_eq!(after.expires, before.expires);
        assert!(after.auth_hash.matches(&Digest([8; 16])));
    }
}
