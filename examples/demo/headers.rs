//! The headers of all pages, besides those of Rocket.

use rocket::http::Header;
use rocket::shield::{Policy, Shield};

/// Nothing but this site's own styles, picture, script and socket; no frame around it.
#[derive(Default)]
struct ContentSecurityPolicy;

impl Policy for ContentSecurityPolicy {
    const NAME: &'static str = "Content-Security-Policy";

    fn header(&self) -> Header<'static> {
        let policy = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
            connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        Header::new(Self::NAME, policy)
    }
}

pub(crate) fn fairing() -> Shield {
    Shield::default().enable(ContentSecurityPolicy)
}
