//! When a token no longer counts, and when a login is no longer fresh.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::session::{RememberToken, Session};
use crate::token::KnownToken;

/// Clocks of several nodes differ a little; no honest one is further ahead.
const SKEW: Duration = Duration::from_secs(60);

/// The limits that the present settings put on every session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) lifetime: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) fresh_for: Option<Duration>,
}

impl Limits {
    /// Whether a session counts no more: by its own expiry, or by a lifetime shortened
    /// since.
    pub(crate) fn is_over(&self, session: &Session, now: Timestamp) -> bool {
        is_from_the_future(session.begun, now)
            || is_from_the_future(session.last_seen, now)
            || now >= self.end(session)
    }

    /// Says whether a tenth of the idle window has passed. The record may be so far behind.
    /// So a pause of nine tenths of the window may end a session already.
    pub(crate) fn is_time_to_see(&self, last_seen: Timestamp, now: Timestamp) -> bool {
        now.since(last_seen) >= self.idle_timeout / 10
    }

    /// When the session ends if nothing extends it.
    pub(crate) fn end(&self, session: &Session) -> Timestamp {
        let absolute = session.expires.min(session.begun.plus(self.lifetime));
        if session.permanent {
            return absolute;
        }
        absolute.min(session.last_seen.plus(self.idle_timeout))
    }

    pub(crate) fn is_fresh(&self, session: &Session, now: Timestamp) -> bool {
        session.fresh_since.is_some_and(|since| {
            !is_from_the_future(since, now)
                && self
                    .fresh_for
                    .is_none_or(|window| now.since(since) < window)
        })
    }

    /// When the last copy of this session's token stops counting by itself.
    pub(crate) fn last_copy(&self, session: &Session, now: Timestamp) -> Timestamp {
        if session.permanent {
            return session.expires;
        }
        // Another node's clock may be ahead.
        let seen = now.max(session.last_seen);
        session.expires.min(seen.plus(self.idle_timeout))
    }
}

pub(crate) fn remember_token_is_over(token: &RememberToken, now: Timestamp) -> bool {
    is_from_the_future(token.issued, now) || now >= token.expires
}

pub(crate) fn known_token_is_over(token: &KnownToken, now: Timestamp) -> bool {
    is_from_the_future(token.made, now) || now >= token.made.plus(KnownToken::LIFETIME)
}

pub(crate) fn is_from_the_future(time: Timestamp, now: Timestamp) -> bool {
    time > now.plus(SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{BrowserId, Digest, EncodedId, Generation, SessionId};

    const LIMITS: Limits = Limits {
        lifetime: Duration::from_secs(1000),
        idle_timeout: Duration::from_secs(100),
        fresh_for: Some(Duration::from_secs(50)),
    };

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn session(permanent: bool) -> Session {
        Session {
            begun: at(10_000),
            expires: at(11_000),
            last_seen: at(10_000),
            fresh_since: Some(at(10_000)),
            permanent,
            restored: false,
            forced: false,
            identifier: Digest([0; 16]),
            auth_hash: Digest([0; 16]),
        }
    }

    #[test]
    fn an_idle_session_is_seen_again_from_a_tenth_and_ends_at_its_limit() {
        for (idle, is_seen, is_over) in [
            (9, false, false),
            (10, true, false),
            (99, true, false),
            (100, true, true),
        ] {
            let now = at(10_000 + idle);
            assert_eq!(LIMITS.is_time_to_see(at(10_000), now), is_seen);
            assert_eq!(LIMITS.is_over(&session(false), now), is_over);
        }
    }

    #[test]
    fn a_permanent_session_knows_only_the_absolute_limit() {
        assert!(!LIMITS.is_over(&session(true), at(10_999)));
        assert!(LIMITS.is_over(&session(true), at(11_000)));
    }

    #[test]
    fn being_seen_does_not_extend_the_absolute_limit() {
        let mut seen = session(false);
        seen.last_seen = at(10_990);
        assert!(!LIMITS.is_over(&seen, at(10_999)));
        assert!(LIMITS.is_over(&seen, at(11_000)));
    }

    #[test]
    fn a_lifetime_shortened_in_the_settings_ends_older_sessions() {
        let shorter = Limits {
            lifetime: Duration::from_secs(10),
            ..LIMITS
        };
        assert!(shorter.is_over(&session(true), at(10_010)));
    }

    #[test]
    fn a_time_in_the_future_does_not_count() {
        assert!(!LIMITS.is_over(&session(true), at(10_000 - 60)));
        assert!(LIMITS.is_over(&session(true), at(10_000 - 61)));
        let mut seen = session(true);
        seen.last_seen = at(10_061);
        assert!(!LIMITS.is_over(&seen, at(10_001)));
        assert!(LIMITS.is_over(&seen, at(10_000)));
        let mut fresh = session(true);
        fresh.fresh_since = Some(at(10_061));
        assert!(!LIMITS.is_fresh(&fresh, at(10_000)));
    }

    #[test]
    fn freshness_wears_off() {
        assert!(LIMITS.is_fresh(&session(false), at(10_049)));
        assert!(!LIMITS.is_fresh(&session(false), at(10_050)));
        let sticky = Limits {
            fresh_for: None,
            ..LIMITS
        };
        assert!(sticky.is_fresh(&session(false), at(10_999)));
        let mut stale = session(false);
        stale.fresh_since = None;
        assert!(!sticky.is_fresh(&stale, at(10_000)));
    }

    #[test]
    fn a_remember_token_ends_at_its_own_expiry() {
        let token = RememberToken {
            id: SessionId([0; 16]),
            generation: Generation::NONE,
            user: EncodedId::from_bytes(b"\x01"),
            issued: at(10_000),
            expires: at(20_000),
            auth_hash: Digest([0; 16]),
        };
        assert!(!remember_token_is_over(&token, at(19_999)));
        assert!(remember_token_is_over(&token, at(20_000)));
        assert!(remember_token_is_over(&token, at(9_939)));
    }

    #[test]
    fn a_browser_is_known_for_400_days() {
        let made = 10_000;
        let token = KnownToken {
            browser: BrowserId([0; 16]),
            made: at(made),
            name: Digest([0; 16]),
            auth_hash: Digest([0; 16]),
            user: EncodedId::from_bytes(&[0]),
        };
        let end = made + 400 * 24 * 60 * 60;
        assert!(!known_token_is_over(&token, at(end - 1)));
        assert!(known_token_is_over(&token, at(end)));
        // A clock was set back.
        assert!(!known_token_is_over(&token, at(made - 60)));
        assert!(known_token_is_over(&token, at(made - 61)));
    }

    #[test]
    fn the_end_of_time_overflows_nothing() {
        let mut session = session(false);
        session.begun = at(u64::MAX - 1);
        session.expires = at(u64::MAX);
        session.last_seen = at(u64::MAX - 1);
        assert!(LIMITS.is_over(&session, at(u64::MAX)));
        assert_eq!(LIMITS.last_copy(&session, at(u64::MAX)), at(u64::MAX));
    }
}
