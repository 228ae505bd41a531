//! The life of a socket, from its handler to the closing handshake, and the methods of
//! fairing and manager for sockets.

use std::fmt::Display;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use rocket::futures::future::BoxFuture;
use rocket::futures::{SinkExt, StreamExt};
use rocket::request::Request;
use rocket::response::{self, Responder};
use rocket::tokio::select;
use rocket::tokio::time::timeout;
use rocket_ws::frame::{CloseCode, CloseFrame};
use rocket_ws::result::{Error, Result};
use rocket_ws::stream::DuplexStream;
use rocket_ws::{Config, Message, WebSocket};

use crate::error::Reason;
use crate::fairing::LoginFairing;
use crate::manager::LoginManager;
use crate::registry::OpenSocket;
use crate::session::SessionEnd;
use crate::socket::WsStream;
use crate::socket::stream::Lent;
use crate::user::AuthUser;

/// How long a client has to answer a close frame. A client that never reads gets no longer.
const LEAVE: Duration = Duration::from_secs(3);

/// How long the application may talk to a client whose handshake is refused.
const REFUSAL: Duration = Duration::from_secs(5);

/// The longest message of a client that is not logged in, in bytes.
const MAX_MESSAGE: usize = 4096;

impl<U: AuthUser> LoginFairing<U> {
    /// Accepts a handshake that a guard refuses with 401, and lets this function say why.
    ///
    /// Browsers show scripts neither the status nor the body of a refused handshake.
    ///
    /// The function is given the stream and the [`Reason`]: `NotLoggedIn`, `NotFresh` or
    /// `Inactive`. It may send any messages, and reads messages of up to 4096 bytes. When it
    /// returns, and after five seconds at the latest, the stream is closed with the code
    /// 1008. Handshakes from pages of other sites are still refused.
    ///
    /// The launch is aborted if the application has a 401 catcher of its own at `/`: a
    /// `#[catch]` cannot accept a handshake.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// use rocket::futures::SinkExt;
    /// use rocket_login::ws::frame::{CloseCode, CloseFrame};
    ///
    /// # fn with_word<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.ws_not_authenticated(|mut stream, reason| async move {
    ///     stream.send(format!("sorry, {reason}").into()).await?;
    ///     let code = CloseCode::from(4401);
    ///     stream.close(Some(CloseFrame { code, reason: "log in".into() })).await
    /// })
    /// # }
    /// ```
    #[doc(alias = "set_ws_not_authenticated")]
    pub fn ws_not_authenticated<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(WsStream, Reason) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        self.hooks.refuser = Some(Arc::new(move |request, reason| {
            Box::pin(answer(request, reason, handler.clone()))
        }));
        self
    }
}

/// Accepts a refused handshake, and has the application close the socket.
async fn answer<'r, F, Fut>(
    request: &'r Request<'_>,
    reason: Reason,
    handler: Arc<F>,
) -> Option<response::Result<'r>>
where
    F: Fn(WsStream, Reason) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let ws = request.guard::<WebSocket>().await.succeeded()?;
    let ws = ws.config(Config {
        max_message_size: Some(MAX_MESSAGE),
        max_frame_size: Some(MAX_MESSAGE),
        ..Config::default()
    });
    let channel = ws.channel(move |stream| Box::pin(refuse(stream, handler, reason)));
    Some(channel.respond_to(request))
}

impl<U: AuthUser> LoginManager<U> {
    /// Counts the open sockets of this process that have a [`WsUser`](crate::WsUser).
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginManager};
    /// fn is_quiet<U: AuthUser>(manager: &LoginManager<U>) -> bool {
    ///     manager.open_sockets() == 0
    /// }
    /// ```
    pub fn open_sockets(&self) -> usize {
        self.realm.sessions.registry.count()
    }
}

/// Runs a handler until it returns or the session ends, and closes the socket.
pub(super) fn serve<'r, F, Fut>(
    stream: DuplexStream,
    handler: F,
    open: Arc<OpenSocket>,
) -> BoxFuture<'r, Result<()>>
where
    F: FnOnce(WsStream) -> Fut + Send + 'r,
    Fut: Future<Output = Result<()>> + Send + 'r,
{
    // A socket may be open for days. A value that is moved into its future takes room there
    // twice.
    let (lent, stream) = Lent::new(stream);
    Box::pin(async move {
        let outcome = {
            let mut handled = pin!(handler(stream));
            select! {
                biased;
                why = open.ended() => Err(why),
                result = &mut handled => Ok(result),
            }
        };
        // The handler is dropped by now.
        let (frame, result) = match outcome {
            Err(why @ SessionEnd::Shutdown) => (Some(frame(CloseCode::Away, &why)), Ok(())),
            Err(why) => (Some(frame(CloseCode::Policy, &why)), Ok(())),
            Ok(result) => (farewell(&result), result),
        };
        Box::pin(take_leave(lent, frame, result)).await
    })
}

/// Lets the application say why it refuses the handshake, and closes the socket.
async fn refuse<F, Fut>(stream: DuplexStream, handler: Arc<F>, why: Reason) -> Result<()>
where
    F: Fn(WsStream, Reason) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let (lent, stream) = Lent::new(stream);
    let result = timeout(REFUSAL, handler(stream, why)).await;
    let frame = frame(CloseCode::Policy, &why);
    take_leave(lent, Some(frame), result.unwrap_or(Ok(()))).await
}

fn frame(code: CloseCode, reason: &dyn Display) -> CloseFrame<'static> {
    let reason = reason.to_string().into();
    CloseFrame { code, reason }
}

/// Returns the close frame after a handler that did not close the socket itself; `None` if
/// the connection is gone.
fn farewell(result: &Result<()>) -> Option<CloseFrame<'static>> {
    let code = match result {
        Ok(()) => CloseCode::Normal,
        Err(Error::ConnectionClosed | Error::AlreadyClosed) => return None,
        Err(Error::Protocol(_)) => CloseCode::Protocol,
        Err(Error::Utf8) => CloseCode::Invalid,
        Err(Error::Capacity(_)) => CloseCode::Size,
        Err(_) => CloseCode::Error,
    };
    Some(frame(code, &""))
}

/// Sends a close frame, unless one was sent, and waits for the client's. A connection that
/// is cut before loses messages that are under way.
async fn take_leave(
    lent: Lent,
    frame: Option<CloseFrame<'static>>,
    result: Result<()>,
) -> Result<()> {
    let (Some(mut stream), Some(frame)) = (lent.take_back(), frame) else {
        return result;
    };
    let closing = async {
        // Sending fails where the handler has closed the socket: the client's answer is
        // still to come.
        let _ = stream.send(Message::Close(Some(frame))).await;
        while let Some(Ok(_)) = stream.next().await {}
    };
    // A client may leave without an answer.
    let _ = timeout(LEAVE, closing).await;
    result
}
