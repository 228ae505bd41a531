//! The vocabulary of a login: ids, digests, generations, sessions, tokens and ends.

mod bytes;
mod encoded_id;
mod end;
mod id;
mod record;

pub(crate) use bytes::{array, optional};
pub(crate) use encoded_id::EncodedId;
pub(crate) use end::SessionChange;
pub use end::SessionEnd;
pub use id::StoreKey;
pub(crate) use id::{BrowserId, Digest, SessionId, digest};
pub(crate) use record::{Carried, Client, Generation, RememberToken, Session, SessionToken};
