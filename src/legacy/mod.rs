//! The grammars of Flask-Login, of Starlette-Login and of the sessions beneath them.
//!
//! These tokens say neither their purpose nor their expiry. So their keys serve nothing
//! else, and this crate takes a token for a login only as the settings allow.

mod ids;
mod keys;
mod remember_token;
mod session;
#[cfg(test)]
mod tests;

pub(crate) use ids::LegacyIds;
pub(crate) use keys::LegacyKeys;
pub(crate) use remember_token::{open_token, seal_token};
#[cfg(any(test, fuzzing))]
pub(crate) use session::sign_sessions;
pub(crate) use session::{LegacySession, open_session};

/// Whether this build reads the logins of other applications.
pub(crate) const IS_THERE: bool = true;

/// The longest cookie that is read: browsers do not keep longer ones.
const MAX_LEN: usize = 4096;
