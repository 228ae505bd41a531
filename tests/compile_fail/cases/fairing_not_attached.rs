//! A fairing does nothing until it is attached.

#![deny(unused_must_use)]

use std::borrow::Cow;

use rocket::Request;
use rocket_login::{AuthUser, LoginManager};

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

async fn load(_: &Request<'_>, _: i64) -> std::io::Result<Option<Account>> {
    Ok(Some(Account))
}

fn main() {
    LoginManager::fairing(load);
}
