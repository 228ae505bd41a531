//! The methods of the fairing and the manager for sockets.

use std::sync::Arc;

use rocket::request::Request;
use rocket::response::{self, Responder};
use rocket_ws::{Config, WebSocket};

use crate::error::Reason;
use crate::fairing::LoginFairing;
use crate::manager::LoginManager;
use crate::socket::WsStream;
use crate::socket::serve::refuse;
use crate::user::AuthUser;

/// The longest message of a client that is not logged in, in bytes.
const MAX_MESSAGE: usize = 4096;

impl<U: AuthUser> LoginFairing<U> {
    /// Accepts a handshake that a guard refuses with 401, and lets this function say why.
    ///
    /// Browsers show scripts neither the status nor the body of a refused handshake.
    ///
    /// The function is given the stream and the [`Reason`]: `NotLoggedIn`, `NotFresh` or
    /// `Inactive`. It may send any messages, and reads messages of up to 4096 bytes. When it
    /// returns, and after five seconds at the latest, the stream is closed with the code
    /// 1008. Handshakes from pages of other sites are still refused.
    ///
    /// The launch is aborted if the application has a 401 catcher of its own at `/`: a
    /// `#[catch]` cannot accept a handshake.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// use rocket::futures::SinkExt;
    /// use rocket_login::ws::frame::{CloseCode, CloseFrame};
    ///
    /// # fn with_word<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.ws_not_authenticated(|mut stream, reason| async move {
    ///     stream.send(format!("sorry, {reason}").into()).await?;
    ///     let code = CloseCode::from(4401);
    ///     stream.close(Some(CloseFrame { code, reason: "log in".into() })).await
    /// })
    /// # }
    /// ```
    #[doc(alias = "set_ws_not_authenticated")]
    pub fn ws_not_authenticated<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(WsStream, Reason) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = rocket_ws::result::Result<()>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        self.hooks.refuser = Some(Arc::new(move |request, reason| {
            Box::pin(answer(request, reason, handler.clone()))
        }));
        self
    }
}

/// Accepts a refused handshake, and has the application close the socket.
async fn answer<'r, F, Fut>(
    request: &'r Request<'_>,
    reason: Reason,
    handler: Arc<F>,
) -> Option<response::Result<'r>>
where
    F: Fn(WsStream, Reason) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = rocket_ws::result::Result<()>> + Send + 'static,
{
    let ws = request.guard::<WebSocket>().await.succeeded()?;
    let ws = ws.config(Config {
        max_message_size: Some(MAX_MESSAGE),
        max_frame_size: Some(MAX_MESSAGE),
        ..Config::default()
    });
    let channel = ws.channel(move |stream| Box::pin(refuse(stream, handler, reason)));
    Some(channel.respond_to(request))
}

impl<U: AuthUser> LoginManager<U> {
    /// Counts the open sockets of this process that have a [`WsUser`](crate::WsUser).
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginManager};
    /// fn is_quiet<U: AuthUser>(manager: &LoginManager<U>) -> bool {
    ///     manager.open_sockets() == 0
    /// }
    /// ```
    pub fn open_sockets(&self) -> usize {
        self.realm.sessions.registry.count()
    }
}
