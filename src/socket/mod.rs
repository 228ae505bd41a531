//! Sockets of users who are logged in: served, and closed with a reason.

mod serve;
mod stream;

pub(crate) use serve::{Refuser, refuse, serve};
pub use stream::WsStream;
