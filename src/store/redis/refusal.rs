//! The errors after which another connection, or another attempt, may do better.

use redis::{ErrorKind, RedisError};

/// The codes of a server that is not the primary, or not yet: a replica, one that reads the data of
/// another, and one that is cut off from its replicas. It has carried nothing out.
const DEMOTED: [&str; 4] = ["READONLY", "MASTERDOWN", "LOADING", "NOREPLICAS"];

/// Tells whether another connection may do better: an answer that is late may never come on this
/// one. An address that follows the primary leads to another server after a failover.
pub(super) fn is_of_the_connection(error: &RedisError) -> bool {
    let kind = error.kind();
    matches!(
        kind,
        ErrorKind::Io | ErrorKind::Parse | ErrorKind::AuthenticationFailed
    ) || DEMOTED.contains(&code(error))
}

/// Tells whether the error may be over in a moment. A script is missing after another client has
/// removed all scripts in between.
pub(super) fn is_passing(error: &RedisError) -> bool {
    error.is_io_error() || code(error) == "NOSCRIPT" || DEMOTED.contains(&code(error))
}

/// Returns the code with which a server refuses. Redis 6.2 has it in the text of a script's error:
/// `ERR Error running script (…): @user_script:14: @user_script: 14: -READONLY You can't …`.
fn code(error: &RedisError) -> &str {
    let code = error.code().unwrap_or_default();
    let text = error.detail().filter(|_| code == "ERR");
    let wrapped = text.and_then(|text| text.split_once(": -"));
    wrapped.map_or(code, |(_, refusal)| {
        refusal.split(' ').next().unwrap_or(code)
    })
}

#[cfg(test)]
mod tests {
    use redis::make_extension_error;

    use super::*;

    #[test]
    fn the_code_in_the_text_of_a_script_counts() {
        let said = |code: &str, text: &str| make_extension_error(code.into(), Some(text.into()));
        let script = "Error running script (call to f_0): @user_script:14: @user_script: 14: ";
        for refusal in [
            "READONLY You can't write",
            "NOREPLICAS Not enough",
            "MASTERDOWN Link",
        ] {
            let (plain, text) = refusal.split_once(' ').unwrap();
            for error in [
                said(plain, text),
                said("ERR", &format!("{script}-{refusal}")),
            ] {
                assert!(
                    is_of_the_connection(&error) && is_passing(&error),
                    "{error}"
                );
            }
        }
        for (code, text) in [
            (
                "ERR",
                "Error running script (call to f_0): @user_script:1: WRONGTYPE Operation",
            ),
            ("ERR", &format!("{script}-OOM command not allowed")),
            ("OOM", "command not allowed: -READONLY You can't write"),
            ("ERR", "READONLY"),
        ] {
            let error = said(code, text);
            assert!(
                !is_of_the_connection(&error) && !is_passing(&error),
                "{error}"
            );
        }
    }
}
