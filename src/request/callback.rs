//! What the application answers when it is asked.

use std::fmt::Display;

use crate::error::{BoxError, LoginError, Reason};

/// What a loader or a policy has answered, if it has; otherwise a line in the log.
pub(crate) fn answered<T>(
    who: impl Display,
    answer: Option<Result<T, BoxError>>,
) -> Result<T, Reason> {
    let why = match answer {
        Some(Ok(answer)) => return Ok(answer),
        Some(Err(error)) => error.to_string(),
        None => "It did not answer within `loader_timeout`, and was given up.".into(),
    };
    rocket::error!("{who} failed: the request gets a 503.");
    rocket::error_!("{}", why.escape_debug());
    Err(Reason::Unavailable)
}

/// Tells the log why a request is answered with 503.
pub(super) fn unavailable(error: LoginError) -> Reason {
    rocket::error!("A session could not be read or written: {error}.");
    if let Some(source) = std::error::Error::source(&error) {
        rocket::error_!("{}", source.to_string().escape_debug());
    }
    Reason::Unavailable
}
