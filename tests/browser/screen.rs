//! The chat on a screen that is not what most people have.

use crate::visitor::{Visitor, soon};
use crate::wire::Server;

#[test]
fn the_chat_fits_a_narrow_screen() {
    let server = Server::start(|figment| figment);
    let alice = Visitor::of(&server).at_width(360);
    alice.log_in("/chat", "alice", "wonderland");
    soon("connected", || alice.status());
    let long = "mome-raths-outgrabe".repeat(20);
    alice.say(&long);
    soon(["hello alice", &long], || alice.lines());
    alice.fits(360);
}
