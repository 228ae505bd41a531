//! The pages: the values for each template in `templates/`, and its answer.

use std::fmt;
use std::time::Duration;

use askama::Template;
use rocket::Request;
use rocket::http::Status;
use rocket::response::{self, Responder, content::RawHtml};
use rocket_login::{PublicBase, SessionInfo, User};

use super::accounts::Account;
use super::filters;
use super::welcome;

/// A rendered template, or the reason why there is none.
pub(crate) struct Page(askama::Result<String>);

impl Page {
    pub(crate) fn of(template: impl Template) -> Self {
        Self(template.render())
    }
}

impl<'r> Responder<'r, 'static> for Page {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let html = self.0.map_err(|error| {
            rocket::error!("A page could not be rendered: {error}.");
            Status::InternalServerError
        })?;
        RawHtml(below(&PublicBase::of(request), html)).respond_to(request)
    }
}

/// Leads links and forms to where browsers find the site. No text of a user looks like one of
/// them: its quotes are escaped.
fn below(base: &PublicBase, html: String) -> String {
    let base = base.as_str();
    ["href", "action", "src"].iter().fold(html, |html, name| {
        html.replace(&format!("{name}=\"/"), &format!("{name}=\"{base}/"))
    })
}

/// How long it takes until there is another attempt.
#[derive(Clone, Copy)]
pub(crate) struct Wait {
    seconds: u64,
}

impl Wait {
    /// Takes the whole seconds of `LoginError::retry_after`.
    pub(crate) fn of(wait: Duration) -> Self {
        let seconds = wait.as_secs();
        Self { seconds }
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.seconds, self.seconds.div_ceil(60)) {
            (..=1, _) => f.write_str("1 second"),
            (seconds @ ..60, _) => write!(f, "{seconds} seconds"),
            (60, _) => f.write_str("1 minute"),
            (_, minutes) => write!(f, "{minutes} minutes"),
        }
    }
}

#[derive(Template)]
#[template(path = "home.html", config = "examples/demo/askama.toml")]
pub(crate) struct HomePage<'a> {
    pub(crate) name: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "login.html", config = "examples/demo/askama.toml")]
pub(crate) struct LoginPage<'a> {
    username: &'a str,
    next: &'a str,
    refused: bool,
    wait: Option<Wait>,
}

impl<'a> LoginPage<'a> {
    pub(crate) fn empty(next: Option<&'a str>) -> Self {
        let next = next.unwrap_or_default();
        Self {
            username: "",
            next,
            refused: false,
            wait: None,
        }
    }

    pub(crate) fn refused(username: &'a str, next: Option<&'a str>) -> (Status, Page) {
        let page = Self {
            username,
            refused: true,
            ..Self::empty(next)
        };
        (Status::Unauthorized, Page::of(page))
    }

    pub(crate) fn throttled(username: &'a str, next: Option<&'a str>, wait: Wait) -> Page {
        Page::of(Self {
            username,
            wait: Some(wait),
            ..Self::empty(next)
        })
    }
}

#[derive(Template)]
#[template(path = "reauthenticate.html", config = "examples/demo/askama.toml")]
pub(crate) struct ReauthenticatePage<'a> {
    name: &'a str,
    next: &'a str,
    refused: bool,
    wait: Option<Wait>,
}

impl<'a> ReauthenticatePage<'a> {
    pub(crate) fn empty(name: &'a str, next: Option<&'a str>) -> Self {
        let next = next.unwrap_or_default();
        Self {
            name,
            next,
            refused: false,
            wait: None,
        }
    }

    pub(crate) fn refused(name: &'a str, next: Option<&'a str>) -> (Status, Page) {
        let page = Self {
            refused: true,
            ..Self::empty(name, next)
        };
        (Status::Unauthorized, Page::of(page))
    }

    pub(crate) fn throttled(name: &'a str, next: Option<&'a str>, wait: Wait) -> Page {
        Page::of(Self {
            wait: Some(wait),
            ..Self::empty(name, next)
        })
    }
}

#[derive(Template)]
#[template(path = "account.html", config = "examples/demo/askama.toml")]
pub(crate) struct AccountPage<'a> {
    pub(crate) user: &'a User<Account>,
}

#[derive(Template)]
#[template(path = "settings.html", config = "examples/demo/askama.toml")]
pub(crate) struct SettingsPage<'a> {
    name: &'a str,
    refused: bool,
    wait: Option<Wait>,
}

impl<'a> SettingsPage<'a> {
    pub(crate) fn empty(name: &'a str) -> Self {
        Self {
            name,
            refused: false,
            wait: None,
        }
    }

    pub(crate) fn refused(name: &'a str) -> (Status, Page) {
        let page = Self {
            refused: true,
            ..Self::empty(name)
        };
        (Status::UnprocessableEntity, Page::of(page))
    }

    pub(crate) fn throttled(name: &'a str, wait: Wait) -> Page {
        Page::of(Self {
            wait: Some(wait),
            ..Self::empty(name)
        })
    }
}

#[derive(Template)]
#[template(path = "sessions.html", config = "examples/demo/askama.toml")]
pub(crate) struct SessionsPage<'a> {
    sessions: &'a [SessionInfo],
    had_ended: bool,
}

impl<'a> SessionsPage<'a> {
    pub(crate) fn of(sessions: &'a [SessionInfo]) -> Self {
        Self {
            sessions,
            had_ended: false,
        }
    }

    /// The answer to a request for a session that is not among these.
    pub(crate) fn without_that(sessions: &'a [SessionInfo]) -> (Status, Page) {
        let page = Self {
            sessions,
            had_ended: true,
        };
        (Status::NotFound, Page::of(page))
    }
}

#[derive(Template)]
#[template(path = "error.html", config = "examples/demo/askama.toml")]
pub(crate) struct ErrorPage {
    pub(crate) code: u16,
    pub(crate) title: &'static str,
    pub(crate) message: &'static str,
    pub(crate) is_member: bool,
}

impl ErrorPage {
    /// The settings decide whether there are such pages.
    pub(crate) fn without_a_store() -> (Status, Page) {
        let page = Self {
            code: 404,
            title: "There is no list of sessions",
            message: "This site keeps them in cookies alone. A new password ends all but this one.",
            is_member: true,
        };
        (Status::NotFound, Page::of(page))
    }
}

#[derive(Template)]
#[template(path = "reports.html", config = "examples/demo/askama.toml")]
pub(crate) struct ReportsPage;

#[derive(Template)]
#[template(path = "chat.html", config = "examples/demo/askama.toml")]
pub(crate) struct ChatPage;
