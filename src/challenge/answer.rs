//! The bodies of refusals, and the scheme that a 401 names.

use rocket::http::{ContentType, Header, RawStr, Status};
use rocket::request::Request;
use rocket::response::Response;

use crate::error::Reason;
use crate::request::Refusal;
use crate::rules::audience::Audience;

/// A status with the page or the JSON that tells it.
pub(super) type Body = (Status, (ContentType, String));

/// Returns the word and the sentence that tell a reason.
pub(super) fn words(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::NotFresh => ("reauthenticate", "Please log in again to go on."),
        Reason::NotPermitted => ("not_permitted", "You are not permitted to do this."),
        Reason::TooManyAttempts => (
            "too_many_attempts",
            "There were too many attempts to log in. Please try again later.",
        ),
        Reason::CrossOrigin => ("cross_origin", "A page of another site has asked for this."),
        _ => ("login_required", "Please log in to go on."),
    }
}

/// Makes an answer in JSON for programs, and a plain page for people.
pub(super) fn body(audience: Audience, status: Status, error: &str, text: &str) -> Body {
    if audience.is_program() {
        let json = format!("{{\"error\":\"{error}\",\"message\":\"{text}\"}}\n");
        (status, (ContentType::JSON, json))
    } else {
        page(status, "", text)
    }
}

/// Makes a plain page in the colours of the browser. Turbo shows it as a whole, also where a
/// frame has asked for it.
pub(super) fn page(status: Status, head: &str, text: &str) -> Body {
    let (code, name) = (status.code, status.reason_lossy());
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"turbo-visit-control\" content=\"reload\">{head}\
         <title>{code} {name}</title></head>\
         <body><main><h1>{code}: {name}</h1><p>{text}</p></main></body></html>\n"
    );
    (status, (ContentType::HTML, html))
}

/// Makes the part of a page that leads on to another page, without a script.
pub(super) fn leading(to: &str) -> String {
    let to = RawStr::new(to).html_escape();
    format!("<meta http-equiv=\"refresh\" content=\"0;url={to}\">")
}

/// Names the scheme of this crate in the 401 of a guard, unless the application names one:
/// RFC 9110 asks for it. Browsers ask for no password, since they do not know the scheme.
pub(crate) fn name_scheme(request: &Request<'_>, response: &mut Response<'_>) {
    let is_unnamed = response.status() == Status::Unauthorized
        && !response.headers().contains("WWW-Authenticate");
    let refusal = is_unnamed.then(|| Refusal::of(request)).flatten();
    if let Some(refusal) = refusal {
        response.set_header(scheme(words(refusal.reason).0));
    }
}

/// Says in the 429 of an attempt to log in how long to wait, unless the application does.
pub(crate) fn name_wait(request: &Request<'_>, response: &mut Response<'_>) {
    let is_unnamed =
        response.status() == Status::TooManyRequests && !response.headers().contains("Retry-After");
    let refusal = is_unnamed.then(|| Refusal::of(request)).flatten();
    if let Some(wait) = refusal.and_then(|refusal| refusal.retry_after) {
        response.set_raw_header("Retry-After", wait.as_secs().to_string());
    }
}

pub(super) fn scheme(error: &str) -> Header<'static> {
    Header::new("WWW-Authenticate", format!("RocketLogin error=\"{error}\""))
}
