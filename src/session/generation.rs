//! The generation of a token.

use crate::clock::Timestamp;

/// Six bytes of milliseconds reach to the year 10889.
const LAST: u64 = (1 << 48) - 1;

/// Which of a session's tokens this is: the time of its making in milliseconds, and at
/// least one more than the generation before.
///
/// No two nodes have to agree on a counter for it, and it says how old a rotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Generation(u64);

impl Generation {
    /// Below every generation that was ever made.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn from_millis(millis: u64) -> Self {
        Self(millis.min(LAST))
    }

    pub(crate) fn as_millis(self) -> u64 {
        self.0
    }

    /// Makes the first generation of a session.
    pub(crate) fn first(now: Timestamp) -> Self {
        Self::from_millis(now.as_millis())
    }

    /// Makes the generation that follows this one.
    pub(crate) fn next(self, now: Timestamp) -> Self {
        Self::from_millis(now.as_millis().max(self.0 + 1))
    }

    /// The highest generation below this one.
    pub(crate) fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The time of its making.
    pub(crate) fn made(self) -> Timestamp {
        Timestamp::from_millis(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_generation_is_above_the_last_whatever_the_clock_says() {
        let now = Timestamp::from_millis(5000);
        let first = Generation::first(now);
        assert_eq!(first.next(Timestamp::from_millis(9000)).as_millis(), 9000);
        assert_eq!(first.next(now).as_millis(), 5001);
        assert_eq!(first.next(Timestamp::from_millis(1)).as_millis(), 5001);
    }

    #[test]
    fn the_end_of_time_overflows_nothing() {
        let last = Generation::first(Timestamp::from_millis(u64::MAX));
        assert_eq!(last.next(Timestamp::from_millis(u64::MAX)), last);
    }
}
