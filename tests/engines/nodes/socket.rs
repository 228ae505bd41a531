//! A client's end of a socket.

use std::time::Duration;

use rocket::futures::{SinkExt, StreamExt};
use rocket::tokio::net::TcpStream;
use rocket::tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::{Error, Message, http};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::nodes::{Browser, LONG, Node};

pub(super) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// One that the node has greeted.
    pub(super) async fn open(node: &Node, who: &Browser) -> Self {
        let mut socket = Self::try_open(node, who).await.unwrap();
        assert_eq!(socket.next(LONG).await.into_text().unwrap(), "hello");
        socket
    }

    /// One on each node.
    pub(super) async fn open_on(nodes: &[&Node], who: &Browser) -> Vec<Self> {
        let mut sockets = Vec::new();
        for node in nodes {
            sockets.push(Self::open(node, who).await);
        }
        sockets
    }

    /// The status of a refusal, if it is refused.
    pub(super) async fn try_open(node: &Node, who: &Browser) -> Result<Self, u16> {
        let address = node.address();
        let request = http::Request::builder()
            .uri(format!("ws://{address}/ws"))
            .header("Host", address.to_string())
            .header("Origin", format!("http://{address}"))
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", generate_key())
            .header("Cookie", who.cookie_header());
        let stream = TcpStream::connect(address).await.unwrap();
        let opened = client_async(request.body(()).unwrap(), stream);
        match timeout(LONG, opened).await.unwrap() {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    async fn next(&mut self, within: Duration) -> Message {
        let next = timeout(within, self.0.next()).await;
        next.expect("nothing in time").unwrap().unwrap()
    }

    pub(super) async fn assert_open(&mut self) {
        let ping = b"still there?".to_vec();
        self.0.send(Message::Ping(ping.clone())).await.unwrap();
        assert_eq!(self.next(LONG).await, Message::Pong(ping));
    }

    /// The code and the reason that the node closes with.
    pub(super) async fn closed(&mut self, within: Duration) -> (u16, String) {
        match self.next(within).await {
            Message::Close(Some(frame)) => (frame.code.into(), frame.reason.into()),
            other => panic!("{other:?}"),
        }
    }
}
