//! Sockets over real connections: an application with some, and a client.

mod ends;
mod farewell;
mod handlers;
pub(crate) mod handshake;
mod line;
mod many;
mod nodes;
mod origins;
mod permits;
mod races;
mod refused;
mod restored;
mod revoked;

use std::time::Duration;

use rocket::futures::{SinkExt, StreamExt};
use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::tokio::net::TcpStream;
use rocket::tokio::time::timeout;
use rocket::{Orbit, Rocket, Route, State, get, post, routes};
use rocket_login::{Config, FreshUser, LoginManager, User, WsUser, testing, ws};
use tokio_tungstenite::tungstenite::handshake::client::{Response, generate_key};
use tokio_tungstenite::tungstenite::http;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::app::{self, Account, Accounts};
use crate::wire::{Curl, Server};

/// Longer than anything takes that works.
const LONG: Duration = Duration::from_secs(20);

/// Says hello and sends back what it is sent, and says `valid` or why not.
#[get("/ws")]
fn socket<'r>(ws: ws::WebSocket, user: WsUser<'r, Account>) -> ws::Channel<'r> {
    let me = user.clone();
    user.channel(ws, |mut stream| async move {
        stream.send(format!("hello {}", me.name).into()).await?;
        while let Some(message) = stream.next().await {
            let reply = match message? {
                Message::Text(text) if text == "valid?" => match me.still_valid().await {
                    Ok(valid) => Message::Text(valid.to_string()),
                    Err(error) => Message::Text(error.to_string()),
                },
                message => message,
            };
            stream.send(reply).await?;
        }
        Ok(())
    })
}

#[get("/fresh-ws")]
fn fresh_socket(ws: ws::WebSocket, user: FreshUser<Account>) -> ws::Channel<'static> {
    let hello = format!("hello fresh {}", user.name);
    ws.channel(|mut stream| Box::pin(async move { stream.send(hello.into()).await }))
}

#[get("/user-ws")]
fn user_socket(ws: ws::WebSocket, user: User<Account>) -> ws::Channel<'static> {
    let hello = format!("hello user {}", user.name);
    ws.channel(|mut stream| Box::pin(async move { stream.send(hello.into()).await }))
}

/// The instance, for tests that set its clock.
struct Instance<'r>(&'r Rocket<Orbit>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Instance<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, ()> {
        Outcome::Success(Self(request.rocket()))
    }
}

#[post("/advance/<minutes>")]
fn advance(minutes: i64, instance: Instance<'_>) {
    testing::advance(instance.0, rocket::time::Duration::minutes(minutes));
}

#[get("/open-sockets")]
fn open_sockets(manager: &State<LoginManager<Account>>) -> String {
    manager.open_sockets().to_string()
}

#[get("/loads")]
fn loads(accounts: &State<Accounts>) -> String {
    accounts.take_loads().to_string()
}

/// Changes made past the login manager.
#[post("/database/<id>/<change>")]
fn change(id: i64, change: &str, accounts: &State<Accounts>) -> Status {
    match change {
        "delete" => accounts.delete(id),
        "deactivate" => accounts.set_active(id, false),
        "password" => accounts.set_password(id, "set behind its back"),
        "fail" => accounts.set_failing(true),
        "recover" => accounts.set_failing(false),
        _ => return Status::NotFound,
    }
    Status::Ok
}

#[post("/auth-changed/<id>")]
async fn auth_changed(id: i64, manager: &State<LoginManager<Account>>) {
    manager.auth_changed(&id).await.unwrap();
}

pub(crate) fn socket_routes() -> Vec<Route> {
    routes![
        socket,
        fresh_socket,
        user_socket,
        advance,
        open_sockets,
        loads,
        change,
        auth_changed
    ]
}

fn serve(config: Config) -> Server {
    serve_rocket(app::rocket(config).mount("/", socket_routes()))
}

pub(crate) fn serve_rocket(rocket: Rocket<rocket::Build>) -> Server {
    Server::serve(rocket, |figment| figment)
}

pub(crate) fn visitor(server: &Server, form: &str) -> Curl {
    let mut curl = Curl::new(server);
    let reply = curl.post("/login", form);
    assert_eq!(reply.status, 303, "{reply:?}");
    curl
}

fn origin(server: &Server) -> String {
    format!("http://{}", server.address)
}

/// A client's end of a socket.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// A handshake from a page of the site itself.
    pub(crate) async fn open(server: &Server, who: &Curl, path: &str) -> Self {
        let origin = origin(server);
        let opened = Self::try_open(server, who, path, &[("Origin", &origin)]).await;
        opened.unwrap().0
    }

    /// The socket and the answer to the handshake, or the status of its refusal.
    pub(crate) async fn try_open(
        server: &Server,
        who: &Curl,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<(Self, Response), u16> {
        let mut request = http::Request::builder()
            .uri(format!("ws://{}{path}", server.address))
            .header("Host", server.address.to_string())
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", generate_key())
            .header("User-Agent", who.agent);
        let cookies = who.cookie_header();
        if !cookies.is_empty() {
            request = request.header("Cookie", cookies);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let stream = TcpStream::connect(server.address).await.unwrap();
        match client_async(request.body(()).unwrap(), stream).await {
            Ok((socket, response)) => Ok((Self(socket), response)),
            Err(Error::Http(response)) => {
                assert_eq!(response.headers().get("Location"), None);
                Err(response.status().as_u16())
            }
            Err(error) => panic!("{error}"),
        }
    }

    async fn next(&mut self) -> Option<Result<Message, Error>> {
        timeout(LONG, self.0.next()).await.unwrap()
    }

    pub(crate) async fn hear(&mut self) -> String {
        self.next().await.unwrap().unwrap().into_text().unwrap()
    }

    /// The answer of the server.
    pub(crate) async fn ask(&mut self, text: &str) -> String {
        self.0.send(text.into()).await.unwrap();
        self.hear().await
    }

    pub(crate) async fn assert_open(&mut self) {
        assert_eq!(self.ask("still there?").await, "still there?");
    }

    /// The code and the reason that the server closes with.
    async fn closed(&mut self) -> (u16, String) {
        match self.next().await {
            Some(Ok(Message::Close(Some(frame)))) => (frame.code.into(), frame.reason.into()),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn assert_ended(&mut self, why: &str) {
        assert_eq!(self.closed().await, (1008, why.into()));
        assert!(self.next().await.is_none());
    }
}
