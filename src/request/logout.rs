//! Logging out.

use rocket::request::Request;

use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::Event;
use crate::manager::LoginManager;
use crate::request::authenticate::resolve;
use crate::request::context::Visit;
use crate::request::cookies::PendingCookies;
use crate::request::pending::AuthMethod;
use crate::request::{cross_site, legacy_session, legacy_token, load, tokens};
use crate::rules::cross_site::Allowed;
use crate::session::SessionEnd;
use crate::sessions;
use crate::user::AuthUser;

/// Ends every session that a token of the request names. Where an end cannot be written the
/// cookies stay, so that the next try finds them.
pub(crate) async fn logout<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    allowed: Allowed,
) -> Result<(), LoginError> {
    let visit = Visit::new(manager, request);
    let cx = &visit.cx;
    cross_site::check_change(cx, allowed)?;
    let has_cookies = !cx.cookies.is_empty() || !visit.login.lock().cookies.is_kept();
    if manager.by_request.is_some() && !has_cookies {
        check_no_key(manager, request).await?;
    }
    let _gate = load::enter(&visit).await?;
    let named = tokens::named(&visit);
    legacy_token::block(&visit).await?;
    let sessions = &cx.realm.sessions;
    sessions::end_all(sessions, &named, SessionEnd::LoggedOut).await?;

    // Rocket drops all cookies of a request in which one is not UTF-8. So the browser may have
    // a login that this request does not show. A form of another site shows none either.
    let is_own_page = allowed == Allowed::OwnPages && cx.settings().cross_origin_check;
    let cookies = if has_cookies || is_own_page {
        PendingCookies::REMOVED
    } else {
        PendingCookies::default()
    };
    visit.login.decide(None, cookies);
    if has_cookies {
        let user = named.first().map(|named| (&named.user).into());
        cx.emit(&Event::LoggedOut { user });
    }
    // The session has ended all the same.
    visit.login.check_unsealed()?;
    legacy_session::check_logged_out(&visit)
}

/// Refuses the logout of a program: a logout ends no key.
async fn check_no_key<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Result<(), LoginError> {
    match Box::pin(resolve(manager, request)).await {
        Ok(found) if matches!(found.by, AuthMethod::Key { .. }) => {
            Err(LoginError::new(LoginErrorKind::NoSession))
        }
        Err(Reason::Unavailable) => Err(Reason::Unavailable.into()),
        _ => Ok(()),
    }
}
