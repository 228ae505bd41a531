//! The rounds: in each, every server gets its turns under load, while all others idle.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Result;
use crate::check::{Cookies, check};
use crate::contender::Contender;
use crate::load::Load;
use crate::server::{Server, between};
use crate::{cores, http};

/// A turn under load: short, so that what is compared is measured at nearly one time.
const TURN: Duration = Duration::from_millis(150);
const WARM_UP: Duration = Duration::from_millis(30);
/// How long a server needs to fall asleep after its last answer.
const PAUSE: Duration = Duration::from_millis(2);

/// A contender, and nanoseconds per request, round by round.
pub(crate) struct Entry {
    pub(crate) contender: &'static Contender,
    server: Server,
    pub(crate) cookies: Cookies,
    /// The framework's open route without a login, with the same request headers.
    pub(crate) framework: Vec<f64>,
    /// The contender's own open route, logged in.
    pub(crate) open: Vec<f64>,
    /// The protected route, logged in.
    pub(crate) protected: Vec<f64>,
    /// Which part of the time the server ran, and which part it was kept from running.
    pub(crate) running: Vec<f64>,
    pub(crate) waiting: Vec<f64>,
}

pub(crate) fn run(contenders: &[&'static Contender], rounds: usize) -> Result<Vec<Entry>> {
    let core = cores::part()?;
    let mut entries = Vec::new();
    for contender in contenders {
        let server = Server::start(contender, &["taskset", "-c", &core])?;
        entries.push(Entry {
            cookies: check(contender, &server)?,
            contender,
            server,
            framework: Vec::new(),
            open: Vec::new(),
            protected: Vec::new(),
            running: Vec::new(),
            waiting: Vec::new(),
        });
    }
    eprintln!("all answers are as they should be");
    for round in 0..rounds {
        eprint!("\rround {} of {rounds}", round + 1);
        // There and back, so that a machine that gets slower slows everybody down.
        let forth = 0..entries.len();
        let order: Vec<_> = match round % 2 {
            0 => forth.collect(),
            _ => forth.rev().collect(),
        };
        for index in order {
            turns(&mut entries, index)?;
        }
    }
    eprintln!();
    Ok(entries)
}

/// All that is measured of one contender in one round, next to each other.
fn turns(entries: &mut [Entry], index: usize) -> Result<()> {
    let entry = &entries[index];
    let baseline = entries
        .iter()
        .find(|other| other.contender.name == entry.contender.framework)
        .ok_or("a framework's baseline is missing")?;
    let cookie = entry.cookies.header();
    let framework = turn(&baseline.server, "/open", &cookie)?;
    if entry.contender.is_baseline() {
        entries[index].framework.push(framework.time);
        return Ok(());
    }
    let open = turn(&entry.server, "/open", &cookie)?;
    let protected = turn(&entry.server, "/protected", &cookie)?;
    let entry = &mut entries[index];
    entry.framework.push(framework.time);
    entry.open.push(open.time);
    entry.protected.push(protected.time);
    entry.running.push(protected.running);
    entry.waiting.push(protected.waiting);
    Ok(())
}

struct Turn {
    /// Nanoseconds of processor time per request.
    time: f64,
    running: f64,
    waiting: f64,
}

fn turn(server: &Server, path: &str, cookie: &str) -> Result<Turn> {
    let mut load = Load::open(server.address, http::request("GET", path, cookie))?;
    let for_a = |time| {
        let start = Instant::now();
        move |_| start.elapsed() < time
    };
    load.run(for_a(WARM_UP))?;
    sleep(PAUSE);
    let before = server.threads()?;
    let start = Instant::now();
    let answers = load.run(for_a(TURN))?;
    let passed = start.elapsed().as_nanos() as f64;
    sleep(PAUSE);
    let used = between(&before, &server.threads()?);
    Ok(Turn {
        time: used.running as f64 / answers as f64,
        running: used.running as f64 / passed,
        waiting: used.waiting as f64 / passed,
    })
}
