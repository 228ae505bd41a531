//! Several kinds of users in one application.

mod apart;
mod asking;
mod sockets;

use std::borrow::Cow;

use rocket::http::Status;
use rocket::{Request, get, post, routes};
use rocket_login::{Auth, AuthUser, Config, LoginFairing, LoginManager, Next, SessionConfig, User};

use crate::app::{self, Account, client_of, config};
use crate::browser::Browser;

pub(crate) struct Staff(pub(crate) i64);

impl AuthUser for Staff {
    type Id = i64;

    fn id(&self) -> i64 {
        self.0
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        b"hash of alice".into()
    }
}

pub(crate) async fn load_staff(_: &Request<'_>, id: i64) -> Result<Option<Staff>, std::fmt::Error> {
    Ok(Some(Staff(id)))
}

#[get("/staff/login")]
fn staff_login_page(next: Next) -> String {
    format!("staff login, then {}", next.as_str().unwrap_or("home"))
}

#[post("/staff/login")]
async fn staff_login(auth: Auth<'_, Staff>) -> Status {
    auth.login(&Staff(1)).remember(true).await.unwrap();
    Status::NoContent
}

#[get("/staff/reports")]
fn reports(staff: User<Staff>) -> String {
    format!("reports for {}", staff.0)
}

#[get("/both")]
fn both(account: User<Account>, staff: User<Staff>) -> String {
    format!("{} {}", account.name, staff.0)
}

pub(crate) fn staff_config() -> Config {
    Config {
        cookie_name: Some("staff_remember".into()),
        session: SessionConfig {
            cookie_name: Some("staff_session".into()),
            ..SessionConfig::default()
        },
        ..Config::new("staff_login_page", app::KEY)
    }
}

fn rocket(staff: Config) -> rocket::Rocket<rocket::Build> {
    with_staff(app::rocket(config()), fairing(staff))
}

pub(crate) fn fairing(staff: Config) -> LoginFairing<Staff> {
    LoginManager::fairing(load_staff)
        .table("staff_login")
        .config(staff)
}

pub(crate) fn with_staff(
    rocket: rocket::Rocket<rocket::Build>,
    fairing: LoginFairing<Staff>,
) -> rocket::Rocket<rocket::Build> {
    let routes = routes![staff_login_page, staff_login, reports, both];
    rocket.attach(fairing).mount("/", routes)
}

#[test]
fn each_kind_has_its_own_login_and_page() {
    let client = client_of(rocket(staff_config()));
    let mut browser = Browser::logged_in(&client, "id=1");
    let answer = browser.get("/staff/reports");
    assert_eq!(
        answer.location.as_deref(),
        Some("/staff/login?next=%2Fstaff%2Freports")
    );
    assert_eq!(browser.post("/staff/login", "").status, Status::NoContent);
    assert_eq!(browser.get("/staff/reports").body, "reports for 1");
    assert_eq!(browser.get("/both").body, "alice 1");
    browser.post("/logout", "");
    assert_eq!(browser.get("/staff/reports").body, "reports for 1");
    browser.get("/both").assert_login_redirect("%2Fboth");
}

#[test]
fn the_second_kind_shares_the_catcher_of_the_first() {
    let client = client_of(rocket(staff_config()));
    Browser::new(&client)
        .get("/account")
        .assert_login_redirect("%2Faccount");
    let answer = Browser::new(&client).get("/staff/reports");
    assert_eq!(answer.status, Status::SeeOther);
}

#[test]
fn no_login_leads_back_to_the_login_page_of_any_kind() {
    let client = client_of(rocket(staff_config()));
    let answer = Browser::new(&client).post("/login", "id=1&next=/staff/login");
    assert_eq!(answer.location.as_deref(), Some("/"));
    let page = Browser::new(&client).get("/staff/login?next=/login");
    assert_eq!(page.body, "staff login, then home");
}

#[test]
fn no_login_leads_to_what_any_kind_never_returns_to() {
    let client = client_of(rocket(Config {
        never_next: vec!["/staff/leave".into()],
        ..staff_config()
    }));
    for (next, there) in [("/staff/leave", "/"), ("/logout", "/"), ("/open", "/open")] {
        let answer = Browser::new(&client).post("/login", &format!("id=1&next={next}"));
        assert_eq!(answer.location.as_deref(), Some(there), "{next}");
    }
}

#[test]
fn a_token_of_one_kind_is_none_of_the_other() {
    let client = client_of(rocket(staff_config()));
    let alice = Browser::logged_in(&client, "id=1&remember=true");
    let mut staff = Browser::new(&client);
    staff.set_cookie("staff_session", &alice.cookie("session").unwrap());
    staff.set_cookie("staff_remember", &alice.cookie("remember_token").unwrap());
    for name in ["staff_session", "staff_remember"] {
        let mut alone = staff.clone();
        alone.restrict_to(name);
        for browser in [&mut staff, &mut alone] {
            let answer = browser.get("/staff/reports");
            assert_eq!(answer.status, Status::SeeOther);
            answer.assert_no_cookies();
        }
    }
}
