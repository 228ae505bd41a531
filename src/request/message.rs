//! The message for who is sent to the login page. Pages read it with Rocket's `FlashMessage`.

use rocket::http::{Cookie, Header, SameSite};
use rocket::request::Request;
use rocket::response::Response;
use rocket::time::Duration;

use crate::error::Reason;
use crate::realm::Realm;

/// The name that `FlashMessage` reads.
const NAME: &str = "_flash";

/// Leaves the message for the next page. Rocket's own `Flash` is not sent with a request that
/// began at a link of another site.
pub(crate) fn leave_message(realm: &Realm, reason: Reason, request: &Request<'_>) {
    if let Some(text) = text(realm, reason, request) {
        let cookie = Cookie::build((NAME, text)).same_site(SameSite::Lax);
        request.cookies().add(cookie.max_age(Duration::minutes(5)));
    }
}

/// Removes a message that no page has shown, unless the handler has left one of its own.
pub(super) fn remove_message(realm: &Realm, request: &Request<'_>, response: &mut Response<'_>) {
    let Some(left) = request.cookies().get(NAME) else {
        return;
    };
    let is_left = |reason| text(realm, reason, request).as_deref() == Some(left.value());
    let is_ours = [Reason::NotLoggedIn, Reason::NotFresh]
        .into_iter()
        .any(is_left);
    let starts = |line: &str| line.starts_with("_flash=");
    if is_ours && !response.headers().get("Set-Cookie").any(starts) {
        let mut removal = Cookie::build((NAME, "")).path("/").build();
        removal.make_removal();
        response.adjoin_header(Header::new("Set-Cookie", removal.to_string()));
    }
}

/// Returns the message as `FlashMessage` reads it.
fn text(realm: &Realm, reason: Reason, request: &Request<'_>) -> Option<String> {
    let category = &realm.settings.message_category;
    let message = realm.message(reason, request)?;
    Some(format!("{}:{category}{message}", category.len()))
}
