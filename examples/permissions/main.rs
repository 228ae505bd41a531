//! The permissions example of axum-login as it is here: groups of users in a database, permissions
//! of each group, and a page for each permission. A user is loaded with them, in one statement.
//! `cargo run --example permissions`, then http://127.0.0.1:8000/ as ferris or admin (wonderland).

use argon2::{Argon2, PasswordVerifier};
use rocket::{Build, Either, FromForm, Request, Rocket, State, get, post, routes, uri};
use rocket::{figment::Figment, form::Form, http::RawStr, http::Status};
use rocket::{response::content::RawHtml, tokio::task::block_in_place};
use rocket_login::{
    AllOf, Auth, AuthUser, LoginError, LoginManager, Next, NextRedirect, Permit, Policy,
};
use sqlx::{Executor, SqlitePool, sqlite::SqlitePoolOptions};

const FIND: &str = "
    SELECT id, name, hash, (SELECT coalesce(group_concat(permissions.name, ' '), '')
        FROM members JOIN permissions USING (team) WHERE members.user = users.id)
    FROM users WHERE id = ?1 OR name = ?2";

struct Account {
    id: i64,
    name: String,
    hash: String,
    permissions: String,
}

type Found = sqlx::Result<Option<Account>>;

impl Account {
    async fn find(pool: &SqlitePool, id: Option<i64>, name: Option<&str>) -> Found {
        let row = sqlx::query_as(FIND).bind(id).bind(name);
        let row: Option<(i64, String, String, String)> = row.fetch_optional(pool).await?;
        Ok(row.map(|(id, name, hash, permissions)| Self {
            id,
            name,
            hash,
            permissions,
        }))
    }
}

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> {
        self.hash.as_bytes().into()
    }
}

/// A policy for each permission: a type with its name.
macro_rules! permissions {
    ($($policy:ident: $name:literal,)+) => {$(
        #[derive(Default)]
        struct $policy;

        impl Policy<Account> for $policy {
            type Error = std::convert::Infallible;

            async fn allow(&self, user: &Account, _: &Request<'_>) -> Result<bool, Self::Error> {
                Ok(user.permissions.split(' ').any(|name| name == $name))
            }
        }
    )+};
}

permissions! {
    ProtectedRead: "protected.read",
    RestrictedRead: "restricted.read",
}

fn page(user: &Account, permission: &str) -> RawHtml<String> {
    let form = r#"<form method="post" action="/logout"><button>Log out</button></form>"#;
    let name = RawStr::new(&user.name).html_escape();
    RawHtml(format!("{name} has <code>{permission}</code>. {form}"))
}

#[get("/")]
fn protected(user: Permit<ProtectedRead, Account>) -> RawHtml<String> {
    page(&user, "protected.read")
}

#[get("/restricted")]
fn restricted(user: Permit<AllOf<(ProtectedRead, RestrictedRead)>, Account>) -> RawHtml<String> {
    page(&user, "restricted.read")
}

const FORM: &str = r#"<form method="post">
    <label>Name <input name="name"></label>
    <label>Password <input name="password" type="password"></label>
    <button>Log in</button></form>"#;

#[get("/login")]
fn login_page() -> RawHtml<&'static str> {
    RawHtml(FORM)
}

#[derive(FromForm)]
struct SignIn {
    name: String,
    password: String,
}

type Answer = Result<Either<NextRedirect, (Status, RawHtml<String>)>, Status>;

#[post("/login", data = "<form>")]
async fn login(
    form: Form<SignIn>,
    next: Next,
    auth: Auth<'_, Account>,
    pool: &State<SqlitePool>,
) -> Answer {
    let account = Account::find(pool, None, Some(&form.name)).await;
    let account = account.map_err(|_| Status::ServiceUnavailable)?;
    // A name that is not there takes as long as a wrong password.
    let hash = account.as_ref().map_or(NOBODYS_HASH, |known| &known.hash);
    let ok = block_in_place(|| Argon2::default().verify_password(form.password.as_bytes(), hash));
    let Some(account) = ok.ok().and(account) else {
        let again = RawHtml(format!("<p>Wrong name or password.</p>{FORM}"));
        return Ok(Either::Right((Status::Unauthorized, again)));
    };
    auth.login(&account).await?;
    Ok(Either::Left(next.redirect_or(uri!(protected))))
}

// No password has it.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$EPnst9Dkyqk+j205cMPf/Q$kOWc398ebaC1zVTw5HSOzQhmqfpZCk7uIwLrXIPLp7A";

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>) -> Result<NextRedirect, LoginError> {
    auth.logout().await?;
    Ok(NextRedirect::to(uri!(login_page)))
}

pub(crate) fn rocket(figment: Figment) -> sqlx::Result<Rocket<Build>> {
    // The database in memory is there as long as a connection: one at a time begins it.
    let options = SqlitePoolOptions::new().max_connections(1);
    let options = options.after_connect(|one, _| {
        Box::pin(async { one.execute(include_str!("schema.sql")).await.map(drop) })
    });
    let pool = options.connect_lazy("sqlite::memory:")?;
    let loads = pool.clone();
    let load_account = move |_: &Request<'_>, id: i64| {
        let pool = loads.clone();
        async move { Account::find(&pool, Some(id), None).await }
    };
    let pages = routes![protected, restricted, login_page, login, logout];
    Ok(rocket::custom(figment)
        .manage(pool)
        .attach(LoginManager::fairing(load_account).redirect_to(uri!(login_page)))
        .mount("/", pages))
}

#[rocket::main]
#[allow(dead_code)] // Tests include this file as a module and have no use for this function.
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rocket(rocket::Config::figment())?.launch().await?;
    Ok(())
}
