//! Visits of Turbo, by a stranger: the login page is shown as a whole, and leads back.

use serde_json::json;

use crate::small;
use crate::visitor::{Visitor, soon};

/// A stranger on the page, once Turbo is there.
fn stranger(server: &crate::wire::Server) -> Visitor {
    let stranger = Visitor::of(server);
    stranger.go("/page");
    let version = || stranger.script("return typeof Turbo");
    soon(json!("object"), version);
    stranger
}

#[test]
fn a_visit_and_a_form_reach_the_login_page() {
    let (server, _) = small::start();
    let visitor = stranger(&server);
    visitor.click("#visit");
    visitor.enters("/part");
    visitor.sees("Part");

    let visitor = stranger(&server);
    visitor.click("#form");
    // The form's data is gone, as without Turbo.
    visitor.enters("");
}

#[test]
fn a_frame_and_a_form_in_it_reach_the_login_page_as_a_whole() {
    let (server, _) = small::start();
    for click in ["#frame", "#frame-form"] {
        let visitor = stranger(&server);
        visitor.click(click);
        visitor.enters("/page");
        visitor.click(click);
        soon("In", || visitor.text("#loaded"));
        visitor.sees("Page");
    }
}

#[test]
fn a_frame_that_loads_by_itself_reaches_the_login_page() {
    let (server, _) = small::start();
    let visitor = stranger(&server);
    visitor.script("document.querySelector('#part').src = '/part'");
    visitor.enters("/page");
}
