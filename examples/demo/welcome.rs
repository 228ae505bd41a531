//! Tells the user of the demo where it is and how to get in.

use std::net::SocketAddr;

use rocket::fairing::AdHoc;
use rocket::{Orbit, Rocket};

/// An account of the demo, to try it.
pub(crate) struct Example {
    pub(crate) name: &'static str,
    pub(crate) password: &'static str,
    pub(crate) who: &'static str,
}

pub(crate) const EXAMPLES: [Example; 3] = [
    Example {
        name: "alice",
        password: "wonderland",
        who: "a member, and staff",
    },
    Example {
        name: "bob",
        password: "builder",
        who: "a member",
    },
    Example {
        name: "carol",
        password: "closed",
        who: "nobody any more: the account is closed",
    },
];

pub(crate) fn fairing() -> AdHoc {
    AdHoc::on_liftoff("Welcome", |rocket| Box::pin(async move { welcome(rocket) }))
}

// Printed, not logged: it has to be seen with `log_level = "off"`, too.
#[allow(clippy::print_stdout)]
fn welcome(rocket: &Rocket<Orbit>) {
    let config = rocket.config();
    let scheme = if config.tls_enabled() {
        "https"
    } else {
        "http"
    };
    let address = SocketAddr::new(config.address, config.port);
    println!("\nThe demo is at {scheme}://{address}\nLog in as");
    for Example {
        name,
        password,
        who,
    } in EXAMPLES
    {
        println!("* {name} (password: {password}), {who}");
    }
    println!();
}
