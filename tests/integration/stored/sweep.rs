//! Expired sessions are deleted.

use std::sync::atomic::Ordering;
use std::time::Duration as Wait;

use rocket::http::ContentType;
use rocket::local::asynchronous::Client;
use rocket::time::Duration;
use rocket::tokio::time::timeout;
use rocket_login::testing;

use super::{Probe, probed_rocket};
use crate::app::stateless;

async fn swept(probe: &Probe) {
    let swept = timeout(Wait::from_secs(20), probe.swept.notified()).await;
    swept.unwrap();
}

async fn log_in(client: &Client) {
    let login = client.post("/login").header(ContentType::Form);
    login.body("id=1").dispatch().await;
}

#[rocket::async_test]
async fn expired_rows_are_deleted_in_the_background() {
    let (rocket, probe) = probed_rocket(stateless());
    let client = Client::untracked(rocket).await.unwrap();
    swept(&probe).await;
    log_in(&client).await;
    testing::advance(client.rocket(), Duration::hours(1));
    swept(&probe).await;
    log_in(&client).await;
    assert_eq!(probe.left().await.len(), 2);
    testing::advance(client.rocket(), Duration::hours(1));
    swept(&probe).await;
    assert_eq!(probe.left().await.len(), 1);
}

#[rocket::async_test]
async fn a_failing_store_is_asked_again_later() {
    let (rocket, probe) = probed_rocket(stateless());
    let client = Client::untracked(rocket).await.unwrap();
    swept(&probe).await;
    log_in(&client).await;
    probe.fail_at("delete_expired");
    testing::advance(client.rocket(), Duration::hours(3));
    swept(&probe).await;
    assert_eq!(probe.left().await.len(), 1);
    probe.set_failing(false);
    testing::advance(client.rocket(), Duration::hours(1));
    swept(&probe).await;
    assert_eq!(probe.left().await.len(), 0);
}

#[rocket::async_test]
async fn the_record_of_a_login_that_failed_goes_once_the_store_is_back() {
    let (rocket, probe) = probed_rocket(stateless());
    let client = Client::tracked(rocket).await.unwrap();
    swept(&probe).await;
    log_in(&client).await;
    let kept = probe.left().await;
    probe.fail_at("delete");
    // It begins a session, can end neither that of before nor its own, and has no cookie.
    log_in(&client).await;
    assert_eq!(probe.left().await.len(), 2);
    testing::advance(client.rocket(), Duration::seconds(1));
    swept(&probe).await;
    assert_eq!(probe.left().await.len(), 2);
    probe.set_failing(false);
    testing::advance(client.rocket(), Duration::seconds(1));
    swept(&probe).await;
    assert!(probe.left().await == kept, "not what was there before");
}

#[rocket::async_test]
async fn the_store_is_not_asked_after_a_shutdown() {
    let (rocket, probe) = probed_rocket(stateless());
    let client = Client::untracked(rocket).await.unwrap();
    swept(&probe).await;
    let weak = std::sync::Arc::downgrade(&probe);
    client.rocket().shutdown().notify();
    rocket::tokio::task::yield_now().await;
    let before = probe.deleted.load(Ordering::SeqCst);
    testing::advance(client.rocket(), Duration::hours(1));
    for _ in 0..100 {
        rocket::tokio::task::yield_now().await;
    }
    assert_eq!(probe.deleted.load(Ordering::SeqCst), before);
    drop((client, probe));
    // Another thread may still be letting go of it.
    let released = async {
        while weak.upgrade().is_some() {
            rocket::tokio::task::yield_now().await;
        }
    };
    timeout(Wait::from_secs(20), released).await.unwrap();
}
