//! The one clock that every rule about time reads.

use std::time::{Duration, SystemTime};

use time::OffsetDateTime;

/// Whole seconds since 1970, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Timestamp(u64);

impl Timestamp {
    pub(crate) const fn from_secs(secs: u64) -> Self {
        Self(secs)
    }

    pub(crate) const fn as_secs(self) -> u64 {
        self.0
    }

    /// A sum past the end of time stays at the end of time: it never wraps.
    pub(crate) const fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span.as_secs()))
    }

    /// The time from `earlier` until now, zero if `earlier` is later.
    pub(crate) const fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }

    pub(crate) fn date_time(self) -> OffsetDateTime {
        i64::try_from(self.0)
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
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        #[cfg(feature = "testing")]
        if let Some(set) = *self.lock() {
            return set;
        }

        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Timestamp(since_1970.unwrap_or_default().as_secs())
    }

    #[cfg(feature = "testing")]
    pub(crate) fn set(&self, now: Timestamp) {
        *self.lock() = Some(now);
    }

    #[cfg(feature = "testing")]
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Timestamp>> {
        self.set
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
