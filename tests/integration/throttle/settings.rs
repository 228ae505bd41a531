//! The table `[default.login.attempts]`.

use crate::launch::printed::{printed, refused};
use crate::launch::table;

#[test]
fn wrong_limits_are_refused_with_what_to_write() {
    refused(|| {
        [
            ("attempts.per_name", "attempts.per_name = 0"),
            ("attempts.per_name", "attempts.per_name = -1"),
            ("attempts.per_address", "attempts.per_address = 1000001"),
            ("attempts.per_browser", "attempts.per_browser = 2.5"),
            ("attempts.alarm", "attempts.alarm = '100'"),
            ("attempts.alarm", "attempts.alarm = 4294967296"),
            ("attempts.window", "attempts.window = 0"),
            ("attempts.window", "attempts.window = '100 ms'"),
            ("attempts.window", "attempts.window = '25 hours'"),
            ("attempts.window", "attempts.window = 'soon'"),
            ("attempts.per_nmae", "attempts.per_nmae = 1"),
            ("attempts", "attempts = 10"),
        ]
    });
}

#[test]
fn the_launch_says_where_attempts_are_counted() {
    let said = printed(|| {
        for store in ["cookie", "memory"] {
            let lines = format!("session.store = '{store}'\nattempts.window = '1 hour'");
            crate::app::client_of(table(&lines));
        }
    });
    let limits = "attempts to log in: 10 a name, 30 an address, 10 a known browser in 1h, counted";
    assert!(
        said.contains(&format!("{limits} in this process alone")),
        "{said}"
    );
    assert!(said.contains(&format!("{limits} in the store")), "{said}");
}
