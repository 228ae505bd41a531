//! The limits of attempts, and when they end.

use rocket::http::Status;
use rocket::time::Duration;
use rocket_login::AttemptsConfig;

use super::{ELSEWHERE, HOME, attempt, client, listening, status, strict};
use crate::app::advance;
use crate::browser::Browser;

const WRONG: &str = "name=alice&password=wrong";
const RIGHT: &str = "name=alice&password=right";

#[test]
fn the_defaults_are_ten_a_name_and_thirty_an_address() {
    let client = client(AttemptsConfig::default());
    for _ in 0..10 {
        assert_eq!(status(&client, HOME, WRONG), 401);
    }
    assert_eq!(status(&client, HOME, WRONG), 429);
    assert_eq!(status(&client, ELSEWHERE, RIGHT), 429);
    // Eleven came from this address so far.
    for number in 0..19 {
        let form = format!("name=user{number}&password=wrong");
        assert_eq!(status(&client, HOME, &form), 401);
    }
    assert_eq!(status(&client, HOME, "name=bob&password=right"), 429);
    assert_eq!(status(&client, ELSEWHERE, "name=bob&password=right"), 200);
}

#[test]
fn a_name_without_attempts_is_refused_everywhere_also_with_the_right_password() {
    let client = client(strict());
    for _ in 0..3 {
        assert_eq!(status(&client, HOME, WRONG), 401);
    }
    for remote in [HOME, ELSEWHERE] {
        assert_eq!(status(&client, remote, RIGHT), 429);
    }
    assert_eq!(status(&client, HOME, "name=bob&password=right"), 200);
}

#[test]
fn an_address_without_attempts_takes_none_from_a_name() {
    let client = client(strict());
    for name in ["a", "b", "c", "d", "e"] {
        let form = format!("name={name}&password=wrong");
        assert_eq!(status(&client, HOME, &form), 401);
    }
    for _ in 0..10 {
        assert_eq!(status(&client, HOME, WRONG), 429);
    }
    assert_eq!(status(&client, ELSEWHERE, WRONG), 401);
    assert_eq!(status(&client, ELSEWHERE, RIGHT), 200);
}

#[test]
fn the_right_password_gives_an_attempt_back() {
    let client = client(strict());
    for _ in 0..20 {
        assert_eq!(status(&client, HOME, RIGHT), 200);
    }
    assert_eq!(status(&client, HOME, WRONG), 401);
    assert_eq!(status(&client, HOME, WRONG), 401);
    for _ in 0..20 {
        assert_eq!(status(&client, HOME, RIGHT), 200);
    }
    assert_eq!(status(&client, HOME, WRONG), 401);
    assert_eq!(status(&client, HOME, RIGHT), 429);
}

#[test]
fn after_the_time_that_it_names_the_attempts_are_back() {
    let client = client(strict());
    for _ in 0..3 {
        attempt(&client, HOME, WRONG);
    }
    let answer = attempt(&client, HOME, RIGHT);
    let wait: i64 = answer.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    advance(&client, Duration::seconds(wait - 1));
    assert_eq!(status(&client, HOME, RIGHT), 429);
    advance(&client, Duration::seconds(1));
    for _ in 0..3 {
        assert_eq!(status(&client, ELSEWHERE, WRONG), 401);
    }
    assert_eq!(status(&client, ELSEWHERE, RIGHT), 429);
}

#[test]
fn a_clock_that_is_set_back_locks_no_user_out() {
    let client = client(strict());
    for _ in 0..3 {
        attempt(&client, HOME, WRONG);
    }
    advance(&client, Duration::hours(-1));
    for _ in 0..3 {
        assert_eq!(status(&client, HOME, WRONG), 401);
    }
    assert_eq!(status(&client, ELSEWHERE, WRONG), 429);
    advance(&client, Duration::minutes(15));
    assert_eq!(status(&client, HOME, RIGHT), 200);
}

#[test]
fn an_attempt_that_is_held_open_is_counted_until_it_is_over() {
    let client = client(AttemptsConfig {
        per_name: 1,
        ..strict()
    });
    let answer = Browser::new(&client).post("/held/alice", "");
    assert_eq!(answer.body, "Some(TooManyAttempts) None");
}

#[test]
fn an_ipv6_network_is_one_address() {
    let client = client(strict());
    for remote in [
        "[2001:db8:1:2::1]:1",
        "[2001:db8:1:2::2]:1",
        "[2001:db8:1:2:ffff::3]:1",
        "[2001:db8:1:2:ffff:ffff:ffff:ffff]:1",
        "[2001:db8:1:2::]:1",
    ] {
        let form = format!("name={}&password=wrong", remote.len());
        assert_eq!(status(&client, remote, &form), 401);
    }
    assert_eq!(status(&client, "[2001:db8:1:2::9]:1", RIGHT), 429);
    assert_eq!(status(&client, "[2001:db8:1:3::9]:1", RIGHT), 200);
    assert_eq!(status(&client, "[::ffff:192.0.2.1]:1", RIGHT), 200);
}

#[test]
fn a_header_of_a_stranger_is_no_address() {
    let client = client(strict());
    for number in 0..6 {
        let from = format!("203.0.113.{number}");
        let mut browser = Browser::new(&client).with("X-Forwarded-For", from);
        let form = format!("name=user{number}&password=wrong");
        let expected = if number < 5 { 401 } else { 429 };
        assert_eq!(browser.post("/try", &form).status.code, expected);
    }
}

#[test]
fn without_an_address_the_name_has_its_limit() {
    let client = client(strict());
    let send = |form: &str| {
        let request = client.post("/try").header(rocket::http::ContentType::Form);
        request.body(form).dispatch().status().code
    };
    for number in 0..10 {
        assert_eq!(send(&format!("name=user{number}&password=wrong")), 401);
    }
    for _ in 0..3 {
        assert_eq!(send(WRONG), 401);
    }
    assert_eq!(send(RIGHT), 429);
}

#[test]
fn a_page_of_another_site_uses_no_attempts_up() {
    let client = client(strict());
    for _ in 0..10 {
        let mut browser = Browser::new(&client).with("Origin", "https://evil.example");
        assert_eq!(browser.post("/try", WRONG).status, Status::Forbidden);
    }
    assert_eq!(status(&client, HOME, RIGHT), 200);
}

#[test]
fn a_reauthentication_has_the_attempts_of_the_name() {
    let client = client(strict());
    // From then on it has attempts of its own.
    let mut known = Browser::logged_in(&client, "id=1");
    for _ in 0..5 {
        assert_eq!(known.post("/again/right", "").status, Status::Ok);
    }
    let mut browser = Browser::logged_in(&client, "id=1");
    for _ in 0..3 {
        let answer = browser.post("/again/wrong", "");
        assert_eq!(answer.status, Status::Unauthorized);
    }
    let answer = browser.post("/again/right", "");
    assert_eq!(answer.status, Status::TooManyRequests);
    assert!(answer.header("Retry-After").is_some());
    assert_eq!(status(&client, ELSEWHERE, RIGHT), 429);
}

#[test]
fn a_failed_attempt_is_told_once_and_a_right_one_never() {
    let (client, heard) = listening(strict());
    let mut browser = Browser::logged_in(&client, "id=1");
    heard.lock().unwrap().clear();
    attempt(&client, HOME, WRONG);
    browser.post("/again/wrong", "");
    assert_eq!(
        *heard.lock().unwrap(),
        ["login: refused by the application"; 2]
    );
    heard.lock().unwrap().clear();
    attempt(&client, HOME, RIGHT);
    browser.post("/again/right", "");
    let heard = heard.lock().unwrap().join(", ");
    assert_eq!(heard, "login: user 1 logged in, login: user 1 confirmed");
}

#[test]
fn a_handler_that_panics_has_used_an_attempt() {
    let client = client(strict());
    for _ in 0..3 {
        let answer = Browser::new(&client).post("/panics/alice", "");
        assert_eq!(answer.status, Status::InternalServerError);
    }
    assert_eq!(status(&client, HOME, RIGHT), 429);
}

#[test]
fn many_failed_and_refused_attempts_ring_once_a_minute() {
    let (client, heard) = listening(AttemptsConfig {
        per_address: 1000,
        alarm: 5,
        ..strict()
    });
    let rung = || {
        let mut heard = heard.lock().unwrap();
        heard.retain(|event| event.contains("within a minute"));
        std::mem::take(&mut *heard)
    };
    let guess = |times| (0..times).for_each(|_| drop(attempt(&client, HOME, WRONG)));
    advance(&client, Duration::ZERO);
    guess(4);
    assert!(rung().is_empty());
    guess(20);
    assert_eq!(rung(), ["login: 5 attempts have failed within a minute"]);
    advance(&client, Duration::minutes(1));
    for _ in 0..20 {
        assert_eq!(status(&client, HOME, "name=bob&password=right"), 200);
    }
    assert!(rung().is_empty());
    guess(20);
    assert_eq!(rung().len(), 1);
}

#[test]
fn a_refused_attempt_is_told_as_one_that_was_throttled() {
    let (client, heard) = listening(strict());
    for _ in 0..4 {
        attempt(&client, HOME, WRONG);
    }
    let heard = heard.lock().unwrap();
    assert_eq!(heard[..3], ["login: refused by the application"; 3]);
    assert_eq!(heard[3..], ["login: refused, after too many attempts"]);
}
