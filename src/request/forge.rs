//! Logins that nobody asked for: for tests.

use std::time::Duration;

use rocket::request::Request;

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::manager::LoginManager;
use crate::request::change::user_key;
use crate::request::state::{Change, Changes};
use crate::request::stored::{Given, unavailable};
use crate::request::visit::Visit;
use crate::session::{Login, RememberToken, Session};
use crate::user::AuthUser;

/// What a test wants a browser to hold.
#[derive(Debug, Clone)]
pub(crate) struct Forged {
    pub(crate) session: bool,
    pub(crate) remember: bool,
    pub(crate) fresh: bool,
    pub(crate) permanent: Option<bool>,
    pub(crate) forced: bool,
    /// How long ago the login was.
    pub(crate) age: Duration,
}

/// What a store is to keep of it.
pub(crate) struct Kept {
    has_session: bool,
    session: Session,
    token: Option<RememberToken>,
}

/// Lets the response to this request set the cookies of such a login.
pub(crate) fn forge<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    user: &U,
    forged: &Forged,
) -> Result<(), LoginError> {
    let mut visit = Visit::new(manager, request);
    let then = visit.now.as_secs().saturating_sub(forged.age.as_secs());
    visit.now = Timestamp::from_secs(then);

    let how = Login {
        fresh: forged.fresh,
        permanent: forged.permanent.unwrap_or(visit.settings().permanent),
        forced: forged.forced,
    };
    let auth_hash = visit.auth_hash(user);
    let session = Session::begin(user_key(user)?, auth_hash, &how, &visit.stay()?);
    let token = visit.new_token(&session, visit.settings().remember_for)?;

    let mut changes = Changes {
        session: Change::Remove(None),
        remember: Change::Remove(None),
        ..Changes::default()
    };
    if forged.session {
        changes.session = visit.set_session(&session)?;
    }
    if forged.remember {
        changes.remember = visit.set_remember(&token)?;
    }
    visit.login.lock().forged = Some(Box::new(Kept {
        has_session: forged.session,
        session,
        token: forged.remember.then_some(token),
    }));
    visit.settle(None, None, changes);
    Ok(())
}

impl<U: AuthUser> Visit<'_, U> {
    /// Has the store know the session, if there is a store.
    pub(super) async fn keep_forged(&self) {
        let forged = self.login.lock().forged.take();
        let (Some(forged), Some(stored)) = (forged, self.stored()) else {
            return;
        };
        let given = forged.token.as_ref().map_or(Given::Nothing, Given::New);
        let begun = match (forged.has_session, given) {
            (true, given) => self.begin_stored(&forged.session, None, given).await,
            (false, Given::New(token)) => {
                let client = self.client();
                stored.begin_series(token, &forged.session, &client).await
            }
            (false, Given::Nothing | Given::Stays(_)) => Ok(()),
        };
        if let Err(error) = begun {
            unavailable(error);
        }
    }
}
