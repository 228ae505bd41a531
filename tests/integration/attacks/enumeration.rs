//! Finding out which names there are.

use std::time::{Duration, Instant};

use super::*;

/// Of one length, so that not even the length of an answer may differ.
const NAMES: [(&str, &str, &str); 4] = [
    ("a wrong password", "alice", "rabbit"),
    ("an unknown name", "mabel", "rabbit"),
    ("a closed account with its password", "carol", "closed"),
    ("a closed account with a wrong one", "carol", "rabbit"),
];

fn attempt(server: &Server, name: &str, password: &str) -> Reply {
    let form = format!("username={name}&password={password}&remember=on&next=%2Faccount");
    Curl::new(server).post("/login", &form)
}

/// All but what the time makes of it.
fn head(reply: &Reply) -> Vec<&str> {
    let lines = reply.head.lines();
    lines.filter(|line| !line.starts_with("date:")).collect()
}

#[test]
fn an_answer_does_not_tell_which_names_there_are() {
    on_every_site(|server| {
        assert_eq!(attempt(server, "alice", "wonderland").status, 303);
        let wrong = attempt(server, "alice", "rabbit");
        assert_eq!((wrong.status, wrong.cookies().len()), (401, 0));
        for (what, name, password) in NAMES {
            let reply = attempt(server, name, password);
            assert_eq!(head(&reply), head(&wrong), "{what}");
            let expected = wrong.body_for_anybody("alice");
            assert_eq!(reply.body_for_anybody(name), expected, "{what}");
        }
    });
}

#[test]
fn no_other_page_tells_which_names_there_are() {
    with_every_store(|server| {
        let mut bob = logged_in(server, BOB);
        for path in ["/sessions/alice/end", "/sessions/mabel/end"] {
            assert_eq!(bob.post(path, "").status, 404);
        }
        let ended = ["alice", "mabel"].map(|name| bob.post(&format!("/sessions/{name}/end"), ""));
        assert_eq!(ended[0].body, ended[1].body);
        let pages = ["alice", "mabel"].map(|name| {
            let path = format!("/login?username={name}");
            Curl::new(server).get(&path, "").body
        });
        assert_eq!(pages[0], pages[1]);
    });
}

#[test]
fn a_form_that_is_none_is_refused_like_any_other() {
    let long = "a".repeat(20_000);
    for form in [
        "",
        "&&&===",
        "username=alice",
        "password=wonderland",
        "username[]=alice&password[]=rabbit",
        "username[a]=mabel&username[b]=alice&password=rabbit",
        "username=%00&password=%00",
        "username=%ff%fe&password=%ff",
        "username=' OR 1=1 --&password=x",
        "USERNAME=alice&PASSWORD=wonderland",
        &format!("username={long}&password=x"),
        &format!("username=mabel&password={long}"),
        &format!("{ALICE}{}", "&a=b".repeat(20_000)),
    ] {
        // A new one each time: a site may slow down clients that fail too often.
        let server = site("memory", "basic");
        let reply = Curl::new(&server).post("/login", form);
        let shown = form.get(..40).unwrap_or(form);
        assert!(
            [401, 413, 422].contains(&reply.status),
            "{shown}: {reply:?}"
        );
        assert!(reply.cookies().is_empty(), "{shown}: {reply:?}");
        logged_in(&server, ALICE);
    }
}

fn time(server: &Server, name: &str) -> Duration {
    let begin = Instant::now();
    assert_eq!(attempt(server, name, "rabbit").status, 401);
    begin.elapsed()
}

/// Without a hash to check the answer would take a twentieth of the time at most.
#[test]
fn the_time_of_an_answer_does_not_tell_which_names_there_are() {
    let mut known = Duration::MAX;
    let mut unknown = Duration::MAX;
    let mut closed = Duration::MAX;
    for _ in 0..4 {
        let server = site("memory", "basic");
        logged_in(&server, ALICE);
        known = known.min(time(&server, "alice"));
        unknown = unknown.min(time(&server, "mabel"));
        closed = closed.min(time(&server, "carol"));
    }
    assert!(unknown >= known / 4, "{unknown:?} {known:?}");
    assert!(closed >= known / 4, "{closed:?} {known:?}");
    assert!(known >= unknown / 4 && known >= closed / 4, "{known:?}");
}

#[test]
fn a_session_of_another_user_looks_like_none() {
    let server = site("memory", "basic");
    let mut alice = logged_in(&server, ALICE);
    let list = alice.get("/sessions", "").body;
    let (_, rest) = list.split_once("action=\"/sessions/").unwrap();
    let handle = rest.split_once('/').unwrap().0;
    let invented = "0".repeat(handle.len());
    let mut bob = logged_in(&server, BOB);
    let replies =
        [handle, &invented].map(|handle| bob.post(&format!("/sessions/{handle}/end"), ""));
    assert_eq!(replies[0].status, 404);
    assert_eq!(head(&replies[0]), head(&replies[1]));
    assert_eq!(replies[0].body, replies[1].body);
    is_alice(who(&mut alice));
}
