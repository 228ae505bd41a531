//! Tells whoever starts the demo where it is and how to get in.

use std::net::SocketAddr;

use rocket::fairing::AdHoc;
use rocket::{Orbit, Rocket};

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
    println!(
        "\nThe demo is at {scheme}://{address}\n\
         Log in as alice (password: wonderland) or bob (password: builder).\n\
         carol (password: closed) is refused: her account is closed.\n"
    );
}
