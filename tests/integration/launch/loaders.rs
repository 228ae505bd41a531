//! A loader that blocks its thread is told to those who develop with it.

use std::thread::sleep;
use std::time::Duration;

use rocket::local::blocking::Client;
use rocket::tokio::task::spawn_blocking;
use rocket::{Request, get, routes};
use rocket_login::{LoginManager, User, UserLoader, testing};

use super::printed::printed;
use super::{figment, unmanaged};
use crate::app::{Account, Accounts, load};

#[get("/name")]
fn name(user: User<Account>) -> String {
    user.name.clone()
}

/// Visits a guarded page twice with this loader.
fn visit(load: impl for<'r> UserLoader<'r, Account, String>) {
    let rocket = unmanaged(figment("debug", "[default.login]\nredirect_to = '/in'"));
    let rocket = rocket.attach(LoginManager::fairing(load));
    let client = Client::tracked(rocket.mount("/", routes![name])).unwrap();
    let alice = client.rocket().state::<Accounts>().unwrap().find(1);
    testing::login(&client, &alice.unwrap());
    for _ in 0..2 {
        assert_eq!(
            client.get("/name").dispatch().into_string().unwrap(),
            "alice"
        );
    }
}

const LONG: Duration = Duration::from_millis(1100);

async fn block(request: &Request<'_>, id: i64) -> Result<Option<Account>, String> {
    sleep(LONG);
    load(request, id).await
}

async fn wait(request: &Request<'_>, id: i64) -> Result<Option<Account>, String> {
    spawn_blocking(|| sleep(LONG)).await.unwrap();
    load(request, id).await
}

#[test]
fn a_loader_that_blocks_its_thread_is_told_once() {
    let said = printed(|| visit(block));
    assert_eq!(said.matches("has blocked its thread").count(), 1, "{said}");
}

#[test]
fn a_loader_that_waits_is_not() {
    let said = printed(|| visit(wait));
    assert!(!said.contains("has blocked"), "{said}");
}
