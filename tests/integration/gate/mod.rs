//! A closed site: what is behind the gate, and what it costs.

mod launch;

use rocket::fairing::AdHoc;
use rocket::fs::{FileServer, relative};
use rocket::http::{Method, Status};
use rocket::local::blocking::Client;
use rocket::{Build, Rocket, catch, catchers, get, post, routes};
use rocket_login::{Config, LoginFairing, LoginManager, testing};

use crate::app::{self, Account, Accounts, bare, client_of, config};
use crate::browser::Browser;
use crate::kinds::{Staff, load_staff, staff_config};

const ALICE: &str = "id=1";

#[get("/free")]
fn free() -> &'static str {
    "free"
}

#[get("/plain")]
fn plain() -> &'static str {
    "plain"
}

#[post("/echo", data = "<text>")]
fn echo(text: String) -> String {
    text
}

#[catch(404)]
fn unknown() -> &'static str {
    "unknown"
}

fn fairing() -> LoginFairing<Account> {
    LoginManager::fairing(app::load).config(config())
}

/// The login manager of other users.
fn staff() -> LoginFairing<Staff> {
    let fairing = LoginManager::fairing(load_staff).table("staff");
    fairing.config(Config {
        redirect_to: "/staff/login".into(),
        ..staff_config()
    })
}

/// The application with some routes without a guard.
fn site(fairing: LoginFairing<Account>) -> Rocket<Build> {
    let routes = routes![free, plain, echo];
    bare()
        .attach(fairing)
        .mount("/", app::routes())
        .mount("/", routes)
        .register("/", catchers![unknown])
}

fn closed() -> Client {
    Client::tracked(site(fairing().require_login().open("free"))).unwrap()
}

#[test]
fn a_request_loads_its_user_once() {
    let client = closed();
    let accounts: &Accounts = client.rocket().state().unwrap();
    testing::login(&client, &accounts.find(1).unwrap());
    for (path, loads) in [
        ("/account", 1),
        ("/plain", 1),
        ("/nowhere", 1),
        ("/free", 0),
    ] {
        for method in [Method::Get, Method::Head] {
            accounts.take_loads();
            client.req(method, path).dispatch();
            assert_eq!(accounts.take_loads(), loads, "{method} {path}");
        }
    }
}

#[test]
fn a_body_passes_the_gate_untouched() {
    let client = closed();
    testing::login(
        &client,
        &client
            .rocket()
            .state::<Accounts>()
            .unwrap()
            .find(1)
            .unwrap(),
    );
    let text = "x".repeat(5000);
    let answer = client.post("/echo").body(&text).dispatch();
    assert_eq!(answer.into_string(), Some(text));
}

#[test]
fn routes_and_files_of_later_fairings_are_closed() {
    let later = AdHoc::on_ignite("Later", |rocket| async {
        let files = FileServer::from(relative!("tests/data"));
        rocket
            .mount("/later", routes![free, plain])
            .mount("/data", files)
    });
    let fairing = fairing().require_login().open("/later/free");
    let client = client_of(site(fairing).attach(later));
    let mut stranger = Browser::new(&client);
    for path in ["/later/plain", "/data/next-targets.json", "/free"] {
        assert_eq!(stranger.get(path).status, Status::SeeOther, "{path}");
    }
    assert_eq!(stranger.get("/later/free").status, Status::Ok);
}

#[test]
fn while_users_cannot_be_loaded_closed_paths_are_503() {
    let client = closed();
    let accounts: &Accounts = client.rocket().state().unwrap();
    testing::login(&client, &accounts.find(1).unwrap());
    accounts.set_failing(true);
    for path in ["/plain", "/nowhere"] {
        assert_eq!(
            client.get(path).dispatch().status(),
            Status::ServiceUnavailable,
            "{path}"
        );
    }
    assert_eq!(client.get("/free").dispatch().status(), Status::Ok);
}

#[test]
fn preflights_pass_as_the_setting_says() {
    let answer = |fairing: LoginFairing<Account>| {
        let client = client_of(site(fairing.require_login()));
        client.options("/plain").dispatch().status()
    };
    assert_eq!(answer(fairing()), Status::NotFound);
    let strict = fairing().configure(|config| config.exempt_methods.clear());
    assert_ne!(answer(strict), Status::NotFound);
}

#[test]
fn a_closed_part_leaves_the_rest_alone() {
    let fairing = fairing().require_login_below("/part").open("/part/free");
    let part = routes![free, plain];
    let files = FileServer::from(relative!("tests"));
    let rocket = site(fairing)
        .mount("/part", part)
        .mount("/part/tests", files);
    let client = client_of(rocket.mount("/", FileServer::from(relative!("tests")).rank(20)));
    let mut stranger = Browser::new(&client);
    for (path, status) in [
        ("/plain", Status::Ok),
        ("/nowhere", Status::Ok),
        ("/data/next-targets.json", Status::Ok),
        ("/part/free", Status::Ok),
        ("/part/plain", Status::SeeOther),
        ("/part", Status::SeeOther),
        ("/%70art/plain", Status::SeeOther),
        ("/x/../part/tests/data/next-targets.json", Status::SeeOther),
        ("/part/../data/next-targets.json", Status::SeeOther),
        ("/data/./next-targets.json", Status::SeeOther),
    ] {
        let answer = stranger.get(path);
        // The catcher for 404 has no status of its own.
        let found = if answer.body == "unknown" {
            Status::Ok
        } else {
            answer.status
        };
        assert_eq!(found, status, "{path}: {answer:?}");
    }
    assert_eq!(stranger.get("/nowhere").body, "unknown");
}

#[test]
fn two_realms_close_a_part_each() {
    let customers = fairing().require_login().open_below("/staff");
    let rocket = site(customers).attach(staff().require_login_below("/staff"));
    let client = client_of(rocket.mount("/staff", routes![plain]));
    let mut alice = Browser::logged_in(&client, ALICE);
    assert_eq!(alice.get("/plain").body, "plain");
    let answer = alice.get("/staff/plain");
    assert_eq!(
        answer.location.as_deref(),
        Some("/staff/login?next=%2Fstaff%2Fplain")
    );
    let answer = Browser::new(&client).get("/plain");
    assert_eq!(answer.location.as_deref(), Some("/login?next=%2Fplain"));
    let open = testing::open_routes(client.rocket());
    assert!(
        !open.iter().any(|route| route.contains("/staff")),
        "{open:?}"
    );
}

#[test]
fn without_a_gate_every_route_is_open() {
    let client = client_of(site(fairing()));
    let open = testing::open_routes(client.rocket());
    assert_eq!(open.len(), client.rocket().routes().count());
}
