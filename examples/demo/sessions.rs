//! Where a member is logged in, and how to put an end to that from here.

use rocket::{Route, get, post, routes, uri};
use rocket_login::{Auth, InvalidHandle, NextRedirect, SessionHandle, User};

use super::accounts::Account;
use super::everyone;
use super::failure::Failure;
use super::pages::{Page, SessionsPage};

pub(crate) fn routes() -> Vec<Route> {
    routes![list, end, end_others]
}

#[get("/sessions")]
async fn list(_user: User<Account>, auth: Auth<'_, Account>) -> Result<Page, Failure> {
    Ok(Page::of(SessionsPage::of(&auth.sessions().await?)))
}

// For `User`, not `FreshUser`: a user who sees a stranger in the list wants them out now, not after
// a password. It takes no more than a logout does, gives no one anything, and a user who was put
// out by mistake logs in again.
#[post("/sessions/<handle>/end")]
async fn end(
    handle: Result<SessionHandle, InvalidHandle>,
    _user: User<Account>,
    auth: Auth<'_, Account>,
) -> Result<NextRedirect, Failure> {
    let sessions = auth.sessions().await?;
    let session = sessions.iter().find(|known| handle == Ok(known.handle()));
    let session = session.ok_or_else(|| SessionsPage::without_that(&sessions))?;
    // One that has ended meanwhile is gone as well, which is all that was asked for.
    auth.revoke(&session.handle()).await?;
    Ok(match session.is_current() {
        true => NextRedirect::to(uri!(everyone::home)),
        false => NextRedirect::to(uri!(list)),
    })
}

#[post("/sessions/end-others")]
async fn end_others(
    _user: User<Account>,
    auth: Auth<'_, Account>,
) -> Result<NextRedirect, Failure> {
    auth.revoke_others().await?;
    Ok(NextRedirect::to(uri!(list)))
}
