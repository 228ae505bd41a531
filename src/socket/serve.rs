//! The life of a socket, from its handler to the closing handshake.

use std::fmt::Display;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use rocket::futures::future::BoxFuture;
use rocket::futures::{SinkExt, StreamExt};
use rocket::tokio::select;
use rocket::tokio::time::timeout;
use rocket_ws::Message;
use rocket_ws::frame::{CloseCode, CloseFrame};
use rocket_ws::result::{Error, Result};
use rocket_ws::stream::DuplexStream;

use crate::error::Reason;
use crate::registry::OpenSocket;
use crate::session::SessionEnd;
use crate::socket::WsStream;
use crate::socket::stream::Lent;

/// How long a client has to answer a close frame. A client that never reads gets no longer.
const LEAVE: Duration = Duration::from_secs(3);

/// How long the application may talk to a client whose handshake is refused.
const REFUSAL: Duration = Duration::from_secs(5);

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
pub(super) async fn refuse<F, Fut>(stream: DuplexStream, handler: Arc<F>, why: Reason) -> Result<()>
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
