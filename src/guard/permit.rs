//! Somebody who is logged in, and may do what they are about to do.

use std::any::{TypeId, type_name};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::pin;

use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};
use rocket::{Ignite, Rocket, Sentinel};

use crate::error::Reason;
use crate::event::Event;
use crate::guard::user::{guard_for, required_active};
use crate::guard::{self, User};
use crate::policy::Policy;
use crate::realm::Realm;
use crate::request::{Authenticated, Refusal, answered};
use crate::user::AuthUser;

/// A request guard: a user who is logged in, and whom a [`Policy`] permits what is
/// requested.
///
/// It dereferences to [`User`], and so to the user. It shares the load of the user with
/// all other guards of the request; a [`FreshUser`](crate::FreshUser) beside it asks for a
/// fresh login as well.
///
/// # Outcome
///
/// Succeeds if somebody is logged in and the policy says yes. Fails as [`User`] does, and
/// besides
///
/// * with 403 if the policy says no, for people and programs alike: whoever is logged in
///   already is never sent to the login page,
/// * with 503 if the policy fails, or does not answer within
///   [`loader_timeout`](crate::Config::loader_timeout): that is no "no".
///
/// The 403 has a plain page, or for programs `{"error":"not_permitted", …}`, unless the
/// application has a catcher for 403, or a default one, at `/`. There
/// [`Challenge::of`](crate::Challenge::of) knows the reason,
/// [`Reason::NotPermitted`], and is that answer, if it is wanted.
///
/// A handshake is no different: the guard stands beside
/// `WsUser`, which ends the socket with the session.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// # use std::convert::Infallible;
/// # use rocket::Request;
/// # struct Account { name: String, is_admin: bool }
/// # impl rocket_login::AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// # #[derive(Default)] struct Admin;
/// # impl rocket_login::Policy<Account> for Admin {
/// #     type Error = Infallible;
/// #     async fn allow(&self, user: &Account, _: &Request<'_>) -> Result<bool, Infallible> {
/// #         Ok(user.is_admin)
/// #     }
/// # }
/// use rocket_login::{Challenge, FreshUser, Permit};
///
/// #[get("/admin")]
/// fn admin(user: Permit<Admin, Account>) -> String {
///     format!("Hello, {}", user.name)
/// }
///
/// #[post("/admin/wipe")]
/// fn wipe(user: Permit<Admin, Account>, _fresh: FreshUser<Account>) -> String {
///     format!("All gone, {}", user.name)
/// }
///
/// /// A page of one's own; for all other reasons and handlers too.
/// #[catch(403)]
/// fn forbidden(request: &Request<'_>) -> String {
///     match Challenge::of(request) {
///         Some(challenge) => format!("Sorry: {}.", challenge.reason()),
///         None => "Sorry.".into(),
///     }
/// }
/// ```
#[doc(alias = "permission_required")]
#[doc(alias = "admin_only")]
pub struct Permit<P, U> {
    user: User<U>,
    policy: PhantomData<fn() -> P>,
}

impl<P, U> Permit<P, U> {
    /// The user without the permission.
    ///
    /// ```rust
    /// # use rocket_login::{Permit, User};
    /// fn forget_permission<P, U>(permit: Permit<P, U>) -> User<U> {
    ///     permit.into_user()
    /// }
    /// ```
    pub fn into_user(self) -> User<U> {
        self.user
    }
}

impl<P, U> Deref for Permit<P, U> {
    type Target = User<U>;

    fn deref(&self) -> &User<U> {
        &self.user
    }
}

impl<P, U> Clone for Permit<P, U> {
    fn clone(&self) -> Self {
        Self {
            user: self.user.clone(),
            policy: PhantomData,
        }
    }
}

impl<P, U> fmt::Debug for Permit<P, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("user", &self.user)
            .field("policy", &type_name::<P>())
            .finish()
    }
}

#[rocket::async_trait]
impl<'r, P: Policy<U>, U: AuthUser> FromRequest<'r> for Permit<P, U> {
    type Error = Reason;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Reason> {
        match permitted::<P, U>(request).await {
            Ok(user) => Outcome::Success(Self {
                user,
                policy: PhantomData,
            }),
            Err(reason) => Outcome::Error((reason.status(), reason)),
        }
    }
}

impl<P, U: AuthUser> Sentinel for Permit<P, U> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        guard::is_unattached::<U>(rocket)
    }
}

/// The user, or a reason that is also left for the catcher.
pub(super) async fn permitted<P: Policy<U>, U: AuthUser>(
    request: &Request<'_>,
) -> Result<User<U>, Reason> {
    let (manager, active) = required_active::<U>(request).await?;
    let (realm, by) = (&manager.realm, Some(&active.by));
    let reason = match allows::<P, U>(realm, &active.user, request).await {
        Ok(true) => return Ok(guard_for(&active)),
        Ok(false) => refuse::<P, U>(realm, &active, request),
        Err(reason) => reason,
    };
    Refusal::leave(request, realm, reason, by);
    Err(reason)
}

rocket::tokio::task_local! {
    /// The policies of which each waits for the next.
    static ASKED: Vec<TypeId>;
}

async fn allows<P: Policy<U>, U: AuthUser>(
    realm: &Realm,
    user: &U,
    request: &Request<'_>,
) -> Result<bool, Reason> {
    let this = TypeId::of::<(P, U)>();
    let mut asked = ASKED.try_with(Clone::clone).unwrap_or_default();
    if asked.contains(&this) {
        rocket::error!("The policy `{}` waits for itself.", type_name::<P>());
        rocket::error_!("It must not use a `Permit` of itself, nor one that does.");
        return Err(Reason::Unavailable);
    }
    asked.push(this);

    let left = Refusal::so_far(request);
    let policy = P::default();
    let answer = pin!(policy.allow(user, request));
    let answer = ASKED.scope(asked, realm.in_time(answer)).await;
    // What its own guards came to is the policy's to say.
    Refusal::go_back(request, left);
    let answer = answer.map(|answer| answer.map_err(Into::into));
    answered(format_args!("The policy `{}`", type_name::<P>()), answer)
}

fn refuse<P, U: AuthUser>(
    realm: &Realm,
    active: &Authenticated<U>,
    request: &Request<'_>,
) -> Reason {
    let refused = Event::NotPermitted {
        user: active.by.user().into(),
        policy: type_name::<P>(),
    };
    realm.tell(&refused, request);
    Reason::NotPermitted
}
