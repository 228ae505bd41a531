//! What happens to logins, for the log and for the application.

mod cause;
mod name;
mod user_id;

use std::fmt;

use crate::error::Reason;
use crate::rules::protection::ProtectionLevel;

pub use cause::{Effect, Refused, TokenKind};
pub use name::ClaimedName;
pub use user_id::UserId;

/// How many characters of an origin are logged: whoever sends it chooses it.
const SHOWN: usize = 100;

/// With where to look if a page of one's own is refused.
const FOREIGN: &str = "login: a page of another site refused, which is neither `origin` nor one of \
                       `allowed_origins`:";

/// Something that happened to a login.
///
/// The hook for them is
/// [`LoginFairing::on_event()`](crate::LoginFairing::on_event). They are also
/// logged, by `Display`: with the user's id, escaped, and without secrets.
///
/// # Example
///
/// ```rust
/// use rocket_login::Event;
///
/// fn count_logins(event: &Event, logins: &mut usize) {
///     if let Event::LoggedIn { .. } = event {
///         *logins += 1;
///     }
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A user was logged in.
    #[non_exhaustive]
    LoggedIn {
        /// Who.
        user: UserId,
        /// Whether the browser got a remember token.
        remember: bool,
        /// Whether the login counts as fresh.
        fresh: bool,
        /// Whether the user is not active and the login was forced.
        forced: bool,
    },
    /// A login was refused because the user is not active; or a program that came with
    /// the key of such a user.
    #[non_exhaustive]
    LoginRefused {
        /// Who.
        user: UserId,
    },
    /// The application refused a login, and
    /// [`Auth::login_failed`](crate::Auth::login_failed) was called.
    #[non_exhaustive]
    LoginFailed {
        /// The name that was claimed. It is not logged.
        name: ClaimedName,
    },
    /// Somebody logged out.
    #[non_exhaustive]
    LoggedOut {
        /// Who, if a signed cookie said so.
        user: Option<UserId>,
    },
    /// A request loader has found a user, by a key or whatever it goes by: once per
    /// request.
    #[non_exhaustive]
    FoundByKey {
        /// Whom.
        user: UserId,
    },
    /// A remember token brought a session back.
    #[non_exhaustive]
    Restored {
        /// Whose.
        user: UserId,
    },
    /// A remember token was used again that another one had superseded long ago: two clients
    /// have it, and one of them has stolen it. It restored nothing. Under the protection
    /// level `strong` its session has ended. It takes a store to notice. Told once per
    /// token and process.
    #[non_exhaustive]
    TokenReused {
        /// Whose.
        user: UserId,
    },
    /// A session turned up with another identifier.
    #[non_exhaustive]
    Protected {
        /// Whose.
        user: UserId,
        /// The level in force.
        level: ProtectionLevel,
        /// What was done.
        effect: Effect,
    },
    /// A login was made fresh again.
    #[non_exhaustive]
    Confirmed {
        /// Whose.
        user: UserId,
    },
    /// A login was kept through a change of the auth hash.
    #[non_exhaustive]
    Renewed {
        /// Whose.
        user: UserId,
    },
    /// Somebody was asked to log in.
    #[non_exhaustive]
    Challenged {
        /// Why.
        reason: Reason,
    },
    /// Somebody was logged in, and a policy did not permit what they wanted.
    #[non_exhaustive]
    NotPermitted {
        /// Who.
        user: UserId,
        /// The policy that was asked: its type, for people to read.
        policy: &'static str,
    },
    /// A page of another site was refused.
    #[non_exhaustive]
    CrossOrigin {
        /// What it said about where it comes from.
        origin: Option<String>,
    },
    /// A session or remember token was sent that does not count, and a guard has asked who
    /// is logged in. The cookie is left where it is. Told once per token and process; once per
    /// session where the user is the reason.
    #[non_exhaustive]
    TokenRefused {
        /// Which.
        token: TokenKind,
        /// Why.
        why: Refused,
    },
}

impl Event {
    /// Writes the event to the log, in Rocket's style.
    pub(crate) fn log(&self) {
        match self {
            Self::LoginRefused { .. }
            | Self::LoginFailed { .. }
            | Self::TokenReused { .. }
            | Self::Protected { .. }
            | Self::NotPermitted { .. }
            | Self::CrossOrigin { .. } => rocket::warn_!("{self}"),
            Self::TokenRefused { why, .. } if why.is_suspicious() => rocket::warn_!("{self}"),
            _ => rocket::info_!("{self}"),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = |yes: bool, words: &'static str| if yes { words } else { "" };
        match self {
            Self::LoggedIn {
                user,
                remember,
                fresh,
                forced,
            } => write!(
                f,
                "login: {user} logged in{}{}{}",
                with(*remember, ", to be remembered"),
                with(!*fresh, ", not fresh"),
                with(*forced, ", forced")
            ),
            Self::LoginRefused { user } => write!(f, "login: {user} is not active, and refused"),
            Self::LoginFailed { .. } => f.write_str("login: refused by the application"),
            Self::LoggedOut { user: Some(user) } => write!(f, "login: {user} logged out"),
            Self::LoggedOut { user: None } => f.write_str("login: somebody logged out"),
            Self::FoundByKey { user } => write!(f, "login: {user} found by a key"),
            Self::Restored { user } => write!(f, "login: {user} restored by a remember token"),
            Self::TokenReused { user } => write!(
                f,
                "login: a remember token of {user} was used again after its successor: \
                 one of two clients has stolen it"
            ),
            Self::Protected {
                user,
                level,
                effect,
            } => write!(
                f,
                "login: {user} has another identifier, {level:?}: {effect}"
            ),
            Self::Confirmed { user } => write!(f, "login: {user} confirmed"),
            Self::Renewed { user } => write!(f, "login: {user} renewed"),
            Self::Challenged { reason } => write!(f, "login: challenged, {reason}"),
            Self::NotPermitted { user, policy } => {
                write!(f, "login: {user} not permitted, by {policy}")
            }
            Self::CrossOrigin { origin: None } => write!(f, "{FOREIGN} none"),
            Self::CrossOrigin {
                origin: Some(origin),
            } => {
                let shown: String = origin.chars().take(SHOWN).collect();
                write!(f, "{FOREIGN} {shown:?}")
            }
            Self::TokenRefused { token, why } => write!(f, "login: {token} refused, {why}"),
        }
    }
}
