//! What Flask-Login, Starlette-Login and the sessions beneath them sign: texts in,
//! values out, one grammar a file.
//!
//! Nothing here is of this crate's making, and none of it is used for anything else:
//! these tokens say neither what they are for nor when they end.

mod ids;
mod key;
mod quoting;
mod remember;
mod session;
mod signature;
#[cfg(test)]
mod tests;
mod user;

pub(crate) use ids::LegacyIds;
pub(crate) use key::LegacyKeys;
pub(crate) use session::LegacySession;
use user::{id_of, text_of};

/// Whether this build reads the logins of other applications.
pub(crate) const IS_THERE: bool = true;

/// Nothing longer is looked at: browsers do not keep longer cookies.
const MAX_LEN: usize = 4096;
