//! The contenders on Actix Web, one server each; which one is the first argument.

mod identity;

use actix_web::dev::Server;
use actix_web::{App, HttpServer, get};

#[get("/open")]
async fn open() -> &'static str {
    "ok"
}

#[get("/protected")]
async fn unprotected() -> &'static str {
    "ok"
}

fn baseline() -> std::io::Result<Server> {
    let server = HttpServer::new(|| App::new().service(open).service(unprotected));
    let server = server.workers(1).bind(("127.0.0.1", 0))?;
    announce(&server.addrs());
    Ok(server.run())
}

fn announce(addresses: &[std::net::SocketAddr]) {
    peers::announce(addresses.first().expect("it is bound").port());
}

fn contender(name: &str) -> std::io::Result<Server> {
    match name {
        "actix" => baseline(),
        "actix_identity_private" => identity::private(),
        "actix_identity_signed" => identity::signed(),
        other => peers::unknown(other),
    }
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    peers::end_with_the_runner();
    contender(&peers::contender())?.await
}
