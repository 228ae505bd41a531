//! Routes whose handlers are guarded, and the handler around theirs.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use rocket::futures::future::BoxFuture;
use rocket::http::Status;
use rocket::request::Request;
use rocket::route::{Handler, Outcome};
use rocket::{Data, Route};

use crate::error::Reason;
use crate::guard;
use crate::guard::fresh::fresh;
use crate::guard::permit::permitted;
use crate::guard::user::required;
use crate::policy::Policy;
use crate::user::AuthUser;

/// Routes for those who are logged in, to be mounted; made by
/// [`login_required`](crate::login_required) and its sisters.
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
    need: Need,
    user: PhantomData<fn() -> U>,
}

/// What a group of routes asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Need {
    Login,
    Fresh,
    Permission(Permission),
    /// As `Login`, for handshakes alone: this says whether a request is one.
    Socket(for<'r> fn(&'r Request<'_>) -> BoxFuture<'r, bool>),
}

/// A policy to be asked, and its name.
#[derive(Clone, Copy)]
pub(crate) struct Permission {
    ask: for<'r> fn(&'r Request<'r>) -> BoxFuture<'r, Result<(), Reason>>,
    name: fn() -> &'static str,
}

impl Permission {
    pub(super) fn of<P: Policy<U>, U: AuthUser>() -> Self {
        Self {
            ask: |request| Box::pin(async { permitted::<P, U>(request).await.map(drop) }),
            name: type_name::<P>,
        }
    }
}

impl fmt::Debug for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str((self.name)())
    }
}

impl<U: AuthUser> Protected<U> {
    pub(crate) fn new(routes: Vec<Route>, need: Need) -> Self {
        Self {
            routes,
            open: Vec::new(),
            need,
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
        let need = protected.need;
        let guarded = protected.routes.into_iter().map(|mut route| {
            // In place: a route made anew would lose its sentinels.
            route.handler = Box::new(Guarded::<U> {
                handler: route.handler,
                need,
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
            .field("need", &self.need)
            .finish_non_exhaustive()
    }
}

struct Guarded<U> {
    handler: Box<dyn Handler>,
    need: Need,
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
        if let Need::Socket(is_handshake) = self.need
            && !is_handshake(request).await
        {
            return Outcome::forward(data, Status::BadRequest);
        }
        match self.check(request).await {
            Ok(()) => self.handler.handle(request, data).await,
            Err(status) => Outcome::error(status),
        }
    }
}

impl<U: AuthUser> Guarded<U> {
    async fn check(&self, request: &Request<'_>) -> Result<(), Status> {
        let manager = guard::manager::<U>(request).map_err(Reason::status)?;
        let exempt = &manager.realm.settings.exempt_methods;
        if exempt.contains(&request.method()) {
            return Ok(());
        }

        let checked = match self.need {
            Need::Login => required::<U>(request).await.map(drop),
            Need::Fresh => fresh::<U>(request).await.map(drop),
            Need::Permission(permission) => (permission.ask)(request).await,
            // The origin of a handshake is asked for whoever guards it.
            Need::Socket(_) => required::<U>(request).await.map(drop),
        };
        checked.map_err(Reason::status)
    }
}
