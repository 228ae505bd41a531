//! The users of the API, and their permissions.

use std::borrow::Cow;
use std::convert::Infallible;

use argon2::{Argon2, PasswordVerifier};
use rocket::Request;
use rocket::http::Status;
use rocket::tokio::task::spawn_blocking;
use rocket_login::{AuthUser, Policy};

/// Without `Debug` on purpose: it would print the password hash.
#[derive(Clone)]
pub(crate) struct Account {
    id: i64,
    pub(crate) name: &'static str,
    password_hash: &'static str,
    is_auditor: bool,
}

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }
}

/// In place of a table of a database.
pub(crate) struct Accounts([Account; 2]);

impl Accounts {
    pub(crate) fn examples() -> Self {
        Self([
            Account {
                id: 1,
                name: "alice", // The password is wonderland.
                password_hash: "$argon2id$v=19$m=19456,t=2,p=1$N8qlnX2ZndClcz98z7dUIw$Puqr4YOKT9WSzF3rEDmJcqb8JbZwfsQitj/kxXVr4jY",
                is_auditor: true,
            },
            Account {
                id: 2,
                name: "bob", // The password is builder.
                password_hash: "$argon2id$v=19$m=19456,t=2,p=1$Gdp5QpmfGMYszE8LiBGsFQ$cg+gdyjQVfc3ZAjY+tvgskzFJuKKhcR1xJ15+zbvVCs",
                is_auditor: false,
            },
        ])
    }

    pub(crate) fn by_id(&self, id: i64) -> Option<Account> {
        self.0.iter().find(|account| account.id == id).cloned()
    }

    /// The account with this name, if the password is right, too.
    pub(crate) async fn verified(
        &self,
        name: &str,
        password: String,
    ) -> Result<Option<Account>, Status> {
        let account = self.0.iter().find(|account| account.name == name).cloned();
        // An unknown name takes as long as a wrong password, and a thread that answers requests
        // is not held up by either.
        let hash = account
            .as_ref()
            .map_or(NOBODYS_HASH, |known| known.password_hash);
        let verify = move || Argon2::default().verify_password(password.as_bytes(), hash);
        let verified = spawn_blocking(verify).await;
        let verified = verified.map_err(|_| Status::InternalServerError)?;
        Ok(account.filter(|_| verified.is_ok()))
    }
}

// No password fits it.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$EPnst9Dkyqk+j205cMPf/Q$kOWc398ebaC1zVTw5HSOzQhmqfpZCk7uIwLrXIPLp7A";

pub(crate) async fn load_account(
    request: &Request<'_>,
    id: i64,
) -> Result<Option<Account>, &'static str> {
    let accounts = request.rocket().state::<Accounts>();
    let accounts = accounts.ok_or("the accounts are not in managed state")?;
    Ok(accounts.by_id(id))
}

/// The permission to read the audit: a program with a token may what its user may.
#[derive(Default)]
pub(crate) struct Auditor;

impl Policy<Account> for Auditor {
    type Error = Infallible;

    async fn allow(&self, account: &Account, _: &Request<'_>) -> Result<bool, Infallible> {
        Ok(account.is_auditor)
    }
}
