//! The gate of a closed site, as a handler before all others.

use std::marker::PhantomData;
use std::sync::Arc;

use rocket::Data;
use rocket::http::Status;
use rocket::http::uri::Reference;
use rocket::request::Request;
use rocket::route::{Handler, Outcome};

use crate::guard::User;
use crate::guard::user_guard::{guarded, manager};
use crate::rules::gate::Gate;
use crate::rules::next::same_path;
use crate::user::AuthUser;

/// What a page needs to look as it should.
const PARTS: [&str; 3] = ["style", "script", "font"];

/// Makes a handler that forwards a request if its path is open or a user is logged in.
pub(crate) fn at_gate<U: AuthUser>(gate: Arc<Gate>) -> Box<dyn Handler> {
    Box::new(AtGate::<U> {
        gate,
        guarded: guarded::<User<U>>(Box::new(Pass)),
        user: PhantomData,
    })
}

struct AtGate<U> {
    gate: Arc<Gate>,
    guarded: Box<dyn Handler>,
    user: PhantomData<fn() -> U>,
}

impl<U> Clone for AtGate<U> {
    fn clone(&self) -> Self {
        Self {
            gate: self.gate.clone(),
            guarded: self.guarded.clone(),
            user: PhantomData,
        }
    }
}

#[rocket::async_trait]
impl<U: AuthUser> Handler for AtGate<U> {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        let path = request.uri().path();
        let is_open = self
            .gate
            .is_open(request.method(), path.as_str(), path.segments());
        if is_open {
            return Pass.handle(request, data).await;
        }
        let outcome = self.guarded.handle(request, data).await;
        if outcome.is_error() {
            hint::<U>(request);
        }
        outcome
    }
}

/// Leaves the request to the next route. If there is none, the answer is a 404.
#[derive(Clone)]
struct Pass;

#[rocket::async_trait]
impl Handler for Pass {
    async fn handle<'r>(&self, _: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        Outcome::forward(data, Status::NotFound)
    }
}

/// Tells a developer whose login page asks for a closed stylesheet.
fn hint<U: AuthUser>(request: &Request<'_>) {
    let header = |name| request.headers().get_one(name);
    if header("Sec-Fetch-Dest").is_none_or(|part| !PARTS.contains(&part)) {
        return;
    }
    let page = header("Referer").and_then(|page| Reference::parse(page).ok());
    if let (Some(page), Ok(manager)) = (page, manager::<U>(request))
        && manager
            .realm
            .settings
            .pages()
            .any(|own| same_path(page.path().as_str(), &own.path))
    {
        manager
            .realm
            .tell_of_closed_part(request.uri().path().as_str());
    }
}
