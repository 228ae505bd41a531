//! Prints a new `secret_key` for Rocket.toml: 256 random bits, as 44 characters.
//! The use of it, and of the old one, is in `docs/keys.md`.
//! `cargo run --example newkey`

use std::io::{self, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

pub(crate) fn print(to: &mut impl Write) -> io::Result<()> {
    let mut key = [0; 32];
    getrandom::fill(&mut key)?;
    writeln!(to, "{}", BASE64_STANDARD.encode(key))
}

#[allow(dead_code)] // Tests include this file as a module and have no use for this function.
fn main() -> io::Result<()> {
    print(&mut io::stdout())
}
