//! Traces of a session that is used from elsewhere, where protection has nothing to take.

use std::sync::{Arc, Mutex};

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{get, routes};
use rocket_login::{
    Auth, Config, Event, LoginError, LoginManager, ProtectionLevel, SessionInfo, StoreKind,
};

use crate::app::{self, Account, bare, client_of, with_store};
use crate::browser::{Browser, CURL, FIREFOX};

type Heard = Arc<Mutex<Vec<String>>>;

/// Whether each session of the user was used elsewhere, the last seen first.
#[get("/traces")]
async fn traces(auth: Auth<'_, Account>) -> Result<String, LoginError> {
    let sessions = auth.sessions().await?;
    let traces: Vec<_> = sessions
        .iter()
        .map(SessionInfo::was_used_elsewhere)
        .collect();
    Ok(format!("{traces:?}"))
}

fn site(store: StoreKind, protection_level: ProtectionLevel) -> (Client, Heard) {
    let heard = Heard::default();
    let ear = heard.clone();
    let config = Config {
        protection_level,
        ..with_store(store)
    };
    let fairing = LoginManager::fairing(app::load).config(config);
    let fairing = fairing.on_event(move |event, _| {
        if matches!(
            event,
            Event::UsedElsewhere { .. } | Event::Protected { .. } | Event::TokenReused { .. }
        ) {
            ear.lock().unwrap().push(event.to_string());
        }
    });
    let rocket = bare().attach(fairing).mount("/", app::routes());
    (client_of(rocket.mount("/", routes![traces])), heard)
}

fn take(heard: &Heard) -> Vec<String> {
    std::mem::take(&mut *heard.lock().unwrap())
}

const TOLD: &str = "login: user 1 is used with another identifier";
const STORES: [StoreKind; 2] = [StoreKind::Cookie, StoreKind::Memory];

#[test]
fn a_stale_session_elsewhere_is_told_once_for_each_place() {
    for store in STORES {
        for level in [ProtectionLevel::Basic, ProtectionLevel::Off] {
            let (client, heard) = site(store, level);
            let mut owner = Browser::logged_in(&client, "id=1&fresh=false");
            owner.get("/account");
            assert_eq!(take(&heard), [""; 0]);
            let mut thief = owner.clone();
            thief.agent = CURL;
            thief.get("/account").assert_no_cookies();
            assert_eq!(take(&heard), [TOLD]);
            thief.get("/account");
            owner.get("/account");
            assert_eq!(take(&heard), [""; 0]);
            thief.remote = "198.51.100.7:1";
            thief.get("/account");
            assert_eq!(take(&heard), [TOLD]);
            // Another session at the same place.
            let mut other = Browser::logged_in(&client, "id=1&fresh=false");
            other.agent = CURL;
            other.get("/account");
            assert_eq!(take(&heard), [TOLD]);
        }
    }
}

#[test]
fn a_fresh_one_is_told_by_what_protection_does() {
    for store in STORES {
        let (client, heard) = site(store, ProtectionLevel::Basic);
        let mut thief = Browser::logged_in(&client, "id=1");
        thief.agent = CURL;
        thief.get("/account");
        let told = take(&heard);
        assert!(
            told.len() == 1 && told[0].contains("no longer fresh"),
            "{told:?}"
        );
        thief.get("/account");
        assert_eq!(take(&heard), [TOLD]);

        let (client, heard) = site(store, ProtectionLevel::Off);
        let mut thief = Browser::logged_in(&client, "id=1");
        thief.agent = CURL;
        assert_eq!(thief.get("/settings").status, Status::Ok);
        assert_eq!(take(&heard), [TOLD]);

        let (client, heard) = site(store, ProtectionLevel::Strong);
        let mut thief = Browser::logged_in(&client, "id=1&fresh=false");
        thief.agent = CURL;
        assert_eq!(thief.get("/account").status, Status::SeeOther);
        let told = take(&heard);
        assert!(
            told.len() == 1 && told[0].contains("session ended"),
            "{told:?}"
        );
    }
}

#[test]
fn the_list_shows_it_until_a_confirmation() {
    for level in [ProtectionLevel::Basic, ProtectionLevel::Off] {
        let (client, _) = site(StoreKind::Memory, level);
        for form in ["id=1&fresh=false", "id=1"] {
            let mut owner = Browser::logged_in(&client, form);
            assert_eq!(owner.get("/traces").body, "[false]");
            let mut thief = owner.clone();
            thief.agent = CURL;
            thief.get("/account");
            // The owner's own use does not hide it.
            assert_eq!(owner.get("/traces").body, "[true]");
            assert_eq!(thief.get("/traces").body, "[true]");
            assert_eq!(owner.post("/confirm", "").body, "fresh=true");
            assert_eq!(owner.get("/traces").body, "[false]");
            owner.post("/logout", "");
        }
    }
}

#[test]
fn a_login_from_there_begins_without_a_trace() {
    let (client, _) = site(StoreKind::Memory, ProtectionLevel::Basic);
    let mut browser = Browser::logged_in(&client, "id=1&fresh=false");
    browser.agent = CURL;
    assert_eq!(browser.get("/traces").body, "[true]");
    browser.post("/login", "id=1");
    assert_eq!(browser.get("/traces").body, "[false]");
}

#[test]
fn neither_a_restore_nor_a_new_password_hides_it() {
    let (client, _) = site(StoreKind::Memory, ProtectionLevel::Basic);
    let mut owner = Browser::logged_in(&client, "id=1&remember=true");
    let mut thief = owner.clone();
    thief.agent = CURL;
    thief.get("/account");
    owner.agent = FIREFOX;
    owner.restart();
    assert_eq!(owner.get("/traces").body, "[true]");
    owner.post("/password/new", "");
    assert_eq!(owner.get("/traces").body, "[true]");
}

#[test]
fn a_remember_token_that_joins_from_elsewhere_is_told_in_that_request() {
    for level in [ProtectionLevel::Basic, ProtectionLevel::Off] {
        let (client, heard) = site(StoreKind::Memory, level);
        let mut owner = Browser::logged_in(&client, "id=1&remember=true");
        owner.restart();
        let (mut thief, mut twin) = (owner.clone(), owner.clone());
        thief.agent = CURL;
        owner.get("/account");
        twin.get("/account");
        assert_eq!(take(&heard), [""; 0]);
        thief.get("/account");
        assert_eq!(take(&heard), [TOLD]);
        thief.get("/account");
        assert_eq!(take(&heard), [""; 0]);
    }
}
