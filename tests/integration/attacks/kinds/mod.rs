//! Customers and staff in one application: the demo's accounts, and clerks in an office beside
//! them, with the same ids. Whoever is one of them is to get nothing as one of the others.

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

struct Clerk {
    id: i64,
    password: String,
}

impl AuthUser for Clerk {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.password.as_bytes().into()
    }
}

impl Clerk {
    fn name(&self) -> &'static str {
        if self.id == 1 { "root" } else { "clerk" }
    }
}

/// Their passwords, by ids from 1.
struct Office(Mutex<[String; 2]>);

impl Office {
    fn find(&self, id: i64) -> Option<Clerk> {
        let at = usize::try_from(id - 1).ok()?;
        let password = self.0.lock().unwrap().get(at)?.clone();
        Some(Clerk { id, password })
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
    let clerk = clerk.filter(|clerk| clerk.password == form.password);
    let clerk = clerk.ok_or(Status::Unauthorized)?;
    let login = auth.login(&clerk).remember(form.remember).await;
    login.map_err(|error| error.kind().status())?;
    Ok(Redirect::to("/"))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Clerk>) -> Result<Redirect, LoginError> {
    auth.logout().await.map(|()| Redirect::to("/"))
}

#[get("/whoami")]
fn whoami(user: MaybeUser<Clerk>) -> String {
    let name = user.as_ref().map(|user| user.name());
    serde_json::json!({ "user": name }).to_string()
}

#[get("/account")]
fn account(user: User<Clerk>) -> &'static str {
    user.name()
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
    let at = usize::try_from(user.id - 1).unwrap();
    office.0.lock().unwrap()[at] = form.into_inner().new_password;
    auth.renew(&office.find(user.id).unwrap()).await?;
    Ok(Redirect::to("/office/account"))
}

#[post("/sessions/end-others")]
async fn end_others(user: User<Clerk>, auth: Auth<'_, Clerk>) -> Result<String, LoginError> {
    let ended = auth.revoke_others().await?;
    Ok(format!("{ended} of {}", user.name()))
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
    let passwords = ["toor".into(), "stapler".into()];
    rocket
        .attach(LoginManager::fairing(load).table("staff_login"))
        .manage(Office(Mutex::new(passwords)))
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

    /// What whoever has these cookies, and no others, is answered with: never a page.
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

/// Tries an attack in both directions, wherever sessions live and whatever the keys are.
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
