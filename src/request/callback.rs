//! What the application answers when it is asked.

use std::fmt::Display;

use crate::error::{BoxError, Reason};

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
