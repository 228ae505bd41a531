//! The examples `basic` and `permissions`, which people know from other frameworks.

use rocket::http::Status;
use rocket::local::blocking::Client;

use super::figment;
use crate::browser::{Answer, Browser};

#[path = "../../../examples/basic.rs"]
mod basic;
#[path = "../../../examples/permissions/main.rs"]
mod permissions;

#[track_caller]
fn leads(answer: &Answer, to: &str) {
    let location = answer.location.as_deref();
    assert_eq!((answer.status, location), (Status::SeeOther, Some(to)));
}

#[track_caller]
fn shows(answer: &Answer, status: Status, text: &str) {
    assert_eq!(answer.status, status);
    assert!(answer.body.contains(text), "{}", answer.body);
}

#[test]
fn the_basic_one_knows_its_two_users() {
    let client = Client::untracked(basic::rocket(figment())).unwrap();
    let mut browser = Browser::new(&client);
    shows(&browser.get("/"), Status::Ok, "not logged in");
    let door = "/login?next=%2Fprotected";
    leads(&browser.get("/protected"), door);
    shows(&browser.get(door), Status::Ok, "type=\"password\"");
    for form in ["name=user1&password=no", "name=user3&password=wonderland"] {
        shows(
            &browser.post(door, form),
            Status::Unauthorized,
            "Wrong name or password",
        );
    }
    leads(
        &browser.post(door, "name=user2&password=wonderland"),
        "/protected",
    );
    shows(&browser.get("/protected"), Status::Ok, "as user2.");
    shows(&browser.get("/"), Status::Ok, "<strong>user2</strong>");
    leads(&browser.get("/login"), "/");
    shows(&browser.post("/logout", ""), Status::Ok, "Logged out");
    leads(&browser.get("/protected"), door);
}

#[test]
fn the_one_with_permissions_asks_for_those_of_the_users_groups() {
    let rocket = rocket::async_test(async { permissions::rocket(figment()).unwrap() });
    let client = Client::untracked(rocket).unwrap();
    for (name, status) in [("ferris", Status::Forbidden), ("admin", Status::Ok)] {
        let mut browser = Browser::new(&client);
        leads(&browser.get("/restricted"), "/login?next=%2Frestricted");
        let wrong = browser.post("/login", &format!("name={name}&password=no"));
        shows(&wrong, Status::Unauthorized, "Wrong name or password");
        let form = format!("name={name}&password=wonderland");
        leads(&browser.post("/login", &form), "/");
        shows(&browser.get("/"), Status::Ok, &format!("{name} has"));
        assert_eq!(browser.get("/restricted").status, status, "{name}");
        leads(&browser.post("/logout", ""), "/login");
        leads(&browser.get("/"), "/login?next=%2F");
    }
}
