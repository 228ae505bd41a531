//! The cost of sessions in a store: how many requests per second there are with each, how often a
//! request asks, and the memory of a session in memory. `cargo bench --bench stores --features
//! engine-tests` prints all of it, and with the names of stores behind `--` those alone.
//!
//! The requests are dispatched in this process, without HTTP: the rates are bounds of
//! what logins cost, and not what a site serves. The servers of Redis and PostgreSQL
//! are on the same processors. They keep what they acknowledge; SQLite has a WAL.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

#[path = "stores/counted.rs"]
mod counted;
#[path = "stores/memory.rs"]
mod memory;
#[allow(dead_code)] // Tests do more with it.
#[path = "../tests/engines/postgres/server.rs"]
mod postgres;
#[allow(dead_code)]
#[path = "../tests/engines/process.rs"]
mod process;
#[allow(dead_code)]
#[path = "../tests/engines/redis/server.rs"]
mod redis;

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use counted::Counted;
use process::Folder;
use rocket::futures::future::join_all;
use rocket::http::{Header, Status};
use rocket::local::asynchronous::{Client, LocalRequest, LocalResponse};
use rocket::{Request, get, post, routes, tokio};
use rocket_login::store::{MemoryStore, PostgresStore, SessionStore, SqliteStore};
use rocket_login::{Auth, AuthUser, Config, LoginError, LoginManager, MaybeUser, User};

const VISITORS: i64 = 32;
const TIME: Duration = Duration::from_secs(3);
const ADDRESS: &str = "192.0.2.1:40000";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";

struct Account(i64);

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.0
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        b"hash"[..].into()
    }
}

async fn load(_: &Request<'_>, id: i64) -> Result<Option<Account>, Infallible> {
    Ok(Some(Account(id)))
}

#[get("/account")]
fn account(user: User<Account>) -> String {
    user.0.to_string()
}

#[get("/home")]
fn home(user: MaybeUser<Account>) -> &'static str {
    user.as_ref().map_or("stranger", |_| "member")
}

#[get("/open")]
fn open() -> &'static str {
    "open"
}

#[post("/login/<id>")]
async fn login(id: i64, auth: Auth<'_, Account>) -> Result<(), LoginError> {
    auth.login(&Account(id)).await?;
    Ok(())
}

#[post("/remember/<id>")]
async fn remember(id: i64, auth: Auth<'_, Account>) -> Result<(), LoginError> {
    auth.login(&Account(id)).remember(true).await?;
    Ok(())
}

#[post("/confirm/<id>")]
async fn confirm(id: i64, auth: Auth<'_, Account>) -> Result<(), LoginError> {
    auth.confirm_as(&Account(id)).await
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>) -> Result<(), LoginError> {
    auth.logout().await
}

async fn client(store: Option<Arc<Counted>>) -> Client {
    let figment = rocket::Config::figment().merge(("log_level", "off"));
    let key = "a benchmark's secret of at least thirty-two bytes";
    let config = Config {
        cookie_secure: Some(false),
        ..Config::new("/login", key)
    };
    let login = LoginManager::fairing(load).config(config);
    let login = match store {
        Some(store) => login.session_store(store),
        None => login,
    };
    let rocket = rocket::custom(figment).attach(login);
    let routes = routes![account, home, open, self::login, remember, confirm, logout];
    let rocket = rocket.mount("/", routes);
    Client::untracked(rocket).await.unwrap()
}

fn login_of(client: &Client, id: i64) -> LocalRequest<'_> {
    client.post(format!("/login/{id}"))
}

/// A request of a browser, and not of an unknown client.
fn of_browser(mut request: LocalRequest<'_>) -> LocalRequest<'_> {
    request.add_header(Header::new("User-Agent", FIREFOX));
    request.remote(ADDRESS.parse().unwrap())
}

/// Logs a user in, and gives back the cookie.
async fn cookie(request: LocalRequest<'_>) -> Header<'static> {
    let response = request.dispatch().await;
    let set = response.headers().get_one("Set-Cookie").unwrap();
    Header::new("Cookie", set.split(';').next().unwrap().to_string())
}

/// The request of one visitor in a loop, and how often there was time for it.
async fn visit(
    client: &Client,
    path: &'static str,
    cookie: Option<Header<'static>>,
    until: Instant,
) -> usize {
    let mut count = 0;
    while Instant::now() < until {
        // A request that waits for nothing would keep all others waiting.
        tokio::task::yield_now().await;
        // As at the login, or protection would have something to do.
        let mut request = of_browser(client.get(path));
        if let Some(cookie) = &cookie {
            request.add_header(cookie.clone());
        }
        assert_eq!(request.dispatch().await.status(), Status::Ok);
        count += 1;
    }
    count
}

/// Requests per second, and how often each asks the store.
async fn rate(
    client: &Arc<Client>,
    store: Option<&Counted>,
    path: &'static str,
    cookies: &[Option<Header<'static>>],
) -> String {
    let calls = || store.map_or(0, Counted::calls);
    let (before, start) = (calls(), Instant::now());
    let visits = cookies.iter().map(|cookie| {
        let (client, cookie) = (client.clone(), cookie.clone());
        tokio::spawn(async move { visit(&client, path, cookie, start + TIME).await })
    });
    let counts = join_all(visits).await;
    let took = start.elapsed().as_secs_f64();
    let count: usize = counts.into_iter().map(Result::unwrap).sum();
    let asked = (calls() - before) as f64 / count as f64;
    format!("{:>10.0} {asked:>6.3}", count as f64 / took)
}

/// Prints which calls a login, a restore, a confirmation and a logout ask of the store: one
/// write each, the list of the user's sessions aside.
async fn steps(client: &Client, store: &Counted) {
    let cookies = |response: &LocalResponse<'_>| {
        let set = response.headers().get("Set-Cookie");
        let pairs: Vec<_> = set.filter_map(|set| set.split(';').next()).collect();
        Header::new("Cookie", pairs.join("; "))
    };
    let send = async |request: LocalRequest<'_>, brought: &Header<'static>| {
        let mut request = of_browser(request);
        request.add_header(brought.clone());
        let response = request.dispatch().await;
        assert_eq!(response.status(), Status::Ok);
        cookies(&response)
    };
    store.take_names();
    let none = Header::new("Cookie", "");
    let both = send(client.post("/remember/1000"), &none).await;
    let login = store.take_names();
    let remember = both.value().split("; ").nth(1).unwrap().to_string();
    let both = send(client.get("/account"), &Header::new("Cookie", remember)).await;
    let restore = store.take_names();
    send(client.post("/confirm/1000"), &both).await;
    let confirm = store.take_names();
    send(client.post("/logout"), &both).await;
    let logout = store.take_names();
    println!(
        "          login {login:?}, restore {restore:?}, confirm {confirm:?}, logout {logout:?}"
    );
    let is_write = |name: &&&str| ["create", "save", "delete"].contains(*name);
    for calls in [&login, &restore, &confirm, &logout] {
        assert_eq!(calls.iter().filter(is_write).count(), 1, "{calls:?}");
    }
}

async fn measure(name: &str, store: Option<Box<dyn SessionStore>>) {
    let store = store.map(Counted::new);
    let client = Arc::new(client(store.clone()).await);
    let mut cookies = Vec::new();
    for id in 0..VISITORS {
        cookies.push(Some(cookie(of_browser(login_of(&client, id))).await));
    }
    let nobody = vec![None; cookies.len()];
    let store = store.as_deref();
    let member = rate(&client, store, "/account", &cookies).await;
    let stranger = rate(&client, store, "/home", &nobody).await;
    let unguarded = rate(&client, store, "/open", &cookies).await;
    println!("{name:<10}{member}{stranger}{unguarded}");
    if let Some(store) = store {
        steps(&client, store).await;
    }
}

async fn rates(names: &[String]) {
    let headings = ["logged in", "anonymous", "unguarded"];
    let headings = headings.map(|heading| format!("{heading:>10} {:>6}", "calls"));
    println!("requests per second of {VISITORS} visitors at once, and calls to the store for each");
    println!("store     {}", headings.concat());
    let is_asked = |name: &str| names.is_empty() || names.iter().any(|asked| asked == name);
    if is_asked("none") {
        measure("none", None).await;
    }
    if is_asked("memory") {
        measure("memory", Some(Box::new(MemoryStore::default()))).await;
    }
    if is_asked("sqlite") {
        let folder = Folder::new("bench");
        let url = format!("sqlite://{}/sessions.db", folder.path().display());
        let store = SqliteStore::connect(&url).await.unwrap();
        measure("sqlite", Some(Box::new(store))).await;
    }
    if is_asked("postgres") {
        let server = postgres::Server::start();
        let store = PostgresStore::connect(&server.url()).await.unwrap();
        measure("postgres", Some(Box::new(store))).await;
    }
    if is_asked("redis") {
        let server = redis::Server::start().await;
        measure("redis", Some(Box::new(server.store().await))).await;
    }
}

#[rocket::main]
async fn main() {
    // Cargo's own arguments begin with a dash.
    let arguments = std::env::args().skip(1);
    let names: Vec<_> = arguments.filter(|name| !name.starts_with('-')).collect();
    rates(&names).await;
    println!(
        "\nbytes of heap for each of {} sessions in memory, of users with an i64 id:",
        memory::SESSIONS
    );
    for (is_browser, what) in [
        (false, "nothing known of the browser"),
        (true, "its address and user agent"),
    ] {
        let cost = memory::of_sessions(i64::MAX, is_browser).await;
        println!(
            "{what:<28} {:>4}, of which {} are the session itself; nobody waits longer than {:?} \
             while all expire",
            cost.bytes, cost.value, cost.stall
        );
    }
}
