//! Logging in and out in one file: a user type, a user loader, four routes and one fairing.
//! Start it with `cargo run --example quickstart`, open http://127.0.0.1:8000/account, log in as
//! alice with the password wonderland, and you are on the page you asked for. README.md explains it.

use argon2::{Argon2, PasswordVerifier};
use rocket::{Either, form::Form, response::content::RawHtml, tokio::task::block_in_place};
use rocket::{FromForm, Request, get, http::RawStr, http::Status, launch, post, routes, uri};
use rocket_login::{Auth, AuthUser, LoginError, LoginManager, Next, NextRedirect, User};

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
    // A new password ends every session made with the old one.
    fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }
}

async fn load_account(_: &Request<'_>, name: String) -> std::io::Result<Option<Account>> {
    Ok(ACCOUNTS.into_iter().find(|account| account.name == name))
}

#[launch]
fn rocket() -> _ {
    rocket::build()
        .attach(LoginManager::fairing(load_account))
        .mount("/", routes![account, login_page, login, logout])
}

#[get("/account")]
fn account(user: User<Account>) -> RawHtml<String> {
    let name = RawStr::new(user.name).html_escape();
    let form = r#"<form method="post" action="logout"><button>Log out</button></form>"#;
    RawHtml(format!("Hello, {name}! {form}"))
}

// Without an `action` a browser sends it to the address of the page, where `next` stands.
const FORM: &str = r#"<form method="post">
    <label>Name <input name="name"></label>
    <label>Password <input name="password" type="password"></label>
    <label><input name="remember" type="checkbox"> Remember me</label>
    <button>Log in</button></form>"#;

#[get("/login")]
fn login_page() -> RawHtml<&'static str> {
    RawHtml(FORM)
}

#[derive(FromForm)]
struct SignIn {
    name: String,
    password: String,
    remember: bool,
}

type Answer = Result<Either<NextRedirect, (Status, RawHtml<String>)>, LoginError>;

#[post("/login", data = "<form>")]
async fn login(form: Form<SignIn>, next: Next, auth: Auth<'_, Account>) -> Answer {
    let account = ACCOUNTS.into_iter().find(|known| known.name == form.name);
    // An unknown name takes as long as a wrong password, so that the time does not tell them apart.
    let hash = account.as_ref().unwrap_or(&ACCOUNTS[0]).password_hash;
    let ok = block_in_place(|| Argon2::default().verify_password(form.password.as_bytes(), hash));
    let Some(account) = ok.ok().and(account) else {
        let again = RawHtml(format!("Wrong name or password. {FORM}"));
        return Ok(Either::Right((Status::Unauthorized, again)));
    };
    auth.login(&account).remember(form.remember).await?;
    Ok(Either::Left(next.redirect_or(uri!(account))))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>) -> Result<NextRedirect, LoginError> {
    auth.logout().await?;
    Ok(NextRedirect::to(uri!(login_page)))
}
