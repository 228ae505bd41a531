//! The one clock that every rule about time reads, and waiting with a limit.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use rocket::tokio::select;
use rocket::tokio::sync::Notify;
use rocket::tokio::time::sleep;
use time::OffsetDateTime;

/// Milliseconds since 1970, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Timestamp(u64);

impl Timestamp {
    pub(crate) const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    pub(crate) const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    pub(crate) const fn as_secs(self) -> u64 {
        self.0 / 1000
    }

    pub(crate) const fn as_millis(self) -> u64 {
        self.0
    }

    /// Cuts off what is beyond the whole second, as tokens do.
    pub(crate) const fn whole(self) -> Self {
        Self::from_secs(self.as_secs())
    }

    /// Adds a span. A sum past the end of time stays at the end of time.
    pub(crate) const fn plus(self, span: Duration) -> Self {
        let secs = span.as_secs().saturating_mul(1000);
        Self(
            self.0
                .saturating_add(secs.saturating_add(span.subsec_millis() as u64)),
        )
    }

    /// The time from `earlier` until now, zero if `earlier` is later.
    pub(crate) const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    pub(crate) fn date_time(self) -> OffsetDateTime {
        i64::try_from(self.as_secs())
            .ok()
            .and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok())
            .unwrap_or(time::PrimitiveDateTime::MAX.assume_utc())
    }
}

/// The system's time, or the time that a test has set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock(Arc<Set>);

/// The time that a test has set, in milliseconds. Zero until then: no test sets 1970.
#[derive(Debug, Default)]
struct Set {
    millis: AtomicU64,
    /// Rung when the clock is set: a wait may be over.
    rung: Notify,
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        let set = self.0.millis.load(Ordering::Acquire);
        if set != 0 {
            return Timestamp(set);
        }
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let millis = since_1970.unwrap_or_default().as_millis();
        Timestamp(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    /// Waits for this long, or until a test sets the clock to the end of the wait.
    pub(crate) async fn wait(&self, span: Duration) {
        select! {
            () = sleep(span) => {}
            () = self.set_to(self.now().plus(span)) => {}
        }
    }

    /// Waits until a test sets the clock to this time.
    async fn set_to(&self, then: Timestamp) {
        loop {
            // Made before the look: a ring after the look is not missed.
            let rung = self.0.rung.notified();
            if self.0.millis.load(Ordering::Acquire) >= then.0 {
                return;
            }
            rung.await;
        }
    }

    /// Stops the clock at this time.
    pub(crate) fn set(&self, now: Timestamp) {
        self.0.millis.store(now.0.max(1), Ordering::Release);
        self.0.rung.notify_waiters();
    }
}

/// Waits for `future` until a timer is done, which `timer` makes; then `None`.
///
/// A future that answers at once costs nothing: the timer is made, and its memory allocated,
/// when the future is first found waiting.
pub(crate) fn within<F, M, T>(mut future: F, timer: M) -> impl Future<Output = Option<F::Output>>
where
    F: Future + Unpin,
    M: Fn() -> T,
    T: Future<Output = ()>,
{
    let mut waiting = None;
    poll_fn(move |context| {
        if let Poll::Ready(output) = Pin::new(&mut future).poll(context) {
            return Poll::Ready(Some(output));
        }
        let timer = waiting.get_or_insert_with(|| Box::pin(timer()));
        timer.as_mut().poll(context).map(|()| None)
    })
}

#[cfg(test)]
mod tests;
