//! Where a fresh login is needed, another does not do.

use rocket_login::{FreshUser, User};

struct Account;

fn sensitive(_: FreshUser<Account>) {}

fn handler(user: User<Account>) {
    sensitive(user);
}

fn main() {}
