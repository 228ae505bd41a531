//! A permit by a type that does not implement `Policy`.

use std::borrow::Cow;

use rocket::{get, routes};
use rocket_login::{AuthUser, Permit};

struct Account;

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        1
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        [][..].into()
    }
}

struct Admin;

#[get("/admin")]
fn admin(user: Permit<Admin, Account>) {
    let _ = user;
}

fn main() {
    let _ = rocket::build().mount("/", routes![admin]);
}
