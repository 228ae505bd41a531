//! A `User` is the proof of a login, and no handler can make one.

use std::sync::Arc;

use rocket_login::User;

struct Account;

fn main() {
    let _ = User {
        user: Arc::new(Account),
    };
}
