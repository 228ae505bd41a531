//! A closed site: everything needs a login, except for what is opened.

mod check;
mod mount;
pub(crate) mod shown;

use std::sync::OnceLock;

use crate::config::Settings;
use crate::fairing::LoginFairing;
use crate::rules::gate::{Gate, Pattern};
use crate::rules::next;
use crate::user::AuthUser;

pub(super) use mount::mount;

/// What code says of a closed site.
#[derive(Debug, Default)]
pub(super) struct InCode {
    closed: Vec<String>,
    pub(super) open: Vec<String>,
    open_below: Vec<String>,
}

impl<U: AuthUser> LoginFairing<U> {
    /// Closes the whole site: every request needs a login, for any path and method.
    ///
    /// This includes file servers, unknown paths, sockets and routes that other fairings
    /// mount. Open for everyone are the pages of `redirect_to`, `refresh_to` and
    /// [`challenge_at`](Self::challenge_at), and what [`open`](Self::open) and
    /// [`open_below`](Self::open_below) name. Requests with one of the `exempt_methods` pass.
    ///
    /// A closed path answers as [`User`](crate::User) would: with a redirect, 401, 403 or 503.
    /// A user who is logged in gets a 404 for an unknown path.
    ///
    /// # Security
    ///
    /// The check covers everything that the router answers. Catchers and response fairings
    /// come after it, so they must not say what strangers may not know.
    ///
    /// The launch fails if the application has a route of rank `isize::MIN`, which would come
    /// before the check.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn closed<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.require_login().open("health").open_below("/static")
    /// # }
    /// ```
    #[doc(alias = "LoginRequiredMiddleware")]
    pub fn require_login(self) -> Self {
        self.require_login_below("/")
    }

    /// Closes a part of the site: all paths at or below `base`, by whole segments. See
    /// [`require_login`](Self::require_login). Several calls close several parts.
    ///
    /// A path with `.`, `..` or an encoded `/`, `\` or NUL is closed everywhere, since a file
    /// server could read it as one below `base`.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn closed<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.require_login_below("/staff")
    /// # }
    /// ```
    pub fn require_login_below(mut self, base: impl Into<String>) -> Self {
        self.gate.closed.push(base.into());
        self
    }

    /// Opens a route of a closed site to everyone, by its name. A path with a `/` opens all
    /// routes with this path, such as `/posts/<id>`.
    ///
    /// # Errors
    ///
    /// The launch fails if no route has the name, or if two have it. It fails as well if
    /// another, closed route could answer for an open path.
    ///
    /// ```rust
    /// # #[macro_use] extern crate rocket;
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// #[get("/health")]
    /// fn health() -> &'static str {
    ///     "fine"
    /// }
    ///
    /// # fn closed<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.require_login().open("health")
    /// # }
    /// ```
    pub fn open(mut self, route: impl Into<String>) -> Self {
        self.gate.open.push(route.into());
        self
    }

    /// Opens all paths at or below `base` of a closed site to everyone, by whole segments.
    ///
    /// # Errors
    ///
    /// The launch fails if no route answers below `base`. It fails as well if a route takes a
    /// segment of `base` for a parameter: `/<page>/edit` has paths below any base.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn closed<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.require_login().open_below("/static")
    /// # }
    /// ```
    pub fn open_below(mut self, base: impl Into<String>) -> Self {
        self.gate.open_below.push(base.into());
        self
    }
}

impl InCode {
    /// Makes the gate, if there is one. Its open routes are found when all routes are known.
    pub(super) fn gate(&self, settings: &Settings) -> Result<Option<Gate>, String> {
        let says_open = !self.open.is_empty() || !self.open_below.is_empty();
        if self.closed.is_empty() && says_open {
            return Err(
                "`.open` and `.open_below` make exceptions from `.require_login()`, \
                        which is missing"
                    .into(),
            );
        }
        let closed = patterns("require_login_below", &self.closed)?;
        let below = patterns("open_below", &self.open_below)?;
        for (open, written) in below.iter().zip(&self.open_below) {
            if closed.iter().any(|base| open.covers(base)) {
                return Err(format!("`.open_below({written:?})` leaves nothing closed"));
            }
            if !closed.iter().any(|base| base.covers(open)) {
                return Err(format!(
                    "`.open_below({written:?})` opens what is not closed"
                ));
            }
        }
        let pages = settings.pages().map(|page| Pattern::exactly(&page.path));
        Ok((!closed.is_empty()).then(|| Gate {
            table: settings.table.clone(),
            exempt: settings.exempt_methods.clone(),
            open: below.into_iter().chain(pages).collect(),
            closed,
            routes: OnceLock::new(),
        }))
    }
}

/// Reads the bases of parts of the site.
fn patterns(key: &str, bases: &[String]) -> Result<Vec<Pattern>, String> {
    let pattern = |base: &String| {
        let is_path = next::is_safe(base, []) && !base.contains(['?', '#']);
        let path = next::decoded_path(base).filter(|_| is_path);
        path.map(|path| Pattern::below(&path)).ok_or_else(|| {
            format!(
                "`.{key}({base:?})` names no path of this site: it begins with exactly one `/` \
                 and has no query"
            )
        })
    };
    bases.iter().map(pattern).collect()
}
