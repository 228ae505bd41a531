//! Another site, whose page tries what it may not.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

const PAGE: &str = r#"<!doctype html>
<meta charset="utf-8">
<title>Elsewhere</title>
<p id="cookies">COOKIES</p>
<a href="http://SITE/account">Your account over there</a>
<form id="logout" action="http://SITE/logout" method="post"><button>Log out</button></form>
<form id="login" action="http://SITE/login" method="post">
  <input name="username" value="alice">
  <input name="password" value="wonderland">
  <button>Log in</button>
</form>
<script>
  var events = [];
  const socket = new WebSocket("ws://SITE/ws");
  for (const kind of ["open", "message", "error", "close"]) {
    socket.addEventListener(kind, () => events.push(kind));
  }
</script>
"#;

/// Serves until the tests are over. The path names the attacked site, as in
/// `/127.0.0.1:8000`.
pub(crate) fn start() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            // Browsers open connections on which nothing may ever come.
            thread::spawn(move || answer(&stream.unwrap()));
        }
    });
    port
}

fn answer(mut stream: &TcpStream) -> Option<()> {
    let timeout = Some(Duration::from_secs(10));
    stream.set_read_timeout(timeout).ok()?;
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        request.extend(byte);
    }
    let request = String::from_utf8_lossy(&request);
    let site = request.split(' ').nth(1)?.trim_start_matches('/');
    let sent = if request.contains("session=") {
        "with a session"
    } else {
        "without a session"
    };
    let page = PAGE.replace("SITE", site).replace("COOKIES", sent);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close";
    let length = page.len();
    write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{page}").ok()
}
