//! The sessions of one realm: the only place that knows whether they lie in a store.
//!
//! An id that is absent is live where there is no store, for the token's signature
//! vouches for it. In a store it has ended.
//!
//! The order of effects is the same everywhere. First the record changes, by
//! compare-and-swap. Then the ledger of this process learns of it, so that no late answer
//! overwrites newer cookies. Sockets, streams and other nodes are told last.

mod access;
mod attempts;
mod begin;
mod end;
mod find;
mod generation;
mod home;
mod info;
mod ledger;
mod legacy;
mod list;
#[cfg(test)]
mod model;
mod notes;
mod record;
mod remember;
mod restore;
mod rotate;
mod row;
#[cfg(test)]
mod tests;

pub(crate) use access::LoadedSession;
pub(crate) use attempts::store_counts;
pub(crate) use begin::{NewLogin, begin, delete_withdrawn, try_to_create};
pub(crate) use end::{Named, end, end_all, end_sockets, hear};
pub(crate) use find::{find, find_again, find_local, find_remembered, limit_of};
pub(crate) use generation::Standing;
pub(crate) use home::{IN_FLIGHT, Sessions};
pub use info::{InvalidHandle, SessionHandle, SessionInfo};
pub(crate) use legacy::{begin_legacy, block};
pub(crate) use list::{
    auth_changed, is_suspended_under, list, listable, revoke, revoke_all, revoke_others,
};
pub(crate) use notes::Notes;
pub(crate) use record::Record;
pub(crate) use remember::{Remember, RememberStanding, Restore};
pub(crate) use restore::{Outcome, restore};
pub(crate) use rotate::{Noted, confirm, note, renew};
#[cfg(any(test, fuzzing))]
pub(crate) use row::Row as FuzzedRow;

with_feature! { "throttle", pub(crate) use attempts::{Counted, count, take_back}; }
