//! How many instructions a request takes, counted by valgrind: the same on every machine
//! and however busy it is. `cargo bench --bench instructions`
//!
//! Valgrind does not know the processor's instructions for SHA-256; what stands in for
//! them takes some 3,400 a block, which is most of what is counted here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

#[path = "common/mod.rs"]
mod common;

use std::env;
use std::process::Command;

use common::Visit;
use rocket::http::Status;

/// Enough that what happens once does not count.
const FEW: u64 = 200;
const MANY: u64 = 600;

#[rocket::main]
async fn main() {
    let args: Vec<String> = env::args().collect();
    if let [_, flag, what, times] = args.as_slice()
        && flag == "--run"
    {
        return run(what, times.parse().unwrap()).await;
    }
    for what in ["open", "plain", "session", "anonymous", "remember", "login"] {
        println!("{what:>10} {:>8}", count(what));
    }
}

/// The instructions of one request.
fn count(what: &str) -> u64 {
    (collected(what, MANY) - collected(what, FEW)) / (MANY - FEW)
}

fn collected(what: &str, times: u64) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().unwrap())
        .args(["--run", what, &times.to_string()])
        .output()
        .expect("valgrind");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    let line = text.lines().find_map(|line| line.split_once("Collected :"));
    line.expect(&text).1.trim().parse().unwrap()
}

async fn run(what: &str, times: u64) {
    let with = common::with().await;
    let without = common::without().await;
    let [session, remember] = common::cookies(&with).await;
    let (client, visit, status) = match what {
        "open" => (&without, Visit::get("/open", &session), Status::Ok),
        "plain" => (&without, Visit::get("/plain", "user=1"), Status::Ok),
        "session" => (&with, Visit::get("/account", &session), Status::Ok),
        "anonymous" => (&with, Visit::get("/account", ""), Status::SeeOther),
        "remember" => (&with, Visit::get("/account", &remember), Status::Ok),
        "login" => (&with, Visit::post("/login?remember=false"), Status::Ok),
        other => panic!("{other}"),
    };
    for _ in 0..times {
        assert_eq!(visit.send(client).await, status);
    }
}
