//! A browser that starts empty and leaves nothing behind.

use std::{fs, process};

use serde_json::{Value, json};

use crate::driver::Driver;
use crate::process::Folder;

const ARGS: [&str; 9] = [
    "--headless=new",
    // As root, which CI is, there is no sandbox to be had.
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

// Names for the sites in the tests, which are nobody's.
const NAMES: &str = "--host-resolver-rules=MAP *.example 127.0.0.1";

// How WebDriver marks a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Closed when it is dropped, and only then is its folder removed.
pub(crate) struct Chromium {
    session: String,
    args: Vec<String>,
    driver: Driver,
    folder: Folder,
}

/// One of the tabs of a browser.
pub(crate) struct Tab(Value);

impl Chromium {
    pub(crate) fn start() -> Self {
        Self::start_with(&[NAMES])
    }

    pub(crate) fn start_with(more: &[&str]) -> Self {
        let folder = Folder::new("chromium");
        let profile = format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        );
        let args = [&ARGS[..], more, &[&profile]].concat();
        let mut chromium = Self {
            session: String::new(),
            args: args.into_iter().map(Into::into).collect(),
            driver: Driver::start(folder.path()),
            folder,
        };
        chromium.launch();
        chromium
    }

    fn launch(&mut self) {
        let wanted = json!({
            "goog:chromeOptions": { "args": self.args },
            // How long to wait for an element that is not there yet.
            "timeouts": { "implicit": 10_000 },
        });
        let wanted = json!({ "capabilities": { "alwaysMatch": wanted } });
        self.session.clear();
        let session = self.post("", &wanted);
        self.session = format!("/{}", session["sessionId"].as_str().unwrap());
    }

    /// Closes the browser, which writes its cookies to disk, and starts it again.
    pub(crate) fn restart(&mut self) {
        self.ask("DELETE", "", "");
        self.launch();
    }

    /// The same, with the tabs of before: by a setting that many people have.
    pub(crate) fn restart_with_tabs(&mut self) {
        self.args.push("--restore-last-session".into());
        self.restart();
    }

    /// Kills the browser, which loses what it has not written, and starts it again.
    pub(crate) fn kill_and_restart(&mut self) {
        // It is a link to the name of the machine and the number of the process.
        let lock = self.folder.path().join("profile/SingletonLock");
        let lock = fs::read_link(lock).unwrap();
        let (_, number) = lock.to_str().unwrap().rsplit_once('-').unwrap();
        let killed = process::Command::new("kill").args(["-9", number]).status();
        assert!(killed.unwrap().success());
        // The driver sees that the browser is gone.
        let path = format!("/session{}", self.session);
        let _ = self.driver.ask("DELETE", &path, "");
        self.launch();
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        let path = format!("/session{}{path}", self.session);
        match self.driver.ask(method, &path, body).unwrap() {
            (200, value) => value,
            (_, error) => panic!("{method} {path} {body}: {}", error["message"]),
        }
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        self.ask("GET", path, "")
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", path, &body.to_string())
    }

    /// Waits until the page is loaded.
    #[track_caller]
    pub(crate) fn open(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// Presses the button of that name: "back" or "forward".
    #[track_caller]
    pub(crate) fn goes(&self, way: &str) {
        self.post(&format!("/{way}"), &json!({}));
    }

    /// Looks at the first frame of the page, until it goes elsewhere.
    #[track_caller]
    pub(crate) fn enter_frame(&self) {
        self.post("/frame", &json!({ "id": 0 }));
    }

    /// The whole address of the page.
    #[track_caller]
    pub(crate) fn url(&self) -> String {
        let url = self.get("/url");
        url.as_str().unwrap().into()
    }

    #[track_caller]
    fn element(&self, selector: &str) -> String {
        let wanted = json!({ "using": "css selector", "value": selector });
        let element = self.post("/element", &wanted);
        format!("/element/{}", element[ELEMENT].as_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.post(&format!("{element}/click"), &json!({}));
    }

    /// Key by key, as from a keyboard.
    #[track_caller]
    pub(crate) fn type_into(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.post(&format!("{element}/value"), &json!({ "text": text }));
    }

    /// Key by key, wherever the focus is.
    #[track_caller]
    pub(crate) fn press(&self, keys: &str) {
        let focused = self.get("/element/active");
        let element = focused[ELEMENT].as_str().unwrap();
        self.post(
            &format!("/element/{element}/value"),
            &json!({ "text": keys }),
        );
    }

    /// The value of a cookie that is sent to this page.
    #[track_caller]
    pub(crate) fn cookie(&self, name: &str) -> String {
        let cookie = self.get(&format!("/cookie/{name}"));
        cookie["value"].as_str().unwrap().into()
    }

    /// Loses what a browser does not keep when it is closed.
    #[track_caller]
    pub(crate) fn forget_session_cookies(&self) {
        for cookie in self.get("/cookie").as_array().unwrap() {
            if cookie.get("expiry").is_none() {
                let name = cookie["name"].as_str().unwrap();
                self.ask("DELETE", &format!("/cookie/{name}"), "");
            }
        }
    }

    /// The text that can be read on the screen, without hidden text.
    #[track_caller]
    pub(crate) fn text(&self, selector: &str) -> String {
        let element = self.element(selector);
        let text = self.get(&format!("{element}/text"));
        text.as_str().unwrap().into()
    }

    /// Runs the body of a function in the page, and gives back what it returns.
    #[track_caller]
    pub(crate) fn script(&self, body: &str) -> Value {
        let script = json!({ "script": body, "args": [] });
        self.post("/execute/sync", &script)
    }

    /// Has the browser do what is not for pages to do, by a name of the DevTools.
    #[track_caller]
    pub(crate) fn devtools(&self, command: &str, params: &Value) -> Value {
        let command = json!({ "cmd": command, "params": params });
        self.post("/goog/cdp/execute", &command)
    }

    pub(crate) fn tab(&self) -> Tab {
        Tab(self.get("/window"))
    }

    /// Opens another tab, and goes there.
    pub(crate) fn new_tab(&self) -> Tab {
        let window = self.post("/window/new", &json!({ "type": "tab" }));
        let tab = Tab(window["handle"].clone());
        self.go_to(&tab);
        tab
    }

    pub(crate) fn go_to(&self, tab: &Tab) {
        self.post("/window", &json!({ "handle": tab.0 }));
    }
}
