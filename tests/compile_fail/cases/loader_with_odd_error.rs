//! The loader's error is no `std::error::Error`.

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

enum DatabaseError {
    Gone,
}

async fn load(_: &Request<'_>, _: i64) -> Result<Option<Account>, DatabaseError> {
    Err(DatabaseError::Gone)
}

fn main() {
    let _ = rocket::build().attach(LoginManager::fairing(load));
}
