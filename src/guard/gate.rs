//! The gate of a closed site, as a handler before all others.

use std::marker::PhantomData;
use std::sync::Arc;

use rocket::Data;
use rocket::http::Status;
use rocket::http::uri::Reference;
use rocket::request::Request;
use rocket::route::{Handler, Outcome};

use crate::guard::user::logged_in;
use crate::guard::user_guard::{manager, refuse};
use crate::rules::gate::Gate;
use crate::rules::next::same_path;
use crate::user::AuthUser;

/// What a page needs to look as it should.
const PARTS: [&str; 3] = ["style", "script", "font"];

/// Makes a handler that forwards a request if its path is open or a user is logged in.
pub(crate) fn at_gate<U: AuthUser>(gate: Arc<Gate>) -> Box<dyn Handler> {
    let user = PhantomData::<fn() -> U>;
    Box::new(AtGate { gate, user })
}

struct AtGate<U> {
    gate: Arc<Gate>,
    user: PhantomData<fn() -> U>,
}

impl<U> Clone for AtGate<U> {
    fn clone(&self) -> Self {
        Self {
            gate: self.gate.clone(),
            ..*self
        }
    }
}

#[rocket::async_trait]
impl<U: AuthUser> Handler for AtGate<U> {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        let path = request.uri().path();
        let gate = &self.gate;
        let reason = if gate.is_open(request.method(), path.as_str(), path.segments()) {
            None
        } else {
            logged_in::<U>(request).await.err()
        };
        match reason {
            // If there is no other route, the answer is a 404.
            None => Outcome::forward(data, Status::NotFound),
            Some(reason) => {
                hint::<U>(request);
                Box::pin(refuse(data, reason)).await
            }
        }
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
