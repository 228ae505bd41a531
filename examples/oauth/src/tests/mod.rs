//! The pages in a browser, with the small provider and without it, over real connections.

mod browser;
#[path = "../bin/provider.rs"]
mod provider;

use std::net::TcpListener;

use rocket::error::ErrorKind;
use rocket::http::{ContentType, Header, SameSite, Status};
use rocket::local::asynchronous::Client;

use rocket_login::User;
use sqlx::SqlitePool;

use crate::accounts::Account;
use crate::identity::Failure;
use crate::site;
use browser::*;

#[rocket::async_test]
async fn a_login_leads_through_the_provider_and_back() {
    let browser = browser(figment(&start_provider().await)).await;
    let stranger = browser.get("/account").dispatch().await;
    assert_eq!(
        location(&stranger).as_deref(),
        Some("/login?next=%2Faccount")
    );
    let form = text(&browser, "/login?next=%2Faccount").await;
    assert!(
        form.contains(r#"name="next" value="&#x2F;account""#),
        "{form}"
    );

    log_in(&browser, ALICE).await;
    for path in ["/", "/account", "/nowhere"] {
        let page = text(&browser, path).await;
        assert!(page.contains("&lt;alice&gt; <form"), "{page}");
    }
    let pool = browser.rocket().state::<SqlitePool>().unwrap();
    let count = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM accounts");
    assert_eq!(count.fetch_one(pool).await.unwrap(), 1);

    let answer = browser.post("/logout").dispatch().await;
    assert_eq!(location(&answer).as_deref(), Some("/"));
    for path in ["/", "/login", "/nowhere"] {
        let page = text(&browser, path).await;
        assert!(page.contains("Log in") && !page.contains("alice"), "{page}");
    }
}

#[rocket::async_test]
async fn cookies_of_the_way_there_are_lax_and_go_with_the_login() {
    let browser = browser(figment(&start_provider().await)).await;
    let at = begin(&browser).await;
    let names = ["oauth_next", "oauth_verifier", "rocket_oauth2_state"];
    for name in names {
        let cookie = browser.cookies().get(name).cloned().unwrap();
        // With `Strict` the browser would keep it back.
        assert_eq!(cookie.same_site(), Some(SameSite::Lax), "{name}");
        assert_eq!(cookie.http_only(), Some(true), "{name}");
        assert!(!at.contains(cookie.value()), "{name}");
    }
    arrive(&browser, &choose(&at, ALICE)).await;
    for name in names {
        assert!(browser.cookies().get(name).is_none(), "{name}");
    }
}

#[rocket::async_test]
async fn an_account_goes_by_its_id_at_the_provider_and_not_by_name_or_mail() {
    let browser = browser(figment(&start_provider().await)).await;
    let mut ids = Vec::new();
    for subject in [ALICE, OTHER_ALICE, ALICE] {
        log_in(&browser, subject).await;
        let request = browser.get("/");
        let user = request.inner().guard::<User<Account>>().await.succeeded();
        ids.push(user.unwrap().id);
    }
    assert_eq!(ids, [1, 2, 1]);
}

#[rocket::async_test]
async fn the_answer_to_another_browser_logs_no_one_in() {
    let provider = start_provider().await;
    let attacker = browser(figment(&provider)).await;
    let visitor = browser(figment(&provider)).await;
    log_in(&visitor, OTHER_ALICE).await;
    let before = session(&visitor);

    // The attacker keeps back the own answer, and has the visitor open it.
    let link = choose(&begin(&attacker).await, ALICE);
    let answer = arrive(&visitor, &link).await;
    assert_eq!(answer.status(), Status::BadRequest);
    // The same while the visitor is about to log in, which goes on afterwards.
    let at = begin(&visitor).await;
    shows_the_form(arrive(&visitor, &link).await, Failure::NotBegun).await;
    assert_eq!(session(&visitor), before);
    let back = choose(&at, OTHER_ALICE);
    assert_eq!(arrive(&visitor, &back).await.status(), Status::SeeOther);
    // No answer counts twice.
    assert_eq!(arrive(&visitor, &back).await.status(), Status::BadRequest);
    assert!(text(&visitor, "/account").await.contains("Hello"));
}

#[rocket::async_test]
async fn a_stolen_code_is_worth_nothing_in_another_login() {
    let provider = start_provider().await;
    let victim = browser(figment(&provider)).await;
    let attacker = browser(figment(&provider)).await;
    let stolen = choose(&begin(&victim).await, ALICE);
    let own = choose(&begin(&attacker).await, OTHER_ALICE);
    let (_, code) = stolen.split_once("&code=").unwrap();
    let (state, _) = own.split_once("&code=").unwrap();
    let injected = arrive(&attacker, &format!("{state}&code={code}")).await;
    shows_the_form(injected, Failure::NotBegun).await;
    assert_eq!(session(&attacker), None);
}

#[rocket::async_test]
async fn a_refusal_shows_the_form_again() {
    let browser = browser(figment(&start_provider().await)).await;
    log_in(&browser, ALICE).await;
    let before = session(&browser);
    let back = choose(&begin(&browser).await, REFUSES);
    assert!(back.contains("access_denied"), "{back}");
    shows_the_form(arrive(&browser, &back).await, Failure::Refused).await;
    for path in [
        "/login/back",
        "/login/back?code=x",
        "/login/back?state=x&code=x",
    ] {
        shows_the_form(arrive(&browser, path).await, Failure::NotBegun).await;
    }
    assert_eq!(session(&browser), before);
}

#[rocket::async_test]
async fn a_provider_that_fails_changes_nothing() {
    let provider = start_provider().await;
    // It takes connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}/", silent.local_addr().unwrap());
    for (setting, uri) in [
        ("token_uri", "http://127.0.0.1:1/token"),
        ("token_uri", &*silent),
        ("token_uri", &*format!("{provider}/nowhere")),
        ("userinfo_uri", &*silent),
        ("userinfo_uri", &*format!("{provider}/authorize")),
    ] {
        let setting = format!("oauth.example.{setting}");
        let browser = browser(figment(&provider).merge((setting, uri))).await;
        let back = choose(&begin(&browser).await, ALICE);
        shows_the_form(arrive(&browser, &back).await, Failure::Unavailable).await;
        assert_eq!(session(&browser), None, "{uri}");
    }
}

#[rocket::async_test]
async fn other_sites_begin_no_login_and_end_none_unseen() {
    let browser = browser(figment(&start_provider().await)).await;
    let form = browser.post("/login").header(ContentType::Form);
    let form = form.header(Header::new("Sec-Fetch-Site", "cross-site"));
    let answer = form.body("next=/account").dispatch().await;
    assert_eq!(answer.status(), Status::Forbidden);
    assert!(browser.cookies().iter().next().is_none());

    // An image of a sub-domain: to that the cookies are sent.
    let back = choose(&begin(&browser).await, ALICE);
    let image = browser.get(back);
    let image = image
        .header(Header::new("Sec-Fetch-Site", "same-site"))
        .header(Header::new("Sec-Fetch-Mode", "no-cors"))
        .header(Header::new("Sec-Fetch-Dest", "image"));
    assert_eq!(image.dispatch().await.status(), Status::Forbidden);
    assert_eq!(session(&browser), None);
}

#[rocket::async_test]
async fn no_login_leads_to_another_host() {
    let browser = browser(figment(&start_provider().await)).await;
    let form = browser.post("/login").header(ContentType::Form);
    let answer = form.body("next=//evil.example").dispatch().await;
    let back = choose(&location(&answer).unwrap(), ALICE);
    let answer = arrive(&browser, &back).await;
    assert_eq!(location(&answer).as_deref(), Some("/"));
}

#[rocket::async_test]
async fn without_an_address_of_the_provider_there_is_no_launch() {
    for name in ["auth_uri", "token_uri", "userinfo_uri", "redirect_uri"] {
        let figment = figment("").merge((format!("oauth.example.{name}"), 1));
        let error = Client::tracked(site(figment)).await.map(|_| ());
        let kind = error.unwrap_err();
        let kind = kind.kind();
        assert!(matches!(kind, ErrorKind::FailedFairings(_)), "{kind}");
    }
}
