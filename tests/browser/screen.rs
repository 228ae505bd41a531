//! The chat on screens, and in browsers, that are not what most people have.

use serde_json::json;

use crate::visitor::{Visitor, soon};
use crate::wire::Server;

#[test]
fn the_chat_fits_a_narrow_screen() {
    let server = Server::start(|figment| figment);
    let alice = Visitor::of(&server);
    alice.devtools(
        "Emulation.setDeviceMetricsOverride",
        &json!({ "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true }),
    );
    alice.log_in("/chat", "alice", "wonderland");
    soon("connected", || alice.status());
    let long = "mome-raths-outgrabe".repeat(20);
    alice.say(&long);
    soon(["hello alice", &long], || alice.lines());
    let widths = "const page = document.documentElement;
        return [innerWidth, page.clientWidth, page.scrollWidth]";
    assert_eq!(alice.script(widths), json!([360, 360, 360]));
}

#[test]
fn without_scripts_the_chat_says_that_it_needs_them() {
    let server = Server::start(|figment| figment);
    let alice = Visitor::of(&server);
    alice.log_in("/account", "alice", "wonderland");
    alice.devtools(
        "Emulation.setScriptExecutionDisabled",
        &json!({ "value": true }),
    );
    alice.go("/chat");
    let note = "The chat needs scripts, and they are switched off.";
    assert_eq!(alice.text("noscript"), note);
    assert_eq!(alice.status(), "");
}
