//! The common part of all guards of a user.

use std::any::type_name;
use std::marker::PhantomData;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rocket::data::ByteUnit;
use rocket::outcome::Outcome;
use rocket::request::{self, Request};
use rocket::route::{self, Handler};
use rocket::tokio::io::{self, AsyncRead};
use rocket::tokio::time;
use rocket::{Data, Ignite, Phase, Rocket};

use crate::error::Reason;
use crate::lock::lock;
use crate::manager::LoginManager;
use crate::user::AuthUser;

/// A guard of a user, as handlers and groups of routes ask for it.
pub(crate) trait UserGuard: Sized {
    type User: AuthUser;

    /// Finds the user. A failure is left in the request, for the catcher.
    fn find(request: &Request<'_>) -> impl Future<Output = Result<Self, Reason>> + Send;
}

/// Implements Rocket's traits for a [`UserGuard`].
macro_rules! rocket_guard {
    ([$($generics:tt)*] $guard:ty) => {
        #[rocket::async_trait]
        impl<'r, $($generics)*> rocket::request::FromRequest<'r> for $guard {
            type Error = $crate::error::Reason;

            async fn from_request(
                request: &'r rocket::request::Request<'_>,
            ) -> rocket::request::Outcome<Self, Self::Error> {
                use $crate::guard::user_guard::{UserGuard, outcome};
                outcome(<Self as UserGuard>::find(request).await)
            }
        }

        impl<$($generics)*> rocket::Sentinel for $guard {
            fn abort(rocket: &rocket::Rocket<rocket::Ignite>) -> bool {
                use $crate::guard::user_guard::{UserGuard, is_unattached};
                is_unattached::<<Self as UserGuard>::User>(rocket)
            }
        }
    };
}

/// Implements `Deref`, `Serialize` and `Debug` for a guard that is a tuple around something.
/// A derived `Debug` would ask for it of the user.
macro_rules! transparent {
    ($guard:ident[$($generics:ident),*] => $inner:ty) => {
        impl<$($generics),*> std::ops::Deref for $guard<$($generics),*> {
            type Target = $inner;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<$($generics),*> serde::Serialize for $guard<$($generics),*>
        where
            $inner: serde::Serialize,
        {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(to)
            }
        }

        impl<$($generics),*> std::fmt::Debug for $guard<$($generics),*> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(std::any::type_name::<Self>())
                    .field(&self.0)
                    .finish()
            }
        }
    };
}

pub(super) use {rocket_guard, transparent};

/// Fails with the status of the reason.
pub(crate) fn outcome<T>(found: Result<T, Reason>) -> request::Outcome<T, Reason> {
    match found {
        Ok(guard) => Outcome::Success(guard),
        Err(reason) => Outcome::Error((reason.status(), reason)),
    }
}

/// The time within which missing fairings are told once.
const MOMENT: Duration = Duration::from_secs(1);

/// The most that is read of the body of a refused request.
const DRAINED: ByteUnit = ByteUnit::Mebibyte(16);

/// The longest time that is spent on it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Puts a handler behind the guard `G`.
pub(crate) fn guarded<G: UserGuard + 'static>(handler: Box<dyn Handler>) -> Box<dyn Handler> {
    let guard = PhantomData::<fn() -> G>;
    Box::new(Guarded { handler, guard })
}

struct Guarded<G> {
    handler: Box<dyn Handler>,
    guard: PhantomData<fn() -> G>,
}

impl<G> Clone for Guarded<G> {
    fn clone(&self) -> Self {
        Self {
            handler: self.handler.clone(),
            ..*self
        }
    }
}

#[rocket::async_trait]
impl<G: UserGuard + 'static> Handler for Guarded<G> {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> route::Outcome<'r> {
        match check::<G>(request).await {
            Ok(()) => self.handler.handle(request, data).await,
            Err(reason) => refuse(data, reason).await,
        }
    }
}

/// Reads the body of a request, and refuses the request.
pub(super) async fn refuse<'r>(data: Data<'r>, reason: Reason) -> route::Outcome<'r> {
    discard(data.open(DRAINED), PATIENCE).await;
    route::Outcome::error(reason.status())
}

/// Reads the body of a refused request. A browser reads no response before it has sent a
/// form: without this it would show that the connection was reset.
async fn discard(mut body: impl AsyncRead + Unpin, patience: Duration) {
    let mut sink = io::sink();
    // However it ends, the response is the same.
    let _ = time::timeout(patience, io::copy(&mut body, &mut sink)).await;
}

async fn check<G: UserGuard>(request: &Request<'_>) -> Result<(), Reason> {
    let exempt = &manager::<G::User>(request)?.realm.settings.exempt_methods;
    if exempt.contains(&request.method()) {
        return Ok(());
    }
    G::find(request).await.map(drop)
}

/// Returns the login manager of a type of users.
pub(super) fn manager<'r, U: AuthUser>(
    request: &'r Request<'_>,
) -> Result<&'r LoginManager<U>, Reason> {
    managed(request.rocket(), name::<U>)
}

/// Returns managed state, or logs how to get it there: no sentinel sees a guard inside of
/// another one. All guards of a launch ask within a moment, and one line is enough for them.
pub(super) fn managed<T, P: Phase>(rocket: &Rocket<P>, name: fn() -> String) -> Result<&T, Reason>
where
    T: Send + Sync + 'static,
{
    static TOLD: Mutex<Option<Instant>> = Mutex::new(None);
    rocket.state().ok_or_else(|| {
        let last = lock(&TOLD).replace(Instant::now());
        if last.is_none_or(|last| last.elapsed() >= MOMENT) {
            rocket::error!("A guard needs `{}`, which is not there.", name());
            rocket::error_!("Attach it: `rocket.attach(LoginManager::fairing(load))`, where");
            rocket::error_!("`load` is the function that loads a user by id.");
        }
        Reason::NotAttached
    })
}

/// Names a login manager without the path of its module, which is private.
fn name<U>() -> String {
    format!("LoginManager<{}>", type_name::<U>())
}

/// Returns whether a launch with a guard of these users has to be aborted.
pub(crate) fn is_unattached<U: AuthUser>(rocket: &Rocket<Ignite>) -> bool {
    managed::<LoginManager<U>, _>(rocket, name::<U>).is_err()
}

#[cfg(test)]
mod tests {
    use rocket::tokio::io::{AsyncWriteExt, duplex};

    use super::*;

    #[test]
    fn a_slow_body_is_waited_for_only_so_long() {
        rocket::async_test(async {
            let (mut sender, mut body) = duplex(16);
            sender.write_all(b"a=1").await.unwrap();
            // The sender stays: the body has no end.
            discard(&mut body, Duration::from_millis(20)).await;
            sender.write_all(b"&b=2").await.unwrap();
        });
    }
}
