//! Calls of the application's loaders, and the reasons for 503: a loader or store that
//! fails, or a loader that takes too long.

use std::fmt::Display;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use rocket::tokio::sync::MutexGuard as Gate;

use crate::error::{BoxError, LoginError, LoginErrorKind, Reason};
use crate::event::Refused;
use crate::request::context::Visit;
use crate::session::{Digest, EncodedId, SessionEnd};
use crate::token::Keyring;
use crate::user::AuthUser;

/// How long a loader may keep its thread before a developer is told.
const BLOCKED: Duration = Duration::from_secs(1);

rocket::tokio::task_local! {
    /// The logins whose users are being loaded, the innermost first. A loader may ask for
    /// users of another realm. Deeper circles end by `loader_timeout`.
    static LOADING: [usize; 3];
}

/// Returns whether a loader is running.
pub(super) fn is_loading() -> bool {
    LOADING.try_with(|_| ()).is_ok()
}

/// Waits for the turn of this request's guard or handler: one at a time authenticates the
/// request or changes its login. Fails inside the loader that another one waits for.
pub(super) async fn enter<'r, U: AuthUser>(visit: &Visit<'r, U>) -> Result<Gate<'r, ()>, Reason> {
    if LOADING.try_with(|logins| logins.contains(&address(visit))) == Ok(true) {
        rocket::error!("A loader waits for the very user it is to load.");
        rocket::error_!("It must not use guards of its own realm of users, nor `Auth`.");
        return Err(Reason::Unavailable);
    }
    Ok(visit.login.enter().await)
}

/// Waits for the turn to change the login. Fails after the response.
pub(super) async fn enter_to_change<'r, U: AuthUser>(
    visit: &Visit<'r, U>,
) -> Result<Gate<'r, ()>, LoginError> {
    let gate = enter(visit).await?;
    visit.login.check_unsealed()?;
    Ok(gate)
}

/// Loads a user.
pub(super) async fn user<U: AuthUser>(
    visit: &Visit<'_, U>,
    user: &EncodedId,
) -> Result<Option<Arc<U>>, Reason> {
    let id = user.decode().ok_or(Reason::NotLoggedIn)?;
    let loading = (visit.manager.loader)(visit.cx.request, id);
    let loaded = answer_in_time(visit, loading).await;
    answered("The user loader", loaded).map(|user| user.map(Arc::new))
}

/// Asks the request loader, if there is one.
pub(super) async fn by_request<U: AuthUser>(
    visit: &Visit<'_, U>,
) -> Result<Option<(Arc<U>, EncodedId)>, Reason> {
    let Some(ask) = &visit.manager.by_request else {
        return Ok(None);
    };
    let loaded = answer_in_time(visit, ask(visit.cx.request)).await;
    let Some(user) = answered("The request loader", loaded)? else {
        return Ok(None);
    };
    let key = encoded_id(&user).map_err(|error| {
        rocket::error!("The request loader has found a user without an id: {error}.");
        Reason::Unavailable
    })?;
    Ok(Some((Arc::new(user), key)))
}

/// Waits for the answer of a loader, until `loader_timeout`.
fn answer_in_time<U: AuthUser, F: Future + Unpin>(
    visit: &Visit<'_, U>,
    loading: F,
) -> impl Future<Output = Option<F::Output>> {
    let [first, second, _] = LOADING.try_with(|logins| *logins).unwrap_or_default();
    let logins = [address(visit), first, second];
    LOADING.scope(logins, visit.cx.realm.in_time(watched(loading)))
}

/// Tells once of a loader that blocks its thread, in builds for development.
fn watched<F: Future + Unpin>(mut loading: F) -> impl Future<Output = F::Output> + Unpin {
    static TOLD: Once = Once::new();
    poll_fn(move |context| {
        let start = cfg!(debug_assertions).then(Instant::now);
        let polled = Pin::new(&mut loading).poll(context);
        if start.is_some_and(|start| start.elapsed() > BLOCKED) {
            TOLD.call_once(|| {
                rocket::warn!("A loader has blocked its thread for more than a second.");
                rocket::warn_!("No other request of that thread is answered meanwhile: load by");
                rocket::warn_!("`.await`, or inside of `rocket::tokio::task::spawn_blocking`.");
            });
        }
        polled
    })
}

/// Names the login of this request while its user is being loaded.
fn address<U: AuthUser>(visit: &Visit<'_, U>) -> usize {
    std::ptr::from_ref(visit.login).addr()
}

/// Returns the answer of a loader or a policy. Logs a failure, and a wait that was given up.
pub(crate) fn answered<T>(
    name: impl Display,
    answer: Option<Result<T, BoxError>>,
) -> Result<T, Reason> {
    let why = match answer {
        Some(Ok(answer)) => return Ok(answer),
        Some(Err(error)) => error.to_string(),
        None => "It did not answer within `loader_timeout`, and was given up.".into(),
    };
    rocket::error!("{name} failed: the request gets a 503.");
    rocket::error_!("{}", why.escape_debug());
    let lower = why.to_lowercase();
    if ["timed out", "timeout"]
        .iter()
        .any(|word| lower.contains(word))
    {
        rocket::error_!("Does it wait for a database connection that its own request holds?");
        rocket::error_!("A route takes `user: User<_>` before guards that hold connections.");
    }
    Err(Reason::Unavailable)
}

/// Logs an error of the store, for which the request gets a 503.
pub(super) fn unavailable(error: LoginError) -> Reason {
    rocket::error!("A session could not be read or written: {error}.");
    if let Some(source) = std::error::Error::source(&error) {
        rocket::error_!("{}", source.to_string().escape_debug());
    }
    Reason::Unavailable
}

/// Returns the id of a user, who can be found by it again.
pub(super) fn encoded_id<U: AuthUser>(user: &U) -> Result<EncodedId, LoginError> {
    EncodedId::exact(&user.id()).map_err(|error| LoginError::caused(LoginErrorKind::UserId, error))
}

/// Judges a session by its user: the user is there, has the same auth hash, and is active
/// unless the login was forced. Otherwise the session is suspended. A user whose auth hash
/// has changed is returned with the reason.
pub(super) fn judge<U: AuthUser>(
    keys: &Keyring,
    auth_hash: &Digest,
    is_forced: bool,
    user: Option<Arc<U>>,
) -> Result<Arc<U>, (Refused, Option<Arc<U>>)> {
    let why = match user {
        None => Refused::UserGone,
        Some(user) if !keys.is_auth_hash(auth_hash, &user.session_auth_hash()) => {
            return Err((Refused::AuthHashChanged, Some(user)));
        }
        Some(user) if user.is_active() || is_forced => return Ok(user),
        Some(_) => Refused::Inactive,
    };
    Err((why, None))
}

impl From<Refused> for Reason {
    fn from(why: Refused) -> Self {
        match why {
            Refused::Inactive => Self::Inactive,
            _ => Self::NotLoggedIn,
        }
    }
}

impl From<Refused> for SessionEnd {
    fn from(why: Refused) -> Self {
        match why {
            Refused::UserGone => Self::UserGone,
            Refused::Inactive => Self::Inactive,
            _ => Self::AuthHashChanged,
        }
    }
}
