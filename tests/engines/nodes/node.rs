//! A node: a process of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use crate::nodes::{LONG, until};
use crate::process::{Folder, Process};

const KEY: &str = "a key for nodes under test, and for nothing else";

pub(super) struct Node {
    process: Process,
    address: Option<SocketAddr>,
    folder: Folder,
}

impl Node {
    /// Starts one with these settings of sessions, and does not wait for it.
    pub(super) fn start(session: &str) -> Self {
        let folder = Folder::new("node");
        let mut command = Command::new(binary());
        command.current_dir(folder.path());
        let login = format!("{{session={{{session}}},secret_key={KEY:?}}}");
        command.env("ROCKET_LOGIN", login).env("ROCKET_PORT", "0");
        command.env("ROCKET_ADDRESS", "127.0.0.1");
        command.env("ROCKET_LOG_LEVEL", "normal");
        command.env("ROCKET_CLI_COLORS", "false");
        let process = Process::start(&mut command, &folder.path().join("log"));
        Self {
            process,
            address: None,
            folder,
        }
    }

    /// Waits for it to take requests.
    pub(super) async fn wait_until_it_answers(&mut self) {
        until("a node answers", LONG, async || {
            let said = self.said();
            assert!(!self.process.has_ended(), "a node says: {said}");
            self.address = address(&said);
            self.address.is_some()
        })
        .await;
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address.unwrap()
    }

    /// Its log.
    pub(super) fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Waits until it says this.
    pub(super) async fn says(&self, what: &str) {
        until(what, LONG, async || self.said().contains(what)).await;
    }

    /// Has it do nothing, with all its connections open.
    pub(super) fn stop(&self) {
        self.process.signal("STOP");
    }

    pub(super) fn go_on(&self) {
        self.process.signal("CONT");
    }

    /// Asks it to end, as the deployment of another version does.
    pub(super) fn shut_down(&self) {
        self.process.signal("TERM");
    }

    /// Whether it has ended by itself.
    pub(super) fn has_ended(&mut self) -> bool {
        self.process.has_ended()
    }

    /// Ends it at once, as a crash does.
    pub(super) fn kill(&self) {
        self.process.signal("KILL");
    }
}

/// Examples lie beside the folder that tests lie in.
fn binary() -> PathBuf {
    let test = env::current_exe().unwrap();
    let binary = test.ancestors().nth(2).unwrap().join("examples/cluster");
    let is_there = binary.is_file();
    assert!(is_there, "no node to start: cargo build --example cluster");
    binary
}

/// Where it can be reached, once it has said so in a whole line.
fn address(said: &str) -> Option<SocketAddr> {
    let (_, rest) = said.split_once("launched from http://")?;
    let (address, _) = rest.split_once('\n')?;
    Some(address.trim().parse().unwrap())
}
