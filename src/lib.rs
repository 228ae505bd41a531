//! Login manager for Rocket.

pub use crate::challenge::Challenge;
pub use crate::config::{Config, ProtectionLevel, SecretKey, SessionConfig, StoreKind};
pub use crate::error::{LoginError, LoginErrorKind, Reason};
pub use crate::fairing::LoginFairing;
pub use crate::guard::{
    Auth, Forwarding, FreshUser, Login, MaybeUser, Next, NextField, NextRedirect, User, Via,
};
pub use crate::manager::LoginManager;
pub use crate::user::{AuthUser, UserLoader};

mod challenge;
mod clock;
mod config;
mod error;
mod fairing;
mod guard;
mod kind;
mod manager;
mod request;
mod rules;
mod session;
#[cfg(feature = "testing")]
pub mod testing;
mod token;
mod user;
