//! The forms of the demo, held until the login behind them has ended.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rocket::figment::Figment;
use sqlx::{Connection, SqliteConnection};

use crate::wire::{Curl, Held, Server};

const WONDERLAND: &str = "username=alice&password=wonderland";
const ANOTHER: &str = "username=alice&password=jabberwocky";

/// The requests of a thief with a copied cookie. Rocket waits for fourteen bytes before any guard.
const FORMS: [(&str, &str); 3] = [
    (
        "/password",
        "new_password=looking-glass&padding=so-that-half-is-enough",
    ),
    (
        "/reauthenticate",
        "password=wonderland&padding=so-that-half-of-it-is-enough",
    ),
    // Its handler waits for no form, but Rocket does.
    ("/sessions/end-others", "padding=so-that"),
];

const PROGRAM: &str = "X-Requested-With: XMLHttpRequest\r\n";

/// How the login of the owner ends meanwhile, on connections of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    Logout,
    /// By the other browser of the owner.
    Revoked,
    /// In the database of accounts, and undone once all is answered.
    Inactive,
    /// In the other browser of the owner.
    Password,
}

/// A demo with a database of accounts in this file, and the settings of a store.
pub(crate) fn server(accounts: &Path, configure: impl FnOnce(Figment) -> Figment) -> Server {
    Server::start(|figment| configure(figment.merge(("demo.database", accounts))))
}

fn logged_in(server: &Server, form: &str) -> Curl {
    let mut curl = Curl::new(server);
    let reply = curl.post("/login", form);
    assert_eq!(reply.location(), Some("/"), "{reply:?}");
    curl
}

fn set_active(accounts: &Path, is_active: bool) {
    rocket::async_test(async {
        let file = format!("sqlite://{}", accounts.display());
        let mut database = SqliteConnection::connect(&file).await.unwrap();
        let query = sqlx::query("UPDATE accounts SET active = ? WHERE name = 'alice'");
        let changed = query.bind(is_active).execute(&mut database).await.unwrap();
        assert_eq!(changed.rows_affected(), 1);
    });
}

/// Holds every form as a page and as a program, and completes them after the end.
pub(crate) fn assert_nothing_is_changed(server: &Server, accounts: &Path, end: End) {
    let mut owner = logged_in(server, WONDERLAND);
    let mut other = logged_in(server, WONDERLAND);
    let held = FORMS.map(|(path, form)| {
        let [page, program] = ["", PROGRAM].map(|headers| owner.hold(path, headers, form));
        (path, page, program)
    });
    // The guards judge meanwhile. They would refuse as well if they were late.
    sleep(Duration::from_millis(500));
    match end {
        End::Logout => drop(owner.post("/logout", "")),
        End::Revoked => drop(other.post("/sessions/end-others", "")),
        End::Inactive => set_active(accounts, false),
        End::Password => {
            let reply = other.post("/password", "new_password=jabberwocky");
            assert_eq!(reply.location(), Some("/account"), "{reply:?}");
        }
    }
    for (path, page, program) in held {
        let [page, program] = [page, program].map(Held::finish);
        assert_eq!(program.status, 401, "{end:?} {path}: {program:?}");
        let answer = (page.status, page.location());
        assert_eq!(answer, (303, Some("/login")), "{end:?} {path}: {page:?}");
        assert!(page.cookies().is_empty() && program.cookies().is_empty());
    }
    if end == End::Inactive {
        set_active(accounts, true);
    }
    // The other browser is in, and the password is the one that its owner knows.
    assert_eq!(other.get("/account", "").status, 200, "{end:?}");
    let is_new = end == End::Password;
    logged_in(server, if is_new { ANOTHER } else { WONDERLAND });
}
