use std::thread::sleep;
use std::time::Duration;

use super::*;
use socket::Socket;

fn chatting(site: &Site, alice: &Client) -> Socket {
    let mut socket = Socket::open(&site.proxy, alice, ORIGIN).ok().unwrap();
    assert_eq!(socket.hear(), "hello alice");
    socket
}

#[test]
fn a_socket_opens_through_the_proxy_and_ends_with_the_session() {
    let site = Site::start();
    let alice = site.alice();
    let mut socket = chatting(&site, &alice);
    socket.say("curiouser");
    assert_eq!(socket.hear(), "curiouser");
    alice.ask("/logout", &["--request", "POST"]);
    assert_eq!(socket.closed(), (1008, "logged out".into()));
}

#[test]
fn strangers_and_pages_of_other_sites_open_none() {
    let site = Site::start();
    let alice = site.alice();
    for foreign in ["https://evil.example", "http://app.example", "null"] {
        let refused = Socket::open(&site.proxy, &alice, foreign).err();
        assert_eq!(refused, Some(403), "{foreign}");
    }
    let stranger = site.client(HERE);
    let refused = Socket::open(&site.proxy, &stranger, ORIGIN).err();
    assert_eq!(refused, Some(401));
    let thief = alice.copied_to(ELSEWHERE);
    assert_eq!(Socket::open(&site.proxy, &thief, ORIGIN).err(), Some(401));
}

#[test]
fn nginx_does_not_cut_a_socket_that_is_quiet() {
    // Long enough for a login on a busy machine.
    let site = Site::start_with(&[], 5);
    let mut socket = chatting(&site, &site.alice());
    sleep(Duration::from_secs(6));
    socket.say("still there?");
    assert_eq!(socket.hear(), "still there?");
}
