//! htmx itself, without which the pages are made of ordinary links and forms.

use std::{env, fs};

use rocket::fairing::AdHoc;
use rocket::response::content::RawJavaScript;
use rocket::{Route, State, get, routes, warn};

/// The content of `htmx.min.js`, if it is at hand.
pub(crate) struct Script(pub(crate) Option<String>);

/// The content of the file that the variable `HTMX` names.
pub(crate) fn named() -> Result<Option<String>, String> {
    let Some(file) = env::var_os("HTMX") else {
        return Ok(None);
    };
    let script = fs::read_to_string(&file);
    let script = script.map_err(|error| format!("HTMX={}: {error}", file.display()))?;
    Ok(Some(script))
}

impl Script {
    /// The heads of pages.
    ///
    /// Left to itself, htmx keeps a copy of pages for the way back, to be looked at after a logout.
    /// This way the browser asks for them again, and a guard has its say.
    pub(crate) fn tags(&self) -> &'static str {
        match self.0 {
            Some(_) => {
                r#"<meta name="htmx-config" content='{"historyCacheSize":0,"refreshOnHistoryMiss":true}'>
<script src="/htmx.min.js" defer></script>
"#
            }
            None => "",
        }
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![script]
}

#[get("/htmx.min.js")]
fn script(script: &State<Script>) -> Option<RawJavaScript<&str>> {
    script.0.as_deref().map(RawJavaScript)
}

/// Tells the user of the example how to see more of it.
pub(crate) fn fairing() -> AdHoc {
    AdHoc::on_liftoff("htmx", |rocket| {
        Box::pin(async move {
            if let Some(Script(None)) = rocket.state() {
                warn!("No htmx, only links: HTMX=$(scripts/htmx) cargo run --example htmx has it.");
            }
        })
    })
}
