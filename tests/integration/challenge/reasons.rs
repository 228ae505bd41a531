//! The meaning of a status: the scheme of a 401, and the JSON of a 403.

use rocket::http::{Header, Status};
use rocket::response::status::Custom;
use rocket::{Request, catch, catchers, get, post, routes};
use rocket_login::{Auth, LoginError, MaybeUser, Reason, User};

use crate::app::{self, Account, client, client_of, config};
use crate::browser::{Answer, Browser};

const LOGIN_REQUIRED: &str = "RocketLogin error=\"login_required\"";

fn scheme(answer: &Answer) -> Vec<&str> {
    let headers = answer.headers.iter();
    let named = headers.filter(|(name, _)| name.eq_ignore_ascii_case("WWW-Authenticate"));
    named.map(|(_, value)| value.as_str()).collect()
}

#[test]
fn a_401_names_the_scheme_and_why() {
    let client = client(config());
    let program = Browser::new(&client).with("Accept", "application/json");
    let answer = program.clone().get("/account");
    assert_eq!(answer.status, Status::Unauthorized);
    assert_eq!(scheme(&answer), [LOGIN_REQUIRED]);

    let stale = Browser::logged_in(&client, "id=1&fresh=false");
    let answer = stale.with("Accept", "application/json").get("/settings");
    assert_eq!(scheme(&answer), ["RocketLogin error=\"reauthenticate\""]);

    for (name, value) in [
        ("HX-Request", "true"),
        ("Turbo-Frame", "x"),
        ("Upgrade", "websocket"),
    ] {
        let answer = Browser::new(&client).with(name, value).get("/account");
        assert_eq!(answer.status, Status::Unauthorized);
        assert_eq!(scheme(&answer), [LOGIN_REQUIRED], "{name}");
    }

    // A status of a handler, which this crate's catcher makes a page of.
    for browser in [Browser::new(&client), program] {
        let answer = browser.clone().get("/unauthorized");
        assert_eq!(answer.status, Status::Unauthorized);
        assert_eq!(scheme(&answer), ["RocketLogin error=\"unauthorized\""]);
    }
}

#[test]
fn no_redirect_and_no_other_status_names_a_scheme() {
    let client = client(config());
    let mut browser = Browser::new(&client);
    for path in ["/account", "/", "/login", "/nowhere"] {
        assert_eq!(scheme(&browser.get(path)), [""; 0], "{path}");
    }
    let mut foreign = browser.with("Sec-Fetch-Site", "cross-site");
    assert_eq!(scheme(&foreign.post("/logout", "")), [""; 0]);
}

#[derive(rocket::Responder)]
#[response(status = 401)]
struct Own(&'static str, Header<'static>);

#[catch(401)]
fn with_scheme() -> Own {
    Own("own", Header::new("WWW-Authenticate", "Bearer"))
}

#[catch(401)]
fn without_scheme() -> &'static str {
    "own"
}

#[get("/own")]
fn own() -> Custom<&'static str> {
    Custom(Status::Unauthorized, "wrong code")
}

#[get("/own/after")]
fn after(user: Result<User<Account>, Reason>) -> Custom<String> {
    Custom(
        Status::Unauthorized,
        user.map_or_else(|why| why.to_string(), |_| "ok".into()),
    )
}

#[test]
fn an_applications_own_scheme_stays_and_a_guards_401_has_one_in_any_case() {
    let rocket = || app::rocket(config()).mount("/", routes![own, after]);
    let client = client_of(rocket().register("/", catchers![with_scheme]));
    assert_eq!(scheme(&Browser::new(&client).get("/account")), ["Bearer"]);

    let client = client_of(rocket().register("/", catchers![without_scheme]));
    let answer = Browser::new(&client).get("/account");
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (Status::Unauthorized, "own")
    );
    assert_eq!(scheme(&answer), [LOGIN_REQUIRED]);
    assert_eq!(
        scheme(&Browser::new(&client).get("/own/after")),
        [LOGIN_REQUIRED]
    );
    assert_eq!(scheme(&Browser::new(&client).get("/own")), [""; 0]);
}

#[post("/maybe")]
fn maybe(_user: MaybeUser<Account>) {}

#[post("/check")]
fn check(auth: Auth<'_, Account>) -> Result<(), Status> {
    auth.check_same_site()
        .map_err(|error| error.kind().status())
}

#[get("/ahead")]
async fn ahead(auth: Auth<'_, Account>) -> Result<(), LoginError> {
    auth.logout().await
}

#[track_caller]
fn says_cross_origin(answer: &Answer) {
    assert_eq!(answer.status, Status::Forbidden, "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(json["error"], "cross_origin");
    assert_eq!(
        json["message"],
        "A page of another site has asked for this."
    );
}

#[test]
fn a_script_of_another_site_reads_the_reason_in_json() {
    let rocket = app::rocket(config()).mount("/", routes![maybe, check, ahead]);
    let client = client_of(rocket);
    let alice = Browser::logged_in(&client, "id=1");
    let foreign = alice.clone().with("Sec-Fetch-Site", "cross-site");
    for (name, value) in [
        ("Sec-Fetch-Mode", "cors"),
        ("X-Requested-With", "XMLHttpRequest"),
        ("Accept", "application/json"),
    ] {
        let mut script = foreign.clone().with(name, value);
        for path in ["/settings", "/maybe", "/check", "/logout", "/confirm"] {
            says_cross_origin(&script.post(path, ""));
        }
        let mut script = alice.clone().with(name, value);
        says_cross_origin(
            &script
                .clone()
                .with("X-Sec-Purpose", "prefetch")
                .get("/ahead"),
        );
        script = script.with("Origin", "http://evil.example");
        says_cross_origin(&script.with("Upgrade", "websocket").get("/account"));
    }
    let page = foreign
        .with("Sec-Fetch-Mode", "navigate")
        .post("/settings", "");
    assert_eq!(page.status, Status::Forbidden);
    let told = "<p>A page of another site has asked for this.</p>";
    assert!(page.body.contains(told), "{}", page.body);
}

#[test]
fn a_handlers_own_403_is_json_for_a_script() {
    #[get("/own-403")]
    fn own_403() -> Status {
        Status::Forbidden
    }

    let client = client_of(app::rocket(config()).mount("/", routes![own_403]));
    let script = Browser::new(&client).with("Sec-Fetch-Mode", "cors");
    let answer = script.with("Accept", "*/*").get("/own-403");
    assert!(
        answer.body.starts_with(r#"{"error":"forbidden""#),
        "{answer:?}"
    );
    let answer = Browser::new(&client).get("/own-403");
    assert!(answer.body.contains("403: Forbidden"), "{}", answer.body);
}

#[catch(403)]
fn own_403(request: &Request<'_>) -> String {
    let challenge = rocket_login::Challenge::of(request);
    challenge.map_or_else(|| "own".into(), |challenge| challenge.reason().to_string())
}

#[test]
fn an_applications_catcher_learns_of_the_other_site() {
    let client = client_of(app::rocket(config()).register("/", catchers![own_403]));
    let mut foreign = Browser::new(&client).with("Sec-Fetch-Site", "cross-site");
    assert_eq!(
        foreign.post("/logout", "").body,
        Reason::CrossOrigin.to_string()
    );
}
