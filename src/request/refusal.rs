//! Why a guard failed: left in the request, for the catcher to find.

use std::sync::{Arc, Mutex, PoisonError};

use rocket::Route;
use rocket::futures::FutureExt;
use rocket::futures::future::pending;
use rocket::request::Request;

use crate::error::Reason;
use crate::kind::Kind;
use crate::request::state::By;

/// A guard of one kind of users failed on one route.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) kind: Arc<Kind>,
    pub(crate) reason: Reason,
    route: Option<usize>,
    /// Whether a program has sent the request: whoever a key has found.
    pub(crate) is_of_program: bool,
    /// Whether a catcher has asked before.
    pub(crate) is_told: bool,
}

#[derive(Default)]
struct Left(Mutex<Option<Refusal>>);

impl Refusal {
    pub(crate) fn leave(
        request: &Request<'_>,
        kind: &Arc<Kind>,
        reason: Reason,
        found: Option<&By>,
    ) {
        let refusal = Self {
            kind: kind.clone(),
            reason,
            route: request.route().map(address),
            is_of_program: matches!(found, Some(By::Request { .. })),
            is_told: false,
        };
        let left = request.local_cache(Left::default);
        *left.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
    }

    /// What was left, unless another route has answered since: that route's own
    /// 401 has nothing to do with it.
    pub(crate) fn of(request: &Request<'_>) -> Option<Self> {
        let left = request
            .local_cache_async(pending::<Left>())
            .now_or_never()?;
        let mut left = left.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = left.as_mut()?;
        let found = (left.route == request.route().map(address)).then(|| left.clone())?;
        left.is_told = true;
        Some(found)
    }
}

fn address(route: &Route) -> usize {
    std::ptr::from_ref(route).addr()
}
