//! Who may log in. A real application has a database here; this one starts afresh each time.

use std::borrow::Cow;
use std::collections::HashMap;

use rocket::Request;
use rocket::tokio::sync::RwLock;
use rocket_login::AuthUser;

/// Without `Debug` on purpose: it would print the password hash.
#[derive(Clone)]
pub(crate) struct Account {
    id: i64,
    pub(crate) name: String,
    pub(crate) password_hash: String,
    active: bool,
}

impl Account {
    fn new(id: i64, name: &str, password_hash: &str, active: bool) -> Self {
        Self {
            id,
            name: name.to_owned(),
            password_hash: password_hash.to_owned(),
            active,
        }
    }
}

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    // A new password is a new hash, and that ends every session made with the old one.
    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }

    fn is_active(&self) -> bool {
        self.active
    }
}

/// The user loader: from the id in the session to the account, once per request.
pub(crate) async fn load_account(
    request: &Request<'_>,
    id: i64,
) -> Result<Option<Account>, &'static str> {
    match request.rocket().state::<Accounts>() {
        Some(accounts) => Ok(accounts.by_id(id).await),
        None => Err("the accounts are not in managed state"),
    }
}

pub(crate) struct Accounts(RwLock<HashMap<i64, Account>>);

impl Accounts {
    pub(crate) fn with_examples() -> Self {
        let accounts = [
            Account::new(1, "alice", ALICE, true),
            Account::new(2, "bob", BOB, true),
            Account::new(3, "carol", CAROL, false),
        ];
        let by_id = accounts.map(|account| (account.id, account));
        Self(RwLock::new(by_id.into()))
    }

    pub(crate) async fn by_id(&self, id: i64) -> Option<Account> {
        self.0.read().await.get(&id).cloned()
    }

    pub(crate) async fn by_name(&self, name: &str) -> Option<Account> {
        let accounts = self.0.read().await;
        accounts.values().find(|known| known.name == name).cloned()
    }

    /// The account as it is from now on, or none if it is gone.
    pub(crate) async fn set_password_hash(&self, id: i64, hash: String) -> Option<Account> {
        let mut accounts = self.0.write().await;
        let account = accounts.get_mut(&id)?;
        account.password_hash = hash;
        Some(account.clone())
    }
}

// The passwords behind these are in `welcome.rs`, which tells them to whoever starts the demo.
const ALICE: &str = "$argon2id$v=19$m=19456,t=2,p=1$68n+oFAfLFYniwjWztWbDQ$kPwb2ASFtfsD9MmRiE+uuwl9PaHF2Qr5knp6FpESiKI";
const BOB: &str = "$argon2id$v=19$m=19456,t=2,p=1$i76KfClVj4OyVq/SC5WY/g$j92pbL3zk/FUSwn3g1RIG6y9fx5cEtOIKDiGx0/D5Ts";
const CAROL: &str = "$argon2id$v=19$m=19456,t=2,p=1$xbdw6BtAbRz+rVsxdB4+Sg$+3BPXRtO/9xwb8E9PGNeQbqq+l4m9gmSW5QjyC061b8";
