//! The chapters of recipes: their code is that of the files here, and the tests run it.

mod account;
mod cors;
mod delete;
mod layout;
mod mail;
mod member;
mod register;
mod rehash;

use rocket::figment::Figment;
use rocket::local::asynchronous::Client;
use rocket::{Build, Request, Rocket, Route};
use rocket_login::LoginManager;
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};

use crate::guide::blocks;
use crate::recipes::account::Account;

const CHAPTERS: [&str; 5] = [
    include_str!("../../docs/accounts.md"),
    include_str!("../../docs/mail-links.md"),
    include_str!("../../docs/oauth.md"),
    include_str!("../../docs/recipes.md"),
    include_str!("../../docs/scripts.md"),
];
const CODE: [&str; 12] = [
    include_str!("../../examples/oauth/src/accounts.rs"),
    include_str!("../../examples/oauth/src/identity.rs"),
    include_str!("../../examples/oauth/src/layout.rs"),
    include_str!("../../examples/oauth/src/main.rs"),
    include_str!("recipes/account.rs"),
    include_str!("recipes/cors.rs"),
    include_str!("recipes/delete.rs"),
    include_str!("recipes/layout.rs"),
    include_str!("recipes/mail.rs"),
    include_str!("recipes/member.rs"),
    include_str!("recipes/register.rs"),
    include_str!("recipes/rehash.rs"),
];
const LAYOUTS: [&str; 2] = [
    include_str!("../../examples/oauth/templates/layout.html.tera"),
    include_str!("recipes/templates/layout.html"),
];
const OAUTH: &str = include_str!("../../examples/oauth/Rocket.toml");

/// The tests keep their templates where an application would not.
const ELSEWHERE: &str = ",config=\"tests/integration/recipes/askama.toml\"";

const TABLES: &str = "
    CREATE TABLE accounts (
        id            INTEGER PRIMARY KEY AUTOINCREMENT,
        name          TEXT NOT NULL UNIQUE,
        password_hash TEXT,
        session_key   TEXT NOT NULL DEFAULT (hex(randomblob(16)))
    );
    CREATE TABLE links (
        digest  BLOB PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
        expires INTEGER NOT NULL
    );
    INSERT INTO accounts (name) VALUES ('alice');
";

/// A database with one account, of alice.
async fn database() -> SqlitePool {
    // Another connection would see another database in memory.
    let pool = SqlitePoolOptions::new().max_connections(1);
    let pool = pool.connect("sqlite::memory:").await.unwrap();
    sqlx::raw_sql(TABLES).execute(&pool).await.unwrap();
    pool
}

async fn alice(pool: &SqlitePool) -> Account {
    account::find(pool, 1).await.unwrap().unwrap()
}

fn figment() -> Figment {
    Figment::from(rocket::Config::debug_default())
        .merge(("log_level", "off"))
        .merge(("login.redirect_to", "/login"))
        .merge(("login.secret_key", crate::app::KEY))
}

fn site(figment: Figment, pool: &SqlitePool, routes: Vec<Route>) -> Rocket<Build> {
    let in_loader = pool.clone();
    let login = LoginManager::fairing(move |_: &Request<'_>, id: i64| {
        let pool = in_loader.clone();
        async move { account::find(&pool, id).await }
    });
    let rocket = rocket::custom(figment).manage(pool.clone());
    rocket.attach(login).mount("/", routes)
}

async fn client(rocket: Rocket<Build>) -> Client {
    Client::tracked(rocket).await.unwrap()
}

/// Leaves out of a code how it is laid out.
fn squeezed(code: &str) -> String {
    let code: String = code.split_whitespace().collect();
    code.replace(",)", ")")
        .replace(",}", "}")
        .replace(ELSEWHERE, "")
}

/// How many blocks of a language the chapters show. Each is part of a file.
fn shown(language: &str, files: &[&str]) -> usize {
    let all = CHAPTERS.iter();
    let all = all.flat_map(|chapter| blocks(chapter, language));
    let in_files = all.inspect(|block| {
        let is_here = |file: &&str| squeezed(file).contains(&squeezed(block));
        assert!(files.iter().any(is_here), "{block}");
    });
    in_files.count()
}

#[test]
fn the_chapters_show_what_is_run() {
    assert_eq!(shown("html", &LAYOUTS), 2);
    assert_eq!(shown("sql", &[TABLES, CODE[0]]), 3);
    assert!(shown("rust", &CODE) >= 16);
    for line in blocks(CHAPTERS[1], "toml").concat().lines() {
        assert!(OAUTH.lines().any(|known| known == line), "{line}");
    }
}
