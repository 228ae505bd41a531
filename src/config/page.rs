//! Pages of this site, as `redirect_to`, `refresh_to` and `challenge_at` name them.

use std::collections::BTreeSet;

use rocket::Route;
use rocket::http::uri::Origin;
use rocket::http::{Method, RawStr};

use crate::config::shown::shown;
use crate::rules::next;

/// A page of this site: its URI, and the decoded path alone, for comparison.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) uri: String,
    pub(crate) path: String,
}

impl Page {
    /// Finds a page by the name of its route, or by its path: a text with a `/` in it. The
    /// error says what to write instead. A challenge appends the field of `next_name`.
    pub(super) fn find(text: &str, routes: &[&Route], next_name: &str) -> Result<Self, String> {
        let uri = if text.contains('/') {
            text.to_string()
        } else {
            find(text, routes)?
        };
        if has_field(&uri, next_name) {
            return Err(format!(
                "`{}` has the field `{next_name}` in its query, which a redirect to it appends: \
                 leave it out, or choose another `next_name`",
                shown(&uri)
            ));
        }
        let is_path = next::is_safe(&uri, []) && !uri.contains('#') && Origin::parse(&uri).is_ok();
        match next::decoded_path(&uri).filter(|_| is_path) {
            Some(path) => Ok(Self { uri, path }),
            None => Err(format!(
                "`{}` is no path of this site: it must begin with exactly one `/`, \
                 without scheme and host, and hold nothing that needs to be encoded",
                shown(&uri)
            )),
        }
    }
}

/// Whether the query of a page has a field of this name.
fn has_field(uri: &str, name: &str) -> bool {
    let (_, query) = uri.split_once('?').unwrap_or_default();
    let mut fields = query.split('&').filter_map(|pair| pair.split('=').next());
    fields.any(|field| RawStr::new(field).url_decode_lossy() == name)
}

/// Returns the URI of the one GET route with this name, without its query pattern.
fn find(name: &str, routes: &[&Route]) -> Result<String, String> {
    let named = routes
        .iter()
        .filter(|route| route.name.as_deref() == Some(name));
    let uris: BTreeSet<&str> = named
        .clone()
        .filter(|route| route.method == Method::Get)
        .map(|route| route.uri.path())
        .collect();

    let mut found = uris.iter();
    let why = match (found.next(), found.next()) {
        (Some(uri), None) if !has_parameters(uri) => return Ok(uri.to_string()),
        (Some(uri), None) => format!("takes parameters: `{uri}`"),
        (Some(_), Some(_)) => {
            let uris = quoted(uris.into_iter());
            return Err(format!(
                "the route `{name}` is mounted more than once: {uris}. \
                 Give the path of the right one instead"
            ));
        }
        (None, _) if named.count() > 0 => "does not answer GET".into(),
        (None, _) => {
            return Err(format!(
                "there is no route `{}`. {}",
                shown(name),
                candidates(routes)
            ));
        }
    };
    Err(format!("the route `{name}` {why}. {}", candidates(routes)))
}

fn has_parameters(uri: &str) -> bool {
    uri.contains('<')
}

fn candidates(routes: &[&Route]) -> String {
    let names: BTreeSet<&str> = routes
        .iter()
        .filter(|route| route.method == Method::Get && !has_parameters(route.uri.path()))
        .filter_map(|route| route.name.as_deref())
        .filter(|name| !name.contains('/'))
        .collect();
    if names.is_empty() {
        return "No route without parameters answers GET; a path begins with `/`".into();
    }
    format!("Routes that could be meant: {}", quoted(names.into_iter()))
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use rocket::route::{Handler, Outcome};
    use rocket::{Data, Request};

    use super::*;

    #[derive(Clone)]
    struct Nothing;

    #[rocket::async_trait]
    impl Handler for Nothing {
        async fn handle<'r>(&self, _: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
            Outcome::forward(data, rocket::http::Status::NotFound)
        }
    }

    fn route(name: &'static str, method: Method, uri: &str) -> Route {
        let mut route = Route::new(method, uri, Nothing);
        route.name = Some(name.into());
        route
    }

    fn resolve(text: &str, routes: &[Route]) -> Result<String, String> {
        let routes: Vec<_> = routes.iter().collect();
        Page::find(text, &routes, "next").map(|page| page.uri)
    }

    #[test]
    fn a_name_becomes_the_uri_of_its_route_without_the_query_pattern() {
        let routes = [route("login_page", Method::Get, "/in?<next>&lang")];
        assert_eq!(resolve("login_page", &routes), Ok("/in".into()));
        let mounted = routes[0]
            .clone()
            .map_base(|base| format!("/site{base}"))
            .unwrap();
        assert_eq!(resolve("login_page", &[mounted]), Ok("/site/in".into()));
    }

    #[test]
    fn a_path_keeps_its_query() {
        assert_eq!(
            resolve("/signin?lang=fr", &[]),
            Ok("/signin?lang=fr".into())
        );
        assert_eq!(resolve("/", &[]), Ok("/".into()));
    }

    #[test]
    fn a_text_that_is_no_local_path_is_refused() {
        for path in [
            "//evil.com",
            "https://evil.com/",
            "a/b",
            "/a b",
            "/\\evil.com",
            "/a#b",
            "/../a",
        ] {
            assert!(
                resolve(path, &[]).unwrap_err().contains("exactly one `/`"),
                "{path}"
            );
        }
    }

    #[test]
    fn a_query_with_the_field_of_the_next_page_is_refused() {
        for path in [
            "/in?next=/x",
            "/in?lang=fr&next=/x",
            "/in?next",
            "/in?n%65xt=/x",
        ] {
            let why = resolve(path, &[]).unwrap_err();
            assert!(why.contains("has the field `next`"), "{path}: {why}");
        }
        for path in ["/in?lang=next", "/in?next_page=/x", "/next"] {
            assert_eq!(resolve(path, &[]), Ok(path.into()));
        }
    }

    #[test]
    fn a_route_that_is_not_there_is_refused_with_those_that_are() {
        let routes = [
            route("signin", Method::Get, "/in"),
            route("post_it", Method::Post, "/in"),
            route("profile", Method::Get, "/u/<id>"),
        ];
        let error = resolve("login", &routes).unwrap_err();
        assert!(
            error.contains("no route `login`") && error.contains("`signin`"),
            "{error}"
        );
        assert!(
            !error.contains("`profile`") && !error.contains("`post_it`"),
            "{error}"
        );
        assert!(
            resolve("post_it", &routes)
                .unwrap_err()
                .contains("does not answer GET")
        );
        assert!(
            resolve("profile", &routes)
                .unwrap_err()
                .contains("takes parameters")
        );
        assert!(
            resolve("login", &[])
                .unwrap_err()
                .contains("begins with `/`")
        );
    }

    #[test]
    fn a_name_at_two_mounts_is_ambiguous() {
        let routes = [
            route("login", Method::Get, "/a/in"),
            route("login", Method::Get, "/b/in"),
        ];
        let error = resolve("login", &routes).unwrap_err();
        assert!(
            error.contains("`/a/in`, `/b/in`") && error.contains("path"),
            "{error}"
        );
    }

    #[test]
    fn several_formats_of_one_page_are_one_page() {
        let routes = [
            route("login", Method::Get, "/in"),
            route("login", Method::Get, "/in"),
        ];
        assert_eq!(resolve("login", &routes), Ok("/in".into()));
    }
}
