//! The accounts.

use std::borrow::Cow;
use std::error::Error;

use rocket::Request;
use rocket_login::AuthUser;
use sqlx::SqlitePool;

/// Without `Debug` on purpose: it would print the password hash.
#[derive(Clone)]
pub(crate) struct Account {
    id: i64,
    pub(crate) name: String,
    pub(crate) password_hash: String,
    active: bool,
    pub(crate) is_staff: bool,
}

impl From<Row> for Account {
    fn from((id, name, password_hash, active, is_staff): Row) -> Self {
        Self {
            id,
            name,
            password_hash,
            active,
            is_staff,
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
) -> Result<Option<Account>, Box<dyn Error + Send + Sync>> {
    match request.rocket().state::<Accounts>() {
        Some(accounts) => Ok(accounts.by_id(id).await?),
        None => Err("the accounts are not in managed state".into()),
    }
}

pub(crate) struct Accounts(SqlitePool);

/// An account as it lies in the tables.
type Row = (i64, String, String, bool, bool);

impl Accounts {
    pub(crate) fn new(pool: SqlitePool) -> Self {
        Self(pool)
    }

    pub(crate) async fn by_id(&self, id: i64) -> sqlx::Result<Option<Account>> {
        let query = "SELECT id, name, password_hash, active, id IN staff
            FROM accounts WHERE id = ?";
        let row: Option<Row> = sqlx::query_as(query)
            .bind(id)
            .fetch_optional(&self.0)
            .await?;
        Ok(row.map(Account::from))
    }

    pub(crate) async fn by_name(&self, name: &str) -> sqlx::Result<Option<Account>> {
        let query = "SELECT id, name, password_hash, active, id IN staff
            FROM accounts WHERE name = ?";
        let row: Option<Row> = sqlx::query_as(query)
            .bind(name)
            .fetch_optional(&self.0)
            .await?;
        Ok(row.map(Account::from))
    }

    /// The account as it is from now on, or none if it is gone.
    pub(crate) async fn set_password_hash(
        &self,
        id: i64,
        hash: &str,
    ) -> sqlx::Result<Option<Account>> {
        let query = "UPDATE accounts SET password_hash = ? WHERE id = ?
            RETURNING id, name, password_hash, active, id IN staff";
        let query = sqlx::query_as(query).bind(hash).bind(id);
        let row: Option<Row> = query.fetch_optional(&self.0).await?;
        Ok(row.map(Account::from))
    }
}

/// The accounts in a new database. The passwords are in `welcome.rs`, which shows them to users of
/// the demo.
pub(crate) const EXAMPLES: [(i64, &str, &str, bool); 3] = [
    (1, "alice", ALICE, true),
    (2, "bob", BOB, true),
    (3, "carol", CAROL, false),
];

/// The ids of the staff.
pub(crate) const STAFF: [i64; 1] = [1];

const ALICE: &str = "$argon2id$v=19$m=19456,t=2,p=1$68n+oFAfLFYniwjWztWbDQ$kPwb2ASFtfsD9MmRiE+uuwl9PaHF2Qr5knp6FpESiKI";
const BOB: &str = "$argon2id$v=19$m=19456,t=2,p=1$i76KfClVj4OyVq/SC5WY/g$j92pbL3zk/FUSwn3g1RIG6y9fx5cEtOIKDiGx0/D5Ts";
const CAROL: &str = "$argon2id$v=19$m=19456,t=2,p=1$xbdw6BtAbRz+rVsxdB4+Sg$+3BPXRtO/9xwb8E9PGNeQbqq+l4m9gmSW5QjyC061b8";
