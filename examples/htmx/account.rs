//! The accounts.

use std::borrow::Cow;
use std::convert::Infallible;

use argon2::{Argon2, PasswordVerifier};
use rocket::Request;
use rocket::http::Status;
use rocket::tokio::task::spawn_blocking;
use rocket_login::AuthUser;

/// Without `Debug` on purpose: it would print the password hash.
#[derive(Clone, Copy)]
pub(crate) struct Account {
    pub(crate) name: &'static str,
    password_hash: &'static str,
}

/// In place of a table of a database. The password is wonderland.
const ACCOUNTS: [Account; 1] = [Account {
    name: "alice",
    password_hash: "$argon2id$v=19$m=19456,t=2,p=1$N8qlnX2ZndClcz98z7dUIw$Puqr4YOKT9WSzF3rEDmJcqb8JbZwfsQitj/kxXVr4jY",
}];

impl AuthUser for Account {
    type Id = String;

    fn id(&self) -> String {
        self.name.into()
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }
}

pub(crate) async fn load(_: &Request<'_>, name: String) -> Result<Option<Account>, Infallible> {
    Ok(ACCOUNTS.into_iter().find(|known| known.name == name))
}

/// The account with this name, if the password is right, too.
pub(crate) async fn verified(name: &str, password: String) -> Result<Option<Account>, Status> {
    let known = ACCOUNTS.into_iter().find(|known| known.name == name);
    // An unknown name takes as long as a wrong password, and a thread that answers requests is not
    // held up by either.
    let hash = known.unwrap_or(ACCOUNTS[0]).password_hash;
    let verify = move || Argon2::default().verify_password(password.as_bytes(), hash);
    let verified = spawn_blocking(verify).await;
    let verified = verified.map_err(|_| Status::InternalServerError)?;
    Ok(known.filter(|_| verified.is_ok()))
}
