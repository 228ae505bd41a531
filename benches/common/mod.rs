//! A site with a login, the same site without one, and what visitors send to it.

// Each program that includes this uses some of it.
#![allow(dead_code)]

use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;

use rocket::http::{Cookie, Header, Status};
use rocket::local::asynchronous::{Client, LocalRequest, LocalResponse};
use rocket::outcome::IntoOutcome;
use rocket::request::{FlashMessage, FromRequest, Outcome, Request};
use rocket::response::{Flash, Redirect};
use rocket::{Build, Responder, Rocket, State, catch, catchers, get, post, routes, uri};
use rocket_login::{
    Auth, AuthUser, Config, LoginError, LoginFairing, LoginManager, ProtectionLevel, User,
};

const ADDRESS: &str = "192.0.2.1:40000";
pub(crate) const AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
pub(crate) const KEY: &str = "the key of benches, thirty-two bytes and more";
/// As long as argon2 makes them.
const PASSWORD_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$68n+oFAfLFYniwjWztWbDQ$kPwb2ASFtfsD9MmRiE+uuwl9PaHF2Qr5knp6FpESiKI";

#[derive(Clone)]
pub(crate) struct Account {
    id: i64,
    name: String,
    password_hash: String,
}

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }
}

pub(crate) struct Accounts(HashMap<i64, Account>);

impl Accounts {
    fn new() -> Self {
        let account = |id| Account {
            id,
            name: format!("user {id}"),
            password_hash: PASSWORD_HASH.into(),
        };
        Self((1..=1000).map(|id| (id, account(id))).collect())
    }

    fn find(&self, id: i64) -> Option<Account> {
        self.0.get(&id).cloned()
    }
}

fn accounts<'r>(request: &'r Request<'_>) -> &'r Accounts {
    request.rocket().state().unwrap()
}

async fn load(request: &Request<'_>, id: i64) -> Result<Option<Account>, Infallible> {
    Ok(accounts(request).find(id))
}

/// The least cost of a guard, which believes every cookie.
struct Plain(Account);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Plain {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let id = request.cookies().get("user").map(Cookie::value);
        let account = id.and_then(|id| accounts(request).find(id.parse().ok()?));
        account.map(Plain).or_error((Status::Unauthorized, ()))
    }
}

#[get("/open")]
fn open() -> &'static str {
    "open"
}

#[get("/plain")]
fn plain(user: Plain) -> String {
    user.0.name
}

/// The login page of an application without a login manager.
#[get("/login?<next>")]
fn login_page(next: &str, flash: Option<FlashMessage<'_>>) -> String {
    let message = flash.map(|flash| flash.message().to_string());
    format!("{} {next}", message.unwrap_or_default())
}

#[derive(Responder)]
struct TurnedAway {
    redirect: Flash<Redirect>,
    vary: Header<'static>,
}

/// The work of a login manager for strangers, by hand.
#[catch(401)]
fn turn_away(request: &Request<'_>) -> TurnedAway {
    let next = request.uri().to_string();
    let login_page = Redirect::to(uri!(login_page(next = next)));
    TurnedAway {
        redirect: Flash::new(login_page, "message", "Please log in to access this page."),
        vary: Header::new("Vary", "Cookie"),
    }
}

#[get("/account")]
fn account(user: User<Account>) -> String {
    user.name.clone()
}

#[post("/login?<remember>")]
async fn login(
    remember: bool,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<&'static str, LoginError> {
    auth.login(&accounts.find(1).unwrap())
        .remember(remember)
        .await?;
    Ok("welcome")
}

#[post("/open")]
fn open_post() -> &'static str {
    "open"
}

fn bare() -> Rocket<Build> {
    let figment = rocket::figment::Figment::from(rocket::Config::release_default())
        .merge(("log_level", "off"))
        .select("release");
    rocket::custom(figment)
        .manage(Accounts::new())
        .mount("/", routes![open, open_post, plain])
}

/// The site without a login manager.
pub(crate) async fn without() -> Client {
    let rocket = bare().mount("/", routes![login_page]);
    let rocket = rocket.register("/", catchers![turn_away]);
    Client::untracked(rocket).await.unwrap()
}

/// The site with a login: strong protection, and the defaults besides.
pub(crate) async fn with() -> Client {
    Client::untracked(guarded(|fairing| fairing)).await.unwrap()
}

fn guarded(change: fn(LoginFairing<Account>) -> LoginFairing<Account>) -> Rocket<Build> {
    let config = Config {
        protection_level: ProtectionLevel::Strong,
        ..Config::new("/login", KEY)
    };
    let fairing = LoginManager::fairing(load).config(config);
    let rocket = bare().attach(change(fairing));
    rocket.mount("/", routes![account, login])
}

/// The same site, closed.
pub(crate) async fn closed() -> Client {
    let rocket = guarded(|fairing| fairing.require_login().open("open"));
    Client::untracked(rocket).await.unwrap()
}

/// The same site behind a route that looks at nothing, before all others.
pub(crate) async fn forwarding() -> Client {
    let mut routes = routes![forward];
    routes[0].rank = isize::MIN;
    let rocket = guarded(|fairing| fairing).mount("/", routes);
    Client::untracked(rocket).await.unwrap()
}

/// Never succeeds.
struct Forward;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Forward {
    type Error = ();

    async fn from_request(_: &'r Request<'_>) -> Outcome<Self, ()> {
        Outcome::Forward(Status::NotFound)
    }
}

#[get("/<_..>")]
fn forward(_never: Forward) {}

/// The path of a request, and its cookies.
#[derive(Clone)]
pub(crate) struct Visit {
    uri: &'static str,
    is_post: bool,
    cookies: String,
}

impl Visit {
    pub(crate) fn get(uri: &'static str, cookies: &str) -> Self {
        Self {
            uri,
            is_post: false,
            cookies: cookies.into(),
        }
    }

    pub(crate) fn post(uri: &'static str) -> Self {
        Self {
            uri,
            is_post: true,
            cookies: String::new(),
        }
    }

    /// As it comes from a browser.
    pub(crate) fn request<'c>(&self, client: &'c Client) -> LocalRequest<'c> {
        let request = match self.is_post {
            true => client.post(self.uri),
            false => client.get(self.uri),
        };
        let request = request.remote(ADDRESS.parse().unwrap());
        let request = request.header(Header::new("User-Agent", AGENT));
        // A server puts what is in the header into the jar; a local client does not.
        match self.cookies.split_once('=') {
            None => request,
            Some((name, value)) => request
                .header(Header::new("Cookie", self.cookies.clone()))
                .cookie((name.to_string(), value.to_string())),
        }
    }

    pub(crate) async fn send(&self, client: &Client) -> Status {
        self.request(client).dispatch().await.status()
    }
}

/// The cookies of a user who has just logged in with "remember me".
pub(crate) async fn cookies(client: &Client) -> [String; 2] {
    let answer = Visit::post("/login?remember=true")
        .request(client)
        .dispatch()
        .await;
    assert_eq!(answer.status(), Status::Ok);
    ["__Host-session", "__Host-remember_token"].map(|name| pair(&answer, name))
}

fn pair(answer: &LocalResponse<'_>, name: &str) -> String {
    let mut lines = answer.headers().get("Set-Cookie");
    let line = lines.find(|line| line.starts_with(&format!("{name}=")));
    line.unwrap().split(';').next().unwrap().into()
}
