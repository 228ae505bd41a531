//! Functions and stores that the application hands to the fairing.

use std::sync::Arc;

use rocket::request::Request;

use crate::error::BoxError;
use crate::event::Event;
use crate::fairing::LoginFairing;
use crate::store::SessionStore;
use crate::user::{AuthUser, RequestLoader, by_request};

impl<U: AuthUser> LoginFairing<U> {
    /// Finds users by the request itself, where cookies bring none: for programs that send
    /// an API key or a bearer token.
    ///
    /// * The loader is asked after session and remember token, and only if these bring no
    ///   user: they are absent, do not count, or their user is gone or not active. A good
    ///   session wins over a key of another user. While the user of a session cannot be
    ///   loaded, the loader is not asked: that is 503.
    /// * No session begins for a user found by it, and no cookie is set.
    ///   [`User::via()`](crate::User::via) is [`Via::Request`](crate::Via::Request). A
    ///   user who is not active is refused.
    /// * Such a login is not fresh, for a key does not prove that its owner is present.
    ///   [`FreshUser`](crate::FreshUser) answers with 401 and `reauthenticate`, never with a
    ///   redirect. Guard routes for programs with [`User`](crate::User).
    /// * [`Auth::logout`](crate::Auth::logout), [`confirm_as`](crate::Auth::confirm_as) and
    ///   [`renew`](crate::Auth::renew) fail with
    ///   [`NoSession`](crate::LoginErrorKind::NoSession).
    /// * Pages of other sites may use the loader, if the application lets their scripts send
    ///   its header (CORS): such a request has no cookie. If cookies bring a user, requests
    ///   of other sites are refused with or without the header.
    /// * Responses for users found by it get `Cache-Control: no-store`. Others get
    ///   `Vary: Authorization`. If the loader reads another header, name that header in
    ///   `Vary` on pages for everyone.
    ///
    /// See [`RequestLoader`] for the form of the function, and for what it must not rely on.
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

    /// Sets the store for the sessions, in place of the setting `session.store`: a store
    /// of the application's own, or one with other than the default settings.
    ///
    /// Without a store, sessions live in cookies. A change to a store logs no user out.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// use rocket_login::store::MemoryStore;
    ///
    /// # fn with_store<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.session_store(MemoryStore::default())
    /// # }
    /// ```
    pub fn session_store(mut self, store: impl SessionStore) -> Self {
        self.store = Some(Arc::new(store));
        self.code.has_store = true;
        self
    }

    /// Sets the flash message for requests that are sent to the login page, in place of
    /// the setting `login_message`; `None` for no message.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn translated<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.login_message(|request| {
    ///     let language = request.headers().get_one("Accept-Language").unwrap_or("en");
    ///     Some(if language.starts_with("fr") { "Connectez-vous." } else { "Please log in." })
    /// })
    /// # }
    /// ```
    #[doc(alias = "localize_callback")]
    pub fn login_message<F, T>(mut self, message: F) -> Self
    where
        F: Fn(&Request<'_>) -> Option<T> + Send + Sync + 'static,
        T: Into<String>,
    {
        self.hooks.login_message = Some(Arc::new(move |request| message(request).map(Into::into)));
        self
    }

    /// Sets the flash message for requests whose login is not fresh, in place of the
    /// setting `refresh_message`; `None` for no message.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn with_message<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.refresh_message(|_| Some("Please enter your password again."))
    /// # }
    /// ```
    #[doc(alias = "needs_refresh_message")]
    pub fn refresh_message<F, T>(mut self, message: F) -> Self
    where
        F: Fn(&Request<'_>) -> Option<T> + Send + Sync + 'static,
        T: Into<String>,
    {
        self.hooks.refresh_message =
            Some(Arc::new(move |request| message(request).map(Into::into)));
        self
    }

    /// Tells browsers apart by another fingerprint than address and user agent.
    ///
    /// Only a keyed digest of the fingerprint is kept. A coarse one suits people who
    /// travel: the user agent alone survives a change of networks.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # fn by_agent<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.identifier(|request| {
    ///     request.headers().get_one("User-Agent").unwrap_or_default().to_string()
    /// })
    /// # }
    /// ```
    pub fn identifier<F, T>(mut self, identify: F) -> Self
    where
        F: Fn(&Request<'_>) -> T + Send + Sync + 'static,
        T: Into<Vec<u8>>,
    {
        self.hooks.identify = Some(Arc::new(move |request| identify(request).into()));
        self
    }

    /// Hears of the events of logins.
    ///
    /// The function is called while a request is served and must not block. Events are
    /// logged with or without it.
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// use rocket_login::Event;
    ///
    /// # fn audited<U: AuthUser>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.on_event(|event, request| {
    ///     if let Event::LoginRefused { user, .. } = event {
    ///         eprintln!("{user} tried to log in from {:?}", request.remote());
    ///     }
    /// })
    /// # }
    /// ```
    #[doc(alias = "signals")]
    pub fn on_event<F>(mut self, hook: F) -> Self
    where
        F: Fn(&Event, &Request<'_>) + Send + Sync + 'static,
    {
        self.hooks.on_event = Some(Arc::new(hook));
        self
    }
}
