//! `axum-login`, which always has an auth hash, with the two places for sessions that
//! need no database: the memory store of `tower-sessions`, and the signed cookie of
//! `tower-sessions-cookie-store`.

use std::convert::Infallible;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum_login::{AuthManager, AuthManagerLayerBuilder, AuthSession, AuthUser, AuthnBackend};
use tower_layer::layer_fn;
use tower_sessions::{MemoryStore, SessionManagerLayer};
use tower_sessions_cookie_store::{CookieSessionManagerLayer, Key};

#[derive(Debug, Clone)]
struct Account(peers::User);

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.0.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        self.0.password_hash.as_bytes()
    }
}

#[derive(Clone)]
struct Accounts;

impl AuthnBackend for Accounts {
    type User = Account;
    type Credentials = i64;
    type Error = Infallible;

    async fn authenticate(&self, id: i64) -> Result<Option<Account>, Infallible> {
        Ok(peers::user(id).map(Account))
    }

    async fn get_user(&self, id: &i64) -> Result<Option<Account>, Infallible> {
        Ok(peers::user(*id).map(Account))
    }
}

async fn protected(session: AuthSession<Accounts>) -> Result<String, StatusCode> {
    let user = session.user.ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(user.0.name)
}

async fn login(mut session: AuthSession<Accounts>) -> Result<(), StatusCode> {
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let user = session.authenticate(peers::FIRST).await.map_err(failed)?;
    let user = user.ok_or(StatusCode::UNAUTHORIZED)?;
    session.login(&user).await.map_err(failed)
}

fn routes(router: Router) -> Router {
    router
        .route("/protected", get(protected))
        .route("/login", post(login))
}

pub(crate) fn in_memory(router: Router) -> Router {
    let sessions = SessionManagerLayer::new(MemoryStore::default());
    routes(router).layer(AuthManagerLayerBuilder::new(Accounts, sessions).build())
}

/// The builder accepts no other kind of layer for sessions, but what it builds is two
/// layers, and the inner one takes any session that it finds.
pub(crate) fn in_cookie(router: Router) -> Router {
    let manager = layer_fn(|inner| AuthManager::new(inner, Accounts, "axum-login.data"));
    let key = Key::from(peers::SECRET.as_bytes());
    routes(router)
        .layer(manager)
        .layer(CookieSessionManagerLayer::signed(key))
}
