//! The policy holds something across an `.await` that must not leave its thread.

use std::borrow::Cow;
use std::convert::Infallible;
use std::rc::Rc;

use rocket::Request;
use rocket_login::{AuthUser, Policy};

struct Account {
    is_admin: bool,
}

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        1
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        [][..].into()
    }
}

#[derive(Default)]
struct Admin;

impl Policy<Account> for Admin {
    type Error = Infallible;

    async fn allow(&self, user: &Account, _: &Request<'_>) -> Result<bool, Infallible> {
        let is_admin = Rc::new(user.is_admin);
        std::future::ready(()).await;
        Ok(*is_admin)
    }
}

fn main() {}
