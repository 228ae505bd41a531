//! The other kind: staff, who come in by a door of their own.

use std::borrow::Cow;
use std::convert::Infallible;

use rocket::form::Form;
use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Catcher, Either, Request, Route, catch, catchers, get, post, routes, uri};
use rocket_login::{Auth, AuthUser, Challenge, LoginError, Next, NextRedirect, User};

use super::page::Page;
use super::password::{self, SignIn};

/// Without `Debug` on purpose: it would print the password hash.
#[derive(Clone, Copy)]
pub(crate) struct Clerk {
    id: i64,
    pub(crate) name: &'static str,
    password_hash: &'static str,
}

/// In place of a table of a database. The password is ledger.
const CLERKS: [Clerk; 1] = [Clerk {
    id: 1,
    name: "dave",
    password_hash: "$argon2id$v=19$m=19456,t=2,p=1$xx1UPXuAZIwiw00oVZIKQA$ZMDva8k9rSqt+QHuv3Ha23Y+N2o3nfz3k7ro1Jr4l+o",
}];

impl AuthUser for Clerk {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }
}

pub(crate) async fn load(_: &Request<'_>, id: i64) -> Result<Option<Clerk>, Infallible> {
    Ok(CLERKS.into_iter().find(|known| known.id == id))
}

/// To be mounted at `/staff`.
pub(crate) fn routes() -> Vec<Route> {
    routes![staff_login_page, staff_login, staff_logout, all_orders]
}

#[get("/login")]
fn staff_login_page() -> Page {
    Page::login("Staff", false)
}

#[post("/login", data = "<form>")]
async fn staff_login(
    form: Form<SignIn>,
    next: Next,
    auth: Auth<'_, Clerk>,
) -> Result<NextRedirect, Status> {
    let known = CLERKS.into_iter().find(|known| known.name == form.name);
    let hash = known.map(|known| known.password_hash);
    let is_right = password::is_right(&form.password, hash).await?;
    let clerk = known.filter(|_| is_right).ok_or(Status::Unauthorized)?;
    auth.login(&clerk).await?;
    Ok(next.redirect_or(uri!("/staff", all_orders)))
}

/// A customer in the same browser stays one.
#[post("/logout")]
async fn staff_logout(auth: Auth<'_, Clerk>) -> Result<Redirect, LoginError> {
    auth.logout()
        .await
        .map(|()| Redirect::to(uri!(super::home)))
}

#[get("/orders")]
fn all_orders(clerk: User<Clerk>) -> Page {
    Page::of(
        "All orders",
        &format!("{}, nobody has ordered anything yet.", clerk.name),
    )
    .with_button("/staff/logout", "Log out")
}

/// For what is below `/staff`, whichever guard has failed there.
#[catch(401)]
fn unauthorized(request: &Request<'_>) -> Either<Challenge, Page> {
    match Challenge::of(request) {
        Some(challenge) => Either::Left(challenge),
        None => Either::Right(Page::login("Staff", true)),
    }
}

#[catch(404)]
fn not_found() -> Page {
    Page::of("Not found", "There is no such page at the counter.")
}

pub(crate) fn catchers() -> Vec<Catcher> {
    catchers![unauthorized, not_found]
}
