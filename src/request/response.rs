//! The response: the cookies of a login, `Cache-Control`, `Clear-Site-Data` and `Vary` are
//! written here and nowhere else.

use std::time::{Duration, UNIX_EPOCH};

use httpdate::fmt_http_date;
use rocket::http::{Header, SameSite};
use rocket::request::Request;
use rocket::response::Response;

use crate::clock::Timestamp;
use crate::config::Settings;
use crate::error::Reason;
use crate::manager::LoginManager;
use crate::realm::Realm;
use crate::request::cookies::{CookieChange, NewCookie};
use crate::request::headers::{Cookies, Headers};
use crate::request::known;
use crate::request::message::remove_message;
use crate::request::pending::{Inner, RequestLogin};
use crate::request::proxy::public_base;
use crate::request::test_login;
use crate::rules::names;
use crate::rules::public_base::cookie_path;
use crate::token::KnownToken;
use crate::user::AuthUser;

const FETCHED_AHEAD: &str = "\"prefetchCache\", \"prerenderCache\"";

const EPOCH: Timestamp = Timestamp::from_secs(0);

/// The last second of the year 9999, after which dates have no form in HTTP.
const LAST_SECOND: u64 = 253_402_300_799;

/// The attributes of the cookies of one response.
#[derive(Clone, Copy)]
struct Attributes<'c> {
    settings: &'c Settings,
    path: &'c str,
}

/// Writes the decisions of the request's guards and handler, if any was asked.
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
    // A user who was known may have to be loaded anew.
    let is_asked = login.resolution.is_some() || login.decided.is_some() || login.personal;
    if !is_asked {
        return;
    }

    let is_written = write_cookies(realm, login, request, response);
    keep_from_caches(response, login.personal, is_written);
    if is_written && login.cookies.changes_user {
        // Pages that were fetched ahead are of the user before. An application may clear more.
        response.adjoin_header(Header::new("Clear-Site-Data", FETCHED_AHEAD));
        remove_message(realm, request, response);
    }
    if login.socket.is_some() {
        // The result is true of the handshake alone. The socket may be open for days.
        login.resolution = Some(Err(Reason::TooLate));
    }
}

/// Writes both cookies of the login, as far as they change, and returns whether one does.
fn write_cookies<U: AuthUser>(
    realm: &Realm,
    login: &Inner<U>,
    request: &Request<'_>,
    response: &mut Response<'_>,
) -> bool {
    if login.cookies.is_kept() && !login.is_over {
        return false;
    }
    let settings = &realm.settings;
    let is_over = login.is_over || matches!(login.cookies.session, CookieChange::Remove);
    // A cookie from a time without a domain hides the one with it.
    let removes_twins = login.cookies.changes_user
        && settings.cookie_domain.is_some()
        && (is_over || !Cookies::of(request, &Headers::of(request), settings).is_empty());
    let path = cookie_path(public_base(request, settings), &settings.cookie_path);
    let attributes = Attributes {
        settings,
        path: &path,
    };
    if is_over {
        spoil_kept_pages(response, attributes, realm.clock.now());
    }
    let mut is_written = is_over;
    for (name, change) in [
        (&settings.session_cookie, &login.cookies.session),
        (&settings.remember_cookie, &login.cookies.remember),
    ] {
        let cookie = match change {
            CookieChange::Set(new) if may_write(realm, new) => {
                attributes.cookie(name, &new.value, new.max_age, realm.clock.now())
            }
            CookieChange::Remove => attributes.removal(name),
            CookieChange::Keep | CookieChange::Set(_) => continue,
        };
        is_written = true;
        add(response, cookie);
        if removes_twins {
            add(response, attributes.host_only_removal(name));
        }
    }
    if is_written && let Some(value) = known::value(realm, login, request) {
        let (name, lifetime) = (&settings.known_cookie, Some(KnownToken::LIFETIME));
        add(
            response,
            attributes.cookie(name, &value, lifetime, realm.clock.now()),
        );
    }
    is_written
}

/// Returns whether the login of a cookie goes on. Another request may have ended it while
/// this one was being served.
fn may_write(realm: &Realm, new: &NewCookie) -> bool {
    let sessions = &realm.sessions;
    sessions.is_newest(new.id, new.kind, new.generation)
}

fn add(response: &mut Response<'_>, cookie: String) {
    response.adjoin_header(Header::new("Set-Cookie", cookie));
}

/// Has Chromium forget the pages that it keeps in memory for its Back button, `no-store` or not.
/// It does once a cookie changes, but forgives changes of those that a page's own navigation
/// has set, as a login does. So a cookie of its own comes and goes. A client that carries out
/// removals first has it for a second.
fn spoil_kept_pages(response: &mut Response<'_>, attributes: Attributes<'_>, now: Timestamp) {
    let name = &attributes.settings.ended_cookie;
    let second = Some(Duration::from_secs(1));
    add(response, attributes.cookie(name, "1", second, now));
    add(response, attributes.removal(name));
}

impl Attributes<'_> {
    /// Writes every cookie, set or removed. Browsers take a removal only with the attributes of
    /// the cookie that it removes. Names and values hold nothing that would have to be encoded,
    /// and encoding would break a token of Flask-Login.
    fn cookie(self, name: &str, value: &str, max_age: Option<Duration>, now: Timestamp) -> String {
        let domain = self.settings.cookie_domain.as_deref();
        self.written(name, value, max_age.map(|age| (age, now.plus(age))), domain)
    }

    fn removal(self, name: &str) -> String {
        self.cookie(name, "", Some(Duration::ZERO), EPOCH)
    }

    /// Removes the cookie that was set before there was a `cookie_domain`. It would hide the
    /// new cookie for as long as it lasts.
    fn host_only_removal(self, name: &str) -> String {
        self.written(name, "", Some((Duration::ZERO, EPOCH)), None)
    }

    fn written(
        self,
        name: &str,
        value: &str,
        end: Option<(Duration, Timestamp)>,
        domain: Option<&str>,
    ) -> String {
        let settings = self.settings;
        let same_site = match settings.cookie_samesite {
            SameSite::Strict => "; SameSite=Strict",
            SameSite::Lax => "; SameSite=Lax",
            SameSite::None => "; SameSite=None",
        };
        let flag = |is_set: bool, text: &'static str| if is_set { text } else { "" };
        let domain = domain.map_or(["", ""], |domain| {
            ["; Domain=", domain.trim_start_matches('.')]
        });
        let mut cookie = [
            name,
            "=",
            value,
            flag(settings.cookie_httponly, "; HttpOnly"),
            same_site,
            flag(settings.cookie_partitioned, "; Partitioned"),
            flag(settings.cookie_secure, "; Secure"),
            "; Path=",
            self.path,
            domain[0],
            domain[1],
        ]
        .concat();
        if let Some((max_age, end)) = end {
            // Some clients know only the one attribute, some only the other.
            let end = UNIX_EPOCH + Duration::from_secs(end.as_secs().min(LAST_SECOND));
            let (max_age, end) = (max_age.as_secs(), fmt_http_date(end));
            cookie += &format!("; Max-Age={max_age}; Expires={end}");
        }
        cookie
    }
}

/// Keeps a response from caches. A response that is not stored needs no `Vary`.
fn keep_from_caches(response: &mut Response<'_>, is_personal: bool, is_written: bool) {
    let (mut varies, mut has_its_own) = (false, false);
    // One walk through the few headers costs less than two look-ups.
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

/// Tells caches that a program with a key may get another response.
fn vary_by_key(response: &mut Response<'_>) {
    let is_stored = |value: &str| !value.eq_ignore_ascii_case("no-store");
    let is_stored = response.headers().get("Cache-Control").all(is_stored);
    let is_named = |value| varies_by(value, "Authorization");
    if is_stored && !response.headers().get("Vary").any(is_named) {
        response.adjoin_header(Header::new("Vary", "Authorization"));
    }
}

fn varies_by(value: &str, header: &str) -> bool {
    names(value, "*") || names(value, header)
}
