//! A large form of a browser whose session is over.

use rocket::response::content::RawHtml;
use rocket::{get, post, routes};
use rocket_login::{Config, LoginManager, SecretKey, login_required};

use crate::small::{Account, load};
use crate::visitor::Visitor;
use crate::wire::Server;

const FORM: &str = r#"<!doctype html>
<meta charset="utf-8">
<title>Photos</title>
<h1>Send a photo</h1>
<form method="post" enctype="multipart/form-data">
  <input type="file" name="photo">
  <button>Send</button>
</form>
"#;

/// Chooses a file as its owner would.
const CHOOSE: &str = "const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(5_000_000)], 'photo.png'));
    document.querySelector('input').files = files.files;";

#[get("/photos")]
fn form() -> RawHtml<&'static str> {
    RawHtml(FORM)
}

#[post("/photos")]
fn upload() -> &'static str {
    "thank you"
}

#[get("/login")]
fn login_page() -> RawHtml<&'static str> {
    RawHtml("<!doctype html><title>Login</title><h1>Please log in</h1>")
}

#[test]
fn a_large_form_reaches_the_login_page() {
    let key = SecretKey::from("a key of no worth, long enough to be taken");
    let config = Config::new("login_page", key);
    let rocket = rocket::build()
        .attach(LoginManager::fairing(load).config(config))
        .mount("/", routes![form, login_page])
        .mount("/", login_required::<Account>(routes![upload]));
    let server = Server::serve(rocket, |figment| figment);
    let alice = Visitor::of(&server);
    for _ in 0..5 {
        alice.go("/photos");
        alice.script(CHOOSE);
        alice.click("button");
        alice.arrives_at("/login");
        alice.sees("Please log in");
    }
}
