//! Pages of other sites, and of other ports of the same site.

use rocket::request::FlashMessage;
use rocket::response::content::RawHtml;
use rocket::{get, routes};
use serde_json::{Value, json};

use crate::demo;
use crate::elsewhere;
use crate::visitor::{Visitor, soon};
use crate::wire::Server;

/// The site, and another one. To `app.example`, which is neither secure nor the machine itself,
/// Chromium sends no `Sec-Fetch-Site`: there it is all up to `Origin`.
const SITES: [(&str, &str); 2] = [("127.0.0.1", "localhost"), ("app.example", "evil.example")];

struct Foreign {
    page: String,
    /// Cookies know no ports: then the session goes with every request of the page.
    same_site: bool,
}

/// A user at each name of the site, and the pages of the attacker.
fn at_each_site(test: impl Fn(&Visitor, &[Foreign])) {
    let server = Server::start(|figment| figment);
    let port = elsewhere::start();
    for (site, other) in SITES {
        let visitor = Visitor::under(site, &server);
        let foreign = [site, other].map(|host| Foreign {
            page: format!("http://{host}:{port}/{}", visitor.site()),
            same_site: host == site,
        });
        test(&visitor, &foreign);
    }
}

impl Foreign {
    #[track_caller]
    fn open_as(&self, visitor: &Visitor) {
        visitor.open(&self.page);
        let with = if self.same_site { "with" } else { "without" };
        assert_eq!(visitor.text("#cookies"), format!("{with} a session"));
    }
}

/// The page that is shown, and the status that it came with.
#[track_caller]
fn answer(visitor: &Visitor) -> Value {
    visitor.script(
        "const [navigation] = performance.getEntriesByType('navigation');
        return [location.href, navigation.responseStatus]",
    )
}

#[track_caller]
fn is_refused(visitor: &Visitor, path: &str) {
    let url = format!("http://{}{path}", visitor.site());
    soon(json!([url, 403]), || answer(visitor));
}

#[test]
fn a_foreign_page_opens_no_socket() {
    at_each_site(|alice, pages| {
        alice.log_in("/account", "alice", "wonderland");
        for page in pages {
            page.open_as(alice);
            let refused = json!(["error", "close"]);
            soon(refused, || alice.script("return events"));
        }
        alice.go("/account");
        assert_eq!(alice.text("h1"), "Your account");
    });
}

#[test]
fn a_foreign_form_logs_no_user_out() {
    at_each_site(|alice, pages| {
        alice.log_in("/account", "alice", "wonderland");
        for page in pages {
            page.open_as(alice);
            alice.click("#logout button");
            is_refused(alice, "/logout");
            alice.go("/account");
            assert!(alice.text("dl").contains("alice"));
        }
    });
}

#[test]
fn a_foreign_form_logs_no_user_in_even_with_the_right_password() {
    at_each_site(|stranger, pages| {
        for page in pages {
            stranger.open(&page.page);
            stranger.click("#login button");
            is_refused(stranger, "/login");
            stranger.go("/account");
            stranger.arrives_at("/login?next=%2Faccount");
        }
    });
}

#[test]
fn a_foreign_page_that_is_allowed_opens_a_socket() {
    let port = elsewhere::start();
    let origin = format!("http://127.0.0.1:{port}");
    let server = Server::start(|figment| figment.merge(("login.allowed_origins", [&origin])));
    let alice = Visitor::of(&server);
    alice.log_in("/account", "alice", "wonderland");
    alice.open(&format!("{origin}/{}", alice.site()));
    soon(json!(["open", "message"]), || alice.script("return events"));
}

#[get("/said")]
fn said(flash: Option<FlashMessage<'_>>) -> RawHtml<String> {
    let said = flash.map_or("nothing".into(), |flash| flash.message().to_string());
    RawHtml(format!("<!doctype html><title>Said</title><h1>{said}</h1>"))
}

#[test]
fn a_link_from_elsewhere_leads_to_the_message_which_is_gone_after_the_login() {
    let port = elsewhere::start();
    // The login page of the demo shows no message.
    for login in ["/said", "/login"] {
        let server = Server::serve(demo::rocket().mount("/", routes![said]), |figment| {
            let figment = figment.merge(("login.redirect_to", login));
            figment.merge(("login.login_message", "Please log in"))
        });
        let alice = Visitor::of(&server);
        alice.open(&format!("http://localhost:{port}/{}", alice.site()));
        alice.click("a");
        alice.arrives_at(&format!("{login}?next=%2Faccount"));
        if login == "/said" {
            alice.sees("Please log in");
        } else {
            alice.type_into("#username", "alice");
            alice.type_into("#password", "wonderland");
            alice.click(".card button");
            alice.arrives_at("/account");
        }
        alice.go("/said");
        alice.sees("nothing");
    }
}

/// On plain HTTP its own pages are foreign to the site if they do not say where they are.
#[test]
fn a_page_without_a_referrer_is_refused_on_plain_http() {
    let server = Server::start(|figment| figment);
    let alice = Visitor::under("app.example", &server);
    alice.log_in("/account", "alice", "wonderland");
    let policy = |policy: &str| {
        let meta = format!("<meta name=referrer content={policy}>");
        alice.script(&format!("document.head.innerHTML += '{meta}'"));
    };
    policy("no-referrer");
    alice.click("form[action='/logout'] button");
    is_refused(&alice, "/logout");
    alice.go("/account");
    policy("same-origin");
    alice.log_out();
}
