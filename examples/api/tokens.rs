//! Bearer tokens: `Authorization: Bearer ID.SECRET`, and what is kept of them.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rocket::Request;
use rocket::time::{Duration, OffsetDateTime};
use rocket_login::AuthUser;
use serde::Serialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::accounts::Account;

pub(crate) const LIFETIME: Duration = Duration::days(30);

/// In place of a table of a database.
#[derive(Default)]
pub(crate) struct Tokens(RwLock<HashMap<String, Kept>>);

// A reader of the table can use no token: 32 random bytes are found by no search, which is why a
// fast digest will do.
struct Kept {
    digest: [u8; 32],
    owner: i64,
    expires: OffsetDateTime,
}

impl Kept {
    fn is_good(&self) -> bool {
        OffsetDateTime::now_utc() < self.expires
    }
}

/// The text that its owner sees, once. Without `Debug` on purpose.
#[derive(Serialize)]
pub(crate) struct Issued {
    pub(crate) id: String,
    pub(crate) token: String,
    expires_in: i64,
}

impl Tokens {
    pub(crate) fn issue(
        &self,
        owner: &Account,
        lifetime: Duration,
    ) -> Result<Issued, getrandom::Error> {
        let (id, secret) = (random::<9>()?, random::<32>()?);
        let kept = Kept {
            digest: Sha256::digest(&secret).into(),
            owner: owner.id(),
            expires: OffsetDateTime::now_utc() + lifetime,
        };
        let mut tokens = self.0.write().unwrap_or_else(PoisonError::into_inner);
        tokens.retain(|_, kept| kept.is_good());
        tokens.insert(id.clone(), kept);
        Ok(Issued {
            token: format!("{id}.{secret}"),
            id,
            expires_in: lifetime.whole_seconds(),
        })
    }

    pub(crate) fn owner_of(&self, token: &str) -> Option<i64> {
        let (id, secret) = token.split_once('.')?;
        let tokens = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let kept = tokens.get(id).filter(|kept| kept.is_good())?;
        let digest = Sha256::digest(secret);
        let is_right = bool::from(kept.digest[..].ct_eq(&digest[..]));
        is_right.then_some(kept.owner)
    }

    pub(crate) fn ids_of(&self, owner: &Account) -> Vec<String> {
        let tokens = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let tokens = tokens.iter().filter(|(_, kept)| kept.is_good());
        let own = tokens.filter(|(_, kept)| kept.owner == owner.id());
        own.map(|(id, _)| id.clone()).collect()
    }

    /// Whether there was such a token of this owner; no user revokes another one's.
    pub(crate) fn revoke(&self, owner: &Account, id: &str) -> bool {
        let mut tokens = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match tokens.get(id) {
            Some(kept) if kept.owner == owner.id() => tokens.remove(id).is_some(),
            _ => false,
        }
    }
}

fn random<const N: usize>() -> Result<String, getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The token of a request that has exactly one.
pub(crate) fn bearer<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    let mut values = request.headers().get("Authorization");
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then_some(token)
}
