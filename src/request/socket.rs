//! Sockets of somebody who is logged in.

use std::sync::Arc;

use rocket::request::Request;

use crate::error::Reason;
use crate::manager::LoginManager;
use crate::request::state::{Active, By};
use crate::request::stored::unavailable;
use crate::request::visit::{Visit, new_id};
use crate::session::{SessionEnd, Signal};
use crate::socket::{OpenSocket, State};
use crate::user::AuthUser;

/// How often a user is loaded anew who may have changed meanwhile.
const TRIES: usize = 8;

/// Has a socket end with the session of whoever is logged in.
///
/// What happened since they were loaded is made up for: from now on the registry
/// tells.
pub(crate) async fn open<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    active: &Active<U>,
) -> Result<Arc<OpenSocket>, Reason> {
    let visit = Visit::new(manager, request);
    let kind = &manager.kind;
    let user = kind.user(active.by.user());
    let (state, origin) = match &active.by {
        By::Session(session) => {
            let origin = kind.restored.token_of(session.id);
            let until = kind.settings.limits.end(session);
            (State::new(session, user, origin, until), origin)
        }
        By::Request { user: key, .. } => {
            let name = new_id().map_err(unavailable)?;
            let auth_hash = visit.auth_hash(&active.user);
            (State::without_session(name, key, user, auth_hash), None)
        }
        #[cfg(feature = "flask")]
        By::Legacy(_) => return Err(Reason::NotLoggedIn),
    };
    let socket = Arc::new(kind.sockets.open(state, &kind.clock));
    visit.login.lock().socket = Some(socket.clone());

    if let Some(session) = active.by.session() {
        visit.catch_up(&kind.ended_sessions, session.id);
    }
    if let Some(origin) = origin {
        visit.catch_up(&kind.ended_tokens, origin);
    }
    if kind.sockets.changes() != active.changes {
        is_valid(manager, request, &socket).await?;
    }
    Ok(socket)
}

/// Whether the session of a socket is still good, with one load of its user, and
/// one of the session from the store if there is one. If it is not, all its
/// sockets end. Without a session, whether the request would find the same user again.
pub(crate) async fn is_valid<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    socket: &OpenSocket,
) -> Result<bool, Reason> {
    let kind = &manager.kind;
    if socket.end(kind.clock.now()).is_some() {
        return Ok(false);
    }

    let visit = Visit::new(manager, request);
    let (user, state) = load_undisturbed(&visit, socket).await?;
    let end = match user {
        None if !state.has_session => Some(SessionEnd::Revoked),
        None => Some(SessionEnd::UserGone),
        Some(user) if !user.is_active() && !state.forced => Some(SessionEnd::Inactive),
        Some(user) if !visit.is_current_anywhere(&state.auth_hash, &user) => {
            Some(SessionEnd::AuthHashChanged)
        }
        Some(_) => visit.revoked(&state).await?,
    };
    if let Some(why) = end {
        let key = state.session;
        visit.signal(&Signal::Ended { key, why });
    }
    Ok(socket.end(kind.clock.now()).is_none())
}

/// The user, and what is known of the session: who was loaded before a change says
/// nothing about a session after it.
async fn load_undisturbed<U: AuthUser>(
    visit: &Visit<'_, U>,
    socket: &OpenSocket,
) -> Result<(Option<Arc<U>>, State), Reason> {
    let sockets = &visit.manager.kind.sockets;
    for _ in 0..TRIES {
        let changes = sockets.changes();
        let state = socket.state();
        let user = match state.has_session {
            true => visit.load(&state.user).await?,
            false => visit.found_again(&state.user).await?,
        };
        if sockets.changes() == changes {
            return Ok((user, socket.state()));
        }
    }
    rocket::error!("Users change faster than they can be loaded.");
    Err(Reason::Unavailable)
}

impl<U: AuthUser> Visit<'_, U> {
    /// Whether the store has a session no longer, if there is a store.
    async fn revoked(&self, state: &State) -> Result<Option<SessionEnd>, Reason> {
        let Some(stored) = self.stored() else {
            return Ok(None);
        };
        match stored.look_for(state).await {
            Ok(goes_on) => Ok((!goes_on).then_some(SessionEnd::Revoked)),
            Err(error) => Err(unavailable(error)),
        }
    }
}
