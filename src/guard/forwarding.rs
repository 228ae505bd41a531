//! A guard that lets the next route try.

use std::ops::Deref;

use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Rocket, Sentinel};

use crate::error::Reason;

/// A request guard around another one of this crate: where that fails with 401,
/// this one forwards.
///
/// With it, one path has a route for those who are logged in and, with a later
/// rank, one for all others.
///
/// # Outcome
///
/// Succeeds as the guard inside does. Forwards with 401 where that fails with
/// 401; if no other route answers, the challenge does. Fails with 503 and 500 as
/// the guard inside does.
///
/// # Security
///
/// Whatever route matches next is served to everyone: a file server at `/`, for
/// instance. Without a reason to forward, take [`User`](crate::User).
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use rocket_login::{Forwarding, User};
/// # struct Account { name: String }
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
///
/// #[get("/")]
/// fn dashboard(user: Forwarding<User<Account>>) -> String {
///     format!("Hello, {}", user.name)
/// }
///
/// #[get("/", rank = 2)]
/// fn welcome() -> &'static str {
///     "Come in"
/// }
/// ```
#[derive(Debug)]
pub struct Forwarding<G>(G);

impl<G> Forwarding<G> {
    /// The guard inside.
    ///
    /// ```rust
    /// # use rocket_login::{Forwarding, User};
    /// fn user<U>(forwarding: Forwarding<User<U>>) -> User<U> {
    ///     forwarding.into_inner()
    /// }
    /// ```
    pub fn into_inner(self) -> G {
        self.0
    }
}

impl<G> Deref for Forwarding<G> {
    type Target = G;

    fn deref(&self) -> &G {
        &self.0
    }
}

#[rocket::async_trait]
impl<'r, G: FromRequest<'r, Error = Reason>> FromRequest<'r> for Forwarding<G> {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        match G::from_request(request).await {
            Outcome::Success(guard) => Outcome::Success(Self(guard)),
            Outcome::Error((status, _)) if status == Status::Unauthorized => {
                Outcome::Forward(status)
            }
            Outcome::Error(error) => Outcome::Error(error),
            Outcome::Forward(status) => Outcome::Forward(status),
        }
    }
}

impl<G: Sentinel> Sentinel for Forwarding<G> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        G::abort(rocket)
    }
}
