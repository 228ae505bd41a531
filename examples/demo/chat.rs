//! The chat: a page, its script, and the socket behind it that ends with the session.

use rocket::futures::{SinkExt, StreamExt};
use rocket::response::content::RawJavaScript;
use rocket::tokio::select;
use rocket::tokio::sync::broadcast::error::RecvError;
use rocket::tokio::sync::broadcast::{self, Sender};
use rocket::{Route, State, get, routes};
use rocket_login::ws::{Channel, Config, Message, WebSocket, result::Result};
use rocket_login::{User, WsStream, WsUser};

use super::accounts::Account;
use super::pages::{ChatPage, Page};

/// In bytes. The page allows 1000 characters, which may take three bytes each.
const LONGEST_MESSAGE: usize = 4096;

pub(crate) fn routes() -> Vec<Route> {
    routes![chat, script, socket]
}

/// Where all open sockets hear what one of them says.
pub(crate) struct Room(Sender<String>);

impl Room {
    pub(crate) fn empty() -> Self {
        Self(broadcast::channel(64).0)
    }
}

#[get("/chat")]
fn chat(_user: User<Account>) -> Page {
    Page::of(ChatPage)
}

#[get("/static/chat.js")]
fn script() -> RawJavaScript<&'static str> {
    RawJavaScript(include_str!("chat.js"))
}

#[get("/ws")]
fn socket<'r>(ws: WebSocket, user: WsUser<'r, Account>, room: &'r State<Room>) -> Channel<'r> {
    let hello = format!("hello {}", user.name);
    // A message comes whole or not at all, so this bounds what a client can have us keep.
    let ws = ws.config(Config {
        max_message_size: Some(LONGEST_MESSAGE),
        max_frame_size: Some(LONGEST_MESSAGE),
        ..Config::default()
    });
    user.channel(ws, |stream| talk(stream, hello, &room.0))
}

// Nothing here asks whether the user is still logged in: `channel` drops this once they are not.
async fn talk(mut stream: WsStream, hello: String, room: &Sender<String>) -> Result<()> {
    // Before the greeting, so that a user who was greeted misses nothing.
    let mut messages = room.subscribe();
    stream.send(Message::Text(hello)).await?;
    loop {
        select! {
            received = stream.next() => match received.transpose()? {
                Some(Message::Text(text)) => drop(room.send(text)),
                Some(_) => {}
                None => return Ok(()),
            },
            message = messages.recv() => match message {
                Ok(text) => stream.send(Message::Text(text)).await?,
                // Too slow for the others: the messages of that time are lost, the rest is not.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok(()),
            },
        }
    }
}
