//! Properties that hold for any bytes from outside: one function for each door.
//!
//! The fuzzer calls them with bytes that it makes up (`scripts/fuzz`), the tests with
//! those in `fuzz/seeds`. A property that does not hold is a panic.

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
pub use tokens::{remember_token, session_token};
