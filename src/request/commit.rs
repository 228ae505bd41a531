//! Writing the cookies of a login: here and nowhere else.

use std::time::Duration;

use rocket::http::{Cookie, Header};
use rocket::request::Request;
use rocket::response::Response;
use time::OffsetDateTime;

use crate::clock::Timestamp;
use crate::config::CookieSettings;
use crate::kind::Kind;
use crate::manager::LoginManager;
use crate::request::state::{Change, Inner, NewCookie, RequestLogin};
use crate::request::visit::Visit;
use crate::session::{How, TokenId};
use crate::user::AuthUser;

/// Writes what the request's guards and handler decided, if any was asked.
pub(crate) async fn commit<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    response: &mut Response<'_>,
) {
    let Some(login) = RequestLogin::<U>::peek(request) else {
        return;
    };
    let left = write(manager, &mut login.lock(), response);
    #[cfg(feature = "testing")]
    if login.lock().forged.is_some() {
        Box::pin(Visit::new(manager, request).keep_forged()).await;
    }
    for id in left {
        Box::pin(Visit::new(manager, request).abandon(id)).await;
    }
}

/// What was begun in vain is given back.
fn write<U: AuthUser>(
    manager: &LoginManager<U>,
    login: &mut Inner<U>,
    response: &mut Response<'_>,
) -> Vec<TokenId> {
    login.sealed = true;
    let mut left = Vec::new();
    let is_known = login.resolution.is_some() || login.known.is_some();
    // Whoever was known may have to be found out anew.
    let is_asked = is_known || login.personal;
    if !is_asked {
        return left;
    }

    let kind = &manager.kind;
    let settings = &kind.settings.cookies;
    let names = [&settings.session, &settings.remember];
    let changes = [&login.changes.session, &login.changes.remember];
    for (name, change) in names.into_iter().zip(changes) {
        let cookie = match change {
            Change::Keep => continue,
            Change::Set(new) if is_overtaken(kind, new) => {
                // What a remember token restored nobody else will end.
                left.extend(new.origin.map(|_| new.id));
                continue;
            }
            Change::Set(new) => cookie(settings, name, &new.value, new.max_age, kind.clock.now()),
            Change::Remove(Some(id)) if kind.how_ended(*id) == Some(How::Replaced) => continue,
            Change::Remove(_) => cookie(settings, name, "", Some(Duration::ZERO), kind.clock.now()),
        };
        // In names and values alike there is nothing that would have to be encoded.
        response.adjoin_header(Header::new("Set-Cookie", cookie.to_string()));
    }

    let writes = changes.iter().any(|change| !change.is_kept());
    keep_from_caches(response, login.personal || writes);
    if manager.by_request.is_some() {
        vary_by_key(response);
    }
    #[cfg(feature = "ws")]
    if login.socket.is_some() {
        // It may be open for days, while this is true for the handshake alone.
        login.resolution = Some(Err(crate::error::Reason::TooLate));
    }
    left
}

/// Whether another request has ended this session while it was being served, or
/// the remember token that it came from.
fn is_overtaken(kind: &Kind, new: &NewCookie) -> bool {
    let is_ended = |id| kind.how_ended(id).is_some();
    let is_over = |origin| is_ended(origin) || kind.is_given_up(origin);
    is_ended(new.id) || new.origin.is_some_and(is_over)
}

/// Every cookie, whether it is set or removed: browsers take a removal only
/// with the attributes of what it removes. It is sent as it is: a token of Flask-Login is
/// none any more once it is percent-encoded.
fn cookie<'c>(
    settings: &'c CookieSettings,
    name: &'c str,
    value: &'c str,
    max_age: Option<Duration>,
    now: Timestamp,
) -> Cookie<'c> {
    let mut cookie = Cookie::build((name, value))
        .path(&settings.path)
        .secure(settings.secure)
        .http_only(settings.httponly)
        .same_site(settings.samesite);
    if let Some(domain) = &settings.domain {
        cookie = cookie.domain(domain);
    }
    if let Some(max_age) = max_age {
        // Both: some clients know only the one, some only the other.
        let expires = match max_age.is_zero() {
            true => OffsetDateTime::UNIX_EPOCH,
            false => now.plus(max_age).date_time(),
        };
        let max_age = time::Duration::try_from(max_age).unwrap_or(time::Duration::MAX);
        cookie = cookie.max_age(max_age).expires(expires);
    }
    cookie.build()
}

fn keep_from_caches(response: &mut Response<'_>, is_personal: bool) {
    let (mut varies, mut has_its_own) = (false, false);
    // Once through the few that there are costs less than to look two of them up.
    for header in response.headers().iter() {
        varies |= header.name() == "Vary" && varies_by(header.value(), "Cookie");
        has_its_own |= header.name() == "Cache-Control";
    }
    if !varies {
        response.adjoin_header(Header::new("Vary", "Cookie"));
    }
    if is_personal && !has_its_own {
        response.adjoin_header(Header::new("Cache-Control", "no-store"));
    }
}

/// A page for everyone is another one for a program that comes with a key.
fn vary_by_key(response: &mut Response<'_>) {
    let is_named = |value| varies_by(value, "Authorization");
    let varies = response.headers().get("Vary").any(is_named);
    if !varies {
        response.adjoin_header(Header::new("Vary", "Authorization"));
    }
}

fn varies_by(value: &str, header: &str) -> bool {
    let mut names = value.split(',').map(str::trim);
    names.any(|name| name == "*" || name.eq_ignore_ascii_case(header))
}
