//! A closure cannot borrow the request for as long as its future lives.

use std::borrow::Cow;

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

fn main() {
    let _ = rocket::build().attach(LoginManager::fairing(|request, id: i64| async move {
        let _ = request;
        std::io::Result::Ok((id == 1).then_some(Account))
    }));
}
