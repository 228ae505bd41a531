//! What nodes that share a store tell each other.

mod message;
mod outbox;

pub(crate) use message::{Message, Word};
pub(crate) use outbox::Outbox;
