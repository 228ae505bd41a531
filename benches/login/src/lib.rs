//! The cost of a login by hand, with a signed cookie and a map of users alone: the base for the
//! parts of the crate.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A user, as a loader would copy one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// By which the cookie names them.
    pub id: i64,
    /// Something to copy.
    pub name: String,
}

/// Users, and the key that cookies are signed with.
pub struct Floor {
    key: Hmac<Sha256>,
    accounts: HashMap<i64, Account>,
}

impl Floor {
    /// A thousand users.
    pub fn new(secret: &[u8]) -> Self {
        let name = |id| format!("user {id}");
        let account = |id| Account { id, name: name(id) };
        Self {
            key: Hmac::new_from_slice(secret).expect("any length will do"),
            accounts: (1..=1000).map(|id| (id, account(id))).collect(),
        }
    }

    /// A cookie for a user that is good until then.
    pub fn seal(&self, id: i64, expires: u64) -> String {
        let payload = [id.to_be_bytes(), expires.to_be_bytes()].concat();
        let mac = self.key.clone().chain_update(&payload).finalize();
        BASE64_URL_SAFE_NO_PAD.encode([&payload[..], &mac.into_bytes()].concat())
    }

    /// The user of the session cookie in a `Cookie` header.
    pub fn user(&self, header: &str, now: u64) -> Option<Account> {
        let mut pairs = header.split("; ");
        let value = pairs.find_map(|pair| pair.strip_prefix("session="))?;
        let mut bytes = [0; 48];
        let length = BASE64_URL_SAFE_NO_PAD.decode_slice(value, &mut bytes);
        let (payload, mac) = bytes.get(..length.ok()?)?.split_at_checked(16)?;
        let key = self.key.clone().chain_update(payload);
        key.verify_slice(mac).ok()?;
        let (id, expires) = payload.split_first_chunk()?;
        let is_over = u64::from_be_bytes(expires.try_into().ok()?) <= now;
        let account = self.accounts.get(&i64::from_be_bytes(*id))?;
        (!is_over).then(|| account.clone())
    }
}
