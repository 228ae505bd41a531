//! A warning at liftoff about pages that no route answers.

use rocket::http::Method;
use rocket::{Orbit, Rocket, Route};

use crate::config::{Page, Settings};

/// Warns of pages to which challenges lead, and which this application does not have.
pub(super) fn warn_of_unanswered(settings: &Settings, rocket: &Rocket<Orbit>) {
    for page in settings.pages() {
        if !rocket.routes().any(|route| answers(route, page)) {
            let uri = &page.uri;
            rocket::warn!("Challenges lead to `{uri}`, and no route here answers GET {uri}.");
            rocket::warn_!("Visitors get a 404 there, unless a proxy asks another server for it.");
            rocket::warn_!("Mount the page, or name its route in place of the path.");
        }
    }
}

/// Returns whether a route answers GET for a page. Rocket itself matches requests alone.
fn answers(route: &Route, page: &Page) -> bool {
    route.method == Method::Get
        && has_path(route.uri.path(), &page.path)
        && has_query(route.uri.query(), &page.uri)
}

fn has_path(pattern: &str, path: &str) -> bool {
    let mut path = path.split('/');
    for segment in pattern.split('/') {
        // It takes all segments that are left, or none.
        if segment.ends_with("..>") {
            return true;
        }
        let fits = |found: &str| segment.starts_with('<') || segment == found;
        if !path.next().is_some_and(fits) {
            return false;
        }
    }
    path.next().is_none()
}

/// Returns whether a page has the fields that a route asks for by their values.
fn has_query(pattern: Option<&str>, page: &str) -> bool {
    let query = page.split_once('?').map_or("", |(_, query)| query);
    let asked = pattern.unwrap_or_default().split('&');
    let mut asked = asked.filter(|field| !field.is_empty() && !field.starts_with('<'));
    asked.all(|field| query.split('&').any(|found| found == field))
}
