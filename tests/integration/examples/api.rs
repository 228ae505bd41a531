//! The example `api`.

use rocket::http::{ContentType, Cookie, Header, Method, Status};
use rocket::local::blocking::{Client, LocalResponse};
use rocket::time::Duration;
use serde_json::{Value, json};

use super::figment;

#[path = "../../../examples/api/main.rs"]
mod example;

const ALICE: &str = r#"{"name":"alice","password":"wonderland"}"#;
const BOB: &str = r#"{"name":"bob","password":"builder"}"#;

fn client() -> Client {
    Client::untracked(example::rocket(figment())).unwrap()
}

#[derive(Clone, Copy)]
enum With<'a> {
    Nothing,
    Token(&'a str),
    Session(&'a Cookie<'static>),
}

struct Answer {
    status: Status,
    body: Value,
    session: Option<Cookie<'static>>,
    authenticate: Option<String>,
}

impl Answer {
    fn read(response: LocalResponse<'_>) -> Self {
        let authenticate = response.headers().get_one("WWW-Authenticate");
        Self {
            status: response.status(),
            session: response.cookies().get("session").cloned(),
            authenticate: authenticate.map(Into::into),
            body: match response.into_string() {
                Some(text) if !text.is_empty() => serde_json::from_str(&text).unwrap(),
                _ => Value::Null,
            },
        }
    }

    fn text(&self, key: &str) -> String {
        self.body[key].as_str().unwrap().to_string()
    }

    #[track_caller]
    fn is(&self, status: Status, body: Value) {
        assert_eq!((self.status, &self.body), (status, &body));
    }
}

fn send(client: &Client, method: Method, uri: &str, with: With<'_>, body: &str) -> Answer {
    let mut request = client.req(method, uri.to_string());
    match with {
        With::Nothing => {}
        With::Token(token) => {
            request.add_header(Header::new("Authorization", format!("Bearer {token}")));
        }
        With::Session(cookie) => {
            let pair = format!("{}={}", cookie.name(), cookie.value());
            request.add_header(Header::new("Cookie", pair));
        }
    }
    if !body.is_empty() {
        request.add_header(ContentType::JSON);
        request.set_body(body);
    }
    Answer::read(request.dispatch())
}

fn get(client: &Client, uri: &str, with: With<'_>) -> Answer {
    send(client, Method::Get, uri, with, "")
}

fn post(client: &Client, uri: &str, with: With<'_>, body: &str) -> Answer {
    send(client, Method::Post, uri, with, body)
}

#[track_caller]
fn token_of(client: &Client, credentials: &str) -> String {
    let answer = post(client, "/token", With::Nothing, credentials);
    assert_eq!(answer.status, Status::Created);
    assert!(answer.session.is_none());
    answer.text("token")
}

#[track_caller]
fn session_of(client: &Client, credentials: &str) -> Cookie<'static> {
    let answer = post(client, "/login", With::Nothing, credentials);
    assert_eq!(answer.status, Status::Ok);
    answer.session.unwrap()
}

#[test]
fn a_name_and_a_password_are_exchanged_for_a_token() {
    let client = client();
    let alices = token_of(&client, ALICE);
    let me = get(&client, "/me", With::Token(&alices));
    me.is(Status::Ok, json!({ "name": "alice", "via": "token" }));
    assert!(me.session.is_none());
    let again = token_of(&client, ALICE);
    assert_ne!(alices, again);
}

#[test]
fn a_session_is_exchanged_for_a_token_but_a_token_for_none() {
    let client = client();
    let session = session_of(&client, BOB);
    let me = get(&client, "/me", With::Session(&session));
    me.is(Status::Ok, json!({ "name": "bob", "via": "session" }));
    let issued = post(&client, "/tokens", With::Session(&session), "");
    assert_eq!(issued.status, Status::Created);
    let token = issued.text("token");
    let me = get(&client, "/me", With::Token(&token));
    me.is(Status::Ok, json!({ "name": "bob", "via": "token" }));
    let more = post(&client, "/tokens", With::Token(&token), "");
    let refusal = json!({ "error": "reauthenticate" });
    more.is(Status::Unauthorized, refusal);
}

#[test]
fn a_refusal_is_json() {
    let client = client();
    let stranger = get(&client, "/me", With::Nothing);
    let refusal = json!({ "error": "not_logged_in" });
    stranger.is(Status::Unauthorized, refusal.clone());
    assert_eq!(stranger.authenticate.as_deref(), Some("Bearer"));
    for forged in ["", ".", "x.y", &token_of(&client, ALICE)[1..]] {
        get(&client, "/me", With::Token(forged)).is(Status::Unauthorized, refusal.clone());
    }

    let bobs = token_of(&client, BOB);
    let audit = get(&client, "/audit", With::Token(&bobs));
    audit.is(Status::Forbidden, json!({ "error": "not_permitted" }));
    let alices = token_of(&client, ALICE);
    let audit = get(&client, "/audit", With::Token(&alices));
    assert_eq!(audit.status, Status::Ok);

    let nowhere = get(&client, "/nowhere", With::Token(&bobs));
    nowhere.is(Status::NotFound, json!({ "error": "Not Found" }));
}

#[test]
fn another_secret_or_another_id_makes_no_token() {
    let client = client();
    let (alices, bobs) = (token_of(&client, ALICE), token_of(&client, BOB));
    let id = |token: &str| token.split('.').next().unwrap().to_string();
    let secret = |token: &str| token.split('.').nth(1).unwrap().to_string();
    for forged in [
        format!("{}.{}", id(&alices), secret(&bobs)),
        format!("{}.", id(&alices)),
        format!("{}.{}x", id(&alices), secret(&alices)),
        id(&alices),
    ] {
        let answer = get(&client, "/me", With::Token(&forged));
        assert_eq!(answer.status, Status::Unauthorized, "{forged}");
    }
}

#[test]
fn a_wrong_password_gets_neither_a_token_nor_a_session() {
    let client = client();
    for credentials in [
        r#"{"name":"alice","password":"builder"}"#,
        r#"{"name":"nobody","password":"wonderland"}"#,
    ] {
        for door in ["/token", "/login"] {
            let answer = post(&client, door, With::Nothing, credentials);
            let refusal = json!({ "error": "wrong_credentials" });
            answer.is(Status::Unauthorized, refusal);
            assert!(answer.session.is_none());
        }
    }
}

#[test]
fn a_revoked_token_is_worth_nothing_and_others_still_are() {
    let client = client();
    let (first, second) = (token_of(&client, ALICE), token_of(&client, ALICE));
    let bobs = token_of(&client, BOB);
    let list = get(&client, "/tokens", With::Token(&first));
    assert_eq!(list.body.as_array().unwrap().len(), 2);

    let uri = format!("/tokens/{}", first.split('.').next().unwrap());
    let revoke = |token| send(&client, Method::Delete, &uri, With::Token(token), "").status;
    assert_eq!(revoke(&bobs), Status::NotFound);
    assert_eq!(
        get(&client, "/me", With::Token(&first)).status,
        Status::Ok,
        "nobody revokes another one's"
    );
    assert_eq!(revoke(&first), Status::NoContent);
    let me = get(&client, "/me", With::Token(&first));
    assert_eq!(me.status, Status::Unauthorized);
    let me = get(&client, "/me", With::Token(&second));
    assert_eq!(me.status, Status::Ok);
}

#[test]
fn a_token_ends_by_itself() {
    let client = client();
    let alices = token_of(&client, ALICE);
    let tokens = client.rocket().state::<example::Tokens>().unwrap();
    let accounts = client.rocket().state::<example::Accounts>().unwrap();
    let alice = accounts.by_id(1).unwrap();
    let issue = |lifetime| tokens.issue(&alice, lifetime).unwrap().token;
    let (over, good) = (issue(Duration::ZERO), issue(Duration::hours(1)));
    let me = |token| get(&client, "/me", With::Token(token)).status;
    assert_eq!(me(&over), Status::Unauthorized);
    assert_eq!((me(&good), me(&alices)), (Status::Ok, Status::Ok));
}

#[test]
fn pages_of_other_sites_do_nothing_in_a_visitors_name() {
    let client = client();
    let session = session_of(&client, ALICE);
    let pair = format!("session={}", session.value());
    let foreign = Header::new("Sec-Fetch-Site", "cross-site");
    let request = client.post("/tokens").header(Header::new("Cookie", pair));
    let answer = Answer::read(request.header(foreign.clone()).dispatch());
    answer.is(Status::Forbidden, json!({ "error": "forbidden" }));

    // The body of a form is none of this API's, wherever it comes from.
    let form = client.post("/login").header(ContentType::Plain).body(ALICE);
    assert_eq!(form.dispatch().status(), Status::UnsupportedMediaType);
    let login = client.post("/login").header(ContentType::JSON).body(ALICE);
    let login = Answer::read(login.header(foreign).dispatch());
    assert_eq!(login.status, Status::Forbidden);
    assert!(login.session.is_none());
}

#[test]
fn a_logout_ends_the_session_and_no_token() {
    let client = client();
    let (session, token) = (session_of(&client, ALICE), token_of(&client, ALICE));
    let answer = post(&client, "/logout", With::Session(&session), "");
    assert_eq!(answer.status, Status::NoContent);
    let me = get(&client, "/me", With::Session(&session));
    assert_eq!(me.status, Status::Unauthorized);
    assert_eq!(get(&client, "/me", With::Token(&token)).status, Status::Ok);
}
