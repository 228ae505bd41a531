//! Attacks against the demo over real HTTP, which must fail.

mod addresses;
mod caches;
mod closed;
mod enumeration;
mod fixation;
mod foreign_forms;
mod forgery;
mod headers;
mod judge;
mod kinds;
mod loops;
mod methods;
mod odd_cookies;
mod own_paths;
mod parallel;
mod redirects;
mod replay;
mod tossing;

use std::thread;

use rocket::figment::Figment;
use rocket::{Build, Rocket};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::accounts::Folder;
use crate::demo;
use crate::wire::{Curl, Reply, Server};

const ALICE: &str = "username=alice&password=wonderland";
const BOB: &str = "username=bob&password=builder";

const SESSION: &str = "session";
const REMEMBER: &str = "remember_token";
const KNOWN: &str = "login_known";

/// Where sessions may live.
const STORES: [&str; 2] = ["cookie", "memory"];

/// Tries an attack on every sort of site.
fn on_every_site(attack: impl Fn(&Server) + Sync) {
    for store in STORES {
        for level in ["basic", "strong"] {
            let site = || site(store, level);
            on(&format!("{store}, {level}"), || attack(&site()));
        }
    }
}

/// Tries an attack wherever sessions may live.
fn with_every_store(attack: impl Fn(&Server) + Sync) {
    for store in STORES {
        on(store, || attack(&site(store, "basic")));
    }
}

/// A failure names the site by the name of the thread.
fn on(site: &str, attack: impl FnOnce() + Send) {
    let thread = thread::Builder::new().name(site.into());
    thread::scope(|scope| {
        let attack = thread.spawn_scoped(scope, attack).unwrap();
        attack.join().unwrap();
    });
}

fn site(store: &str, level: &str) -> Server {
    serve(demo::rocket(), |figment| {
        let figment = figment.merge(("login.session.store", store));
        figment.merge(("login.protection_level", level))
    })
}

/// A site whose clock can be set, and where others than the demo's users log in as well: none of
/// what is tried is to be any easier for it.
fn serve(rocket: Rocket<Build>, configure: impl FnOnce(Figment) -> Figment) -> Server {
    let rocket = kinds::with_staff(rocket);
    Server::serve(rocket, |figment| configure(kinds::staff_settings(figment)))
}

/// A site whose accounts the test can change behind its back.
struct Accounts {
    folder: Folder,
    server: Server,
}

impl Accounts {
    fn of_a_site_with(store: &str, test: &str) -> Self {
        let folder = Folder::new(&format!("{test}-{store}"));
        let server = serve(demo::rocket(), |figment| {
            let figment = figment.merge(("login.session.store", store));
            figment.merge(("demo.database", folder.file()))
        });
        Self { folder, server }
    }

    fn run(&self, sql: &str) {
        let options = SqliteConnectOptions::new().filename(self.folder.file());
        rocket::async_test(async {
            let pool = SqlitePool::connect_with(options).await.unwrap();
            let done = sqlx::query(sql).execute(&pool).await.unwrap();
            assert_eq!(done.rows_affected(), 1, "{sql}");
            pool.close().await;
        });
    }
}

#[track_caller]
fn log_in(curl: &mut Curl, form: &str) {
    let reply = curl.post("/login", form);
    assert_eq!((reply.status, reply.location()), (303, Some("/")));
}

#[track_caller]
fn logged_in(server: &Server, form: &str) -> Curl {
    let mut curl = Curl::new(server);
    log_in(&mut curl, form);
    curl
}

#[track_caller]
fn remembered(server: &Server, form: &str) -> Curl {
    logged_in(server, &format!("{form}&remember=on"))
}

#[track_caller]
fn cookie(curl: &Curl, name: &str) -> String {
    curl.cookie(name).unwrap().into()
}

#[track_caller]
fn pair(curl: &Curl, name: &str) -> String {
    format!("{name}={}", cookie(curl, name))
}

/// The user of this browser to the site.
#[track_caller]
fn who(curl: &mut Curl) -> Option<String> {
    let reply = curl.get("/whoami", "");
    user(&reply)
}

/// The user of a browser with these cookies alone.
#[track_caller]
fn who_has(server: &Server, cookies: &str) -> Option<String> {
    let header = format!("Cookie: {cookies}\r\n");
    user(&Curl::new(server).get("/whoami", &header))
}

#[track_caller]
fn user(reply: &Reply) -> Option<String> {
    assert_eq!(reply.status, 200, "{reply:?}");
    let answer: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    answer["user"].as_str().map(Into::into)
}

#[track_caller]
fn is_alice(user: Option<String>) {
    assert_eq!(user.as_deref(), Some("alice"));
}

#[track_caller]
fn is_bob(user: Option<String>) {
    assert_eq!(user.as_deref(), Some("bob"));
}

#[track_caller]
fn is_nobody(user: Option<String>) {
    assert_eq!(user, None);
}

/// The cookies that a thief may have copied from a browser: either, or both. The one of the device
/// logs no user in.
fn copies(curl: &Curl) -> Vec<String> {
    let names = curl.cookies.iter().map(|(name, ..)| name);
    let names = names.filter(|name| *name != KNOWN);
    let mut copies: Vec<_> = names.map(|name| pair(curl, name)).collect();
    if copies.len() > 1 {
        copies.push(curl.cookie_header());
    }
    copies
}

/// Alice, and what a thief has copied from her browser: it is good still.
fn robbed(server: &Server) -> (Curl, Vec<String>) {
    // A token that was used is followed by another one, and its session, too.
    let spare = remembered(server, ALICE);
    is_alice(who_has(server, &pair(&spare, REMEMBER)));

    let alice = remembered(server, ALICE);
    is_alice(who_has(server, &pair(&alice, SESSION)));
    is_alice(who_has(server, &alice.cookie_header()));
    let copies = copies(&alice);
    assert_eq!(copies.len(), 3);
    (alice, copies)
}
