//! Logins without a login form: for tests.

use std::time::Duration;

use rocket::request::Request;

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::manager::LoginManager;
use crate::request::context::Visit;
use crate::request::cookies::{self, CookieChange, PendingCookies};
use crate::request::load::{encoded_id, unavailable};
use crate::request::login::{LoginOptions, new_session};
use crate::request::pending::RequestLogin;
use crate::sessions::{self, LoadedSession, Record};
use crate::user::AuthUser;

/// A login that a test wants a browser to have.
#[derive(Debug, Clone)]
pub(crate) struct TestLogin {
    pub(crate) options: LoginOptions,
    pub(crate) has_session: bool,
    /// How long ago the login was.
    pub(crate) age: Duration,
}

/// Lets the response to this request set the cookies of such a login.
pub(crate) fn make<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
    login: &TestLogin,
) -> Result<(), LoginError> {
    let mut visit = Visit::new(manager, request);
    let start = Timestamp::from_secs(0);
    let age = visit.cx.now.since(start).saturating_sub(login.age);
    visit.cx.now = start.plus(age);

    let (cx, realm) = (&visit.cx, visit.cx.realm);
    let (settings, key) = (cx.settings(), encoded_id(user)?);
    cookies::check_length(settings, &key)?;
    let (options, hash) = (&login.options, user.session_auth_hash());
    let session = new_session(cx, options, options.force, &hash);
    let remember = |_| cx.new_remember(cx.now.plus(settings.cookie_duration));
    let remember = login.options.remember.map(remember);
    let record = Record::new(session, remember, cx.client(), cx.now);
    let session = LoadedSession::new(realm.sessions.new_id()?, &key, record, None);

    let mut cookies = PendingCookies::of(realm, &session, cx.now);
    if !login.has_session {
        cookies.session = CookieChange::Remove;
    }
    if login.options.remember.is_none() {
        cookies.remember = CookieChange::Remove;
    }
    visit.login.decide(None, cookies);
    visit.login.lock().test_login = Some(Box::new(session));
    Ok(())
}

/// Creates the session in the store, if there is a store.
pub(super) async fn keep<U: AuthUser>(manager: &LoginManager<U>, login: &RequestLogin<U>) {
    let test_login = login.lock().test_login.take();
    if let Some(mut session) = test_login
        && let Err(error) = sessions::try_to_create(&manager.realm.sessions, &mut session).await
    {
        unavailable(error);
    }
}
