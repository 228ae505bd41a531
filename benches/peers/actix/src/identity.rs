//! `actix-identity` on `actix-session`, which keeps the session in a cookie. It has no
//! auth hash, and by default no deadlines.

use actix_identity::{Identity, IdentityMiddleware};
use actix_session::SessionMiddleware;
use actix_session::config::CookieContentSecurity;
use actix_session::storage::CookieSessionStore;
use actix_web::cookie::Key;
use actix_web::dev::Server;
use actix_web::error::{ErrorInternalServerError, ErrorUnauthorized};
use actix_web::{App, HttpMessage, HttpRequest, HttpServer, Result, get, post};

#[get("/protected")]
async fn protected(identity: Identity) -> Result<String> {
    let id = identity.id().map_err(ErrorInternalServerError)?;
    let user = id.parse().ok().and_then(peers::user);
    user.map(|user| user.name)
        .ok_or_else(|| ErrorUnauthorized("nobody has this id"))
}

#[post("/login")]
async fn login(request: HttpRequest) -> Result<&'static str> {
    let id = peers::FIRST.to_string();
    Identity::login(&request.extensions(), id).map_err(ErrorInternalServerError)?;
    Ok("ok")
}

fn with(security: CookieContentSecurity) -> std::io::Result<Server> {
    let key = Key::from(peers::SECRET.as_bytes());
    let server = HttpServer::new(move || {
        let session = SessionMiddleware::builder(CookieSessionStore::default(), key.clone())
            .cookie_content_security(security)
            .build();
        // The last one wrapped is the first that a request meets.
        App::new()
            .wrap(IdentityMiddleware::default())
            .wrap(session)
            .service(crate::open)
            .service(protected)
            .service(login)
    });
    let server = server.workers(1).bind(("127.0.0.1", 0))?;
    crate::announce(&server.addrs());
    Ok(server.run())
}

pub(crate) fn private() -> std::io::Result<Server> {
    with(CookieContentSecurity::Private)
}

pub(crate) fn signed() -> std::io::Result<Server> {
    with(CookieContentSecurity::Signed)
}
