//! What is open for longer than a request takes: registered under its session.

// Without sockets nothing is registered.
#![cfg_attr(not(feature = "ws"), allow(dead_code))]

mod index;
mod lease;
mod open;

pub(crate) use lease::State;
pub(crate) use open::{OpenSocket, Registry};
