//! Stands in for this folder in a build without the feature `flask`: there are no keys, so
//! no token and no session of another application counts.

mod login;

use std::convert::Infallible;
use std::fmt;

pub(crate) use login::{LegacyIds, LegacySession};

/// Whether this build reads the logins of other applications.
pub(crate) const IS_THERE: bool = false;

/// Keys that cannot be made.
#[derive(Debug)]
pub(crate) struct LegacyKeys(Infallible);

impl LegacyKeys {
    pub(crate) fn new(_: &str) -> Result<Self, fmt::Error> {
        Err(fmt::Error)
    }

    pub(crate) fn is_same(&self, _: &Self) -> bool {
        match self.0 {}
    }
}

pub(crate) fn open_token(keys: &LegacyKeys, _: &str) -> Option<String> {
    match keys.0 {}
}

pub(crate) fn seal_token(keys: &LegacyKeys, _: &str) -> Option<String> {
    match keys.0 {}
}

pub(crate) fn open_session(keys: &LegacyKeys, _: &str) -> Option<LegacySession> {
    match keys.0 {}
}
