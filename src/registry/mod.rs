//! What is open for longer than a request takes: registered under its session.

mod index;
mod lease;
mod open;

pub(crate) use lease::State;
pub(crate) use open::{OpenSocket, Registry};
