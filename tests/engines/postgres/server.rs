//! A PostgreSQL server of a test.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};

use crate::process::{Folder, Process, free_port};

/// How long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with a database, with settings under which it survives a crash.
pub(crate) struct Server {
    process: Process,
    port: u16,
    folder: Folder,
}

impl Server {
    /// A new one, as soon as it answers.
    pub(crate) fn start() -> Self {
        let folder = Folder::new("postgres");
        if let Some((user, group)) = account() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let password = folder.path().join("password");
        fs::write(&password, "hunter2").unwrap();
        let mut init = program("initdb");
        init.args(["--no-sync", "--auth=scram-sha-256", "--username=tester"])
            .args(["--encoding=UTF8", "--locale=C"])
            .arg(format!("--pwfile={}", password.display()))
            .arg(folder.path().join("data"));
        let log = folder.path().join("initdb.log");
        Process::start(&mut init, &log).wait();
        let port = free_port();
        let process = launch(folder.path(), port);
        Self {
            process,
            port,
            folder,
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The URL of its database, with the user's password.
    pub(crate) fn url(&self) -> String {
        self.url_with("hunter2")
    }

    /// The URL of its database, with any password.
    pub(crate) fn url_with(&self, password: &str) -> String {
        format!(
            "postgres://tester:{password}@127.0.0.1:{}/postgres",
            self.port
        )
    }

    /// Ends it without warning, and all that it has started: `QUIT` lets it tell its
    /// clients, `KILL` does not.
    pub(crate) fn kill(&mut self, signal: &str) {
        if signal == "KILL" {
            // Nothing new is started while what is there ends.
            self.process.signal("STOP");
            send(signal, &self.children());
        }
        self.process.signal(signal);
        self.process.wait();
    }

    /// Starts it again, at the same port, once it was killed.
    pub(crate) fn restart(&mut self) {
        self.process = launch(self.folder.path(), self.port);
    }

    /// Stops it and all its processes, as if the machine stood still.
    pub(crate) fn freeze(&self) {
        self.process.signal("STOP");
        send("STOP", &self.children());
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        send("CONT", &self.children());
        self.process.signal("CONT");
    }

    fn children(&self) -> Vec<String> {
        let parent = format!("PPid:\t{}\n", self.process.id());
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let is_child = |path: &PathBuf| {
            let status = fs::read_to_string(path.join("status"));
            status.is_ok_and(|status| status.contains(&parent))
        };
        let children = processes.map(|entry| entry.path()).filter(is_child);
        let name = |path: PathBuf| path.file_name()?.to_str().map(str::to_owned);
        children.filter_map(name).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.process.has_ended() {
            self.kill("KILL");
        }
    }
}

fn send(signal: &str, processes: &[String]) {
    // One that has just ended does not matter.
    let _ = Command::new("kill")
        .args(["-s", signal])
        .args(processes)
        .output();
}

/// Starts it and waits until it answers.
fn launch(folder: &Path, port: u16) -> Process {
    let log = folder.join("postgres.log");
    let mut command = program("postgres");
    command
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-p", &port.to_string()])
        .args(["-c", "listen_addresses=127.0.0.1"])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", folder.display()));
    let mut process = Process::start(&mut command, &log);
    let deadline = Instant::now() + PATIENCE;
    let mut ready = program("pg_isready");
    ready.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
    while !ready.status().unwrap().success() {
        let is_late = process.has_ended() || Instant::now() > deadline;
        assert!(!is_late, "{}", fs::read_to_string(&log).unwrap());
        sleep(Duration::from_millis(50));
    }
    process
}

/// A program that does not run as root.
pub(super) fn restricted(program: &Path) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = account() {
        command.uid(user).gid(group);
    }
    command.current_dir("/");
    command
}

/// One of PostgreSQL's.
fn program(name: &str) -> Command {
    restricted(&folder_of_programs().join(name))
}

fn folder_of_programs() -> PathBuf {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut folders: Vec<_> = installed
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.sort();
    folders.reverse();
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let has_both = |folder: &&PathBuf| {
        ["initdb", "postgres"].map(|name| folder.join(name).exists()) == [true, true]
    };
    let found = folders.iter().find(has_both);
    found.expect("PostgreSQL is not installed").clone()
}

/// The user and the group to run it as, if this is root.
fn account() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().unwrap();
        String::from_utf8(output.stdout)
            .unwrap()
            .trim()
            .parse()
            .ok()
    };
    let of = |name| Some((id(&["-u", name])?, id(&["-g", name])?));
    match id(&["-u"]) {
        Some(0) => of("postgres").or_else(|| of("nobody")),
        _ => None,
    }
}
