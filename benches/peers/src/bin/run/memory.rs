//! The memory that a session takes in the server, if it is kept there.

use crate::Result;
use crate::check::check;
use crate::contender::{Contender, Kind};
use crate::http;
use crate::load::Load;
use crate::server::Server;

/// So many first, for all that grows once.
const BEFORE: u64 = 1_000;
const SESSIONS: u64 = 100_000;

pub(crate) fn run(contenders: &[&'static Contender]) -> Result<()> {
    println!("Resident memory per session, after {SESSIONS} logins of one user:\n");
    for contender in contenders {
        if contender.kind == Kind::InMemory {
            println!("{:24}{:>7} bytes", contender.name, per_session(contender)?);
        }
    }
    Ok(())
}

fn per_session(contender: &'static Contender) -> Result<u64> {
    let server = Server::start(contender, &[])?;
    check(contender, &server)?;
    let mut load = Load::open(server.address, http::request("POST", "/login", ""))?;
    load.run(|count| count < BEFORE)?;
    let before = server.memory()?;
    let logins = load.run(|count| count < SESSIONS)?;
    Ok(server.memory()?.saturating_sub(before) / logins)
}
