//! The whole demo, as a user walks through it: on a phone, on a large screen, and without scripts.
//! The look of a page is checked in `look.rs`.

use rocket::figment::Figment;
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::process::Folder;
use crate::visitor::{Visitor, soon};
use crate::wire::{Curl, Server};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

const LAPTOP: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/142.0.0.0 Safari/537.36";
const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";

struct Tour {
    visitor: Visitor,
    width: u32,
    scripts: bool,
    server: Server,
    folder: Folder,
}

impl Tour {
    fn start(width: u32, scripts: bool) -> Self {
        let folder = Folder::new("tour");
        let file = folder.path().join("accounts.db");
        let server = Server::start(|figment: Figment| figment.merge(("demo.database", &file)));
        let mut visitor = Visitor::of(&server).at_width(width);
        visitor.devtools(
            "Network.setUserAgentOverride",
            &json!({ "userAgent": LAPTOP }),
        );
        if !scripts {
            visitor = visitor.without_scripts();
        }
        Self {
            visitor,
            width,
            scripts,
            server,
            folder,
        }
    }

    /// A page of the tour: where it is, what it is called, and that it looks as it should.
    #[track_caller]
    fn sees(&self, name: &str, path: &str, heading: &str) {
        self.visitor.sees(heading);
        self.visitor.arrives_at(path);
        match self.scripts {
            true => self.visitor.looks_well(name, self.width),
            false => self.visitor.fits(self.width),
        }
    }

    /// Types where the page has put the focus, which has to be there.
    #[track_caller]
    fn types_at(&self, field: &str, keys: &str) {
        let focused = "return document.activeElement?.id";
        soon(json!(field), || self.visitor.script(focused));
        self.visitor.press(keys);
    }

    /// Goes where a link in the navigation leads, which is marked from then on.
    #[track_caller]
    fn follows(&self, path: &str) {
        self.visitor.click(&format!("nav a[href='{path}']"));
        self.visitor.arrives_at(path);
        let marked = "return document.querySelector('nav [aria-current=page]')?.pathname";
        soon(json!(path), || self.visitor.script(marked));
    }

    fn change(&self, sql: &str) {
        let file = self.folder.path().join("accounts.db");
        rocket::async_test(async {
            let options = SqliteConnectOptions::new().filename(file);
            let pool = SqlitePool::connect_with(options).await.unwrap();
            sqlx::query(sql).execute(&pool).await.unwrap();
            pool.close().await;
        });
    }
}

impl Tour {
    /// The text of the page for screen readers: where the focus is, that something is wrong there,
    /// and what.
    #[track_caller]
    fn hears(&self, refusal: &str) {
        let script = "const field = document.activeElement;
            const described = document.getElementById(field.getAttribute('aria-describedby'));
            return [field.type, field.ariaInvalid, described?.role, described?.textContent]";
        let expected = json!(["password", "true", "alert", refusal]);
        soon(expected, || self.visitor.script(script));
    }

    /// To the login page by way of a guarded one, by the keyboard alone.
    fn gets_in(&self) {
        let visitor = &self.visitor;
        visitor.go("/");
        visitor.press(TAB);
        let focused = || visitor.script("return document.activeElement.textContent");
        assert_eq!(focused(), "Skip to the content");
        visitor.press(ENTER);
        let focused = || visitor.script("return document.activeElement.id");
        soon(json!("main"), focused);
        self.sees("home-stranger", "/#main", "Hello, stranger!");

        visitor.go("/account");
        self.sees("login", "/login?next=%2Faccount", "Log in");
        self.types_at("username", &format!("alice{TAB}rabbit{ENTER}"));
        self.hears("This name and password do not match an open account.");
        self.sees("login-refused", "/login", "Log in");
        for keys in ["wonderland", TAB, " ", TAB, ENTER] {
            visitor.press(keys);
        }
        self.sees("account", "/account", "Your account");
        assert!(visitor.text("dl").contains("With your password"));
    }

    /// Comes back remembered, and has to prove who they are before they choose a new password.
    fn comes_back(&self) {
        let visitor = &self.visitor;
        visitor.forget_session_cookies();
        visitor.go("/account");
        self.sees("account-remembered", "/account", "Your account");
        assert!(visitor.text("dl").contains("Remembered on this device"));

        visitor.click("nav a[href='/settings']");
        let confirmation = "/reauthenticate?next=%2Fsettings";
        self.sees("reauthenticate", confirmation, "Confirm it is you");
        self.types_at("password", &format!("rabbit{ENTER}"));
        self.hears("That is not your password.");
        let again = "/reauthenticate";
        self.sees("reauthenticate-refused", again, "Confirm it is you");
        self.types_at("password", &format!("wonderland{ENTER}"));
        self.sees("settings", "/settings", "Choose a new password");
        visitor.type_into("#new_password", &"!".repeat(201));
        visitor.click(".card button");
        visitor.arrives_at("/password");
        self.sees("settings-refused", "/password", "Choose a new password");
        visitor.type_into("#new_password", "looking-glass");
        visitor.click(".card button");
        self.sees("account-renewed", "/account", "Your account");
    }

    /// Finds another browser in the list, and logs it out.
    fn ends_another_session(&self) {
        let mut phone = Curl::new(&self.server);
        phone.agent = PHONE;
        let form = "username=alice&password=looking-glass&remember=on";
        assert_eq!(phone.post("/login", form).status, 303);

        self.follows("/sessions");
        self.sees("sessions", "/sessions", "Where you are logged in");
        let other = ".sessions li:not(:has(.mark))";
        assert!(self.visitor.text(other).starts_with("Safari on an iPhone"));
        self.visitor.click(&format!("{other} button"));
        let listed = "return document.querySelectorAll('.sessions li').length";
        soon(json!(1), || self.visitor.script(listed));
        self.sees("sessions-alone", "/sessions", "Where you are logged in");
        let page = phone.get("/account", "");
        assert_eq!(page.location(), Some("/login?next=%2Faccount"));
    }

    fn chats(&self) {
        self.follows("/chat");
        if self.scripts {
            soon("connected", || self.visitor.status());
            self.visitor.say("Curiouser and curiouser!");
            let lines = ["hello alice", "Curiouser and curiouser!"];
            soon(lines, || self.visitor.lines());
        } else {
            let note = "The chat needs scripts, and they are switched off.";
            assert_eq!(self.visitor.text("noscript"), note);
            assert_eq!(self.visitor.status(), "");
        }
        self.sees("chat", "/chat", "Chat");
    }

    /// Where things go wrong, and what is right again afterwards.
    fn gets_lost(&self) {
        let visitor = &self.visitor;
        visitor.go("/nowhere");
        self.sees("404", "/nowhere", "There is nothing here");
        visitor.click("main a");
        self.sees("home-member", "/", "Hello, alice!");
        self.change("ALTER TABLE accounts RENAME TO lost");
        visitor.go("/account");
        self.sees("503", "/account", "Back in a moment");
        self.change("ALTER TABLE lost RENAME TO accounts");
        visitor.go("/account");
        visitor.sees("Your account");
    }

    /// The staff area: for alice, and not for bob.
    fn wants_what_is_for_staff(&self) {
        let visitor = &self.visitor;
        self.follows("/staff/reports");
        self.sees("staff", "/staff/reports", "Staff reports");
        visitor.log_out();
        visitor.go("/staff/reports");
        visitor.arrives_at("/login?next=%2Fstaff%2Freports");
        self.types_at("username", &format!("bob{TAB}builder{ENTER}"));
        self.sees("403", "/staff/reports", "This is for staff");
        visitor.log_out();
    }

    fn guesses(&self) {
        for _ in 0..10 {
            let guess = "username=nobody&password=rabbit";
            Curl::new(&self.server).post("/login", guess);
        }
        let visitor = &self.visitor;
        visitor.click("nav a[href='/login']");
        visitor.arrives_at("/login");
        self.types_at("username", &format!("nobody{TAB}rabbit{ENTER}"));
        let told = "return document.querySelector('[role=alert]')?.textContent.split('.')[0]";
        soon(json!("Too many attempts"), || visitor.script(told));
        self.sees("login-throttled", "/login", "Log in");
    }
}

fn walk(width: u32, scripts: bool) {
    let tour = Tour::start(width, scripts);
    tour.gets_in();
    tour.comes_back();
    tour.ends_another_session();
    tour.chats();
    tour.gets_lost();
    tour.wants_what_is_for_staff();
    tour.guesses();
}

#[test]
fn on_a_phone() {
    walk(360, true);
}

#[test]
fn on_a_large_screen() {
    walk(1280, true);
}

// On the narrowest screen: a page that fits there fits a screen of 1280 that is magnified four
// times.
#[test]
fn without_scripts() {
    walk(320, false);
}
