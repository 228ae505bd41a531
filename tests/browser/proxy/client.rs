//! Curl, as a person who asks the proxy.

use std::fs;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Command;

use super::program::Proxy;
use super::{HOST, ORIGIN};
use crate::process::Folder;
use crate::wire::Reply;

/// The user agent of all of them.
pub(super) const AGENT: &str = "a browser";

/// A browser of a kind, with a file of cookies.
pub(super) struct Client {
    pub(super) from: Ipv4Addr,
    /// Has it look for the site's two ports at the proxy.
    ports: [String; 2],
    certificate: PathBuf,
    folder: Folder,
}

impl Client {
    pub(super) fn new(proxy: &Proxy, from: Ipv4Addr) -> Self {
        let folder = Folder::new("curl");
        fs::write(folder.path().join("jar"), "").unwrap();
        let at = |port, ours| format!("{HOST}:{port}:127.0.0.1:{ours}");
        Self {
            from,
            ports: [at(80, proxy.http), at(443, proxy.https)],
            certificate: proxy.certificate(),
            folder,
        }
    }

    /// The same cookies somewhere else.
    pub(super) fn copied_to(&self, from: Ipv4Addr) -> Self {
        let folder = Folder::new("curl");
        fs::copy(self.jar(), folder.path().join("jar")).unwrap();
        Self {
            from,
            ports: self.ports.clone(),
            certificate: self.certificate.clone(),
            folder,
        }
    }

    fn jar(&self) -> PathBuf {
        self.folder.path().join("jar")
    }

    /// Asks for a path on TLS.
    #[track_caller]
    pub(super) fn ask(&self, path: &str, options: &[&str]) -> Reply {
        let reply = self.try_url(&format!("{ORIGIN}{path}"), options);
        reply.unwrap_or_else(|why| panic!("{path}: curl fails with {why}"))
    }

    /// The reply, or what curl ends with where there is none.
    pub(super) fn try_url(&self, url: &str, options: &[&str]) -> Result<Reply, i32> {
        let mut command = Command::new("curl");
        command.args(["--disable", "--silent", "--include", "--noproxy", "*"]);
        command.args(["--user-agent", AGENT]);
        command.arg("--cacert").arg(&self.certificate);
        command.arg("--cookie").arg(self.jar());
        command.arg("--cookie-jar").arg(self.jar());
        command.args(["--interface", &self.from.to_string()]);
        for port in &self.ports {
            command.args(["--connect-to", port]);
        }
        let output = command.args(options).arg(url).output().unwrap();
        match output.status.code() {
            Some(0) => Ok(reply(&String::from_utf8_lossy(&output.stdout))),
            code => Err(code.unwrap()),
        }
    }

    /// Closes the browser, and opens it again.
    pub(super) fn restart(&self) {
        let jar = fs::read_to_string(self.jar()).unwrap();
        let stays = |line: &&str| line.split('\t').nth(4) != Some("0");
        let kept: Vec<_> = jar.lines().filter(stays).collect();
        assert!(kept.len() < jar.lines().count(), "there was no session");
        fs::write(self.jar(), kept.join("\n")).unwrap();
    }

    /// The names and values of its cookies.
    pub(super) fn cookies(&self) -> Vec<(String, String)> {
        let jar = fs::read_to_string(self.jar()).unwrap();
        let fields = jar.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        let cookies = fields.filter(|fields| fields.len() == 7);
        cookies
            .map(|fields| (fields[5].into(), fields[6].into()))
            .collect()
    }
}

fn reply(text: &str) -> Reply {
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Reply {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.into(),
        body: body.into(),
    }
}
