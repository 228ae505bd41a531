//! What a handler can do to a login: begin, end, confirm and renew it.

use std::time::Duration;

use rocket::request::Request;

use crate::error::{LoginError, LoginErrorKind};
use crate::event::{ClaimedName, Event};
use crate::manager::LoginManager;
use crate::request::resolve::resolve;
use crate::request::state::{Change, Changes};
use crate::request::stored::Given;
use crate::request::visit::{Visit, new_id};
use crate::session::{GoOn, Session, SessionEnd, UserKey};
use crate::user::AuthUser;

/// How somebody is to be logged in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoginOptions {
    /// For how long, or `None` for not at all; the setting's duration if unset.
    pub(crate) remember: Option<Option<Duration>>,
    pub(crate) fresh: bool,
    pub(crate) permanent: Option<bool>,
    pub(crate) force: bool,
}

#[cfg(feature = "flask")]
impl LoginOptions {
    const PLAIN: Self = Self {
        remember: None,
        fresh: true,
        permanent: None,
        force: false,
    };
}

pub(crate) async fn login<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
    options: &LoginOptions,
) -> Result<(), LoginError> {
    let visit = Visit::new(manager, request);
    let _gate = visit.enter_to_change().await?;
    let key = user_key(user)?;
    if !user.is_active() && !options.force {
        let user = (&key).into();
        visit.tell(&Event::LoginRefused { user });
        return Err(LoginError::new(LoginErrorKind::Inactive));
    }

    let session = visit.begin(key, user, options)?;
    let held = visit.remember_held();
    let (remember, remember_change) = visit
        .remember_at_login(&session, &held, user, options)
        .await?;
    let changes = Changes {
        session: visit.set_session(&session)?,
        remember: remember_change,
        ..Changes::default()
    };

    let given = match &remember {
        None => Given::Nothing,
        Some(token) if options.remember.is_some() => Given::New(token),
        Some(token) => Given::Stays(token),
    };
    visit.take_place(&session, given).await?;
    // Nothing can fail any more.
    visit.retire_remembered(&held, remember.as_ref()).await;
    let event = Event::LoggedIn {
        user: (&session.user).into(),
        remember: options.remember.is_some(),
        fresh: options.fresh,
        forced: session.forced,
    };
    visit.settle(Some(session), remember, changes);
    visit.tell(&event);
    Ok(())
}

pub(crate) fn own_page<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Result<(), LoginError> {
    Visit::new(manager, request).own_sender()?;
    Ok(())
}

pub(crate) fn login_failed<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    name: &str,
) -> Result<(), LoginError> {
    let visit = Visit::new(manager, request);
    visit.own_sender()?;
    let name = ClaimedName::new(name);
    visit.tell(&Event::LoginFailed { name });
    Ok(())
}

pub(crate) async fn logout<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Result<(), LoginError> {
    let visit = Visit::new(manager, request);
    visit.own_sender()?;
    visit.has_something_to_end().await?;
    let _gate = visit.enter().await?;
    let mut user = None;
    let mut ended = Ok(());
    for claim in visit.claims() {
        if let Some(stored) = visit.stored() {
            let claim_ended = stored.end_claim(&claim, SessionEnd::LoggedOut);
            ended = claim_ended.await.and(ended);
        }
        let session = &claim.session;
        visit.close_session(session, SessionEnd::LoggedOut);
        user = user.or_else(|| Some((&session.user).into()));
    }
    for token in [visit.remember_known(), visit.remember_claim()] {
        let Some(token) = token else { continue };
        if let Some(stored) = visit.stored() {
            let token_ended = stored.end_token(&token, SessionEnd::LoggedOut);
            ended = token_ended.await.and(ended);
        }
        visit.close_remember(&token, SessionEnd::LoggedOut);
        user = user.or_else(|| Some((&token.user).into()));
    }

    #[cfg(feature = "flask")]
    visit.close_legacy();
    #[cfg(feature = "ws")]
    if let Some(socket) = visit.socket() {
        let state = socket.state();
        if let Some(stored) = visit.stored().filter(|_| state.has_session) {
            let why = SessionEnd::LoggedOut;
            let socket_ended = stored.end(state.session, &state.user, why);
            ended = socket_ended.await.map(drop).and(ended);
        }
        visit.close_socket(&socket, SessionEnd::LoggedOut);
        user = user.or_else(|| Some((&socket.state().user).into()));
    }

    let mut changes = Changes::default();
    let is_anybody = visit.holds_cookies();
    if is_anybody {
        changes.session = Change::Remove(None);
        changes.remember = Change::Remove(None);
    }
    visit.settle(None, None, changes);
    if is_anybody {
        visit.tell(&Event::LoggedOut { user });
    }
    // The session has ended all the same.
    let ended = ended.and_then(|()| visit.in_time());
    #[cfg(feature = "flask")]
    let ended = ended.and_then(|()| visit.is_out());
    ended
}

pub(crate) async fn confirm<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Result<(), LoginError> {
    let active = resolve(manager, request).await?;
    #[cfg(feature = "flask")]
    if active.by.legacy().is_some() {
        // Whoever proves who they are logs in, and here it is a session of ours.
        return login(manager, request, &active.user, &LoginOptions::PLAIN).await;
    }
    let visit = Visit::new(manager, request);
    let old = active.session()?;
    let _gate = visit.enter_to_change().await?;
    let identifier = visit.identifier(visit.keys());
    let mut session = old.confirmed(new_id()?, visit.now, identifier);
    let user = (&session.user).into();
    match visit.rotate(old, &session).await? {
        GoOn::Under(id) => session.id = id,
        GoOn::Overtaken => return Ok(()),
        GoOn::Ended => return Err(LoginError::new(LoginErrorKind::NotLoggedIn)),
    }
    visit.extended(&session);
    visit.rewrite(&session, visit.origin())?;
    {
        let mut login = visit.login.lock();
        if let Some(known) = &mut login.known {
            known.session = Some(session.clone());
        }
        login.resolution = Some(Ok(visit.active(active.user.clone(), session)));
    }
    visit.tell(&Event::Confirmed { user });
    Ok(())
}

pub(crate) async fn renew<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
) -> Result<(), LoginError> {
    let active = resolve(manager, request).await?;
    let visit = Visit::new(manager, request);
    #[cfg(feature = "flask")]
    if let Some(theirs) = active.by.legacy() {
        let _gate = visit.enter_to_change().await?;
        may_renew(theirs, user)?;
        visit.stay_legacy(theirs).await;
        return Ok(());
    }
    let old = active.session()?;
    let _gate = visit.enter_to_change().await?;
    may_renew(old, user)?;
    let auth_hash = visit.auth_hash(user);
    let session = old.renewed(new_id()?, visit.now, auth_hash);
    let held = visit.remember_held();
    let (remember, change) = visit.remember_at_renewal(&session, &held, &active.user)?;
    visit
        .rotate_renewed(old, &session, remember.as_ref())
        .await?;
    // A session restored in this request came from the old token, if there is
    // no new one.
    let new = remember.as_ref().map(|token| token.id);
    let origin = visit.origin().map(|old| new.unwrap_or(old));
    #[cfg(feature = "flask")]
    let (origin, change) = match visit.origin_of_both() {
        Some(both) => (Some(both), change.of(Some(both))),
        None => (origin, change),
    };
    visit.rewrite(&session, origin)?;
    visit.renew_remembered(&held, remember.as_ref());

    let user = (&session.user).into();
    visit.keep(Some(session), remember);
    visit.login.lock().changes.remember = change;
    visit.tell(&Event::Renewed { user });
    Ok(())
}

fn may_renew<U: AuthUser>(session: &Session, user: &U) -> Result<(), LoginError> {
    if session.user != user_key(user)? {
        return Err(LoginError::new(LoginErrorKind::OtherUser));
    }
    match user.is_active() || session.forced {
        true => Ok(()),
        false => Err(LoginError::new(LoginErrorKind::Inactive)),
    }
}

pub(super) fn user_key<U: AuthUser>(user: &U) -> Result<UserKey, LoginError> {
    UserKey::exact(&user.id()).map_err(|error| LoginError::caused(LoginErrorKind::UserId, error))
}
