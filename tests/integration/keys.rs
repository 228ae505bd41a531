//! A new secret key, on nodes that get it one after the other.

use std::sync::Arc;

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket_login::store::MemoryStore;
use rocket_login::{Config, LoginManager, SecretKey};

use crate::app::{self, bare, client_of, stateless};
use crate::browser::Browser;

const OLD: &str = app::KEY;
const NEW: &str = "the new secret key, as long as it has to be";
const COOKIES: [&str; 2] = ["session", "remember_token"];

const REMEMBERED: &str = "alice fresh=false remembered=true";

/// A node that signs with one key and believes the others, too.
fn node(store: Option<&Arc<MemoryStore>>, secret: &str, previous: &[&str]) -> Client {
    let fairing = LoginManager::fairing(app::load).config(Config {
        secret_key: Some(secret.into()),
        previous_secret_keys: previous.iter().map(|key| SecretKey::from(*key)).collect(),
        ..stateless()
    });
    let fairing = match store {
        Some(store) => fairing.session_store(store.clone()),
        None => fairing,
    };
    client_of(bare().attach(fairing).mount("/", app::routes()))
}

/// Without a store, and with one.
fn everywhere(test: impl Fn(Option<&Arc<MemoryStore>>)) {
    test(None);
    test(Some(&Arc::default()));
}

/// The same browser at another node.
fn moved<'c>(browser: &Browser<'_>, node: &'c Client) -> Browser<'c> {
    let mut there = Browser::new(node);
    for name in COOKIES {
        if let Some(value) = browser.cookie(name) {
            there.set_cookie(name, &value);
        }
    }
    there
}

/// The steps of `docs/keys.md`, as the nodes of one site take them.
const STEPS: [(&str, &[&str]); 4] = [(OLD, &[]), (OLD, &[NEW]), (NEW, &[OLD]), (NEW, &[])];

#[test]
fn no_user_is_logged_out_while_nodes_get_a_new_key_one_after_the_other() {
    everywhere(|store| {
        let nodes = STEPS.map(|(secret, previous)| node(store, secret, previous));
        // Two nodes are at most one step apart, and a browser comes to both in turn.
        for pair in nodes.windows(2) {
            let mut session = Browser::logged_in(&pair[0], "id=1");
            let mut token = Browser::logged_in(&pair[0], "id=1&remember=true");
            token.drop_cookie("session");
            for node in pair.iter().chain(pair).chain(pair.iter().rev()) {
                session = moved(&session, node);
                let answer = session.get("/account");
                assert_eq!(answer.body, "alice fresh=true remembered=false");
                token = moved(&token, node);
                assert_eq!(token.get("/account").body, REMEMBERED);
                token.drop_cookie("session");
            }
        }
    });
}

#[test]
fn a_token_of_an_older_key_is_signed_anew_in_the_same_answer() {
    everywhere(|store| {
        let [old, _, both, new] = STEPS.map(|(secret, previous)| node(store, secret, previous));
        let mut browser = moved(&Browser::logged_in(&old, "id=1&remember=true"), &both);
        let answer = browser.get("/account");
        assert_eq!(answer.set_cookies.len(), 2, "{answer:?}");
        browser.get("/account").assert_no_cookies();

        let mut afterwards = moved(&browser, &new);
        assert_eq!(afterwards.get("/account").status, Status::Ok);
        let mut token = moved(&browser, &new);
        token.drop_cookie("session");
        assert_eq!(token.get("/account").body, REMEMBERED);
        // The older key has signed nothing more.
        assert_eq!(
            moved(&browser, &old).get("/account").status,
            Status::SeeOther
        );
    });
}

#[test]
fn nothing_is_signed_with_a_previous_key() {
    everywhere(|store| {
        let [old, _, both, new] = STEPS.map(|(secret, previous)| node(store, secret, previous));
        for form in ["id=1", "id=1&remember=true", "id=1&permanent=true"] {
            let browser = Browser::logged_in(&both, form);
            assert_eq!(
                moved(&browser, &old).get("/account").status,
                Status::SeeOther
            );
            assert_eq!(moved(&browser, &new).get("/account").status, Status::Ok);
        }
    });
}

#[test]
fn a_new_key_without_the_old_one_logs_everybody_out_at_once() {
    everywhere(|store| {
        let old = node(store, OLD, &[]);
        let new = node(store, NEW, &[]);
        let before = Browser::logged_in(&old, "id=1&remember=true");
        for name in COOKIES {
            let mut alone = moved(&before, &new);
            alone.restrict_to(name);
            let answer = alone.get("/account");
            assert_eq!(answer.status, Status::SeeOther);
            answer.assert_no_cookies();
        }
        // They are good where the old key still is.
        let mut browser = moved(&before, &new);
        browser.get("/account").assert_no_cookies();
        assert_eq!(moved(&browser, &old).get("/account").status, Status::Ok);
    });
}

#[test]
fn a_browser_that_comes_to_nodes_with_both_keys_at_once_is_no_thief() {
    let store = Arc::default();
    let before = node(Some(&store), OLD, &[NEW]);
    let after = node(Some(&store), NEW, &[OLD]);
    let mut login = Browser::logged_in(&before, "id=1&remember=true");
    login.drop_cookie("session");

    let mut here = moved(&login, &before);
    let mut there = moved(&login, &after);
    assert_eq!(here.get("/account").body, REMEMBERED);
    assert_eq!(there.get("/account").body, REMEMBERED);
    for browser in [&here, &there] {
        for node in [&before, &after] {
            let mut later = moved(browser, node);
            later.drop_cookie("session");
            assert_eq!(later.get("/account").body, REMEMBERED);
        }
    }
}
