//! Browsers that accounts know, by a cookie: whoever guesses at somebody's password elsewhere does
//! not keep them out of their own browser. The cookie logs nobody in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rocket::Request;
use rocket::figment::Figment;
use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::time::Duration;
use rocket_login::AuthUser;
use sha2::{Digest as _, Sha256};
use sqlx::SqlitePool;

use super::accounts::Account;

const COOKIE: &str = "device";
/// Browsers keep no cookie for longer.
const KEPT_FOR: Duration = Duration::days(400);
/// Of each account, the newest.
const MOST: u32 = 20;
/// More cookies than that of one name no browser holds.
const MOST_PRESENTED: usize = 200;
/// In bytes; what is in the cookie is longer.
const RANDOM: usize = 32;

/// What the database knows of a device: whoever reads it cannot pass for one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Digest([u8; 32]);

impl Digest {
    fn of(value: &str) -> Self {
        Self(Sha256::digest(value).into())
    }

    fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The devices that a browser says it is. A page of a sub-domain can plant another one beside its
/// own: that must not take its place.
pub(crate) struct Presented(Vec<Digest>);

impl Presented {
    /// From the header itself: of several cookies of one name Rocket's jar keeps one.
    pub(crate) fn by(request: &Request<'_>) -> Self {
        let pairs = request
            .headers()
            .get("Cookie")
            .flat_map(|line| line.split(';'));
        let values = pairs.filter_map(|pair| match pair.trim().split_once('=') {
            Some((COOKIE, value)) => Some(Digest::of(value)),
            _ => None,
        });
        Self(values.take(MOST_PRESENTED).collect())
    }
}

pub(crate) struct Devices {
    pool: SqlitePool,
    secure: bool,
}

impl Devices {
    /// The cookie is `Secure` where those of the login are.
    pub(crate) fn new(pool: SqlitePool, figment: &Figment) -> Self {
        let secure = figment.extract_inner("login.cookie_secure");
        let is_debug = figment.profile() == rocket::Config::DEBUG_PROFILE;
        Self {
            pool,
            secure: secure.unwrap_or(!is_debug),
        }
    }

    /// The browser's device, if the account of this name knows it.
    pub(crate) async fn known(
        &self,
        name: &str,
        presented: &Presented,
    ) -> sqlx::Result<Option<Digest>> {
        if presented.0.is_empty() {
            return Ok(None);
        }
        let query = "SELECT digest FROM devices JOIN accounts ON accounts.id = devices.account
            WHERE accounts.name = ?";
        let digests: Vec<Vec<u8>> = sqlx::query_scalar(query)
            .bind(name)
            .fetch_all(&self.pool)
            .await?;
        let is_known = |device: &&Digest| digests.iter().any(|known| known == device.as_bytes());
        Ok(presented.0.iter().find(is_known).copied())
    }

    /// Has the account know this browser from now on. One that it knows already keeps its cookie:
    /// a new one would have all attempts again.
    pub(crate) async fn remember(
        &self,
        account: &Account,
        presented: &Presented,
        jar: &CookieJar<'_>,
    ) -> sqlx::Result<()> {
        if self.known(&account.name, presented).await?.is_some() {
            return Ok(());
        }
        // Never what the browser has sent: others may have put it there.
        let Some(value) = random() else {
            return Ok(());
        };
        self.add(account.id(), Digest::of(&value)).await?;
        let cookie = Cookie::build((COOKIE, value)).path("/").http_only(true);
        let cookie = cookie.same_site(SameSite::Lax).secure(self.secure);
        jar.add(cookie.max_age(KEPT_FOR));
        Ok(())
    }

    async fn add(&self, account: i64, digest: Digest) -> sqlx::Result<()> {
        let mut change = self.pool.begin().await?;
        sqlx::query("INSERT INTO devices (account, digest) VALUES (?, ?)")
            .bind(account)
            .bind(digest.as_bytes())
            .execute(&mut *change)
            .await?;
        let query = "DELETE FROM devices WHERE account = ?1 AND id NOT IN
            (SELECT id FROM devices WHERE account = ?1 ORDER BY id DESC LIMIT ?2)";
        sqlx::query(query)
            .bind(account)
            .bind(MOST)
            .execute(&mut *change)
            .await?;
        change.commit().await
    }

    /// With an old password goes what was known of those who had it, this browser apart.
    pub(crate) async fn forget_others(
        &self,
        account: &Account,
        presented: &Presented,
    ) -> sqlx::Result<()> {
        let own = self.known(&account.name, presented).await?;
        sqlx::query("DELETE FROM devices WHERE account = ? AND digest IS NOT ?")
            .bind(account.id())
            .bind(own.as_ref().map(Digest::as_bytes))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn random() -> Option<String> {
    let mut bytes = [0; RANDOM];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Some(URL_SAFE_NO_PAD.encode(bytes)),
        Err(error) => {
            rocket::error!("There is no randomness for a device: {error}.");
            None
        }
    }
}
