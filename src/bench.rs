//! Parts of a request that the benches measure apart. They are no part of the API.

use std::net::IpAddr;
use std::time::Duration;

use crate::clock::{Clock, Timestamp};
use crate::rules::client::Fingerprint;
use crate::rules::cookie_header;
use crate::session::{
    Carried, Digest, EncodedId, Generation, RememberToken, Session, SessionId, SessionToken,
};
use crate::token::{Home, Keyring};

/// One visitor's tokens, and the keys that vouch for them.
#[derive(Debug)]
pub struct Parts {
    keys: Keyring,
    session: SessionToken,
    remember: RememberToken,
}

impl Parts {
    /// Tokens of a user, from now on; `None` if the id or the secret is none.
    pub fn new(secret: &[u8], user: i64) -> Option<Self> {
        let now = Clock::default().now();
        let user = EncodedId::exact(&user).ok()?;
        Some(Self {
            keys: Keyring::new("login", secret, []).ok()?,
            session: session(user.clone(), now),
            remember: RememberToken {
                id: SessionId([2; 16]),
                generation: Generation::first(now),
                user,
                issued: now,
                expires: now.plus(Duration::from_secs(1 << 20)),
                auth_hash: Digest([4; 16]),
            },
        })
    }

    /// The text of a session token, as a login has it.
    pub fn seal_session(&self) -> String {
        self.keys.seal(&self.session, Home::Cookie)
    }

    /// The text of a remember token.
    pub fn seal_remember(&self) -> String {
        self.keys.seal(&self.remember, Home::Cookie)
    }

    /// Whether this is a session token, by a request that is not its first.
    pub fn open_session(&self, text: &str) -> bool {
        self.keys.open::<SessionToken>(text, Home::Cookie).is_some()
    }

    /// Whether this is a session token, by its first request.
    pub fn verify_session(&self, text: &str) -> bool {
        self.keys
            .verify::<SessionToken>(text, Home::Cookie)
            .is_some()
    }

    /// Whether this is a remember token, by its first request.
    pub fn verify_remember(&self, text: &str) -> bool {
        self.keys
            .verify::<RememberToken>(text, Home::Cookie)
            .is_some()
    }

    /// The digest of an address and a browser, by a request that is not their first.
    pub fn identifier(&self, address: IpAddr, user_agent: &str) -> [u8; 16] {
        let client = Fingerprint::new(Some(address), Some(user_agent));
        self.keys.current().identifier(client.as_bytes()).0
    }

    /// The value of a session cookie in a `Cookie` header, looked for with another.
    pub fn find<'h>(&self, header: &'h str, names: [&str; 2]) -> Option<&'h str> {
        let [values, _] = cookie_header::find(std::iter::once(header), names);
        values.iter().next()
    }
}

fn session(user: EncodedId, now: Timestamp) -> SessionToken {
    let session = Session {
        begun: now,
        expires: now.plus(Duration::from_secs(1 << 20)),
        last_seen: now,
        fresh_since: Some(now),
        permanent: false,
        restored: false,
        forced: false,
        identifier: Digest([3; 16]),
        auth_hash: Digest([4; 16]),
    };
    SessionToken {
        id: SessionId([1; 16]),
        generation: Generation::first(now),
        user,
        carried: Some(Carried {
            session,
            remember_until: None,
        }),
    }
}
