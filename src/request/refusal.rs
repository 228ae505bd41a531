//! The reason why a guard failed: left in the request, for the catcher to find.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rocket::Route;
use rocket::request::Request;

use crate::error::Reason;
use crate::lock::lock;
use crate::realm::Realm;
use crate::request::load::is_loading;
use crate::request::pending::{AuthMethod, peek};

/// A guard of one realm failed on one route.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) realm: Arc<Realm>,
    pub(crate) reason: Reason,
    route: Option<usize>,
    /// Whether a request loader has found the user, so that a program reads the answer.
    pub(crate) is_of_program: bool,
    /// Whether a catcher has asked before.
    pub(crate) is_told: bool,
    /// How long to wait before the next attempt to log in.
    pub(crate) retry_after: Option<Duration>,
}

/// The place in a request where a refusal is left.
type Left = Mutex<Option<Refusal>>;

impl Refusal {
    /// Leaves the reason in the request, except for a guard that a loader has asked: the
    /// loader decides about that one.
    pub(crate) fn leave(
        request: &Request<'_>,
        realm: &Arc<Realm>,
        reason: Reason,
        found: Option<&AuthMethod>,
    ) {
        if is_loading() {
            return;
        }
        let refusal = Self {
            is_of_program: matches!(found, Some(AuthMethod::Key { .. })),
            ..Self::new(request, realm, reason)
        };
        *lock(request.local_cache(Left::default)) = Some(refusal);
    }

    /// Leaves the reason why an attempt to log in was refused, and for how long.
    pub(crate) fn leave_attempt(request: &Request<'_>, realm: &Arc<Realm>, wait: Duration) {
        let refusal = Self {
            retry_after: Some(wait),
            ..Self::new(request, realm, Reason::TooManyAttempts)
        };
        *lock(request.local_cache(Left::default)) = Some(refusal);
    }

    fn new(request: &Request<'_>, realm: &Arc<Realm>, reason: Reason) -> Self {
        Self {
            realm: realm.clone(),
            reason,
            route: request.route().map(address),
            is_of_program: false,
            is_told: false,
            retry_after: None,
        }
    }

    /// Returns the refusal left so far, for any route.
    pub(crate) fn so_far(request: &Request<'_>) -> Option<Self> {
        lock(peek::<Left>(request)?).clone()
    }

    /// Goes back to an earlier refusal: guards have failed meanwhile that do not matter.
    pub(crate) fn go_back(request: &Request<'_>, so_far: Option<Self>) {
        if let Some(left) = peek::<Left>(request) {
            *lock(left) = so_far;
        }
    }

    /// Returns the refusal, unless another route has answered since: that route's own 401
    /// has nothing to do with it.
    pub(crate) fn of(request: &Request<'_>) -> Option<Self> {
        let mut left = lock(peek::<Left>(request)?);
        let left = left.as_mut()?;
        let found = (left.route == request.route().map(address)).then(|| left.clone())?;
        left.is_told = true;
        Some(found)
    }
}

fn address(route: &Route) -> usize {
    std::ptr::from_ref(route).addr()
}
