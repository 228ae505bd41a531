//! What a session is, how it changes, and which ones have ended.

mod end;
mod ended;
mod key;
mod record;
#[cfg(any(feature = "ws", feature = "flask"))]
mod restored;
mod signal;
mod state;
mod user_key;

pub use end::SessionEnd;
pub(crate) use ended::{Ended, GoOn, How};
pub use key::StoreKey;
pub(crate) use record::{Digest, RememberToken, Secret, Session, TokenId, digest};
#[cfg(any(feature = "ws", feature = "flask"))]
pub(crate) use restored::Restored;
pub(crate) use signal::{Signal, Signals};
pub(crate) use state::{Login, Stay};
pub(crate) use user_key::UserKey;
