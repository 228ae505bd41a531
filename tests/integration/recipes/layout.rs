//! A layout with the current user on every page.

use std::convert::Infallible;

use askama::Template;
use rocket::http::{Accept, Status};
use rocket::response::content::RawHtml;
use rocket::{Either, Request, catch, catchers, get, routes};
use rocket_login::{Challenge, MaybeUser, Permit, Policy, User, testing};
use sqlx::sqlite::SqlitePool;

use crate::recipes::account::Account;
use crate::recipes::{alice, client, database, figment, site};

#[derive(Template)]
#[template(path = "home.html", config = "tests/integration/recipes/askama.toml")]
struct Home {
    user: Option<User<Account>>,
}

#[derive(Template)]
#[template(
    path = "problem.html",
    config = "tests/integration/recipes/askama.toml"
)]
struct Problem {
    user: Option<User<Account>>,
    text: &'static str,
}

fn page(template: &impl Template) -> Result<RawHtml<String>, Status> {
    let html = template.render();
    html.map(RawHtml).map_err(|_| Status::InternalServerError)
}

#[get("/")]
fn home(user: MaybeUser<Account>) -> Result<RawHtml<String>, Status> {
    page(&Home {
        user: user.into_inner(),
    })
}

async fn problem(request: &Request<'_>, text: &'static str) -> Result<RawHtml<String>, Status> {
    let guard = request.guard::<MaybeUser<Account>>().await;
    let user = guard.succeeded().and_then(MaybeUser::into_inner);
    page(&Problem { user, text })
}

#[catch(404)]
async fn not_found(request: &Request<'_>) -> Result<RawHtml<String>, Status> {
    problem(request, "There is no such page.").await
}

#[catch(403)]
async fn forbidden(request: &Request<'_>) -> Result<Either<Challenge, RawHtml<String>>, Status> {
    // A script, a program or a socket gets JSON with the reason.
    if let Some(challenge) = Challenge::of(request).filter(Challenge::is_for_program) {
        return Ok(Either::Left(challenge));
    }
    problem(request, "This is not for you.")
        .await
        .map(Either::Right)
}

#[derive(Default)]
struct Never;

impl Policy<Account> for Never {
    type Error = Infallible;

    async fn allow(&self, _: &Account, _: &Request<'_>) -> Result<bool, Infallible> {
        Ok(false)
    }
}

#[get("/closed")]
fn closed(_user: Permit<Never, Account>) {}

fn pages(pool: &SqlitePool) -> rocket::Rocket<rocket::Build> {
    let site = site(figment(), pool, routes![home, closed]);
    site.register("/", catchers![not_found, forbidden])
}

#[rocket::async_test]
async fn every_page_knows_the_user_and_that_of_404_too() {
    let pool = database().await;
    let client = client(pages(&pool)).await;
    for (path, status) in [("/", Status::Ok), ("/nowhere", Status::NotFound)] {
        let answer = client.get(path).dispatch().await;
        assert_eq!(answer.status(), status);
        assert!(answer.into_string().await.unwrap().contains("Log in"));
    }
    sqlx::raw_sql("UPDATE accounts SET name = '<alice>'")
        .execute(&pool)
        .await
        .unwrap();
    testing::login_async(&client, &alice(&pool).await).await;
    for (path, status) in [("/", Status::Ok), ("/nowhere", Status::NotFound)] {
        let answer = client.get(path).dispatch().await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers().get_one("Cache-Control"), Some("no-store"));
        let page = answer.into_string().await.unwrap();
        assert!(page.contains("alice") && page.contains("Log out"), "{page}");
        assert!(!page.contains("<alice>"), "{page}");
    }
}

#[rocket::async_test]
async fn a_page_of_404_is_shown_while_the_database_is_down() {
    let pool = database().await;
    let client = client(pages(&pool)).await;
    testing::login_async(&client, &alice(&pool).await).await;
    sqlx::raw_sql("DROP TABLE accounts")
        .execute(&pool)
        .await
        .unwrap();
    let answer = client.get("/").dispatch().await;
    assert_eq!(answer.status(), Status::ServiceUnavailable);
    let answer = client.get("/nowhere").dispatch().await;
    assert_eq!(answer.status(), Status::NotFound);
    assert!(
        answer
            .into_string()
            .await
            .unwrap()
            .contains("There is no such page")
    );
}

#[rocket::async_test]
async fn people_see_why_in_the_layout_and_programs_in_json() {
    let pool = database().await;
    let client = client(pages(&pool)).await;
    testing::login_async(&client, &alice(&pool).await).await;
    for (accept, told) in [
        (Accept::HTML, "alice"),
        (Accept::HTML, "This is not for you."),
        (Accept::JSON, "\"not_permitted\""),
    ] {
        let answer = client.get("/closed").header(accept).dispatch().await;
        assert_eq!(answer.status(), Status::Forbidden);
        let text = answer.into_string().await.unwrap();
        assert!(text.contains(told), "{text}");
    }
}
