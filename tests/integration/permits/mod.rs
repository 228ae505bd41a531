//! The permissions of the application's policies.

mod answers;
mod composed;
mod failures;
mod groups;

use std::convert::Infallible;
use std::sync::Mutex;

use rocket::futures::future::pending;
use rocket::local::blocking::Client;
use rocket::tokio::sync::Notify;
use rocket::{Build, Request, Rocket, Route, get, post, routes};
use rocket_login::{AllOf, AnyOf, FreshUser, MaybeUser, Not, Permit, Policy};

use crate::app::{self, Account, client_of, config};

/// The policy of Starlette-Login's recipe `admin_only`.
#[derive(Default)]
struct Admin;

impl Policy<Account> for Admin {
    type Error = Infallible;

    async fn allow(&self, user: &Account, _: &Request<'_>) -> Result<bool, Infallible> {
        Ok(user.name == "alice")
    }
}

/// A policy that says what the request wants it to.
#[derive(Default)]
struct Says<const NAME: char>;

/// Which of those were asked, and rung when one hangs.
#[derive(Default)]
struct Asked {
    names: Mutex<String>,
    hanging: Notify,
}

impl<const NAME: char> Policy<Account> for Says<NAME> {
    type Error = String;

    async fn allow(&self, _: &Account, request: &Request<'_>) -> Result<bool, String> {
        let asked: &Asked = request.rocket().state().unwrap();
        asked.names.lock().unwrap().push(NAME);
        let headers = request.headers();
        match headers.get_one(&format!("X-{NAME}")) {
            Some("yes") => Ok(true),
            Some("no") => Ok(false),
            Some("hang") => {
                asked.hanging.notify_one();
                pending().await
            }
            Some("panic") => panic!("this policy is in a mood"),
            _ => Err("the database password is hunter2".into()),
        }
    }
}

type A = Says<'a'>;
type B = Says<'b'>;
type C = Says<'c'>;

/// For whoever's page it is; asked with the help of another guard.
#[derive(Default)]
struct Own;

impl Policy<Account> for Own {
    type Error = String;

    async fn allow(&self, user: &Account, request: &Request<'_>) -> Result<bool, String> {
        let seen = request.guard::<MaybeUser<Account>>().await.succeeded();
        let seen = seen.and_then(MaybeUser::into_inner);
        assert_eq!(seen.map(|user| user.id), Some(user.id));
        match request.param::<i64>(1) {
            Some(Ok(id)) => Ok(id == user.id),
            _ => Err("there is no id in the path".into()),
        }
    }
}

#[get("/admin")]
fn admin(user: Permit<Admin, Account>) -> String {
    let again = user.clone().into_user();
    format!("{} fresh={}", user.name, again.is_fresh())
}

#[post("/admin")]
fn change(user: Permit<Admin, Account>) -> String {
    format!("changed by {}", user.name)
}

#[get("/vault")]
fn vault(user: Permit<Admin, Account>, fresh: FreshUser<Account>) -> String {
    format!("{} {}", user.name, fresh.name)
}

#[get("/of/<id>")]
fn own(id: i64, user: Permit<Own, Account>) -> String {
    format!("page {id} of {}", user.name)
}

#[get("/asked")]
fn asked(_user: Permit<A, Account>) -> &'static str {
    "permitted"
}

#[post("/asked")]
fn asked_to_change(_user: Permit<A, Account>) -> &'static str {
    "permitted"
}

#[get("/all")]
fn all(_user: Permit<AllOf<(A, B, C)>, Account>) -> &'static str {
    "permitted"
}

#[get("/any")]
fn any(_user: Permit<AnyOf<(A, B, C)>, Account>) -> &'static str {
    "permitted"
}

#[get("/not")]
fn not(_user: Permit<Not<A>, Account>) -> &'static str {
    "permitted"
}

type Nested = AnyOf<(AllOf<(A, Not<B>)>, C)>;

#[get("/nested")]
fn nested(_user: Permit<Nested, Account>) -> &'static str {
    "permitted"
}

type Six = (A, A, A, A, A, B);

#[get("/any-of-six")]
fn any_of_six(_user: Permit<AnyOf<Six>, Account>) -> &'static str {
    "permitted"
}

#[get("/all-of-six")]
fn all_of_six(_user: Permit<AllOf<Six>, Account>) -> &'static str {
    "permitted"
}

fn permit_routes() -> Vec<Route> {
    routes![
        admin,
        change,
        vault,
        own,
        asked,
        asked_to_change,
        all,
        any,
        not,
        nested,
        any_of_six,
        all_of_six
    ]
}

fn rocket() -> Rocket<Build> {
    app::rocket(config())
        .manage(Asked::default())
        .mount("/", permit_routes())
}

fn client() -> Client {
    client_of(rocket())
}

/// The policies that were asked since the last call, in their order.
fn take_asked(client: &Client) -> String {
    let asked: &Asked = client.rocket().state().unwrap();
    std::mem::take(&mut *asked.names.lock().unwrap())
}
