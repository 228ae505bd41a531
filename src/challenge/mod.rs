//! The challenge: a redirect to the login page, or a status, for a refused request.

mod answer;
mod catcher;

use rocket::http::Header;
use rocket::request::Request;
use rocket::response::{self, Responder};

use crate::config::{Page, Settings};
use crate::error::Reason;
use crate::event::Event;
use crate::guard::links::location;
use crate::request::{
    Refusal, audience, is_own_origin, is_safe_method, leave_message, public_base,
};
use crate::rules::audience::Audience;
use crate::rules::origin::split_origin;
use crate::rules::{Seen, next};

use answer::{Body, body, leading, page, words};

pub(crate) use answer::{name_scheme, name_wait};
pub(crate) use catcher::register;

/// A responder for an application's own catchers of 401, 403 and 429. This crate's catchers
/// answer with it.
///
/// A page redirects to the login page, or to the refresh page if the login is merely not
/// fresh. After the login the browser returns. Programs get a 401, which says
/// `reauthenticate` if the login is not fresh. htmx gets a 401 with `HX-Redirect`. A frame of
/// Turbo gets a 401 that leads the whole page to the login page. The login page itself is
/// never redirected. The chapter on [programs](crate::guide::programs) says who is a program.
///
/// If a [`Policy`](crate::Policy) has said no, the answer is a 403: a plain page, or
/// `not_permitted` for programs. A page of another site gets a 403, too, with
/// `cross_origin`. After too many attempts to log in it is a 429, with `too_many_attempts`.
///
/// Every 401 of a guard gets a `WWW-Authenticate` of the scheme `RocketLogin`, unless it has
/// one. No browser asks for a password then.
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
    audience: Audience,
    /// The page to go to, if there is another one than the requested one.
    to: Option<String>,
    /// Whether programs are redirected as well (`true`), or no request is. `None`: people alone.
    redirects: Option<bool>,
}

impl Challenge {
    /// Returns the challenge for a request that a guard or `Auth` of this crate has refused
    /// with 401, 403 or 429. `None` if the status is a handler's own.
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
            Reason::NotPermitted | Reason::CrossOrigin | Reason::TooManyAttempts => None,
            _ => return None,
        };
        if page.is_some() && !refusal.is_told {
            let reason = refusal.reason;
            refusal.realm.tell(&Event::Challenged { reason }, request);
        }
        let redirects = settings.redirects_for(path);
        let is_itself = |page: &Page| own.is_some_and(|own| next::same_path(&own, &page.path));
        let is_loop = page.is_some_and(is_itself);
        // A form that is sent there may be refused for reasons of its handler.
        if let Some(page) = page.filter(|_| is_loop && is_safe_method(request)) {
            refusal.realm.tell_of_guarded_page(page);
        }
        let to = page.filter(|_| !is_loop).map(|page| page.uri.clone());
        Some(Self {
            audience: audience(request),
            refusal,
            to,
            redirects,
        })
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

    /// Returns whether a program or a script reads the answer, and no person: for catchers
    /// that have a page of their own.
    ///
    /// ```rust
    /// # use rocket::{Either, Request, catch};
    /// # use rocket_login::Challenge;
    /// #[catch(403)]
    /// fn forbidden(request: &Request<'_>) -> Either<Challenge, &'static str> {
    ///     match Challenge::of(request) {
    ///         Some(challenge) if challenge.is_for_program() => Either::Left(challenge),
    ///         _ => Either::Right("This is not for you."),
    ///     }
    /// }
    /// ```
    pub fn is_for_program(&self) -> bool {
        self.audience().is_program()
    }

    /// Redirects programs as well as people to the login page.
    ///
    /// The handshake of a socket, htmx and a frame of Turbo cannot follow a redirect, and get
    /// what they can follow. A program whose key was good gets its status: a login page is of
    /// no use to it.
    ///
    /// ```rust
    /// # use rocket::{Request, catch};
    /// # use rocket_login::Challenge;
    /// #[catch(401)]
    /// fn unauthorized(request: &Request<'_>) -> Result<Challenge, &'static str> {
    ///     let challenge = Challenge::of(request).ok_or("wrong password")?;
    ///     Ok(challenge.always_redirect())
    /// }
    /// ```
    pub fn always_redirect(mut self) -> Self {
        self.redirects = Some(true);
        self
    }

    /// Answers with the status, for people as well as programs: a proxy that asks whether a
    /// request may pass needs it, such as nginx with `auth_request`.
    ///
    /// ```rust
    /// # use rocket::{Request, catch};
    /// # use rocket_login::Challenge;
    /// #[catch(401)]
    /// fn unauthorized(request: &Request<'_>) -> Result<Challenge, &'static str> {
    ///     let challenge = Challenge::of(request).ok_or("wrong password")?;
    ///     Ok(challenge.never_redirect())
    /// }
    /// ```
    pub fn never_redirect(mut self) -> Self {
        self.redirects = Some(false);
        self
    }

    /// Returns the audience of the answer. A request with a key always comes from a program.
    fn audience(&self) -> Audience {
        match self.audience {
            _ if self.refusal.is_of_program => Audience::Program,
            Audience::Program if self.redirects == Some(true) && self.to.is_some() => {
                Audience::Page
            }
            audience => audience,
        }
    }
}

impl<'r> Responder<'r, 'static> for Challenge {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let audience = self.audience();
        let Refusal { realm, reason, .. } = self.refusal;
        let status = reason.status();
        let (error, text) = words(reason);
        let to = self.to.filter(|_| self.redirects != Some(false));
        let Some(to) = to.filter(|_| !audience.is_program()) else {
            return body(audience, status, error, text).respond_to(request);
        };

        let settings = &realm.settings;
        let base = public_base(request, settings);
        let next = match audience {
            Audience::Htmx => current_page(request, settings, "HX-Current-URL"),
            Audience::Frame => current_page(request, settings, "Referer"),
            // What was posted to cannot be requested again.
            _ => is_safe_method(request).then(|| format!("{base}{}", request.uri())),
        };
        let to = location(&to, settings, base, next);
        let way = match audience {
            Audience::Htmx => Way::Htmx(page(status, "", text), Header::new("HX-Redirect", to)),
            Audience::Frame => Way::Frame(page(status, &leading(&to), text)),
            _ => Way::Redirect((), Header::new("Location", to)),
        };
        leave_message(&realm, reason, request);
        way.respond_to(request)
    }
}

/// The way to another page.
#[derive(Responder)]
enum Way {
    #[response(status = 303)]
    Redirect((), Header<'static>),
    Htmx(Body, Header<'static>),
    Frame(Body),
}

/// Returns the page around the requested part, if it is one of this site.
fn current_page(request: &Request<'_>, settings: &Settings, header: &str) -> Option<String> {
    let Seen::Once(url) = Seen::only(request.headers().get(header)) else {
        return None;
    };
    let (origin, page) = split_origin(url)?;
    is_own_origin(request, settings, origin).then(|| page.into())
}
