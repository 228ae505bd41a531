//! A chromedriver, which makes a browser do as it is told, and how to talk to it.

use std::io::{BufRead, BufReader, Error, Result, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A process of its own, which ends when this is dropped.
pub(crate) struct Driver {
    child: Child,
    address: SocketAddr,
    // Kept open: a driver that cannot write ends.
    output: BufReader<ChildStdout>,
}

impl Driver {
    /// Takes a free port, and keeps its files in this folder.
    pub(crate) fn start(folder: &Path) -> Self {
        // It looks for a port that is free in both families, one after the other. Another one may
        // have taken that in between: then it ends without a word.
        let mut tries = (0..10).filter_map(|_| Self::try_start(folder));
        tries.next().expect("chromedriver should say its port")
    }

    fn try_start(folder: &Path) -> Option<Self> {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .env("HOME", folder)
            .env("TMPDIR", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver should start: Debian has it in the package chromium-driver");
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut driver = Self {
            child,
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            output,
        };
        let port = port(&mut driver.output)?;
        driver.address.set_port(port);
        Some(driver)
    }

    /// The status and the value of an answer.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> Result<(u16, Value)> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}",
            self.address
        )?;
        read(&mut BufReader::new(stream))
    }
}

// By its length: chromedriver leaves the connection open, although its head says otherwise.
fn read(stream: &mut impl BufRead) -> Result<(u16, Value)> {
    let (mut status, mut length) = (0, 0);
    let mut line = String::new();
    while stream.read_line(&mut line)? > 2 {
        let words: Vec<&str> = line.split([' ', ':']).collect();
        match words[..] {
            ["HTTP/1.1", code, ..] => status = code.parse().map_err(Error::other)?,
            ["Content-Length", .., bytes] => length = bytes.trim().parse().map_err(Error::other)?,
            _ => {}
        }
        line.clear();
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let mut body: Value = serde_json::from_slice(&body)?;
    Ok((status, body["value"].take()))
}

fn port(output: &mut impl BufRead) -> Option<u16> {
    let lines = output.lines().map_while(Result::ok);
    let mut ports = lines.filter_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    ports.next()
}

impl Drop for Driver {
    fn drop(&mut self) {
        // With all its browsers, which a kill would leave behind.
        let _ = self.ask("GET", "/shutdown", "");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
