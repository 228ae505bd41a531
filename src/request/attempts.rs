//! Attempts to log in: counted before the password is looked at.

use std::time::Duration;

use rocket::request::Request;

use crate::error::LoginError;
use crate::event::{ClaimedName, Event};
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
    let limits = &settings.attempts;
    let places = if let Some(browser) = known_browser(manager, request, name).await? {
        let place = Place::new(Subject::Browser, browser.0);
        [Some((place, limits.per_browser)), None]
    } else {
        let address = client_address(request, settings).map(|address| {
            let place = Place::new(Subject::Address, keys.attempts(&network(address)).0);
            (place, limits.per_address)
        });
        let folded = keys.attempts(FoldedName::new(name).as_bytes());
        let place = Place::new(Subject::Name, folded.0);
        [address, Some((place, limits.per_name))]
    };
    let length = u32::try_from(limits.window.as_secs()).unwrap_or(u32::MAX);
    let mut counted = Vec::new();
    for (place, limit) in places.into_iter().flatten() {
        match sessions::count(&cx.realm.sessions, place, (limit, length), cx.now).await? {
            Ok(one) => counted.push(one),
            Err(wait) => return Err(refuse(&cx, name, wait)),
        }
    }
    let name = keys.name(name.as_bytes());
    Ok(Taken { counted, name })
}

fn refuse(cx: &Context<'_>, name: &str, wait: Duration) -> LoginError {
    tell_failed(cx.realm, cx.request, ClaimedName::new(name), true);
    Refusal::leave_attempt(cx.request, cx.realm, wait);
    LoginError::too_many_attempts(wait)
}

/// Tells of an attempt that has failed, and of one that makes many within a minute.
pub(crate) fn tell_failed(
    realm: &Realm,
    request: &Request<'_>,
    name: ClaimedName,
    throttled: bool,
) {
    realm.tell(&Event::LoginFailed { name, throttled }, request);
    let failed = realm.settings.attempts.alarm;
    // The lock is given back before the application hears of it.
    let rings = lock(&realm.alarm).rings(failed, realm.clock.now());
    if rings {
        realm.tell(&Event::ManyAttempts { failed }, request);
    }
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
