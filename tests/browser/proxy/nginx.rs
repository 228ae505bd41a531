//! An nginx of a test's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{HOST, shown};
use crate::process::{Folder, Process, free_port};

/// What is around the site's own configuration. One process, so that nothing is left of it when
/// it is killed.
const MAIN: &str = "
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    proxy_read_timeout PATIENCE;
    include site.conf;
}
";

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// A text, and what takes its place.
pub(super) type Edit<'a> = (&'a str, &'a str);

pub(super) struct Nginx {
    pub(super) http: u16,
    pub(super) https: u16,
    _process: Process,
    folder: Folder,
}

impl Nginx {
    /// With the configuration of the guide, but for these edits, for the application at this port.
    /// That has so many seconds to say something where the configuration does not say how long.
    #[track_caller]
    pub(super) fn before(application: u16, edits: &[Edit<'_>], patience: u64) -> Self {
        let folder = Folder::new("nginx");
        certify(folder.path());
        let main = MAIN.replace("PATIENCE", &format!("{patience}s"));
        fs::write(folder.path().join("nginx.conf"), main).unwrap();
        // A port that was free may be somebody else's by now.
        for _ in 0..5 {
            let (http, https) = (free_port(), free_port());
            let edited = [
                ("/etc/ssl/app.example", folder.path().to_str().unwrap()),
                ("127.0.0.1:8000", &format!("127.0.0.1:{application}")),
                ("listen 80", &format!("listen {http}")),
                ("listen 443", &format!("listen {https}")),
            ];
            let site = site(&[edits, &edited].concat());
            fs::write(folder.path().join("site.conf"), site).unwrap();
            if let Some(process) = start(folder.path()) {
                return Self {
                    http,
                    https,
                    _process: process,
                    folder,
                };
            }
        }
        let said = fs::read_to_string(folder.path().join("log"));
        panic!("nginx says: {}", said.unwrap());
    }

    pub(super) fn certificate(&self) -> PathBuf {
        self.folder.path().join("fullchain.pem")
    }
}

/// The process, once it listens at all its ports: only then it writes down its id.
fn start(folder: &Path) -> Option<Process> {
    let mut command = Command::new("nginx");
    // Where Debian has it, which is not on everybody's path.
    command.env("PATH", "/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin");
    command.args(["-e", "stderr", "-c", "nginx.conf", "-p"]);
    let mut process = Process::start(command.arg(folder), &folder.join("log"));

    let start = Instant::now();
    while start.elapsed() < PATIENCE && !process.has_ended() {
        let id = fs::read_to_string(folder.join("nginx.pid"));
        if id.is_ok_and(|id| id.trim() == process.id().to_string()) {
            return Some(process);
        }
        sleep(Duration::from_millis(10));
    }
    None
}

/// The guide's configuration with what is the test's own.
fn site(edits: &[Edit<'_>]) -> String {
    let mut site = shown("nginx").to_string();
    for (theirs, ours) in edits {
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
}
