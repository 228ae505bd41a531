//! Without the feature `flask` no token and no session of another application counts.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::{LoginError, Reason};
use crate::request::authenticate::Mode;
use crate::request::pending::{CookieChange, Effects, Resolution};
use crate::request::visit::Visit;
use crate::session::{EncodedId, Session};
use crate::sessions::Named;
use crate::user::AuthUser;

pub(super) fn is_token<U: AuthUser>(_: &Visit<'_, U>, _: &str) -> bool {
    false
}

pub(super) fn is_of_other<U: AuthUser>(_: &Visit<'_, U>, _: &EncodedId) -> bool {
    false
}

pub(super) async fn by_token<U: AuthUser>(
    _: &Visit<'_, U>,
    _: bool,
    _: Mode,
    _: &mut Effects,
) -> Resolution<U> {
    Err(Reason::NotLoggedIn)
}

pub(super) fn remembered_until<U: AuthUser>(_: &Visit<'_, U>, _: &EncodedId) -> Option<Timestamp> {
    None
}

pub(super) async fn block<U: AuthUser>(_: &Visit<'_, U>) -> Result<(), LoginError> {
    Ok(())
}

pub(super) fn named<U: AuthUser>(_: &Visit<'_, U>) -> Vec<Named> {
    Vec::new()
}

pub(super) fn new_token<U: AuthUser>(
    _: &Visit<'_, U>,
    _: &EncodedId,
    _: &Session,
    _: Duration,
) -> Option<CookieChange> {
    None
}

pub(super) async fn authenticate<U: AuthUser>(_: &Visit<'_, U>) -> Resolution<U> {
    Err(Reason::NotLoggedIn)
}

pub(super) fn check_logged_out<U: AuthUser>(_: &Visit<'_, U>) -> Result<(), LoginError> {
    Ok(())
}

pub(super) async fn renew<U: AuthUser>(_: &Visit<'_, U>, _: &EncodedId) -> Result<(), LoginError> {
    Ok(())
}
