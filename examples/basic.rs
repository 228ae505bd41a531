//! The basic example of Starlette-Login as it is here: an open page that knows who is there, a page
//! for users alone, and a login page that shows its form again after a wrong password.
//! `cargo run --example basic`, then http://127.0.0.1:8000/ as user1 or user2 (wonderland).

use argon2::{Argon2, PasswordVerifier};
use rocket::tokio::task::block_in_place;
use rocket::{Build, Either, FromForm, Request, Rocket, get, post, routes, uri};
use rocket::{figment::Figment, form::Form, http::Status, response::content::RawHtml};
use rocket_login::{Auth, AuthUser, LoginError, LoginManager, MaybeUser, Next, NextRedirect, User};

struct Account {
    id: usize,
    name: &'static str,
    password_hash: &'static str,
}

const WONDERLAND: &str = "$argon2id$v=19$m=19456,t=2,p=1$68n+oFAfLFYniwjWztWbDQ$kPwb2ASFtfsD9MmRiE+uuwl9PaHF2Qr5knp6FpESiKI";

const ACCOUNTS: [Account; 2] = [account(1, "user1"), account(2, "user2")];

const fn account(id: usize, name: &'static str) -> Account {
    Account {
        id,
        name,
        password_hash: WONDERLAND,
    }
}

impl AuthUser for Account {
    type Id = usize;

    fn id(&self) -> usize {
        self.id
    }

    fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }
}

async fn load_account(_: &Request<'_>, id: usize) -> std::io::Result<Option<Account>> {
    Ok(ACCOUNTS.into_iter().find(|account| account.id == id))
}

#[get("/")]
fn home(user: MaybeUser<Account>) -> RawHtml<String> {
    let logout = r#"<form method="post" action="/logout"><button>Log out</button></form>"#;
    RawHtml(match user.as_ref() {
        Some(user) => format!("You are <strong>{}</strong>. {logout}", user.name),
        None => "You are not logged in. <a href=\"/protected\">Log in</a>".into(),
    })
}

#[get("/protected")]
fn protected(user: User<Account>) -> String {
    format!("You are logged in as {}.", user.name)
}

const FORM: &str = r#"<form method="post">
    <label>Name <input name="name"></label>
    <label>Password <input name="password" type="password"></label>
    <button>Log in</button></form>"#;

#[get("/login")]
fn login_page(user: MaybeUser<Account>) -> Either<NextRedirect, RawHtml<&'static str>> {
    match user.as_ref() {
        Some(_) => Either::Left(NextRedirect::to(uri!(home))),
        None => Either::Right(RawHtml(FORM)),
    }
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
async fn logout(auth: Auth<'_, Account>) -> Result<&'static str, LoginError> {
    auth.logout().await?;
    Ok("Logged out.")
}

pub(crate) fn rocket(figment: Figment) -> Rocket<Build> {
    rocket::custom(figment)
        .attach(LoginManager::fairing(load_account).redirect_to(uri!(login_page)))
        .mount("/", routes![home, protected, login_page, login, logout])
}

#[rocket::main]
#[allow(dead_code)] // Tests include this file as a module and have no use for this function.
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rocket(rocket::Config::figment()).launch().await?;
    Ok(())
}
