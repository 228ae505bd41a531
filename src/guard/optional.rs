//! The guards for routes that also serve anonymous visitors: one finds a user or none, the
//! other forwards.

use std::ops::Deref;

use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Rocket, Sentinel};
use serde::{Serialize, Serializer};

use crate::error::Reason;
use crate::guard::User;
use crate::guard::user::guard_for;
use crate::guard::user_guard::{UserGuard, manager, rocket_guard, transparent};
use crate::request::resolve;
use crate::user::AuthUser;

/// A request guard for pages that serve everyone: the user, if one is logged in.
///
/// It dereferences to an `Option<User<U>>`.
///
/// # Outcome
///
/// Succeeds with and without a login. Fails
///
/// * with 403 if a page of another site sent a request that may change something,
/// * with 503 if the user or the session could not be loaded: a failing database is not the
///   same as an anonymous visitor,
/// * with 500 if the fairing is not attached, where no sentinel could see it.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use rocket_login::MaybeUser;
/// # struct Account { name: String }
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
///
/// #[get("/")]
/// fn home(user: MaybeUser<Account>) -> String {
///     match &*user {
///         Some(user) => format!("Hello, {}", user.name),
///         None => "Hello, stranger".into(),
///     }
/// }
/// ```
#[doc(alias = "AnonymousUser")]
pub struct MaybeUser<U>(Option<User<U>>);

impl<U> MaybeUser<U> {
    /// Returns the user, if one is logged in.
    ///
    /// ```rust
    /// # use rocket_login::{MaybeUser, User};
    /// fn user<U>(maybe: MaybeUser<U>) -> Option<User<U>> {
    ///     maybe.into_inner()
    /// }
    /// ```
    pub fn into_inner(self) -> Option<User<U>> {
        self.0
    }
}

impl<U: AuthUser> UserGuard for MaybeUser<U> {
    type User = U;

    async fn find(request: &Request<'_>) -> Result<Self, Reason> {
        match resolve(manager::<U>(request)?, request).await {
            Ok(found) => Ok(Self(Some(guard_for(&found)))),
            Err(Reason::NotLoggedIn | Reason::Inactive | Reason::NotFresh) => Ok(Self(None)),
            Err(reason) => Err(reason),
        }
    }
}

rocket_guard!([U: AuthUser] MaybeUser<U>);
transparent!(MaybeUser[U] => Option<User<U>>);

/// A request guard around another guard of this crate: it forwards where that one fails
/// with 401.
///
/// With it, one path has a route for logged-in users and, with a later rank, another route
/// for all other visitors.
///
/// # Outcome
///
/// Succeeds as the guard inside does. Forwards with 401 where that guard fails with 401. If
/// no other route answers, the challenge does. Every other failure of the guard inside
/// remains one: 403, 500 or 503.
///
/// # Security
///
/// The route that matches next serves everyone, for instance a file server at `/`. Take
/// [`User`](crate::User) unless there is a reason to forward.
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
    /// Returns the guard inside.
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

impl<G: Serialize> Serialize for Forwarding<G> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

#[rocket::async_trait]
impl<'r, G: FromRequest<'r, Error = Reason>> FromRequest<'r> for Forwarding<G> {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        match G::from_request(request).await.map(Self) {
            Outcome::Error((Status::Unauthorized, _)) => Outcome::Forward(Status::Unauthorized),
            outcome => outcome,
        }
    }
}

impl<G: Sentinel> Sentinel for Forwarding<G> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        G::abort(rocket)
    }
}
