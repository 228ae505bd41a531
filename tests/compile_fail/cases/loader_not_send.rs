//! The loader holds something across an `.await` that must not leave its thread.

use std::borrow::Cow;
use std::rc::Rc;

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
    let account = Rc::new(Some(Account));
    std::future::ready(()).await;
    Ok(Rc::into_inner(account).flatten())
}

fn main() {
    let _ = rocket::build().attach(LoginManager::fairing(load));
}
