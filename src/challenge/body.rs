//! What is said to those who are sent nowhere.

use rocket::http::{Accept, ContentType, Status};
use rocket::request::Request;
use rocket::response::{self, Responder};

type Body = (Status, (ContentType, String));

/// A page of last resort: plain, readable and in the colours of the browser.
pub(super) fn page(status: Status, text: &str) -> Body {
    let (code, name) = (status.code, status.reason_lossy());
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{code} {name}</title></head>\
         <body><main><h1>{code}: {name}</h1><p>{text}</p></main></body></html>\n"
    );
    (status, (ContentType::HTML, html))
}

pub(super) fn program(status: Status, error: &str, text: &str) -> Body {
    let json = format!("{{\"error\":\"{error}\",\"message\":\"{text}\"}}\n");
    (status, (ContentType::JSON, json))
}

/// What Rocket's own catcher would say, which cannot be called.
pub(super) fn plain<'r>(status: Status, request: &'r Request<'_>) -> response::Result<'r> {
    let (error, text) = match status {
        Status::Forbidden => ("forbidden", "The server refused to authorize the request."),
        _ => ("unauthorized", "The request requires user authentication."),
    };
    let preferred = request.accept().map(Accept::preferred);
    match preferred.is_some_and(|media| media.is_json()) {
        true => program(status, error, text).respond_to(request),
        false => page(status, text).respond_to(request),
    }
}
