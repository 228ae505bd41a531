//! Two applications in one database, under one name of a table.
//!
//! NEEDS THE SETTING `session.namespace`: without it the launch fails. It comes by figment, so
//! that this compiles before `SessionConfig` has the field.

use rocket::figment::Figment;
use rocket::http::{Method, Status};
use rocket::local::blocking::Client;
use rocket_login::LoginManager;

use super::{REMEMBERED, assert_in, rocket};
use crate::accounts::Folder;
use crate::app::{self, KEY};
use crate::browser::Browser;

fn client(folder: &Folder, namespace: &str) -> Client {
    let url = format!("sqlite://{}", folder.file().display());
    let figment = Figment::from(rocket::Config::debug_default())
        .merge(("log_level", "off"))
        .merge(("login.redirect_to", "login_page"))
        .merge(("login.secret_key", KEY))
        .merge(("login.cookie_secure", false))
        .merge(("login.session.store", "sqlite"))
        .merge(("login.session.url", url))
        .merge(("login.session.namespace", namespace));
    let login = LoginManager::fairing(app::load);
    app::client_of(rocket(login).configure(figment))
}

fn sessions(browser: &mut Browser<'_>) -> usize {
    let listed = browser.get("/admin/sessions/1").body;
    listed.matches("handle").count()
}

#[test]
fn two_applications_in_one_database_do_not_see_each_others_sessions() {
    let folder = Folder::new("namespace");
    let shop = client(&folder, "shop");
    let wiki = client(&folder, "wiki");
    let mut customer = Browser::logged_in(&shop, REMEMBERED);
    let mut author = Browser::logged_in(&wiki, REMEMBERED);
    assert_eq!(sessions(&mut customer), 1);
    assert_eq!(sessions(&mut author), 1);

    let ended = customer.send(Method::Delete, "/admin/sessions/1", None);
    assert_eq!(ended.status, Status::Ok, "{ended:?}");
    assert_eq!(ended.body, "1");
    assert_eq!(sessions(&mut customer), 0);
    assert_eq!(sessions(&mut author), 1);
    assert_in(&mut author);
    author.restart();
    assert_in(&mut author);
}

#[test]
fn a_changed_password_in_one_application_ends_nothing_in_the_other() {
    let folder = Folder::new("namespaces");
    let shop = client(&folder, "shop");
    let wiki = client(&folder, "wiki");
    let mut customer = Browser::logged_in(&shop, REMEMBERED);
    let mut author = Browser::logged_in(&wiki, REMEMBERED);
    let changed = customer.post("/password/another", "");
    assert_eq!(changed.status, Status::Ok, "{changed:?}");
    assert_in(&mut author);
}

#[test]
fn one_application_on_two_nodes_is_one_namespace() {
    let folder = Folder::new("one-namespace");
    let one = client(&folder, "shop");
    let two = client(&folder, "shop");
    Browser::logged_in(&one, REMEMBERED);
    let mut there = Browser::logged_in(&two, REMEMBERED);
    assert_eq!(sessions(&mut there), 2);
}
