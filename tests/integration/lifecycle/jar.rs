//! The cookies of a browser, kept by name, domain and path as browsers do.

use std::collections::BTreeMap;

use rocket::http::{ContentType, Cookie, Method, Status};
use rocket::local::asynchronous::{Client, LocalResponse};

use super::{NAMES, TOKEN};
use crate::parallel::request;

#[derive(Debug, Clone, Default)]
pub(super) struct Jar(BTreeMap<(String, Option<String>, String), String>);

impl Jar {
    /// Does what a `Set-Cookie` says.
    pub(super) fn keep(&mut self, cookie: &Cookie<'_>) {
        let domain = cookie.domain().map(Into::into);
        let path = cookie.path().unwrap_or("/").into();
        let place = (cookie.name().to_string(), domain, path);
        if cookie.max_age().is_some_and(|age| age.is_zero()) {
            self.0.remove(&place);
        } else {
            self.0.insert(place, cookie.value().into());
        }
    }

    /// The same cookies once this answer has arrived.
    pub(super) fn with(&self, answer: &LocalResponse<'_>) -> Self {
        let mut jar = self.clone();
        for line in answer.headers().get("Set-Cookie") {
            jar.keep(&Cookie::parse_encoded(line.to_string()).unwrap());
        }
        jar
    }

    /// One cookie name alone.
    pub(super) fn only(&self, name: &str) -> Self {
        let mut jar = self.clone();
        jar.0.retain(|(kept, ..), _| kept == name);
        jar
    }

    /// The jar of a browser that was closed.
    pub(super) fn closed(&self) -> Self {
        self.only(TOKEN)
    }

    /// Each cookie name alone.
    pub(super) fn each_alone(&self) -> [Self; 2] {
        NAMES.map(|name| self.only(name))
    }

    /// The header for a request of this path: longer paths go first.
    pub(super) fn header_for(&self, path: &str) -> String {
        let mut sent: Vec<_> = self.0.iter().collect();
        sent.retain(|((_, _, scope), _)| path.starts_with(scope.as_str()));
        sent.sort_by_key(|((_, _, scope), _)| std::cmp::Reverse(scope.len()));
        let pairs = sent
            .iter()
            .map(|((name, ..), value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }
}

pub(super) async fn get<'c>(client: &'c Client, uri: &'c str, jar: &Jar) -> LocalResponse<'c> {
    let request = request(client, Method::Get, uri, &jar.header_for(uri));
    request.dispatch().await
}

pub(super) async fn post<'c>(
    client: &'c Client,
    uri: &'c str,
    jar: &Jar,
    form: &str,
) -> LocalResponse<'c> {
    let request = request(client, Method::Post, uri, &jar.header_for(uri));
    let request = request.header(ContentType::Form).body(form);
    request.dispatch().await
}

/// The answer to a guarded page.
pub(super) async fn account(client: &Client, jar: &Jar) -> Status {
    get(client, "/account", jar).await.status()
}

/// The cookies of a new login.
pub(super) async fn logged_in(client: &Client, form: &str) -> Jar {
    let answer = post(client, "/login", &Jar::default(), form).await;
    assert_eq!(answer.status(), Status::SeeOther);
    Jar::default().with(&answer)
}
