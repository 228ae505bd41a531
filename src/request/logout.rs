//! Logging out.

use rocket::request::Request;

use crate::error::LoginError;
use crate::event::Event;
use crate::manager::LoginManager;
use crate::request::legacy;
use crate::request::legacy_session;
use crate::request::login::{decide, named};
use crate::request::pending::{CookieChange, PendingCookies};
use crate::request::request_loader::check_something_to_end;
use crate::request::visit::Visit;
use crate::session::SessionEnd;
use crate::user::AuthUser;

/// Ends every session that a token of the request names. Where an end cannot be written the
/// cookies stay, so that the next try finds them.
pub(crate) async fn logout<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Result<(), LoginError> {
    let visit = Visit::new(manager, request);
    visit.own_sender()?;
    check_something_to_end(&visit).await?;
    let _gate = visit.enter().await?;
    let cx = &visit.cx;
    let named = named(&visit);
    legacy::block(&visit).await?;
    let ended = cx
        .realm
        .sessions
        .end_all(&named, SessionEnd::LoggedOut, cx.now);
    ended.await?;

    let was_logged_in = visit.holds_cookies();
    let cookies = if was_logged_in {
        PendingCookies {
            session: CookieChange::Remove,
            remember: CookieChange::Remove,
            removes_twins: true,
        }
    } else {
        PendingCookies::default()
    };
    decide(&visit, None, cookies);
    if was_logged_in {
        let user = named.first().map(|named| (&named.user).into());
        cx.emit(&Event::LoggedOut { user });
    }
    // The session has ended all the same.
    visit.in_time()?;
    legacy_session::check_logged_out(&visit)
}
