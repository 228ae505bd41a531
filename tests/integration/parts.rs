//! Login pages for parts of the site, and what is said on the way there.

use rocket::error::ErrorKind;
use rocket::http::{ContentType, Cookie, SameSite, Status};
use rocket::local::blocking::Client;
use rocket::request::FlashMessage;
use rocket::response::Flash;
use rocket::{Request, State, get, post, routes};
use rocket_login::{Auth, Config, FreshUser, LoginFairing, LoginManager, User};

use crate::app::{self, Account, Accounts, bare, client_of, config};
use crate::browser::{Answer, Browser};

#[get("/admin/login")]
fn admin_login() -> &'static str {
    "admin login"
}

#[get("/admin/vault/login")]
fn vault_login() -> &'static str {
    "vault login"
}

#[get("/admin/<_..>", rank = 9)]
fn admin(_user: User<Account>) -> &'static str {
    "admin"
}

#[get("/administrator")]
fn administrator(_user: User<Account>) {}

#[get("/admin/fresh", rank = 8)]
fn fresh(_user: FreshUser<Account>) {}

#[get("/said")]
fn said(flash: Option<FlashMessage<'_>>) -> String {
    flash.map_or("nothing".into(), |flash| {
        format!("{}: {}", flash.kind(), flash.message())
    })
}

fn rocket(fairing: LoginFairing<Account>) -> rocket::Rocket<rocket::Build> {
    let routes = routes![
        admin_login,
        vault_login,
        admin,
        administrator,
        fresh,
        said,
        welcome
    ];
    bare()
        .attach(fairing)
        .mount("/", app::routes())
        .mount("/", routes)
}

fn fairing(config: Config) -> LoginFairing<Account> {
    LoginManager::fairing(app::load).config(config)
}

fn parted(config: Config) -> Client {
    let fairing = fairing(config).challenge_at("/admin", "admin_login");
    client_of(rocket(
        fairing.challenge_at("/admin/vault", "/admin/vault/login"),
    ))
}

fn way(client: &Client, uri: &str) -> String {
    Browser::new(client).get(uri).location.unwrap()
}

#[test]
fn the_longest_base_has_the_login_page() {
    let client = parted(config());
    assert_eq!(way(&client, "/account"), "/login?next=%2Faccount");
    assert_eq!(way(&client, "/admin/x"), "/admin/login?next=%2Fadmin%2Fx");
    assert_eq!(
        way(&client, "/admin/vault/x"),
        "/admin/vault/login?next=%2Fadmin%2Fvault%2Fx"
    );
    assert_eq!(
        way(&client, "/administrator"),
        "/login?next=%2Fadministrator"
    );
    assert_eq!(
        way(&client, "/%61dmin/x"),
        "/admin/login?next=%2F%2561dmin%2Fx"
    );
}

#[test]
fn the_order_of_the_parts_makes_no_difference() {
    let fairing = fairing(config())
        .challenge_at("/", "vault_login")
        .challenge_at("/admin/", "admin_login");
    let client = client_of(rocket(fairing));
    assert_eq!(way(&client, "/admin/x"), "/admin/login?next=%2Fadmin%2Fx");
    assert_eq!(
        way(&client, "/account"),
        "/admin/vault/login?next=%2Faccount"
    );
}

#[test]
fn no_login_page_of_any_part_is_returned_to() {
    let client = parted(config());
    for next in ["/admin/login", "/admin/vault/login", "/login"] {
        let answer = Browser::new(&client).post("/login", &format!("id=1&next={next}"));
        assert_eq!(answer.location.as_deref(), Some("/"), "{next}");
    }
}

#[test]
fn stale_logins_go_to_the_refresh_page_if_there_is_one() {
    let client = parted(config());
    let mut browser = Browser::logged_in(&client, "id=1&fresh=false");
    let location = browser.get("/admin/fresh").location;
    assert_eq!(
        location.as_deref(),
        Some("/reauthenticate?next=%2Fadmin%2Ffresh")
    );

    let client = parted(Config {
        refresh_to: None,
        ..config()
    });
    let mut browser = Browser::logged_in(&client, "id=1&fresh=false");
    let location = browser.get("/admin/fresh").location;
    assert_eq!(
        location.as_deref(),
        Some("/admin/login?next=%2Fadmin%2Ffresh")
    );
}

#[test]
fn a_part_with_a_page_that_is_not_there_aborts_the_launch() {
    for (base, page) in [
        ("/admin", "nobody"),
        ("/admin", "//x"),
        ("/admin", "/admin/login?next=/x"),
        ("admin", "admin_login"),
        ("//admin", "admin_login"),
        ("", "admin_login"),
    ] {
        let rocket = rocket(fairing(config()).challenge_at(base, page));
        let error = Client::untracked(rocket).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::FailedFairings(..)),
            "{base} {page}"
        );
    }
}

/// The message on the next page, for a browser that keeps this answer's cookies.
fn heard(client: &Client, answer: &Answer) -> String {
    let cookies: Vec<Cookie<'static>> = answer.set_cookies.clone();
    client
        .get("/said")
        .cookies(cookies)
        .dispatch()
        .into_string()
        .unwrap()
}

#[test]
fn nothing_is_said_unless_it_is_set() {
    let client = client_of(rocket(fairing(config())));
    let answer = Browser::new(&client).get("/account");
    answer.assert_no_cookies();
    assert_eq!(heard(&client, &answer), "nothing");
}

#[test]
fn messages_come_from_the_settings() {
    let client = client_of(rocket(fairing(Config {
        login_message: Some("Please log in; 100 % safe".into()),
        refresh_message: Some("Is it still you?".into()),
        message_category: "warning".into(),
        ..config()
    })));
    let answer = Browser::new(&client).get("/account");
    assert_eq!(answer.status, Status::SeeOther);
    assert_eq!(
        heard(&client, &answer),
        "warning: Please log in; 100 % safe"
    );
    let answer = Browser::logged_in(&client, "id=1&fresh=false").get("/settings");
    assert_eq!(heard(&client, &answer), "warning: Is it still you?");

    // A request without a redirect has no page to show it on.
    let program = Browser::new(&client)
        .with("Accept", "application/json")
        .get("/account");
    program.assert_no_cookies();
    let htmx = Browser::new(&client)
        .with("HX-Request", "true")
        .get("/account");
    assert_eq!(heard(&client, &htmx), "warning: Please log in; 100 % safe");
}

#[test]
fn messages_in_code_see_the_request_and_win() {
    fn translated(request: &Request<'_>) -> Option<&'static str> {
        match request.headers().get_one("Accept-Language")? {
            "fr" => Some("Connectez-vous"),
            _ => Some("Please log in"),
        }
    }
    let config = Config {
        login_message: Some("from the settings".into()),
        ..config()
    };
    let fairing = fairing(config)
        .login_message(translated)
        .refresh_message(|_| None::<String>);
    let client = client_of(rocket(fairing));
    let answer = Browser::new(&client)
        .with("Accept-Language", "fr")
        .get("/account");
    assert_eq!(heard(&client, &answer), "message: Connectez-vous");
    Browser::new(&client).get("/account").assert_no_cookies();
}

#[test]
fn no_guard_takes_a_pending_message_away() {
    let client = client_of(rocket(fairing(config())));
    let mut browser = Browser::logged_in(&client, "id=1");
    browser.set_cookie("_flash", "4:infohello");
    browser.get("/account").assert_no_cookies();
    Browser::new(&client).get("/account").assert_no_cookies();
    let request = client.get("/said").cookie(("_flash", "4:infohello"));
    assert_eq!(
        request.dispatch().into_string().as_deref(),
        Some("info: hello")
    );
}

/// Greets who logs in, and leaves a message.
#[post("/welcome")]
async fn welcome(auth: Auth<'_, Account>, accounts: &State<Accounts>) -> Flash<&'static str> {
    auth.login(&accounts.find(1).unwrap()).await.unwrap();
    Flash::new("in", "info", "Welcome!")
}

#[test]
fn a_message_that_no_page_has_shown_goes_with_the_login() {
    let config = Config {
        login_message: Some("Please log in".into()),
        ..config()
    };
    let client = client_of(rocket(fairing(config)));
    let left = Browser::new(&client).get("/account");
    let left = left.cookie("_flash").unwrap();
    // With `Strict`, who follows a link of another site would be told nothing.
    assert_eq!(left.same_site(), Some(SameSite::Lax));

    let post = |path: &'static str, form: &str, flash: &str| {
        let request = client.post(path).header(ContentType::Form).body(form);
        let flash = Cookie::new("_flash", flash.to_string());
        Answer::read(request.cookie(flash).dispatch())
    };
    assert!(post("/login", "id=1", left.value()).removes("_flash"));
    let refused = post("/login", "id=99", left.value());
    assert!(refused.cookie("_flash").is_none());
    let greeted = post("/welcome", "", left.value());
    assert_eq!(heard(&client, &greeted), "info: Welcome!");
    let other = post("/login", "id=1", "4:infohello");
    assert!(other.cookie("_flash").is_none());
}

#[test]
fn two_pages_for_one_base_abort_the_launch() {
    for other in ["/admin", "/admin/"] {
        let fairing = fairing(config()).challenge_at("/admin", "admin_login");
        let error = Client::untracked(rocket(fairing.challenge_at(other, "/x"))).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::FailedFairings(..)),
            "{other}"
        );
    }
}

#[test]
fn a_path_that_cannot_be_decoded_has_the_login_page_of_its_part() {
    let client = parted(config());
    assert_eq!(way(&client, "/admin/%25252525x"), "/admin/login");
}
