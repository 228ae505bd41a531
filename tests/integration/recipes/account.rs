//! An account whose logins do not depend on its password.

use std::borrow::Cow;

use rocket::http::Status;
use rocket_login::AuthUser;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{FromRow, Row};

pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) password_hash: Option<String>,
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
            password_hash: row.try_get("password_hash")?,
            session_key: row.try_get("session_key")?,
        })
    }
}

pub(crate) async fn find(pool: &SqlitePool, id: i64) -> sqlx::Result<Option<Account>> {
    let found = sqlx::query_as("SELECT * FROM accounts WHERE id = ?");
    found.bind(id).fetch_optional(pool).await
}

/// Says in the log why the database failed, and nothing to the visitor.
pub(crate) fn failed(error: sqlx::Error) -> Status {
    rocket::error!("The database failed: {error}.");
    Status::ServiceUnavailable
}
