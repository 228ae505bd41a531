//! A site whose forms can be held, and which tells how it stands.

use std::time::Duration;

use rocket::form::Form;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{FromForm, Orbit, Rocket, State, get, post, routes};
use rocket_login::{
    Auth, Config, FreshUser, LoginError, LoginManager, SessionHandle, User, testing,
};

use crate::app::{self, Account, Accounts};
use crate::wire::{Curl, Held, Reply, Server};

/// Rocket waits for fourteen bytes of a form before it asks any guard.
const FORM: &str = "word=looking-glass&padding=so-that-half-of-it-is-enough";

#[derive(FromForm)]
struct Word<'r> {
    word: &'r str,
}

/// Changes the password as the guide says.
#[post("/held/password", data = "<form>")]
async fn password(
    _user: FreshUser<Account>,
    form: Form<Word<'_>>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<&'static str, LoginError> {
    let user = auth.verify_fresh().await?;
    accounts.set_password(user.id, form.word);
    auth.renew(&accounts.find(user.id).unwrap()).await?;
    Ok("changed")
}

/// Stores something that needs no fresh login.
#[post("/held/name", data = "<form>")]
async fn name(
    _user: User<Account>,
    form: Form<Word<'_>>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<&'static str, LoginError> {
    let user = auth.verify().await?;
    accounts.insert(10 + user.id, form.word);
    Ok("stored")
}

#[post("/held/confirm", data = "<_form>")]
async fn confirm(
    user: User<Account>,
    _form: Form<Word<'_>>,
    auth: Auth<'_, Account>,
) -> Result<&'static str, LoginError> {
    auth.confirm_as(&user).await?;
    Ok("confirmed")
}

#[post("/held/renew", data = "<_form>")]
async fn renew(
    user: User<Account>,
    _form: Form<Word<'_>>,
    auth: Auth<'_, Account>,
) -> Result<&'static str, LoginError> {
    auth.renew(&user).await?;
    Ok("renewed")
}

#[post("/held/end-others", data = "<_form>")]
async fn end_others(
    _user: User<Account>,
    _form: Form<Word<'_>>,
    auth: Auth<'_, Account>,
) -> Result<String, LoginError> {
    Ok(auth.revoke_others().await?.to_string())
}

#[post("/held/end/<handle>", data = "<_form>")]
async fn end(
    handle: SessionHandle,
    _user: User<Account>,
    _form: Form<Word<'_>>,
    auth: Auth<'_, Account>,
) -> Result<String, LoginError> {
    Ok(auth.revoke(&handle).await?.to_string())
}

pub(super) struct Site<'r>(pub(super) &'r Rocket<Orbit>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Site<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        Outcome::Success(Self(request.rocket()))
    }
}

#[get("/advance/<seconds>")]
fn advance(seconds: i64, site: Site<'_>) {
    testing::advance(site.0, rocket::time::Duration::seconds(seconds));
}

#[get("/loads")]
fn loads(accounts: &State<Accounts>) -> String {
    accounts.take_loads().to_string()
}

#[get("/deactivate")]
fn deactivate(accounts: &State<Accounts>) {
    accounts.set_active(1, false);
}

#[get("/delete")]
fn delete(accounts: &State<Accounts>) {
    accounts.delete(1);
}

#[get("/set-password")]
fn set_password(accounts: &State<Accounts>) {
    accounts.set_password(1, "set by an administrator");
}

#[get("/revoke-all")]
async fn revoke_all(manager: &State<LoginManager<Account>>) -> Status {
    manager.revoke_all(&1).await.unwrap();
    Status::Ok
}

/// The handle of the newest session, without a store of none.
#[get("/handle")]
async fn handle(manager: &State<LoginManager<Account>>) -> String {
    let sessions = manager.sessions(&1).await.unwrap_or_default();
    sessions
        .first()
        .map(|it| it.handle().to_string())
        .unwrap_or_default()
}

/// All that a held request could change.
#[get("/state")]
async fn state(accounts: &State<Accounts>, manager: &State<LoginManager<Account>>) -> String {
    let password = accounts.find(1).map(|account| account.password);
    let sessions = manager.sessions(&1).await;
    let sessions = sessions.map(|sessions| sessions.len()).ok();
    format!(
        "{password:?} {:?} {sessions:?}",
        accounts.find(11).is_some()
    )
}

pub(super) fn server(config: Config) -> Server {
    let rocket = app::rocket(config);
    let held = routes![password, name, confirm, renew, end_others, end];
    let rocket = rocket.mount("/", held);
    let told = routes![
        advance,
        handle,
        loads,
        deactivate,
        delete,
        set_password,
        revoke_all,
        state
    ];
    Server::serve(rocket.mount("/", told), |figment| figment)
}

/// Asks for something that needs no login.
pub(super) fn ask(server: &Server, path: &str) -> String {
    let reply = Curl::new(server).get(path, "");
    assert_eq!(reply.status, 200, "{path}: {reply:?}");
    reply.body
}

/// A browser that alice has logged in with.
pub(super) fn alice(server: &Server) -> Curl {
    let mut curl = Curl::new(server);
    assert_eq!(curl.post("/login", "id=1&remember=true").status, 303);
    curl
}

/// Sends half of a request, and waits until its guard has loaded the user.
pub(super) fn hold(server: &Server, curl: &Curl, path: &str, headers: &str) -> Held {
    ask(server, "/loads");
    let held = curl.hold(path, headers, FORM);
    for _ in 0..1000 {
        if ask(server, "/loads") != "0" {
            return held;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("no guard of `{path}` has loaded anybody");
}

/// Asserts that people are sent to this page, and that no cookie is written.
#[track_caller]
pub(super) fn assert_sent_to(page: &str, reply: &Reply) {
    assert_eq!(
        (reply.status, reply.location()),
        (303, Some(page)),
        "{reply:?}"
    );
    assert!(reply.cookies().is_empty(), "{reply:?}");
}
