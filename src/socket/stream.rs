//! The stream that a socket's handler holds until it is taken back.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use rocket::futures::stream::FusedStream;
use rocket::futures::{Sink, SinkExt, Stream, StreamExt};
use rocket_ws::Message;
use rocket_ws::frame::CloseFrame;
use rocket_ws::result::{Error, Result};
use rocket_ws::stream::DuplexStream;

use crate::lock::lock;

/// The stream of messages from and to a client: a `Stream` and a `Sink`, as
/// rocket_ws's own.
///
/// Unlike rocket_ws's stream it is lent. When the session of its user ends, it is taken
/// back, also from tasks that hold a part of it. Reading then yields `None`, and writing
/// `ConnectionClosed`.
///
/// # Example
///
/// ```rust
/// use rocket::futures::{SinkExt, StreamExt};
/// use rocket_login::WsStream;
/// use rocket_login::ws::result::Result;
///
/// async fn echo(mut stream: WsStream) -> Result<()> {
///     while let Some(message) = stream.next().await {
///         stream.send(message?).await?;
///     }
///     Ok(())
/// }
/// ```
pub struct WsStream(Arc<Mutex<Slot>>);

/// A stream that is lent to a handler, and taken back in the end, even if the handler
/// panics: tasks that the handler has started may hold parts of it.
pub(super) struct Lent(Arc<Mutex<Slot>>);

/// The stream while it is lent, and the tasks that wait for it.
#[derive(Default)]
struct Slot {
    stream: Option<DuplexStream>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Lent {
    pub(super) fn new(stream: DuplexStream) -> (Self, WsStream) {
        let slot = Arc::new(Mutex::new(Slot {
            stream: Some(stream),
            ..Slot::default()
        }));
        (Self(slot.clone()), WsStream(slot))
    }

    /// Takes the stream back, and wakes the tasks that wait for it.
    pub(super) fn take_back(&self) -> Option<DuplexStream> {
        let slot = std::mem::take(&mut *lock(&self.0));
        let waiting = [slot.reader, slot.writer];
        waiting.into_iter().flatten().for_each(Waker::wake);
        slot.stream
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.take_back();
    }
}

/// Keeps the waker of a task that has to wait, in case the stream is taken back.
fn note<T>(waiting: &mut Option<Waker>, polled: &Poll<T>, cx: &Context<'_>) {
    match waiting {
        _ if polled.is_ready() => {}
        Some(waker) => waker.clone_from(cx.waker()),
        None => *waiting = Some(cx.waker().clone()),
    }
}

impl WsStream {
    /// Closes the socket with this code and reason, or with none.
    ///
    /// # Errors
    ///
    /// Fails if the connection is broken. Closing a closed socket is no error.
    ///
    /// ```rust
    /// use rocket_login::WsStream;
    /// use rocket_login::ws::frame::{CloseCode, CloseFrame};
    /// use rocket_login::ws::result::Result;
    ///
    /// async fn go_away(mut stream: WsStream) -> Result<()> {
    ///     let frame = CloseFrame { code: CloseCode::Away, reason: "maintenance".into() };
    ///     stream.close(Some(frame)).await
    /// }
    /// ```
    pub async fn close(&mut self, frame: Option<CloseFrame<'_>>) -> Result<()> {
        let message = Message::Close(frame.map(CloseFrame::into_owned));
        match self.send(message).await {
            // Only a second close frame can break the protocol here.
            Err(Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(_)) => Ok(()),
            done => done,
        }
    }

    fn poll_write(
        &self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut DuplexStream>, &mut Context<'_>) -> Poll<Result<()>>,
    ) -> Poll<Result<()>> {
        let mut slot = lock(&self.0);
        let Some(stream) = &mut slot.stream else {
            return Poll::Ready(Err(Error::ConnectionClosed));
        };
        let polled = write(Pin::new(stream), cx);
        note(&mut slot.writer, &polled, cx);
        polled
    }
}

impl Stream for WsStream {
    type Item = Result<Message>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut slot = lock(&self.0);
        let Some(stream) = &mut slot.stream else {
            return Poll::Ready(None);
        };
        let polled = stream.poll_next_unpin(cx);
        note(&mut slot.reader, &polled, cx);
        polled
    }
}

impl FusedStream for WsStream {
    fn is_terminated(&self) -> bool {
        let slot = lock(&self.0);
        slot.stream.as_ref().is_none_or(FusedStream::is_terminated)
    }
}

impl Sink<Message> for WsStream {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.poll_write(cx, Sink::poll_ready)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<()> {
        match &mut lock(&self.0).stream {
            Some(stream) => stream.start_send_unpin(message),
            None => Err(Error::ConnectionClosed),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.poll_write(cx, Sink::poll_flush)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.poll_write(cx, Sink::poll_close)
    }
}

opaque! { WsStream }
