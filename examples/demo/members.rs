//! The pages for members, and those for members with a fresh login.

use std::convert::Infallible;

use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Request, Route, State, get, post, routes, uri};
use rocket_login::{
    Auth, AuthUser, FreshUser, NextRedirect, Policy, Protected, User, permission_required,
};

use super::accounts::{Account, Accounts};
use super::failure::Failure;
use super::pages::{AccountPage, Page, ReportsPage, SettingsPage};
use super::password;

pub(crate) fn routes() -> Vec<Route> {
    routes![account, settings, change_password]
}

/// A group that is guarded as a whole: its handlers need not know.
pub(crate) fn staff_routes() -> Protected<Account> {
    permission_required::<Staff, Account>(routes![reports])
}

#[derive(Default)]
struct Staff;

impl Policy<Account> for Staff {
    type Error = Infallible;

    async fn allow(&self, account: &Account, _: &Request<'_>) -> Result<bool, Infallible> {
        Ok(account.is_staff)
    }
}

#[get("/reports")]
fn reports() -> Page {
    Page::of(ReportsPage)
}

#[get("/account")]
fn account(user: User<Account>) -> Page {
    Page::of(AccountPage { user: &user })
}

#[get("/settings")]
fn settings(user: FreshUser<Account>) -> Page {
    Page::of(SettingsPage::empty(&user.name))
}

#[derive(FromForm)]
struct NewPassword {
    #[field(default = "")]
    new_password: String,
}

#[post("/password", data = "<form>")]
async fn change_password(
    user: FreshUser<Account>,
    form: Form<NewPassword>,
    accounts: &State<Accounts>,
    auth: Auth<'_, Account>,
) -> Result<NextRedirect, Failure> {
    let NewPassword { new_password } = form.into_inner();
    if !(1..=200).contains(&new_password.chars().count()) {
        return Err(SettingsPage::refused(&user.name).into());
    }
    let throttled = |wait| SettingsPage::throttled(&user.name, wait);
    let attempt = auth.attempt(&user.name).await;
    let attempt = attempt.map_err(|error| Failure::of_attempt(error, throttled))?;
    let hash = password::hash(&attempt, new_password).await?;
    // The body may have come hours after the headers, by which the guard has judged.
    let user = auth.verify_fresh().await?;
    // The new hash ends every session. This one is renewed only once the hash is safely stored:
    // should that fail, logging in again is all it takes.
    let updated = accounts.set_password_hash(user.id(), &hash).await?;
    let updated = updated.ok_or(Status::NotFound)?;
    auth.renew(&updated).await?;
    attempt.succeeded(&updated).await?;
    Ok(NextRedirect::to(uri!(account)))
}
