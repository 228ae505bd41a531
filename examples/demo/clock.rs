//! What time it is for those who count attempts.

use std::sync::Arc;
use std::time::Instant;

use governor::clock;
use governor::nanos::Nanos;

/// The system's, or one that a test moves.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn clock::Clock<Instant = Nanos> + Send + Sync>);

impl Clock {
    pub(crate) fn system() -> Self {
        Self::of(SinceStart(Instant::now()))
    }

    pub(crate) fn of(clock: impl clock::Clock<Instant = Nanos> + Send + Sync + 'static) -> Self {
        Self(Arc::new(clock))
    }
}

impl clock::Clock for Clock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.now()
    }
}

struct SinceStart(Instant);

impl clock::Clock for SinceStart {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}
