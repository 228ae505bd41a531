//! Cookies of settings that have changed since: another `cookie_domain`, another `cookie_path`.

use std::sync::Arc;

use rocket::http::{Method, Status};
use rocket::local::blocking::Client;
use rocket_login::{Config, LoginManager};

use super::jar::Jar;
use super::watched::Watched;
use super::{NAMES, REMEMBERED};
use crate::app;
use crate::browser::{Answer, Browser};

const PARENT: Option<&str> = Some("example.org");
const HOST: Option<&str> = Some("www.example.org");

/// The settings of this application, one after the other.
const DOMAINS: [Option<&str>; 7] = [None, PARENT, None, HOST, PARENT, HOST, None];
const PATHS: [&str; 6] = ["/", "/app", "/", "/app/", "/app", "/"];

fn config(domain: Option<&str>, path: &str) -> Config {
    Config {
        redirect_to: "/app/login".into(),
        refresh_to: Some("/app/reauthenticate".into()),
        cookie_domain: domain.map(Into::into),
        cookie_path: path.into(),
        ..app::stateless()
    }
}

fn client(config: Config, store: Option<&Arc<Watched>>) -> Client {
    let mut login = LoginManager::fairing(app::load).config(config);
    if let Some(store) = store {
        login = login.session_store(store.clone());
    }
    app::client_of(app::bare().attach(login).mount("/app", app::routes()))
}

/// A request of a browser at `www.example.org`.
fn send(client: &Client, jar: &mut Jar, method: Method, uri: &str, form: &str) -> Answer {
    let browser = Browser::new(client).with("Cookie", jar.header_for(uri));
    let form = (method == Method::Post).then_some(form);
    let answer = { browser }.send(method, uri, form);
    for cookie in &answer.set_cookies {
        jar.keep(cookie);
    }
    answer
}

#[track_caller]
fn log_in(client: &Client, jar: &mut Jar, form: &str) {
    let answer = send(client, jar, Method::Post, "/app/login", form);
    assert_eq!(answer.status, Status::SeeOther, "{answer:?}");
    let name = if form.contains("id=1") {
        "alice"
    } else {
        "bob"
    };
    let page = send(client, jar, Method::Get, "/app/account", "");
    assert!(page.body.starts_with(name), "{page:?}");
}

#[track_caller]
fn log_out(client: &Client, jar: &mut Jar) {
    let answer = send(client, jar, Method::Post, "/app/logout", "");
    assert_eq!(answer.status, Status::Ok, "{answer:?}");
    let page = send(client, jar, Method::Get, "/app/account", "");
    assert_eq!(page.status, Status::SeeOther, "{page:?}");
}

fn stores() -> [Option<Arc<Watched>>; 2] {
    [None, Some(Arc::new(Watched::default()))]
}

/// Changes the settings again and again; the user logs out before each change, or does not.
fn change_to_and_fro(configs: &[Config], logs_out: bool) {
    for store in stores() {
        let mut jar = Jar::default();
        for (number, config) in configs.iter().enumerate() {
            let client = client(config.clone(), store.as_ref());
            let form = ["id=1", "id=2&remember=true", REMEMBERED][number % 3];
            log_in(&client, &mut jar, form);
            log_in(&client, &mut jar, REMEMBERED);
            if logs_out {
                log_out(&client, &mut jar);
            }
        }
    }
}

fn domains() -> Vec<Config> {
    let configs = DOMAINS.iter().map(|domain| config(*domain, "/"));
    configs.collect()
}

fn paths() -> Vec<Config> {
    let configs = PATHS.iter().map(|path| config(None, path));
    configs.collect()
}

#[test]
fn users_log_in_and_out_after_each_change_of_the_cookie_domain() {
    change_to_and_fro(&domains(), true);
}

#[test]
fn users_who_were_logged_in_log_in_after_each_change_of_the_cookie_domain() {
    change_to_and_fro(&domains(), false);
}

#[test]
fn users_log_in_and_out_after_each_change_of_the_cookie_path() {
    change_to_and_fro(&paths(), true);
}

#[test]
fn users_who_were_logged_in_log_in_after_each_change_of_the_cookie_path() {
    change_to_and_fro(&paths(), false);
}

/// Which of our cookies an answer removes where no `Domain` was set.
fn host_only_removed(answer: &Answer) -> Vec<&str> {
    let removed = answer.set_cookies.iter().filter(|cookie| {
        cookie.domain().is_none() && cookie.max_age().is_some_and(|age| age.is_zero())
    });
    let mut names: Vec<_> = removed.map(|cookie| cookie.name()).collect();
    names.sort();
    names
}

#[test]
fn with_a_domain_login_and_logout_remove_the_host_only_twins() {
    let mut expected = NAMES;
    expected.sort();
    for store in stores() {
        let before = client(config(None, "/"), store.as_ref());
        let mut jar = Jar::default();
        log_in(&before, &mut jar, REMEMBERED);
        let after = client(config(PARENT, "/"), store.as_ref());
        for uri in ["/app/login", "/app/logout"] {
            let mut jar = jar.clone();
            let answer = send(&after, &mut jar, Method::Post, uri, REMEMBERED);
            assert_eq!(host_only_removed(&answer), expected, "{uri}: {answer:?}");
        }
    }
}

#[test]
fn a_logout_after_a_change_leaves_no_cookie_that_counts() {
    for store in stores() {
        let mut jar = Jar::default();
        for config in domains() {
            let client = client(config, store.as_ref());
            log_in(&client, &mut jar, REMEMBERED);
        }
        let client = client(config(PARENT, "/"), store.as_ref());
        let held = jar.clone();
        log_out(&client, &mut jar);
        for name in NAMES {
            let page = send(
                &client,
                &mut held.only(name),
                Method::Get,
                "/app/account",
                "",
            );
            assert_eq!(page.status, Status::SeeOther, "{page:?}");
        }
    }
}
