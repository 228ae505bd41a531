//! What a session is, how it changes, and which ones have ended.

mod ended;
mod record;
mod state;
mod user_key;

pub(crate) use ended::{Ended, GoOn, How};
pub(crate) use record::{Digest, RememberToken, Session, TokenId};
pub(crate) use state::{Login, Stay};
pub(crate) use user_key::UserKey;
