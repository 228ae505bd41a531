//! A policy that no code could make.

use std::borrow::Cow;
use std::convert::Infallible;

use rocket::Request;
use rocket_login::{AuthUser, Policy};

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

struct Anybody;

impl Policy<Account> for Anybody {
    type Error = Infallible;

    async fn allow(&self, _: &Account, _: &Request<'_>) -> Result<bool, Infallible> {
        Ok(true)
    }
}

fn main() {}
