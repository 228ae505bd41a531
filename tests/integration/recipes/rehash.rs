//! Another hash of the same password logs no user out, another password does.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use rocket::form::Form;
use rocket::http::{ContentType, Status};
use rocket::{FromForm, State, get, post, routes, uri};
use rocket_login::{Auth, FreshUser, NextRedirect, User, testing};
use sqlx::sqlite::SqlitePool;

use crate::recipes::account::{Account, failed};
use crate::recipes::register::hash;
use crate::recipes::{alice, client, database, figment, site};

const TODAY: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

async fn rehash(pool: &SqlitePool, account: &Account, password: &str) -> Result<(), Status> {
    let stored = account.password_hash.as_deref();
    let Some(old) = stored.filter(|hash| !hash.starts_with(TODAY)) else {
        return Ok(());
    };
    let new = hash(password).await?;
    // The condition keeps a password that has changed meanwhile.
    let update = "UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?";
    let update = sqlx::query(update).bind(new).bind(account.id).bind(old);
    update.execute(pool).await.map_err(failed)?;
    Ok(())
}

#[derive(FromForm)]
struct SignIn<'r> {
    name: &'r str,
    password: &'r str,
}

#[post("/login", data = "<form>")]
async fn login(
    form: Form<SignIn<'_>>,
    auth: Auth<'_, Account>,
    pool: &State<SqlitePool>,
) -> Result<NextRedirect, Status> {
    let account = check_password(pool, form.name, form.password).await?;
    let account = account.ok_or(Status::Unauthorized)?;
    rehash(pool, &account, form.password).await?;
    auth.login(&account).await?;
    Ok(NextRedirect::to(uri!(whoami)))
}

#[post("/password", data = "<new_password>")]
async fn change_password(
    _user: FreshUser<Account>,
    new_password: &str,
    auth: Auth<'_, Account>,
    pool: &State<SqlitePool>,
) -> Result<(), Status> {
    let hash = hash(new_password).await?;
    let user = auth.verify_fresh().await?;
    let update = sqlx::query_as(
        "UPDATE accounts SET password_hash = ?, session_key = hex(randomblob(16))
         WHERE id = ? RETURNING *",
    );
    let updated = update.bind(hash).bind(user.id).fetch_one(&**pool).await;
    auth.renew(&updated.map_err(failed)?).await?;
    Ok(())
}

/// Without the same time for unknown names, which is no matter of this recipe.
async fn check_password(
    pool: &SqlitePool,
    name: &str,
    password: &str,
) -> Result<Option<Account>, Status> {
    let found = sqlx::query_as("SELECT * FROM accounts WHERE name = ?");
    let found: Option<Account> = found
        .bind(name)
        .fetch_optional(pool)
        .await
        .map_err(failed)?;
    Ok(found.filter(|account| {
        let hash = account.password_hash.as_deref().unwrap_or_default();
        let verified = Argon2::default().verify_password(password.as_bytes(), hash);
        verified.is_ok()
    }))
}

#[get("/whoami")]
fn whoami(user: User<Account>) -> String {
    user.name.clone()
}

/// A site whose alice has a hash of years ago.
async fn site_of_old() -> (SqlitePool, rocket::Rocket<rocket::Build>) {
    let pool = database().await;
    let cheap = Params::new(8, 1, 1, None).unwrap();
    let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, cheap);
    let old = cheap.hash_password(b"wonderland").unwrap().to_string();
    let update = sqlx::query("UPDATE accounts SET password_hash = ?").bind(old);
    update.execute(&pool).await.unwrap();
    let rocket = site(figment(), &pool, routes![login, change_password, whoami]);
    (pool, rocket)
}

type Browser = rocket::local::asynchronous::Client;

async fn log_in(browser: &Browser, password: &str) -> Status {
    let form = browser.post("/login").header(ContentType::Form);
    let form = form.body(format!("name=alice&password={password}"));
    form.dispatch().await.status()
}

#[rocket::async_test]
async fn a_rehash_logs_no_browser_out() {
    let (pool, rocket) = site_of_old().await;
    let browser = client(rocket).await;
    let old = alice(&pool).await.password_hash;
    let other = client(site(figment(), &pool, routes![whoami])).await;
    testing::login_async(&other, &alice(&pool).await).await;

    assert_eq!(
        log_in(&browser, "looking-glass").await,
        Status::Unauthorized
    );
    assert_eq!(alice(&pool).await.password_hash, old);
    assert_eq!(log_in(&browser, "wonderland").await, Status::SeeOther);
    let new = alice(&pool).await.password_hash.unwrap();
    assert!(new.starts_with(TODAY), "{new}");

    for known in [&browser, &other] {
        let answer = known.get("/whoami").dispatch().await;
        assert_eq!(answer.status(), Status::Ok);
    }
    assert_eq!(log_in(&browser, "wonderland").await, Status::SeeOther);
    assert_eq!(alice(&pool).await.password_hash, Some(new));
}

#[rocket::async_test]
async fn a_new_password_logs_the_other_browsers_out() {
    let (pool, rocket) = site_of_old().await;
    let browser = client(rocket).await;
    let other = client(site(figment(), &pool, routes![whoami])).await;
    for known in [&browser, &other] {
        testing::login_async(known, &alice(&pool).await).await;
    }
    let change = browser.post("/password").body("humpty dumpty");
    assert_eq!(change.dispatch().await.status(), Status::Ok);
    for (known, status) in [(&browser, Status::Ok), (&other, Status::SeeOther)] {
        let answer = known.get("/whoami").dispatch().await;
        assert_eq!(answer.status(), status);
    }
    assert_eq!(log_in(&browser, "wonderland").await, Status::Unauthorized);
    assert_eq!(log_in(&browser, "humpty+dumpty").await, Status::SeeOther);
}

#[rocket::async_test]
async fn a_rehash_keeps_a_password_that_has_changed_meanwhile() {
    let (pool, _) = site_of_old().await;
    let seen_before = alice(&pool).await;
    sqlx::raw_sql("UPDATE accounts SET password_hash = 'new'")
        .execute(&pool)
        .await
        .unwrap();
    rehash(&pool, &seen_before, "wonderland").await.unwrap();
    assert_eq!(alice(&pool).await.password_hash.as_deref(), Some("new"));
}
