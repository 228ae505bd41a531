//! Bad cookies: each counts as absent, and is left where it is.

mod beside;

use rocket::http::{Header, Status};
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket_login::Config;

use crate::app::{self, accounts, advance, client, config, stateless};
use crate::browser::{Answer, Browser, FIREFOX};

const NAMES: [&str; 2] = ["session", "remember_token"];

fn tokens(client: &Client) -> [String; 2] {
    let browser = Browser::logged_in(client, "id=1&remember=true");
    NAMES.map(|name| browser.cookie(name).unwrap())
}

fn raw(client: &Client, header: &str) -> Answer {
    raws(client, &[header])
}

fn raws(client: &Client, headers: &[&str]) -> Answer {
    let mut request = client
        .get("/account")
        .remote("192.0.2.1:1".parse().unwrap());
    request.add_header(Header::new("User-Agent", FIREFOX));
    for header in headers {
        request.add_header(Header::new("Cookie", header.to_string()));
    }
    Answer::read(request.dispatch())
}

/// The cookie lets in no user, and stays in the browser.
#[track_caller]
fn assert_absent(client: &Client, name: &str, value: &str) {
    let answer = raw(client, &format!("{name}={value}"));
    assert_eq!(answer.status, Status::SeeOther, "{name}={value}");
    answer.assert_no_cookies();
}

#[track_caller]
fn assert_counts(client: &Client, name: &str, value: &str) {
    let answer = raw(client, &format!("{name}={value}"));
    assert_eq!(answer.status, Status::Ok, "{name}={value}");
}

#[test]
fn texts_that_are_no_tokens_count_as_absent() {
    let client = client(config());
    let huge = "A".repeat(400_000);
    for name in NAMES {
        for value in [
            "",
            "x",
            "\"\"",
            "a=b",
            "1|abc",
            "%00",
            "%ff",
            "%0d%0aSet-Cookie:%20x=y",
            "é",
            "🦀",
            &huge,
        ] {
            assert_absent(&client, name, value);
        }
    }
}

#[test]
fn a_token_cut_anywhere_counts_as_absent() {
    let client = client(config());
    for (name, token) in NAMES.iter().zip(tokens(&client)) {
        for end in (0..token.len()).step_by(7) {
            assert_absent(&client, name, &token[..end]);
        }
    }
}

#[test]
fn a_token_in_another_spelling_counts_as_absent() {
    let client = client(config());
    for (name, token) in NAMES.iter().zip(tokens(&client)) {
        let encoded = format!("%{:02X}{}", token.as_bytes()[0], &token[1..]);
        for value in [
            encoded,
            format!("\"{token}\""),
            format!(" {token}"),
            format!("{token}="),
            token.to_lowercase(),
            format!("{token}{token}"),
        ] {
            assert_absent(&client, name, &value);
        }
    }
}

#[test]
fn a_token_for_another_purpose_counts_as_absent() {
    let client = client(config());
    let [session, remember] = tokens(&client);
    assert_absent(&client, "session", &remember);
    assert_absent(&client, "remember_token", &session);
}

#[test]
fn a_token_of_an_unknown_key_is_left_to_the_application_that_has_it() {
    let stranger = client(Config::new(
        "login_page",
        "another secret key, which is also long enough",
    ));
    let client = client(config());
    for (name, token) in NAMES.iter().zip(tokens(&stranger)) {
        assert_absent(&client, name, &token);
        assert_counts(&stranger, name, &token);
    }
}

#[test]
fn a_token_that_has_expired_counts_as_absent_until_the_clock_is_right() {
    let client = client(config());
    let [session, remember] = tokens(&client);
    advance(&client, Duration::hours(2));
    assert_absent(&client, "session", &session);
    advance(&client, Duration::seconds(-1));
    assert_counts(&client, "session", &session);
    advance(
        &client,
        Duration::days(365) - Duration::hours(2) + Duration::seconds(1),
    );
    assert_absent(&client, "remember_token", &remember);
    advance(&client, Duration::seconds(-1));
    // A store may have swept the record.
    if !app::tokens_rotate() {
        assert_counts(&client, "remember_token", &remember);
    }
}

#[test]
fn a_token_from_the_future_counts_once_its_time_has_come() {
    let client = client(config());
    let [session, remember] = tokens(&client);
    advance(&client, Duration::minutes(-2));
    assert_absent(&client, "session", &session);
    assert_absent(&client, "remember_token", &remember);
    advance(&client, Duration::minutes(2));
    assert_counts(&client, "session", &session);
    assert_counts(&client, "remember_token", &remember);
}

#[test]
fn a_disguised_name_is_no_name_of_ours() {
    let client = client(config());
    let [session, _] = tokens(&client);
    for name in ["%73ession", "\u{2000}session", "session\u{a0}", "Session"] {
        let answer = raw(&client, &format!("{name}={session}"));
        assert_eq!(answer.status, Status::SeeOther, "{name}");
        answer.assert_no_cookies();
    }
}

#[test]
fn a_previous_key_verifies_and_its_tokens_are_written_anew() {
    let old = client(app::stateless());
    let [session, remember] = tokens(&old);
    let rotated = client(Config {
        previous_secret_keys: vec![app::KEY.into()],
        ..Config {
            secret_key: Some("the new secret key, as long as it has to be".into()),
            ..app::stateless()
        }
    });

    let answer = raw(
        &rotated,
        &format!("session={session}; remember_token={remember}"),
    );
    assert_eq!(answer.status, Status::Ok);
    let both = NAMES.map(|name| answer.cookie(name).unwrap().value().to_string());
    assert_ne!(both, [session.clone(), remember.clone()]);
    let again = raw(
        &rotated,
        &format!("session={}; remember_token={}", both[0], both[1]),
    );
    assert_eq!(again.status, Status::Ok);
    again.assert_no_cookies();
    assert_eq!(
        raw(&old, &format!("session={}", both[0])).status,
        Status::SeeOther
    );

    let restored = raw(&rotated, &format!("remember_token={remember}"));
    assert_eq!(restored.body, "alice fresh=false remembered=true");
    assert!(restored.cookie("remember_token").is_some());
    let answer = raw(&rotated, &format!("remember_token={}", both[1]));
    assert_eq!(answer.status, Status::Ok);
    assert!(answer.cookie("remember_token").is_none());
}

#[test]
fn cookies_of_a_local_client_without_a_header_are_read() {
    let client = client(config());
    let [session, remember] = tokens(&client);
    let request = || {
        client
            .get("/account")
            .remote("192.0.2.1:1".parse().unwrap())
    };
    assert_eq!(
        request().cookie(("session", session)).dispatch().status(),
        Status::Ok
    );
    assert_eq!(
        request()
            .cookie(("remember_token", remember))
            .dispatch()
            .status(),
        Status::Ok
    );
}

#[test]
fn a_change_of_keys_brings_no_token_of_an_older_password_back() {
    let old = client(stateless());
    let [_, token] = tokens(&old);
    accounts(&old).set_password(1, "new");
    let [session, _] = tokens(&old);
    let rotated = client(Config {
        previous_secret_keys: vec![app::KEY.into()],
        ..Config::new("login_page", "the new secret key, as long as it has to be")
    });
    accounts(&rotated).set_password(1, "new");
    let answer = raw(
        &rotated,
        &format!("session={session}; remember_token={token}"),
    );
    assert_eq!(answer.status, Status::Ok);
    assert!(answer.cookie("remember_token").is_none());
    assert_eq!(
        raw(&rotated, &format!("remember_token={token}")).status,
        Status::SeeOther
    );
}
