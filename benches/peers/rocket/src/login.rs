//! `rocket_login` with its defaults, the strictest protection, and the password hash as
//! the auth hash, as its documentation advises.

use std::borrow::Cow;
use std::convert::Infallible;

use rocket::{Build, Request, Rocket, get, post, routes};
use rocket_login::{Auth, AuthUser, Config, LoginError, LoginManager};
use rocket_login::{ProtectionLevel, SessionConfig, StoreKind, StoreUrl, User};

struct Account(peers::User);

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.0.id
    }

    fn session_auth_hash(&self) -> Cow<'_, [u8]> {
        self.0.password_hash.as_bytes().into()
    }
}

async fn load(_: &Request<'_>, id: i64) -> Result<Option<Account>, Infallible> {
    Ok(peers::user(id).map(Account))
}

#[get("/protected")]
fn protected(user: User<Account>) -> String {
    user.0.name.clone()
}

#[post("/login")]
async fn login(auth: Auth<'_, Account>) -> Result<(), LoginError> {
    let user = peers::user(peers::FIRST).map(Account);
    auth.login(&user.expect("the first user exists")).await?;
    Ok(())
}

pub(crate) fn with_store(
    rocket: Rocket<Build>,
    store: StoreKind,
    url: Option<StoreUrl>,
) -> Rocket<Build> {
    let config = Config {
        protection_level: ProtectionLevel::Strong,
        session: SessionConfig {
            store,
            url,
            ..SessionConfig::default()
        },
        ..Config::new("/login", peers::SECRET)
    };
    rocket
        .attach(LoginManager::fairing(load).config(config))
        .mount("/", routes![protected, login])
}
