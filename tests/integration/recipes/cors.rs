//! A login by a script of another site.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::figment::providers::{Format, Toml};
use rocket::http::{ContentType, Header, HeaderMap, Method, SameSite, Status};
use rocket::serde::Deserialize;
use rocket::{Build, Request, Response, Rocket, State, get, options, post, routes};
use rocket_login::{Auth, User};
use sqlx::sqlite::SqlitePool;

use crate::guide::blocks;
use crate::recipes::account::{Account, failed};
use crate::recipes::{client, database, figment, site};

const CHAPTER: &str = include_str!("../../../docs/scripts.md");

async fn check_password(
    pool: &SqlitePool,
    name: &str,
    password: &str,
) -> sqlx::Result<Option<Account>> {
    let found = sqlx::query_as("SELECT * FROM accounts WHERE name = ? AND 'wonderland' = ?");
    found.bind(name).bind(password).fetch_optional(pool).await
}

struct Cors {
    origins: Vec<String>,
}

#[rocket::async_trait]
impl Fairing for Cors {
    fn info(&self) -> Info {
        Info {
            name: "CORS",
            kind: Kind::Response,
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        response.adjoin_header(Header::new("Vary", "Origin"));
        let Some(origin) = request.headers().get_one("Origin") else {
            return;
        };
        if !self.origins.iter().any(|known| known == origin) {
            return;
        }
        response.set_header(Header::new("Access-Control-Allow-Origin", origin));
        response.set_header(Header::new("Access-Control-Allow-Credentials", "true"));
        if request.method() == Method::Options {
            response.set_header(Header::new("Access-Control-Allow-Methods", "GET, POST"));
            response.set_header(Header::new("Access-Control-Allow-Headers", "Content-Type"));
        }
    }
}

#[options("/<_..>")]
fn preflight() -> Status {
    Status::NoContent
}

#[derive(Deserialize)]
#[serde(crate = "rocket::serde")]
struct SignIn {
    name: String,
    password: String,
}

#[post("/login", format = "json", data = "<body>")]
async fn login(
    body: &str,
    auth: Auth<'_, Account>,
    pool: &State<SqlitePool>,
) -> Result<(), Status> {
    let sign_in = serde_json::from_str::<SignIn>(body).map_err(|_| Status::UnprocessableEntity)?;
    let account = check_password(pool, &sign_in.name, &sign_in.password).await;
    let account = account.map_err(failed)?.ok_or(Status::Unauthorized)?;
    auth.login(&account).await?;
    Ok(())
}

fn with_cors(site: Rocket<Build>) -> Rocket<Build> {
    let origins = site.figment().extract_inner("login.allowed_origins");
    site.attach(Cors {
        origins: origins.unwrap_or_default(),
    })
}

#[get("/whoami")]
fn whoami(user: User<Account>) -> String {
    user.name.clone()
}

fn api(pool: &SqlitePool) -> Rocket<Build> {
    let settings = blocks(CHAPTER, "toml")[0];
    let figment = figment().merge(Toml::string(settings).nested());
    with_cors(site(figment, pool, routes![preflight, login, whoami]))
}

const RIGHT: &str = r#"{"name":"alice","password":"wonderland"}"#;
const WRONG: &str = r#"{"name":"alice","password":"looking-glass"}"#;

/// The work of a browser for a script of a page: it asks first, and sends the cookies along.
struct Script<'c> {
    client: &'c rocket::local::asynchronous::Client,
    origin: &'static str,
}

impl Script<'_> {
    fn allows(&self, headers: &HeaderMap<'_>) -> bool {
        headers.get_one("Access-Control-Allow-Origin") == Some(self.origin)
            && headers.get_one("Access-Control-Allow-Credentials") == Some("true")
    }

    async fn may_send(&self) -> bool {
        let request = self.client.options("/login");
        let request = request
            .header(Header::new("Origin", self.origin))
            .header(Header::new("Access-Control-Request-Method", "POST"))
            .header(Header::new(
                "Access-Control-Request-Headers",
                "content-type",
            ));
        let answer = request.dispatch().await;
        let allowed = answer.headers().get_one("Access-Control-Allow-Headers");
        answer.status() == Status::NoContent
            && self.allows(answer.headers())
            && allowed == Some("Content-Type")
    }

    /// The status, whether the script may read it, and the body.
    async fn send(&self, method: Method, path: &'static str, body: &str) -> (Status, bool, String) {
        let request = self.client.req(method, path).body(body);
        let request = request
            .header(ContentType::JSON)
            .header(Header::new("Origin", self.origin))
            .header(Header::new("Sec-Fetch-Site", "cross-site"))
            .header(Header::new("Sec-Fetch-Mode", "cors"));
        let answer = request.dispatch().await;
        assert!(
            answer
                .headers()
                .get("Vary")
                .any(|names| names.contains("Origin"))
        );
        let (status, allowed) = (answer.status(), self.allows(answer.headers()));
        (
            status,
            allowed,
            answer.into_string().await.unwrap_or_default(),
        )
    }
}

#[rocket::async_test]
async fn a_script_of_a_known_site_logs_in_and_reads_the_answers() {
    let pool = database().await;
    let client = client(api(&pool)).await;
    let script = Script {
        client: &client,
        origin: "https://shop.example",
    };
    assert!(script.may_send().await);

    let stranger = script.send(Method::Get, "/whoami", "").await;
    assert_eq!((stranger.0, stranger.1), (Status::Unauthorized, true));
    assert!(stranger.2.contains("login_required"), "{}", stranger.2);

    let wrong = script.send(Method::Post, "/login", WRONG).await;
    assert_eq!((wrong.0, wrong.1), (Status::Unauthorized, true));
    assert!(wrong.2.contains("unauthorized"), "{}", wrong.2);
    let other = script.send(Method::Post, "/login", "{}").await;
    assert_eq!((other.0, other.1), (Status::UnprocessableEntity, true));

    let right = script.send(Method::Post, "/login", RIGHT).await;
    assert_eq!((right.0, right.1), (Status::Ok, true));
    let cookies = client.cookies();
    // Otherwise browsers keep it back, or do not keep it at all.
    let session = cookies.iter().next().unwrap();
    assert_eq!(session.same_site(), Some(SameSite::None));
    assert_eq!(
        (session.secure(), session.partitioned()),
        (Some(true), Some(true))
    );
    let known = script.send(Method::Get, "/whoami", "").await;
    assert_eq!(known, (Status::Ok, true, "alice".into()));
}

#[rocket::async_test]
async fn a_script_of_another_site_neither_logs_in_nor_reads() {
    let pool = database().await;
    let client = client(api(&pool)).await;
    let script = Script {
        client: &client,
        origin: "https://evil.example",
    };
    assert!(!script.may_send().await);
    let (status, may_read, _) = script.send(Method::Post, "/login", RIGHT).await;
    assert_eq!((status, may_read), (Status::Forbidden, false));
    assert!(client.cookies().iter().next().is_none());
}
