//! Headers of proxies, from those that count and from others.

mod addresses;
mod said;
mod schemes;

use std::net::{IpAddr, Ipv4Addr};

use rocket::Route;
use rocket_login::Config;

use crate::app::{self, config};
use crate::wire::{Curl, Server};

/// The address of the one trusted proxy.
const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// An application that reads the headers of its proxy.
fn serve() -> Server {
    serve_with(Vec::new())
}

fn serve_with(routes: Vec<Route>) -> Server {
    let config = Config {
        trusted_proxies: vec![PROXY.to_string()],
        ..config()
    };
    Server::serve(app::rocket(config).mount("/", routes), |figment| figment)
}

/// A client that asks from where the proxy is.
fn proxy(server: &Server) -> Curl {
    let mut curl = Curl::new(server);
    curl.from = PROXY;
    curl
}

/// Values that no header of a proxy should have.
fn odd_values() -> Vec<String> {
    let long = "x".repeat(8000);
    ["", " ", ",", "\u{e9}", "%s", "\"", "null", &long]
        .map(String::from)
        .into()
}
