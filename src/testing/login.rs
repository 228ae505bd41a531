//! Logging users in without the application's login form.

use std::fmt;
use std::time::Duration;

use rocket::http::{Cookie, CookieJar, Header, Method};
use rocket::local::{asynchronous, blocking};
use rocket::request::Request;

use crate::manager::LoginManager;
use crate::request::test_login::{self, TestLogin};
use crate::user::AuthUser;

/// A path that no application answers: nothing of its own is to run.
const NOWHERE: &str = "/.rocket_login/testing";

/// Logs a user in with a tracked client: its requests from now on are the
/// user's.
///
/// # Panics
///
/// If no login fairing for such users is attached, or if their id does not fit
/// into a cookie. So it is with everything else here.
///
/// # Example
///
/// ```rust
/// # use rocket::local::blocking::Client;
/// # use rocket_login::{AuthUser, testing};
/// # fn test<U: AuthUser>(client: &Client, alice: &U) {
/// testing::login(client, alice);
/// # }
/// ```
#[track_caller]
pub fn login<U: AuthUser>(client: &blocking::Client, user: &U) {
    login_as(user).on(client);
}

/// A login to be made as a test needs it, by default a fresh one of just now.
///
/// # Example
///
/// ```rust
/// # use rocket::local::blocking::Client;
/// # use rocket_login::{AuthUser, testing};
/// use std::time::Duration;
///
/// # fn test<U: AuthUser>(client: &Client, alice: &U) {
/// testing::login_as(alice).stale().on(client);
/// testing::login_as(alice).remembered().permanent().on(client);
/// testing::login_as(alice).remembered_only().on(client);
/// testing::login_as(alice).user_agent("curl/8").forced().on(client);
/// testing::login_as(alice).ago(Duration::from_secs(24 * 60 * 60)).on(client);
/// # }
/// ```
pub fn login_as<U: AuthUser>(user: &U) -> LoginAs<'_, U> {
    LoginAs {
        user,
        user_agent: None,
        login: TestLogin {
            session: true,
            remember: false,
            fresh: true,
            permanent: None,
            forced: false,
            age: Duration::ZERO,
        },
    }
}

/// A login to be made, see [`login_as`], where examples of its methods stand.
#[must_use = "nobody is logged in without a client"]
#[derive(Clone)]
pub struct LoginAs<'u, U> {
    user: &'u U,
    user_agent: Option<String>,
    login: TestLogin,
}

impl<U: AuthUser> LoginAs<'_, U> {
    /// Not fresh: `FreshUser` refuses it.
    pub fn stale(mut self) -> Self {
        self.login.fresh = false;
        self
    }

    /// With a remember token besides the session.
    pub fn remembered(mut self) -> Self {
        self.login.remember = true;
        self
    }

    /// With a remember token alone, as after the browser was closed.
    pub fn remembered_only(mut self) -> Self {
        self.login.remember = true;
        self.login.session = false;
        self
    }

    /// In a session that outlives the browser.
    pub fn permanent(mut self) -> Self {
        self.login.permanent = Some(true);
        self
    }

    /// Forced, for a user who is not active.
    pub fn forced(mut self) -> Self {
        self.login.forced = true;
        self
    }

    /// As if it had been made so long ago: past the session's limits it has
    /// expired.
    pub fn ago(mut self, age: Duration) -> Self {
        self.login.age = age;
        self
    }

    /// With this user agent, which the session is bound to as well as to the
    /// address; without it, to none, as local requests have none.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Logs in with a tracked blocking client.
    ///
    /// # Panics
    ///
    /// As [`login`], and if the client is not tracked.
    #[track_caller]
    pub fn on(&self, client: &blocking::Client) {
        let mut request = client.req(Method::Trace, NOWHERE);
        self.prepare(request.inner_mut());
        let response = request.dispatch();
        assert_tracked(response.cookies(), &client.cookies());
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
    /// As [`login`], and if the client is not tracked.
    pub async fn on_async(&self, client: &asynchronous::Client) {
        let mut request = client.req(Method::Trace, NOWHERE);
        self.prepare(request.inner_mut());
        let response = request.dispatch().await;
        assert_tracked(response.cookies(), &client.cookies());
    }

    /// The cookies of such a login, to be sent or spoilt by hand.
    ///
    /// # Panics
    ///
    /// As [`login`].
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
        let response = request.dispatch();
        let set = response.cookies().iter().filter(is_set);
        set.cloned().collect()
    }

    /// The response to this request will set the cookies.
    #[track_caller]
    fn prepare(&self, request: &mut Request<'_>) {
        if let Some(user_agent) = &self.user_agent {
            request.add_header(Header::new("User-Agent", user_agent.clone()));
        }
        match request.rocket().state::<LoginManager<U>>() {
            None => panic!("no login fairing for these users is attached"),
            Some(manager) => match test_login::make(manager, request, self.user, &self.login) {
                Ok(()) => {}
                Err(error) => panic!("the login cannot be made: {error}"),
            },
        }
    }
}

/// Without the user, whose fields may be secrets.
impl<U> fmt::Debug for LoginAs<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginAs")
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

#[track_caller]
fn assert_tracked(set: &CookieJar<'_>, kept: &CookieJar<'_>) {
    let is_kept = |cookie: &Cookie<'_>| {
        let kept = kept.get(cookie.name()).map(Cookie::value);
        kept == Some(cookie.value())
    };
    assert!(
        set.iter().filter(is_set).all(is_kept),
        "an untracked client forgets the login at once"
    );
}

/// A login removes what it does not set: a test begins with what it says.
fn is_set(cookie: &&Cookie<'_>) -> bool {
    !cookie.value().is_empty()
}
