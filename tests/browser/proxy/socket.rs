//! A client's end of a socket, on TLS.

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tokio_tungstenite::tungstenite::handshake::client::{Request, generate_key};
use tokio_tungstenite::tungstenite::{self, HandshakeError, Message, WebSocket};

use super::HOST;
use super::client::{AGENT, Client};
use super::program::Proxy;
use crate::wire;

const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Socket(WebSocket<StreamOwned<ClientConnection, TcpStream>>);

impl Socket {
    /// Opens one with the cookies of this client, as a page of `origin`. Where it is refused, the
    /// status of that.
    pub(super) fn open(proxy: &Proxy, who: &Client, origin: &str) -> Result<Self, u16> {
        let cookies = who.cookies();
        let cookies = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let request = Request::builder()
            .uri(format!("wss://{HOST}/ws"))
            .header("Host", HOST)
            .header("Origin", origin)
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", generate_key())
            .header("User-Agent", AGENT)
            .header("Cookie", cookies.collect::<Vec<_>>().join("; "));
        match tungstenite::client(request.body(()).unwrap(), stream(proxy, who)) {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(HandshakeError::Failure(tungstenite::Error::Http(reply))) => {
                Err(reply.status().as_u16())
            }
            Err(error) => panic!("{error}"),
        }
    }

    #[track_caller]
    pub(super) fn say(&mut self, text: &str) {
        self.0.send(Message::Text(text.into())).unwrap();
    }

    #[track_caller]
    pub(super) fn hear(&mut self) -> String {
        self.0.read().unwrap().into_text().unwrap()
    }

    /// The code and the reason that it is closed with.
    #[track_caller]
    pub(super) fn closed(&mut self) -> (u16, String) {
        match self.0.read().unwrap() {
            Message::Close(Some(frame)) => (frame.code.into(), frame.reason.into()),
            other => panic!("{other:?}"),
        }
    }
}

fn stream(proxy: &Proxy, who: &Client) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(proxy.certificate()).unwrap();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(HOST).unwrap();
    let tls = ClientConnection::new(Arc::new(config), name).unwrap();

    let address = SocketAddr::from(([127, 0, 0, 1], proxy.https));
    let stream = wire::connect(who.from.into(), address);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    StreamOwned::new(tls, stream)
}
