//! A guard for a type that does not implement `AuthUser`.

use rocket::{get, routes};
use rocket_login::User;

struct Account;

#[get("/account")]
fn account(user: User<Account>) {
    let _ = user;
}

fn main() {
    let _ = rocket::build().mount("/", routes![account]);
}
