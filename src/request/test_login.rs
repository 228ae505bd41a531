//! Logins without a login form: for tests.

use std::time::Duration;

use rocket::request::Request;

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::manager::LoginManager;
use crate::request::callback::unavailable;
use crate::request::cookie;
use crate::request::login::{decide, encoded_id};
use crate::request::pending::{CookieChange, PendingCookies, RequestLogin};
use crate::request::restore;
use crate::request::visit::Visit;
use crate::session::Session;
use crate::sessions::{LoadedSession, Record, Remember};
use crate::user::AuthUser;

/// The login that a test wants a browser to have.
#[derive(Debug, Clone)]
pub(crate) struct TestLogin {
    pub(crate) session: bool,
    pub(crate) remember: bool,
    pub(crate) fresh: bool,
    pub(crate) permanent: Option<bool>,
    pub(crate) forced: bool,
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
    let age = visit
        .cx
        .now
        .since(Timestamp::from_secs(0))
        .saturating_sub(login.age);
    visit.cx.now = Timestamp::from_secs(0).plus(age);

    let cx = &visit.cx;
    let (key, sessions) = (encoded_id(user)?, &cx.realm.sessions);
    cookie::check_length(cx, &key)?;
    let auth_hash = cx.keys().auth_hash(&user.session_auth_hash());
    let session = Session {
        fresh_since: login.fresh.then_some(cx.now.whole()),
        permanent: login.permanent.unwrap_or(cx.settings().permanent),
        restored: false,
        forced: login.forced,
        ..restore::blank(&visit, auth_hash)
    };
    let expires = cx.now.plus(cx.settings().remember_for);
    let remember = login
        .remember
        .then(|| Remember::new(cx.agent(), expires, cx.now));
    let record = Record::new(session, remember, cx.client(), cx.now);
    let session = LoadedSession::new(sessions.new_id()?, &key, record, None);

    let mut cookies = PendingCookies {
        session: CookieChange::Remove,
        remember: CookieChange::Remove,
        removes_twins: false,
    };
    if login.session {
        cookies.session = cookie::session(cx, &session);
    }
    if login.remember {
        cookies.remember = cookie::remember(cx, &session);
    }
    decide(&visit, None, cookies);
    visit.login.lock().test_login = Some(Box::new(session));
    Ok(())
}

/// Has the store keep the session, if there is a store.
pub(super) async fn keep<U: AuthUser>(manager: &LoginManager<U>, login: &RequestLogin<U>) {
    let test_login = login.lock().test_login.take();
    if let Some(mut session) = test_login
        && let Err(error) = manager.realm.sessions.try_to_create(&mut session).await
    {
        unavailable(error);
    }
}
