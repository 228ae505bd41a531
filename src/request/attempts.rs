//! Attempts to log in: counted before the password is looked at.

use std::time::Duration;

use rocket::request::Request;

use crate::error::LoginError;
use crate::event::Event;
use crate::lock::lock;
use crate::manager::LoginManager;
use crate::realm::Realm;
use crate::request::context::Context;
use crate::request::cross_site::check_change;
use crate::request::known::{known_browser, note_known};
use crate::request::load::encoded_id;
use crate::request::proxy::client_address;
use crate::request::refusal::Refusal;
use crate::rules::attempts::{Place, Subject};
use crate::rules::client::network;
use crate::rules::cross_site::Allowed;
use crate::rules::folded_name::FoldedName;
use crate::session::Digest;
use crate::sessions::{self, Counted};
use crate::user::AuthUser;

/// An attempt that may go on, with the places in which it is counted.
pub(crate) struct Taken {
    counted: Vec<Counted>,
    /// The digest of the name as it was typed.
    name: Digest,
}

/// Counts an attempt, unless one of its limits is reached.
///
/// A browser that has logged this user in before has a limit of its own. Otherwise the address
/// comes first: an address without attempts left takes none from a name.
pub(crate) async fn take<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    name: &str,
    allowed: Allowed,
) -> Result<Taken, LoginError> {
    let cx = Context::new(&manager.realm, request);
    check_change(&cx, allowed)?;
    let (keys, settings) = (cx.keys(), cx.settings());
    let (limits, mut counted) = (&settings.attempts, Vec::new());
    if let Some(browser) = known_browser(manager, request, name).await? {
        let place = Place::new(Subject::Browser, browser.0);
        counted.push(count(&cx, place, limits.per_browser).await?);
    } else {
        if let Some(address) = client_address(request, settings) {
            let place = Place::new(Subject::Address, keys.attempts(&network(address)).0);
            counted.push(count(&cx, place, limits.per_address).await?);
        }
        let folded = keys.attempts(FoldedName::new(name).as_bytes());
        let place = Place::new(Subject::Name, folded.0);
        counted.push(count(&cx, place, limits.per_name).await?);
    }
    let name = keys.name(name.as_bytes());
    Ok(Taken { counted, name })
}

async fn count(cx: &Context<'_>, place: Place, limit: u32) -> Result<Counted, LoginError> {
    let sessions = &cx.realm.sessions;
    let length = u32::try_from(cx.settings().attempts.window.as_secs()).unwrap_or(u32::MAX);
    let counted = sessions::count(sessions, place, (limit, length), cx.now).await?;
    counted.map_err(|wait| refuse(cx, wait))
}

fn refuse(cx: &Context<'_>, wait: Duration) -> LoginError {
    let refused = cx.settings().attempts.alarm;
    if lock(&cx.realm.alarm).rings(refused, cx.now) {
        cx.emit(&Event::ManyAttempts { refused });
    }
    Refusal::leave_attempt(cx.request, cx.realm, wait);
    LoginError::too_many_attempts(wait)
}

impl Taken {
    /// Takes the attempt back. The login of this user that follows makes the browser known.
    pub(crate) async fn give_back<U: AuthUser>(
        &self,
        realm: &Realm,
        request: &Request<'_>,
        user: &U,
    ) -> Result<(), LoginError> {
        let user = encoded_id(user)?;
        for counted in &self.counted {
            sessions::take_back(&realm.sessions, counted, realm.clock.now()).await;
        }
        note_known::<U>(request, self.name, user);
        Ok(())
    }
}
