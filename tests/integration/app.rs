//! A small application with a user loader that counts and can fail.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rocket::form::Form;
use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::serde::Serialize;
use rocket::time::Duration;
use rocket::{Build, FromForm, Request, Rocket, State, get, post, routes, uri};
use rocket_login::{
    Auth, AuthUser, Config, Forwarding, FreshUser, LoginError, LoginManager, MaybeUser, Next,
    NextField, NextRedirect, ProtectionLevel, SecretKey, SessionConfig, StoreKind, User, testing,
};

pub(crate) const KEY: &str = "the integration tests' secret key, 32 bytes and more";

/// Not `Clone` on purpose: guards must do without.
#[derive(Serialize)]
#[serde(crate = "rocket::serde")]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    #[serde(skip)]
    pub(crate) password: String,
    pub(crate) active: bool,
}

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.password.as_bytes().into()
    }

    fn is_active(&self) -> bool {
        self.active
    }
}

/// The application's database.
pub(crate) struct Accounts {
    rows: Mutex<HashMap<i64, (String, String, bool)>>,
    loads: AtomicUsize,
    fails: AtomicBool,
}

impl Accounts {
    fn new() -> Self {
        let row = |name: &str, active| (name.to_string(), format!("hash of {name}"), active);
        let rows = [
            (1, row("alice", true)),
            (2, row("bob", true)),
            (3, row("carol", false)),
        ];
        Self {
            rows: Mutex::new(rows.into()),
            loads: AtomicUsize::new(0),
            fails: AtomicBool::new(false),
        }
    }

    pub(crate) fn find(&self, id: i64) -> Option<Account> {
        let rows = self.rows.lock().unwrap();
        rows.get(&id).map(|(name, password, active)| Account {
            id,
            name: name.clone(),
            password: password.clone(),
            active: *active,
        })
    }

    pub(crate) fn set_password(&self, id: i64, password: &str) {
        self.rows.lock().unwrap().get_mut(&id).unwrap().1 = password.into();
    }

    pub(crate) fn set_active(&self, id: i64, active: bool) {
        self.rows.lock().unwrap().get_mut(&id).unwrap().2 = active;
    }

    pub(crate) fn delete(&self, id: i64) {
        self.rows.lock().unwrap().remove(&id);
    }

    pub(crate) fn insert(&self, id: i64, name: &str) {
        let row = (name.into(), format!("hash of {name}"), true);
        self.rows.lock().unwrap().insert(id, row);
    }

    /// From now on every load is an error, or none is.
    pub(crate) fn set_failing(&self, fails: bool) {
        self.fails.store(fails, Ordering::SeqCst);
    }

    /// How often the loader ran since the last call of this function.
    pub(crate) fn take_loads(&self) -> usize {
        self.loads.swap(0, Ordering::SeqCst)
    }
}

pub(crate) async fn load(request: &Request<'_>, id: i64) -> Result<Option<Account>, String> {
    let accounts = request.rocket().state::<Accounts>().unwrap();
    accounts.loads.fetch_add(1, Ordering::SeqCst);
    match accounts.fails.load(Ordering::SeqCst) {
        true => Err("the database password is hunter2".into()),
        false => Ok(accounts.find(id)),
    }
}

#[get("/")]
fn home(user: MaybeUser<Account>) -> String {
    let name = user.as_ref().map_or("nobody", |user| &user.name);
    format!("hello {name}")
}

#[get("/login")]
fn login_page(next: Next) -> String {
    format!("login, then {}", next.as_str().unwrap_or("home"))
}

#[get("/reauthenticate")]
fn reauthenticate_page(user: User<Account>) -> String {
    format!("is it you, {}?", user.name)
}

#[get("/account")]
fn account(user: User<Account>) -> String {
    format!(
        "{} fresh={} remembered={}",
        user.name,
        user.is_fresh(),
        user.is_remembered()
    )
}

#[get("/settings")]
fn settings(user: FreshUser<Account>) -> String {
    format!("settings of {}", user.name)
}

#[post("/settings")]
fn save_settings(user: FreshUser<Account>) -> String {
    format!("saved for {}", user.name)
}

#[get("/open")]
fn open() -> &'static str {
    "open"
}

#[derive(FromForm)]
struct SignIn {
    id: i64,
    password: Option<String>,
    remember: Option<bool>,
    days: Option<i64>,
    fresh: Option<bool>,
    permanent: Option<bool>,
    force: Option<bool>,
    next: NextField,
}

/// Without a password it is right; a wrong one is the handler's own 401.
#[post("/login", data = "<form>")]
async fn login(
    form: Form<SignIn>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<NextRedirect, (Status, String)> {
    let form = form.into_inner();
    let account = accounts.find(form.id);
    let account = account.filter(|account| form.password.is_none_or(|word| word == account.name));
    let Some(account) = account else {
        return Err((Status::Unauthorized, "wrong password".into()));
    };

    let mut login = auth.login(&account);
    if let Some(remember) = form.remember {
        login = login.remember(remember);
    }
    if let Some(days) = form.days {
        login = login.remember_for(Duration::days(days));
    }
    if let Some(permanent) = form.permanent {
        login = login.permanent(permanent);
    }
    let fresh = form.fresh.unwrap_or(true);
    let done = login.fresh(fresh).force(form.force.unwrap_or(false)).await;
    done.map_err(|error| (error.kind().status(), error.to_string()))?;
    Ok(form.next.redirect_or(uri!(home)))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>) -> Result<&'static str, LoginError> {
    auth.logout().await?;
    Ok("bye")
}

#[post("/confirm")]
async fn confirm(
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<String, LoginError> {
    match auth.user().await? {
        Some(user) => auth.confirm_as(&user).await?,
        None => auth.confirm_as(&accounts.find(1).unwrap()).await?,
    }
    Ok(format!("fresh={}", auth.is_fresh().await?))
}

/// A status of the handler, which no guard has to do with.
#[get("/unauthorized")]
fn unauthorized() -> Status {
    Status::Unauthorized
}

/// Changes the password of the user, and keeps this login.
#[post("/password/<password>")]
async fn change_password(
    password: &str,
    user: User<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<String, LoginError> {
    accounts.set_password(user.id, password);
    auth.renew(&accounts.find(user.id).unwrap()).await?;
    Ok(format!("changed, fresh={}", auth.is_fresh().await?))
}

/// Logs in and fails afterwards.
#[post("/login-and-fail/<id>")]
async fn login_and_fail(id: i64, auth: Auth<'_, Account>, accounts: &State<Accounts>) -> Status {
    let account = accounts.find(id).unwrap();
    auth.login(&account).await.unwrap();
    Status::InternalServerError
}

/// The users that guards see before and after changes within one request.
#[post("/switch/<id>")]
async fn switch(
    id: i64,
    before: MaybeUser<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<String, LoginError> {
    let name = |user: Option<User<Account>>| user.map_or("nobody".into(), |user| user.name.clone());
    let before = name(before.into_inner());
    auth.login(&accounts.find(id).unwrap()).await?;
    let between = name(auth.user().await?);
    auth.logout().await?;
    let after = name(auth.user().await?);
    Ok(format!("{before} {between} {after}"))
}

#[get("/dashboard")]
fn dashboard(user: Forwarding<User<Account>>) -> String {
    format!("dashboard of {}", user.name)
}

#[get("/dashboard", rank = 2)]
fn welcome() -> &'static str {
    "welcome, stranger"
}

#[get("/members")]
fn members(_user: Forwarding<User<Account>>) -> &'static str {
    "members"
}

#[get("/many")]
fn many(
    user: User<Account>,
    fresh: FreshUser<Account>,
    maybe: MaybeUser<Account>,
    _auth: Auth<'_, Account>,
) -> String {
    format!("{} {} {}", user.name, fresh.name, maybe.is_some())
}

#[get("/manager")]
fn manager(manager: &State<LoginManager<Account>>) -> String {
    format!("{} {:?}", manager.redirect_to(), manager)
}

#[get("/any/<_..>")]
fn anything(_user: User<Account>) -> &'static str {
    "anything"
}

/// The settings of most tests: as in the debug profile, with a refresh page.
pub(crate) fn config() -> Config {
    Config {
        refresh_to: Some("reauthenticate_page".into()),
        cookie_secure: Some(false),
        session: session(store()),
        ..Config::new("login_page", SecretKey::from(KEY))
    }
}

/// Where sessions live: `scripts/test` has most tests try each place.
fn store() -> StoreKind {
    match std::env::var("ROCKET_LOGIN_TEST_STORE").as_deref() {
        Ok("memory") => StoreKind::Memory,
        Ok("sqlite") => StoreKind::Sqlite,
        Ok(other) => panic!("there are no tests for the store `{other}`"),
        Err(_) => StoreKind::Cookie,
    }
}

/// Whether a remember token is followed by another one whenever it is used.
pub(crate) fn tokens_rotate() -> bool {
    store() != StoreKind::Cookie
}

/// The same with sessions in cookies, for what is not so with a store.
pub(crate) fn stateless() -> Config {
    with_store(StoreKind::Cookie)
}

pub(crate) fn with_store(store: StoreKind) -> Config {
    Config {
        session: session(store),
        ..config()
    }
}

fn session(store: StoreKind) -> SessionConfig {
    SessionConfig {
        store,
        url: (store == StoreKind::Sqlite).then(|| new_file().into()),
        ..SessionConfig::default()
    }
}

/// The address of a database that no other test has.
pub(crate) fn new_file() -> String {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let number = LAST.fetch_add(1, Ordering::SeqCst);
    let folder = env!("CARGO_TARGET_TMPDIR");
    let file = format!("{folder}/sessions-{}-{number}.db", std::process::id());
    format!("sqlite://{file}")
}

pub(crate) fn strong() -> Config {
    Config {
        protection_level: ProtectionLevel::Strong,
        ..config()
    }
}

/// An instance without login manager, logging or anything from files.
pub(crate) fn bare() -> Rocket<Build> {
    let figment = rocket::figment::Figment::from(rocket::Config::debug_default())
        .merge(("log_level", "off"))
        .select("debug");
    rocket::custom(figment).manage(Accounts::new())
}

pub(crate) fn routes() -> Vec<rocket::Route> {
    routes![
        home,
        login_page,
        reauthenticate_page,
        account,
        settings,
        save_settings,
        open,
        login,
        logout,
        confirm,
        unauthorized,
        change_password,
        login_and_fail,
        switch,
        dashboard,
        welcome,
        members,
        many,
        manager,
        anything,
    ]
}

pub(crate) fn rocket(config: Config) -> Rocket<Build> {
    bare()
        .attach(LoginManager::fairing(load).config(config))
        .mount("/", routes())
}

#[track_caller]
pub(crate) fn client(config: Config) -> Client {
    client_of(rocket(config))
}

#[track_caller]
pub(crate) fn client_of(rocket: Rocket<Build>) -> Client {
    Client::untracked(rocket).unwrap()
}

pub(crate) fn accounts(client: &Client) -> &Accounts {
    client.rocket().state().unwrap()
}

pub(crate) fn advance(client: &Client, by: Duration) {
    testing::advance(client.rocket(), by);
}
