//! Many requests at once with the same cookies.

use super::*;

const AT_ONCE: usize = 8;

/// The replies to as many requests, each sent by a browser of its own.
fn at_once(browsers: Vec<Curl>, send: impl Fn(usize, &mut Curl) -> Reply + Sync) -> Vec<Reply> {
    let start = std::sync::Barrier::new(browsers.len());
    let (start, send) = (&start, &send);
    thread::scope(|scope| {
        let threads: Vec<_> = browsers
            .into_iter()
            .enumerate()
            .map(|(number, mut browser)| {
                scope.spawn(move || {
                    start.wait();
                    send(number, &mut browser)
                })
            })
            .collect();
        let replies = threads.into_iter().map(|thread| thread.join().unwrap());
        replies.collect()
    })
}

/// The cookies that a reply sets, as the header of the next request.
fn given(reply: &Reply) -> String {
    let pairs = reply.cookies().into_iter();
    let pairs = pairs.map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("; ")
}

#[test]
fn logouts_at_once_leave_no_user_logged_in() {
    with_every_store(|server| {
        let alice = remembered(server, ALICE);
        let copies = copies(&alice);
        is_alice(who_has(server, &copies[0]));
        let replies = at_once(vec![alice; AT_ONCE], |_, curl| curl.post("/logout", ""));
        for reply in &replies {
            assert_eq!((reply.status, reply.location()), (303, Some("/")));
        }
        for copy in &copies {
            is_nobody(who_has(server, copy));
        }
    });
}

#[test]
fn logins_at_once_leave_no_session_from_before() {
    with_every_store(|server| {
        let alice = remembered(server, ALICE);
        let before = copies(&alice);
        is_alice(who_has(server, &before[0]));
        let replies = at_once(vec![alice; AT_ONCE], |_, curl| curl.post("/login", BOB));
        let sessions: std::collections::BTreeSet<_> = replies.iter().map(given).collect();
        assert_eq!(sessions.len(), AT_ONCE);
        for reply in &replies {
            assert_eq!((reply.status, reply.location()), (303, Some("/")));
        }
        for copy in &before {
            is_nobody(who_has(server, copy));
        }
        let users = sessions.iter().map(|cookies| who_has(server, cookies));
        let users: Vec<_> = users.collect();
        assert!(
            users.iter().flatten().all(|user| user == "bob"),
            "{users:?}"
        );
        assert!(users.iter().flatten().count() > 0, "{users:?}");
    });
}

#[test]
fn logins_and_logouts_at_once_leave_nothing_of_the_old_session() {
    with_every_store(|server| {
        let alice = remembered(server, ALICE);
        let before = copies(&alice);
        is_alice(who_has(server, &before[0]));
        let replies = at_once(vec![alice; AT_ONCE], |number, curl| match number % 2 {
            0 => curl.post("/login", BOB),
            _ => curl.post("/logout", ""),
        });
        for reply in &replies {
            assert_eq!((reply.status, reply.location()), (303, Some("/")));
        }
        for copy in &before {
            is_nobody(who_has(server, copy));
        }
        for reply in replies
            .iter()
            .filter(|reply| !given(reply).contains("session=;"))
        {
            let user = who_has(server, &given(reply));
            assert_ne!(user.as_deref(), Some("alice"));
        }
    });
}

#[test]
fn returns_at_once_lead_to_one_user_and_end_with_a_logout() {
    with_every_store(|server| {
        let mut alice = remembered(server, ALICE);
        alice.restart();
        let token = pair(&alice, REMEMBER);
        let replies = at_once(vec![alice; AT_ONCE], |_, curl| curl.get("/whoami", ""));
        for reply in &replies {
            is_alice(user(reply));
        }
        // A browser keeps what it is told last.
        let mut browser = Curl::new(server);
        let (name, value) = token.split_once('=').unwrap();
        browser.set_cookie(name, value);
        for (name, value) in replies.iter().flat_map(Reply::cookies) {
            browser.set_cookie(name, value);
        }
        let copies = copies(&browser);
        is_alice(who(&mut browser));
        assert_eq!(browser.post("/logout", "").status, 303);
        for copy in copies.iter().chain([&token]) {
            is_nobody(who_has(server, copy));
        }
    });
}
