//! The challenge: a redirect to the login page, or a status, for a refused request.

mod catcher;

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Flash, Responder};

use crate::config::{Page, Settings};
use crate::error::Reason;
use crate::event::Event;
use crate::request::{Refusal, audience, is_own_origin, is_safe_method, public_base};
use crate::rules::audience::Audience;
use crate::rules::origin::split_origin;
use crate::rules::{Seen, next, public_base as rule};

pub(crate) use catcher::register;

/// A responder for an application's own catchers of 401 and 403. This crate's catchers
/// answer with it.
///
/// A page redirects to the login page, or to the refresh page if the login is merely not
/// fresh. After the login the browser returns. Programs get a 401, which says
/// `reauthenticate` if the login is not fresh. htmx gets a 401 with `HX-Redirect`. The login
/// page itself is never redirected.
///
/// If a [`Policy`](crate::Policy) has said no, the answer is a 403: a plain page, or
/// `not_permitted` for programs.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use rocket::Request;
/// use rocket_login::Challenge;
///
/// #[catch(401)]
/// fn unauthorized(request: &Request<'_>) -> Result<Challenge, &'static str> {
///     Challenge::of(request).ok_or("wrong password")
/// }
/// ```
#[derive(Debug)]
pub struct Challenge {
    refusal: Refusal,
    answer: Answer,
}

#[derive(Debug)]
enum Answer {
    Redirect(String),
    Htmx(String),
    Program,
    Page,
}

impl Challenge {
    /// Returns the challenge for a request that a guard of this crate has refused with 401,
    /// or that a policy has refused with 403. `None` if the status is a handler's own.
    ///
    /// ```rust
    /// # use rocket::Request;
    /// # use rocket_login::Challenge;
    /// fn is_ours(request: &Request<'_>) -> bool {
    ///     Challenge::of(request).is_some()
    /// }
    /// ```
    pub fn of(request: &Request<'_>) -> Option<Self> {
        Self::new(Refusal::of(request)?, request)
    }

    fn new(refusal: Refusal, request: &Request<'_>) -> Option<Self> {
        let settings = &refusal.realm.settings;
        let own = next::decoded_path(&request.uri().to_string());
        let path = own.as_deref().unwrap_or(request.uri().path().as_str());
        let page = match refusal.reason {
            Reason::NotLoggedIn | Reason::Inactive => Some(settings.login_for(path)),
            Reason::NotFresh => Some(settings.refresh_for(path)),
            // Another login would not help: there is no page to go to.
            Reason::NotPermitted => None,
            _ => return None,
        };
        // A redirect to the requested page itself would be a loop.
        let other = page.filter(|page| !own.is_some_and(|own| next::same_path(&own, &page.path)));
        let base = public_base(request, settings);
        let answer = match (audience_of(&refusal, request), other) {
            (Audience::Program, _) => Answer::Program,
            (_, None) => Answer::Page,
            (Audience::Page, Some(page)) => {
                Answer::Redirect(location(page, settings, base, own_page(request, base)))
            }
            (Audience::Htmx, Some(page)) => {
                let current = current_page(request, settings);
                Answer::Htmx(location(page, settings, base, current))
            }
        };
        if page.is_some() && !refusal.is_told {
            let reason = refusal.reason;
            refusal.realm.tell(&Event::Challenged { reason }, request);
        }
        Some(Self { refusal, answer })
    }

    /// Returns the reason why the guard failed.
    ///
    /// ```rust
    /// # use rocket_login::{Challenge, Reason};
    /// fn is_stale(challenge: &Challenge) -> bool {
    ///     challenge.reason() == Reason::NotFresh
    /// }
    /// ```
    pub fn reason(&self) -> Reason {
        self.refusal.reason
    }
}

impl<'r> Responder<'r, 'static> for Challenge {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let reason = self.refusal.reason;
        let (error, text) = match reason {
            Reason::NotFresh => ("reauthenticate", "Please log in again to go on."),
            Reason::NotPermitted => ("not_permitted", "You are not permitted to do this."),
            _ => ("login_required", "Please log in to go on."),
        };
        let status = reason.status();
        let way = match self.answer {
            Answer::Program => return program(status, error, text).respond_to(request),
            Answer::Page => return page(status, text).respond_to(request),
            Answer::Redirect(to) => Way::Redirect((), Header::new("Location", to)),
            Answer::Htmx(to) => {
                Way::Htmx(page(status, text).into(), Header::new("HX-Redirect", to))
            }
        };

        let realm = &self.refusal.realm;
        match realm.message(reason, request) {
            Some(message) => {
                let category = &realm.settings.message_category;
                Flash::new(way, category, message).respond_to(request)
            }
            None => way.respond_to(request),
        }
    }
}

/// The way to another page.
#[derive(Responder)]
enum Way {
    #[response(status = 303)]
    Redirect((), Header<'static>),
    Htmx(Box<Body>, Header<'static>),
}

type Body = (Status, (ContentType, String));

/// Makes a plain page in the colours of the browser.
fn page(status: Status, text: &str) -> Body {
    let (code, name) = (status.code, status.reason_lossy());
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{code} {name}</title></head>\
         <body><main><h1>{code}: {name}</h1><p>{text}</p></main></body></html>\n"
    );
    (status, (ContentType::HTML, html))
}

/// Makes an answer in JSON, for programs.
fn program(status: Status, error: &str, text: &str) -> Body {
    let json = format!("{{\"error\":\"{error}\",\"message\":\"{text}\"}}\n");
    (status, (ContentType::JSON, json))
}

/// Returns the audience of the answer. A request with a key always comes from a
/// program.
fn audience_of(refusal: &Refusal, request: &Request<'_>) -> Audience {
    if refusal.is_of_program {
        Audience::Program
    } else {
        audience(request)
    }
}

/// Returns the public address of a page, which leads back to the public address `next`.
fn location(page: &Page, settings: &Settings, base: &str, next: Option<String>) -> String {
    let uri = format!("{base}{}", page.uri);
    let next = next.filter(|next| rule::is_safe(next, base, settings.never_next()));
    match next {
        Some(next) => next::with_field(&uri, &settings.next_name, &next),
        None => uri,
    }
}

/// Returns the requested page, unless it cannot be requested again: a POST cannot.
fn own_page(request: &Request<'_>, base: &str) -> Option<String> {
    is_safe_method(request).then(|| next::encoded(&format!("{base}{}", request.uri())))
}

/// Returns the page that htmx was working on, if it is one of this site.
fn current_page(request: &Request<'_>, settings: &Settings) -> Option<String> {
    let Seen::Once(url) = Seen::only(request.headers().get("HX-Current-URL")) else {
        return None;
    };
    let (origin, page) = split_origin(url)?;
    is_own_origin(request, settings, origin).then(|| next::encoded(page))
}
