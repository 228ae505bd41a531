//! One application on several nodes that share their sessions: a login on one is a login on all,
//! and so is a logout. The nodes need the same store and the same key, and nothing in the code.
//! `scripts/cluster` starts three of them with a Redis server; `cargo run --example cluster` starts one alone.

use std::borrow::Cow;
use std::convert::Infallible;
use std::time::Duration;

use argon2::{Argon2, PasswordVerifier};
use rocket::figment::providers::Serialized;
use rocket::form::Form;
use rocket::futures::{SinkExt, StreamExt};
use rocket::http::Status;
use rocket::tokio::{task::spawn_blocking, time::sleep};
use rocket::{Build, FromForm, Request, Rocket, catch, catchers, get, post, routes};
use rocket_login::ws::{Channel, WebSocket};
use rocket_login::{
    Auth, AuthUser, FreshUser, LoginError, LoginManager, SessionHandle, User, WsUser,
};

#[derive(Clone, Copy)]
struct Account {
    name: &'static str,
    password_hash: &'static str,
}

// The same on all nodes: a hash with another salt would be another password, which ends sessions.
// Real hashes cost far more to make: these are cheap, so that a test can log in often.
const ACCOUNTS: [Account; 2] = [
    Account {
        name: "alice",
        password_hash: "$argon2id$v=19$m=64,t=1,p=1$d+r6V/2Q+BiSiliMpcHnzw$ZzqzMB7C60nwcV5DmoEtciMDI1qovI1ajvt1ppOB9/Y",
    },
    Account {
        name: "bob",
        password_hash: "$argon2id$v=19$m=64,t=1,p=1$t/cQNqBCobwjsPz0a5TSsg$Ojiu2zhWjFHXPknzyY2EUV1w2Pp/fi3Szf6oySLY39A",
    },
];

impl AuthUser for Account {
    type Id = String;

    fn id(&self) -> String {
        self.name.into()
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }
}

async fn load_account(_: &Request<'_>, name: String) -> Result<Option<Account>, Infallible> {
    Ok(ACCOUNTS.into_iter().find(|account| account.name == name))
}

#[derive(FromForm)]
struct SignIn {
    name: String,
    password: String,
    remember: bool,
}

/// The account with this name and password, if there is one.
async fn verified(name: String, password: String) -> Result<Account, Status> {
    let known = ACCOUNTS.into_iter().find(|account| account.name == name);
    let verified = spawn_blocking(move || {
        // An unknown name takes as long as a wrong password.
        let hash = known.unwrap_or(ACCOUNTS[0]).password_hash;
        let verified = Argon2::default().verify_password(password.as_bytes(), hash);
        verified.is_ok()
    });
    let is_right = verified.await.map_err(|_| Status::InternalServerError)?;
    known.filter(|_| is_right).ok_or(Status::Unauthorized)
}

#[post("/login", data = "<form>")]
async fn login(form: Form<SignIn>, auth: Auth<'_, Account>) -> Result<String, Status> {
    let SignIn {
        name,
        password,
        remember,
    } = form.into_inner();
    let account = verified(name, password).await?;
    auth.login(&account).remember(remember).await?;
    Ok(format!("hello {}\n", account.name))
}

#[derive(FromForm)]
struct Password {
    password: String,
}

/// Makes the login fresh, with another token that all nodes know.
#[post("/confirm", data = "<form>")]
async fn confirm(
    user: User<Account>,
    form: Form<Password>,
    auth: Auth<'_, Account>,
) -> Result<&'static str, Status> {
    verified(user.name.into(), form.into_inner().password).await?;
    auth.confirm_as(&user).await?;
    Ok("confirmed\n")
}

/// The steps after a new password is stored: all other sessions end. These accounts keep theirs.
#[post("/renew")]
async fn renew(
    user: FreshUser<Account>,
    auth: Auth<'_, Account>,
) -> Result<&'static str, LoginError> {
    auth.renew(&user).await.map(|()| "renewed\n")
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>) -> Result<&'static str, LoginError> {
    auth.logout().await.map(|()| "goodbye\n")
}

#[get("/whoami")]
fn whoami(user: User<Account>) -> String {
    format!("{}\n", user.name)
}

/// A line for each session, the last seen first: its handle, and whether it is this one.
#[get("/sessions")]
async fn sessions(auth: Auth<'_, Account>) -> Result<String, LoginError> {
    let sessions = auth.sessions().await?;
    let lines = sessions.iter().map(|session| {
        let which = if session.is_current() {
            "this"
        } else {
            "other"
        };
        format!("{} {which}\n", session.handle())
    });
    Ok(lines.collect())
}

#[post("/sessions/<handle>/revoke")]
async fn revoke(handle: SessionHandle, auth: Auth<'_, Account>) -> Result<&'static str, Status> {
    if auth.revoke(&handle).await? {
        Ok("ended\n")
    } else {
        Err(Status::NotFound)
    }
}

#[post("/sessions/others/revoke")]
async fn revoke_others(auth: Auth<'_, Account>) -> Result<String, LoginError> {
    let count = auth.revoke_others().await?;
    Ok(format!("ended {count}\n"))
}

/// A request that is still answered when its node or the store goes away.
#[get("/slow")]
async fn slow(user: User<Account>) -> String {
    rocket::info!("Slow for {}.", user.name);
    sleep(Duration::from_secs(3)).await;
    format!("{}, at last\n", user.name)
}

/// Open until the session ends, on any node.
#[get("/ws")]
fn socket<'r>(ws: WebSocket, user: WsUser<'r, Account>) -> Channel<'r> {
    user.channel(ws, |mut stream| async move {
        stream.send("hello".into()).await?;
        while stream.next().await.transpose()?.is_some() {}
        Ok(())
    })
}

/// Whether the node runs, for a load balancer: it asks neither users nor the store.
#[get("/health")]
fn health() -> &'static str {
    "well\n"
}

#[get("/login")]
fn login_page() -> &'static str {
    "POST your name and password here, and remember=true if you like.\n"
}

#[catch(401)]
fn unauthorized() -> &'static str {
    "You are not logged in.\n"
}

#[catch(503)]
fn unavailable() -> &'static str {
    "The sessions cannot be asked at the moment.\n"
}

fn rocket() -> Rocket<Build> {
    // Joined, so that they only fill gaps.
    let figment = rocket::Config::figment()
        .join(Serialized::default("login.redirect_to", "login_page"))
        .join(Serialized::default("login.session.store", "memory"));

    rocket::custom(figment)
        .attach(LoginManager::fairing(load_account))
        .mount("/", routes![login, login_page, logout, whoami, health])
        .mount("/", routes![confirm, renew, sessions, slow, socket])
        .mount("/", routes![revoke, revoke_others])
        .register("/", catchers![unauthorized, unavailable])
}

#[rocket::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rocket().launch().await?;
    Ok(())
}
