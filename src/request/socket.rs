//! Sockets of users who are logged in.

use std::sync::Arc;

use rocket::request::Request;

use crate::error::Reason;
use crate::event::Refused;
use crate::manager::LoginManager;
use crate::registry::{OpenSocket, State};
use crate::request::context::Visit;
use crate::request::load::{self, unavailable};
use crate::request::pending::{AuthMethod, Authenticated};
use crate::session::{SessionEnd, StoreKey};
use crate::sessions;
use crate::token::Home;
use crate::user::AuthUser;

/// How often a user is loaded anew who may have changed meanwhile.
const TRIES: usize = 8;

/// Registers a socket, which ends with the session of its user.
///
/// Request A loads the user. Request B ends the session. Request A registers its socket.
/// Result: the socket would not learn of the end, so the ledger is asked after that.
pub(crate) async fn open<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    found: &Authenticated<U>,
) -> Result<Arc<OpenSocket>, Reason> {
    let visit = Visit::new(manager, request);
    let sessions = &manager.realm.sessions;
    let user = (found.by.user(), sessions.user(found.by.user()));
    let state = match &found.by {
        AuthMethod::Session(session) => {
            let (key, session) = (StoreKey::of_id(session.id), &session.record.session);
            State {
                has_session: true,
                is_stored: sessions.home() == Home::Store,
                until: sessions.limits.end(session),
                forced: session.forced,
                ..State::new(key, user, session.auth_hash)
            }
        }
        AuthMethod::Key { .. } => {
            let name = StoreKey::of_id(sessions.new_id().map_err(unavailable)?);
            let auth_hash = visit.cx.keys().auth_hash(&found.user.session_auth_hash());
            State::new(name, user, auth_hash)
        }
        AuthMethod::Legacy { .. } => return Err(Reason::NotLoggedIn),
    };
    let (key, user) = (state.session, state.user_key);
    let socket = Arc::new(sessions.registry.open(state));
    visit.login.lock().socket = Some(socket.clone());

    if let Some(session) = found.by.session() {
        if let Some(auth_hash) = sessions.renewed(session.id, visit.cx.now) {
            socket.renew(auth_hash);
        }
        if let Some(why) = sessions.end_of(session.id, visit.cx.now) {
            sessions.registry.end(key, user, why);
        }
    }
    if sessions.registry.changes(&user) != found.changes {
        is_valid(manager, request, &socket).await?;
    }
    Ok(socket)
}

/// Returns whether the session of a socket still counts. Loads the user, and the record if
/// there is a store. All sockets end of a session that does not count. Without a session, the
/// request has to find the same user again.
pub(crate) async fn is_valid<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    socket: &OpenSocket,
) -> Result<bool, Reason> {
    let realm = &manager.realm;
    if socket.end_at(realm.clock.now()).is_some() {
        return Ok(false);
    }

    let visit = Visit::new(manager, request);
    let (user, state) = load_undisturbed(&visit, socket).await?;
    let judged = load::judge(&realm.keys, &state.auth_hash, state.forced, user);
    let end = match judged {
        Err((Refused::UserGone, _)) if !state.has_session => Some(SessionEnd::Revoked),
        Err((why, _)) => Some(why.into()),
        Ok(_) => end_in_store(&visit, &state).await?,
    };
    if let Some(why) = end {
        let registry = &realm.sessions.registry;
        registry.end(state.session, state.user_key, why);
    }
    Ok(socket.end_at(realm.clock.now()).is_none())
}

/// Loads the user, again if the user has changed meanwhile. A user loaded before a change
/// does not tell whether the session counts after it.
async fn load_undisturbed<U: AuthUser>(
    visit: &Visit<'_, U>,
    socket: &OpenSocket,
) -> Result<(Option<Arc<U>>, State), Reason> {
    let registry = &visit.cx.realm.sessions.registry;
    for _ in 0..TRIES {
        let state = socket.state();
        let changes = registry.changes(&state.user_key);
        let user = if state.has_session {
            load::user(visit, &state.user).await?
        } else {
            let found = load::by_request(visit).await?;
            let found = found.filter(|(_, key)| *key == state.user);
            found.map(|(user, _)| user)
        };
        if registry.changes(&state.user_key) == changes {
            return Ok((user, socket.state()));
        }
    }
    rocket::error!("A user changes faster than they can be loaded.");
    Err(Reason::Unavailable)
}

/// Returns why the store no longer has a session; `None` if it has the session, or if there
/// is no store.
async fn end_in_store<U: AuthUser>(
    visit: &Visit<'_, U>,
    state: &State,
) -> Result<Option<SessionEnd>, Reason> {
    if !state.is_stored {
        return Ok(None);
    }
    let sessions = &visit.cx.realm.sessions;
    let limit = sessions::limit_of(sessions, state.session, &state.user).await;
    Ok(match limit.map_err(unavailable)? {
        Some(limit) if limit > visit.cx.now => None,
        Some(_) => Some(SessionEnd::Expired),
        None => Some(SessionEnd::Revoked),
    })
}
