//! User ids of every type and content come back exactly as they were.

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Mutex;

use rocket::http::{Header, Status};
use rocket::local::blocking::Client;
use rocket::serde::{Serialize, de::DeserializeOwned};
use rocket::{Request, State, get, post, routes};
use rocket_login::{Auth, AuthUser, Config, LoginManager, User};

use crate::app::{self, bare};

trait Id: Serialize + DeserializeOwned + Clone + PartialEq + Debug + Send + Sync + 'static {}
impl<T: Serialize + DeserializeOwned + Clone + PartialEq + Debug + Send + Sync + 'static> Id for T {}

struct Anyone<T>(T);

impl<T: Id> AuthUser for Anyone<T> {
    type Id = T;

    fn id(&self) -> T {
        self.0.clone()
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        b"hash".into()
    }
}

/// The user of the next login, and the id that the loader was last asked for.
struct Asked<T> {
    login: T,
    loaded: Mutex<Option<T>>,
}

async fn load<T: Id>(request: &Request<'_>, id: T) -> Result<Option<Anyone<T>>, String> {
    let asked: &Asked<T> = request.rocket().state().unwrap();
    *asked.loaded.lock().unwrap() = Some(id.clone());
    Ok(Some(Anyone(id)))
}

/// Logs `login` in, and returns the loader's id together with the login's error.
fn round_trip<T: Id>(login: T) -> (Option<T>, Option<String>)
where
    Routes<T>: Mount,
{
    let config = Config::new("/login", app::KEY);
    let fairing = LoginManager::fairing(load::<T>).config(config);
    let asked = Asked {
        login,
        loaded: Mutex::new(None),
    };
    let rocket = bare().attach(fairing).manage(asked);
    let client = Client::untracked(rocket.mount("/", Routes::<T>::routes())).unwrap();
    let answer = client.post("/login").dispatch();
    let cookie = answer
        .headers()
        .get_one("Set-Cookie")
        .map(ToString::to_string);
    let error = answer.into_string().filter(|body| !body.is_empty());
    if let Some(cookie) = cookie {
        let request = client.get("/me").header(Header::new("Cookie", cookie));
        assert_eq!(request.dispatch().status(), Status::Ok);
    }
    let asked: &Asked<T> = client.rocket().state().unwrap();
    (asked.loaded.lock().unwrap().clone(), error)
}

struct Routes<T>(std::marker::PhantomData<T>);

trait Mount {
    fn routes() -> Vec<rocket::Route>;
}

macro_rules! mount {
    ($module:ident, $id:ty) => {
        mod $module {
            use super::*;

            #[post("/login")]
            async fn login(auth: Auth<'_, Anyone<$id>>, asked: &State<Asked<$id>>) -> String {
                let user = Anyone(asked.login.clone());
                let done = auth.login(&user).await;
                done.err()
                    .map(|error| error.to_string())
                    .unwrap_or_default()
            }

            #[get("/me")]
            fn me(_user: User<Anyone<$id>>) {}

            impl Mount for Routes<$id> {
                fn routes() -> Vec<rocket::Route> {
                    routes![login, me]
                }
            }
        }
    };
}

mount!(numbers, i64);
mount!(large, u128);
mount!(texts, String);
mount!(bytes, [u8; 16]);
mount!(pairs, (String, Option<u32>));

#[track_caller]
fn comes_back<T: Id>(id: T)
where
    Routes<T>: Mount,
{
    assert_eq!(round_trip(id.clone()), (Some(id), None));
}

#[test]
fn numbers_come_back() {
    for id in [i64::MIN, -1, 0, 1, i64::MAX] {
        comes_back(id);
    }
    comes_back(u128::MAX);
}

#[test]
fn texts_come_back() {
    for id in [
        "",
        "1",
        "01",
        "a|b;c=d",
        "a\r\nSet-Cookie: x=y",
        "\0",
        "🦀",
        "e\u{301}",
        "é",
        &"x".repeat(1024),
    ] {
        comes_back(id.to_string());
    }
}

#[test]
fn compounds_come_back() {
    comes_back([0xff_u8; 16]);
    comes_back((String::from("tenant"), Some(7)));
}

#[derive(Debug, Clone, PartialEq, Serialize, rocket::serde::Deserialize)]
#[serde(crate = "rocket::serde")]
struct Partial {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<u32>,
    #[serde(default)]
    number: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, rocket::serde::Deserialize)]
#[serde(crate = "rocket::serde")]
struct Forgetful {
    #[serde(skip_deserializing)]
    number: u32,
}

mount!(partial, Partial);
mount!(forgetful, Forgetful);

#[test]
fn ids_with_fields_left_out_come_back() {
    comes_back(Partial {
        tenant: None,
        number: 7,
    });
}

#[test]
fn an_id_that_would_come_back_as_another_is_an_error() {
    let (loaded, error) = round_trip(Forgetful { number: 7 });
    assert_eq!(loaded, None);
    assert_eq!(
        error.as_deref(),
        Some("the user id does not fit into a cookie")
    );
}

#[test]
fn a_cookie_whose_id_no_longer_parses_is_left_where_it_is() {
    let client = |rocket: rocket::Rocket<rocket::Build>| Client::untracked(rocket).unwrap();
    let numbers = client(app::rocket(Config::new("/login", app::KEY)));
    let browser = crate::browser::Browser::logged_in(&numbers, "id=1&remember=true");

    let fairing = LoginManager::fairing(load::<String>).config(Config::new("/login", app::KEY));
    let asked = Asked {
        login: String::new(),
        loaded: Mutex::new(None),
    };
    let rocket = bare().attach(fairing).manage(asked);
    let rocket = rocket.mount("/", Routes::<String>::routes());
    let texts = client(rocket);
    for name in ["session", "remember_token"] {
        let pair = format!("{name}={}", browser.cookie(name).unwrap());
        let answer = texts
            .get("/me")
            .header(Header::new("Cookie", pair))
            .dispatch();
        assert_eq!(answer.status(), Status::SeeOther);
        assert_eq!(answer.headers().get_one("Set-Cookie"), None, "{name}");
        let mut alone = browser.clone();
        alone.restrict_to(name);
        assert_eq!(alone.get("/account").status, Status::Ok, "{name}");
    }
}

#[test]
fn an_id_too_long_for_a_cookie_is_an_error_and_logs_no_user_in() {
    for length in [3000, 70_000] {
        let (loaded, error) = round_trip("x".repeat(length));
        assert_eq!(loaded, None);
        assert_eq!(
            error.as_deref(),
            Some("the user id does not fit into a cookie")
        );
    }
}
