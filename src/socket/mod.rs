//! Open sockets: which there are, and how they end.

mod index;
mod lease;
mod registry;
mod serve;
mod stream;

pub(crate) use lease::State;
pub(crate) use registry::{OpenSocket, Sockets};
pub(crate) use serve::{Refuser, refuse, serve};
pub use stream::WsStream;
