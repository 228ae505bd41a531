//! The doors: in, out, and the one that asks for the password a second time.

use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Either, Route, State, get, post, routes, uri};
use rocket_login::{
    Auth, LoginError, LoginErrorKind, MaybeUser, Next, NextField, NextRedirect, User,
};

use super::accounts::{Account, Accounts};
use super::everyone;
use super::failure::Failure;
use super::pages::{LoginPage, Page, ReauthenticatePage};
use super::password;

pub(crate) fn routes() -> Vec<Route> {
    routes![
        login_page,
        login,
        login_without_form,
        logout,
        reauthenticate_page,
        reauthenticate,
    ]
}

#[get("/login")]
fn login_page(user: MaybeUser<Account>, next: Next) -> Either<Page, NextRedirect> {
    match user.as_ref() {
        Some(_) => Either::Right(NextRedirect::to(uri!(everyone::home))),
        None => Either::Left(Page::of(LoginPage::empty(next.as_str()))),
    }
}

// A missing field is empty, so that it is refused like every other wrong field.
#[derive(FromForm)]
struct SignIn {
    #[field(default = "")]
    username: String,
    #[field(default = "")]
    password: String,
    #[field(default = "")]
    remember: String,
    next: NextField,
}

impl SignIn {
    // A checked box sends `on` or its value, and scripts send other values.
    fn is_to_be_remembered(&self) -> bool {
        !matches!(self.remember.as_str(), "" | "0" | "false" | "no" | "off")
    }
}

#[post("/login", data = "<form>")]
async fn login(
    form: Form<SignIn>,
    accounts: &State<Accounts>,
    auth: Auth<'_, Account>,
) -> Result<NextRedirect, Failure> {
    let form = form.into_inner();
    // One answer for all who do not get in. A page of its own for closed accounts would tell a
    // stranger with a list of leaked passwords which of them are right.
    let refused = || LoginPage::refused(&form.username, form.next.raw());
    let throttled = |wait| LoginPage::throttled(&form.username, form.next.raw(), wait);

    let attempt = auth.attempt(&form.username).await;
    let attempt = attempt.map_err(|error| Failure::of_attempt(error, throttled))?;
    let account = accounts.by_name(&form.username).await?;
    let account = password::verify(&attempt, account, form.password.clone()).await?;
    // An attempt that is dropped has failed.
    let account = account.ok_or_else(refused)?;
    let login = auth.login(&account).remember(form.is_to_be_remembered());
    match login.await {
        Ok(_) => {
            attempt.succeeded(&account).await?;
            Ok(form.next.redirect_or(uri!(everyone::home)))
        }
        Err(error) if error.kind() == LoginErrorKind::Inactive => Err(refused().into()),
        Err(error) => Err(error.into()),
    }
}

// A request without a content type never gets as far as the form: to us it is an empty one.
#[post("/login", rank = 2)]
fn login_without_form(auth: Auth<'_, Account>) -> Result<(Status, Page), LoginError> {
    auth.login_failed("")?;
    Ok(LoginPage::refused("", None))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>) -> Result<NextRedirect, LoginError> {
    auth.logout().await?;
    Ok(NextRedirect::to(uri!(everyone::home)))
}

#[get("/reauthenticate")]
pub(crate) fn reauthenticate_page(user: User<Account>, next: Next) -> Page {
    Page::of(ReauthenticatePage::empty(&user.name, next.as_str()))
}

#[derive(FromForm)]
struct Confirmation {
    #[field(default = "")]
    password: String,
    next: NextField,
}

#[post("/reauthenticate", data = "<form>")]
async fn reauthenticate(
    user: User<Account>,
    form: Form<Confirmation>,
    auth: Auth<'_, Account>,
) -> Result<NextRedirect, Failure> {
    let form = form.into_inner();
    let refused = || ReauthenticatePage::refused(&user.name, form.next.raw());
    let throttled = |wait| ReauthenticatePage::throttled(&user.name, form.next.raw(), wait);

    let attempt = auth.attempt(&user.name).await;
    let attempt = attempt.map_err(|error| Failure::of_attempt(error, throttled))?;
    let account = Some(Account::clone(&user));
    let verified = password::verify(&attempt, account, form.password.clone()).await?;
    let account = verified.ok_or_else(refused)?;
    auth.confirm_as(&user).await?;
    attempt.succeeded(&account).await?;
    Ok(form.next.redirect_or(uri!(everyone::home)))
}
