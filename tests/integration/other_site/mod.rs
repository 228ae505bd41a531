//! Requests that pages of other sites make a browser send: the headers that it sends with them, as
//! Chromium does.

mod allowed;
mod anonymous;
mod links;

use rocket::local::blocking::Client;
use rocket::{Build, Rocket, State, get, post, routes};
use rocket_login::{Auth, Config, LoginError, MaybeUser, StoreKind, User};

use crate::app::{self, Account, Accounts, accounts, client_of, with_store};
use crate::browser::{Answer, Browser};

/// Where sessions may live.
const STORES: [StoreKind; 2] = [StoreKind::Cookie, StoreKind::Memory];

#[get("/link/login/<id>")]
async fn link_login(
    id: i64,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<&'static str, LoginError> {
    auth.login(&accounts.find(id).unwrap()).await?;
    Ok("done")
}

#[get("/link/logout")]
async fn link_logout(auth: Auth<'_, Account>) -> Result<&'static str, LoginError> {
    auth.logout().await?;
    Ok("done")
}

#[get("/link/confirm")]
async fn link_confirm(
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<&'static str, LoginError> {
    auth.confirm_as(&accounts.find(1).unwrap()).await?;
    Ok("done")
}

#[get("/link/revoke-others")]
async fn link_revoke_others(auth: Auth<'_, Account>) -> Result<String, LoginError> {
    Ok(auth.revoke_others().await?.to_string())
}

#[get("/link/renew")]
async fn link_renew(
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<&'static str, LoginError> {
    auth.renew(&accounts.find(1).unwrap()).await?;
    Ok("done")
}

#[post("/form/renew")]
async fn form_renew(
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<&'static str, LoginError> {
    auth.renew(&accounts.find(1).unwrap()).await?;
    Ok("done")
}

/// Where an identity provider sends its users.
#[post("/callback/<id>")]
async fn callback(
    id: i64,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<String, LoginError> {
    let account = accounts.find(id).unwrap();
    auth.from_other_site().login(&account).await?;
    let user = auth.user().await?;
    Ok(format!("hello {}", user.unwrap().name))
}

/// Where an identity provider logs its users out, in a frame.
#[get("/frame/logout")]
async fn frame_logout(auth: Auth<'_, Account>) -> Result<&'static str, LoginError> {
    auth.from_other_site().logout().await?;
    Ok("done")
}

#[post("/maybe")]
fn maybe(user: MaybeUser<Account>) -> &'static str {
    if user.is_some() { "somebody" } else { "nobody" }
}

#[post("/member")]
fn member(user: User<Account>) -> String {
    user.name.clone()
}

fn rocket(config: Config) -> Rocket<Build> {
    app::rocket(config).mount(
        "/",
        routes![
            link_login,
            link_logout,
            link_confirm,
            link_renew,
            link_revoke_others,
            form_renew,
            callback,
            frame_logout,
            maybe,
            member
        ],
    )
}

fn with_every_store(attack: impl Fn(&Client)) {
    for store in STORES {
        attack(&client_of(rocket(with_store(store))));
    }
}

fn alice(client: &Client) -> Browser<'_> {
    let mut browser = stranger(client);
    browser.post("/login", "id=1&remember=true");
    browser
}

fn stranger(client: &Client) -> Browser<'_> {
    Browser::new(client).with("Host", "app.example")
}

/// The headers of a browser about a request: site, mode and destination.
fn sent<'c>(browser: &Browser<'c>, [site, mode, dest]: [&str; 3]) -> Browser<'c> {
    let browser = browser.clone().with("Sec-Fetch-Site", site);
    let browser = browser.with("Sec-Fetch-Mode", mode);
    browser.with("Sec-Fetch-Dest", dest)
}

#[track_caller]
fn assert_refused(answer: &Answer) {
    assert_eq!(answer.status.code, 403, "{answer:?}");
    assert_ne!(answer.body, "done");
    answer.assert_no_cookies();
}

#[track_caller]
fn assert_fresh_alice(browser: &Browser<'_>) {
    let body = browser.clone().get("/account").body;
    assert_eq!(body, "alice fresh=true remembered=false");
}
