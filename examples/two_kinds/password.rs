//! Checking passwords, of whichever kind of user.

use argon2::{Argon2, PasswordVerifier};
use rocket::FromForm;
use rocket::http::Status;
use rocket::tokio::task::spawn_blocking;

/// The fields of both login forms.
#[derive(FromForm)]
pub(crate) struct SignIn {
    pub(crate) name: String,
    pub(crate) password: String,
}

// No password fits it.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$EPnst9Dkyqk+j205cMPf/Q$kOWc398ebaC1zVTw5HSOzQhmqfpZCk7uIwLrXIPLp7A";

/// Whether the password is that of this hash. An unknown name has no hash, and takes as long as a
/// wrong password; and neither holds up a thread that answers requests.
pub(crate) async fn is_right(password: &str, hash: Option<&'static str>) -> Result<bool, Status> {
    let password = password.to_string();
    let verify = move || {
        let hash_or_any = hash.unwrap_or(NOBODYS_HASH);
        Argon2::default().verify_password(password.as_bytes(), hash_or_any)
    };
    let verified = spawn_blocking(verify).await;
    let verified = verified.map_err(|_| Status::InternalServerError)?;
    Ok(verified.is_ok() && hash.is_some())
}
