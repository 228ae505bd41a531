//! A proxy of a test's own.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{HOST, PROXIES, shown_in};
use crate::process::{Folder, Process, free_port};

/// A program, and how a test starts it with the configuration of the guide. In its texts stand
/// `HTTP`, `HTTPS` and `PATIENCE` for the test's own.
pub(super) struct Program {
    pub(super) command: &'static str,
    pub(super) arguments: &'static [&'static str],
    /// Whether it writes its process id into a file as soon as it listens.
    pub(super) writes_id: bool,
    /// The language of its configuration in the guide.
    pub(super) language: &'static str,
    /// The two ports as the guide has them.
    pub(super) ports: [Edit<'static>; 2],
    /// The configuration around that of the site.
    pub(super) around: &'static str,
}

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// A text, and what takes its place.
pub(super) type Edit<'a> = (&'a str, &'a str);

pub(super) struct Proxy {
    pub(super) http: u16,
    pub(super) https: u16,
    _process: Process,
    folder: Folder,
}

impl Proxy {
    /// With the configuration of the guide, but for these edits, for the application at this port.
    /// That has so many seconds to say something where the configuration does not say how long.
    #[track_caller]
    pub(super) fn before(
        program: &Program,
        application: u16,
        edits: &[Edit<'_>],
        patience: u64,
    ) -> Self {
        let folder = Folder::new(program.command);
        let path = folder.path();
        certify(path);
        let application = format!("127.0.0.1:{application}");
        // Another program may have taken a port that was free.
        for _ in 0..5 {
            let (http, https) = (free_port(), free_port());
            let edited = [
                ("/etc/ssl/app.example", path.to_str().unwrap()),
                ("127.0.0.1:8000", &application),
            ];
            let site = site(program, &[edits, &edited, &program.ports].concat());
            for (name, text) in [("site.conf", site.as_str()), ("main.conf", program.around)] {
                let text = text.replace("HTTPS", &https.to_string());
                let text = text.replace("HTTP", &http.to_string());
                let text = text.replace("PATIENCE", &patience.to_string());
                fs::write(path.join(name), text).unwrap();
            }
            if let Some(process) = start(program, path, https) {
                return Self {
                    http,
                    https,
                    _process: process,
                    folder,
                };
            }
        }
        let said = fs::read_to_string(path.join("log"));
        panic!("{} says: {}", program.command, said.unwrap());
    }

    pub(super) fn certificate(&self) -> PathBuf {
        self.folder.path().join("fullchain.pem")
    }
}

/// The process, once it listens.
fn start(program: &Program, folder: &Path, port: u16) -> Option<Process> {
    let mut command = Command::new(program.command);
    // Where Debian has them, which is not on the path of every user.
    command.env("PATH", "/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin");
    // Where Caddy keeps what is its own.
    command
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder);
    command.args(program.arguments).current_dir(folder);
    let mut process = Process::start(&mut command, &folder.join("log"));

    let start = Instant::now();
    while start.elapsed() < PATIENCE && !process.has_ended() {
        let id = fs::read_to_string(folder.join("pid"));
        let is_it = id.is_ok_and(|id| id.trim() == process.id().to_string());
        if (is_it || !program.writes_id) && TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
        {
            return Some(process);
        }
        sleep(Duration::from_millis(10));
    }
    None
}

/// The guide's configuration with what is the test's own.
fn site(program: &Program, edits: &[Edit<'_>]) -> String {
    let mut site = shown_in(PROXIES, program.language).to_string();
    for (theirs, ours) in edits.iter().filter(|(theirs, _)| !theirs.is_empty()) {
        assert!(site.contains(theirs), "{theirs}");
        site = site.replace(theirs, ours);
    }
    site
}

fn certify(folder: &Path) {
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"]);
    command.args(["-pkeyopt", "ec_paramgen_curve:prime256v1"]);
    command.args(["-subj", &format!("/CN={HOST}")]);
    command.args(["-addext", &format!("subjectAltName=DNS:{HOST}")]);
    command.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    command.arg("-keyout").arg(folder.join("privkey.pem"));
    command.arg("-out").arg(folder.join("fullchain.pem"));
    let made = command.stderr(Stdio::null()).status().unwrap();
    assert!(made.success(), "openssl makes no certificate");
    // HAProxy wants both in one file.
    let parts = ["fullchain.pem", "privkey.pem"].map(|name| fs::read(folder.join(name)).unwrap());
    fs::write(folder.join("both.pem"), parts.concat()).unwrap();
}
