//! Why a guard failed: left in the request, for the catcher to find.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rocket::Route;
use rocket::request::Request;

use crate::error::Reason;
use crate::realm::Realm;
use crate::request::pending::{AuthMethod, peek};
use crate::request::visit::is_loading;

/// A guard of one kind of users failed on one route.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) realm: Arc<Realm>,
    pub(crate) reason: Reason,
    route: Option<usize>,
    /// Whether a program has sent the request: whoever a key has found.
    pub(crate) is_of_program: bool,
    /// Whether a catcher has asked before.
    pub(crate) is_told: bool,
}

#[derive(Default)]
struct Left(Mutex<Option<Refusal>>);

impl Left {
    /// If anything was left: looking does not make room for it.
    fn of<'r>(request: &'r Request<'_>) -> Option<MutexGuard<'r, Option<Refusal>>> {
        peek::<Self>(request).map(Self::lock)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Refusal>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Refusal {
    pub(crate) fn leave(
        request: &Request<'_>,
        realm: &Arc<Realm>,
        reason: Reason,
        found: Option<&AuthMethod>,
    ) {
        if is_loading() {
            // What comes of it is the loader's to say.
            return;
        }
        let refusal = Self {
            realm: realm.clone(),
            reason,
            route: request.route().map(address),
            is_of_program: matches!(found, Some(AuthMethod::Key { .. })),
            is_told: false,
        };
        *request.local_cache(Left::default).lock() = Some(refusal);
    }

    /// What was left so far, whichever route it was for.
    pub(crate) fn so_far(request: &Request<'_>) -> Option<Self> {
        Left::of(request)?.clone()
    }

    /// What guards have left since then was somebody else's question.
    pub(crate) fn go_back(request: &Request<'_>, so_far: Option<Self>) {
        if let Some(mut left) = Left::of(request) {
            *left = so_far;
        }
    }

    /// What was left, unless another route has answered since: that route's own
    /// 401 has nothing to do with it.
    pub(crate) fn of(request: &Request<'_>) -> Option<Self> {
        let mut left = Left::of(request)?;
        let left = left.as_mut()?;
        let found = (left.route == request.route().map(address)).then(|| left.clone())?;
        left.is_told = true;
        Some(found)
    }
}

fn address(route: &Route) -> usize {
    std::ptr::from_ref(route).addr()
}
