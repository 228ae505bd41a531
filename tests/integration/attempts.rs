//! The facts that an application learns about attempts to log in.

use std::sync::{Arc, Mutex};

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{get, post, routes};
use rocket_login::{Auth, Config, Event, LoginError, LoginManager};

use crate::app::{self, Account, bare, client_of, config};
use crate::browser::Browser;

#[post("/refuse/<name>")]
fn refuse(name: &str, auth: Auth<'_, Account>) -> Result<Status, LoginError> {
    auth.login_failed(name)?;
    Ok(Status::Unauthorized)
}

#[post("/ask")]
fn ask(auth: Auth<'_, Account>) -> Result<(), LoginError> {
    auth.check_same_site()
}

#[get("/ask")]
fn look(auth: Auth<'_, Account>) -> Result<(), LoginError> {
    auth.check_same_site()
}

#[get("/whence")]
fn whence(auth: Auth<'_, Account>) -> String {
    format!("{:?}", auth.client_address())
}

/// Names, what is shown of them, and addresses.
type Heard = Arc<Mutex<Vec<(String, String, String)>>>;

fn listening(config: Config) -> (Client, Heard) {
    let heard = Heard::default();
    let ear = heard.clone();
    let fairing = LoginManager::fairing(app::load).config(config);
    let fairing = fairing.on_event(move |event, request| {
        if let Event::LoginFailed { name, .. } = event {
            let manager = request.rocket().state::<LoginManager<Account>>().unwrap();
            let address = manager.client_address(request).unwrap();
            ear.lock().unwrap().push((
                name.as_str().into(),
                format!("{event} {event:?} {name:?}"),
                address.to_string(),
            ));
        }
    });
    let rocket = bare()
        .attach(fairing)
        .mount("/", app::routes())
        .mount("/", routes![refuse, ask, look, whence]);
    (client_of(rocket), heard)
}

#[test]
fn a_refused_login_is_told_with_name_and_address_and_shown_without_the_name() {
    let (client, heard) = listening(config());
    let answer = Browser::new(&client).post("/refuse/hunter2", "");
    assert_eq!(answer.status, Status::Unauthorized);
    answer.assert_no_cookies();
    let heard = std::mem::take(&mut *heard.lock().unwrap());
    let [(name, shown, address)] = heard.as_slice() else {
        panic!("{heard:?}");
    };
    assert_eq!((name.as_str(), address.as_str()), ("hunter2", "192.0.2.1"));
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.starts_with("login: refused by the application"));
}

#[test]
fn a_login_by_another_sites_page_is_not_the_visitors_attempt() {
    let (client, heard) = listening(config());
    let mut browser = Browser::new(&client).with("Sec-Fetch-Site", "cross-site");
    assert_eq!(browser.post("/refuse/alice", "").status, Status::Forbidden);
    assert!(heard.lock().unwrap().is_empty());
}

#[test]
fn a_handler_can_ask_whether_another_sites_page_is_behind_a_request() {
    let (client, heard) = listening(config());
    let mut own = Browser::new(&client).with("Sec-Fetch-Site", "same-origin");
    let mut program = Browser::new(&client);
    let mut foreign = Browser::new(&client).with("Sec-Fetch-Site", "cross-site");
    assert_eq!(own.post("/ask", "").status, Status::Ok);
    assert_eq!(program.post("/ask", "").status, Status::Ok);
    assert_eq!(foreign.post("/ask", "").status, Status::Forbidden);
    let link = foreign.clone().with("Sec-Fetch-Mode", "navigate");
    let mut link = link.with("Sec-Fetch-Dest", "document");
    assert_eq!(link.get("/ask").status, Status::Ok);
    assert_eq!(foreign.get("/ask").status, Status::Forbidden);
    assert!(heard.lock().unwrap().is_empty());

    let allowed = Config {
        allowed_origins: vec!["https://partner.example".into()],
        ..config()
    };
    let (client, _) = listening(allowed);
    let partner = Browser::new(&client).with("Sec-Fetch-Site", "cross-site");
    let mut partner = partner.with("Origin", "https://partner.example");
    assert_eq!(partner.post("/ask", "").status, Status::Ok);
}

#[test]
fn a_login_that_was_not_reported_is_not_told() {
    let (client, heard) = listening(config());
    Browser::new(&client).post("/login", "id=1&password=wrong");
    Browser::new(&client).post("/login", "id=3");
    assert!(heard.lock().unwrap().is_empty());
}

#[test]
fn the_clients_address_is_the_peers() {
    let (client, _) = listening(config());
    for header in ["X-Real-IP", "X-Forwarded-For", "Forwarded", "X-Client-IP"] {
        let mut browser = Browser::new(&client).with(header, "198.51.100.7");
        assert_eq!(browser.get("/whence").body, "Some(192.0.2.1)", "{header}");
    }
    let mut browser = Browser::new(&client);
    browser.remote = "[::ffff:192.0.2.9]:1000";
    assert_eq!(browser.get("/whence").body, "Some(192.0.2.9)");
    let nobody = client.get("/whence").dispatch().into_string();
    assert_eq!(nobody.as_deref(), Some("None"));
}

#[test]
fn a_trusted_proxy_says_whose_address_it_is() {
    let (client, heard) = listening(Config {
        trusted_proxies: vec!["192.0.2.1/32".parse().unwrap()],
        ..config()
    });
    let mut browser = Browser::new(&client).with("X-Forwarded-For", "203.0.113.1, 198.51.100.7");
    assert_eq!(browser.get("/whence").body, "Some(198.51.100.7)");
    browser.post("/refuse/alice", "");
    assert_eq!(heard.lock().unwrap()[0].2, "198.51.100.7");
}
