//! The type that the loader finds does not implement `AuthUser`.

use rocket::Request;
use rocket_login::LoginManager;

struct Account;

async fn load(_: &Request<'_>, _: i64) -> std::io::Result<Option<Account>> {
    Ok(Some(Account))
}

fn main() {
    let _ = rocket::build().attach(LoginManager::fairing(load));
}
