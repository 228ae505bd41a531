//! `rocket_flex_session` with its defaults, in tables as its documentation asks for.

use fred::prelude::{Builder, ClientLike, Config};
use peers::User;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};
use rocket::{Build, Request, Rocket, get, post, routes};
use rocket_flex_session::error::SessionError;
use rocket_flex_session::storage::redis::{RedisFormat, RedisFredStorage, RedisValue, SessionRedis};
use rocket_flex_session::storage::sqlx::{SessionSqlx, SqlxPostgresStorage, SqlxSqliteStorage};
use rocket_flex_session::{RocketFlexSession, Session, SessionIdentifier};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};

#[derive(Clone)]
struct Login {
    user: i64,
}

impl Login {
    fn parse(text: &str) -> Result<Self, SessionError> {
        let user = text.parse();
        let user = user.map_err(|error| SessionError::Parsing(Box::new(error)))?;
        Ok(Self { user })
    }
}

impl SessionIdentifier for Login {
    type Id = String;

    fn identifier(&self) -> Option<String> {
        Some(self.user.to_string())
    }
}

impl SessionSqlx<Sqlite> for Login {
    type Error = SessionError;
    type Data = String;

    fn into_sql(self) -> Result<String, SessionError> {
        Ok(self.user.to_string())
    }

    fn from_sql(value: String) -> Result<Self, SessionError> {
        Self::parse(&value)
    }
}

impl SessionSqlx<Postgres> for Login {
    type Error = SessionError;
    type Data = String;

    fn into_sql(self) -> Result<String, SessionError> {
        Ok(self.user.to_string())
    }

    fn from_sql(value: String) -> Result<Self, SessionError> {
        Self::parse(&value)
    }
}

impl SessionRedis for Login {
    const REDIS_FORMAT: RedisFormat = RedisFormat::String;

    type Error = SessionError;

    fn into_redis(self) -> Result<RedisValue, SessionError> {
        Ok(RedisValue::String(self.user.to_string()))
    }

    fn from_redis(value: RedisValue) -> Result<Self, SessionError> {
        let text = value.into_string().map_err(|_| SessionError::InvalidData)?;
        Self::parse(&text)
    }
}

struct LoggedIn(User);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for LoggedIn {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let session = request.guard::<Session<'_, Login>>().await.succeeded();
        let login = session.and_then(|session| session.get());
        match login.and_then(|login| peers::user(login.user)) {
            Some(user) => Outcome::Success(Self(user)),
            None => Outcome::Error((Status::Unauthorized, ())),
        }
    }
}

#[get("/protected")]
fn protected(user: LoggedIn) -> String {
    user.0.name
}

#[post("/login")]
fn login(mut session: Session<'_, Login>) {
    session.set(Login { user: peers::FIRST });
}

pub(crate) async fn in_sqlite(rocket: Rocket<Build>, url: &str) -> Rocket<Build> {
    let pool = SqlitePool::connect(url).await.expect("SQLite opens");
    for statement in [
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE flex (id TEXT PRIMARY KEY NOT NULL, data TEXT NOT NULL, user_id TEXT, \
         expires TEXT NOT NULL)",
    ] {
        let done = sqlx::query(statement).execute(&pool).await;
        done.expect("SQLite takes the table");
    }
    let storage = SqlxSqliteStorage::builder().pool(pool).table_name("flex");
    let session = RocketFlexSession::<Login>::builder().storage(storage.build());
    rocket
        .attach(session.build())
        .mount("/", routes![protected, login])
}

pub(crate) async fn in_postgres(rocket: Rocket<Build>, url: &str) -> Rocket<Build> {
    let pool = PgPool::connect(url).await.expect("PostgreSQL answers");
    let table = "CREATE TABLE flex (id text PRIMARY KEY, data text NOT NULL, user_id text, \
                 expires timestamptz NOT NULL)";
    let done = sqlx::query(table).execute(&pool).await;
    done.expect("PostgreSQL takes the table");
    let storage = SqlxPostgresStorage::builder().pool(pool).table_name("flex");
    let session = RocketFlexSession::<Login>::builder().storage(storage.build());
    rocket
        .attach(session.build())
        .mount("/", routes![protected, login])
}

pub(crate) async fn in_redis(rocket: Rocket<Build>, url: &str) -> Rocket<Build> {
    let config = Config::from_url(url).expect("a Redis URL");
    let pool = Builder::from_config(config).build_pool(10).expect("a pool");
    pool.init().await.expect("Redis answers");
    let storage = RedisFredStorage::builder().pool(pool);
    let session = RocketFlexSession::<Login>::builder().storage(storage.build());
    rocket
        .attach(session.build())
        .mount("/", routes![protected, login])
}
