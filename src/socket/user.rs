//! The guard for a logged-in user who opens a socket.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Rocket, Sentinel};
use rocket_ws::result::Result as WsResult;
use rocket_ws::{Channel, WebSocket};

use crate::error::{LoginError, Reason};
use crate::guard::User;
use crate::guard::user::{guard_for, logged_in};
use crate::guard::user_guard::{is_unattached, outcome};
use crate::manager::LoginManager;
use crate::registry::OpenSocket;
use crate::request::Refusal;
use crate::request::socket::{is_valid, open};
use crate::session::SessionEnd;
use crate::socket::WsStream;
use crate::socket::serve::serve;
use crate::user::AuthUser;

/// A request guard beside rocket_ws's `WebSocket`: the logged-in user who opens a socket
/// from a page of this site.
///
/// It dereferences to [`User`], and so to the user. A socket that is served by
/// [`channel()`](Self::channel) ends with the session.
///
/// # Outcome
///
/// Succeeds if [`User`] would, and if the `Origin` of the page is this site or one of
/// `allowed_origins`. Fails, and never redirects,
///
/// * with 401 if the request is anonymous, or the user is not active. With
///   [`ws_not_authenticated`](crate::LoginFairing::ws_not_authenticated) the
///   handshake is accepted instead, and the socket closed with a reason,
/// * with 403 if the page is of another site. Without an `Origin`, too, if
///   `allow_missing_origin` is off,
/// * with 503 if the user or the session could not be loaded,
/// * with 500 if the fairing is not attached, where no sentinel could see it.
///
/// Forwards a request that is no handshake with 400, as `WebSocket` does, also an anonymous
/// one. `Option<WsUser<U>>` would serve pages of other sites, as anonymous requests. A
/// [`FreshUser`](crate::FreshUser) beside it asks for a fresh login.
///
/// A user found by a [request loader](crate::LoginFairing::request_loader) may open a socket
/// from any page, since no cookie is involved, and has no session. Such a socket ends with
/// [`auth_changed()`](crate::LoginManager::auth_changed). It also ends when
/// [`still_valid()`](Self::still_valid) finds another auth hash, or the loader does not find
/// the user in the handshake.
///
/// A handshake that restores a session from a remember token sends its cookies with the 101.
/// Not every client keeps these cookies.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// # struct Account { name: String }
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// use rocket::futures::{SinkExt, StreamExt};
/// use rocket_login::{WsUser, ws};
///
/// #[get("/ws")]
/// fn echo<'r>(ws: ws::WebSocket, user: WsUser<'r, Account>) -> ws::Channel<'r> {
///     let hello = format!("hello {}", user.name);
///     user.channel(ws, |mut stream| async move {
///         stream.send(hello.into()).await?;
///         while let Some(message) = stream.next().await {
///             stream.send(message?).await?;
///         }
///         Ok(())
///     })
/// }
/// ```
#[doc(alias = "ws_login_required")]
pub struct WsUser<'r, U: AuthUser> {
    user: User<U>,
    socket: Arc<OpenSocket>,
    manager: &'r LoginManager<U>,
    request: &'r Request<'r>,
}

impl<'r, U: AuthUser> WsUser<'r, U> {
    /// Serves the socket until the handler returns or the session ends.
    ///
    /// When the session ends, the handler is dropped where it waits, and its stream is taken
    /// back. The socket is closed with the code 1008 and a [reason](SessionEnd), or with 1001
    /// at a shutdown of the server. When the handler returns, the socket is closed with 1000,
    /// or with the code for its error. The client has three seconds to answer the close
    /// frame.
    ///
    /// ```rust
    /// # #[macro_use] extern crate rocket;
    /// # struct Account;
    /// # impl rocket_login::AuthUser for Account {
    /// #     type Id = i64;
    /// #     fn id(&self) -> i64 { 1 }
    /// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
    /// # }
    /// use rocket::futures::SinkExt;
    /// use rocket_login::{WsUser, ws};
    ///
    /// #[get("/ws")]
    /// fn greet<'r>(ws: ws::WebSocket, user: WsUser<'r, Account>) -> ws::Channel<'r> {
    ///     user.channel(ws, |mut stream| async move { stream.send("hello".into()).await })
    /// }
    /// ```
    pub fn channel<F, Fut>(self, ws: WebSocket, handler: F) -> Channel<'r>
    where
        F: FnOnce(WsStream) -> Fut + Send + 'r,
        Fut: Future<Output = WsResult<()>> + Send + 'r,
    {
        let socket = self.socket;
        ws.channel(move |stream| serve(stream, handler, socket))
    }

    /// Waits until the session has ended, and returns why.
    ///
    /// This is for handlers with a loop of their own: [`channel()`](Self::channel) waits for
    /// the same.
    ///
    /// A session ends at a logout in any tab, at another login in the same browser, and at
    /// its idle or absolute limit. It ends as well when the auth hash of its user changes
    /// through [`Auth::renew()`](crate::Auth::renew) or
    /// [`LoginManager::auth_changed()`](crate::LoginManager::auth_changed). Other changes,
    /// such as a user deleted in the database, are noticed at the next request of the
    /// session, or by [`still_valid()`](Self::still_valid). An open socket does not extend
    /// the idle limit; a page that extends the session does.
    ///
    /// The socket counts as open until this future is dropped.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, SessionEnd, WsUser};
    /// # async fn wait<U: AuthUser>(user: WsUser<'_, U>) {
    /// if user.ended().await == SessionEnd::Expired {
    ///     rocket::info!("the user fell asleep");
    /// }
    /// # }
    /// ```
    pub fn ended(&self) -> impl Future<Output = SessionEnd> + Send + 'static {
        let socket = self.socket.clone();
        async move { socket.ended().await }
    }

    /// Whether the session still counts, with one load of the user.
    ///
    /// This is for changes that the login manager does not learn of. If the session does not
    /// count, all its sockets end. For a user found by a request loader, the loader is asked
    /// again, with the request that opened the socket.
    ///
    /// # Errors
    ///
    /// `Unavailable` if the user or the session could not be loaded.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginError, WsUser};
    /// # async fn pay<U: AuthUser>(user: &WsUser<'_, U>) -> Result<(), LoginError> {
    /// if user.still_valid().await? {
    ///     // …
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn still_valid(&self) -> Result<bool, LoginError> {
        Ok(is_valid(self.manager, self.request, &self.socket).await?)
    }

    /// Returns the user without the socket, to keep in other tasks.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, User, WsUser};
    /// fn forget_socket<U: AuthUser>(user: WsUser<'_, U>) -> User<U> {
    ///     user.into_user()
    /// }
    /// ```
    pub fn into_user(self) -> User<U> {
        self.user
    }
}

impl<U: AuthUser> Deref for WsUser<'_, U> {
    type Target = User<U>;

    fn deref(&self) -> &User<U> {
        &self.user
    }
}

impl<U: AuthUser> Clone for WsUser<'_, U> {
    fn clone(&self) -> Self {
        Self {
            user: self.user.clone(),
            socket: self.socket.clone(),
            ..*self
        }
    }
}

impl<U: AuthUser> fmt::Debug for WsUser<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WsUser").field(&self.user).finish()
    }
}

#[rocket::async_trait]
impl<'r, U: AuthUser> FromRequest<'r> for WsUser<'r, U> {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        if !is_handshake(request).await {
            return Outcome::Forward(Status::BadRequest);
        }
        outcome(at_socket(request).await)
    }
}

impl<U: AuthUser> Sentinel for WsUser<'_, U> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_unattached::<U>(rocket)
    }
}

async fn at_socket<'r, U: AuthUser>(request: &'r Request<'_>) -> Result<WsUser<'r, U>, Reason> {
    let (manager, found) = logged_in::<U>(request).await?;
    let socket = open(manager, request, &found).await;
    let leave = |reason| Refusal::leave(request, &manager.realm, reason, Some(&found.by));
    let socket = socket.inspect_err(|reason| leave(*reason))?;
    Ok(WsUser {
        user: guard_for(&found),
        socket,
        manager,
        request,
    })
}

/// Returns whether rocket_ws would answer this handshake.
pub(super) async fn is_handshake(request: &Request<'_>) -> bool {
    request.guard::<WebSocket>().await.is_success()
}
