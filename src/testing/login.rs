//! Logins without the login form of the application.

use std::any::type_name;
use std::fmt;

use rocket::http::{Cookie, CookieJar, Header, Method};
use rocket::local::{asynchronous, blocking};
use rocket::request::Request;
use time::Duration;

use crate::manager::LoginManager;
use crate::request::LoginOptions;
use crate::request::test_login::{self, TestLogin};
use crate::user::AuthUser;

/// A path that no application answers, so that no handler runs.
const NOWHERE: &str = "/.rocket_login/testing";

/// Prepares a login for a test. By default it is fresh, and of this moment.
///
/// # Example
///
/// ```rust
/// # use rocket::local::blocking::Client;
/// # use rocket_login::{AuthUser, testing};
/// use rocket::time::Duration;
///
/// # fn test<U: AuthUser>(client: &Client, alice: &U) {
/// testing::login_as(alice).stale().on(client);
/// testing::login_as(alice).remembered().permanent().on(client);
/// testing::login_as(alice).remembered_only().on(client);
/// testing::login_as(alice).user_agent("curl/8").forced().on(client);
/// testing::login_as(alice).ago(Duration::days(1)).on(client);
/// # }
/// ```
pub fn login_as<U: AuthUser>(user: &U) -> LoginAs<'_, U> {
    LoginAs {
        user,
        user_agent: None,
        login: TestLogin {
            options: LoginOptions::PLAIN,
            has_session: true,
            age: std::time::Duration::ZERO,
        },
    }
}

/// A login that a test prepares. [`login_as`] has examples of its methods.
#[must_use = "nobody is logged in without a client"]
#[derive(Clone)]
pub struct LoginAs<'u, U> {
    user: &'u U,
    user_agent: Option<String>,
    login: TestLogin,
}

impl<U: AuthUser> LoginAs<'_, U> {
    /// Makes the login not fresh: `FreshUser` refuses it.
    pub fn stale(mut self) -> Self {
        self.login.options.fresh = false;
        self
    }

    /// Adds a remember token to the session.
    pub fn remembered(mut self) -> Self {
        self.login.options.remember = Some(None);
        self
    }

    /// Makes a remember token alone, as after the browser was closed.
    pub fn remembered_only(mut self) -> Self {
        self.login.has_session = false;
        self.remembered()
    }

    /// Makes a session that outlives the browser.
    pub fn permanent(mut self) -> Self {
        self.login.options.permanent = Some(true);
        self
    }

    /// Forces the login of a user who is not active.
    pub fn forced(mut self) -> Self {
        self.login.options.force = true;
        self
    }

    /// Makes the login so long ago. Past its limits the session has expired.
    ///
    /// # Panics
    ///
    /// If the duration is negative: no login is in the future.
    #[track_caller]
    pub fn ago(mut self, age: Duration) -> Self {
        match age.try_into() {
            Ok(age) => self.login.age = age,
            Err(_) => panic!("a login cannot be {age} ago, which is in the future"),
        }
        self
    }

    /// Binds the session to this user agent, as well as to the address. By default the session has
    /// no user agent, like a local request.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Logs in with a tracked blocking client.
    ///
    /// # Panics
    ///
    /// The same as [`login`](crate::testing::login), and if the client is not tracked.
    #[track_caller]
    pub fn on(&self, client: &blocking::Client) {
        assert_tracked(&self.cookies(client), &client.cookies());
    }

    /// Logs in with a tracked asynchronous client.
    ///
    /// ```rust
    /// # use rocket::local::asynchronous::Client;
    /// # use rocket_login::{AuthUser, testing};
    /// # async fn test<U: AuthUser>(client: &Client, alice: &U) {
    /// testing::login_as(alice).on_async(client).await;
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// The same as [`login`](crate::testing::login), and if the client is not tracked.
    pub async fn on_async(&self, client: &asynchronous::Client) {
        assert_tracked(&self.cookies_async(client).await, &client.cookies());
    }

    /// Returns the cookies of the login, for a test that sends or changes them itself.
    ///
    /// # Panics
    ///
    /// The same as [`login`](crate::testing::login).
    ///
    /// # Example
    ///
    /// ```rust
    /// # use rocket::local::blocking::Client;
    /// # use rocket_login::{AuthUser, testing};
    /// # fn test<U: AuthUser>(client: &Client, alice: &U) {
    /// let cookies = testing::login_as(alice).remembered().cookies(client);
    /// client.get("/account").cookies(cookies).dispatch();
    /// # }
    /// ```
    #[track_caller]
    pub fn cookies(&self, client: &blocking::Client) -> Vec<Cookie<'static>> {
        let mut request = client.req(Method::Trace, NOWHERE);
        self.prepare(request.inner_mut());
        set_cookies(request.dispatch().cookies())
    }

    /// Returns the cookies of the login, as [`cookies`](Self::cookies) does, for an asynchronous
    /// client.
    ///
    /// # Panics
    ///
    /// The same as [`login`](crate::testing::login).
    ///
    /// # Example
    ///
    /// ```rust
    /// # use rocket::local::asynchronous::Client;
    /// # use rocket_login::{AuthUser, testing};
    /// # async fn test<U: AuthUser>(client: &Client, alice: &U) {
    /// let cookies = testing::login_as(alice).stale().cookies_async(client).await;
    /// client.get("/settings").cookies(cookies).dispatch().await;
    /// # }
    /// ```
    pub async fn cookies_async(&self, client: &asynchronous::Client) -> Vec<Cookie<'static>> {
        let mut request = client.req(Method::Trace, NOWHERE);
        self.prepare(request.inner_mut());
        set_cookies(request.dispatch().await.cookies())
    }

    /// Has the response to this request set the cookies.
    #[track_caller]
    fn prepare(&self, request: &mut Request<'_>) {
        if let Some(user_agent) = &self.user_agent {
            request.add_header(Header::new("User-Agent", user_agent.clone()));
        }
        let Some(manager) = request.rocket().state::<LoginManager<U>>() else {
            panic!(
                "no login fairing is attached for users of type `{}`",
                type_name::<U>()
            );
        };
        if let Err(error) = test_login::make(manager, request, self.user, &self.login) {
            panic!("the login cannot be made: {error}");
        }
    }
}

/// Leaves out the user, whose fields may be secrets.
impl<U> fmt::Debug for LoginAs<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginAs")
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

#[track_caller]
fn assert_tracked(set: &[Cookie<'_>], kept: &CookieJar<'_>) {
    let is_kept = |cookie: &Cookie<'_>| {
        let kept = kept.get(cookie.name()).map(Cookie::value);
        kept == Some(cookie.value())
    };
    assert!(
        set.iter().all(is_kept),
        "an untracked client forgets the login at once: take `Client::tracked`, or send `cookies`"
    );
}

/// Returns the cookies that a response sets. A login also removes those that it does not set, so
/// that a test begins without them.
fn set_cookies(jar: &CookieJar<'_>) -> Vec<Cookie<'static>> {
    let set = jar.iter().filter(|cookie| !cookie.value().is_empty());
    set.cloned().collect()
}
