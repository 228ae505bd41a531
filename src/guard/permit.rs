//! The guard that asks a policy.

use std::any::{TypeId, type_name};
use std::marker::PhantomData;
use std::pin::pin;

use rocket::request::Request;

use crate::error::Reason;
use crate::event::Event;
use crate::guard::User;
use crate::guard::user::{guard_for, logged_in};
use crate::guard::user_guard::{UserGuard, rocket_guard, transparent};
use crate::policy::Policy;
use crate::realm::Realm;
use crate::request::{Refusal, answered};
use crate::user::AuthUser;

/// A request guard: a logged-in user, if a [`Policy`] permits the request.
///
/// It dereferences to [`User`], and so to the user. It shares the load of the user with
/// all other guards of the request. A [`FreshUser`](crate::FreshUser) beside it asks for a
/// fresh login as well.
///
/// # Outcome
///
/// Succeeds if a user is logged in and the policy says yes. Fails as [`User`] does, and
/// besides
///
/// * with 403 if the policy says no, for people and programs alike. The response never
///   redirects to the login page: the user is logged in,
/// * with 503 if the policy fails, or does not answer within
///   [`loader_timeout`](crate::Config::loader_timeout). A failure is not a "no".
///
/// The 403 has a plain page, or `{"error":"not_permitted", …}` for programs. A catcher of
/// the application for 403 at `/` comes first, and so does its default catcher.
/// [`Challenge::of`](crate::Challenge::of) tells such a catcher the reason,
/// [`Reason::NotPermitted`], and is also a responder.
///
/// A handshake is no exception. The guard stands beside `WsUser`, which ends the socket with
/// the session.
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
/// /// A page of the application's own, for every 403.
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
pub struct Permit<P, U>(User<U>, PhantomData<fn() -> P>);

impl<P, U> Permit<P, U> {
    /// Returns the user without the permission.
    ///
    /// ```rust
    /// # use rocket_login::{Permit, User};
    /// fn forget_permission<P, U>(permit: Permit<P, U>) -> User<U> {
    ///     permit.into_user()
    /// }
    /// ```
    pub fn into_user(self) -> User<U> {
        self.0
    }
}

impl<P, U> Clone for Permit<P, U> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<P: Policy<U>, U: AuthUser> UserGuard for Permit<P, U> {
    type User = U;

    async fn find(request: &Request<'_>) -> Result<Self, Reason> {
        let (manager, found) = logged_in::<U>(request).await?;
        let realm = &manager.realm;
        let reason = match allows::<P, U>(realm, &found.user, request).await {
            Ok(true) => return Ok(Self(guard_for(&found), PhantomData)),
            Ok(false) => {
                let (user, policy) = (found.by.user().into(), type_name::<P>());
                realm.tell(&Event::NotPermitted { user, policy }, request);
                Reason::NotPermitted
            }
            Err(reason) => reason,
        };
        Refusal::leave(request, realm, reason, Some(&found.by));
        Err(reason)
    }
}

rocket_guard!([P: Policy<U>, U: AuthUser] Permit<P, U>);
transparent!(Permit[P, U] => User<U>);

rocket::tokio::task_local! {
    /// The policies that are being asked. Each of them waits for the next one.
    static ASKED: Vec<TypeId>;
}

/// Asks the policy, for no longer than `loader_timeout`.
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

    // The guards inside of a policy leave refusals. These are not this guard's.
    let left = Refusal::so_far(request);
    let policy = P::default();
    let answer = pin!(policy.allow(user, request));
    let answer = ASKED.scope(asked, realm.in_time(answer)).await;
    Refusal::go_back(request, left);
    let answer = answer.map(|answer| answer.map_err(Into::into));
    answered(format_args!("The policy `{}`", type_name::<P>()), answer)
}
