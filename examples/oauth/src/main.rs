//! A login with OAuth, by rocket_oauth2: an identity provider knows the user. Start the small
//! provider in this folder with `cargo run --bin provider`, and beside it the site with `cargo run`.
//! Then open http://127.0.0.1:8000/account. A layout in Tera shows the user on every page.

mod accounts;
mod client;
mod identity;
mod layout;
#[cfg(test)]
mod tests;

use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use rocket::form::Form;
use rocket::http::{CookieJar, Status};
use rocket::response::Redirect;
use rocket::{Build, Either, FromForm, Request, Rocket, State};
use rocket::{catch, catchers, get, launch, post, routes, uri};
use rocket_dyn_templates::{Template, context};
use rocket_login::{Auth, LoginError, LoginManager, Next, NextField, NextRedirect, User};
use rocket_oauth2::OAuth2;
use sqlx::SqlitePool;

use accounts::{Account, failed};
use client::Example;
use identity::{Failure, Identity};
use layout::Layout;

#[get("/")]
fn home(layout: Layout) -> Template {
    layout.page("home", context! {})
}

#[get("/account")]
fn account(_user: User<Account>, layout: Layout) -> Template {
    layout.page("account", context! {})
}

#[get("/login")]
fn login_page(next: Next, layout: Layout) -> Template {
    layout.page("login", context! { next: next.as_str() })
}

#[derive(FromForm)]
struct Begin {
    next: NextField,
}

/// The name of the cookie that keeps the page to return to.
const NEXT: &str = "oauth_next";

#[post("/login", data = "<form>")]
fn begin(
    form: Form<Begin>,
    oauth: OAuth2<Example>,
    cookies: &CookieJar<'_>,
    auth: Auth<'_, Account>,
) -> Result<Redirect, Status> {
    auth.check_same_site()?;
    let next = form.next.raw().unwrap_or_default();
    cookies.add_private(identity::for_the_way(NEXT, next));
    identity::leave(&oauth, cookies)
}

type Answer = Result<Either<NextRedirect, (Status, Template)>, Status>;

// A GET, to which the provider sends the browser back.
#[get("/login/back")]
async fn back(
    identity: Result<Identity, Failure>,
    layout: Layout,
    cookies: &CookieJar<'_>,
    auth: Auth<'_, Account>,
    pool: &State<SqlitePool>,
) -> Answer {
    let kept = cookies.get_private(NEXT);
    let next = NextField::from_text(kept.as_ref().map(|kept| kept.value()));
    let identity = match identity {
        Ok(identity) => identity,
        Err(failure) => {
            let context = context! { next: next.raw(), alert: failure.message() };
            let again = layout.page("login", context);
            return Ok(Either::Right((failure.status(), again)));
        }
    };
    let account = accounts::of(pool, &identity).await.map_err(failed)?;
    auth.login(&account).await?;
    cookies.remove(NEXT);
    Ok(Either::Left(next.redirect_or(uri!(home))))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>) -> Result<NextRedirect, LoginError> {
    auth.logout().await?;
    Ok(NextRedirect::to(uri!(home)))
}

// A catcher takes no guards as parameters, but it can ask for one.
#[catch(default)]
async fn error_page(status: Status, request: &Request<'_>) -> Template {
    let layout = request.guard::<Layout>().await.succeeded();
    let layout = layout.unwrap_or_default();
    layout.page("error", context! { status: status.to_string() })
}

/// With settings from anywhere, so that every test can have a provider of its own.
fn site(figment: Figment) -> Rocket<Build> {
    rocket::custom(figment)
        .attach(Template::fairing())
        .attach(AdHoc::try_on_ignite("Accounts", accounts::open))
        .attach(AdHoc::try_on_ignite("Provider", client::attach))
        .attach(LoginManager::fairing(accounts::load))
        .mount("/", routes![home, account, login_page, begin, back, logout])
        .register("/", catchers![error_page])
}

#[launch]
fn rocket() -> _ {
    site(rocket::Config::figment())
}
