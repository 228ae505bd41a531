//! What decides about time, identity and targets: values in, a verdict out.

pub(crate) mod address;
pub(crate) mod audience;
pub(crate) mod cookie;
pub(crate) mod expiry;
pub(crate) mod foreign;
pub(crate) mod identifier;
pub(crate) mod next;
pub(crate) mod origin;
pub(crate) mod protection;
mod seen;

pub(crate) use seen::Seen;
