//! The example `two_kinds`.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket_login::testing;

use super::figment;
use crate::browser::{Answer, Browser};

#[path = "../../../examples/two_kinds/main.rs"]
mod example;

const CAROL: &str = "name=carol&password=marigold";
const DAVE: &str = "name=dave&password=ledger";

fn client() -> Client {
    Client::untracked(example::rocket(figment())).unwrap()
}

#[track_caller]
fn leads(answer: &Answer, to: &str) {
    let location = answer.location.as_deref();
    assert_eq!((answer.status, location), (Status::SeeOther, Some(to)));
}

#[track_caller]
fn shows(answer: &Answer, text: &str) {
    assert_eq!(answer.status, Status::Ok);
    assert!(answer.body.contains(text), "{}", answer.body);
}

#[test]
fn each_kind_has_its_login_page_and_returns_from_it() {
    let client = client();
    for (page, door, form, name) in [
        ("/orders", "/login?next=%2Forders", CAROL, "carol, "),
        (
            "/staff/orders",
            "/staff/login?next=%2Fstaff%2Forders",
            DAVE,
            "dave, ",
        ),
    ] {
        let mut browser = Browser::new(&client);
        leads(&browser.get(page), door);
        shows(&browser.get(door), "Who are you?");
        leads(&browser.post(door, form), page);
        shows(&browser.get(page), name);
    }
}

#[test]
fn neither_is_a_user_at_the_others_pages() {
    let client = client();
    let mut carol = Browser::new(&client);
    leads(&carol.post("/login", CAROL), "/orders");
    let answer = carol.get("/staff/orders");
    leads(&answer, "/staff/login?next=%2Fstaff%2Forders");
    let answer = carol.post("/staff/login", CAROL);
    assert_eq!(answer.status, Status::Unauthorized);

    let mut dave = Browser::new(&client);
    leads(&dave.post("/staff/login", DAVE), "/staff/orders");
    leads(&dave.get("/orders"), "/login?next=%2Forders");
    let staff_session = dave.cookie("staff_session").unwrap();
    dave.set_cookie("session", &staff_session);
    leads(&dave.get("/orders"), "/login?next=%2Forders");
}

#[test]
fn one_browser_is_both_at_once_until_one_logs_out() {
    let client = client();
    let mut browser = Browser::new(&client);
    let discount = "next=%2Fstaff%2Fdiscount";
    let answer = browser.get("/staff/discount");
    leads(&answer, &format!("/staff/login?{discount}"));
    browser.post("/staff/login", DAVE);
    let answer = browser.get("/staff/discount");
    leads(&answer, &format!("/login?{discount}"));
    browser.post("/login", CAROL);
    shows(&browser.get("/staff/discount"), "dave buys");
    shows(&browser.get("/"), "you are carol, as a clerk dave");

    leads(&browser.post("/staff/logout", ""), "/");
    shows(&browser.get("/"), "you are carol, as a clerk nobody");
    shows(&browser.get("/orders"), "carol, ");

    browser.post("/staff/login", DAVE);
    leads(&browser.post("/logout", ""), "/");
    shows(&browser.get("/"), "you are nobody, as a clerk dave");
}

#[test]
fn each_kind_has_catchers_of_its_own() {
    let client = client();
    let mut browser = Browser::new(&client);
    for (door, form, title) in [
        ("/login", "name=carol&password=ledger", "<h1>Customers</h1>"),
        (
            "/staff/login",
            "name=dave&password=marigold",
            "<h1>Staff</h1>",
        ),
        (
            "/login",
            "name=nobody&password=marigold",
            "<h1>Customers</h1>",
        ),
    ] {
        let answer = browser.post(door, form);
        assert_eq!(answer.status, Status::Unauthorized);
        assert!(answer.body.contains(title), "{}", answer.body);
        assert!(answer.body.contains("do not belong together"));
        answer.assert_no_cookies();
    }
    let shop = browser.get("/nowhere");
    assert!(shop.body.contains("in this shop"), "{}", shop.body);
    let counter = browser.get("/staff/nowhere");
    assert!(counter.body.contains("at the counter"), "{}", counter.body);
}

#[test]
fn each_table_has_its_own_settings() {
    let client = client();
    let mut browser = Browser::new(&client);
    browser.post("/login", CAROL);
    browser.post("/staff/login", DAVE);
    let time = rocket::time::Duration::minutes(16);
    testing::advance(client.rocket(), time);
    shows(&browser.get("/"), "you are carol, as a clerk nobody");

    // Protection at the level `strong` is for staff.
    browser.post("/staff/login", DAVE);
    browser.agent = crate::browser::CURL;
    shows(&browser.get("/"), "you are carol, as a clerk nobody");
}
