//! What an unauthenticated or stale request is answered with.

mod body;
mod catcher;

use rocket::http::{Header, Status};
use rocket::request::Request;
use rocket::response::{self, Flash, Responder, Response};

use crate::config::Settings;
use crate::error::Reason;
use crate::event::Event;
use crate::request::{Refusal, audience, is_own_origin, is_safe_method};
use crate::rules::audience::Audience;
use crate::rules::cross_site::split_origin;
use crate::rules::next;

use body::{page, program};
pub(crate) use catcher::register;

/// A responder for an application's own catchers of 401 and 403: what this crate's
/// catchers answer with.
///
/// People are sent to the login page, or to the refresh page if their login is
/// merely not fresh, and from there back. Programs get a 401, which says
/// `reauthenticate` if a fresh login is all that is missing. htmx gets a 401
/// with `HX-Redirect`. The login page itself is never redirected.
///
/// Whoever a [`Policy`](crate::Policy) did not permit what they wanted gets a 403: a plain
/// page, or `not_permitted` for programs.
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
    /// The challenge for a request that a guard of this crate has refused with
    /// 401, or because something is not permitted with 403; `None` if the status is a
    /// handler's own.
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
            Reason::NotLoggedIn | Reason::Inactive => settings.login_for(path),
            Reason::NotFresh => settings.refresh_for(path),
            Reason::NotPermitted => return Some(Self::forbidden(refusal, request)),
            _ => return None,
        };

        let answer = match audience_of(&refusal, request) {
            Audience::Program => Answer::Program,
            // A redirect to the very page that was asked for would be a loop.
            _ if own.is_some_and(|own| next::same_path(&own, &page.path)) => Answer::Page,
            Audience::Page => Answer::Redirect(location(&page.uri, settings, own_page(request))),
            Audience::Htmx => {
                let current = current_page(request, settings);
                Answer::Htmx(location(&page.uri, settings, current))
            }
        };
        if !refusal.is_told {
            let reason = refusal.reason;
            refusal.realm.tell(&Event::Challenged { reason }, request);
        }
        Some(Self { refusal, answer })
    }

    /// Another login is no way out: there is nowhere to go.
    fn forbidden(refusal: Refusal, request: &Request<'_>) -> Self {
        let answer = match audience_of(&refusal, request) {
            Audience::Program => Answer::Program,
            Audience::Page | Audience::Htmx => Answer::Page,
        };
        Self { refusal, answer }
    }

    /// Why the guard failed.
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
        match self.answer {
            Answer::Program => return program(status, error, text).respond_to(request),
            Answer::Page => return page(status, text).respond_to(request),
            Answer::Redirect(_) | Answer::Htmx(_) => {}
        }

        let realm = self.refusal.realm.clone();
        match realm.message(reason, request) {
            Some(message) => {
                let category = &realm.settings.message_category;
                Flash::new(Way(self.answer, text), category, message).respond_to(request)
            }
            None => Way(self.answer, text).respond_to(request),
        }
    }
}

/// The way to another page.
struct Way(Answer, &'static str);

impl<'r> Responder<'r, 'static> for Way {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self.0 {
            Answer::Redirect(to) => Response::build()
                .status(Status::SeeOther)
                .header(Header::new("Location", to))
                .ok(),
            Answer::Htmx(to) => {
                Response::build_from(page(Status::Unauthorized, self.1).respond_to(request)?)
                    .header(Header::new("HX-Redirect", to))
                    .ok()
            }
            Answer::Program | Answer::Page => {
                page(Status::Unauthorized, self.1).respond_to(request)
            }
        }
    }
}

/// Whoever has come with a key is a program, whatever else is said.
fn audience_of(refusal: &Refusal, request: &Request<'_>) -> Audience {
    match refusal.is_of_program {
        true => Audience::Program,
        false => audience(request),
    }
}

fn location(uri: &str, settings: &Settings, next: Option<String>) -> String {
    let next = next.filter(|next| next::is_safe(next, settings.never_next()));
    match next {
        Some(next) => next::with_field(uri, &settings.next_name, &next),
        None => uri.into(),
    }
}

/// The page that was asked for. What was posted to cannot be returned to.
fn own_page(request: &Request<'_>) -> Option<String> {
    is_safe_method(request).then(|| request.uri().to_string())
}

/// The page that htmx was working on, if it is one of ours.
fn current_page(request: &Request<'_>, settings: &Settings) -> Option<String> {
    let mut urls = request.headers().get("HX-Current-URL");
    let (url, None) = (urls.next()?, urls.next()) else {
        return None;
    };
    let (origin, page) = split_origin(url)?;
    is_own_origin(request, settings, origin).then(|| page.into())
}
