//! The only place that reads a request or writes a response.

mod change;
mod commit;
mod facts;
#[cfg(feature = "testing")]
mod forge;
mod refusal;
mod remembered;
mod resolve;
mod road;
mod state;
mod visit;

pub(crate) use change::{LoginOptions, confirm, login, logout, renew};
pub(crate) use commit::commit;
pub(crate) use facts::{audience, is_own_origin, is_safe_method};
#[cfg(feature = "testing")]
pub(crate) use forge::{Forged, forge};
pub(crate) use refusal::Refusal;
pub(crate) use resolve::resolve;
pub(crate) use state::Active;
