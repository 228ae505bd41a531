//! The end of a turn: other requests may have theirs.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Yields once.
pub(super) struct Turn(bool);

impl Turn {
    pub(super) fn next() -> Self {
        Self(false)
    }
}

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}
