//! Several cookies of one name, and good ones beside bad ones.

use rocket::http::Status;

use super::{NAMES, assert_counts, raw, raws, tokens};
use crate::app::{client, config};
use crate::browser::Browser;

#[test]
fn a_cookie_that_is_there_twice_counts_once() {
    let client = client(config());
    for (name, token) in NAMES.iter().zip(tokens(&client)) {
        for header in [
            format!("{name}={token}; {name}={token}"),
            format!("{name}={token}; {name}=x"),
            format!("{name}=x; {name}={token}"),
            format!(
                "{name}={token}; %{:02x}{}={token}",
                name.as_bytes()[0],
                &name[1..]
            ),
            format!("{name}={token}; \u{2000}{name}={token}"),
            format!("{name}={token}; {name}"),
        ] {
            let answer = raw(&client, &header);
            assert!(answer.body.starts_with("alice "), "{header}: {answer:?}");
            assert!(NAMES.iter().all(|name| !answer.removes(name)), "{header}");
        }
        let header = format!("{name}={token}");
        for other in [&header, "other=1"] {
            let answer = raws(&client, &[&header, other]);
            assert_eq!(answer.status, Status::Ok, "{name}: {other}");
        }
    }
}

#[test]
fn a_cookie_of_two_users_logs_in_neither_and_takes_none_from_them() {
    let client = client(config());
    let bob = Browser::logged_in(&client, "id=2&remember=true");
    for (name, token) in NAMES.iter().zip(tokens(&client)) {
        let bobs = bob.cookie(name).unwrap();
        let [first, last] = [format!("{name}={token}"), format!("{name}={bobs}")];
        for headers in [[&first, &last], [&last, &first]] {
            for answer in [
                raws(&client, &headers.map(String::as_str)),
                raw(&client, &format!("{}; {}", headers[0], headers[1])),
            ] {
                assert_eq!(answer.status, Status::SeeOther, "{name}");
                answer.assert_no_cookies();
            }
        }
        assert_counts(&client, name, &token);
        assert_counts(&client, name, &bobs);
    }
}

#[test]
fn a_good_cookie_counts_beside_a_bad_one() {
    let client = client(config());
    let [_, remember] = tokens(&client);
    let answer = raw(&client, &format!("session=bad; remember_token={remember}"));
    assert_eq!(answer.body, "alice fresh=false remembered=true");
    assert!(!answer.removes("session"));

    let [session, _] = tokens(&client);
    let answer = raw(&client, &format!("session={session}; remember_token=bad"));
    assert_eq!(answer.body, "alice fresh=true remembered=false");
}

#[test]
fn swapped_cookies_of_two_users_make_no_third() {
    let client = client(config());
    let alice = Browser::logged_in(&client, "id=1&remember=true");
    let mut browser = Browser::logged_in(&client, "id=2");
    browser.set_cookie("remember_token", &alice.cookie("remember_token").unwrap());
    assert_eq!(browser.get("/").body, "hello bob");
}

#[test]
fn a_bad_token_beside_a_good_session_is_left_where_it_is() {
    let client = client(config());
    let [session, remember] = tokens(&client);
    for bad in ["", "garbage", &session, &remember[1..]] {
        let answer = raw(&client, &format!("session={session}; remember_token={bad}"));
        assert_eq!(answer.status, Status::Ok, "{bad}");
        answer.assert_no_cookies();
    }
}
