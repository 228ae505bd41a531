//! The ends of a login of one realm, in a browser with one of each.

use super::*;
use rocket::time::Duration;

/// A browser of a user who is a customer and a clerk, with the same id.
fn of_both(server: &Server, [one, other]: [Side; 2]) -> Curl {
    let mut curl = one.remembered(server);
    let before = one.values(&curl);
    other.log_in(&mut curl);
    assert_eq!(one.values(&curl), before);
    one.assert_in(&mut curl);
    other.assert_in(&mut curl);
    curl
}

/// Copies from before are worth nothing.
#[track_caller]
fn assert_ended(server: &Server, side: Side, copied: &[String; 2]) {
    let [session, remember] = copied;
    side.refused(server, &format!("{}={session}", side.session));
    side.refused(server, &format!("{}={remember}", side.remember));
}

#[test]
fn a_logout_of_one_leaves_the_other_logged_in() {
    both_ways("logout", |server, stays, goes| {
        let mut curl = of_both(server, [stays, goes]);
        let (kept, copied) = (stays.values(&curl), goes.values(&curl));
        let out = curl.post(&goes.path("/logout"), "");
        assert_eq!(out.cookies(), [(goes.session, ""), (goes.remember, "")]);
        assert_ended(server, goes, &copied);
        stays.assert_in(&mut curl);
        assert_eq!(stays.values(&curl), kept);
        curl.restart();
        stays.assert_in(&mut curl);
        goes.refused(server, &curl.cookie_header());
    });
}

#[test]
fn a_logout_by_a_token_alone_leaves_the_other_logged_in() {
    both_ways("token", |server, stays, goes| {
        let mut curl = of_both(server, [stays, goes]);
        let copied = goes.values(&curl);
        curl.restart();
        assert_eq!(curl.post(&goes.path("/logout"), "").status, 303);
        goes.refused(server, &format!("{}={}", goes.remember, copied[1]));
        stays.assert_in(&mut curl);
    });
}

#[test]
fn a_new_password_of_one_leaves_the_other_logged_in() {
    both_ways("password", |server, stays, changes| {
        let mut elsewhere = of_both(server, [stays, changes]);
        let copied = changes.values(&elsewhere);
        let mut curl = changes.remembered(server);
        let form = "new_password=looking-glass";
        let changed = curl.post(&changes.path("/password"), form);
        let account = changes.path("/account");
        assert_eq!(changed.location(), Some(account.as_str()));
        assert_ended(server, changes, &copied);
        stays.assert_in(&mut elsewhere);
        elsewhere.restart();
        stays.assert_in(&mut elsewhere);
        changes.assert_in(&mut curl);
    });
}

/// The ids are the same, and so is the file.
#[test]
fn ending_all_other_sessions_of_one_leaves_the_other_logged_in() {
    both_ways("revoked", |server, stays, ends| {
        let mut elsewhere = of_both(server, [stays, ends]);
        let copied = ends.values(&elsewhere);
        let mut curl = ends.remembered(server);
        let ended = curl.post(&ends.path("/sessions/end-others"), "");
        let is_cookie = thread::current().name().unwrap().starts_with("cookie");
        if is_cookie {
            // The test does not know which there are.
            assert!(ended.status >= 400, "{ended:?}");
            return ends.assert_in(&mut elsewhere);
        }
        assert!(matches!(ended.status, 200 | 303), "{ended:?}");
        assert_ended(server, ends, &copied);
        stays.assert_in(&mut elsewhere);
        elsewhere.restart();
        stays.assert_in(&mut elsewhere);
        ends.assert_in(&mut curl);
    });
}

#[test]
fn a_session_that_is_over_takes_none_of_the_other_kind_along() {
    both_ways("over", |server, stays, ends| {
        let mut curl = stays.remembered(server);
        server.advance(Duration::minutes(90));
        stays.assert_in(&mut curl);
        let copied = ends.values(&ends.remembered(server))[0].clone();
        server.advance(Duration::minutes(45));
        stays.assert_in(&mut curl);
        server.advance(Duration::minutes(75));
        stays.assert_in(&mut curl);
        ends.refused(server, &format!("{}={copied}", ends.session));
    });
}

#[test]
fn forms_of_other_sites_log_none_of_either_kind_in_or_out() {
    both_ways("foreign", |server, one, other| {
        let curl = of_both(server, [one, other]);
        let foreign = "Origin: https://evil.example\r\n\
            Content-Type: application/x-www-form-urlencoded\r\n";
        for side in [one, other] {
            for (path, form) in [("/login", side.form), ("/logout", "")] {
                let reply = curl.clone().send("POST", &side.path(path), foreign, form);
                assert_eq!((reply.status, reply.cookies().len()), (403, 0));
            }
            side.assert_in(&mut curl.clone());
        }
    });
}
