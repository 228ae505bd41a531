//! Several changes of a login within one request.

use rocket::local::blocking::Client;
use rocket::{State, post, routes};
use rocket_login::{Auth, LoginError, User};

use crate::app::{self, Account, Accounts, accounts, client_of, config};
use crate::browser::Browser;

#[post("/out-and-in/<id>")]
async fn out_and_in(
    id: i64,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    auth.logout().await?;
    auth.login(&accounts.find(id).unwrap()).await?;
    Ok(())
}

#[post("/twice/<id>")]
async fn twice(
    id: i64,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    auth.login(&accounts.find(id).unwrap()).await?;
    auth.login(&accounts.find(id).unwrap()).await?;
    Ok(())
}

#[post("/in-and-renewed/<id>")]
async fn in_and_renewed(
    id: i64,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    auth.login(&accounts.find(id).unwrap()).await?;
    auth.renew(&accounts.find(id).unwrap()).await
}

#[post("/in-and-out-twice/<id>")]
async fn in_and_out_twice(
    id: i64,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    auth.login(&accounts.find(id).unwrap()).await?;
    auth.logout().await?;
    auth.logout().await
}

/// Renews a login as if it were another user's.
#[post("/renew-as/<id>")]
async fn renew_as(
    id: i64,
    _user: User<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    auth.renew(&accounts.find(id).unwrap()).await
}

fn client() -> Client {
    let routes = routes![
        out_and_in,
        twice,
        in_and_renewed,
        in_and_out_twice,
        renew_as
    ];
    client_of(app::rocket(config()).mount("/", routes))
}

#[test]
fn the_first_users_token_does_not_stay_with_the_second() {
    let client = client();
    for uri in ["/out-and-in/2", "/twice/2", "/in-and-renewed/2"] {
        let mut browser = Browser::logged_in(&client, "id=1&remember=true");
        let answer = browser.post(uri, "");
        assert!(answer.removes("remember_token"), "{uri}: {answer:?}");
        assert_eq!(browser.get("/").body, "hello bob");
    }
}

#[test]
fn each_cookie_is_written_once_however_much_happens() {
    let client = client();
    for uri in [
        "/out-and-in/1",
        "/twice/1",
        "/in-and-renewed/1",
        "/in-and-out-twice/1",
    ] {
        let mut browser = Browser::logged_in(&client, "id=1&remember=true");
        let answer = browser.post(uri, "");
        let count = |name| {
            answer
                .set_cookies
                .iter()
                .filter(|cookie| cookie.name() == name)
                .count()
        };
        assert_eq!(count("session"), 1, "{uri}");
        assert!(count("remember_token") <= 1, "{uri}");
    }
}

#[test]
fn after_several_logouts_the_request_is_anonymous() {
    let client = client();
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    let answer = browser.post("/in-and-out-twice/2", "");
    assert!(answer.removes("session") && answer.removes("remember_token"));
    assert_eq!(browser.get("/").body, "hello nobody");
}

#[test]
fn no_user_renews_another_users_login() {
    let client = client();
    let mut browser = Browser::logged_in(&client, "id=1");
    let answer = browser.post("/renew-as/2", "");
    assert_eq!(answer.status, rocket::http::Status::Conflict);
    answer.assert_no_cookies();
    assert_eq!(browser.get("/").body, "hello alice");
}

/// Two users whose auth hash is the same: the id alone tells them apart.
fn twins(client: &Client) -> [String; 2] {
    for id in [1, 2] {
        accounts(client).set_password(id, "the same");
    }
    [1, 2].map(|id| {
        let browser = Browser::logged_in(client, &format!("id={id}&remember=true"));
        browser.cookie("remember_token").unwrap()
    })
}

#[test]
fn a_token_of_another_user_with_the_same_hash_is_not_kept() {
    let client = client();
    let [alices, _] = twins(&client);
    let mut browser = Browser::new(&client);
    browser.set_cookie("remember_token", &alices);
    let answer = browser.post("/login", "id=2");
    assert!(answer.removes("remember_token"));
}

#[test]
fn a_token_of_another_user_with_the_same_hash_is_not_renewed() {
    let client = client();
    let [alices, _] = twins(&client);
    let mut browser = Browser::logged_in(&client, "id=2");
    browser.set_cookie("remember_token", &alices);
    let answer = browser.post("/password/new", "");
    assert!(answer.cookie("session").is_some());
    assert!(answer.cookie("remember_token").is_none());
    browser.drop_cookie("session");
    assert_eq!(browser.get("/").body, "hello alice");
}

#[test]
fn a_token_of_another_user_does_not_replace_a_dead_session() {
    let client = client();
    let bobs = Browser::logged_in(&client, "id=2")
        .cookie("session")
        .unwrap();
    let [alices, _] = twins(&client);
    let mut browser = Browser::new(&client);
    browser.set_cookie("session", &bobs);
    browser.set_cookie("remember_token", &alices);
    assert_eq!(browser.get("/").body, "hello nobody");
}

#[test]
fn a_login_keeps_no_token_of_an_older_password() {
    let client = client();
    let mut browser = Browser::logged_in(&client, "id=1&remember=true");
    accounts(&client).set_password(1, "new");
    browser.drop_cookie("session");
    let answer = browser.post("/login", "id=1");
    assert!(answer.removes("remember_token"));
}

#[test]
fn a_login_is_not_renewed_for_a_user_who_is_no_longer_active() {
    #[post("/deactivate-and-renew")]
    async fn deactivate_and_renew(
        user: User<Account>,
        auth: Auth<'_, Account>,
        accounts: &State<Accounts>,
    ) -> Result<(), LoginError> {
        accounts.set_active(user.id, false);
        auth.renew(&accounts.find(user.id).unwrap()).await
    }

    let rocket = app::rocket(config()).mount("/", routes![deactivate_and_renew]);
    let client = client_of(rocket);
    let mut browser = Browser::logged_in(&client, "id=1");
    let answer = browser.post("/deactivate-and-renew", "");
    assert_eq!(answer.status, rocket::http::Status::SeeOther);
    answer.assert_no_cookies();
}
