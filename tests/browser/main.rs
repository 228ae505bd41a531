//! The pages in a real browser, where cookies, origins and sockets are the browser's own: the demo
//! in headless Chromium, also behind proxies, where curl has a word as well, and an example with
//! htmx. Debian has them in the packages chromium, chromium-driver, nginx, caddy, haproxy, apache2
//! and curl. htmx, Turbo, and axe-core, the judge of what is accessible, are fetched by
//! `scripts/test`, which says where they are in `ROCKET_LOGIN_HTMX`, `ROCKET_LOGIN_TURBO` and
//! `ROCKET_LOGIN_AXE`.

// Where a test meets what it did not expect, it fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod axe;
mod chromium;
mod driver;
mod elsewhere;
mod look;
mod small;
mod visitor;

mod chat;
mod foreign;
mod htmx;
mod killed;
mod proxy;
mod screen;
mod sessions;
mod spa;
mod throttling;
mod tour;
mod turbo;
mod uploads;
mod workers;

#[path = "../../examples/demo/main.rs"]
mod demo;
#[allow(dead_code)] // The tests of engines do more with them.
#[path = "../engines/process.rs"]
mod process;
#[allow(dead_code)] // Most of it is the client that is no browser.
#[path = "../integration/wire.rs"]
mod wire;
