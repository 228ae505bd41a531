//! A handler that lets other sites log in or out: `from_other_site()`.

use super::*;
use rocket::http::Status;

fn provider<'c>(browser: &Browser<'c>) -> Browser<'c> {
    let form = sent(browser, ["cross-site", "navigate", "document"]);
    form.with("Origin", "https://provider.example")
}

#[test]
fn a_user_comes_back_from_a_provider_by_post() {
    with_every_store(|client| {
        let mut back = provider(&stranger(client));
        assert_eq!(back.post("/callback/1", "code=x").body, "hello alice");
        let mut here = stranger(client);
        for name in ["session", "remember_token"] {
            if let Some(value) = back.cookie(name) {
                here.set_cookie(name, &value);
            }
        }
        assert_fresh_alice(&here);
        // The word was for one handler.
        assert_refused(&back.post("/logout", ""));
        assert_refused(&back.post("/member", ""));
        assert_fresh_alice(&here);
    });
}

#[test]
fn the_login_takes_the_place_of_the_one_before() {
    with_every_store(|client| {
        let alice = alice(client);
        let mut back = provider(&alice);
        assert_refused(&back.post("/member", ""));
        assert_eq!(back.post("/callback/2", "").body, "hello bob");
        assert_eq!(alice.clone().get("/").body, "hello nobody");
    });
}

#[test]
fn a_frame_of_a_provider_logs_out_where_the_handler_says_so() {
    with_every_store(|client| {
        let alice = alice(client);
        let mut frame = sent(&alice, ["cross-site", "navigate", "iframe"]);
        assert_refused(&frame.get("/link/logout"));
        assert_fresh_alice(&alice);
        assert_eq!(frame.get("/frame/logout").status, Status::Ok);
        assert_eq!(alice.clone().get("/").body, "hello nobody");
    });
}

#[test]
fn own_pages_may_call_such_a_handler() {
    with_every_store(|client| {
        let mut here = sent(&stranger(client), ["same-origin", "cors", "empty"]);
        assert_eq!(here.post("/callback/1", "").body, "hello alice");
    });
}
