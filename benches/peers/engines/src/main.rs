//! Sessions in the engines that both session libraries of Rocket know, one server for
//! each; which one is the first argument. The engine's URL is in the environment.

mod flex;
#[path = "../../rocket/src/login.rs"]
mod login;

use rocket::config::LogLevel;
use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use rocket::{Build, Config, Rocket, get, routes, tokio};
use rocket_login::StoreKind;

#[get("/open")]
fn open() -> &'static str {
    "ok"
}

/// As with the contenders that need no engine.
fn common() -> Rocket<Build> {
    let config = Config {
        port: 0,
        workers: 1,
        log_level: LogLevel::Off,
        ..Config::release_default()
    };
    let figment = Figment::from(config).merge(("secret_key", peers::SECRET.as_bytes()));
    rocket::custom(figment)
        .mount("/", routes![open])
        .attach(AdHoc::on_liftoff("port", |rocket| {
            let port = rocket.config().port;
            Box::pin(async move { peers::announce(port) })
        }))
}

/// Where the engine is.
fn url() -> String {
    std::env::var("PEERS_ENGINE").expect("PEERS_ENGINE names an engine")
}

fn login_in(store: StoreKind) -> Rocket<Build> {
    login::with_store(common(), store, Some(url().into()))
}

async fn contender(name: &str) -> Rocket<Build> {
    match name {
        "engines_login_sqlite" => login_in(StoreKind::Sqlite),
        "engines_login_postgres" => login_in(StoreKind::Postgres),
        "engines_login_redis" => login_in(StoreKind::Redis),
        "engines_flex_sqlite" => flex::in_sqlite(common(), &url()).await,
        "engines_flex_postgres" => flex::in_postgres(common(), &url()).await,
        "engines_flex_redis" => flex::in_redis(common(), &url()).await,
        other => peers::unknown(other),
    }
}

fn main() {
    peers::end_with_the_runner();
    let name = peers::contender();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime starts");
    let launched = runtime.block_on(async { contender(&name).await.launch().await });
    if let Err(error) = launched {
        eprintln!("{error:?}");
        std::process::exit(1);
    }
}
