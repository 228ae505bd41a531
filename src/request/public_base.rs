//! The public base of a request, as the settings or a trusted proxy say it.

use std::sync::Once;

use rocket::request::Request;

use crate::config::Settings;
use crate::request::proxy::is_from_proxy;
use crate::rules::{Seen, public_base as rule};

/// A wrong header comes with every request: one line is enough.
static IS_TOLD: Once = Once::new();

/// Returns the path below which the browser finds this application. It is empty where
/// nothing says one.
pub(crate) fn public_base<'r>(request: &'r Request<'_>, settings: &'r Settings) -> &'r str {
    let header = settings.prefix_header.as_deref();
    let told = header.and_then(|name| from_proxy(request, settings, name));
    told.unwrap_or(&settings.public_base)
}

/// Reads the header of a trusted proxy.
fn from_proxy<'r>(request: &'r Request<'_>, settings: &Settings, name: &str) -> Option<&'r str> {
    if !is_from_proxy(request, settings) {
        return None;
    }
    let base = match Seen::only(request.headers().get(name)) {
        Seen::Absent => return None,
        Seen::Once(text) => rule::parse(text),
        Seen::Ambiguous => None,
    };
    if base.is_none() {
        IS_TOLD.call_once(|| {
            rocket::warn!(
                "login: a trusted proxy sends a `{name}` that is no path such as `/app`,"
            );
            rocket::warn_!("or sends two of them. Such headers count as absent.");
        });
    }
    base
}
