//! Guards in pages: links to the login page, and users as JSON.

use rocket::http::Status;
use rocket::local::blocking::Client;
use rocket::{Build, Request, Rocket, catch, catchers, get, routes, uri};
use rocket_login::{
    Auth, Config, Forwarding, FreshUser, LoginManager, MaybeUser, Permit, Policy, User,
};

use crate::app::{self, Account, bare, client_of, config};
use crate::browser::Browser;

#[get("/links?<to>")]
fn links(to: &str, auth: Auth<'_, Account>) -> String {
    format!("{} {}", auth.login_url(to), auth.refresh_url(to))
}

#[get("/link")]
fn link(auth: Auth<'_, Account>) -> String {
    auth.login_url(uri!(links("/a b")))
}

#[catch(404)]
fn not_found(request: &Request<'_>) -> String {
    let manager = request.rocket().state::<LoginManager<Account>>().unwrap();
    manager.login_url(request, request.uri())
}

#[derive(Default)]
struct Anyone;

impl Policy<Account> for Anyone {
    type Error = std::convert::Infallible;

    async fn allow(&self, _: &Account, _: &Request<'_>) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

#[get("/json")]
fn json(
    user: User<Account>,
    fresh: FreshUser<Account>,
    maybe: MaybeUser<Account>,
    permit: Permit<Anyone, Account>,
    forwarding: Forwarding<User<Account>>,
) -> String {
    serde_json::to_string(&(user, fresh, maybe, permit, forwarding)).unwrap()
}

#[get("/nobody")]
fn nobody(maybe: MaybeUser<Account>) -> String {
    serde_json::to_string(&maybe).unwrap()
}

fn rocket(config: Config) -> Rocket<Build> {
    let fairing = LoginManager::fairing(app::load).config(config);
    let fairing = fairing.challenge_at("/staff", "/staff/login");
    let rocket = bare().attach(fairing).mount("/", app::routes());
    let rocket = rocket.mount("/", routes![links, link, json, nobody]);
    rocket.register("/", catchers![not_found])
}

fn linked(client: &Client, to: &str) -> String {
    Browser::new(client).get(&format!("/links?to={to}")).body
}

#[test]
fn a_link_leads_to_the_login_page_and_back() {
    let client = client_of(rocket(config()));
    assert_eq!(
        linked(&client, "/account"),
        "/login?next=%2Faccount /reauthenticate?next=%2Faccount"
    );
    let staff = linked(&client, "/staff/rota");
    assert!(
        staff.starts_with("/staff/login?next=%2Fstaff%2Frota "),
        "{staff}"
    );
    let mut browser = Browser::new(&client);
    assert_eq!(
        browser.get("/link").body,
        "/login?next=%2Flinks%3Fto%3D%252Fa%2520b"
    );
    let missing = browser.get("/no/such?page=1");
    assert_eq!(missing.body, "/login?next=%2Fno%2Fsuch%3Fpage%3D1");
    assert_eq!(missing.status, Status::NotFound);
}

#[test]
fn a_link_leads_back_to_pages_of_this_site_alone() {
    for base in ["", "/app"] {
        let client = client_of(rocket(Config {
            public_base: (!base.is_empty()).then(|| base.into()),
            never_next: vec!["/wizard".into()],
            ..config()
        }));
        let plain = format!("{base}/login {base}/reauthenticate");
        for to in [
            "//evil.example",
            "https://evil.example",
            "/%5Cevil.example",
            "evil",
            "/login",
            "/wizard",
            "",
        ] {
            assert_eq!(linked(&client, to), plain, "{to}");
        }
    }
}

#[test]
fn a_link_is_public_as_well_as_where_it_leads_back_to() {
    let client = client_of(rocket(Config {
        public_base: Some("/app".into()),
        ..config()
    }));
    assert_eq!(
        linked(&client, "/account"),
        "/app/login?next=%2Fapp%2Faccount /app/reauthenticate?next=%2Fapp%2Faccount"
    );
}

#[test]
fn a_guard_serialises_as_its_user() {
    let client = client_of(rocket(config()));
    let mut alice = Browser::logged_in(&client, "id=1");
    let user = r#"{"id":1,"name":"alice","active":true}"#;
    let all = [user; 5].join(",");
    assert_eq!(alice.get("/json").body, format!("[{all}]"));
    assert_eq!(Browser::new(&client).get("/nobody").body, "null");
}
