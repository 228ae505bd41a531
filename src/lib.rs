//! The login manager for Rocket. It keeps people logged in, and remembers them for weeks if
//! they ask for it. It asks for the password again before something sensitive. It notices a
//! session that turns up in another browser. It sends anonymous visitors to the login page
//! and back.
//!
//! The application brings its own users, its own database and its own login form. This crate
//! brings request guards, signed cookies and the rules about both.
//!
//! # Usage
//!
//! 1. Depend on `rocket = "0.5.2"` and `rocket_login = "0.1"`.
//!
//! 2. Describe a user: an id, and bytes whose change ends every session, such as the
//!    password hash. Attach the fairing, with a function that loads a user by id.
//!
//!    ```rust,no_run
//!    # #[macro_use] extern crate rocket;
//!    # struct Db;
//!    # type Found = Result<Option<Account>, std::io::Error>;
//!    # impl Db { async fn find(&self, _: i64) -> Found { Ok(None) } }
//!    use std::borrow::Cow;
//!    use rocket::Request;
//!    use rocket_login::{AuthUser, LoginManager};
//!
//!    struct Account { id: i64, name: String, password_hash: String }
//!
//!    impl AuthUser for Account {
//!        type Id = i64;
//!
//!        fn id(&self) -> i64 {
//!            self.id
//!        }
//!
//!        fn session_auth_hash(&self) -> Cow<'_, [u8]> {
//!            self.password_hash.as_bytes().into()
//!        }
//!    }
//!
//!    async fn load(request: &Request<'_>, id: i64) -> Result<Option<Account>, std::io::Error> {
//!        match request.rocket().state::<Db>() {
//!            Some(db) => db.find(id).await,
//!            None => Err(std::io::Error::other("there is no database")),
//!        }
//!    }
//!
//!    #[launch]
//!    fn rocket() -> _ {
//!        rocket::build().attach(LoginManager::fairing(load))
//!    }
//!    ```
//!
//! 3. Name the login page in `Rocket.toml`: the name of its route, or a path.
//!
//!    ```toml
//!    [default.login]
//!    redirect_to = "login_page"
//!
//!    [release.login]
//!    secret_key = "…"  # at least 32 bytes: openssl rand -base64 32
//!    ```
//!
//! 4. Guard routes, and log people in and out.
//!
//!    ```rust
//!    # #[macro_use] extern crate rocket;
//!    # struct Account { name: String }
//!    # impl rocket_login::AuthUser for Account {
//!    #     type Id = i64;
//!    #     fn id(&self) -> i64 { 1 }
//!    #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() } }
//!    # async fn check(_: &SignIn<'_>) -> Option<Account> { None }
//!    # #[get("/")] fn home() {}
//!    use rocket::form::Form;
//!    use rocket::http::Status;
//!    use rocket_login::{Auth, LoginError, NextField, NextRedirect, User};
//!
//!    #[get("/account")]
//!    fn account(user: User<Account>) -> String {
//!        format!("Hello, {}", user.name)
//!    }
//!
//!    #[derive(FromForm)]
//!    struct SignIn<'r> { name: &'r str, password: &'r str, remember: bool, next: NextField }
//!
//!    #[post("/login", data = "<form>")]
//!    async fn login(form: Form<SignIn<'_>>, auth: Auth<'_, Account>) -> Result<NextRedirect, Status> {
//!        // The chapter on a first login shows the form again.
//!        let account = check(&form).await.ok_or(Status::Unauthorized)?;
//!        auth.login(&account).remember(form.remember).await?;
//!        Ok(form.next.redirect_or(uri!(home)))
//!    }
//!
//!    #[post("/logout")]
//!    async fn logout(auth: Auth<'_, Account>) -> Result<&'static str, LoginError> {
//!        auth.logout().await?;
//!        Ok("See you")
//!    }
//!    ```
//!
//! `examples/quickstart.rs` is all of it in one file, `examples/demo` a small site with pages.
//!
//! # Guards
//!
//! | guard | succeeds | fails |
//! | --- | --- | --- |
//! | [`User`] | if a user is logged in | 401; 503 if that is not known |
//! | [`FreshUser`] | if the user gave the password recently enough | 401; 503 |
//! | [`Permit`] | if a user is logged in and a [`Policy`] permits it | 401; 403; 503 |
//! | [`MaybeUser`] | for everyone | 503 |
//! | [`WsUser`](struct.WsUser.html) | at a socket, if a user is logged in on a page of this site | 401; 403; 503 |
//! | [`Forwarding`] | as the guard inside | forwards 401; 503 |
//! | [`Auth`] | always, and loads nothing until it is asked | |
//! | [`Next`] | always | |
//!
//! [`login_required`], [`fresh_login_required`], [`permission_required`] and
//! [`ws_login_required`](fn.ws_login_required.html) guard whole groups of routes.
//! [`LoginFairing::require_login()`] closes the whole site, but for exceptions.
//!
//! Without its fairing every guard aborts the launch. All guards of a request share one load
//! of the user. A route without a guard costs nothing if the site is not closed: no cookie is
//! read or set, and no user is loaded.
//!
//! # Responses to refused requests
//!
//! The fairing registers a catcher for 401 at `/`, unless the application has one there. It
//! registers one for 403, unless the application has one for 403 or a default one. Both act
//! only where a guard or [`Auth`] refused:
//!
//! | | page | program | htmx |
//! | --- | --- | --- | --- |
//! | not logged in | 303 to `redirect_to`, with `next` | 401, `login_required` | 401 with `HX-Redirect` |
//! | not fresh | 303 to `refresh_to`, with `next` | 401, `reauthenticate` | 401 with `HX-Redirect` |
//! | not permitted by a [`Policy`] | 403 | 403, `not_permitted` | 403 |
//! | a change from a page of another site | 403 | 403, `cross_origin` | 403 |
//! | user or session cannot be loaded, or a policy fails | 503 | 503 | 503 |
//!
//! A frame of Turbo gets a 401 that leads the whole page to the login page. The chapter on
//! [programs](guide::programs) says who counts as which, and how to decide otherwise.
//!
//! A handler's own 401, say for a wrong password, goes where it would have gone without this
//! crate. An application's own catcher answers with [`Challenge`].
//!
//! # The guide
//!
//! [`guide`] has a chapter on each of these: [first login](guide::first_login),
//! [guards](guide::guards), [closed sites](guide::closed_site), [remember me](guide::remember),
//! [fresh logins](guide::freshness),
//! [rate limits](guide::throttling), [tests](guide::testing), [production](guide::deploying),
//! [proxies](guide::proxies), [CSRF](guide::other_sites), [sessions on the
//! server](guide::stores), [protection](guide::protection), [permissions](guide::permissions),
//! [WebSockets](guide::websockets), [API keys](guide::programs), [several kinds of
//! users](guide::kinds), [recipes](guide::recipes). Another tells [what is left to others, and
//! why](guide::boundaries).
//!
//! # Configuration
//!
//! The table `[default.login]`, or `ROCKET_LOGIN='{…}'` in the environment; see [the
//! settings](guide::settings) for all keys and defaults. A wrong setting aborts the launch
//! and says what to write instead. [`ProtectionLevel`] decides whether a session outlives a
//! change of address or browser.
//!
//! # Security
//!
//! Sessions live in a signed cookie: nothing has to be installed, and any node can serve them.
//! A logout ends all copies of the session in the process that served it. Other
//! processes do not know of that logout. A session counts nowhere if its user is deleted or
//! not active, or has another [`AuthUser::session_auth_hash()`] than at the login.
//! `SECURITY.md` has the whole account.
//!
//! With a store, the setting `session.store` or [`LoginFairing::session_store()`], the server
//! knows its sessions. They are looked up once per request, and end in every copy of their
//! cookies. They can be [listed](Auth::sessions) and [revoked](Auth::revoke) one by one, and
//! remember tokens change with each use. See [`store`].
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | |
//! | --- | --- |
//! | `ws` | [`WsUser`](struct.WsUser.html) and what belongs to it. |
//! | `testing` | [`testing`](testing/index.html): logs users into test clients and sets the clock. |
//! | `sqlite`, `postgres`, `redis` | Sessions in one of these, see [`store`]. |
//! | `flask` | Logins of Flask-Login and Starlette-Login count here, for the time of a move: see [moving](guide::migrating). |
//! | `throttle` | [`Auth::attempt`](struct.Auth.html#method.attempt): limits for attempts to log in, see [throttling](guide::throttling). |
//! | `tls` | Encrypted connections to PostgreSQL and Redis. |

// Code that a feature alone uses is compiled without that feature as well. Builds with
// all three features tell whether any of it is dead.
#![cfg_attr(
    not(all(feature = "testing", feature = "throttle", feature = "ws")),
    allow(dead_code)
)]
// Documentation servers show which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

/// Exports items that are there with a feature alone.
macro_rules! with_feature {
    ($feature:literal, $($export:item)+) => {
        $(#[cfg(feature = $feature)] $export)+
    };
}

/// Implements `Debug` for types whose content is secret, or says nothing.
macro_rules! opaque {
    ($($type:ident)+) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "(..)"))
            }
        }
    )+};
}

/// Implements `Display` with one text for each variant.
macro_rules! texts {
    ($type:ident: $($variant:ident => $text:literal,)+) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$variant => $text,)+ })
            }
        }
    };
}

pub use crate::challenge::Challenge;
pub use crate::config::{
    AttemptsConfig, Config, LegacyTokens, ProtectionLevel, SecretKey, SessionConfig, StoreKind,
    StoreUrl,
};
pub use crate::error::{LoginError, LoginErrorKind, Reason};
pub use crate::event::{ClaimedName, Effect, Event, Refused, TokenKind, UserId};
pub use crate::fairing::LoginFairing;
pub use crate::guard::{
    Auth, Forwarding, FreshUser, Login, LoginOutcome, MaybeUser, Next, NextField, NextRedirect,
    Permit, Protected, PublicBase, User, Via, fresh_login_required, login_required,
    permission_required,
};
pub use crate::manager::LoginManager;
pub use crate::policy::{AllOf, AnyOf, Not, Policy};
pub use crate::session::SessionEnd;
pub use crate::sessions::{InvalidHandle, SessionHandle, SessionInfo};
pub use crate::user::{AuthUser, RequestLoader, UserLoader};

with_feature! { "throttle", pub use crate::guard::Attempt; }

with_feature! { "ws",
    pub use crate::socket::{WsStream, WsUser, ws_login_required};
    /// The crate behind the sockets, in the version whose types this one takes.
    pub use rocket_ws as ws;
}

#[cfg(feature = "benches")]
#[doc(hidden)]
pub mod bench;
mod challenge;
mod clock;
mod config;
mod error;
mod event;
mod fairing;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
mod guard;
#[cfg(any(doc, doctest))]
pub mod guide;
#[cfg_attr(not(feature = "flask"), path = "legacy/absent.rs")]
mod legacy;
mod lock;
mod manager;
mod node;
mod policy;
mod realm;
mod registry;
mod request;
mod rules;
mod session;
mod sessions;
#[cfg(feature = "ws")]
mod socket;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod token;
mod user;
