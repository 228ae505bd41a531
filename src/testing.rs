//! For tests: setting the clock that every rule about time reads.
//!
//! With the feature `testing`, which belongs into `[dev-dependencies]` alone.
//!
//! # Example
//!
//! ```rust
//! # #[macro_use] extern crate rocket;
//! # use rocket::Request;
//! use rocket::local::blocking::Client;
//! use rocket::time::Duration;
//! use rocket_login::{Config, LoginManager, testing};
//! # struct Account;
//! # impl rocket_login::AuthUser for Account {
//! #     type Id = i64;
//! #     fn id(&self) -> i64 { 1 }
//! #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
//! # }
//! # async fn load_account(_: &Request<'_>, _: i64) -> Result<Option<Account>, std::fmt::Error> {
//! #     Ok(None)
//! # }
//!
//! # let config = Config::new("/login", "a secret of at least thirty-two bytes");
//! let login = LoginManager::fairing(load_account).config(config);
//! let client = Client::tracked(rocket::build().attach(login)).unwrap();
//!
//! let before = testing::now(client.rocket());
//! testing::advance(client.rocket(), Duration::hours(3));
//! assert_eq!(testing::now(client.rocket()), before + Duration::hours(3));
//! ```

#![allow(clippy::panic)] // a test that sets no clock must not go on

use rocket::{Orbit, Rocket};
use time::{Duration, OffsetDateTime};

use crate::clock::{Clock, Timestamp};
use crate::kind::Kinds;

/// The time by which sessions and tokens are judged, in whole seconds.
///
/// # Panics
///
/// If no login fairing is attached.
#[track_caller]
pub fn now(rocket: &Rocket<Orbit>) -> OffsetDateTime {
    clock(rocket).now().date_time()
}

/// Stops the clock at `now`, for all login managers of this instance.
///
/// # Panics
///
/// If no login fairing is attached, or if `now` is before 1970.
#[track_caller]
pub fn set_now(rocket: &Rocket<Orbit>, now: OffsetDateTime) {
    match u64::try_from(now.unix_timestamp()) {
        Ok(secs) => clock(rocket).set(Timestamp::from_secs(secs)),
        Err(_) => panic!("the clock cannot be set to {now}, which is before 1970"),
    }
}

/// Stops the clock at `by` from now; a negative duration sets it back.
///
/// # Panics
///
/// If no login fairing is attached, or if that leads before 1970.
#[track_caller]
pub fn advance(rocket: &Rocket<Orbit>, by: Duration) {
    set_now(rocket, now(rocket).saturating_add(by));
}

#[track_caller]
fn clock(rocket: &Rocket<Orbit>) -> &Clock {
    match rocket.state::<Kinds>() {
        Some(kinds) => &kinds.clock,
        None => panic!("no login fairing is attached to this instance of Rocket"),
    }
}
