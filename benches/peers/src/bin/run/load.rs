//! The load: connections that each send a request as soon as the last one is answered.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::Result;
use crate::http;

const CONNECTIONS: usize = 32;

struct Line {
    stream: TcpStream,
    /// The part of the answer that has arrived.
    received: Vec<u8>,
}

pub(crate) struct Load {
    request: Vec<u8>,
    poll: Poll,
    events: Events,
    lines: Vec<Line>,
}

impl Load {
    /// Opens the connections; nothing is asked yet.
    pub(crate) fn open(address: SocketAddr, request: Vec<u8>) -> Result<Self> {
        let poll = Poll::new()?;
        let mut lines = Vec::new();
        for number in 0..CONNECTIONS {
            let stream = std::net::TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry()
                .register(&mut stream, Token(number), Interest::READABLE)?;
            lines.push(Line {
                stream,
                received: Vec::with_capacity(4096),
            });
        }
        Ok(Self {
            request,
            poll,
            events: Events::with_capacity(CONNECTIONS),
            lines,
        })
    }

    /// Asks until `goes_on` denies it for the number of answers so far, then waits for the
    /// answers that are still due. Gives back how many came in all.
    pub(crate) fn run(&mut self, goes_on: impl Fn(u64) -> bool) -> Result<u64> {
        for line in &mut self.lines {
            send(line, &self.request)?;
        }
        let mut answers = 0;
        let mut due = self.lines.len();
        while due > 0 {
            self.poll.poll(&mut self.events, None)?;
            for event in &self.events {
                let line = &mut self.lines[event.token().0];
                if !receive(line)? {
                    continue;
                }
                answers += 1;
                match goes_on(answers) {
                    true => send(line, &self.request)?,
                    false => due -= 1,
                }
            }
        }
        Ok(answers)
    }
}

/// The socket's buffer is empty before every request, and larger than one.
fn send(line: &mut Line, request: &[u8]) -> Result<()> {
    match line.stream.write(request)? == request.len() {
        true => Ok(()),
        false => Err("a request did not fit".into()),
    }
}

/// Reads what is there. True when the answer is complete; it must be a good one.
fn receive(line: &mut Line) -> Result<bool> {
    let mut chunk = [0; 4096];
    // Once is enough: an answer is shorter than this, and more of it is another event.
    let count = match line.stream.read(&mut chunk) {
        Ok(0) => return Err("the server closed a connection under load".into()),
        Ok(count) => count,
        Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    line.received.extend_from_slice(&chunk[..count]);
    if http::length(&line.received) != Some(line.received.len()) {
        return Ok(false);
    }
    if !line.received.starts_with(b"HTTP/1.1 200 ") {
        let text = String::from_utf8_lossy(&line.received);
        return Err(format!("not the answer expected under load: {text}").into());
    }
    line.received.clear();
    Ok(true)
}
