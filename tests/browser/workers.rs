//! Service workers between the pages of a site and its server.

use serde_json::json;

use crate::small;
use crate::visitor::{Visitor, soon};

pub(crate) const PASSES_ON: &str = "fetch(event.request)";

/// The ways in which workers handle a navigation.
const ANSWERS: [&str; 3] = [
    PASSES_ON,
    "fetch(new Request(event.request, { headers: event.request.headers }))",
    "fetch(event.request.url, { headers: event.request.headers, redirect: 'manual' })",
];

/// Installs a worker, and tells the page around it once requests go through it.
pub(crate) fn install(answer: &str) -> String {
    let url = format!("/worker?answer={}", answer.replace(' ', "%20"));
    format!(
        "const installed = new Promise((done) =>
            navigator.serviceWorker.addEventListener('controllerchange', done));
        navigator.serviceWorker.register(\"{url}\");
        return installed.then(() => parent.postMessage('installed', '*')).then(() => true);"
    )
}

#[test]
fn a_navigation_through_a_worker_reaches_the_login_page() {
    let (server, _) = small::start();
    for answer in ANSWERS {
        let stranger = Visitor::of(&server);
        stranger.go("/page");
        assert_eq!(stranger.script(&install(answer)), json!(true));
        stranger.go("/part");
        stranger.enters("/part");
        stranger.sees("Part");
    }
}

#[test]
fn a_link_of_another_site_logs_in_through_a_worker_and_a_frame_does_not() {
    let (server, links) = small::start();
    let port = server.address.port();
    let stranger = Visitor::of(&server);
    stranger.go("/page");
    stranger.script(&install(PASSES_ON));

    let other = format!("http://localhost:{port}/page");
    stranger.open(&other);
    stranger.script(&format!("location.href = 'http://127.0.0.1:{port}/link'"));
    stranger.sees("Welcome");
    assert_eq!(links.counts(), [1, 1]);

    // A frame has a worker of its own.
    stranger.open(&other);
    let frame = format!(
        "const frame = document.createElement('iframe');
        frame.src = 'http://127.0.0.1:{port}/frame';
        document.body.append(frame);
        const installed = new Promise((done) => addEventListener('message', done));
        const asked = () => new Promise((done) => {{
            frame.onload = done;
            frame.src = 'http://127.0.0.1:{port}/link';
        }});
        return installed.then(asked).then(() => true);"
    );
    assert_eq!(stranger.script(&frame), json!(true));
    soon([2, 1], || links.counts());
}
