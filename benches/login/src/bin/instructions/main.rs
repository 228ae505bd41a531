//! How many instructions things take, counted by valgrind, each beside what it is built
//! upon. Such a ratio hardly depends on the machine, on how busy it is or on the
//! compiler; `scripts/instructions` compares those of today with the ones in
//! `ratios.txt`, and fails if one has risen by more than a twentieth.
//!
//! Valgrind does not know the processor's instructions for SHA-256: a block takes some
//! 3,400 here, on both sides.

#[path = "../../../../common/mod.rs"]
mod common;
mod ratios;
#[path = "../../work.rs"]
mod work;

use std::collections::BTreeMap;
use std::env;
use std::hint::black_box;
use std::process::{Command, ExitCode};

use ratios::Ratios;
use work::{PARTS, REQUESTS, Sites};

#[rocket::main]
async fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["--run", what, times] => {
            run(what, times.parse().expect("a number")).await;
            ExitCode::SUCCESS
        }
        ["--write"] => {
            counted().write();
            ExitCode::SUCCESS
        }
        _ => match counted().are_no_worse_than(&Ratios::read()) {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        },
    }
}

fn counted() -> Ratios {
    let mut counts = BTreeMap::new();
    println!("{:>20} {:>9} {:>12} {:>9} {:>7}", "", "", "against", "", "ratio");
    let pairs = REQUESTS.into_iter().chain(PARTS);
    let ratios = pairs.map(|(what, basis)| {
        let mut count = |what| *counts.entry(what).or_insert_with(|| count(what));
        let (counted, against) = (count(what), count(basis));
        let ratio = counted as f64 / against as f64;
        println!("{what:>20} {counted:>9} {basis:>12} {against:>9} {ratio:>7.3}");
        (what, ratio)
    });
    Ratios::of(ratios)
}

async fn run(what: &str, times: u64) {
    if let Some(mut part) = work::part(what) {
        return (0..times).for_each(|_| assert!(black_box(part())));
    }
    let sites = Sites::new().await;
    let (client, visit, status) = sites.visit(what);
    for _ in 0..times {
        assert_eq!(visit.send(client).await, status);
    }
}

/// The instructions of one of many. Single events do not count.
fn count(what: &str) -> u64 {
    const FEW: u64 = 200;
    const MANY: u64 = 1200;
    (collected(what, MANY) - collected(what, FEW)) / (MANY - FEW)
}

fn collected(what: &str, times: u64) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().expect("this program has a path"))
        .args(["--run", what, &times.to_string()])
        .output()
        .expect("valgrind");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    let line = text.lines().find_map(|line| line.split_once("Collected :"));
    let count = line.map(|(_, count)| count.trim().parse());
    count.expect("a count").expect("a number")
}
