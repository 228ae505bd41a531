//! A guard of an application's own, on top of `User`.

use rocket::error::ErrorKind;
use rocket::http::Status;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome};
use rocket::{Ignite, Request, Rocket, Sentinel, get, routes};
use rocket_login::{User, testing};
use sqlx::sqlite::SqlitePool;

use crate::recipes::account::{Account, failed};
use crate::recipes::{alice, client, database, figment, site};

struct Member {
    user: User<Account>,
    team: String,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Member {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let user = request.guard::<User<Account>>().await;
        let user = try_outcome!(user.map_error(|(status, _)| (status, ())));
        let Some(pool) = request.rocket().state::<SqlitePool>() else {
            return Outcome::Error((Status::InternalServerError, ()));
        };
        let team = sqlx::query_scalar("SELECT team FROM members WHERE account = ?");
        match team.bind(user.id).fetch_optional(pool).await {
            Ok(Some(team)) => Outcome::Success(Self { user, team }),
            Ok(None) => Outcome::Error((Status::Forbidden, ())),
            Err(error) => Outcome::Error((failed(error), ())),
        }
    }
}

impl Sentinel for Member {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        User::<Account>::abort(rocket)
    }
}

#[get("/team")]
fn team(member: Member) -> String {
    format!("{} of {}", member.user.name, member.team)
}

#[rocket::async_test]
async fn a_guard_asks_for_the_user_first() {
    let pool = database().await;
    let client = client(site(figment(), &pool, routes![team])).await;
    let answer = client.get("/team").dispatch().await;
    assert_eq!(answer.status(), Status::SeeOther);
    assert_eq!(
        answer.headers().get_one("Location"),
        Some("/login?next=%2Fteam")
    );

    testing::login_async(&client, &alice(&pool).await).await;
    let get = || async { client.get("/team").dispatch().await };
    assert_eq!(get().await.status(), Status::ServiceUnavailable);
    let table = "CREATE TABLE members (account INTEGER PRIMARY KEY, team TEXT NOT NULL)";
    sqlx::raw_sql(table).execute(&pool).await.unwrap();
    assert_eq!(get().await.status(), Status::Forbidden);
    let insert = "INSERT INTO members VALUES (1, 'red')";
    sqlx::raw_sql(insert).execute(&pool).await.unwrap();
    assert_eq!(get().await.into_string().await.unwrap(), "alice of red");
}

#[rocket::async_test]
async fn a_launch_without_the_login_manager_fails() {
    let rocket = rocket::custom(figment()).mount("/", routes![team]);
    let error = rocket.ignite().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::SentinelAborts(_)));
}
