//! A guard around whole groups of routes that open sockets.

use rocket::http::Status;
use rocket::request::Request;
use rocket::route::{Handler, Outcome};
use rocket::{Data, Route};

use crate::guard::login_required::protect;
use crate::guard::user_guard::guarded;
use crate::guard::{Protected, User};
use crate::socket::user::is_handshake;
use crate::user::AuthUser;

/// Guards each of these routes with a [`WsUser`](crate::WsUser), as
/// [`login_required`](crate::login_required) does with a [`User`](crate::User).
///
/// Only users who are logged in open sockets, and only from pages of this site. The wrapper
/// checks the handshake alone. To have the socket end with the session, the handler takes a
/// `WsUser` of its own, and uses its [`channel()`](crate::WsUser::channel).
///
/// # Outcome
///
/// As with [`WsUser`](crate::WsUser).
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// # struct Account;
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// use rocket_login::{ws, ws_login_required};
///
/// #[get("/prices")]
/// fn prices(ws: ws::WebSocket) -> ws::Stream!['static] {
///     ws::Stream! { ws => for await message in ws { yield message?; } }
/// }
///
/// # fn rocket() -> rocket::Rocket<rocket::Build> {
/// rocket::build().mount("/live", ws_login_required::<Account>(routes![prices]))
/// # }
/// ```
pub fn ws_login_required<U: AuthUser>(routes: impl Into<Vec<Route>>) -> Protected<U> {
    let mut protected = protect::<User<U>>(routes);
    protected.guarding = |handler| Box::new(Handshakes(guarded::<User<U>>(handler)));
    protected
}

/// A handler that forwards every request but a handshake.
#[derive(Clone)]
struct Handshakes(Box<dyn Handler>);

#[rocket::async_trait]
impl Handler for Handshakes {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        if !is_handshake(request).await {
            return Outcome::forward(data, Status::BadRequest);
        }
        self.0.handle(request, data).await
    }
}
