//! The accounts of people that the provider has named.

use std::borrow::Cow;

use rocket::http::Status;
use rocket::serde::Serialize;
use rocket::{Build, Request, Rocket, fairing};
use rocket_login::AuthUser;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteRow};
use sqlx::{FromRow, Row};

use super::identity::Identity;

// One person may have accounts at several providers, and two people one address for mails.
const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS accounts (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        provider    TEXT NOT NULL,
        subject     TEXT NOT NULL,
        name        TEXT NOT NULL,
        session_key TEXT NOT NULL DEFAULT (hex(randomblob(16))),
        UNIQUE (provider, subject)
    );
";

#[derive(Serialize)]
#[serde(crate = "rocket::serde")]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    // A template has no use for it, and would show it.
    #[serde(skip)]
    pub(crate) session_key: String,
}

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    // Random bytes that the account has got at its making. New ones end all its logins.
    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.session_key.as_bytes().into()
    }
}

impl FromRow<'_, SqliteRow> for Account {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            session_key: row.try_get("session_key")?,
        })
    }
}

pub(crate) async fn load(request: &Request<'_>, id: i64) -> sqlx::Result<Option<Account>> {
    let pool = request.rocket().state::<SqlitePool>();
    let found = sqlx::query_as("SELECT * FROM accounts WHERE id = ?").bind(id);
    found
        .fetch_optional(pool.ok_or(sqlx::Error::PoolClosed)?)
        .await
}

/// Finds the account of a person, or makes it at the first login.
pub(crate) async fn of(pool: &SqlitePool, identity: &Identity) -> sqlx::Result<Account> {
    let upsert = sqlx::query_as(
        "INSERT INTO accounts (provider, subject, name) VALUES ('example', ?, ?)
         ON CONFLICT (provider, subject) DO UPDATE SET name = excluded.name RETURNING *",
    );
    let upsert = upsert.bind(&identity.subject).bind(&identity.name);
    upsert.fetch_one(pool).await
}

/// Says in the log why the database failed, and nothing to the visitor.
pub(crate) fn failed(error: sqlx::Error) -> Status {
    rocket::error!("The database failed: {error}.");
    Status::ServiceUnavailable
}

/// For the launch.
pub(crate) async fn open(rocket: Rocket<Build>) -> fairing::Result {
    let file = rocket.figment().extract_inner::<String>("accounts");
    let options = SqliteConnectOptions::new()
        .filename(file.as_deref().unwrap_or("accounts.sqlite"))
        .create_if_missing(true);
    // One connection, since each would have a database in memory of its own: the tests have that.
    let pool = SqlitePoolOptions::new().max_connections(1);
    let pool = pool.connect_lazy_with(options);
    match sqlx::raw_sql(TABLE).execute(&pool).await {
        Ok(_) => Ok(rocket.manage(pool)),
        Err(error) => {
            failed(error);
            Err(rocket)
        }
    }
}
