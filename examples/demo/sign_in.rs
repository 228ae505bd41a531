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
use super::gate::Gate;
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

// What is missing is empty, so that it is refused like everything else that is wrong.
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
    // A checked box sends `on` or whatever its value is, and scripts have their own ideas.
    fn is_to_be_remembered(&self) -> bool {
        !matches!(self.remember.as_str(), "" | "0" | "false" | "no" | "off")
    }
}

#[post("/login", data = "<form>")]
async fn login(
    form: Form<SignIn>,
    accounts: &State<Accounts>,
    gate: Gate<'_>,
    auth: Auth<'_, Account>,
) -> Result<NextRedirect, Failure> {
    let form = form.into_inner();
    // One answer for all who do not get in. A page of its own for closed accounts would tell a
    // stranger with a list of leaked passwords which of them are right.
    let refused = || LoginPage::refused(&form.username, form.next.raw());
    let throttled = |wait| LoginPage::throttled(&form.username, form.next.raw(), wait);

    let attempt = gate.attempt(&form.username).await?.map_err(throttled)?;
    let account = accounts.by_name(&form.username).await?;
    let account = password::verify(&attempt, account, form.password.clone()).await?;
    let Some(account) = account else {
        auth.login_failed(&form.username)?;
        return Err(refused().into());
    };
    let login = auth.login(&account).remember(form.is_to_be_remembered());
    match login.await {
        Ok(_) => {
            attempt.give_back();
            gate.remember(&account).await;
            Ok(form.next.redirect_or(uri!(everyone::home)))
        }
        // Told by the login itself, and counted like every other.
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
    gate: Gate<'_>,
    auth: Auth<'_, Account>,
) -> Result<NextRedirect, Failure> {
    let form = form.into_inner();
    let refused = || ReauthenticatePage::refused(&user.name, form.next.raw());
    let throttled = |wait| ReauthenticatePage::throttled(&user.name, form.next.raw(), wait);

    let attempt = gate.attempt(&user.name).await?.map_err(throttled)?;
    let account = Some(Account::clone(&user));
    let verified = password::verify(&attempt, account, form.password.clone()).await?;
    if verified.is_none() {
        auth.login_failed(&user.name)?;
        return Err(refused().into());
    }
    auth.confirm_as(&user).await?;
    attempt.give_back();
    Ok(form.next.redirect_or(uri!(everyone::home)))
}
