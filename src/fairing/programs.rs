//! Programs as users.

use crate::error::BoxError;
use crate::fairing::LoginFairing;
use crate::user::{AuthUser, RequestLoader, by_request};

impl<U: AuthUser> LoginFairing<U> {
    /// A function that finds a user by the request itself, where cookies have brought
    /// nobody: for programs that come with an API key or a bearer token.
    ///
    /// * It is asked after session and remember token, and only if these bring nobody,
    ///   for whatever reason: there are none, they do not count, or their user is gone or
    ///   not active. Of a good session and a token of somebody else the session is always
    ///   the one that counts. While the user of a session cannot be loaded nobody is
    ///   asked: that is 503.
    /// * For whom it finds no session begins, and no cookie is set.
    ///   [`User::via()`](crate::User::via) is [`Via::Request`](crate::Via::Request). A
    ///   user who is not active is refused.
    /// * They are not fresh: a key says that somebody has the key, and not that the person
    ///   is there. [`FreshUser`](crate::FreshUser) answers with 401 and `reauthenticate`,
    ///   never with a redirect. What programs are to do as well, a [`User`](crate::User)
    ///   guards.
    /// * [`Auth::logout`](crate::Auth::logout), [`confirm_as`](crate::Auth::confirm_as) and
    ///   [`renew`](crate::Auth::renew) fail with
    ///   [`NoSession`](crate::LoginErrorKind::NoSession).
    /// * Pages of other sites may use it, from where the application lets scripts send
    ///   its header (CORS): no cookie is behind such a request. Whenever cookies bring
    ///   somebody, pages of other sites are refused as ever, whatever the header says.
    /// * Responses for the users that it finds get `Cache-Control: no-store`. Others get
    ///   `Vary: Authorization` as well. A loader that goes by another header leaves it to the
    ///   application to name that one in `Vary`, where it has pages for everyone cached.
    ///
    /// How the function has to look, and what it must not go by, says [`RequestLoader`].
    ///
    /// ```rust
    /// # use std::convert::Infallible;
    /// # use rocket::Request;
    /// # use rocket_login::LoginFairing;
    /// # #[derive(Clone)] struct Account;
    /// # impl rocket_login::AuthUser for Account {
    /// #     type Id = i64;
    /// #     fn id(&self) -> i64 { 1 }
    /// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
    /// # }
    /// # async fn account_of(_: &str) -> Result<Option<Account>, Infallible> { Ok(None) }
    /// async fn by_key(request: &Request<'_>) -> Result<Option<Account>, Infallible> {
    ///     match request.headers().get_one("X-Api-Key") {
    ///         Some(key) => account_of(key).await,
    ///         None => Ok(None),
    ///     }
    /// }
    ///
    /// # fn with_programs(fairing: LoginFairing<Account>) -> LoginFairing<Account> {
    /// fairing.request_loader(by_key)
    /// # }
    /// ```
    #[doc(alias = "header_loader")]
    pub fn request_loader<L, E>(mut self, loader: L) -> Self
    where
        L: for<'r> RequestLoader<'r, U, E>,
        E: Into<BoxError> + 'static,
    {
        self.by_request = Some(by_request(loader));
        self
    }
}
