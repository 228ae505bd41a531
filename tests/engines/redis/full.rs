//! A server whose memory is full.

use rocket_login::store::SessionStore;

use super::server::Server;
use super::{error, key, session};

#[rocket::async_test]
async fn a_full_server_takes_no_more_and_loses_nothing() {
    let server = Server::start_with(&["--maxmemory-policy", "noeviction"]).await;
    let store = server.store().await;
    let mut kept = session(0, 1);
    kept.value = vec![7; 64 * 1024];
    assert!(store.create(&kept).await.unwrap());
    server
        .ask::<()>(&["CONFIG", "SET", "maxmemory", "3mb"])
        .await;
    let mut count = 1;
    let refused = loop {
        let mut more = session(count, 1);
        more.value.clone_from(&kept.value);
        match store.create(&more).await {
            Ok(created) => assert!(created && count < 100),
            Err(error) => break error.to_string(),
        }
        count += 1;
    };
    assert!(refused.contains("OOM"), "{refused}");
    assert!(count > 5, "{count}");
    assert!(error(store.save(&kept).await).contains("OOM"));
    assert!(store.load(&key(count)).await.unwrap().is_none());
    for number in 0..count {
        let found = store.load(&key(number)).await.unwrap().unwrap();
        assert_eq!((found.revision, &found.value), (0, &kept.value));
    }
    assert_eq!(
        store.of_user(&key(1), 1000).await.unwrap().len(),
        usize::from(count)
    );
    // Logging out makes room.
    assert_eq!(
        store.delete_of_user(&key(1)).await.unwrap(),
        usize::from(count)
    );
    assert!(store.create(&kept).await.unwrap());
}

#[rocket::async_test]
async fn a_server_that_takes_no_writes_can_be_read() {
    let server = Server::start().await;
    let store = server.store().await;
    assert!(store.create(&session(1, 1)).await.unwrap());
    assert!(store.create(&session(2, 1)).await.unwrap());
    server.ask::<()>(&["DEL", &super::record(2)]).await;
    let options = ["CONFIG", "SET", "min-replicas-to-write", "1"];
    server.ask::<()>(&options).await;
    assert_eq!(store.of_user(&key(1), 1000).await.unwrap(), [session(1, 1)]);
    assert!(error(store.delete(&key(1)).await).contains("NOREPLICAS"));
    assert!(store.load(&key(1)).await.unwrap().is_some());
}
