//! The pages in a browser, with the database and without it.

use rocket::futures::future::join_all;
use rocket::http::{ContentType, Status};
use rocket::local::{asynchronous, blocking};
use rocket_login::testing;
use tempfile::TempDir;

use super::*;
use rocket_db_pools::{Connection, sqlx};

/// The site with a database in a folder of its own, which lasts as long as it is kept.
fn site_in(folder: &TempDir) -> Rocket<Build> {
    let file = folder.path().join("accounts.sqlite");
    let url = format!("sqlite:{}", file.display());
    // One connection is enough, or else the loader would wait for one that its request holds.
    let figment = rocket::Config::figment()
        .merge(("databases.login.url", url))
        .merge(("databases.login.max_connections", 1));
    site(figment)
}

// In the order of their parameters, guards hold what they have.

#[get("/user-first")]
async fn user_first(_user: User<Account>, _db: Connection<Db>) {}

#[get("/connection-first")]
async fn connection_first(_db: Connection<Db>, _user: User<Account>) {}

#[rocket::async_test]
async fn a_user_who_comes_before_the_connection_is_found_with_one_for_all() {
    let folder = TempDir::new().unwrap();
    let site = site_in(&folder).mount("/", routes![user_first, connection_first]);
    let figment = site.figment().clone();
    let site = site.configure(figment.merge(("databases.login.connect_timeout", 1)));
    let client = asynchronous::Client::tracked(site).await.unwrap();
    let db = Db::fetch(client.rocket()).unwrap();
    let alice = accounts::by_name(db, "alice").await.unwrap().unwrap();
    testing::login_async(&client, &alice).await;
    let statuses = async |page: &'static str| {
        let requests = (0..40).map(|_| client.get(page).dispatch());
        let answers = join_all(requests).await.into_iter();
        answers.map(|answer| answer.status()).collect::<Vec<_>>()
    };
    assert_eq!(statuses("/user-first").await, [Status::Ok; 40]);
    let refused = statuses("/connection-first").await;
    assert_eq!(refused, [Status::ServiceUnavailable; 40]);
}

async fn client(folder: &TempDir) -> asynchronous::Client {
    let client = asynchronous::Client::tracked(site_in(folder)).await;
    client.expect("the site launches")
}

async fn log_in<'c>(
    client: &'c asynchronous::Client,
    password: &str,
) -> asynchronous::LocalResponse<'c> {
    let form = format!("name=alice&password={password}&next=/account");
    let request = client.post("/login").header(ContentType::Form);
    request.body(form).dispatch().await
}

async fn sql(client: &asynchronous::Client, statement: &str) {
    let db = Db::fetch(client.rocket()).expect("a database");
    let done = sqlx::query(statement).execute(&**db).await;
    done.expect("a statement that succeeds");
}

fn location<'r>(response: &'r asynchronous::LocalResponse<'_>) -> Option<&'r str> {
    response.headers().get_one("Location")
}

#[rocket::async_test]
async fn strangers_are_sent_to_the_login_page() {
    let folder = TempDir::new().unwrap();
    let client = client(&folder).await;
    let response = client.get("/account").dispatch().await;
    assert_eq!(response.status(), Status::SeeOther);
    assert_eq!(location(&response), Some("/login?next=%2Faccount"));
    let page = client.get("/login?next=%2Faccount").dispatch().await;
    assert_eq!(page.status(), Status::Ok);
    assert!(page.into_string().await.unwrap().contains("account"));
}

#[rocket::async_test]
async fn alice_logs_in_and_is_known_until_she_logs_out() {
    let folder = TempDir::new().unwrap();
    let client = client(&folder).await;
    let response = log_in(&client, "wonderland").await;
    assert_eq!(response.status(), Status::SeeOther);
    assert_eq!(location(&response), Some("/account"));

    let page = client.get("/account").dispatch().await;
    assert_eq!(page.into_string().await.unwrap(), "Hello, alice!");

    client.post("/logout").dispatch().await;
    let response = client.get("/account").dispatch().await;
    assert_eq!(response.status(), Status::SeeOther);
}

#[rocket::async_test]
async fn a_wrong_password_is_refused_without_a_redirect() {
    let folder = TempDir::new().unwrap();
    let client = client(&folder).await;
    let response = log_in(&client, "rabbit").await;
    assert_eq!(response.status(), Status::Unauthorized);
    assert_eq!(location(&response), None);
    assert!(client.cookies().get("session").is_none());
}

#[rocket::async_test]
async fn a_failing_query_logs_no_user_out() {
    let folder = TempDir::new().unwrap();
    let client = client(&folder).await;
    log_in(&client, "wonderland").await;
    let before = client.cookies().get("session").cloned();

    sql(&client, "DROP TABLE accounts").await;
    let response = client.get("/account").dispatch().await;
    assert_eq!(response.status(), Status::ServiceUnavailable);
    assert_eq!(location(&response), None);
    assert_eq!(response.headers().get_one("Set-Cookie"), None);
    let response = log_in(&client, "wonderland").await;
    assert_eq!(response.status(), Status::ServiceUnavailable);
    assert!(before.is_some());
    assert_eq!(client.cookies().get("session").cloned(), before);

    let db = Db::fetch(client.rocket()).unwrap();
    accounts::create(db).await.unwrap();
    let response = client.get("/account").dispatch().await;
    assert_eq!(response.status(), Status::Ok);
}

#[rocket::async_test]
async fn without_a_connection_no_user_is_logged_out() {
    let folder = TempDir::new().unwrap();
    let client = client(&folder).await;
    log_in(&client, "wonderland").await;
    Db::fetch(client.rocket()).unwrap().close().await;
    let response = client.get("/account").dispatch().await;
    assert_eq!(response.status(), Status::ServiceUnavailable);
    assert_eq!(response.headers().get_one("Set-Cookie"), None);
    assert!(client.cookies().get("session").is_some());
}

#[rocket::async_test]
async fn a_deleted_account_is_logged_out() {
    let folder = TempDir::new().unwrap();
    let client = client(&folder).await;
    log_in(&client, "wonderland").await;
    sql(&client, "DELETE FROM accounts").await;
    let response = client.get("/account").dispatch().await;
    assert_eq!(response.status(), Status::SeeOther);
}

#[rocket::async_test]
async fn a_new_password_ends_the_session() {
    let folder = TempDir::new().unwrap();
    let client = client(&folder).await;
    log_in(&client, "wonderland").await;
    sql(&client, "UPDATE accounts SET password_hash = 'another'").await;
    let response = client.get("/account").dispatch().await;
    assert_eq!(response.status(), Status::SeeOther);
}

#[test]
fn tests_need_no_login_form() {
    let folder = TempDir::new().unwrap();
    let client = blocking::Client::tracked(site_in(&folder)).unwrap();
    let alice = Account {
        id: 1,
        name: "alice".into(),
        password_hash: ALICE.into(),
    };
    testing::login(&client, &alice);
    let page = client.get("/account").dispatch().into_string();
    assert_eq!(page.as_deref(), Some("Hello, alice!"));
}
