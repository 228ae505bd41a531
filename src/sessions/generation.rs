//! What a token of some generation is worth: values in, a verdict out.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::rules::expiry::is_from_the_future;
use crate::session::Generation;

/// How long a superseded token counts: a browser may have sent several requests at once.
pub(crate) const GRACE: Duration = Duration::from_secs(30);

/// How far the clocks of two nodes may be apart.
const SKEW: Duration = Duration::from_secs(60);

/// What a token's generation is worth beside the one that its record has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Current,
    /// Above the record's: the store came back from a backup.
    Ahead,
    /// Superseded moments ago, by a request of the same browser as it seems.
    Joined,
    Superseded,
}

/// The generations of one of a session's two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) current: Generation,
    /// No superseded token below it counts.
    pub(crate) floor: Generation,
}

impl Chain {
    pub(crate) fn first(now: Timestamp) -> Self {
        Self::only(Generation::first(now))
    }

    /// A chain in which this generation has superseded none.
    pub(crate) fn only(current: Generation) -> Self {
        let floor = current;
        Self { current, floor }
    }

    pub(crate) fn standing(&self, presented: Generation, now: Timestamp) -> Standing {
        if presented == self.current {
            Standing::Current
        } else if presented > self.current {
            // A node whose clock was right cannot have made it.
            if is_from_the_future(presented.made().whole(), now) {
                return Standing::Superseded;
            }
            Standing::Ahead
        } else if presented >= self.floor && is_in_grace(self.current.made(), now) {
            Standing::Joined
        } else {
            Standing::Superseded
        }
    }

    /// Makes the next generation. A rotation that comes late ends the grace of all but
    /// the generation that it supersedes, so that no old copy comes alive again.
    pub(crate) fn rotate(&mut self, now: Timestamp) {
        if now.since(self.current.made()) > GRACE {
            self.floor = self.current;
        }
        self.rotate_again(now);
    }

    /// Makes the next generation for a browser that has lost an answer, and may lose
    /// this one as well: the floor stays.
    pub(crate) fn rotate_again(&mut self, now: Timestamp) {
        self.current = self.current.next(now);
    }

    /// Makes the next generation, beside which no earlier one counts.
    pub(crate) fn restart(&mut self, now: Timestamp) {
        *self = Self::only(self.current.next(now));
    }

    /// Takes over a generation that the record has forgotten, beside which no earlier one
    /// counts.
    pub(crate) fn follow(&mut self, presented: Generation) {
        if presented > self.current {
            *self = Self::only(presented);
        }
    }
}

/// Whether a rotation was moments ago, by a clock that may be behind the rotation's.
pub(crate) fn is_in_grace(rotated: Timestamp, now: Timestamp) -> bool {
    rotated.since(now) <= SKEW && now.since(rotated) <= GRACE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::tests::{at, chain, made};

    #[test]
    fn a_generation_counts_by_its_place_and_the_age_of_the_rotation() {
        use Standing::{Ahead, Current, Joined, Superseded};

        for (presented, now, standing) in [
            (1000, 1000, Current),
            (1000, 999_999, Current),
            (1000, 10, Current),
            (1001, 1001, Ahead),
            (1060, 1000, Ahead),
            (1061, 1000, Superseded),
            (950, 1000, Joined),
            (950, 1030, Joined),
            (950, 1031, Superseded),
            (950, 940, Joined),
            (950, 939, Superseded),
            (900, 1000, Joined),
            (899, 1000, Superseded),
            (0, 1000, Superseded),
        ] {
            let found = chain(1000, 900).standing(made(presented), at(now));
            assert_eq!(found, standing, "{presented} at {now}");
        }
    }

    #[test]
    fn a_late_rotation_sets_the_floor_and_an_early_one_leaves_it() {
        let mut early = chain(1000, 900);
        early.rotate(at(1030));
        assert_eq!(early, chain(1030, 900));
        let mut late = chain(1000, 900);
        late.rotate(at(1031));
        assert_eq!(late, chain(1031, 1000));
        let mut again = chain(1000, 900);
        again.rotate_again(at(5000));
        assert_eq!(again, chain(5000, 900));
        let mut anew = chain(1000, 900);
        anew.restart(at(1010));
        assert_eq!(anew, chain(1010, 1010));
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_generation_twice() {
        let mut chain = chain(1000, 900);
        chain.rotate(at(10));
        assert!(chain.current > made(1000));
        assert_eq!(chain.floor, made(900));
    }

    #[test]
    fn a_forgotten_generation_is_taken_over() {
        let mut chain = chain(1000, 900);
        chain.follow(made(1200));
        assert_eq!(chain.standing(made(1200), at(1200)), Standing::Current);
        chain.follow(made(1100));
        assert_eq!(chain.current, made(1200));
    }
}
