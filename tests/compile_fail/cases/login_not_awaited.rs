//! No user is logged in until the login is awaited.

#![deny(unused_must_use)]

use rocket_login::{Auth, AuthUser};

async fn sign_in<U: AuthUser>(auth: Auth<'_, U>, user: U) {
    auth.login(&user);
    auth.login(&user).remember(true);
}

async fn sign_out<U: AuthUser>(auth: Auth<'_, U>) {
    auth.logout();
}

async fn in_vain<U: AuthUser>(auth: Auth<'_, U>, user: U) {
    auth.login(&user).await;
}

fn main() {}
