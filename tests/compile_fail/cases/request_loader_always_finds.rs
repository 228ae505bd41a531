//! The request loader returns a user and no `Option`, so it could not say that there is no user.

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

async fn by_key(_: &Request<'_>) -> std::io::Result<Account> {
    Ok(Account)
}

fn main() {
    let login = LoginManager::fairing(load).request_loader(by_key);
    let _ = rocket::build().attach(login);
}
