//! A browser that asks any node, with the same cookies.

use std::io;

use rocket::tokio::io::{AsyncReadExt, AsyncWriteExt};
use rocket::tokio::net::TcpStream;
use rocket::tokio::time::timeout;

use crate::nodes::{LONG, Node};

#[derive(Clone, Default)]
pub(super) struct Browser {
    /// Names, values, and whether they outlive the browser.
    cookies: Vec<(String, String, bool)>,
}

#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    head: String,
    pub(super) body: String,
}

impl Reply {
    /// The cookies that are set or removed.
    pub(super) fn cookies(&self) -> impl Iterator<Item = &str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let cookies = lines.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        cookies.map(|(_, cookie)| cookie.trim())
    }
}

impl Browser {
    pub(super) async fn logged_in(node: &Node, form: &str) -> Self {
        let mut browser = Self::default();
        let reply = browser.post(node, "/login", form).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        browser
    }

    /// One that was closed, and has its remember token alone.
    pub(super) async fn remembered(node: &Node, form: &str) -> Self {
        let form = format!("{form}&remember=true");
        let browser = Self::logged_in(node, &form).await.closed();
        assert_eq!(browser.cookies.len(), 1);
        browser
    }

    /// The same browser once it was closed.
    pub(super) fn closed(&self) -> Self {
        self.only(|(_, _, stays)| *stays)
    }

    /// The same browser with each of its cookies alone.
    pub(super) fn each_alone(&self) -> Vec<Self> {
        let names = self.cookies.iter().map(|(name, ..)| name);
        let alone = names.map(|name| self.only(|(other, ..)| other == name));
        alone.collect()
    }

    fn only(&self, stays: impl Fn(&(String, String, bool)) -> bool) -> Self {
        let mut browser = self.clone();
        browser.cookies.retain(stays);
        browser
    }

    /// The same browser once this answer has arrived.
    pub(super) fn with(&self, reply: &Reply) -> Self {
        let mut browser = self.clone();
        reply.cookies().for_each(|cookie| browser.keep(cookie));
        browser
    }

    pub(super) async fn get(&mut self, node: &Node, path: &str) -> Reply {
        self.send(node, "GET", path, "").await.unwrap()
    }

    pub(super) async fn post(&mut self, node: &Node, path: &str, form: &str) -> Reply {
        self.try_post(node, path, form).await.unwrap()
    }

    /// Asks a node that may be gone.
    pub(super) async fn try_post(
        &mut self,
        node: &Node,
        path: &str,
        form: &str,
    ) -> io::Result<Reply> {
        self.send(node, "POST", path, form).await
    }

    async fn send(
        &mut self,
        node: &Node,
        method: &str,
        path: &str,
        form: &str,
    ) -> io::Result<Reply> {
        let address = node.address();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
             Cookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{form}",
            self.cookie_header(),
            form.len()
        );
        let asked = async {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut bytes = Vec::new();
            // The part that has come counts, however it ends.
            let _ = stream.read_to_end(&mut bytes).await;
            let text = String::from_utf8_lossy(&bytes);
            let parts = text.split_once("\r\n\r\n");
            let (head, body) = parts.ok_or(io::ErrorKind::UnexpectedEof)?;
            Ok(Reply {
                status: head.split(' ').nth(1).unwrap().parse().unwrap(),
                head: head.into(),
                body: body.into(),
            })
        };
        let reply: io::Result<Reply> = timeout(LONG, asked).await.unwrap();
        let reply = reply?;
        reply.cookies().for_each(|cookie| self.keep(cookie));
        Ok(reply)
    }

    pub(super) fn cookie_header(&self) -> String {
        let cookies = self.cookies.iter();
        let pairs = cookies.map(|(name, value, _)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        self.cookies.retain(|(known, ..)| known != name);
        if !cookie.contains("Max-Age=0") {
            let stays = cookie.contains("Max-Age");
            self.cookies.push((name.into(), value.into(), stays));
        }
    }
}

/// Its user's sessions.
impl Browser {
    /// The lines of the list.
    pub(super) async fn sessions(&mut self, node: &Node) -> Vec<String> {
        let reply = self.get(node, "/sessions").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.body.lines().map(Into::into).collect()
    }

    /// The only other session of its user.
    pub(super) async fn other(&mut self, node: &Node) -> String {
        let lines = self.sessions(node).await;
        let mut others = lines.iter().filter_map(|line| line.strip_suffix(" other"));
        match (others.next(), others.next()) {
            (Some(handle), None) => handle.into(),
            _ => panic!("not one other: {lines:?}"),
        }
    }

    /// Ends the only other session of its user.
    pub(super) async fn revoke_other(&mut self, node: &Node) {
        let path = format!("/sessions/{}/revoke", self.other(node).await);
        assert_eq!(self.post(node, &path, "").await.status, 200);
    }
}
