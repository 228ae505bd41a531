//! The fairing needs a function that loads users.

use rocket_login::LoginManager;

fn main() {
    let _ = rocket::build().attach(LoginManager::fairing());
}
