//! A socket as a handler holds it, until it is taken away.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use rocket::futures::stream::FusedStream;
use rocket::futures::{Sink, SinkExt, Stream, StreamExt};
use rocket_ws::Message;
use rocket_ws::frame::CloseFrame;
use rocket_ws::result::{Error, Result};
use rocket_ws::stream::DuplexStream;

/// The stream of messages from and to a client: a `Stream` and a `Sink`, as
/// rocket_ws's own.
///
/// Unlike that one it is lent: when the session of its user ends, it is taken
/// away from whatever task holds a part of it. Reading then yields `None`, and
/// writing `ConnectionClosed`.
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
pub struct WsStream(Arc<Slot>);

/// Where the stream lies while it is lent.
#[derive(Default)]
struct Slot(Mutex<Inner>);

/// A stream that is lent to a handler, and taken back in the end, even if the
/// handler panics: tasks that it has started may have parts of it.
pub(super) struct Lent(Arc<Slot>);

#[derive(Default)]
struct Inner {
    stream: Option<DuplexStream>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Lent {
    pub(super) fn new(stream: DuplexStream) -> (Self, WsStream) {
        let inner = Inner {
            stream: Some(stream),
            ..Inner::default()
        };
        let slot = Arc::new(Slot(Mutex::new(inner)));
        (Self(slot.clone()), WsStream(slot))
    }

    /// Takes the stream away, which those notice who wait for it elsewhere.
    pub(super) fn take_back(&self) -> Option<DuplexStream> {
        let Inner {
            stream,
            reader,
            writer,
        } = std::mem::take(&mut *self.0.lock());
        [reader, writer].into_iter().flatten().for_each(Waker::wake);
        stream
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.take_back();
    }
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll_write(
        &self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut DuplexStream>, &mut Context<'_>) -> Poll<Result<()>>,
    ) -> Poll<Result<()>> {
        let mut inner = self.lock();
        let Some(stream) = &mut inner.stream else {
            return Poll::Ready(Err(Error::ConnectionClosed));
        };
        let polled = write(Pin::new(stream), cx);
        note(&mut inner.writer, &polled, cx);
        polled
    }
}

/// Keeps in mind whom to wake, should the stream be taken away.
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
    /// If the connection is broken. It is none if the socket is closed already.
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
            // A protocol is broken by nothing but a second good-bye here.
            Err(Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(_)) => Ok(()),
            done => done,
        }
    }
}

impl Stream for WsStream {
    type Item = Result<Message>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut inner = self.0.lock();
        let Some(stream) = &mut inner.stream else {
            return Poll::Ready(None);
        };
        let polled = stream.poll_next_unpin(cx);
        note(&mut inner.reader, &polled, cx);
        polled
    }
}

impl FusedStream for WsStream {
    fn is_terminated(&self) -> bool {
        let inner = self.0.lock();
        inner.stream.as_ref().is_none_or(FusedStream::is_terminated)
    }
}

impl Sink<Message> for WsStream {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.0.poll_write(cx, Sink::poll_ready)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<()> {
        match &mut self.0.lock().stream {
            Some(stream) => stream.start_send_unpin(message),
            None => Err(Error::ConnectionClosed),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.0.poll_write(cx, Sink::poll_flush)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.0.poll_write(cx, Sink::poll_close)
    }
}

impl fmt::Debug for WsStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WsStream").finish_non_exhaustive()
    }
}
