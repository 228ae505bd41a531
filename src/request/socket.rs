//! Sockets of somebody who is logged in.

use rocket::request::Request;

use crate::error::Reason;
use crate::manager::LoginManager;
use crate::request::state::Active;
use crate::request::visit::Visit;
use crate::session::SessionEnd;
use crate::socket::OpenSocket;
use crate::user::AuthUser;

/// Has a socket end with the session of whoever is logged in.
///
/// What happened since they were loaded is made up for: from now on the registry
/// tells.
pub(crate) async fn open<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    active: &Active<U>,
) -> Result<OpenSocket, Reason> {
    let visit = Visit::new(manager, request);
    let kind = &manager.kind;
    let session = &active.session;
    let origin = visit.origin();
    let until = kind.settings.limits.end(session);
    let socket = kind.sockets.open(session, origin, until, &kind.clock);
    visit.login.lock().socket = true;

    visit.catch_up(&kind.ended_sessions, session.id);
    if let Some(origin) = origin {
        visit.catch_up(&kind.ended_tokens, origin);
    }
    if kind.sockets.auth_changes() != active.auth_changes {
        is_valid(manager, request, &socket).await?;
    }
    Ok(socket)
}

/// Whether the session of a socket is still good, with one load of its user. If
/// it is not, all its sockets end.
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
    let user = visit.load(&socket.state().user).await?;
    // What is known of the session may have changed in the meantime.
    let state = socket.state();
    let end = match user {
        None => Some(SessionEnd::UserGone),
        Some(user) if !user.is_active() && !state.forced => Some(SessionEnd::Inactive),
        Some(user) if !visit.is_current(&state.auth_hash, 0, &user) => {
            Some(SessionEnd::AuthHashChanged)
        }
        Some(_) => None,
    };
    if let Some(why) = end {
        visit.has_ended(state.session, why);
    }
    Ok(socket.end(kind.clock.now()).is_none())
}
