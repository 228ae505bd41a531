//! The demo behind nginx, Caddy, HAProxy and Apache, with the configurations and the settings that
//! the guide shows: on TLS, and as `https://app.example`, which curl, Chromium and sockets all look
//! for at the proxy.

mod addresses;
mod ahead;
mod asked;
mod back;
mod client;
mod each;
mod frames;
mod logins;
mod pages;
mod planted;
mod prefix;
mod program;
mod programs;
mod socket;
mod sockets;

use std::net::{IpAddr, Ipv4Addr};

use rocket::figment::Figment;
use rocket::figment::providers::{Format, Toml};
use rocket::{get, routes};

use crate::demo;
use crate::visitor::Visitor;
use crate::wire::Server;
use client::Client;
use program::{Edit, Program, Proxy};

const HOST: &str = "app.example";
const ORIGIN: &str = "https://app.example";

const SETTINGS: &str = include_str!("../../../docs/deploying.md");
const PROXIES: &str = include_str!("../../../docs/proxies.md");
const ONE_HOST: &str = include_str!("../../../docs/one-host.md");

const ALICE: [&str; 4] = ["--data", "username=alice", "--data", "password=wonderland"];

/// Addresses of two people. Neither is the one from which the proxy asks the application.
const HERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

/// The headers of a client that claims to be alice, at her address.
const SPOOFED: [&str; 6] = [
    "X-Forwarded-For: 127.0.0.2",
    "X-Real-IP: 127.0.0.2",
    "Forwarded: for=127.0.0.2;proto=http;host=evil.example",
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Proto: http",
    "X-Forwarded-Port: 80",
];

/// The address that Rocket itself takes for the client's.
#[get("/client_ip")]
fn client_ip(address: IpAddr) -> String {
    address.to_string()
}

/// The demo, and a proxy before it, which is nginx unless a test says otherwise.
struct Site {
    proxy: Proxy,
    _server: Server,
}

impl Site {
    fn start() -> Self {
        Self::start_with(&[], 60)
    }

    /// With an nginx that is configured otherwise, and waits so many seconds for the demo where
    /// its configuration does not say how long.
    fn start_with(edits: &[Edit<'_>], patience: u64) -> Self {
        Self::start_as(edits, patience, |figment| figment)
    }

    /// The same with other settings of the demo.
    fn start_as(
        edits: &[Edit<'_>],
        patience: u64,
        settings: impl FnOnce(Figment) -> Figment,
    ) -> Self {
        Self::behind(&programs::NGINX, edits, patience, settings)
    }

    fn behind(
        program: &Program,
        edits: &[Edit<'_>],
        patience: u64,
        settings: impl FnOnce(Figment) -> Figment,
    ) -> Self {
        let server = serve(settings);
        Self {
            proxy: Proxy::before(program, server.address.port(), edits, patience),
            _server: server,
        }
    }

    /// A visitor with a Chromium that looks for these hosts at nginx.
    fn visitor(&self, hosts: &[&str]) -> Visitor {
        self.visitor_with(hosts, &[])
    }

    fn visitor_with(&self, hosts: &[&str], more: &[&str]) -> Visitor {
        let port = self.proxy.https;
        let rules = hosts
            .iter()
            .map(|host| format!("MAP {host}:443 127.0.0.1:{port}"));
        let rules = rules.collect::<Vec<_>>().join(", ");
        let rules = format!("--host-resolver-rules={rules}");
        let args = [&rules, "--ignore-certificate-errors"];
        Visitor::behind(HOST, &[&args, more].concat())
    }

    fn client(&self, from: Ipv4Addr) -> Client {
        Client::new(&self.proxy, from)
    }

    /// A client that has logged in as alice.
    #[track_caller]
    fn alice(&self) -> Client {
        let alice = self.client(HERE);
        let reply = alice.ask("/login", &[&ALICE[..], &["--data", "remember=on"]].concat());
        assert_eq!((reply.status, reply.location()), (303, Some("/")));
        alice
    }
}

/// The demo with the settings of the chapter, and these.
fn serve(settings: impl FnOnce(Figment) -> Figment) -> Server {
    let routes = routes![client_ip, ahead::ahead, back::welcome];
    let rocket = demo::rocket().mount("/", routes).attach(ahead::count());
    Server::serve(rocket, |figment| {
        let key = "a key for tests of proxies: 8f21c5f2b7d94c1e";
        let shown = Toml::string(shown_in(SETTINGS, "toml")).nested();
        let figment = figment.select("release").merge(shown);
        settings(figment.merge(("login.secret_key", key)))
    })
}

/// The first block in this language that a chapter shows.
fn shown_in<'a>(text: &'a str, language: &str) -> &'a str {
    let block = text.split(&format!("```{language}\n")).nth(1).unwrap();
    block.split("```").next().unwrap()
}
