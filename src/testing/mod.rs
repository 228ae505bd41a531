//! Helpers for tests: logins without a login form, the clock, and the contract of a store.
//!
//! They need the feature `testing`. It makes logins without a password, so it belongs into
//! `[dev-dependencies]` alone:
//!
//! ```toml
//! [dev-dependencies]
//! rocket_login = { version = "0.1", features = ["testing"] }
//! ```
//!
//! # Example
//!
//! ```rust
//! # #[macro_use] extern crate rocket;
//! # use rocket::Request;
//! use rocket::http::Status;
//! use rocket::local::blocking::Client;
//! use rocket::time::Duration;
//! use rocket_login::testing;
//! # use rocket_login::{Config, FreshUser, LoginManager, User};
//! # struct Account;
//! # impl rocket_login::AuthUser for Account {
//! #     type Id = i64;
//! #     fn id(&self) -> i64 { 1 }
//! #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
//! # }
//! # async fn load_account(_: &Request<'_>, _: i64) -> Result<Option<Account>, std::fmt::Error> {
//! #     Ok(Some(Account))
//! # }
//!
//! # #[get("/account")] fn account(_user: User<Account>) {}
//! # #[get("/settings")] fn settings(_user: FreshUser<Account>) {}
//! # fn rocket() -> rocket::Rocket<rocket::Build> {
//! #     let config = Config::new("/login", "a secret of at least thirty-two bytes");
//! #     let login = LoginManager::fairing(load_account).config(config);
//! #     rocket::build().attach(login).mount("/", routes![account, settings])
//! # }
//! let client = Client::tracked(rocket()).unwrap();
//! let alice = Account;
//! testing::login(&client, &alice);
//! assert_eq!(client.get("/account").dispatch().status(), Status::Ok);
//! assert_eq!(client.get("/settings").dispatch().status(), Status::Ok);
//!
//! testing::login_as(&alice).stale().on(&client);
//! assert_eq!(client.get("/account").dispatch().status(), Status::Ok);
//! assert_eq!(client.get("/settings").dispatch().status(), Status::SeeOther);
//!
//! testing::advance(client.rocket(), Duration::hours(3));
//! assert_eq!(client.get("/account").dispatch().status(), Status::SeeOther);
//! ```

// A panic here fails the test, which cannot go on.
#![allow(clippy::panic)]

mod login;
mod suite;

pub use login::{LoginAs, login_as};
pub use suite::store_suite;

use rocket::local::{asynchronous, blocking};
use rocket::{Orbit, Rocket};
use time::{Duration, OffsetDateTime};

use crate::clock::Timestamp;
use crate::fairing::gate::shown;
use crate::realm::Realms;
use crate::user::AuthUser;

/// Logs a user in with a tracked client. From now on its requests are those of the user.
///
/// # Panics
///
/// If no login fairing for these users is attached, or if the id does not fit into a cookie.
///
/// # Example
///
/// ```rust
/// # use rocket::local::blocking::Client;
/// # use rocket_login::{AuthUser, testing};
/// # fn test<U: AuthUser>(client: &Client, alice: &U) {
/// testing::login(client, alice);
/// # }
/// ```
#[track_caller]
pub fn login<U: AuthUser>(client: &blocking::Client, user: &U) {
    login_as(user).on(client);
}

/// Logs a user in with a tracked asynchronous client, as [`login`] does with a blocking one.
///
/// # Panics
///
/// The same as [`login`].
///
/// # Example
///
/// ```rust
/// # use rocket::local::asynchronous::Client;
/// # use rocket_login::{AuthUser, testing};
/// # async fn test<U: AuthUser>(client: &Client, alice: &U) {
/// testing::login_async(client, alice).await;
/// # }
/// ```
pub async fn login_async<U: AuthUser>(client: &asynchronous::Client, user: &U) {
    login_as(user).on_async(client).await;
}

/// Returns the time by which sessions and tokens are judged, in whole seconds.
///
/// ```rust
/// # use rocket::local::blocking::Client;
/// # use rocket_login::testing;
/// fn year(client: &Client) -> i32 {
///     testing::now(client.rocket()).year()
/// }
/// ```
///
/// # Panics
///
/// If no login fairing is attached.
#[track_caller]
pub fn now(rocket: &Rocket<Orbit>) -> OffsetDateTime {
    realms(rocket).clock.now().date_time()
}

/// Stops the clock at `now`, for all login managers of this instance.
///
/// ```rust
/// # use rocket::local::blocking::Client;
/// # use rocket_login::testing;
/// use rocket::time::OffsetDateTime;
///
/// fn stop(client: &Client) {
///     testing::set_now(client.rocket(), OffsetDateTime::now_utc());
/// }
/// ```
///
/// Set the clock ahead rather than back: a local client drops cookies that have expired by the time
/// of the system.
///
/// # Panics
///
/// If no login fairing is attached, or if `now` is before 1970.
#[track_caller]
pub fn set_now(rocket: &Rocket<Orbit>, now: OffsetDateTime) {
    match u64::try_from(now.unix_timestamp()) {
        Ok(secs) => realms(rocket).set_clock(Timestamp::from_secs(secs)),
        Err(_) => panic!("the clock cannot be set to {now}, which is before 1970"),
    }
}

/// Stops the clock at `by` from now. A negative duration sets it back.
///
/// ```rust
/// # use rocket::local::blocking::Client;
/// # use rocket_login::testing;
/// use rocket::time::Duration;
///
/// fn a_day_later(client: &Client) {
///     testing::advance(client.rocket(), Duration::days(1));
/// }
/// ```
///
/// # Panics
///
/// If no login fairing is attached, or if the new time is before 1970.
#[track_caller]
pub fn advance(rocket: &Rocket<Orbit>, by: Duration) {
    set_now(rocket, now(rocket).saturating_add(by));
}

/// Lists the routes that a stranger reaches, for a snapshot test of a closed site.
///
/// Each line has a method and a path, and the lines are in order. Of a route whose line ends
/// with `in part` some paths are open. Guards of the routes do not count.
///
/// ```rust
/// # use rocket::local::blocking::Client;
/// # use rocket_login::testing;
/// fn strangers_see_the_login_page_alone(client: &Client) {
///     let open = testing::open_routes(client.rocket());
///     assert_eq!(open, ["GET /login", "POST /login"]);
/// }
/// ```
///
/// Without [`require_login`](crate::LoginFairing::require_login) all routes are open.
pub fn open_routes(rocket: &Rocket<Orbit>) -> Vec<String> {
    shown::open_routes(rocket)
}

#[track_caller]
fn realms(rocket: &Rocket<Orbit>) -> &Realms {
    match rocket.state::<Realms>() {
        Some(realms) => realms,
        None => panic!("no login fairing is attached to this instance of Rocket"),
    }
}
