//! The login form, which htmx sends as well as a browser without it.

use rocket::form::{Form, FromForm};
use rocket::http::Status;
use rocket::{Either, Route, get, post, routes, uri};
use rocket_login::{Auth, Next, NextField, NextRedirect};

use super::account::{self, Account};
use super::contacts;
use super::page::{Away, Htmx, Part, escaped};

pub(crate) fn routes() -> Vec<Route> {
    routes![login_page, login, logout]
}

fn form(next: Option<&str>, alert: &str) -> Part {
    let next = escaped(next.unwrap_or_default());
    Part(format!(
        r##"<form method="post" action="/login" hx-post="/login" hx-target="#main">{alert}
<input type="hidden" name="next" value="{next}">
<p><label>Name <input name="name" autocomplete="username" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button>Log in</button></p></form>"##
    ))
}

#[get("/login")]
fn login_page(next: Next) -> Part {
    form(next.as_str(), "")
}

#[derive(FromForm)]
struct SignIn {
    name: String,
    password: String,
    next: NextField,
}

#[post("/login", data = "<sign_in>")]
async fn login(
    sign_in: Form<SignIn>,
    auth: Auth<'_, Account>,
    htmx: Htmx,
) -> Result<Either<Away, (Status, Part)>, Status> {
    let SignIn {
        name,
        password,
        next,
    } = sign_in.into_inner();
    let Some(account) = account::verified(&name, password).await? else {
        auth.login_failed(&name)?;
        // The script puts nothing into the page that comes with an error.
        let status = if htmx.0 {
            Status::Ok
        } else {
            Status::Unauthorized
        };
        let alert = r#"<p role="alert">This name and this password do not belong together.</p>"#;
        return Ok(Either::Right((status, form(next.raw(), alert))));
    };
    auth.login(&account).await?;
    let next = next.redirect_or(uri!(contacts::contacts(None::<usize>)));
    Ok(Either::Left(Away(next)))
}

#[post("/logout")]
async fn logout(auth: Auth<'_, Account>, next: Next) -> Result<Away, Status> {
    auth.logout().await?;
    Ok(Away(home(next)))
}

fn home(next: Next) -> NextRedirect {
    next.redirect_or(uri!(contacts::home))
}
