//! The life of a socket, from the handler's first word to the closing handshake.

use std::fmt::Display;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use rocket::futures::future::BoxFuture;
use rocket::futures::{SinkExt, StreamExt};
use rocket::tokio::select;
use rocket::tokio::time::{sleep, timeout};
use rocket_ws::Message;
use rocket_ws::frame::{CloseCode, CloseFrame};
use rocket_ws::result::{Error, Result};
use rocket_ws::stream::DuplexStream;

use crate::error::Reason;
use crate::registry::OpenSocket;
use crate::session::SessionEnd;
use crate::socket::WsStream;
use crate::socket::stream::Lent;

/// How long a client has to take leave. One that never reads gets no longer.
const LEAVE: Duration = Duration::from_secs(3);

/// How long the application may talk to somebody who was refused.
const REFUSAL: Duration = Duration::from_secs(5);

/// Runs a handler beside the end of the session, and closes the socket when the
/// first of them is over.
pub(super) fn serve<'r, F, Fut>(
    stream: DuplexStream,
    handler: F,
    open: Arc<OpenSocket>,
) -> BoxFuture<'r, Result<()>>
where
    F: FnOnce(WsStream) -> Fut + Send + 'r,
    Fut: Future<Output = Result<()>> + Send + 'r,
{
    // A socket may be open for days: what is moved into its future takes room
    // there twice.
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
            Err(SessionEnd::Shutdown) => (Some(away()), Ok(())),
            Err(why) => (Some(policy_violation(&why)), Ok(())),
            Ok(result) => (farewell(&result), result),
        };
        Box::pin(take_leave(lent, frame, result)).await
    })
}

/// Lets the application say why nobody is served here, and closes the socket.
pub(super) async fn refuse<F, Fut>(stream: DuplexStream, handler: Arc<F>, why: Reason) -> Result<()>
where
    F: Fn(WsStream, Reason) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let (lent, stream) = Lent::new(stream);
    let handled = handler(stream, why);
    let result = select! {
        result = handled => result,
        () = sleep(REFUSAL) => Ok(()),
    };
    take_leave(lent, Some(policy_violation(&why)), result).await
}

fn policy_violation(why: &dyn Display) -> CloseFrame<'static> {
    CloseFrame {
        code: CloseCode::Policy,
        reason: why.to_string().into(),
    }
}

fn away() -> CloseFrame<'static> {
    CloseFrame {
        code: CloseCode::Away,
        reason: SessionEnd::Shutdown.to_string().into(),
    }
}

/// What a handler leaves to be said that has not closed the socket itself;
/// nothing where nobody can hear it.
fn farewell(result: &Result<()>) -> Option<CloseFrame<'static>> {
    let code = match result {
        Ok(()) => CloseCode::Normal,
        Err(Error::ConnectionClosed | Error::AlreadyClosed) => return None,
        Err(Error::Protocol(_)) => CloseCode::Protocol,
        Err(Error::Utf8) => CloseCode::Invalid,
        Err(Error::Capacity(_)) => CloseCode::Size,
        Err(_) => CloseCode::Error,
    };
    Some(CloseFrame {
        code,
        reason: "".into(),
    })
}

/// Sends a close frame, unless one was sent, and waits for the client's: what is
/// on its way is lost where a connection is cut.
async fn take_leave(
    lent: Lent,
    frame: Option<CloseFrame<'static>>,
    result: Result<()>,
) -> Result<()> {
    let (Some(mut stream), Some(frame)) = (lent.take_back(), frame) else {
        return result;
    };
    let closing = async {
        // It fails where the handler has said good-bye itself: the client's answer
        // is still to come.
        let _ = stream.send(Message::Close(Some(frame))).await;
        while let Some(Ok(_)) = stream.next().await {}
    };
    // Whoever does not answer has left without a word.
    let _ = timeout(LEAVE, closing).await;
    result
}
