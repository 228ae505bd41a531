//! One kind: customers, with all that is theirs.

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
pub(crate) struct Customer {
    id: i64,
    pub(crate) name: &'static str,
    password_hash: &'static str,
}

/// In place of a table of a database. The password is marigold.
const CUSTOMERS: [Customer; 1] = [Customer {
    id: 1,
    name: "carol",
    password_hash: "$argon2id$v=19$m=19456,t=2,p=1$6MJ6pE9xXhTVYmY1MtQt4g$33QofxNRAc4dMkipCAVuGODyft+xXKqssA0gK/U/Cj4",
}];

impl AuthUser for Customer {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.password_hash.as_bytes().into()
    }
}

pub(crate) async fn load(_: &Request<'_>, id: i64) -> Result<Option<Customer>, Infallible> {
    Ok(CUSTOMERS.into_iter().find(|known| known.id == id))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![login_page, login, logout, orders]
}

#[get("/login")]
fn login_page() -> Page {
    Page::login("Customers", false)
}

#[post("/login", data = "<form>")]
async fn login(
    form: Form<SignIn>,
    next: Next,
    auth: Auth<'_, Customer>,
) -> Result<NextRedirect, Status> {
    let known = CUSTOMERS.into_iter().find(|known| known.name == form.name);
    let hash = known.map(|known| known.password_hash);
    let is_right = password::is_right(&form.password, hash).await?;
    let customer = known.filter(|_| is_right).ok_or(Status::Unauthorized)?;
    auth.login(&customer).await?;
    Ok(next.redirect_or(uri!(orders)))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Customer>) -> Result<Redirect, LoginError> {
    auth.logout()
        .await
        .map(|()| Redirect::to(uri!(super::home)))
}

#[get("/orders")]
fn orders(customer: User<Customer>) -> Page {
    Page::of(
        "Your orders",
        &format!("{}, you have ordered nothing yet.", customer.name),
    )
    .with_button("/logout", "Log out")
}

/// A guard that has failed says where to log in; a wrong password leads to the form again.
#[catch(401)]
fn unauthorized(request: &Request<'_>) -> Either<Challenge, Page> {
    match Challenge::of(request) {
        Some(challenge) => Either::Left(challenge),
        None => Either::Right(Page::login("Customers", true)),
    }
}

#[catch(404)]
fn not_found() -> Page {
    Page::of("Not found", "There is no such page in this shop.")
}

pub(crate) fn catchers() -> Vec<Catcher> {
    catchers![unauthorized, not_found]
}
