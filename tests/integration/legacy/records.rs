//! The sessions that tokens of an application before begin: requests at once meet in one, and
//! no token fills a store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rocket::futures::future::join_all;
use rocket::http::{ContentType, Header, Method, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::time::Duration;
use rocket_login::store::MemoryStore;
use rocket_login::{Config, Event, LegacyTokens, LoginManager, StoreKind, testing};

use super::{legacy, token};
use crate::app::{self, Account, with_store};
use crate::parallel::{cookie, pair, request, status};

fn config(tokens: LegacyTokens) -> Config {
    Config {
        session: with_store(StoreKind::Cookie).session,
        ..legacy(tokens)
    }
}

/// One of several nodes on a store, and how often it has told of a restore.
async fn node(store: &Arc<MemoryStore>, tokens: LegacyTokens) -> (Client, Arc<AtomicUsize>) {
    let restored = Arc::new(AtomicUsize::new(0));
    let told = restored.clone();
    let login = LoginManager::fairing(app::load).config(config(tokens));
    let login = login
        .session_store(store.clone())
        .on_event(move |event, _| {
            if matches!(event, Event::Restored { .. }) {
                told.fetch_add(1, Ordering::SeqCst);
            }
        });
    let rocket = app::bare().attach(login).mount("/", app::routes());
    let client = Client::untracked(rocket).await.unwrap();
    // From now on the clock stands still.
    testing::advance(client.rocket(), Duration::ZERO);
    (client, restored)
}

/// Two nodes whose clocks show the same time.
async fn nodes(tokens: LegacyTokens) -> [Client; 2] {
    let store = Arc::default();
    let [one, other] = [node(&store, tokens).await.0, node(&store, tokens).await.0];
    testing::set_now(other.rocket(), testing::now(one.rocket()));
    [one, other]
}

/// How many sessions and remembered browsers alice has.
async fn sessions(client: &Client) -> usize {
    let manager: &LoginManager<Account> = client.rocket().state().unwrap();
    manager.sessions(&1).await.unwrap().len()
}

fn alices() -> String {
    format!("remember_token={}", token("1"))
}

#[track_caller]
fn assert_for_this_request(answer: &LocalResponse<'_>) {
    assert_eq!(answer.status(), Status::Ok);
    assert_eq!(answer.headers().get("Set-Cookie").count(), 0);
}

#[rocket::async_test]
async fn a_thousand_invented_user_agents_leave_twenty_rows_and_the_users_own() {
    let (client, _) = node(&Arc::default(), LegacyTokens::Replace).await;
    let login = request(&client, Method::Post, "/login", "");
    let login = login.header(ContentType::Form).body("id=1");
    let own = pair(&login.dispatch().await, "session");
    let mut last = String::new();
    for number in 0..1000 {
        let agent = format!("invented/{number}");
        let request = request(&client, Method::Get, "/account", &alices());
        let request = request.header(Header::new("User-Agent", agent));
        last = pair(&request.dispatch().await, "session");
        assert!(sessions(&client).await <= 21, "{number}");
        testing::advance(client.rocket(), Duration::seconds(1));
    }
    assert_eq!(sessions(&client).await, 21);
    assert_eq!(status(&client, &last).await, Status::Ok);
    assert_eq!(status(&client, &own).await, Status::Ok);
}

#[rocket::async_test]
async fn requests_at_once_meet_in_one_record_and_the_restore_is_told_once() {
    for tokens in [LegacyTokens::Replace, LegacyTokens::Write] {
        let (client, restored) = node(&Arc::default(), tokens).await;
        let at_once = (0..8).map(|_| request(&client, Method::Get, "/account", &alices()));
        let answers = join_all(at_once.map(|request| request.dispatch())).await;
        let first = pair(&answers[0], "session");
        for answer in &answers {
            assert_eq!(pair(answer, "session"), first);
            assert_eq!(
                cookie(answer, "remember_token"),
                cookie(&answers[0], "remember_token")
            );
        }
        assert_eq!(sessions(&client).await, 1);
        assert_eq!(restored.load(Ordering::SeqCst), 1);
    }
}

#[rocket::async_test]
async fn requests_at_two_nodes_at_once_meet_in_one_record() {
    let [one, other] = nodes(LegacyTokens::Replace).await;
    let token = alices();
    let on = |node| request(node, Method::Get, "/account", &token).dispatch();
    let answers = join_all([on(&one), on(&other)]).await;
    assert_eq!(pair(&answers[0], "session"), pair(&answers[1], "session"));
    assert_eq!(sessions(&one).await, 1);
}

#[rocket::async_test]
async fn of_two_answers_at_once_a_logout_with_one_ends_both() {
    for store in [StoreKind::Cookie, StoreKind::Memory] {
        let config = Config {
            session: with_store(store).session,
            ..legacy(LegacyTokens::Replace)
        };
        let client = Client::untracked(app::rocket(config)).await.unwrap();
        testing::advance(client.rocket(), Duration::ZERO);
        let token = alices();
        let get = || request(&client, Method::Get, "/account", &token).dispatch();
        let answers = join_all([get(), get()]).await;
        let [one, other] = [&answers[0], &answers[1]].map(|answer| pair(answer, "session"));
        assert_eq!(status(&client, &other).await, Status::Ok);
        let out = request(&client, Method::Post, "/logout", &one);
        assert_eq!(out.dispatch().await.status(), Status::Ok);
        assert_eq!(status(&client, &other).await, Status::SeeOther);
    }
}

#[rocket::async_test]
async fn a_logout_or_login_keeps_the_token_from_beginning_a_session_on_other_nodes_too() {
    for (uri, form) in [("/logout", ""), ("/login", "id=2"), ("/login", "id=1")] {
        let [one, other] = nodes(LegacyTokens::Replace).await;
        let change = request(&one, Method::Post, uri, &alices());
        let change = change.header(ContentType::Form).body(form);
        assert!(change.dispatch().await.status().code < 400, "{uri}");
        let before = sessions(&one).await;
        for (seconds, node) in [(0, &other), (599, &other), (0, &one)] {
            testing::advance(node.rocket(), Duration::seconds(seconds));
            let late = request(node, Method::Get, "/account", &alices());
            assert_for_this_request(&late.dispatch().await);
        }
        assert_eq!(sessions(&one).await, before);

        let another = request(&other, Method::Get, "/account", &alices());
        let another = another.header(Header::new("User-Agent", "another"));
        assert!(cookie(&another.dispatch().await, "session").is_some());
        testing::advance(other.rocket(), Duration::seconds(2));
        let later = request(&other, Method::Get, "/account", &alices());
        assert!(cookie(&later.dispatch().await, "session").is_some());
    }
}

#[rocket::async_test]
async fn a_logout_at_one_node_ends_what_the_token_has_begun_at_another() {
    let [one, other] = nodes(LegacyTokens::Write).await;
    let begun = request(&one, Method::Get, "/account", &alices());
    let session = pair(&begun.dispatch().await, "session");
    testing::advance(other.rocket(), Duration::minutes(10));
    let out = request(&other, Method::Post, "/logout", &alices());
    assert_eq!(out.dispatch().await.status(), Status::Ok);
    assert_eq!(status(&one, &session).await, Status::SeeOther);
    assert_eq!(sessions(&one).await, 0);
}

#[rocket::async_test]
async fn a_token_joins_no_session_that_was_confirmed_meanwhile() {
    let (client, _) = node(&Arc::default(), LegacyTokens::Write).await;
    let begun = request(&client, Method::Get, "/account", &alices());
    let session = pair(&begun.dispatch().await, "session");
    let confirm = request(&client, Method::Post, "/confirm", &session);
    assert_eq!(confirm.dispatch().await.status(), Status::Ok);
    let late = request(&client, Method::Get, "/account", &alices());
    let answer = late.dispatch().await;
    assert_for_this_request(&answer);
    let page = answer.into_string().await;
    assert_eq!(page.as_deref(), Some("alice fresh=false remembered=true"));
}
