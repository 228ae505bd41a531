//! Attempts to log in on two nodes, which count together in one real server.

use std::borrow::Cow;
use std::convert::Infallible;

use rocket::form::Form;
use rocket::futures::future::join_all;
use rocket::http::{ContentType, Status};
use rocket::local::asynchronous::Client;
use rocket::{FromForm, Request, post, routes};
use rocket_login::{Auth, AuthUser, Config, LoginManager, SessionConfig, StoreKind};

use crate::{postgres, redis};

struct Alice;

impl AuthUser for Alice {
    type Id = u8;

    fn id(&self) -> u8 {
        1
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        b"the hash of wonderland"[..].into()
    }
}

async fn load(_: &Request<'_>, _: u8) -> Result<Option<Alice>, Infallible> {
    Ok(Some(Alice))
}

#[derive(FromForm)]
struct SignIn<'r> {
    name: &'r str,
    password: &'r str,
}

#[post("/login", data = "<form>")]
async fn login(form: Form<SignIn<'_>>, auth: Auth<'_, Alice>) -> Result<Status, Status> {
    let attempt = auth.attempt(form.name).await?;
    if (form.name, form.password) != ("alice", "wonderland") {
        return Err(Status::Unauthorized);
    }
    attempt.succeeded(&Alice).await?;
    auth.login(&Alice).await?;
    Ok(Status::Ok)
}

/// A node, whose browser keeps its cookies or not.
async fn node(kind: StoreKind, url: &str, is_tracked: bool) -> Client {
    let config = Config {
        session: SessionConfig {
            store: kind,
            url: Some(url.into()),
            ..SessionConfig::default()
        },
        ..Config::new("/login", "a key for nodes under test, and for nothing else")
    };
    let figment = rocket::Config::figment().merge(("log_level", "off"));
    let rocket = rocket::custom(figment)
        .attach(LoginManager::fairing(load).config(config))
        .mount("/", routes![login]);
    if is_tracked {
        Client::tracked(rocket).await.unwrap()
    } else {
        Client::untracked(rocket).await.unwrap()
    }
}

/// Tries to log in, always from the same address. Returns the status, and how long to wait.
async fn attempt(node: &Client, form: &str) -> (u16, Option<u64>) {
    let request = node.post("/login").header(ContentType::Form);
    let remote = "192.0.2.1:4000".parse().unwrap();
    let answer = request.remote(remote).body(form).dispatch().await;
    let wait = answer.headers().get_one("Retry-After");
    let wait = wait.map(|wait| wait.parse().unwrap());
    (answer.status().code, wait)
}

const WRONG: &str = "name=alice&password=guess";
const RIGHT: &str = "name=alice&password=wonderland";

/// Two nodes, a guesser, and the browser that alice has logged in with before.
async fn guessed_at(kind: StoreKind, url: &str) {
    let nodes = [node(kind, url, false).await, node(kind, url, false).await];
    let known = node(kind, url, true).await;
    assert_eq!(attempt(&known, RIGHT).await, (200, None));

    let guesses = (0..20).map(|number| attempt(&nodes[number % 2], WRONG));
    let answers = join_all(guesses).await;
    let passed = answers.iter().filter(|answer| **answer == (401, None));
    assert_eq!(passed.count(), 10, "{answers:?}");
    for node in &nodes {
        for form in [WRONG, RIGHT] {
            let (status, wait) = attempt(node, form).await;
            assert_eq!(status, 429);
            assert!((1..=900).contains(&wait.unwrap()), "{wait:?}");
        }
        assert_eq!(attempt(&known, RIGHT).await, (200, None));
    }
    let other = "name=bob&password=guess";
    assert_eq!(attempt(&nodes[0], other).await, (401, None));
}

#[rocket::async_test]
async fn two_nodes_count_together_in_redis_and_alice_gets_in_where_she_was_before() {
    let server = redis::server::Server::start().await;
    guessed_at(StoreKind::Redis, &server.url()).await;
}

#[test]
fn two_nodes_count_together_in_postgresql_and_alice_gets_in_where_she_was_before() {
    let server = postgres::server::Server::start();
    rocket::async_test(guessed_at(StoreKind::Postgres, &server.url()));
}

#[rocket::async_test]
async fn while_the_server_is_away_no_attempt_passes() {
    let mut server = redis::server::Server::start().await;
    let node = node(StoreKind::Redis, &server.url(), false).await;
    for _ in 0..9 {
        assert_eq!(attempt(&node, WRONG).await.0, 401);
    }
    server.kill();
    for form in [WRONG, RIGHT] {
        assert_eq!(attempt(&node, form).await, (503, None));
    }
    server.restart();
    server.wait_until_it_answers().await;
    assert_eq!(attempt(&node, WRONG).await.0, 401);
    assert_eq!(attempt(&node, RIGHT).await.0, 429);
}
