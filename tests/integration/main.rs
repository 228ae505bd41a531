//! The requests and answers of an application: each test is a rule.

// Where a test meets what it did not expect, it fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod accounts;
mod app;
mod browser;
mod callbacks;
mod parallel;

mod attacks;
mod attempts;
mod challenge;
mod compatibility;
mod cookies;
mod elsewhere;
mod errors;
mod events;
mod examples;
mod foreign;
mod gate;
mod guards;
mod guide;
mod held;
mod helpers;
mod ids;
mod inflight;
mod keys;
mod kinds;
mod launch;
mod layers;
mod legacy;
mod lifecycle;
mod links;
mod login;
mod logout;
mod next;
mod other_site;
mod overtaken;
mod parts;
mod permits;
mod programs;
mod protection;
mod proxies;
mod public_base;
mod readme;
mod recipes;
mod remember;
mod renew;

mod site;
mod sockets;
mod steps;
mod stored;
mod survival;
mod throttle;
mod uploads;
mod wire;
mod wrappers;

#[path = "../../examples/demo/main.rs"]
mod demo;
