//! The table `[default.login.attempts]`.

use rocket::error::ErrorKind;
use rocket::local::blocking::Client;
use rocket_login::{AttemptsConfig, LoginManager};

use super::{rocket, with};
use crate::app::{self, Account};
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
fn limits_are_read_from_the_table_and_from_code() {
    let lines = "attempts.per_name = 1\nattempts.per_address = 1000000\nattempts.per_browser = 2\n\
                 attempts.alarm = 3\nattempts.window = 86400";
    let shown = |rocket| {
        let client = crate::app::client_of(rocket);
        let manager = client.rocket().state::<LoginManager<Account>>();
        format!("{:?}", manager.unwrap())
    };
    let expected = "AttemptsConfig { per_name: 1, per_address: 1000000, per_browser: 2, \
                    window: 86400s, alarm: 3 }";
    assert!(shown(table(lines)).contains(expected));
    assert!(shown(table("ATTEMPTS = { WINDOW = '1 s' }")).contains("window: 1s"));
    let code = with(AttemptsConfig {
        per_name: 0,
        ..AttemptsConfig::default()
    });
    let fairing = LoginManager::fairing(app::load).config(code);
    let refused = Client::untracked(rocket(fairing)).map(drop).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::FailedFairings(_)));
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
