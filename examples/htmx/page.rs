//! Whole pages for those who come by a link, and parts of them for htmx.

use rocket::http::{Header, RawStr, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Responder, Response, content::RawHtml};
use rocket_login::NextRedirect;

use super::script::Script;

const HEAD: &str = r#"<!DOCTYPE html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Contacts</title>
"#;

/// Whether htmx asks for something to put into the page that is there. With other settings than
/// here it also asks for whole pages, after a step back in the browser's history.
#[derive(Clone, Copy)]
pub(crate) struct Htmx(pub(crate) bool);

impl Htmx {
    fn of(request: &Request<'_>) -> Self {
        let says = |name| request.headers().get_one(name) == Some("true");
        Self(says("HX-Request") && !says("HX-History-Restore-Request"))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Htmx {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Self::of(request))
    }
}

/// A part of the page, or all of it, as it was asked for.
pub(crate) struct Part(pub(crate) String);

impl<'r> Responder<'r, 'static> for Part {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let html = match Htmx::of(request).0 {
            true => self.0,
            false => {
                let script = request.rocket().state().map_or("", Script::tags);
                format!("{HEAD}{script}<main id=\"main\">{}</main></html>\n", self.0)
            }
        };
        let mut response = RawHtml(html).respond_to(request)?;
        // One address, two answers: no cache may take one for the other.
        response.adjoin_header(Header::new("Vary", "HX-Request"));
        Ok(response)
    }
}

/// Away to another page. The script would follow a redirect by itself and put the page it finds
/// into this one; `HX-Redirect` has the browser go there.
pub(crate) struct Away(pub(crate) NextRedirect);

impl<'r> Responder<'r, 'static> for Away {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let redirect = self.0.respond_to(request)?;
        if !Htmx::of(request).0 {
            return Ok(redirect);
        }
        // Taken from the redirect, which leads to pages of this site alone.
        let location = redirect.headers().get_one("Location").unwrap_or("/");
        let header = Header::new("HX-Redirect", location.to_string());
        Response::build()
            .status(Status::NoContent)
            .header(header)
            .ok()
    }
}

pub(crate) fn escaped(text: &str) -> String {
    RawStr::new(text).html_escape().to_string()
}
