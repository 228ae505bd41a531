//! Policies made of others.

use rocket::http::Status;
use rocket::local::blocking::Client;

use super::{client, take_asked};
use crate::browser::Browser;

/// The answer to alice if the three policies say this: yes, no, or that they fail.
fn answer(client: &Client, uri: &str, says: &str) -> (u16, String) {
    let mut alice = Browser::logged_in(client, "id=1");
    for (header, word) in ["X-a", "X-b", "X-c"].into_iter().zip(says.split(' ')) {
        alice = alice.with(header, word);
    }
    take_asked(client);
    let status = alice.get(uri).status;
    (status.code, take_asked(client))
}

#[track_caller]
fn assert_answers(uri: &str, expected: &[(&str, u16, &str)]) {
    let client = client();
    for (says, status, asked) in expected {
        let found = answer(&client, uri, says);
        assert_eq!(found, (*status, asked.to_string()), "{uri}: {says}");
    }
}

#[test]
fn all_of_them_are_asked_until_one_says_no_or_fails() {
    assert_answers(
        "/all",
        &[
            ("yes yes yes", 200, "abc"),
            ("yes yes no", 403, "abc"),
            ("yes no yes", 403, "ab"),
            ("no fail fail", 403, "a"),
            ("yes no fail", 403, "ab"),
            ("fail no no", 503, "a"),
            ("yes fail no", 503, "ab"),
            ("yes yes fail", 503, "abc"),
        ],
    );
}

#[test]
fn any_of_them_are_asked_until_one_says_yes_or_fails() {
    assert_answers(
        "/any",
        &[
            ("no no no", 403, "abc"),
            ("no no yes", 200, "abc"),
            ("no yes fail", 200, "ab"),
            ("yes fail fail", 200, "a"),
            ("fail yes yes", 503, "a"),
            ("no fail yes", 503, "ab"),
            ("no no fail", 503, "abc"),
        ],
    );
}

#[test]
fn not_is_the_other_way_round_and_no_answer_to_a_failure() {
    assert_answers(
        "/not",
        &[("no", 200, "a"), ("yes", 403, "a"), ("fail", 503, "a")],
    );
}

#[test]
fn compositions_are_composed() {
    assert_answers(
        "/nested",
        &[
            ("yes no fail", 200, "ab"),
            ("yes yes yes", 200, "abc"),
            ("no fail yes", 200, "ac"),
            ("no fail no", 403, "ac"),
            ("yes fail yes", 503, "ab"),
            ("no yes fail", 503, "ac"),
        ],
    );
}

#[test]
fn six_are_not_too_many() {
    assert_answers(
        "/all-of-six",
        &[("yes yes", 200, "aaaaab"), ("yes no", 403, "aaaaab")],
    );
    assert_answers(
        "/any-of-six",
        &[("no yes", 200, "aaaaab"), ("no no", 403, "aaaaab")],
    );
}

#[test]
fn a_part_that_panics_is_a_500_of_its_request() {
    let client = client();
    for uri in ["/all", "/any", "/not", "/nested"] {
        let (status, _) = answer(&client, uri, "panic yes yes");
        assert_eq!(status, Status::InternalServerError.code, "{uri}");
    }
}
