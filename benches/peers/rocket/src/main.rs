//! The contenders on Rocket, one server each; which one is the first argument. They are
//! one binary, so that what is compared most closely was compiled together.

mod flex;
mod floor;
mod login;
mod plain;
mod private;

use rocket::config::LogLevel;
use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use rocket::{Build, Config, Rocket, get, routes, tokio};
use rocket_login::StoreKind;

#[get("/open")]
fn open() -> &'static str {
    "ok"
}

#[get("/protected")]
fn unprotected() -> &'static str {
    "ok"
}

/// The common part of all of them. Shield stays on, as it does in most applications. Of settings,
/// only those below count: no `Rocket.toml`, no environment.
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

fn contender(name: &str) -> Rocket<Build> {
    match name {
        "rocket" => common().mount("/", routes![unprotected]),
        "rocket_plain" => plain::build(common()),
        "rocket_floor" => floor::with_two_headers(common()),
        "rocket_floor_one" => floor::with_one_header(common()),
        "rocket_private" => private::build(common()),
        "rocket_flex_cookie" => flex::in_cookie(common()),
        "rocket_flex_memory" => flex::in_memory(common()),
        "rocket_login" => login::with_store(common(), StoreKind::Cookie, None),
        "rocket_login_memory" => login::with_store(common(), StoreKind::Memory, None),
        other => peers::unknown(other),
    }
}

fn main() {
    peers::end_with_the_runner();
    let rocket = contender(&peers::contender());
    // As `#[launch]` does, which asks the environment for the number of workers.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime starts");
    if let Err(error) = runtime.block_on(rocket.launch()) {
        eprintln!("{error:?}");
        std::process::exit(1);
    }
}
