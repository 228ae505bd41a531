//! One processor core for the servers, and another for the load.

use std::fs;
use std::process::{Command, Stdio};

use crate::Result;

/// Keeps this process on the load's core, and gives back the server's.
pub(crate) fn part() -> Result<String> {
    let status = fs::read_to_string("/proc/self/status")?;
    let mut lines = status.lines();
    let list = lines.find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let cores = numbers(list.unwrap_or_default());
    let [server, load, ..] = cores[..] else {
        return Err(
            "two processor cores are needed, one for the servers and one for the load".into(),
        );
    };
    let id = std::process::id().to_string();
    let taskset = Command::new("taskset")
        .args(["-cp", &load.to_string(), &id])
        .stdout(Stdio::null())
        .status()?;
    match taskset.success() {
        true => Ok(server.to_string()),
        false => Err("taskset failed".into()),
    }
}

/// The numbers of a list such as `0-2,5`.
fn numbers(list: &str) -> Vec<usize> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
    };
    list.split(',').filter_map(range).flatten().collect()
}
