//! Prints a new `secret_key` for Rocket.toml: 256 random bits, as 44 characters.
//! What to do with it, and with the old one, is in `docs/keys.md`.
//! `cargo run --example newkey`

use std::io::{self, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

fn main() -> io::Result<()> {
    let mut key = [0; 32];
    getrandom::fill(&mut key)?;
    writeln!(io::stdout(), "{}", BASE64_STANDARD.encode(key))
}
