//! Properties that hold for all bytes from outside: one function for each input.
//!
//! The fuzzer calls the functions with bytes of its own (`scripts/fuzz`), the tests with the
//! bytes in `fuzz/seeds`. A function panics if its property does not hold.

mod headers;
#[cfg(feature = "flask")]
mod legacy;
mod next;
mod rows;
#[cfg(test)]
mod tests;
mod tokens;

pub use headers::{cookie_header, forwarding_header, origin_header};
#[cfg(feature = "flask")]
pub use legacy::legacy_login;
pub use next::next;
pub use rows::stored_rows;
pub use tokens::{known_token, remember_token, session_token};
