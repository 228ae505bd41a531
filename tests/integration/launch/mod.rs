//! The settings that the launch accepts and refuses, and its messages.

mod accepted;
mod advice;
mod forms;
mod guards;
mod hidden;
mod legacy;
mod loaders;
mod messages;
mod pages;
mod precedence;
pub(crate) mod printed;
mod profiles;
mod public_base;
mod unseen;
mod wrong_cookies;
mod wrong_in_code;
mod wrong_values;

use rocket::error::ErrorKind;
use rocket::figment::Figment;
use rocket::figment::providers::{Format, Toml};
use rocket::local::blocking::Client;
use rocket::{Build, Rocket};
use rocket_login::{Config, LoginManager};

use crate::app::{Account, KEY, bare, client_of, load, routes};

/// The settings that Rocket reads at launch, with this text as its `Rocket.toml`.
fn figment(profile: &str, toml: &str) -> Figment {
    Figment::from(rocket::Config::debug_default())
        .merge(("log_level", printed::log_level()))
        .merge(Toml::string(toml).nested())
        .select(profile)
}

/// The application without login manager.
#[track_caller]
fn unmanaged(figment: Figment) -> Rocket<Build> {
    assert_is_toml(&figment);
    bare().configure(figment).mount("/", routes())
}

/// A text that is no TOML would be refused for the wrong reason.
#[track_caller]
fn assert_is_toml(figment: &Figment) {
    assert_eq!(rocket::Config::try_from(figment).map(drop), Ok(()));
}

#[track_caller]
fn file(profile: &str, toml: &str) -> Rocket<Build> {
    unmanaged(figment(profile, toml)).attach(LoginManager::fairing(load))
}

/// A table with a login page and a key, as far as `lines` say nothing else.
#[track_caller]
pub(crate) fn table(lines: &str) -> Rocket<Build> {
    unmanaged(table_figment(lines)).attach(LoginManager::fairing(load))
}

fn table_figment(lines: &str) -> Figment {
    let base = format!("[default.login]\nredirect_to = 'login_page'\nsecret_key = {KEY:?}");
    let lines = format!("[default.login]\n{lines}");
    figment("debug", &base).merge(Toml::string(&lines).nested())
}

#[track_caller]
fn code(config: Config) -> Rocket<Build> {
    unmanaged(figment("debug", "")).attach(LoginManager::fairing(load).config(config))
}

#[track_caller]
fn assert_refused(rocket: Rocket<Build>) {
    let error = Client::untracked(rocket).map(|client| format!("{:?}", manager(&client)));
    let error = error.unwrap_err();
    let failed: Vec<_> = match error.kind() {
        ErrorKind::FailedFairings(failed) => failed.iter().map(|info| info.name).collect(),
        _ => Vec::new(),
    };
    assert_eq!(failed, ["Login"], "{error}");
}

/// Tries each kind of store with an address.
#[track_caller]
fn assert_stores_refused<const N: usize>(stores: [(&str, &str); N]) {
    for (store, url) in stores {
        let lines = format!("session.store = '{store}'\nsession.url = '{url}'");
        assert_refused(table(&lines));
    }
}

fn manager(client: &Client) -> &LoginManager<Account> {
    client.rocket().state().unwrap()
}

/// All settings as they were resolved, secrets aside.
#[track_caller]
fn settings(rocket: Rocket<Build>) -> String {
    format!("{:?}", manager(&client_of(rocket)))
}
