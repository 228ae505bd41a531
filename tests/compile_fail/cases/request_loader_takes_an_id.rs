//! A request loader is told no id: it is to find one.

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
    let _ = rocket::build().attach(LoginManager::fairing(load).request_loader(load));
}
