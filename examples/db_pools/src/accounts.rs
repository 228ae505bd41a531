//! The accounts: a table, and the loader that reads it.

use std::borrow::Cow;
use std::error::Error;

use rocket::{Build, Request, Rocket};
use rocket_db_pools::Database;
use rocket_db_pools::sqlx::sqlite::{SqlitePool, SqliteRow};
use rocket_db_pools::sqlx::{self, FromRow, Row};
use rocket_login::AuthUser;

/// The password is wonderland.
pub(crate) const ALICE: &str = "$argon2id$v=19$m=19456,t=2,p=1$68n+oFAfLFYniwjWztWbDQ$kPwb2ASFtfsD9MmRiE+uuwl9PaHF2Qr5knp6FpESiKI";

#[derive(Database)]
#[database("login")]
pub(crate) struct Db(SqlitePool);

/// Without `Debug` on purpose: it would print the password hash.
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) password_hash: String,
}

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    // A new password ends every session made with the old one.
    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }
}

impl<'r> FromRow<'r, SqliteRow> for Account {
    fn from_row(row: &'r SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            password_hash: row.try_get("password_hash")?,
        })
    }
}

/// The user loader. A missing row is `None`: the account is gone, and with it the login. All other
/// failures are errors: the answer is 503, and users stay logged in.
pub(crate) async fn load(
    request: &Request<'_>,
    id: i64,
) -> Result<Option<Account>, Box<dyn Error + Send + Sync>> {
    let db = Db::fetch(request.rocket()).ok_or("the database is not attached")?;
    let mut connection = db.acquire().await?;
    let account = sqlx::query_as("SELECT id, name, password_hash FROM accounts WHERE id = ?")
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
    Ok(account)
}

/// For the login form. The pool lends a connection for this one query, so that none is held while
/// the password is checked, which takes far longer.
pub(crate) async fn by_name(db: &Db, name: &str) -> sqlx::Result<Option<Account>> {
    sqlx::query_as("SELECT id, name, password_hash FROM accounts WHERE name = ?")
        .bind(name)
        .fetch_optional(&**db)
        .await
}

/// For the launch, once the fairing of the database has connected.
pub(crate) async fn prepare(rocket: Rocket<Build>) -> Result<Rocket<Build>, Rocket<Build>> {
    let result = match Db::fetch(&rocket) {
        Some(db) => create(db).await,
        None => return Err(rocket),
    };
    match result {
        Ok(()) => Ok(rocket),
        Err(error) => {
            rocket::error!("the accounts cannot be made: {error}");
            Err(rocket)
        }
    }
}

/// The table with its one account, unless they are there from an earlier launch.
///
/// An id is never given to a second account: a session of the first would fit it.
pub(crate) async fn create(db: &Db) -> sqlx::Result<()> {
    let table = "CREATE TABLE IF NOT EXISTS accounts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        password_hash TEXT NOT NULL
    )";
    sqlx::query(table).execute(&**db).await?;
    sqlx::query("INSERT OR IGNORE INTO accounts (id, name, password_hash) VALUES (1, 'alice', ?)")
        .bind(ALICE)
        .execute(&**db)
        .await?;
    Ok(())
}
