//! The parameters of routes, and wrappers around groups of routes.

#[cfg(feature = "throttle")]
mod attempt;
mod auth;
mod fresh;
pub(crate) mod gate;
pub(crate) mod links;
mod login;
pub(crate) mod login_required;
mod next;
mod next_redirect;
mod optional;
mod other_site;
mod permit;
mod public_base;
mod sessions;
mod throttling;
pub(crate) mod user;
pub(crate) mod user_guard;
mod verify;

pub use auth::Auth;
pub use fresh::FreshUser;
pub use login::{Login, LoginOutcome};
pub use login_required::{Protected, fresh_login_required, login_required, permission_required};
pub use next::{Next, NextField};
pub use next_redirect::NextRedirect;
pub use optional::{Forwarding, MaybeUser};
pub use permit::Permit;
pub use public_base::PublicBase;
pub use user::{User, Via};

with_feature! { "throttle", pub use attempt::Attempt; }
