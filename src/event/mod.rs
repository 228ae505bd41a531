//! Events of logins, for the log and for the application.

mod details;

use std::fmt;

use crate::error::Reason;
use crate::rules::protection::ProtectionLevel;

pub use crate::token::TokenKind;
pub use details::{ClaimedName, Effect, Refused, UserId};

/// The settings to change if it was a page of this application.
const SETTINGS: &str = " (the setting `origin`) or one of `allowed_origins`";
/// Browsers keep no secure cookie for such a page, so a login there would be lost at once.
const WITHOUT_TLS: &str = "; a page without TLS needs `cookie_secure = false`";

/// How many characters of a text of the client are logged.
const SHOWN: usize = 100;

const REUSED: &str = "was used again after its successor: one of two clients has stolen it";

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
        /// The user.
        user: UserId,
        /// Whether the browser got a remember token.
        remember: bool,
        /// Whether the login counts as fresh.
        fresh: bool,
        /// Whether the user is not active and the login was forced.
        forced: bool,
    },
    /// A login was refused because the user is not active. Or a request loader found such a user.
    #[non_exhaustive]
    LoginRefused {
        /// The user.
        user: UserId,
    },
    /// The application refused a login, and
    /// [`Auth::login_failed`](crate::Auth::login_failed) was called. Or an `Attempt` has failed, or
    /// was refused.
    #[non_exhaustive]
    LoginFailed {
        /// The name that was claimed. It is not logged.
        name: ClaimedName,
        /// Whether there were too many attempts. Then the password was not looked at.
        throttled: bool,
    },
    /// In this process as many attempts to log in have failed within a minute as the setting
    /// `attempts.alarm` says: passwords are being guessed. Told once a minute at most.
    #[non_exhaustive]
    ManyAttempts {
        /// How many have failed so far in this minute.
        failed: u32,
    },
    /// A user logged out.
    #[non_exhaustive]
    LoggedOut {
        /// The user, if a signed cookie named one.
        user: Option<UserId>,
    },
    /// A request loader has found a user, by a key for example. Told once per request.
    #[non_exhaustive]
    FoundByKey {
        /// The user.
        user: UserId,
    },
    /// A remember token restored a session.
    #[non_exhaustive]
    Restored {
        /// The user.
        user: UserId,
    },
    /// A remember token was used again that another one had superseded long ago. Two clients
    /// have it, so one of them has stolen it. The token restored nothing. Under the protection
    /// level `strong` its session has ended. Only a login manager with a store notices this.
    /// Told once per token and process.
    #[non_exhaustive]
    TokenReused {
        /// The user.
        user: UserId,
    },
    /// A session was used with another identifier.
    #[non_exhaustive]
    Protected {
        /// The user.
        user: UserId,
        /// The level in force.
        level: ProtectionLevel,
        /// The effect on the session.
        effect: Effect,
    },
    /// A session was used with another identifier, and this had no effect: it was not fresh, or the
    /// level is `off`. Told once per session, identifier and process.
    #[non_exhaustive]
    UsedElsewhere {
        /// The user.
        user: UserId,
    },
    /// A login was made fresh again.
    #[non_exhaustive]
    Confirmed {
        /// The user.
        user: UserId,
    },
    /// A login was kept when the auth hash changed.
    #[non_exhaustive]
    Renewed {
        /// The user.
        user: UserId,
    },
    /// A client was asked to log in.
    #[non_exhaustive]
    Challenged {
        /// The reason.
        reason: Reason,
    },
    /// A policy did not permit a request of a user.
    #[non_exhaustive]
    NotPermitted {
        /// The user.
        user: UserId,
        /// The name of the policy's type, for people to read.
        policy: &'static str,
    },
    /// A page of another site was refused.
    #[non_exhaustive]
    CrossOrigin {
        /// The origin of the page, if the request named one. Two are separated by a comma.
        origin: Option<String>,
        /// The origins of this site, by its settings or by the request. None if the request
        /// has no host.
        expected: Vec<String>,
    },
    /// A session or remember token was refused when a guard asked for the user. The cookie is left
    /// in the browser. Told once per token and process, or once per session where the user is the
    /// reason.
    #[non_exhaustive]
    TokenRefused {
        /// The kind of token.
        token: TokenKind,
        /// The reason.
        why: Refused,
    },
}

impl Event {
    /// Writes the event to the log, in Rocket's style.
    pub(crate) fn log(&self) {
        match self {
            Self::LoginRefused { .. }
            | Self::LoginFailed { .. }
            | Self::ManyAttempts { .. }
            | Self::TokenReused { .. }
            | Self::Protected { .. }
            | Self::NotPermitted { .. }
            | Self::CrossOrigin { .. }
            | Self::TokenRefused {
                why: Refused::Forged | Refused::Ambiguous,
                ..
            } => rocket::warn_!("{self}"),
            _ => rocket::info_!("{self}"),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("login: ")?;
        match self {
            Self::LoggedIn {
                user,
                remember,
                fresh,
                forced,
            } => {
                let note = |is_so: bool, note: &'static str| if is_so { note } else { "" };
                let remember = note(*remember, ", to be remembered");
                let stale = note(!*fresh, ", not fresh");
                let forced = note(*forced, ", forced");
                write!(f, "{user} logged in{remember}{stale}{forced}")
            }
            Self::LoginRefused { user } => write!(f, "{user} is not active, and refused"),
            Self::LoginFailed { throttled, .. } => f.write_str(if *throttled {
                "refused, after too many attempts"
            } else {
                "refused by the application"
            }),
            Self::LoggedOut { user: Some(user) } => write!(f, "{user} logged out"),
            Self::LoggedOut { user: None } => f.write_str("an unknown user logged out"),
            Self::ManyAttempts { failed } => {
                write!(f, "{failed} attempts have failed within a minute")
            }
            Self::FoundByKey { user } => write!(f, "{user} found by a key"),
            Self::Restored { user } => write!(f, "{user} restored by a remember token"),
            Self::TokenReused { user } => write!(f, "a remember token of {user} {REUSED}"),
            Self::Protected {
                user,
                level,
                effect,
            } => write!(f, "{user} has another identifier, {level:?}: {effect}"),
            Self::UsedElsewhere { user } => write!(f, "{user} is used with another identifier"),
            Self::Confirmed { user } => write!(f, "{user} confirmed"),
            Self::Renewed { user } => write!(f, "{user} renewed"),
            Self::Challenged { reason } => write!(f, "challenged, {reason}"),
            Self::NotPermitted { user, policy } => write!(f, "{user} not permitted, by {policy}"),
            Self::CrossOrigin { origin, expected } => {
                let sent = origin.as_deref().map_or("none".into(), quoted);
                let own: Vec<_> = expected.iter().map(|own| quoted(own)).collect();
                let own = if own.is_empty() {
                    "one of the host, but `Host` names none".into()
                } else {
                    own.join(" or ")
                };
                let sent_plainly = origin.as_deref().and_then(|it| it.strip_prefix("http://"));
                let is_own = |host: &str| expected.contains(&format!("https://{host}"));
                let advice = if sent_plainly.is_some_and(is_own) {
                    WITHOUT_TLS
                } else {
                    ""
                };
                write!(
                    f,
                    "a page of another site refused: origin {sent}, expected {own}{SETTINGS}{advice}"
                )
            }
            Self::TokenRefused { token, why } => write!(f, "{token} refused, {why}"),
        }
    }
}

/// Quotes a text of the client, which may be long.
pub(crate) fn quoted(text: &str) -> String {
    format!("{:?}", text.chars().take(SHOWN).collect::<String>())
}
