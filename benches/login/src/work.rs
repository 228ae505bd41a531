//! The measures: requests from end to end, and parts of them.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use login_benches::Floor;
use rocket::http::Status;
use rocket::local::asynchronous::Client;
use rocket_login::bench::Parts;

use crate::common::{self, AGENT, KEY, Visit};

/// The measure, and its base.
pub(crate) const REQUESTS: [(&str, &str); 7] = [
    ("session", "plain"),
    ("stranger", "turned-away"),
    ("open-with", "open"),
    ("gate", "forward"),
    ("gate-open", "forward-open"),
    ("remember", "open-post"),
    ("login", "open-post"),
];

/// The same; the other side is [`Floor`].
pub(crate) const PARTS: [(&str, &str); 6] = [
    ("session-token", "floor"),
    ("session-token-again", "floor"),
    ("remember-token", "floor"),
    ("seal-session", "floor"),
    ("identifier", "floor"),
    ("find-cookie", "floor"),
];

/// A site with a login and one without, and a visitor of both.
pub(crate) struct Sites {
    with: Client,
    without: Client,
    closed: Client,
    forwarding: Client,
    session: String,
    remember: String,
}

impl Sites {
    pub(crate) async fn new() -> Self {
        let with = common::with().await;
        let [session, remember] = common::cookies(&with).await;
        Self {
            with,
            without: common::without().await,
            closed: common::closed().await,
            forwarding: common::forwarding().await,
            session,
            remember,
        }
    }

    pub(crate) fn visit(&self, what: &str) -> (&Client, Visit, Status) {
        let (session, remember) = (&self.session, &self.remember);
        let (with, without) = (&self.with, &self.without);
        let (closed, forwarding) = (&self.closed, &self.forwarding);
        match what {
            "open" => (without, Visit::get("/open", session), Status::Ok),
            "open-with" => (with, Visit::get("/open", session), Status::Ok),
            "gate" => (closed, Visit::get("/account", session), Status::Ok),
            "forward" => (forwarding, Visit::get("/account", session), Status::Ok),
            "gate-open" => (closed, Visit::get("/open", session), Status::Ok),
            "forward-open" => (forwarding, Visit::get("/open", session), Status::Ok),
            "open-post" => (without, Visit::post("/open"), Status::Ok),
            "plain" => (without, Visit::get("/plain", "user=1"), Status::Ok),
            "session" => (with, Visit::get("/account", session), Status::Ok),
            "stranger" => (with, Visit::get("/account", ""), Status::SeeOther),
            "turned-away" => (without, Visit::get("/plain", ""), Status::SeeOther),
            "remember" => (with, Visit::get("/account", remember), Status::Ok),
            "login" => (with, Visit::post("/login?remember=false"), Status::Ok),
            other => panic!("nothing is called {other}"),
        }
    }
}

/// Something to be done many times over, and whether it came off.
pub(crate) type Part = Box<dyn FnMut() -> bool>;

pub(crate) fn part(what: &str) -> Option<Part> {
    let parts = Parts::new(KEY.as_bytes(), 1).expect("a key");
    let (session, remember) = (parts.seal_session(), parts.seal_remember());
    Some(match what {
        "floor" => floor(),
        "session-token" => Box::new(move || parts.verify_session(black_box(&session))),
        "session-token-again" => Box::new(move || parts.open_session(black_box(&session))),
        "remember-token" => Box::new(move || parts.verify_remember(black_box(&remember))),
        "seal-session" => Box::new(move || !parts.seal_session().is_empty()),
        "identifier" => {
            let address = [192, 0, 2, 1].into();
            Box::new(move || parts.identifier(address, black_box(AGENT)) != [0; 16])
        }
        "find-cookie" => {
            let header = format!("theme=dark; __Host-session={session}");
            let names = ["__Host-session", "__Host-remember_token"];
            Box::new(move || parts.find(black_box(&header), names).is_some())
        }
        _ => return None,
    })
}

fn floor() -> Part {
    let floor = Floor::new(KEY.as_bytes());
    let since_1970 = SystemTime::UNIX_EPOCH.elapsed();
    let now = since_1970.as_ref().map_or(0, Duration::as_secs);
    let header = format!("theme=dark; session={}", floor.seal(1, now + 1000));
    Box::new(move || floor.user(black_box(&header), now).is_some())
}
