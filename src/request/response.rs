//! Writing the cookies of a login: here and nowhere else.

use std::time::Duration;

use rocket::http::{Cookie, Header};
use rocket::request::Request;
use rocket::response::Response;
use time::OffsetDateTime;

use crate::clock::Timestamp;
use crate::config::CookieSettings;
use crate::manager::LoginManager;
use crate::realm::Realm;
use crate::request::head::names_cookie;
use crate::request::pending::{CookieChange, Inner, RequestLogin};
use crate::request::test_login;
use crate::user::AuthUser;

/// Writes what the request's guards and handler decided, if any was asked.
pub(crate) async fn commit<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    response: &mut Response<'_>,
) {
    let Some(login) = RequestLogin::<U>::peek(request) else {
        RequestLogin::<U>::seal(request);
        return;
    };
    let has_test_login = {
        let mut login = login.lock();
        write(&manager.realm, &mut login, request, response);
        login.test_login.is_some()
    };
    if manager.by_request.is_some() {
        vary_by_key(response);
    }
    if has_test_login {
        Box::pin(test_login::keep(manager, login)).await;
    }
}

fn write<U: AuthUser>(
    realm: &Realm,
    login: &mut Inner<U>,
    request: &Request<'_>,
    response: &mut Response<'_>,
) {
    login.sealed = true;
    // A user who was known may have to be found out anew.
    let is_asked = login.resolution.is_some() || login.decided.is_some() || login.personal;
    if !is_asked {
        return;
    }

    let settings = &realm.settings.cookies;
    // A cookie from a time without a domain hides the one with it.
    let removes_twins = login.cookies.removes_twins
        && settings.domain.is_some()
        && [&settings.session, &settings.remember]
            .into_iter()
            .any(|name| names_cookie(request, name));
    let mut is_written = false;
    for (name, change) in [
        (&settings.session, &login.cookies.session),
        (&settings.remember, &login.cookies.remember),
    ] {
        let (value, max_age) = match change {
            CookieChange::Keep => continue,
            // Another request has ended the login while this one was being served.
            CookieChange::Set(new)
                if !realm
                    .sessions
                    .may_write(new.id, new.purpose, new.generation) =>
            {
                continue;
            }
            CookieChange::Set(new) => (new.value.as_str(), new.max_age),
            CookieChange::Remove => ("", Some(Duration::ZERO)),
        };
        is_written = true;
        let now = realm.clock.now();
        let cookie = cookie(settings, name, value, max_age, now);
        add(response, cookie);
        if removes_twins {
            add(response, host_only_removal(settings, name));
        }
    }
    keep_from_caches(response, login.personal, is_written);
    if login.socket.is_some() {
        // It may be open for days, while this is true for the handshake alone.
        login.resolution = Some(Err(crate::error::Reason::TooLate));
    }
}

/// Names and values hold nothing that would have to be encoded.
fn add(response: &mut Response<'_>, cookie: Cookie<'_>) {
    response.adjoin_header(Header::new("Set-Cookie", cookie.to_string()));
}

/// Every cookie, whether it is set or removed: browsers take a removal only with the
/// attributes of the cookie that it removes. A token of Flask-Login is none any more once
/// it is percent-encoded.
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
        // Some clients know only the one attribute, some only the other.
        let expires = if max_age.is_zero() {
            OffsetDateTime::UNIX_EPOCH
        } else {
            now.plus(max_age).date_time()
        };
        let max_age = time::Duration::try_from(max_age).unwrap_or(time::Duration::MAX);
        cookie = cookie.max_age(max_age).expires(expires);
    }
    cookie.build()
}

/// Removes the cookie that was set before there was a `cookie_domain`: it would hide the
/// new one for as long as it lasts.
fn host_only_removal<'c>(settings: &'c CookieSettings, name: &'c str) -> Cookie<'c> {
    let zero = Some(Duration::ZERO);
    let mut twin = cookie(settings, name, "", zero, Timestamp::from_secs(0));
    twin.unset_domain();
    twin
}

/// Keeps a response from caches. One that is not stored needs no `Vary`.
fn keep_from_caches(response: &mut Response<'_>, is_personal: bool, is_written: bool) {
    let (mut varies, mut has_its_own) = (false, false);
    // Once through the few headers costs less than to look two of them up.
    for header in response.headers().iter() {
        varies |= header.name() == "Vary" && varies_by(header.value(), "Cookie");
        has_its_own |= header.name() == "Cache-Control";
    }
    if is_written && has_its_own {
        response.set_raw_header("Cache-Control", "no-store");
    } else if (is_personal || is_written) && !has_its_own {
        response.adjoin_header(Header::new("Cache-Control", "no-store"));
    } else if !varies {
        response.adjoin_header(Header::new("Vary", "Cookie"));
    }
}

/// A page for everyone is another one for a program that comes with a key.
fn vary_by_key(response: &mut Response<'_>) {
    let is_stored = |value: &str| !value.eq_ignore_ascii_case("no-store");
    let is_stored = response.headers().get("Cache-Control").all(is_stored);
    let is_named = |value| varies_by(value, "Authorization");
    if is_stored && !response.headers().get("Vary").any(is_named) {
        response.adjoin_header(Header::new("Vary", "Authorization"));
    }
}

fn varies_by(value: &str, header: &str) -> bool {
    let mut names = value.split(',').map(str::trim);
    names.any(|name| name == "*" || name.eq_ignore_ascii_case(header))
}
