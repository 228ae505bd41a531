//! The errors of guards and of logins, with their statuses.

mod login;
mod reason;

pub use login::{LoginError, LoginErrorKind};
pub use reason::Reason;

/// An error of the application, of any type.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
