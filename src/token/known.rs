//! The token by which a browser is known that has logged a user in before.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::session::{BrowserId, Digest, EncodedId, Generation};
use crate::token::fields::{Reader, Writer};

/// One user who has logged in with a browser. A cookie has room for several.
#[derive(Clone, Debug)]
pub(crate) struct KnownToken {
    pub(crate) browser: BrowserId,
    pub(crate) made: Timestamp,
    /// The name under which the user has logged in.
    pub(crate) name: Digest,
    pub(crate) auth_hash: Digest,
    pub(crate) user: EncodedId,
}

impl KnownToken {
    /// Browsers keep no cookie for longer.
    pub(crate) const LIFETIME: Duration = Duration::from_secs(400 * 24 * 60 * 60);

    /// Writes the payload.
    pub(crate) fn write(&self) -> Vec<u8> {
        Writer::new(None, self.browser.0, Generation::first(self.made))
            .digest(&self.name)
            .digest(&self.auth_hash)
            .user(&self.user)
    }

    /// Reads a payload as [`write`](Self::write) writes it.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let mut fields = Reader::new(payload);
        Some(Self {
            browser: BrowserId(fields.array()?),
            made: fields.generation()?.made(),
            name: fields.digest()?,
            auth_hash: fields.digest()?,
            user: fields.user(),
        })
    }
}
