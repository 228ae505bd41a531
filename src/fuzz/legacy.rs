//! Texts that an application before this one may have signed, and texts that none has.

use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

use crate::clock::Timestamp;
use crate::legacy::{LegacyKeys, open_session, open_token, seal_token, sign_sessions};
use crate::session::SessionId;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) static KNOWN: LazyLock<LegacyKeys> = LazyLock::new(|| keys("known to all"));

/// With a key of this run, which has never signed anything.
static UNUSED: LazyLock<LegacyKeys> = LazyLock::new(|| {
    let random = SessionId::random(true).map_or([0; 16], |id| id.0);
    keys(&random.map(char::from).iter().collect::<String>())
});

fn keys(secret: &str) -> LegacyKeys {
    match LegacyKeys::new(secret) {
        Ok(keys) => keys,
        Err(error) => unreachable!("{error}"),
    }
}

/// A text that is sent as a token or a session of the application before.
pub fn legacy_login(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return as_session(data);
    };
    assert!(open_token(&UNUSED, text).is_none());
    assert!(open_session(&UNUSED, text).is_none());
    if let Some(id) = open_token(&KNOWN, text) {
        assert!(!id.is_empty() && text.contains('|'));
    }
    if let Some(token) = seal_token(&KNOWN, text) {
        assert_eq!(open_token(&KNOWN, &token).as_deref(), Some(text));
        assert!(open_token(&UNUSED, &token).is_none());
        assert!(open_session(&KNOWN, &token).is_none());
    }
    as_session(data);
    signed(text);
}

/// The bytes in a session: as they are, compressed, and in the other one's spelling.
fn as_session(data: &[u8]) {
    let flask = BASE64_URL_SAFE_NO_PAD.encode(data);
    signed(&flask);
    signed(&format!(".{flask}"));
    signed(&BASE64_STANDARD.encode(data));
}

fn signed(value: &str) {
    for session in sign_sessions(&KNOWN, value, NOW).iter().flatten() {
        assert!(open_token(&KNOWN, session).is_none());
        assert!(open_session(&UNUSED, session).is_none());
        if let Some(session) = open_session(&KNOWN, session) {
            assert!(!session.is_over(NOW, DAY) && session.is_over(NOW.plus(DAY), DAY));
            assert!(session.user.is_none_or(|user| !user.is_empty()));
            assert_eq!(session.signed, NOW);
        }
    }
}
