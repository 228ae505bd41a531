//! What routes take as parameters.

mod auth;
mod field;
mod forwarding;
mod fresh;
mod login;
mod maybe;
mod next;
mod permit;
mod sessions;
mod throttling;
pub(crate) mod user;
pub(crate) mod wrapper;

pub use auth::Auth;
pub use field::NextField;
pub use forwarding::Forwarding;
pub use fresh::FreshUser;
pub use login::Login;
pub use maybe::MaybeUser;
pub use next::{Next, NextRedirect};
pub use permit::Permit;
pub use user::{User, Via};
pub use wrapper::{Protected, fresh_login_required, login_required, permission_required};

use std::any::type_name;

use rocket::request::Request;
use rocket::{Ignite, Phase, Rocket};

use crate::error::Reason;
use crate::manager::LoginManager;
use crate::user::AuthUser;

/// The manager, or a log line about a guard that no sentinel could see.
fn manager<'r, U: AuthUser>(request: &'r Request<'_>) -> Result<&'r LoginManager<U>, Reason> {
    managed(request.rocket(), type_name::<LoginManager<U>>)
}

/// What a guard needs in managed state, or a log line that says how to get it.
fn managed<T, P: Phase>(rocket: &Rocket<P>, name: fn() -> &'static str) -> Result<&T, Reason>
where
    T: Send + Sync + 'static,
{
    rocket.state().ok_or_else(|| {
        rocket::error!("A guard needs `{}`, which is not there.", name());
        rocket::error_!("Attach it: `rocket.attach(LoginManager::fairing(load))`, where");
        rocket::error_!("`load` is the function that loads a user by id.");
        Reason::NotAttached
    })
}

/// Whether a launch with guards for these users has to be aborted.
pub(crate) fn is_unattached<U: AuthUser>(rocket: &Rocket<Ignite>) -> bool {
    managed::<LoginManager<U>, _>(rocket, type_name::<LoginManager<U>>).is_err()
}
