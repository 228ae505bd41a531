//! Stands in for this folder in a build without the feature `flask`: there are no keys, so
//! no token and no session of another application counts.

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::session::EncodedId;

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

    pub(crate) fn open_token(&self, _: &str) -> Option<String> {
        match self.0 {}
    }

    pub(crate) fn seal_token(&self, _: &str) -> Option<String> {
        match self.0 {}
    }

    pub(crate) fn open_session(&self, _: &str, _: Timestamp, _: Duration) -> Option<LegacySession> {
        match self.0 {}
    }

    pub(crate) fn read_session(&self, _: &str) -> Option<LegacySession> {
        match self.0 {}
    }
}

/// A session that no key can open.
pub(crate) struct LegacySession {
    pub(crate) user: Option<String>,
    pub(crate) signed: Timestamp,
    pub(crate) forgets: bool,
}

/// No text is a user id.
pub(crate) struct LegacyIds<T>(PhantomData<fn() -> T>);

impl<T> LegacyIds<T> {
    pub(crate) fn can_read(&self) -> bool {
        false
    }

    pub(crate) fn key(&self, _: &str) -> Option<EncodedId> {
        None
    }

    pub(crate) fn text(&self, _: &EncodedId) -> Option<String> {
        None
    }
}

impl<T> Clone for LegacyIds<T> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for LegacyIds<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}
