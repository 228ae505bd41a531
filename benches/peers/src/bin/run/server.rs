//! One contender's server: its process, where it listens, and what it costs.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::Result;
use crate::contender::Contender;

/// Nanoseconds of a thread, or of several.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Used {
    /// On the processor.
    pub(crate) running: u64,
    /// Ready to run, while another program had the processor.
    pub(crate) waiting: u64,
}

impl Used {
    fn parse(schedstat: &str) -> Result<Self> {
        let mut numbers = schedstat.split_whitespace();
        let mut next = || numbers.next().unwrap_or_default().parse();
        Ok(Self {
            running: next()?,
            waiting: next()?,
        })
    }
}

pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts it, before its name the words of `before`: the program to run it under.
    pub(crate) fn start(contender: &Contender, before: &[&str]) -> Result<Self> {
        let binary = beside_this(&contender.binary())?;
        let mut words = before.iter().map(PathBuf::from).chain([binary]);
        let mut child = Command::new(words.next().unwrap_or_default())
            .args(words)
            .arg(contender.name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let said = first_line(&mut child);
        // From here on dropping it ends the process, also after a failure.
        let mut server = Self {
            child,
            address: (Ipv4Addr::LOCALHOST, 0).into(),
        };
        match said?.trim().parse() {
            Ok(port) => server.address.set_port(port),
            Err(_) => {
                return Err(format!("{} did not start: {}", contender.name, server.end()?).into());
            }
        }
        Ok(server)
    }

    /// The time that each of its threads has used so far. It is exact for threads that sleep, and
    /// late by up to a tick of the clock for those that run.
    pub(crate) fn threads(&self) -> Result<HashMap<String, Used>> {
        let mut times = HashMap::new();
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let thread = thread?;
            // A thread may end between being listed and being looked at.
            let Ok(text) = fs::read_to_string(thread.path().join("schedstat")) else {
                continue;
            };
            let name = thread.file_name().to_string_lossy().into_owned();
            times.insert(name, Used::parse(&text)?);
        }
        Ok(times)
    }

    /// The memory it has, in bytes.
    pub(crate) fn memory(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().next());
        let kibibytes: u64 = kibibytes.ok_or("the server has no memory")?.parse()?;
        Ok(kibibytes * 1024)
    }

    /// Ends it in its own way, and gives back what it and its tool complained about.
    pub(crate) fn end(mut self) -> Result<String> {
        drop(self.child.stdin.take());
        let mut said = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut said)?;
        }
        Ok(said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already is not killed, and no other process in its place.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn first_line(child: &mut Child) -> Result<String> {
    let mut line = String::new();
    let stdout = child.stdout.take().ok_or("the server has no output")?;
    BufReader::new(stdout).read_line(&mut line)?;
    Ok(line)
}

/// Binaries that were built together lie together.
fn beside_this(name: &str) -> Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// The time that the threads have used since the last look.
pub(crate) fn between(before: &HashMap<String, Used>, after: &HashMap<String, Used>) -> Used {
    let mut all = Used::default();
    for (thread, now) in after {
        let then = before.get(thread).copied().unwrap_or_default();
        all.running += now.running - then.running;
        all.waiting += now.waiting - then.waiting;
    }
    all
}
