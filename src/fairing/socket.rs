//! What those hear whose handshake is refused.

use std::sync::Arc;

use crate::error::Reason;
use crate::fairing::LoginFairing;
use crate::realm::Realms;
use crate::socket::{Refuser, WsStream};
use crate::user::AuthUser;

impl<U: AuthUser> LoginFairing<U> {
    /// Accepts a handshake that a guard refuses with 401, and lets this function
    /// say why: browsers show scripts neither the status nor the body of a
    /// handshake that was refused.
    ///
    /// It is given the stream and the [`Reason`]: `NotLoggedIn`, `NotFresh` or
    /// `Inactive`. When it returns without having closed the stream, and after five
    /// seconds at the latest, the stream is closed with the code 1008. It may
    /// send what it likes, and reads messages of up to 4096 bytes. Handshakes from
    /// pages of other sites are refused all the same.
    ///
    /// An application with a 401 catcher of its own at `/` cannot have this: the
    /// launch is aborted, since a `#[catch]` cannot accept a handshake.
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
        self.refuser = Some(Arc::new(move |stream, reason| {
            Box::pin(handler(stream, reason))
        }));
        self
    }

    /// The handler for refused handshakes, which our catcher alone can call.
    pub(super) fn refuser(&self, realms: &Realms) -> Result<Option<Arc<Refuser>>, String> {
        match &self.refuser {
            Some(_) if !realms.catches => Err("`ws_not_authenticated` needs the login manager's \
                own catcher, but the application catches 401 at `/` itself, and a `#[catch]` \
                cannot accept a handshake: remove the one or the other"
                .into()),
            refuser => Ok(refuser.clone()),
        }
    }
}
