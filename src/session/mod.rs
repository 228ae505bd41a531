//! The words in which a login is spoken of: ids, digests, tokens, and why it ended.

mod bytes;
mod change;
mod client;
mod encoded_id;
mod end;
mod generation;
mod id;
mod key;
mod record;

pub(crate) use bytes::Bytes;
pub(crate) use change::SessionChange;
pub(crate) use client::Client;
pub(crate) use encoded_id::EncodedId;
pub use end::SessionEnd;
pub(crate) use generation::Generation;
pub(crate) use id::{Digest, SessionId, digest};
pub use key::StoreKey;
pub(crate) use record::{Carried, RememberToken, Session, SessionToken};
