//! The rules that attempts are counted by, without a site around them.

use std::net::IpAddr;
use std::time::Duration;

use governor::clock::FakeRelativeClock;

use crate::demo::clock::Clock;
use crate::demo::throttle::{Throttle, Wait, Who};

fn stopped() -> (Throttle, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (Throttle::by(&Clock::of(clock.clone())), clock)
}

/// An attempt that failed, or how many seconds to wait.
fn fail(throttle: &Throttle, name: &str, address: Option<&str>) -> Result<(), u64> {
    let address = address.map(|address| address.parse::<IpAddr>().unwrap());
    let attempt = throttle.attempt(&Who::Stranger { name, address });
    attempt.map(drop).map_err(Wait::seconds)
}

#[test]
fn the_next_attempt_is_there_when_it_was_said_to_be_and_no_sooner() {
    let (throttle, clock) = stopped();
    for _ in 0..10 {
        assert_eq!(fail(&throttle, "alice", None), Ok(()));
    }
    for (later, wait) in [(0, 60), (1, 60), (999, 59), (58_000, 1), (999, 1)] {
        clock.advance(Duration::from_millis(later));
        assert_eq!(fail(&throttle, "alice", None), Err(wait), "{later}");
    }
    clock.advance(Duration::from_millis(1));
    assert_eq!(fail(&throttle, "alice", None), Ok(()));
    assert_eq!(fail(&throttle, "alice", None), Err(60));
}

#[test]
fn patience_saves_up_no_more_than_there_are_at_once() {
    let (throttle, clock) = stopped();
    for _ in 0..3 {
        clock.advance(Duration::from_secs(100_000));
        let tried = (0..20).filter(|_| fail(&throttle, "alice", None).is_ok());
        assert_eq!(tried.count(), 10);
    }
}

#[test]
fn success_gives_back_one_attempt_at_whatever_time_and_never_more() {
    let (throttle, clock) = stopped();
    let alice = Who::Stranger {
        name: "alice",
        address: None,
    };
    for later in [0, 1, 59, 60, 100_000] {
        clock.advance(Duration::from_secs(100_000));
        for _ in 0..7 {
            let attempt = throttle.attempt(&alice).unwrap();
            clock.advance(Duration::from_secs(later));
            attempt.give_back();
        }
        let tried = (0..20).filter(|_| throttle.attempt(&alice).is_ok());
        assert_eq!(tried.count(), 10, "{later}");
    }
}

#[test]
fn an_attempt_that_takes_long_gives_back_nothing_of_anothers() {
    let (throttle, clock) = stopped();
    let alice = Who::Stranger {
        name: "alice",
        address: None,
    };
    let slow = throttle.attempt(&alice).unwrap();
    clock.advance(Duration::from_secs(45));
    for _ in 0..9 {
        assert_eq!(fail(&throttle, "alice", None), Ok(()));
    }
    assert_eq!(fail(&throttle, "alice", None), Err(15));
    slow.give_back();
    assert_eq!(fail(&throttle, "alice", None), Ok(()));
    assert_eq!(fail(&throttle, "alice", None), Err(60));
}

#[test]
fn attempts_under_way_count() {
    let (throttle, _clock) = stopped();
    let alice = Who::Stranger {
        name: "alice",
        address: None,
    };
    let mut under_way: Vec<_> = (0..10).map(|_| throttle.attempt(&alice).unwrap()).collect();
    assert!(throttle.attempt(&alice).is_err());
    under_way.pop().unwrap().give_back();
    assert!(throttle.attempt(&alice).is_ok());
    assert!(throttle.attempt(&alice).is_err());
}

#[test]
fn who_has_one_address_has_all_of_its_network() {
    let (throttle, _clock) = stopped();
    for number in 0..30 {
        let address = format!("2001:db8:0:7:{number:x}::{number:x}");
        assert_eq!(fail(&throttle, &number.to_string(), Some(&address)), Ok(()));
    }
    let same = Some("2001:db8::7:ffff:ffff:ffff:ffff");
    assert_eq!(fail(&throttle, "a", same), Err(10));
    assert_eq!(fail(&throttle, "a", Some("2001:db8:0:8::1")), Ok(()));
    assert_eq!(fail(&throttle, "a", Some("192.0.2.1")), Ok(()));
    assert_eq!(fail(&throttle, "b", Some("192.0.2.2")), Ok(()));
}

#[test]
fn without_an_address_the_account_alone_is_limited() {
    let (throttle, _clock) = stopped();
    // More than one address has, by few names: any two may share a place.
    for name in ["alice", "bob", "carol", "dave"] {
        for _ in 0..10 {
            assert_eq!(fail(&throttle, name, None), Ok(()));
        }
        assert_eq!(fail(&throttle, name, None), Err(60));
    }
}

#[test]
fn what_is_refused_for_the_account_counts_for_no_address() {
    let (throttle, _clock) = stopped();
    for _ in 0..10 {
        assert_eq!(fail(&throttle, "alice", None), Ok(()));
    }
    for _ in 0..40 {
        assert_eq!(fail(&throttle, "alice", Some("192.0.2.1")), Err(60));
    }
    assert_eq!(fail(&throttle, "bob", Some("192.0.2.1")), Ok(()));
}

#[test]
fn what_is_refused_for_the_address_counts_for_no_account() {
    let (throttle, _clock) = stopped();
    for number in 0..30 {
        assert_eq!(
            fail(&throttle, &number.to_string(), Some("192.0.2.1")),
            Ok(())
        );
    }
    for _ in 0..40 {
        assert_eq!(fail(&throttle, "alice", Some("192.0.2.1")), Err(10));
    }
    assert_eq!(fail(&throttle, "alice", Some("192.0.2.2")), Ok(()));
}

#[test]
fn names_without_end_have_places_that_end() {
    let (throttle, _clock) = stopped();
    let names = (0..700_000).map(|number: u32| number.to_string());
    let tried = names.filter(|name| fail(&throttle, name, None).is_ok());
    // Each place holds what one name may try; 65,536 places are all there are.
    let tried = tried.count();
    assert!((500_000..=655_360).contains(&tried), "{tried}");
}
