//! A user at a browser, who uses the demo's pages as they are meant to be used.

use std::fmt::Debug;
use std::ops::{Deref, DerefMut};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::chromium::Chromium;
use crate::wire::Server;

const PATIENCE: Duration = Duration::from_secs(10);

/// Waits until `look` sees what is expected, and fails with what it sees instead.
#[track_caller]
pub(crate) fn soon<T: Debug + PartialEq<E>, E: Debug>(expected: E, mut look: impl FnMut() -> T) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let seen = look();
        if seen == expected {
            return;
        }
        let patient = Instant::now() < deadline;
        assert!(patient, "expected {expected:?}, saw {seen:?}");
        sleep(Duration::from_millis(20));
    }
}

/// A browser, and the site that it is for.
pub(crate) struct Visitor {
    chromium: Chromium,
    scheme: &'static str,
    site: String,
}

impl Visitor {
    pub(crate) fn of(server: &Server) -> Self {
        Self::under("127.0.0.1", server)
    }

    /// Under another name of this machine.
    pub(crate) fn under(host: &str, server: &Server) -> Self {
        Self {
            chromium: Chromium::start(),
            scheme: "http",
            site: format!("{host}:{}", server.address.port()),
        }
    }

    /// At a screen of this width; on a narrow one, with a finger.
    #[track_caller]
    pub(crate) fn at_width(self, width: u32) -> Self {
        let is_phone = width < 600;
        let height = if is_phone { 740 } else { 800 };
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone }),
        );
        self
    }

    /// Without a bar to scroll sideways.
    #[track_caller]
    pub(crate) fn fits(&self, width: u32) {
        let widths = "const page = document.documentElement;
            return [innerWidth, page.scrollWidth]";
        assert_eq!(self.script(widths), json!([width, width]), "{}", self.url());
    }

    #[track_caller]
    pub(crate) fn without_scripts(self) -> Self {
        let off = json!({ "value": true });
        self.devtools("Emulation.setScriptExecutionDisabled", &off);
        self
    }

    /// At an address on TLS, with what Chromium has to be told to get there.
    pub(crate) fn behind(host: &str, args: &[&str]) -> Self {
        Self {
            chromium: Chromium::start_with(args),
            scheme: "https",
            site: host.into(),
        }
    }

    /// Has logged in, and is in the chat.
    #[track_caller]
    pub(crate) fn chatting(server: &Server, name: &str, password: &str) -> Self {
        let visitor = Self::of(server);
        visitor.log_in("/chat", name, password);
        soon("connected", || visitor.status());
        soon([format!("hello {name}")], || visitor.lines());
        visitor
    }

    /// Host and port.
    pub(crate) fn site(&self) -> &str {
        &self.site
    }

    fn url_of(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.site)
    }

    #[track_caller]
    pub(crate) fn go(&self, path: &str) {
        self.open(&self.url_of(path));
    }

    /// Waits to be led there.
    #[track_caller]
    pub(crate) fn arrives_at(&self, path: &str) {
        soon(self.url_of(path), || self.url());
    }

    /// Asks for a page, is sent to the login page, and comes back.
    #[track_caller]
    pub(crate) fn log_in(&self, path: &str, name: &str, password: &str) {
        self.go(path);
        self.type_into("#username", name);
        self.type_into("#password", password);
        self.click(".card button");
        self.arrives_at(path);
    }

    #[track_caller]
    pub(crate) fn log_out(&self) {
        self.click("form.leave button");
        // Not by the address: it may be that of the page the button is on.
        self.sees("Hello, stranger!");
    }

    /// Waits for the page with this heading.
    #[track_caller]
    pub(crate) fn sees(&self, heading: &str) {
        let script = "return document.querySelector('h1')?.textContent";
        soon(heading, || self.script(script));
    }

    #[track_caller]
    pub(crate) fn say(&self, text: &str) {
        self.type_into("#message", &format!("{text}\n"));
    }

    /// The messages in the chat.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('#log p')].map((p) => p.textContent)";
        serde_json::from_value(self.script(script)).unwrap()
    }

    /// The chat's text about its socket.
    #[track_caller]
    pub(crate) fn status(&self) -> String {
        self.text("#status")
    }
}

impl Deref for Visitor {
    type Target = Chromium;

    fn deref(&self) -> &Chromium {
        &self.chromium
    }
}

impl DerefMut for Visitor {
    fn deref_mut(&mut self) -> &mut Chromium {
        &mut self.chromium
    }
}
