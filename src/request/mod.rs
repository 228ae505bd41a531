//! The only place that reads a request or writes a response.

mod admit;
mod bring_back;
mod callback;
mod change;
mod commit;
mod ending;
mod facts;
#[cfg(feature = "testing")]
mod forge;
mod head;
mod hold;
#[cfg(feature = "flask")]
mod legacy;
#[cfg(feature = "flask")]
mod legacy_session;
mod program;
mod refusal;
mod remembered;
mod resolve;
mod restore;
mod road;
#[cfg(feature = "ws")]
mod socket;
mod state;
mod stored;
mod visit;

pub(crate) use callback::answered;
pub(crate) use change::{LoginOptions, confirm, login, login_failed, logout, own_page, renew};
pub(crate) use commit::commit;
pub(crate) use facts::{audience, client_address, is_own_origin, is_safe_method};
#[cfg(feature = "testing")]
pub(crate) use forge::{Forged, forge};
#[cfg(feature = "flask")]
pub(crate) use legacy_session::brings_session;
pub(crate) use refusal::Refusal;
pub(crate) use resolve::resolve;
#[cfg(feature = "ws")]
pub(crate) use socket::{is_valid, open};
pub(crate) use state::{Active, By, RequestLogin};
