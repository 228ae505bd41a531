//! The list of sessions: in the one browser what becomes of the other is decided.

use serde_json::{Value, json};

use crate::visitor::{Visitor, soon};
use crate::wire::Server;

fn server() -> Server {
    Server::start(|figment| figment)
}

fn chatting(server: &Server) -> Visitor {
    Visitor::chatting(server, "alice", "wonderland")
}

/// The buttons that end a session, by what they are called, in the order of the alphabet.
fn buttons(visitor: &Visitor) -> Value {
    visitor.script(
        "const buttons = [...document.querySelectorAll('.sessions button')];
        return buttons.map((button) => button.textContent).sort()",
    )
}

const OTHER: &str = ".sessions li:not(:has(.mark)) button";

#[test]
fn one_browser_ends_the_session_of_the_other_and_closes_its_chat() {
    let server = server();
    let there = chatting(&server);
    let here = chatting(&server);
    let chat = here.tab();
    here.new_tab();
    here.go("/sessions");
    assert_eq!(buttons(&here), json!(["End this session", "Log out here"]));
    here.click(OTHER);
    soon(json!(["Log out here"]), || buttons(&here));
    here.arrives_at("/sessions");

    soon("closed: 1008, the session was ended elsewhere", || {
        there.status()
    });
    there.go("/account");
    there.arrives_at("/login?next=%2Faccount");
    here.go_to(&chat);
    here.say("still here");
    soon(["hello alice", "still here"], || here.lines());
}

#[test]
fn the_list_fits_a_narrow_screen_with_every_name_of_a_browser() {
    let server = server();
    let agents = [
        "W".repeat(300),
        "Mozilla/5.0 <script>alert(1)</script>".into(),
    ];
    for agent in agents {
        let other = Visitor::of(&server);
        other.devtools(
            "Network.setUserAgentOverride",
            &json!({ "userAgent": agent }),
        );
        other.log_in("/account", "alice", "wonderland");
    }
    let alice = Visitor::of(&server).at_width(360);
    alice.log_in("/sessions", "alice", "wonderland");
    alice.fits(360);
    let names = alice.script(
        "return [...document.querySelectorAll('.agent')].map((name) => name.textContent).sort()",
    );
    assert_eq!(names[1], json!("Mozilla/5.0 <script>alert(1)</script>"));
    assert_eq!(names[2], json!("W".repeat(200)));
}
