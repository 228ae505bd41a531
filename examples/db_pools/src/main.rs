//! A user loader that asks a database: SQLite, through the connection pool of `rocket_db_pools`.
//! Start it in this folder with `cargo run`, open http://127.0.0.1:8000/account, and log in as
//! alice with the password wonderland. Without the database it answers 503 and logs no user out.
//!
//! It is a package of its own because rocket_db_pools 0.2 pins sqlx 0.7: two versions of
//! libsqlite3-sys cannot stand in one dependency graph. That sqlx has known weaknesses, and
//! rocket_db_pools no release with a newer one: a new application is better off with sqlx itself,
//! as in `examples/demo`.

mod accounts;
#[cfg(test)]
mod tests;

use argon2::{Argon2, PasswordVerifier};
use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use rocket::form::Form;
use rocket::http::{RawStr, Status};
use rocket::response::{Redirect, content::RawHtml};
use rocket::tokio::task::block_in_place;
use rocket::{Build, FromForm, Rocket, get, launch, post, routes, uri};
use rocket_db_pools::Database;
use rocket_login::{Auth, LoginError, LoginManager, Next, NextField, NextRedirect, User};

use accounts::{ALICE, Account, Db};

#[get("/")]
fn home() -> RawHtml<&'static str> {
    RawHtml(r#"<form method="post" action="/logout"><button>Log out</button></form>"#)
}

// A handler that takes a `Connection<Db>` as well takes it after the user. The other way round every
// request would hold one connection while the loader waits for a second: see `tests.rs`.
#[get("/account")]
fn account(user: User<Account>) -> String {
    format!("Hello, {}!", user.name)
}

#[get("/login")]
fn login_page(next: Next) -> RawHtml<String> {
    let next = RawStr::new(next.as_str().unwrap_or("/")).html_escape();
    RawHtml(format!(
        r#"<form method="post"><input type="hidden" name="next" value="{next}"> <label>Name
        <input name="name"></label> <label>Password <input name="password" type="password"></label>
        <label>Remember me <input name="remember" type="checkbox"></label>
        <button>Log in</button></form>"#
    ))
}

#[derive(FromForm)]
struct SignIn {
    name: String,
    password: String,
    remember: bool,
    next: NextField,
}

#[post("/login", data = "<form>")]
async fn login(
    form: Form<SignIn>,
    db: &Db,
    auth: Auth<'_, Account>,
) -> Result<NextRedirect, Status> {
    let account = accounts::by_name(db, &form.name).await.map_err(|error| {
        rocket::error!("nobody can log in: {error}");
        Status::ServiceUnavailable
    })?;
    // An unknown name takes as long as a wrong password, so that the time does not tell them apart.
    let hash = account.as_ref().map_or(ALICE, |known| &known.password_hash);
    let ok = block_in_place(|| Argon2::default().verify_password(form.password.as_bytes(), hash));
    let account = ok.ok().and(account).ok_or(Status::Unauthorized)?;
    auth.login(&account).remember(form.remember).await?;
    Ok(form.next.redirect_or(uri!(home)))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>) -> Result<Redirect, LoginError> {
    auth.logout().await.map(|()| Redirect::to(uri!(home)))
}

/// With settings from anywhere, so that every test can have a database of its own.
fn site(figment: Figment) -> Rocket<Build> {
    rocket::custom(figment)
        .attach(Db::init())
        .attach(AdHoc::try_on_ignite("Accounts", accounts::prepare))
        .attach(LoginManager::fairing(accounts::load))
        .mount("/", routes![home, account, login_page, login, logout])
}

#[launch]
fn rocket() -> _ {
    site(rocket::Config::figment())
}
