//! Measures what a login costs, contender by contender. The package's README says what
//! is measured and how; `scripts/bench` builds everything and starts this.

mod check;
mod contender;
mod cores;
mod engines;
mod http;
mod instructions;
mod load;
mod memory;
#[allow(dead_code)] // Tests do more with it.
#[path = "../../../../../tests/engines/postgres/server.rs"]
mod postgres;
#[allow(dead_code)]
#[path = "../../../../../tests/engines/process.rs"]
mod process;
mod rounds;
mod server;
mod stats;
mod table;

use std::process::ExitCode;

use contender::chosen;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// With all contenders this takes about four minutes.
const ROUNDS: usize = 40;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let (first, rest) = match arguments.split_first() {
        Some((first, rest)) => (first.as_str(), rest),
        None => ("", arguments),
    };
    match (first, first.parse()) {
        ("instructions", _) => instructions::run(&chosen(rest)?),
        ("memory", _) => memory::run(&chosen(rest)?),
        ("engines", _) => match rest {
            [] => engines::run(engines::ROUNDS),
            [rounds, ..] => engines::run(rounds.parse()?),
        },
        (_, Ok(count)) => times(count, rest),
        _ => times(ROUNDS, arguments),
    }
}

fn times(rounds: usize, names: &[String]) -> Result<()> {
    if rounds == 0 {
        return Err("one round at least".into());
    }
    let entries = rounds::run(&chosen(names)?, rounds)?;
    table::print(&entries);
    Ok(())
}
