//! A small site with a guarded part, for what browsers ask for by other means than a link.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::{env, fs};

use rocket::form::{Form, FromForm};
use rocket::response::content::{RawHtml, RawJavaScript};
use rocket::shield::Shield;
use rocket::{Request, State, get, post, routes};
use rocket_login::{
    Auth, AuthUser, Config, LoginError, LoginManager, Next, NextField, NextRedirect, SecretKey,
    User,
};

use crate::visitor::Visitor;
use crate::wire::Server;
use crate::workers;

static TURBO: LazyLock<String> = LazyLock::new(|| {
    let file = env::var("ROCKET_LOGIN_TURBO")
        .expect("ROCKET_LOGIN_TURBO should name the file that scripts/turbo says it has fetched");
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
});

const PAGE: &str = r#"<!doctype html>
<title>Page</title>
<script src="/turbo.js"></script>
<h1>Page</h1>
<a id="visit" href="/part">Visit</a>
<form method="post" action="/part"><button id="form">Send</button></form>
<turbo-frame id="part">
  <a id="frame" href="/part">Load</a>
  <form method="post" action="/part"><button id="frame-form">Send</button></form>
</turbo-frame>
"#;

pub(crate) struct Account;

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        1
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        b"secret".into()
    }
}

pub(crate) async fn load(_: &Request<'_>, _: i64) -> Result<Option<Account>, Infallible> {
    Ok(Some(Account))
}

#[get("/page")]
fn page() -> RawHtml<&'static str> {
    RawHtml(PAGE)
}

#[get("/turbo.js")]
fn turbo() -> RawJavaScript<&'static str> {
    RawJavaScript(&TURBO)
}

/// A service worker with this answer to what it is asked for.
#[get("/worker?<answer>")]
fn worker(answer: &str) -> RawJavaScript<String> {
    RawJavaScript(format!(
        "self.addEventListener('install', () => self.skipWaiting());
        self.addEventListener('activate', (event) => event.waitUntil(clients.claim()));
        self.addEventListener('fetch', (event) => {{
            if (event.request.method === 'GET') event.respondWith({answer});
        }});"
    ))
}

/// A page that installs the worker that passes on, for a frame around it.
#[get("/frame")]
fn frame() -> RawHtml<String> {
    let install = workers::install(workers::PASSES_ON);
    RawHtml(format!(
        "<!doctype html><script>(() => {{ {install} }})()</script>"
    ))
}

#[get("/part")]
fn part(_user: User<Account>) -> RawHtml<&'static str> {
    RawHtml(
        "<!doctype html><h1>Part</h1><turbo-frame id='part'><p id='loaded'>In</p></turbo-frame>",
    )
}

#[post("/part")]
fn send(user: User<Account>) -> RawHtml<&'static str> {
    part(user)
}

/// Where nginx asks whether a request may pass.
#[get("/auth")]
fn asked(_user: User<Account>) {}

/// The application for which nginx asks: it has no guard.
#[get("/other/page")]
fn other() -> &'static str {
    "another application"
}

#[post("/other/page")]
fn other_form() -> &'static str {
    "another application"
}

#[get("/login")]
fn login_page(next: Next) -> RawHtml<String> {
    let next = next.as_str().unwrap_or_default();
    RawHtml(format!(
        "<!doctype html><title>Login</title><h1>Please log in</h1>
        <form method='post' data-turbo='false'><input type='hidden' name='next' value='{next}'>
        <button id='enter'>Log in</button></form>"
    ))
}

#[derive(FromForm)]
struct SignIn {
    next: NextField,
}

#[post("/login", data = "<form>")]
async fn login(form: Form<SignIn>, auth: Auth<'_, Account>) -> Result<NextRedirect, LoginError> {
    auth.login(&Account).await?;
    Ok(form.next.redirect_or(rocket::uri!(page)))
}

/// How many links have been asked for, and have logged in.
#[derive(Default)]
pub(crate) struct Links {
    asked: AtomicUsize,
    logins: AtomicUsize,
}

impl Links {
    pub(crate) fn counts(&self) -> [usize; 2] {
        [&self.asked, &self.logins].map(|count| count.load(Ordering::SeqCst))
    }
}

#[get("/link")]
async fn link(
    auth: Auth<'_, Account>,
    links: &State<Arc<Links>>,
) -> Result<RawHtml<&'static str>, LoginError> {
    links.asked.fetch_add(1, Ordering::SeqCst);
    auth.login(&Account).await?;
    links.logins.fetch_add(1, Ordering::SeqCst);
    Ok(RawHtml("<!doctype html><h1>Welcome</h1>"))
}

pub(crate) fn start() -> (Server, Arc<Links>) {
    let key = SecretKey::from("a key of no worth, long enough to be taken");
    let config = Config::new("login_page", key);
    let links = Arc::new(Links::default());
    let rocket = rocket::build()
        .attach(
            LoginManager::fairing(load)
                .config(config)
                .never_redirect_at("/auth"),
        )
        // Other sites may show it in a frame.
        .attach(Shield::new())
        .manage(links.clone())
        .mount(
            "/",
            routes![
                page, turbo, worker, frame, part, send, asked, other, other_form, login_page,
                login, link
            ],
        );
    (Server::serve(rocket, |figment| figment), links)
}

impl Visitor {
    /// Is sent to the login page by a guard, logs in there, and returns.
    #[track_caller]
    pub(crate) fn enters(&self, next: &str) {
        let query = if next.is_empty() { "" } else { "?next=" };
        let encoded = next.replace('/', "%2F").replace('?', "%3F");
        self.sees("Please log in");
        self.arrives_at(&format!("/login{query}{encoded}"));
        self.click("#enter");
        self.arrives_at(if next.is_empty() { "/page" } else { next });
    }
}
