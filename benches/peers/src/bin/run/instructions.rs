//! Instructions per request, counted by Callgrind. They vary far less from run to run than
//! time does, so they show changes that the time of a busy machine hides.

use crate::Result;
use crate::check::log_in;
use crate::contender::{ALL, Contender};
use crate::http::{Connection, request};
use crate::server::Server;

const REQUESTS: u64 = 1_000;
/// The same server with a few requests only: the cost of start and login.
const FEW: u64 = 100;

const CALLGRIND: [&str; 3] = [
    "valgrind",
    "--tool=callgrind",
    "--callgrind-out-file=/dev/null",
];

pub(crate) fn run(contenders: &[&'static Contender]) -> Result<()> {
    println!("Instructions of an authenticated request, in user space:\n");
    println!(
        "{:24}{:>12}{:>12}{:>14}",
        "", "request", "above open", "same headers"
    );
    let mut open = 0;
    for contender in contenders {
        let baseline = ALL.iter().find(|other| other.name == contender.framework);
        let baseline = baseline.ok_or("a framework's baseline is missing")?;
        // A baseline stands before those that are measured from it.
        if contender.is_baseline() {
            (open, _) = per_request(baseline, None)?;
            println!("{:24}{open:>12}", contender.name);
            continue;
        }
        let (all, cookie) = per_request(contender, None)?;
        let (same, _) = per_request(baseline, Some(&cookie))?;
        let (above, library) = (all - open, all - same);
        println!("{:24}{all:>12}{above:>12}{library:>14}", contender.name);
    }
    Ok(())
}

/// Instructions per request, and the cookie of the login. A baseline is asked for its
/// open route with the cookie given, all others for their protected route with their own.
fn per_request(contender: &'static Contender, cookie: Option<&str>) -> Result<(i64, String)> {
    let (few, _) = total(contender, cookie, FEW)?;
    let (many, cookie) = total(contender, cookie, FEW + REQUESTS)?;
    Ok(((many - few) / REQUESTS as i64, cookie))
}

fn total(contender: &'static Contender, cookie: Option<&str>, count: u64) -> Result<(i64, String)> {
    let server = Server::start(contender, &CALLGRIND)?;
    let mut connection = Connection::open(server.address)?;
    let (path, cookie) = match contender.is_baseline() {
        true => ("/open", cookie.unwrap_or_default().to_string()),
        false => ("/protected", log_in(&mut connection)?.header()),
    };
    let request = request("GET", path, &cookie);
    for _ in 0..count {
        let answer = connection.ask(&request)?;
        if answer.status != 200 {
            return Err(format!("{}: {answer:?}", contender.name).into());
        }
    }
    let said = server.end()?;
    let mut lines = said.lines();
    let counted = lines.find_map(|line| Some(line.split_once("Collected :")?.1.trim().parse()));
    Ok((counted.ok_or("Callgrind counted nothing")??, cookie))
}
