//! Sessions in SQLite, PostgreSQL and Redis: how many requests a second are answered,
//! and what each takes of the server's processor. The engines are on this machine, and
//! on whichever core they are put.

use std::net::TcpStream;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::check::{Cookies, check};
use crate::contender::{Contender, ENGINES};
use crate::load::Load;
use crate::process::{Folder, Process, free_port};
use crate::server::{Server, between};
use crate::stats::median;
use crate::{Result, cores, http, postgres};

pub(crate) const ROUNDS: usize = 20;
const TURN: Duration = Duration::from_millis(500);

struct Entry {
    contender: &'static Contender,
    server: Server,
    cookies: Cookies,
    /// Requests a second, and nanoseconds of the server's processor per request.
    rates: Vec<f64>,
    times: Vec<f64>,
}

pub(crate) fn run(rounds: usize) -> Result<()> {
    let core = cores::part()?;
    let folder = Folder::new("bench");
    let postgres = postgres::Server::start();
    let (_redis, redis) = redis(&folder)?;
    let mut entries = Vec::new();
    for contender in &ENGINES {
        let url = match contender.engine() {
            "sqlite" => format!(
                "sqlite://{}/{}.db?mode=rwc",
                folder.path().display(),
                contender.name
            ),
            "postgres" => postgres.url(),
            _ => redis.clone(),
        };
        let engine = format!("PEERS_ENGINE={url}");
        let server = Server::start(contender, &["env", &engine, "taskset", "-c", &core])?;
        entries.push(Entry {
            cookies: check(contender, &server)?,
            contender,
            server,
            rates: Vec::new(),
            times: Vec::new(),
        });
    }
    for round in 0..rounds {
        eprint!("\rround {} of {rounds}", round + 1);
        // There and back, as with the others.
        entries.iter_mut().try_for_each(turn)?;
        entries.reverse();
    }
    eprintln!();
    entries.sort_by_key(|entry| entry.contender.engine());
    print(&entries);
    Ok(())
}

/// A Redis that keeps what it acknowledges, and its URL.
fn redis(folder: &Folder) -> Result<(Process, String)> {
    let port = free_port();
    let mut command = Command::new("redis-server");
    command
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "yes", "--dir"])
        .arg(folder.path());
    let process = Process::start(&mut command, &folder.path().join("redis.log"));
    for _ in 0..100 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok((process, format!("redis://127.0.0.1:{port}/")));
        }
        sleep(Duration::from_millis(50));
    }
    Err("Redis does not answer".into())
}

fn turn(entry: &mut Entry) -> Result<()> {
    let request = http::request("GET", "/protected", &entry.cookies.header());
    let mut load = Load::open(entry.server.address, request)?;
    let for_a = |time| {
        let start = Instant::now();
        move |_| start.elapsed() < time
    };
    load.run(for_a(TURN / 10))?;
    let before = entry.server.threads()?;
    let start = Instant::now();
    let answers = load.run(for_a(TURN))? as f64;
    entry.rates.push(answers / start.elapsed().as_secs_f64());
    sleep(Duration::from_millis(2));
    let used = between(&before, &entry.server.threads()?);
    entry.times.push(used.running as f64 / answers);
    Ok(())
}

fn print(entries: &[Entry]) {
    println!("\nSessions in an engine, medians of the rounds:\n");
    println!("{:26}{:>15}{:>15}", "", "requests / s", "server µs");
    for entry in entries {
        let (rate, time) = (median(&entry.rates), median(&entry.times) / 1000.0);
        println!("{:26}{rate:>15.0}{time:>15.1}", entry.contender.name);
    }
}
