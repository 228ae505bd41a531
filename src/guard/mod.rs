//! What routes take as parameters.

mod auth;
mod field;
mod forwarding;
mod fresh;
mod login;
mod maybe;
mod next;
mod user;
mod wrapper;

pub use auth::Auth;
pub use field::NextField;
pub use forwarding::Forwarding;
pub use fresh::FreshUser;
pub use login::Login;
pub use maybe::MaybeUser;
pub use next::{Next, NextRedirect};
pub use user::{User, Via};
pub use wrapper::{Protected, fresh_login_required, login_required};

use rocket::request::Request;
use rocket::{Ignite, Rocket};

use crate::error::Reason;
use crate::manager::LoginManager;
use crate::user::AuthUser;

/// The manager, or a log line about a guard that no sentinel could see.
fn manager<'r, U: AuthUser>(request: &'r Request<'_>) -> Result<&'r LoginManager<U>, Reason> {
    let manager = request.rocket().state::<LoginManager<U>>();
    manager.ok_or_else(|| {
        complain::<U>();
        Reason::NotAttached
    })
}

/// Whether a launch with guards for these users has to be aborted.
fn is_unattached<U: AuthUser>(rocket: &Rocket<Ignite>) -> bool {
    let is_unattached = rocket.state::<LoginManager<U>>().is_none();
    if is_unattached {
        complain::<U>();
    }
    is_unattached
}

fn complain<U>() {
    let user = std::any::type_name::<U>();
    rocket::error!("A guard for `{user}` is used, but no login manager for such users is there.");
    rocket::error_!("Attach one: `rocket.attach(LoginManager::fairing(load))`, where");
    rocket::error_!("`load` is the function that loads a `{user}` by its id.");
}
