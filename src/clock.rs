//! The one clock that every rule about time reads.

use std::time::{Duration, SystemTime};

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

/// The system's time, or with the feature `testing` the time a test has set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    #[cfg(feature = "testing")]
    set: std::sync::Arc<std::sync::Mutex<Option<Timestamp>>>,
    /// Rung when it was set: somebody may have waited long enough.
    #[cfg(feature = "testing")]
    rung: std::sync::Arc<rocket::tokio::sync::Notify>,
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        #[cfg(feature = "testing")]
        if let Some(set) = *self.lock() {
            return set;
        }

        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let millis = since_1970.unwrap_or_default().as_millis();
        Timestamp(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    /// Waits for as long, or until a test has set the clock to what is then.
    pub(crate) async fn wait(&self, span: Duration) {
        #[cfg(feature = "testing")]
        rocket::tokio::select! {
            () = sleep(span) => {}
            () = self.until(self.now().plus(span)) => {}
        }
        #[cfg(not(feature = "testing"))]
        sleep(span).await;
    }

    #[cfg(feature = "testing")]
    async fn until(&self, then: Timestamp) {
        loop {
            // Before looking: whoever is made before the ring hears it.
            let rung = self.rung.notified();
            if self.is_set_to(then) {
                return;
            }
            rung.await;
        }
    }

    #[cfg(feature = "testing")]
    fn is_set_to(&self, then: Timestamp) -> bool {
        self.lock().is_some_and(|now| now >= then)
    }

    #[cfg(feature = "testing")]
    pub(crate) fn set(&self, now: Timestamp) {
        *self.lock() = Some(now);
        self.rung.notify_waiters();
    }

    #[cfg(feature = "testing")]
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Timestamp>> {
        self.set
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_by_itself() {
        rocket::async_test(Clock::default().wait(Duration::from_millis(1)));
    }

    #[cfg(feature = "testing")]
    #[test]
    fn a_wait_ends_when_the_clock_is_set_to_its_end_and_not_before() {
        use rocket::futures::FutureExt;

        rocket::async_test(async {
            let clock = Clock::default();
            clock.set(Timestamp::from_secs(1000));
            let mut wait = Box::pin(clock.wait(Duration::from_secs(60)));
            assert_eq!(wait.as_mut().now_or_never(), None);
            clock.set(Timestamp::from_secs(1059));
            assert_eq!(wait.as_mut().now_or_never(), None);
            clock.set(Timestamp::from_secs(1060));
            wait.await;
        });
    }
}
