//! Request loaders: users of programs, which keep no cookies.

use std::future::Future;
use std::sync::Arc;

use rocket::futures::future::{FutureExt, TryFutureExt};
use rocket::request::Request;

use crate::error::BoxError;
use crate::user::{AuthUser, Loading};

/// A function that finds a user by the request itself, for example by an API key or a bearer token
/// in its headers. It returns `None` if the request names no user, and an error if it cannot find
/// users now.
///
/// Every `async fn(&Request<'_>) -> Result<Option<U>, E>` is a request loader, for
/// [`LoginFairing::request_loader`](crate::LoginFairing::request_loader). It runs if the cookies of
/// a request name no user, at most once per request. Like a [`UserLoader`](crate::UserLoader) it
/// must not use a guard for the same type of users, and has to answer within
/// [`loader_timeout`](crate::Config::loader_timeout). If it fails or hangs, the request is answered
/// with 503. If it panics, with 500.
///
/// # Security
///
/// The key must be something that no browser sends by itself. A request with a key passes, even if
/// a page of another site sent it, since such a page cannot know the key. It need not know a key in
/// a cookie: a browser sends cookies along with every request. The same holds for the user and
/// password of `Authorization: Basic`, and for the certificate of a client. So a request from a
/// page of another site is refused before the function runs, if it has any cookie or such an
/// `Authorization`.
///
/// Keep keys as digests, and compare them in constant time. A random key of 32 bytes needs no slow
/// hash, since brute force cannot find it.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// use std::collections::HashMap;
/// use std::convert::Infallible;
/// use rocket::Request;
/// use rocket_login::LoginManager;
/// use sha2::{Digest, Sha256};
/// use subtle::ConstantTimeEq;
/// # use rocket_login::{AuthUser, User, Via};
/// # #[derive(Clone)] struct Account { id: i64 }
/// # impl AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { self.id }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// # async fn load_account(_: &Request<'_>, _: i64) -> Result<Option<Account>, Infallible> {
/// #     Ok(None)
/// # }
///
/// /// A token is found by its public part. Its secret part, kept as a digest, proves it.
/// struct ApiToken {
///     digest: [u8; 32],
///     account: Account,
/// }
///
/// type ApiTokens = HashMap<String, ApiToken>;
///
/// /// `Authorization: Bearer 7f3a.9c41…`, once.
/// fn bearer_token<'r>(request: &'r Request<'_>) -> Option<(&'r str, &'r str)> {
///     let mut values = request.headers().get("Authorization");
///     let (Some(value), None) = (values.next(), values.next()) else {
///         return None;
///     };
///     let (scheme, token) = value.split_once(' ')?;
///     scheme.eq_ignore_ascii_case("Bearer").then(|| token.split_once('.'))?
/// }
///
/// async fn by_token(request: &Request<'_>) -> Result<Option<Account>, Infallible> {
///     let Some((name, secret)) = bearer_token(request) else {
///         return Ok(None);
///     };
///     let tokens = request.rocket().state::<ApiTokens>();
///     let known = tokens.and_then(|tokens| tokens.get(name));
///     let digest = Sha256::digest(secret);
///     let good = known.filter(|known| known.digest[..].ct_eq(&digest[..]).into());
///     Ok(good.map(|known| known.account.clone()))
/// }
///
/// #[get("/report")]
/// fn report(user: User<Account>) -> String {
///     format!("for {}, via {:?}", user.id, user.via())
/// }
///
/// # fn rocket() -> rocket::Rocket<rocket::Build> {
/// let login = LoginManager::fairing(load_account).request_loader(by_token);
/// # let digest = Sha256::digest("9c41").into();
/// # let tokens = ApiTokens::from([("7f3a".into(), ApiToken { digest, account: Account { id: 7 } })]);
/// # let config = rocket_login::Config::new("/login", "a secret of at least thirty-two bytes");
/// # let login = login.config(config);
/// rocket::build()
/// #   .configure(rocket::Config { log_level: rocket::config::LogLevel::Off, ..Default::default() })
/// #   .manage(tokens)
///     .attach(login)
///     .mount("/", routes![report])
/// # }
/// # use rocket::http::Header;
/// # let client = rocket::local::blocking::Client::tracked(rocket()).unwrap();
/// # let ask = |token: &'static str| {
/// #     let header = Header::new("Authorization", token);
/// #     client.get("/report").header(header).dispatch().into_string().unwrap_or_default()
/// # };
/// # assert_eq!(ask("Bearer 7f3a.9c41"), "for 7, via Request");
/// # assert!(!ask("Bearer 7f3a.9c42").contains("for 7"));
/// # assert!(!ask("Bearer 7f3a").contains("for 7"));
/// # assert!(!ask("Basic 7f3a.9c41").contains("for 7"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not find users of type `{U}` by a request",
    note = "a request loader is an `async fn(&Request<'_>) -> Result<Option<User>, Error>`"
)]
pub trait RequestLoader<'r, U: AuthUser, E>: Send + Sync + 'static {
    /// The future that the function returns.
    type Future: Future<Output = Result<Option<U>, E>> + Send + 'r;

    /// Calls the function.
    fn load(&self, request: &'r Request<'r>) -> Self::Future;
}

impl<'r, F, Fut, U, E> RequestLoader<'r, U, E> for F
where
    F: Fn(&'r Request<'r>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Option<U>, E>> + Send + 'r,
    U: AuthUser,
{
    type Future = Fut;

    fn load(&self, request: &'r Request<'r>) -> Fut {
        self(request)
    }
}

/// A request loader of any type, with any error.
pub(crate) type ByRequest<U> = Arc<dyn for<'r> Fn(&'r Request<'r>) -> Loading<'r, U> + Send + Sync>;

pub(crate) fn by_request<U, L, E>(loader: L) -> ByRequest<U>
where
    U: AuthUser,
    L: for<'r> RequestLoader<'r, U, E>,
    E: Into<BoxError> + 'static,
{
    Arc::new(move |request| loader.load(request).err_into().boxed())
}
