//! Guards around whole groups of routes.

use std::fmt;
use std::marker::PhantomData;

use rocket::http::Status;
use rocket::request::Request;
use rocket::route::{Handler, Outcome};
use rocket::{Data, Route};

use crate::error::Reason;
use crate::guard;
use crate::guard::fresh::fresh;
use crate::guard::user::required;
use crate::user::AuthUser;

/// Lets only those into these routes who are logged in, as if each had a
/// [`User`](crate::User) guard.
///
/// `routes` is whatever can be mounted, a `FileServer` too. The routes stay what
/// they are, with names, ranks, formats and guards of their own, which share the
/// load of the user. Requests with one of the `exempt_methods` pass unchecked.
///
/// # Outcome
///
/// As with [`User`](crate::User): 401 and a challenge, or 503. Without the
/// fairing every request fails with 500 and a line in the log, since a wrapper
/// cannot abort the launch.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// # struct Account;
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// use rocket_login::login_required;
///
/// #[get("/reports")]
/// fn reports() -> &'static str {
///     "for staff alone"
/// }
///
/// #[get("/imprint")]
/// fn imprint() -> &'static str {
///     "for everyone"
/// }
///
/// # fn rocket() -> rocket::Rocket<rocket::Build> {
/// let routes = login_required::<Account>(routes![reports, imprint]).except("imprint");
/// rocket::build().mount("/staff", routes)
/// # }
/// ```
#[doc(alias = "LoginRequiredMiddleware")]
pub fn login_required<U: AuthUser>(routes: impl Into<Vec<Route>>) -> Protected<U> {
    Protected::new(routes.into(), false)
}

/// Lets only those into these routes whose login is fresh, as if each had a
/// [`FreshUser`](crate::FreshUser) guard. See [`login_required`].
///
/// # Outcome
///
/// As with [`FreshUser`](crate::FreshUser).
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// # struct Account;
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// use rocket_login::fresh_login_required;
///
/// #[get("/keys")]
/// fn keys() -> &'static str {
///     "all of them"
/// }
///
/// # fn rocket() -> rocket::Rocket<rocket::Build> {
/// rocket::build().mount("/vault", fresh_login_required::<Account>(routes![keys]))
/// # }
/// ```
pub fn fresh_login_required<U: AuthUser>(routes: impl Into<Vec<Route>>) -> Protected<U> {
    Protected::new(routes.into(), true)
}

/// Routes for those who are logged in, to be mounted; made by
/// [`login_required`] and [`fresh_login_required`].
///
/// ```rust
/// # use rocket::{Build, Rocket};
/// # use rocket_login::{AuthUser, Protected};
/// fn mount<U: AuthUser>(rocket: Rocket<Build>, routes: Protected<U>) -> Rocket<Build> {
///     rocket.mount("/members", routes)
/// }
/// ```
#[must_use = "routes do nothing until they are mounted"]
pub struct Protected<U> {
    routes: Vec<Route>,
    open: Vec<Route>,
    is_fresh: bool,
    user: PhantomData<fn() -> U>,
}

impl<U: AuthUser> Protected<U> {
    fn new(routes: Vec<Route>, is_fresh: bool) -> Self {
        Self {
            routes,
            open: Vec::new(),
            is_fresh,
            user: PhantomData,
        }
    }

    /// Leaves the routes with this name open to everyone.
    ///
    /// # Panics
    ///
    /// If no route has the name: whoever misspells it should know before the
    /// launch.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, Protected};
    /// fn with_imprint<U: AuthUser>(routes: Protected<U>) -> Protected<U> {
    ///     routes.except("imprint")
    /// }
    /// # struct Account;
    /// # impl rocket_login::AuthUser for Account {
    /// #     type Id = i64;
    /// #     fn id(&self) -> i64 { 1 }
    /// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
    /// # }
    /// # #[rocket::get("/")] fn imprint() {}
    /// # with_imprint(rocket_login::login_required::<Account>(rocket::routes![imprint]));
    /// ```
    #[track_caller]
    pub fn except(mut self, name: &str) -> Self {
        let is_named = |route: &mut Route| route.name.as_deref() == Some(name);
        let before = self.open.len();
        self.open.extend(self.routes.extract_if(.., is_named));
        assert!(
            self.open.len() > before,
            "no route of this group is called `{name}`"
        );
        self
    }
}

impl<U: AuthUser> From<Protected<U>> for Vec<Route> {
    fn from(protected: Protected<U>) -> Self {
        let is_fresh = protected.is_fresh;
        let guarded = protected.routes.into_iter().map(|mut route| {
            // In place: a route made anew would lose its sentinels.
            route.handler = Box::new(Guarded::<U> {
                handler: route.handler,
                is_fresh,
                user: PhantomData,
            });
            route
        });
        guarded.chain(protected.open).collect()
    }
}

impl<U> fmt::Debug for Protected<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Protected")
            .field("routes", &self.routes)
            .field("open", &self.open)
            .field("is_fresh", &self.is_fresh)
            .finish_non_exhaustive()
    }
}

struct Guarded<U> {
    handler: Box<dyn Handler>,
    is_fresh: bool,
    user: PhantomData<fn() -> U>,
}

impl<U> Clone for Guarded<U> {
    fn clone(&self) -> Self {
        Self {
            handler: self.handler.clone(),
            ..*self
        }
    }
}

#[rocket::async_trait]
impl<U: AuthUser> Handler for Guarded<U> {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        match self.check(request).await {
            Ok(()) => self.handler.handle(request, data).await,
            Err(status) => Outcome::error(status),
        }
    }
}

impl<U: AuthUser> Guarded<U> {
    async fn check(&self, request: &Request<'_>) -> Result<(), Status> {
        let manager = guard::manager::<U>(request).map_err(Reason::status)?;
        let exempt = &manager.kind.settings.exempt_methods;
        if exempt.contains(&request.method()) {
            return Ok(());
        }

        let checked = match self.is_fresh {
            true => fresh::<U>(request).await.map(drop),
            false => required::<U>(request).await.map(drop),
        };
        checked.map_err(Reason::status)
    }
}
