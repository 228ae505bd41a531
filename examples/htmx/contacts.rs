//! The list: users read it piece by piece, and those with a fresh login shorten it.

use std::fmt::Write;
use std::sync::{PoisonError, RwLock};

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, State, get, post, routes, uri};
use rocket_login::{FreshUser, MaybeUser, User};

use super::account::Account;
use super::page::{Htmx, Part, escaped};

const AT_ONCE: usize = 3;

/// In place of a table of a database.
pub(crate) struct Contacts(RwLock<Vec<(usize, String)>>);

impl Contacts {
    pub(crate) fn examples() -> Self {
        let names = [
            "Dinah",
            "Duchess & Co.",
            "Gryphon",
            "Hatter",
            "Knave",
            "Mock Turtle",
            "Queen",
        ];
        let rows = names.into_iter().map(String::from).enumerate();
        Self(RwLock::new(rows.collect()))
    }

    fn some(&self, from: usize) -> (Vec<(usize, String)>, bool) {
        let rows = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let rest = rows.iter().filter(|(id, _)| *id >= from);
        let some = rest.clone().take(AT_ONCE).cloned().collect();
        (some, rest.count() > AT_ONCE)
    }

    fn remove(&self, id: usize) -> bool {
        let mut rows = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = rows.len();
        rows.retain(|(known, _)| *known != id);
        rows.len() < before
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![home, contacts, remove]
}

#[get("/")]
pub(crate) fn home(user: MaybeUser<Account>) -> Part {
    let link = r##"<p><a href="/contacts" hx-get="/contacts" hx-target="#main" hx-push-url="true">Contacts</a></p>"##;
    let logout =
        r#"<form method="post" action="/logout" hx-post="/logout"><button>Log out</button></form>"#;
    Part(match user.as_ref() {
        Some(user) => format!("<h1>Hello, {}</h1>{link}{logout}", escaped(user.name)),
        None => format!("<h1>Hello</h1>{link}"),
    })
}

/// The first of them with what belongs around a list, and for htmx the pieces that come next.
#[get("/contacts?<from>")]
pub(crate) fn contacts(
    from: Option<usize>,
    _user: User<Account>,
    contacts: &State<Contacts>,
    htmx: Htmx,
) -> Part {
    let (rows, is_more) = contacts.some(from.unwrap_or(0));
    let mut html = String::new();
    for (id, name) in &rows {
        // Writing to a string never fails.
        let _ = write!(
            html,
            r#"<li>{} <form method="post" action="/contacts/{id}/remove" hx-post="/contacts/{id}/remove"
hx-target="closest li" hx-swap="outerHTML"><button>Remove</button></form></li>"#,
            escaped(name),
        );
    }
    if let (true, Some((last, _))) = (is_more, rows.last()) {
        let next = uri!(contacts(Some(last + 1)));
        let _ = write!(
            html,
            r#"<li><a href="{next}" hx-get="{next}" hx-target="closest li" hx-swap="outerHTML">More</a></li>"#
        );
    }
    match (htmx.0, from) {
        (true, Some(_)) => Part(html),
        _ => Part(format!("<h1>Contacts</h1><ul>{html}</ul>")),
    }
}

/// Nothing is left of the row in the page that htmx has; a browser without it goes back to the list.
#[post("/contacts/<id>/remove")]
fn remove(
    id: usize,
    _user: FreshUser<Account>,
    contacts: &State<Contacts>,
    htmx: Htmx,
) -> Result<Either<Part, Redirect>, Status> {
    match contacts.remove(id) {
        true if htmx.0 => Ok(Either::Left(Part(String::new()))),
        true => Ok(Either::Right(Redirect::to(uri!(contacts(None::<usize>))))),
        false => Err(Status::NotFound),
    }
}
