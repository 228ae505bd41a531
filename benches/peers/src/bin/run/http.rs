//! As much HTTP/1.1 as it takes to ask a question and to know where an answer ends.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::Result;

/// A browser's, since some contenders bind the session to it.
const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";

/// A request with the headers that all requests have, and a cookie if there is one.
pub(crate) fn request(method: &str, path: &str, cookie: &str) -> Vec<u8> {
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {USER_AGENT}\r\nAccept: */*\r\n"
    );
    if method == "POST" {
        text.push_str("Content-Length: 0\r\n");
    }
    if !cookie.is_empty() {
        text.push_str(&format!("Cookie: {cookie}\r\n"));
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// How long the answer at the beginning of these bytes is, once its header is complete.
pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
    let header = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(bytes.get(..header)?).ok()?;
    let body = values(text, "content-length").next();
    Some(header + body.and_then(|value| value.parse().ok()).unwrap_or(0))
}

fn values<'t>(header: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    let fields = header.lines().filter_map(|line| line.split_once(':'));
    fields
        .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names and values of the cookies it sets.
    pub(crate) cookies: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    fn parse(text: &str) -> Option<Self> {
        let (header, body) = text.split_once("\r\n\r\n")?;
        let cookie = |value: &str| {
            let pair = value.split(';').next()?;
            let (name, value) = pair.split_once('=')?;
            Some((name.to_string(), value.to_string()))
        };
        Some(Self {
            status: header.split(' ').nth(1)?.parse().ok()?,
            cookies: values(header, "set-cookie").filter_map(cookie).collect(),
            body: body.to_string(),
        })
    }
}

/// A connection for one request after the other.
pub(crate) struct Connection(TcpStream);

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        // Generous, for a server that a tool slows down; never is better than silence.
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self(stream))
    }

    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.0.write_all(request)?;
        let mut bytes = Vec::new();
        let mut chunk = [0; 4096];
        while length(&bytes).is_none_or(|length| bytes.len() < length) {
            let count = self.0.read(&mut chunk)?;
            if count == 0 {
                return Err("the server closed the connection".into());
            }
            bytes.extend(&chunk[..count]);
        }
        let text = String::from_utf8(bytes)?;
        Answer::parse(&text).ok_or_else(|| format!("no answer: {text}").into())
    }
}
