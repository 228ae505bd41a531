//! Says so when passwords are being guessed: at many accounts from many addresses each limit may
//! hold, and it is still more than people mistype.

use std::sync::{Mutex, PoisonError};

use governor::clock::Clock as _;
use rocket::Request;
use rocket_login::Event;

use super::clock::Clock;

/// In one minute, for the whole site.
const ALARMING: u32 = 100;

pub(crate) struct Alarm {
    clock: Clock,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    minute: u64,
    failed: u32,
}

impl Alarm {
    pub(crate) fn by(clock: &Clock) -> Self {
        Self {
            clock: clock.clone(),
            counted: Mutex::default(),
        }
    }

    /// How many logins have been refused in this minute, with this one.
    pub(crate) fn count(&self) -> u32 {
        let minute = self.clock.now().as_u64() / 60_000_000_000;
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.minute != minute {
            *counted = Counted { minute, failed: 0 };
        }
        counted.failed = counted.failed.saturating_add(1);
        counted.failed
    }
}

/// Hears what happens to logins.
pub(crate) fn hear(event: &Event, request: &Request<'_>) {
    // Of the names nothing is shown: people type their password into the wrong field.
    if let (Event::LoginFailed { .. }, Some(alarm)) = (event, request.rocket().state::<Alarm>())
        && alarm.count() == ALARMING
    {
        rocket::warn!("Somebody is guessing passwords: {ALARMING} refused logins in a minute.");
    }
}
