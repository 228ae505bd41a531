//! The forms of the demo, with every store that needs no server.

use std::thread::sleep;
use std::time::Duration;

use crate::wire::{Curl, Held, Reply, Server};

const STORES: [&str; 3] = ["cookie", "memory", "sqlite"];

fn server(store: &str) -> Server {
    Server::start(|figment| {
        let url = (store == "sqlite").then(crate::app::new_file);
        let figment = figment.merge(("login.session.store", store));
        match url {
            Some(url) => figment.merge(("login.session.url", url)),
            None => figment,
        }
    })
}

fn logged_in(server: &Server) -> Curl {
    let mut curl = Curl::new(server);
    let reply = curl.post("/login", "username=alice&password=wonderland");
    assert_eq!(reply.location(), Some("/"), "{reply:?}");
    curl
}

/// Holds a request of a thief with a copied cookie until the owner has logged out.
fn held_over_the_logout(server: &Server, path: &str, form: &str) -> Reply {
    let mut owner = logged_in(server);
    let page = owner.hold(path, "", form);
    let program = owner.hold(path, "X-Requested-With: XMLHttpRequest\r\n", form);
    // The guards judge meanwhile. They would refuse as well if they were late.
    sleep(Duration::from_millis(300));
    assert_eq!(owner.post("/logout", "").location(), Some("/"));
    let [page, program] = [page, program].map(Held::finish);
    assert_eq!(program.status, 401, "{path}: {program:?}");
    assert!(page.cookies().is_empty() && program.cookies().is_empty());
    page
}

#[test]
fn a_form_that_is_completed_after_the_logout_changes_nothing() {
    for store in STORES {
        let server = server(store);
        let password = "new_password=looking-glass&padding=so-that-half-is-enough";
        let page = held_over_the_logout(&server, "/password", password);
        assert_eq!((page.status, page.location()), (303, Some("/login")));
        let proof = "password=wonderland&padding=so-that-half-of-it-is-enough";
        let page = held_over_the_logout(&server, "/reauthenticate", proof);
        assert_eq!((page.status, page.location()), (401, None));
        // Its handler waits for no form, but Rocket does for fourteen bytes before any guard.
        let nothing = "padding=so-that";
        let page = held_over_the_logout(&server, "/sessions/end-others", nothing);
        assert_eq!((page.status, page.location()), (303, Some("/login")));
        // The password is still the same.
        logged_in(&server);
    }
}
