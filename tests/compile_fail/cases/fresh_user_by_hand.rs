//! A `FreshUser` is the proof that a login is fresh, and a `User` is not made one by hand.

use rocket_login::{FreshUser, User};

struct Account;

fn sensitive(_: FreshUser<Account>) {}

fn handler(user: User<Account>) {
    sensitive(FreshUser(user));
}

fn main() {}
