//! A guard for a type that does not implement `AuthUser`.

use rocket::{get, post, routes};
use rocket_login::{Auth, FreshUser, MaybeUser};

struct Account;

#[get("/")]
fn home(_user: MaybeUser<Account>) {}

#[get("/settings")]
fn settings(_user: FreshUser<Account>) {}

#[post("/logout")]
fn logout(_auth: Auth<'_, Account>) {}

fn main() {
    let _ = rocket::build().mount("/", routes![home, settings, logout]);
}
