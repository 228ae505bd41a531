//! Browsers that have logged a user in before, while strangers guess at the user's password.

use rocket::http::{SameSite, Status};
use rocket::local::blocking::Client;
use rocket::time::Duration;
use rocket::{State, post, routes};
use rocket_login::{AttemptsConfig, Auth, Config, LoginError, LoginManager, User};

use super::{ELSEWHERE, HOME, attempt, rocket, status, strict, with};
use crate::app::{self, Account, Accounts, KEY, accounts, advance, client_of};
use crate::browser::Browser;
use crate::kinds::{Staff, fairing as staff, staff_config, with_staff};

const COOKIE: &str = "login_known";
const WRONG: &str = "name=alice&password=wrong";
const RIGHT: &str = "name=alice&password=right";
const BOB: &str = "name=bob&password=right";

/// Says that the password of one user was right, and logs another one in, before or after.
#[post("/odd/<right>/<login>/<is_first>")]
async fn odd(
    right: i64,
    login: Option<i64>,
    is_first: bool,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    let attempt = auth.attempt("alice").await?;
    let account = login.and_then(|id| accounts.find(id));
    if let Some(account) = account.as_ref().filter(|_| is_first) {
        auth.login(account).await?;
    }
    attempt.succeeded(&accounts.find(right).unwrap()).await?;
    if let Some(account) = account.as_ref().filter(|_| !is_first) {
        auth.login(account).await?;
    }
    Ok(())
}

/// Changes the password after the old one was given.
#[post("/change/<password>")]
async fn change(
    password: &str,
    user: User<Account>,
    auth: Auth<'_, Account>,
    accounts: &State<Accounts>,
) -> Result<(), LoginError> {
    auth.attempt(&user.name).await?.succeeded(&user).await?;
    accounts.set_password(user.id, password);
    auth.renew(&accounts.find(user.id).unwrap()).await
}

fn node(config: Config) -> Client {
    let fairing = LoginManager::fairing(app::load).config(config);
    client_of(rocket(fairing).mount("/", routes![odd, change]))
}

fn client() -> Client {
    node(with(strict()))
}

/// A browser in which this form has logged a user in and out.
#[track_caller]
fn known<'c>(client: &'c Client, form: &str) -> Browser<'c> {
    let mut browser = Browser::new(client);
    browser.remote = HOME;
    assert_eq!(browser.post("/try", form).status, Status::Ok);
    assert_eq!(browser.post("/logout", "").status, Status::Ok);
    assert!(browser.cookie(COOKIE).is_some());
    browser
}

/// A browser that has no cookie but this one.
fn with_cookie<'c>(client: &'c Client, value: &str) -> Browser<'c> {
    let mut browser = Browser::new(client);
    browser.remote = HOME;
    browser.set_cookie(COOKIE, value);
    browser
}

/// Uses up the attempts of `HOME`, and those of alice everywhere.
fn besiege(client: &Client) {
    for _ in 0..5 {
        attempt(client, HOME, WRONG);
    }
    assert_eq!(status(client, HOME, RIGHT), 429);
    assert_eq!(status(client, ELSEWHERE, RIGHT), 429);
}

fn code(browser: &mut Browser<'_>, form: &str) -> u16 {
    browser.post("/try", form).status.code
}

#[test]
fn a_known_browser_gets_in_while_a_guesser_is_at_work_at_its_address() {
    let client = client();
    let mut browser = known(&client, RIGHT);
    besiege(&client);
    for _ in 0..5 {
        assert_eq!(code(&mut browser, WRONG), 401);
        assert_eq!(status(&client, HOME, WRONG), 429);
        assert_eq!(code(&mut browser, RIGHT), 200);
        assert_eq!(browser.get("/account").status, Status::Ok);
        assert_eq!(browser.post("/again/right", "").status, Status::Ok);
    }
}

#[test]
fn the_cookie_is_kept_from_scripts_and_for_400_days() {
    let set = |config: Config| {
        let client = node(config);
        let answer = Browser::new(&client).post("/try", RIGHT);
        let found = answer.set_cookies.into_iter();
        let mut found = found.filter(|cookie| cookie.name().ends_with("_known"));
        let cookie = found.next().unwrap();
        assert!(found.next().is_none());
        cookie
    };
    let cookie = set(with(strict()));
    assert_eq!(cookie.name(), COOKIE);
    assert_eq!(cookie.http_only(), Some(true));
    assert_eq!(cookie.same_site(), Some(SameSite::Lax));
    assert_eq!(cookie.path(), Some("/"));
    assert_eq!(cookie.max_age(), Some(Duration::days(400)));
    let cookie = set(Config {
        cookie_secure: Some(true),
        ..with(strict())
    });
    assert_eq!(cookie.name(), "__Host-login_known");
    assert_eq!(cookie.secure(), Some(true));
    let cookie = set(Config {
        cookie_secure: Some(true),
        cookie_domain: Some("app.example".into()),
        ..with(strict())
    });
    assert_eq!(cookie.name(), "__Secure-login_known");
    assert_eq!(cookie.domain(), Some("app.example"));
}

#[test]
fn a_known_browser_has_attempts_of_its_own() {
    let client = node(with(AttemptsConfig {
        per_browser: 2,
        ..strict()
    }));
    let (mut one, mut other) = (known(&client, RIGHT), known(&client, RIGHT));
    assert_eq!(code(&mut one, WRONG), 401);
    assert_eq!(code(&mut one, WRONG), 401);
    let answer = one.post("/try", RIGHT);
    assert_eq!(answer.status, Status::TooManyRequests);
    assert!(answer.header("Retry-After").is_some());
    // It has taken none from the other one, and none from strangers.
    assert_eq!(code(&mut other, RIGHT), 200);
    for _ in 0..3 {
        assert_eq!(status(&client, HOME, WRONG), 401);
    }
    assert_eq!(status(&client, HOME, RIGHT), 429);
}

#[test]
fn a_login_gives_a_known_browser_no_further_attempts() {
    let client = node(with(AttemptsConfig {
        per_browser: 2,
        ..strict()
    }));
    let mut browser = known(&client, RIGHT);
    assert_eq!(code(&mut browser, WRONG), 401);
    for _ in 0..5 {
        let answer = browser.post("/try", RIGHT);
        assert_eq!(answer.status, Status::Ok);
        assert!(answer.cookie(COOKIE).is_some());
    }
    assert_eq!(code(&mut browser, WRONG), 401);
    assert_eq!(code(&mut browser, RIGHT), 429);
}

#[test]
fn a_browser_stays_known_for_400_days_after_the_last_login() {
    let client = client();
    let mut browser = known(&client, RIGHT);
    browser.restart();
    advance(&client, Duration::days(399));
    besiege(&client);
    let stale = browser.cookie(COOKIE).unwrap();
    assert_eq!(code(&mut browser, RIGHT), 200);
    advance(&client, Duration::hours(25));
    besiege(&client);
    assert_eq!(code(&mut with_cookie(&client, &stale), RIGHT), 429);
    assert_eq!(code(&mut browser, RIGHT), 200);
}

#[test]
fn the_cookie_of_another_user_or_name_is_worth_nothing() {
    let client = client();
    let mut bob = known(&client, BOB);
    // The account is the same, but another text could lead to another account.
    let mut spelt = known(&client, "name=ALICE&password=right");
    besiege(&client);
    for browser in [&mut bob, &mut spelt] {
        assert_eq!(code(browser, RIGHT), 429);
    }
    assert_eq!(code(&mut bob, BOB), 200);
    assert_eq!(code(&mut spelt, "name=ALICE&password=right"), 200);
}

#[test]
fn a_cookie_of_an_older_password_is_worth_nothing() {
    let client = client();
    let mut browser = known(&client, RIGHT);
    accounts(&client).set_password(1, "another");
    besiege(&client);
    assert_eq!(code(&mut browser, RIGHT), 429);
    // So the next login makes the browser known anew, with attempts anew.
    advance(&client, Duration::minutes(15));
    let before = browser.cookie(COOKIE);
    assert_eq!(code(&mut browser, RIGHT), 200);
    besiege(&client);
    assert_eq!(code(&mut browser, RIGHT), 200);
    assert_eq!(
        code(&mut with_cookie(&client, &before.unwrap()), RIGHT),
        429
    );
}

#[test]
fn the_browser_in_which_the_password_is_changed_stays_known_if_the_old_one_was_asked_for() {
    let client = client();
    for (path, expected) in [("/change/new", 200), ("/password/newer", 429)] {
        let mut browser = known(&client, RIGHT);
        assert_eq!(code(&mut browser, RIGHT), 200);
        assert_eq!(browser.post(path, "").status, Status::Ok);
        browser.post("/logout", "");
        besiege(&client);
        assert_eq!(code(&mut browser, RIGHT), expected, "{path}");
        advance(&client, Duration::minutes(15));
    }
}

#[test]
fn a_forged_cookie_is_worth_nothing_and_no_error() {
    let client = client();
    let mut browser = Browser::new(&client);
    browser.post("/try", RIGHT);
    let genuine = browser.cookie(COOKIE).unwrap();
    let session = browser.cookie("session").unwrap();
    besiege(&client);
    let flipped = if genuine.starts_with('A') { "B" } else { "A" };
    for value in [
        "",
        ".",
        "alice",
        &session,
        &genuine[1..],
        &genuine[..genuine.len() - 1],
        &format!("{flipped}{}", &genuine[1..]),
        &format!("{genuine}A"),
        &"A".repeat(8000),
        &"....".repeat(2000),
    ] {
        assert_eq!(
            code(&mut with_cookie(&client, value), RIGHT),
            429,
            "{value}"
        );
    }
    let mut as_session = Browser::new(&client);
    as_session.set_cookie("session", &genuine);
    as_session.set_cookie("remember_token", &genuine);
    assert_eq!(as_session.get("/account").status, Status::SeeOther);
}

#[test]
fn planted_twins_do_not_hide_the_cookie() {
    let client = client();
    let genuine = known(&client, RIGHT).cookie(COOKIE).unwrap();
    let bobs = known(&client, BOB).cookie(COOKIE).unwrap();
    besiege(&client);
    let line = |values: &[&str]| {
        let pairs = values.iter().map(|value| format!("{COOKIE}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    };
    let (many, long) = (["x"; 50], "x".repeat(8000));
    for before in [&["planted"][..], &[&bobs, &bobs], &many, &[&long]] {
        let header = line(&[before, &[&genuine], before].concat());
        let mut browser = Browser::new(&client).with("Cookie", header);
        assert_eq!(code(&mut browser, RIGHT), 200);
    }
    let mut browser = Browser::new(&client).with("Cookie", line(&[bobs.as_str(); 20]));
    assert_eq!(code(&mut browser, RIGHT), 429);
}

#[test]
fn users_of_one_browser_are_known_beside_each_other() {
    let client = client();
    let mut browser = known(&client, RIGHT);
    assert_eq!(code(&mut browser, BOB), 200);
    besiege(&client);
    for _ in 0..3 {
        attempt(&client, ELSEWHERE, "name=bob&password=wrong");
    }
    for _ in 0..3 {
        assert_eq!(code(&mut browser, RIGHT), 200);
        assert_eq!(code(&mut browser, BOB), 200);
    }
}

#[test]
fn four_logins_of_one_browser_are_known_and_the_oldest_goes() {
    let client = client();
    let mut browser = known(&client, RIGHT);
    let others = ["alicE", "aliCe", "alIce", "aLice"];
    let form = |name: &str| format!("name={name}&password=right");
    for name in others {
        advance(&client, Duration::seconds(1));
        assert_eq!(code(&mut browser, &form(name)), 200);
    }
    assert!(browser.cookie(COOKIE).unwrap().len() < 520);
    besiege(&client);
    for name in others {
        assert_eq!(code(&mut browser.clone(), &form(name)), 200, "{name}");
    }
    assert_eq!(code(&mut browser, RIGHT), 429);
}

#[test]
fn a_browser_is_known_after_the_login_of_the_user_whose_password_was_right() {
    let client = client();
    for (path, is_known) in [
        ("/odd/1/1/false", true),
        ("/odd/1/1/true", true),
        ("/odd/2/1/false", false),
        ("/odd/1/2/false", false),
        // carol is not active, and there is no login.
        ("/odd/3/3/false", false),
        ("/odd/1/none/false", false),
    ] {
        let mut browser = Browser::new(&client);
        browser.post(path, "");
        assert_eq!(browser.cookie(COOKIE).is_some(), is_known, "{path}");
    }
    let mut browser = Browser::logged_in(&client, "id=1");
    assert_eq!(browser.cookie(COOKIE), None);
    browser.post("/again/wrong", "");
    assert_eq!(browser.cookie(COOKIE), None);
    browser.post("/again/right", "");
    assert!(browser.cookie(COOKIE).is_some());
}

#[test]
fn the_loader_says_who_is_known() {
    let client = client();
    let mut browser = known(&client, RIGHT);
    besiege(&client);
    let accounts = accounts(&client);
    accounts.set_failing(true);
    let answer = browser.post("/try", RIGHT);
    assert_eq!(answer.status, Status::ServiceUnavailable);
    accounts.set_failing(false);
    // An inactive user is known, and cannot log in.
    accounts.set_active(1, false);
    assert_eq!(code(&mut browser, WRONG), 401);
    assert_eq!(code(&mut browser, RIGHT), 403);
    accounts.set_active(1, true);
    assert_eq!(code(&mut browser, RIGHT), 200);
    accounts.delete(1);
    assert_eq!(code(&mut browser, RIGHT), 429);
    accounts.insert(1, "another alice");
    assert_eq!(code(&mut browser, RIGHT), 429);
}

#[test]
fn at_most_three_users_are_loaded_for_an_attempt_and_none_for_a_page() {
    let client = client();
    let mut values = Vec::new();
    for number in 0..5 {
        accounts(&client).set_password(1, &format!("password {number}"));
        values.push(known(&client, RIGHT).cookie(COOKIE).unwrap());
    }
    accounts(&client).set_password(1, "the last");
    let loads = |value: &str, path| {
        accounts(&client).take_loads();
        let answer = with_cookie(&client, value).post(path, WRONG);
        (answer.status.code, accounts(&client).take_loads())
    };
    assert_eq!(loads(&values.join("."), "/try"), (401, 3));
    assert_eq!(loads(&values.join("."), "/logout"), (200, 0));
    assert_eq!(loads("", "/try"), (401, 0));
    assert_eq!(
        loads(&known(&client, BOB).cookie(COOKIE).unwrap(), "/try"),
        (401, 0)
    );
}

#[test]
fn a_new_secret_key_beside_the_old_one_forgets_no_browser() {
    let new = "the new secret key, as long as it has to be";
    let with_keys = |key: &str, previous: &[&str]| Config {
        secret_key: Some(key.into()),
        previous_secret_keys: previous.iter().map(|key| (*key).into()).collect(),
        ..with(strict())
    };
    let old = client();
    let value = known(&old, RIGHT).cookie(COOKIE).unwrap();
    for (previous, expected) in [(&[KEY][..], 200), (&[], 429)] {
        let client = node(with_keys(new, previous));
        besiege(&client);
        assert_eq!(code(&mut with_cookie(&client, &value), RIGHT), expected);
    }
}

/// Logs the member of the staff in who has the name, the id and the auth hash of an account.
#[post("/staff/try")]
async fn staff_try(auth: Auth<'_, Staff>) -> Result<(), LoginError> {
    auth.attempt("alice").await?.succeeded(&Staff(1)).await?;
    auth.login(&Staff(1)).await.map(|_| ())
}

#[test]
fn a_browser_is_known_to_one_kind_of_users() {
    let fairing = LoginManager::fairing(app::load).config(with(strict()));
    let kinds = with_staff(rocket(fairing), staff(staff_config()));
    let client = client_of(kinds.mount("/", routes![staff_try]));
    let mut browser = Browser::new(&client);
    assert_eq!(browser.post("/staff/try", "").status, Status::Ok);
    assert_eq!(browser.cookie(COOKIE), None);
    let value = browser.cookie("staff_login_known").unwrap();
    assert_eq!(code(&mut browser, RIGHT), 200);
    // Neither takes the place of the other.
    assert_eq!(browser.cookie("staff_login_known"), Some(value.clone()));
    besiege(&client);
    assert_eq!(code(&mut with_cookie(&client, &value), RIGHT), 429);
    assert_eq!(code(&mut browser, RIGHT), 200);
}
