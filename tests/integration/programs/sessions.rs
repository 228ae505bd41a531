//! The effects of a program on sessions: it has none.

use rocket::{State, delete};
use rocket_login::{LoginErrorKind, StoreKind};

use super::*;
use crate::app::with_store;

/// Tries everything that takes a session, and is the same afterwards.
#[post("/tries")]
async fn tries(auth: Auth<'_, Account>, accounts: &State<Accounts>) -> Result<String, LoginError> {
    let alice = accounts.find(1).unwrap();
    let tried = [
        auth.logout().await,
        auth.confirm_as(&alice).await,
        auth.renew(&alice).await,
    ];
    for refused in tried {
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), LoginErrorKind::NoSession);
        assert_eq!(error.kind().status(), Status::Forbidden);
        assert!(error.to_string().contains("without a session"));
    }
    let user = auth.user().await?.unwrap();
    Ok(format!("{} via {:?}", user.name, user.via()))
}

#[delete("/sessions")]
async fn sessions(auth: Auth<'_, Account>) -> Result<String, LoginError> {
    let listed = auth.sessions().await?;
    assert!(listed.iter().all(|session| !session.is_current()));
    let refused = auth.revoke_others().await.unwrap_err();
    assert_eq!(refused.kind(), LoginErrorKind::NoSession);
    let mut ended = 0;
    for session in &listed {
        ended += usize::from(auth.revoke(&session.handle()).await?);
    }
    Ok(format!("{ended} of {}", listed.len()))
}

#[test]
fn there_is_no_session_to_end_confirm_or_renew() {
    let client = client_of(rocket(config()).mount("/", routes![tries]));
    let answer = program(&client, ALICE).post("/tries", "");
    assert_eq!(answer.body, "alice via Request");
    answer.assert_no_cookies();
    for path in ["/logout", "/confirm", "/password/new"] {
        let answer = program(&client, ALICE).post(path, "");
        assert_told(&answer, Status::Forbidden, "");
    }
    assert_eq!(program(&client, ALICE).get("/via").status, Status::Ok);
}

#[test]
fn a_logout_works_for_all_others_as_ever() {
    let client = client_of(rocket(config()));
    let anonymous = Browser::new(&client).post("/logout", "");
    assert_eq!(anonymous.body, "bye");
    assert!(anonymous.removes("session"));
    let mut alice = Browser::logged_in(&client, "id=1").with("Authorization", BOB);
    keys(&client).take_asked();
    assert_eq!(alice.post("/logout", "").body, "bye");
    assert_eq!(keys(&client).take_asked(), 0);
    assert_eq!(alice.get("/via").body, "bob via Request");
    let failing = program(&client, "Bearer error").post("/logout", "");
    assert_eq!(failing.status, Status::ServiceUnavailable);
}

#[test]
fn a_program_that_logs_in_has_a_session_from_then_on() {
    let client = client_of(rocket(config()));
    let mut both = program(&client, ALICE);
    assert_eq!(both.post("/login", "id=2").status, Status::SeeOther);
    assert_eq!(both.get("/via").body, "bob via Session");
}

#[test]
fn a_program_lists_and_ends_the_sessions_of_its_user() {
    let rocket = rocket(with_store(StoreKind::Memory)).mount("/", routes![sessions]);
    let client = client_of(rocket);
    let mut alice = Browser::logged_in(&client, "id=1");
    let mut bob = Browser::logged_in(&client, "id=2");
    let mut program = program(&client, ALICE);
    let answer = program.send(rocket::http::Method::Delete, "/sessions", None);
    assert_eq!(answer.body, "1 of 1");
    alice.get("/account").assert_login_redirect("%2Faccount");
    assert_eq!(bob.get("/account").status, Status::Ok);
}

#[test]
fn when_a_program_came_is_when_its_request_did() {
    #[get("/since")]
    fn since(user: User<Account>) -> String {
        assert_eq!(user.via(), Via::Request);
        user.logged_in_at().unix_timestamp().to_string()
    }
    let client = client_of(rocket(config()).mount("/", routes![since]));
    let now = rocket::time::OffsetDateTime::now_utc() + rocket::time::Duration::days(1);
    rocket_login::testing::set_now(client.rocket(), now);
    let answer = program(&client, ALICE).get("/since");
    assert_eq!(answer.body, now.unix_timestamp().to_string());
}
