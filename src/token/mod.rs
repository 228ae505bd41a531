//! Tokens as signed text: written, verified, and remembered for the next request.

mod fields;
mod format;
mod key;
mod keyring;
mod known;
mod memo;
#[cfg(test)]
mod tests;

pub(crate) use format::{Signed, Token};
pub use key::TokenKind;
pub(crate) use key::{Home, KeyAge, KeySet};
pub(crate) use keyring::Keyring;
pub(crate) use known::KnownToken;
