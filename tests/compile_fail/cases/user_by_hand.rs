//! A `User` is the proof that somebody is logged in, and no handler can make one.

use std::sync::Arc;

use rocket_login::User;

struct Account;

fn main() {
    let _ = User {
        user: Arc::new(Account),
    };
}
