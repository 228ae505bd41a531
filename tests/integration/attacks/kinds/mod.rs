//! Customers and staff in one application: the demo's accounts, and clerks in an office beside
//! them, with the same ids and hashes: nothing but what kind they are of tells them apart. A user
//! of one realm must get nothing as one of the others.

mod ends;
mod swapped;

use std::borrow::Cow;
use std::sync::Mutex;

use rocket::form::Form;
use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{FromForm, Request, Route, State, get, post, routes};
use rocket_login::{Auth, AuthUser, LoginError, LoginManager, MaybeUser, User};

use super::*;

/// The key that the demo has in the debug profile.
const SHARED: &str = "an example key, never to be used for anything real";
const OTHER: &str = "another key for those in the office, of 32 bytes and more";

/// The hash that the demo has of alice's password.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$68n+oFAfLFYniwjWztWbDQ$\
    kPwb2ASFtfsD9MmRiE+uuwl9PaHF2Qr5knp6FpESiKI";

#[test]
fn the_first_of_each_kind_have_one_hash() {
    assert!(include_str!("../../../../examples/demo/accounts.rs").contains(HASH));
}

struct Clerk {
    id: i64,
    hash: String,
}

impl AuthUser for Clerk {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.hash.as_bytes().into()
    }
}

/// The hash of the one clerk there is.
struct Office(Mutex<String>);

impl Office {
    fn find(&self, id: i64) -> Option<Clerk> {
        let hash = self.0.lock().unwrap().clone();
        (id == 1).then_some(Clerk { id, hash })
    }
}

async fn load(request: &Request<'_>, id: i64) -> Result<Option<Clerk>, std::fmt::Error> {
    Ok(request.rocket().state::<Office>().unwrap().find(id))
}

#[derive(FromForm)]
struct SignIn {
    id: i64,
    password: String,
    remember: bool,
}

#[get("/login")]
fn clerks_page() -> &'static str {
    "Who are you?"
}

#[post("/login", data = "<form>")]
async fn login(
    form: Form<SignIn>,
    auth: Auth<'_, Clerk>,
    office: &State<Office>,
) -> Result<Redirect, Status> {
    let clerk = office.find(form.id);
    let clerk = clerk.filter(|_| form.password == "toor");
    let clerk = clerk.ok_or(Status::Unauthorized)?;
    auth.login(&clerk).remember(form.remember).await?;
    Ok(Redirect::to("/"))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Clerk>) -> Result<Redirect, LoginError> {
    auth.logout().await.map(|()| Redirect::to("/"))
}

#[get("/whoami")]
fn whoami(user: MaybeUser<Clerk>) -> String {
    let name = user.as_ref().map(|_| STAFF.name);
    serde_json::json!({ "user": name }).to_string()
}

#[get("/account")]
fn account(_user: User<Clerk>) -> &'static str {
    STAFF.name
}

#[derive(FromForm)]
struct NewPassword {
    new_password: String,
}

#[post("/password", data = "<form>")]
async fn password(
    user: User<Clerk>,
    form: Form<NewPassword>,
    auth: Auth<'_, Clerk>,
    office: &State<Office>,
) -> Result<Redirect, LoginError> {
    *office.0.lock().unwrap() = form.into_inner().new_password;
    auth.renew(&office.find(user.id).unwrap()).await?;
    Ok(Redirect::to("/office/account"))
}

#[post("/sessions/end-others")]
async fn end_others(auth: Auth<'_, Clerk>) -> Result<String, LoginError> {
    auth.revoke_others().await.map(|ended| ended.to_string())
}

fn office() -> Vec<Route> {
    routes![
        clerks_page,
        login,
        logout,
        whoami,
        account,
        password,
        end_others
    ]
}

/// The same application with clerks in it, who log in elsewhere and have other cookies.
pub(super) fn with_staff(rocket: Rocket<Build>) -> Rocket<Build> {
    rocket
        .attach(LoginManager::fairing(load).table("staff_login"))
        .manage(Office(Mutex::new(HASH.into())))
        .mount("/office", office())
}

pub(super) fn staff_settings(figment: Figment) -> Figment {
    figment
        .merge(("staff_login.redirect_to", "/office/login"))
        .merge(("staff_login.secret_key", SHARED))
        .merge(("staff_login.cookie_name", STAFF.remember))
        .merge(("staff_login.session.cookie_name", STAFF.session))
}

/// One kind of users: where they log in, and the cookies they have.
#[derive(Clone, Copy)]
struct Side {
    base: &'static str,
    form: &'static str,
    name: &'static str,
    session: &'static str,
    remember: &'static str,
}

const CUSTOMERS: Side = Side {
    base: "",
    form: ALICE,
    name: "alice",
    session: SESSION,
    remember: REMEMBER,
};

const STAFF: Side = Side {
    base: "/office",
    form: "id=1&password=toor",
    name: "root",
    session: "staff_session",
    remember: "staff_remember",
};

impl Side {
    fn path(self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    #[track_caller]
    fn log_in(self, curl: &mut Curl) {
        let form = format!("{}&remember=on", self.form);
        let reply = curl.post(&self.path("/login"), &form);
        assert_eq!((reply.status, reply.location()), (303, Some("/")));
    }

    #[track_caller]
    fn remembered(self, server: &Server) -> Curl {
        let mut curl = Curl::new(server);
        self.log_in(&mut curl);
        curl
    }

    /// Its session and its remember token.
    fn values(self, curl: &Curl) -> [String; 2] {
        [self.session, self.remember].map(|name| cookie(curl, name))
    }

    #[track_caller]
    fn assert_in(self, curl: &mut Curl) {
        let reply = curl.get(&self.path("/whoami"), "");
        assert_eq!(user(&reply).as_deref(), Some(self.name));
    }

    /// The answers to a browser with these cookies alone: never a page.
    #[track_caller]
    fn refused(self, server: &Server, cookies: &str) -> Reply {
        let header = format!("Cookie: {cookies}\r\n");
        let who = Curl::new(server).get(&self.path("/whoami"), &header);
        assert_eq!(user(&who), None, "{cookies}");
        let change = Curl::new(server).send("POST", &self.path("/password"), &header, "");
        let login = self.path("/login");
        assert_eq!(change.location(), Some(login.as_str()), "{cookies}");
        let page = Curl::new(server).get(&self.path("/account"), &header);
        let there = page.location().unwrap();
        assert!(there.starts_with(&format!("{login}?next=")), "{there}");
        page
    }
}

/// A site where both have their sessions in such a place, all in one file if it is one.
fn site_of_both(store: &str, staff_key: &str, folder: &Folder) -> Server {
    let file = folder.file().with_file_name("sessions.db");
    let url = format!("sqlite://{}", file.display());
    serve(demo::rocket(), |mut figment| {
        for table in ["login", "staff_login"] {
            figment = figment.merge((format!("{table}.session.store"), store));
            if store == "sqlite" {
                figment = figment.merge((format!("{table}.session.url"), url.as_str()));
            }
        }
        figment.merge(("staff_login.secret_key", staff_key))
    })
}

/// Tries an attack in both directions, with every store and with equal and different keys.
fn both_ways(test: &str, attack: impl Fn(&Server, Side, Side) + Sync) {
    for store in ["cookie", "memory", "sqlite"] {
        for (key, name) in [(SHARED, "one key"), (OTHER, "two keys")] {
            for (from, to) in [(CUSTOMERS, STAFF), (STAFF, CUSTOMERS)] {
                let site = format!("{store}, {name}, as {}", to.name);
                let folder = Folder::new(&format!("{test}-{}", site.replace(", ", "-")));
                on(&site, || {
                    attack(&site_of_both(store, key, &folder), from, to)
                });
            }
        }
    }
}
