//! The checks of whose sessions are whose.

use crate::store::SessionStore;
use crate::testing::suite::{Suite, key, session};

/// Checks what a store lists and deletes by user.
pub(super) async fn check<S: SessionStore + ?Sized>(suite: &Suite<'_, S>) {
    are_kept_apart(suite).await;
    are_forgotten(suite).await;
    take_sessions_over(suite).await;
}

async fn are_kept_apart<S: SessionStore + ?Sized>(suite: &Suite<'_, S>) {
    let mut all = [session(1, 1), session(2, 1), session(3, 2)];
    // A key of zeros is a user like any other.
    all[2].user = key(0);
    suite.fill(&all).await;
    suite.lists(1, &all[..2], "not exactly the user's").await;
    suite.lists(9, &[], "a user without sessions").await;
    suite.clear(&all).await;
}

async fn are_forgotten<S: SessionStore + ?Sized>(suite: &Suite<'_, S>) {
    let all = [session(1, 1), session(2, 1), session(3, 2)];
    suite.fill(&all).await;
    suite.delete_of_user(1, 2).await;
    suite.delete_of_user(1, 0).await;
    suite.is_gone(&all[0], "a session of a deleted user").await;
    suite.is(&all[2], "a session of another user").await;
    suite.clear(&all[2..]).await;
}

/// A tombstone is filed under an owner of its own, so a row changes its owner.
async fn take_sessions_over<S: SessionStore + ?Sized>(suite: &Suite<'_, S>) {
    let mut kept = session(1, 1);
    suite.create(&kept, true, "a new session").await;
    kept.user = key(2);
    suite.save(&kept, true, "a session of another user").await;
    kept.revision += 1;
    suite.is(&kept, "a session of another user").await;
    suite.lists(1, &[], "a session that another user has").await;
    let theirs = std::slice::from_ref(&kept);
    suite.lists(2, theirs, "a session taken over").await;
    suite.delete_of_user(1, 0).await;
    suite.is(&kept, "a session taken over").await;
    suite.delete_of_user(2, 1).await;
    suite.is_gone(&kept, "a session of a deleted user").await;
}
