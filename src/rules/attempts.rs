//! Where attempts to log in are counted, and for how long.

use crate::clock::Timestamp;

/// What a limit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Name,
    Address,
    Browser,
}

/// The place in which the attempts of one name, address or browser are counted, by the first
/// bits of its digest. There are 65,536 for each subject, so that no number of names takes more
/// room. The digest is keyed or random: no client can choose the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) subject: Subject,
    pub(crate) number: u16,
}

/// The time in which the attempts of one place are counted together, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) begin: i64,
    pub(crate) end: i64,
}

/// The attempts of one process that have failed within a minute.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    minute: u64,
    failed: u32,
}

impl Place {
    pub(crate) fn new(subject: Subject, digest: [u8; 16]) -> Self {
        let [high, low, ..] = digest;
        let number = u16::from_be_bytes([high, low]);
        Self { subject, number }
    }

    /// Returns the window of this length, in seconds, that a time is in. Places have their
    /// windows at different times, so that not all limits end at once.
    pub(crate) fn window(self, length: u32, now: Timestamp) -> Window {
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX / 2);
        let length = i64::from(length.max(1));
        let shift = (length * i64::from(self.number)) >> 16;
        let begin = now - (now + shift).rem_euclid(length);
        let end = begin + length;
        Window { begin, end }
    }
}

impl Alarm {
    /// Counts an attempt that has failed. Returns whether it is the one of this minute that
    /// rings the alarm.
    pub(crate) fn rings(&mut self, after: u32, now: Timestamp) -> bool {
        let minute = now.as_secs() / 60;
        if self.minute != minute {
            *self = Self { minute, failed: 0 };
        }
        self.failed = self.failed.saturating_add(1);
        self.failed == after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(number: u16) -> Place {
        let subject = Subject::Name;
        Place { subject, number }
    }

    #[test]
    fn a_digest_has_one_place() {
        let mut digest = [7; 16];
        digest[1] = 9;
        let found = Place::new(Subject::Name, digest);
        assert_eq!(found, place(0x0709));
        digest[2] = 1;
        assert_eq!(Place::new(Subject::Name, digest), found);
        assert_ne!(Place::new(Subject::Address, digest), found);
    }

    #[test]
    fn windows_follow_each_other_without_a_gap() {
        for number in [0, 1, 0x7fff, 0x8000, u16::MAX] {
            for length in [1, 2, 59, 900, 86_400] {
                let at = |secs| place(number).window(length, Timestamp::from_secs(secs));
                let mut last = at(1_000_000);
                for now in 1_000_000..1_002_000 {
                    let window = at(now);
                    let now = i64::try_from(now).unwrap();
                    assert!(window.begin <= now && now < window.end);
                    assert_eq!(window.end - window.begin, i64::from(length));
                    assert!(window == last || window.begin == last.end);
                    last = window;
                }
            }
        }
    }

    #[test]
    fn places_have_windows_at_different_times() {
        let begin = |number| place(number).window(900, Timestamp::from_secs(9_000)).begin;
        assert_eq!(begin(0), 9_000);
        assert_eq!(begin(0x8000), 8_550);
        assert_eq!(begin(u16::MAX), 8_101);
    }

    #[test]
    fn no_time_is_out_of_range() {
        for now in [0, u64::MAX / 1000, u64::MAX] {
            for length in [0, 1, u32::MAX] {
                let window = place(u16::MAX).window(length, Timestamp::from_secs(now));
                assert!(window.begin < window.end);
            }
        }
    }

    #[test]
    fn an_alarm_rings_once_a_minute() {
        let mut alarm = Alarm::default();
        let mut rings = |secs| alarm.rings(2, Timestamp::from_secs(secs));
        let rung = [60, 61, 62, 119, 120, 121, 122, 60, 60].map(&mut rings);
        let expected = [false, true, false, false, false, true, false, false, true];
        assert_eq!(rung, expected);
    }
}
