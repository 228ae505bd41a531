//! A closed site: pages, files and a socket need a login, and so do paths that do not exist. Only
//! the login page, its stylesheet and `/health` are open. No route but the home page has a guard.
//! `cargo run --example intranet`, then http://127.0.0.1:8000/ as alice (wonderland).

use argon2::{Argon2, PasswordVerifier};
use rocket::fs::{FileServer, relative};
use rocket::tokio::task::block_in_place;
use rocket::{Build, Either, FromForm, Request, Rocket, get, post, routes, uri};
use rocket::{figment::Figment, form::Form, http::Status, response::content::RawHtml};
use rocket_login::{Auth, AuthUser, LoginError, LoginManager, Next, NextRedirect, User, ws};

struct Account {
    name: &'static str,
    password_hash: &'static str,
}

const ACCOUNTS: [Account; 1] = [Account {
    name: "alice",
    password_hash: "$argon2id$v=19$m=19456,t=2,p=1$68n+oFAfLFYniwjWztWbDQ$kPwb2ASFtfsD9MmRiE+uuwl9PaHF2Qr5knp6FpESiKI",
}];

impl AuthUser for Account {
    type Id = String;

    fn id(&self) -> String {
        self.name.into()
    }

    fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }
}

async fn load_account(_: &Request<'_>, name: String) -> std::io::Result<Option<Account>> {
    Ok(ACCOUNTS.into_iter().find(|account| account.name == name))
}

/// Asked by a monitor, which has no login.
#[get("/health")]
fn health() -> &'static str {
    "fine"
}

#[get("/")]
fn home(user: User<Account>) -> RawHtml<String> {
    RawHtml(format!(
        r#"<link rel="stylesheet" href="/static/site.css"><h1>Intranet</h1>
        <p>Hello, {}. Read <a href="/files/plan.txt">the plan</a>.</p>
        <form method="post" action="/logout"><button>Log out</button></form>"#,
        user.name
    ))
}

/// A socket without a guard of its own.
#[get("/live")]
fn live(ws: ws::WebSocket) -> ws::Stream!['static] {
    ws::Stream! { ws => for await message in ws { yield message?; } }
}

const FORM: &str = r#"<link rel="stylesheet" href="/static/site.css">
    <form method="post">
    <label>Name <input name="name"></label>
    <label>Password <input name="password" type="password"></label>
    <button>Log in</button></form>"#;

#[get("/login")]
fn login_page() -> RawHtml<&'static str> {
    RawHtml(FORM)
}

#[derive(FromForm)]
struct SignIn {
    name: String,
    password: String,
}

type Answer = Result<Either<NextRedirect, (Status, RawHtml<String>)>, LoginError>;

#[post("/login", data = "<form>")]
async fn login(form: Form<SignIn>, next: Next, auth: Auth<'_, Account>) -> Answer {
    let account = ACCOUNTS.into_iter().find(|known| known.name == form.name);
    // An unknown name takes as long as a wrong password: the time does not tell them apart.
    let hash = account.as_ref().unwrap_or(&ACCOUNTS[0]).password_hash;
    let ok = block_in_place(|| Argon2::default().verify_password(form.password.as_bytes(), hash));
    let Some(account) = ok.ok().and(account) else {
        let again = RawHtml(format!("<p>Wrong name or password.</p>{FORM}"));
        return Ok(Either::Right((Status::Unauthorized, again)));
    };
    auth.login(&account).await?;
    Ok(Either::Left(next.redirect_or(uri!(home))))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>) -> Result<NextRedirect, LoginError> {
    auth.logout().await?;
    Ok(NextRedirect::to(uri!(login_page)))
}

pub(crate) fn rocket(figment: Figment) -> Rocket<Build> {
    let fairing = LoginManager::fairing(load_account)
        .redirect_to(uri!(login_page))
        .require_login()
        .open("health")
        .open_below("/static")
        // By default OPTIONS passes, for scripts of other sites. An intranet has none.
        .configure(|config| config.exempt_methods.clear());
    rocket::custom(figment)
        .attach(fairing)
        .mount("/", routes![health, home, live, login_page, login, logout])
        .mount(
            "/files",
            FileServer::from(relative!("examples/intranet/files")),
        )
        .mount(
            "/static",
            FileServer::from(relative!("examples/intranet/static")),
        )
}

#[rocket::main]
#[allow(dead_code)] // Tests include this file as a module and have no use for this function.
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rocket(rocket::Config::figment()).launch().await?;
    Ok(())
}
