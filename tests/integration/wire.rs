//! The demo on a real socket, and a client that sends bytes as they are.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use rocket::error::ErrorKind;
use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use rocket::tokio::net::TcpSocket;
use rocket::{Build, Rocket, Shutdown};

use rocket_login::testing;

use crate::demo;

/// Sets the clock forward, by seconds.
const ADVANCE: &str = "Test-Advance";

/// A server in a thread of its own, which stops when this is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shutdown: Shutdown,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    /// The demo, with what `configure` makes of its settings.
    pub(crate) fn start(configure: impl FnOnce(Figment) -> Figment) -> Self {
        Self::serve(demo::rocket(), configure)
    }

    pub(crate) fn serve(rocket: Rocket<Build>, configure: impl FnOnce(Figment) -> Figment) -> Self {
        let figment = rocket.figment().clone().select("debug");
        let figment = figment.merge(("address", "127.0.0.1")).merge(("port", 0));
        let figment = figment.merge(("log_level", "off")).merge(("workers", 2));
        // Sockets that tests leave open are not waited for.
        let figment = figment
            .merge(("shutdown.grace", 0))
            .merge(("shutdown.mercy", 0));
        let (sender, receiver) = mpsc::channel();
        let learn = AdHoc::on_liftoff("Address", move |rocket| {
            let config = rocket.config();
            let address = SocketAddr::new(config.address, config.port);
            let sent = sender.send((address, rocket.shutdown()));
            Box::pin(async move { sent.unwrap() })
        });
        let rocket = rocket.configure(configure(figment)).attach(learn);
        let rocket = rocket.attach(AdHoc::on_request("Clock", |request, _| {
            Box::pin(async move {
                if let Some(seconds) = request.headers().get_one(ADVANCE) {
                    let by = rocket::time::Duration::seconds(seconds.parse().unwrap());
                    testing::advance(request.rocket(), by);
                }
            })
        }));
        let thread = std::thread::spawn(move || {
            if let Err(error) = rocket::execute(rocket.launch()) {
                // Sockets that are open still.
                assert!(matches!(error.kind(), ErrorKind::Shutdown(..)), "{error}");
            }
        });
        let (address, shutdown) = receiver.recv_timeout(Duration::from_secs(60)).unwrap();
        Self {
            address,
            shutdown,
            thread: Some(thread),
        }
    }
}

impl Server {
    /// Sets its clock forward. From then on the clock stands still.
    pub(crate) fn advance(&self, by: rocket::time::Duration) {
        let header = format!("{ADVANCE}: {}\r\n", by.whole_seconds());
        let reply = Curl::new(self).get("/static/site.css", &header);
        assert_eq!(reply.status, 200);
    }

    /// Asks it to stop, and does not wait.
    pub(crate) fn shut_down(&self) {
        self.shutdown.clone().notify();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shut_down();
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    pub(crate) fn location(&self) -> Option<&str> {
        self.headers("location").next()
    }

    /// The page without the name in its form, which must be the one that was typed. Elsewhere the
    /// page names accounts to try.
    #[track_caller]
    pub(crate) fn body_for_anybody(&self, name: &str) -> String {
        let field = |name: &str| format!("name=\"username\" value=\"{name}\"");
        let has_it = self.body.contains(&field(name));
        assert!(has_it, "no field with {name:?}: {self:?}");
        self.body.replace(&field(name), &field("NAME"))
    }

    /// The values of the cookies that are set, an empty one for a removal. Of several of one
    /// name, the last. Without `login_ended`, which goes as it comes.
    pub(crate) fn cookies(&self) -> Vec<(&str, &str)> {
        let mut cookies: Vec<(&str, &str)> = Vec::new();
        for line in self.headers("set-cookie") {
            let pair = line.split(';').next().unwrap();
            let cookie = pair.split_once('=').unwrap();
            cookies.retain(|(name, _)| *name != cookie.0);
            if !cookie.0.ends_with("login_ended") {
                cookies.push(cookie);
            }
        }
        cookies
    }
}

/// A client that keeps cookies, and knows which end with the browser.
#[derive(Clone)]
pub(crate) struct Curl {
    address: SocketAddr,
    /// From where it connects.
    pub(crate) from: IpAddr,
    pub(crate) agent: &'static str,
    pub(crate) cookies: Vec<(String, String, bool)>,
}

impl Curl {
    pub(crate) fn new(server: &Server) -> Self {
        Self::at(server.address)
    }

    pub(crate) fn at(address: SocketAddr) -> Self {
        Self {
            address,
            from: Ipv4Addr::LOCALHOST.into(),
            agent: "curl/8.14.1",
            cookies: Vec::new(),
        }
    }

    /// Asks another server from now on, with the same cookies.
    pub(crate) fn move_to(&mut self, server: &Server) {
        self.move_to_address(server.address);
    }

    pub(crate) fn move_to_address(&mut self, address: SocketAddr) {
        self.address = address;
    }

    pub(crate) fn get(&mut self, path: &str, headers: &str) -> Reply {
        self.send("GET", path, headers, "")
    }

    pub(crate) fn post(&mut self, path: &str, form: &str) -> Reply {
        let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.send("POST", path, headers, form)
    }

    pub(crate) fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        let request = self.request(method, path, headers, body);
        let reply = raw_from(self.from, self.address, request.as_bytes());
        for line in reply.headers("set-cookie") {
            self.keep(line);
        }
        reply
    }

    /// Posts the head of a form and half of its body.
    pub(crate) fn hold(&self, path: &str, headers: &str, form: &str) -> Held {
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\n{headers}");
        let mut request = self.request("POST", path, &headers, form);
        let rest = request.split_off(request.len() - form.len() / 2);
        let mut stream = connect(self.from, self.address);
        stream.write_all(request.as_bytes()).unwrap();
        Held { stream, rest }
    }

    fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let cookies = match self.cookie_header() {
            pairs if pairs.is_empty() => pairs,
            pairs => format!("Cookie: {pairs}\r\n"),
        };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\nAccept: */*\r\n{cookies}\
             {headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            self.agent,
            body.len()
        )
    }

    pub(crate) fn cookie_header(&self) -> String {
        let cookies = self.cookies.iter();
        let pairs = cookies.map(|(name, value, _)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, line: &str) {
        let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
        self.cookies.retain(|(known, ..)| known != name);
        if !line.contains("Max-Age=0") {
            let stays = line.contains("Max-Age");
            self.cookies.push((name.into(), value.into(), stays));
        }
    }

    /// Puts a cookie into the browser that ends with it.
    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.keep(&format!("{name}={value}"));
    }

    /// Closes the browser.
    pub(crate) fn restart(&mut self) {
        self.cookies.retain(|(_, _, stays)| *stays);
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let mut cookies = self.cookies.iter();
        cookies
            .find(|(known, ..)| known == name)
            .map(|(_, value, _)| value.as_str())
    }
}

/// A request that has been sent in part.
pub(crate) struct Held {
    stream: TcpStream,
    rest: String,
}

impl Held {
    pub(crate) fn finish(mut self) -> Reply {
        self.stream.write_all(self.rest.as_bytes()).unwrap();
        reply(self.stream)
    }
}

/// Sends bytes and reads the reply to its end.
pub(crate) fn raw(address: SocketAddr, request: &[u8]) -> Reply {
    raw_from(Ipv4Addr::LOCALHOST.into(), address, request)
}

pub(crate) fn raw_from(from: IpAddr, address: SocketAddr, request: &[u8]) -> Reply {
    let mut stream = connect(from, address);
    stream.write_all(request).unwrap();
    reply(stream)
}

fn reply(mut stream: TcpStream) -> Reply {
    let timeout = Some(Duration::from_secs(30));
    stream.set_read_timeout(timeout).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    // Where nothing comes the status is 0.
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or(("none 0", ""));
    Reply {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.into(),
        body: body.into(),
    }
}

pub(crate) fn connect(from: IpAddr, to: SocketAddr) -> TcpStream {
    if from == Ipv4Addr::LOCALHOST {
        return TcpStream::connect(to).unwrap();
    }
    rocket::async_test(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(from, 0)).unwrap();
        let stream = socket.connect(to).await.unwrap().into_std().unwrap();
        stream.set_nonblocking(false).unwrap();
        stream
    })
}
