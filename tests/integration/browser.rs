//! A browser: it keeps cookies as browsers do, and sends them in a header.

use std::collections::BTreeMap;

use rocket::http::{Cookie, Header, Method, Status};
use rocket::local::blocking::{Client, LocalResponse};

pub(crate) const FIREFOX: &str =
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
pub(crate) const CURL: &str = "curl/8.14.1";

#[derive(Clone)]
pub(crate) struct Browser<'c> {
    client: &'c Client,
    cookies: BTreeMap<String, Cookie<'static>>,
    pub(crate) agent: &'static str,
    pub(crate) remote: &'static str,
    headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    pub(crate) location: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    /// Without `login_ended`, which goes as it comes. Of several of one name and domain, the last.
    pub(crate) set_cookies: Vec<Cookie<'static>>,
    pub(crate) body: String,
}

impl<'c> Browser<'c> {
    pub(crate) fn new(client: &'c Client) -> Self {
        Self {
            client,
            cookies: BTreeMap::new(),
            agent: FIREFOX,
            remote: "192.0.2.1:40000",
            headers: Vec::new(),
        }
    }

    /// A header to be sent with every request from now on.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    #[track_caller]
    pub(crate) fn logged_in(client: &'c Client, form: &str) -> Self {
        let mut browser = Self::new(client);
        assert_eq!(browser.post("/login", form).status, Status::SeeOther);
        browser
    }

    pub(crate) fn get(&mut self, uri: &str) -> Answer {
        self.send(Method::Get, uri, None)
    }

    pub(crate) fn post(&mut self, uri: &str, form: &str) -> Answer {
        self.send(Method::Post, uri, Some(form))
    }

    pub(crate) fn send(&mut self, method: Method, uri: &str, form: Option<&str>) -> Answer {
        let mut request = self.client.req(method, uri.to_string());
        request = request.remote(self.remote.parse().unwrap());
        request.add_header(Header::new("User-Agent", self.agent));
        for (name, value) in &self.headers {
            request.add_header(Header::new(*name, value.clone()));
        }
        let cookies = self.cookie_header();
        if !cookies.is_empty() {
            request.add_header(Header::new("Cookie", cookies));
        }
        if let Some(form) = form {
            request.add_header(rocket::http::ContentType::Form);
            request.set_body(form);
        }
        let answer = Answer::read(request.dispatch());
        for cookie in &answer.set_cookies {
            self.keep(cookie);
        }
        answer
    }

    /// Does to a browser as a `Set-Cookie` says.
    fn keep(&mut self, cookie: &Cookie<'static>) {
        let name = cookie.name().to_string();
        match cookie.max_age().is_some_and(|age| age.is_zero()) {
            true => self.cookies.remove(&name),
            false => self.cookies.insert(name, cookie.clone()),
        };
    }

    fn cookie_header(&self) -> String {
        let pairs = self
            .cookies
            .values()
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Closes the browser: cookies without an expiry are gone.
    pub(crate) fn restart(&mut self) {
        self.cookies.retain(|_, cookie| cookie.max_age().is_some());
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies
            .get(name)
            .map(|cookie| cookie.value().to_string())
    }

    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        let cookie = Cookie::new(name.to_string(), value.to_string());
        self.cookies.insert(name.into(), cookie);
    }

    /// Drops all cookies but this one.
    pub(crate) fn restrict_to(&mut self, name: &str) {
        self.cookies.retain(|other, _| other == name);
    }

    pub(crate) fn drop_cookie(&mut self, name: &str) {
        self.cookies.remove(name);
    }
}

/// The attributes that are equal in cookies that take each other's place.
fn of_one<'c>(cookie: &'c Cookie<'_>) -> (&'c str, Option<&'c str>) {
    (cookie.name(), cookie.domain())
}

impl Answer {
    pub(crate) fn read(response: LocalResponse<'_>) -> Self {
        let headers: Vec<_> = response
            .headers()
            .iter()
            .map(|header| (header.name().to_string(), header.value().to_string()))
            .collect();
        let mut set_cookies: Vec<Cookie<'_>> = Vec::new();
        let lines = headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        for (_, line) in lines {
            let cookie = Cookie::parse_encoded(line.clone()).unwrap();
            set_cookies.retain(|known| of_one(known) != of_one(&cookie));
            if !cookie.name().ends_with("login_ended") {
                set_cookies.push(cookie);
            }
        }
        Self {
            status: response.status(),
            location: response.headers().get_one("Location").map(Into::into),
            headers,
            set_cookies,
            body: response.into_string().unwrap_or_default(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let header = headers.find(|(found, _)| found.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value.as_str())
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&Cookie<'static>> {
        self.set_cookies.iter().find(|cookie| cookie.name() == name)
    }

    /// Whether this answer tells the browser to drop the cookie.
    pub(crate) fn removes(&self, name: &str) -> bool {
        self.cookie(name).is_some_and(|cookie| {
            cookie.value().is_empty() && cookie.max_age().is_some_and(|age| age.is_zero())
        })
    }

    #[track_caller]
    pub(crate) fn assert_login_redirect(&self, next: &str) {
        assert_eq!(self.status, Status::SeeOther, "{self:?}");
        assert_eq!(
            self.location.as_deref(),
            Some(format!("/login?next={next}").as_str())
        );
    }

    #[track_caller]
    pub(crate) fn assert_no_cookies(&self) {
        assert!(self.set_cookies.is_empty(), "{self:?}");
    }
}
