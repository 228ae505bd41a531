//! Hashing and checking passwords, away from the threads that answer requests.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use rocket::http::Status;
use rocket::tokio::task::spawn_blocking;
use rocket_login::Attempt;

use super::accounts::Account;

// Stands in for the hash of a name that does not exist. It is the hash of an unknown password, and
// costs as much to check as a real one. So the time taken does not tell which names exist.
const STAND_IN: &str = "$argon2id$v=19$m=19456,t=2,p=1$CIaKAot9ZKMmFxb5BzwF/w$g0Dnvon4QsCPWgutbepizU6TOo6/wh9ZbWGysBdbV8g";

/// Returns the account if there is one and the password is right. Each hash costs an attempt.
pub(crate) async fn verify(
    _: &Attempt<'_, Account>,
    account: Option<Account>,
    password: String,
) -> Result<Option<Account>, Status> {
    apart(move || {
        let hash = account
            .as_ref()
            .map_or(STAND_IN, |known| &known.password_hash);
        let verified = Argon2::default()
            .verify_password(password.as_bytes(), hash)
            .is_ok();
        account.filter(|_| verified)
    })
    .await
}

pub(crate) async fn hash(_: &Attempt<'_, Account>, password: String) -> Result<String, Status> {
    let hash = apart(move || Argon2::default().hash_password(password.as_bytes())).await?;
    hash.map(|hash| hash.to_string()).map_err(|error| {
        rocket::error!("A password could not be hashed: {error}.");
        Status::InternalServerError
    })
}

// On a thread that answers requests, this much work would hold up all the others.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Status> {
    spawn_blocking(work).await.map_err(|error| {
        rocket::error!("The work on a password did not finish: {error}.");
        Status::InternalServerError
    })
}
