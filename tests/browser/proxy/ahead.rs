//! Pages that Chromium fetches ahead of its user, and keeps for the click.

use std::sync::atomic::{AtomicUsize, Ordering};

use rocket::fairing::{AdHoc, Fairing};
use rocket::get;
use rocket::http::Header;
use rocket::response::Responder;
use rocket::response::content::RawHtml;

use super::*;
use crate::visitor::soon;

static FETCHED: AtomicUsize = AtomicUsize::new(0);

#[derive(Responder)]
pub(super) struct Ahead(RawHtml<String>, Header<'static>);

/// A page that has the home page fetched ahead: `how` is `prefetch` or `prerender`.
#[get("/ahead?<how>")]
pub(super) fn ahead(how: &str) -> Ahead {
    let page = format!(
        "<!doctype html><title>Ahead</title><h1>Ahead</h1><a href='/'>Home</a>
        <script type='speculationrules'>
            {{\"{how}\": [{{\"urls\": [\"/\"], \"eagerness\": \"immediate\"}}]}}
        </script>"
    );
    let policy = "script-src 'unsafe-inline'";
    Ahead(
        RawHtml(page),
        Header::new("Content-Security-Policy", policy),
    )
}

/// Counts what is fetched ahead.
pub(super) fn count() -> impl Fairing {
    AdHoc::on_request("Fetched ahead", |request, _| {
        if request.headers().contains("Sec-Purpose") {
            FETCHED.fetch_add(1, Ordering::SeqCst);
        }
        Box::pin(async {})
    })
}

#[test]
fn pages_of_before_a_login_or_logout_are_not_shown_after_it() {
    let site = Site::start();
    for how in ["prefetch", "prerender"] {
        let visitor = site.visitor(&[HOST]);
        let shows_after = |change: &dyn Fn(), greeting: &str| {
            let fetched = FETCHED.load(Ordering::SeqCst);
            let here = visitor.new_tab();
            visitor.go(&format!("/ahead?how={how}"));
            soon(true, || FETCHED.load(Ordering::SeqCst) > fetched);
            visitor.new_tab();
            change();
            visitor.go_to(&here);
            visitor.click("a");
            visitor.sees(greeting);
        };
        let log_in = || visitor.log_in("/account", "alice", "wonderland");
        shows_after(&log_in, "Hello, alice!");
        let log_out = || {
            visitor.go("/account");
            visitor.log_out();
        };
        shows_after(&log_out, "Hello, stranger!");
    }
}
