//! Policies that are made of other policies.

use rocket::request::Request;

use crate::error::BoxError;
use crate::policy::Policy;
use crate::user::AuthUser;

/// A policy that permits what all of these permit.
///
/// The policies are asked in the order in which they are written. The first that refuses or fails
/// decides, and the rest are not asked. So a failure is never a no. Write a cheap policy first.
///
/// # Example
///
/// ```rust
/// # #[macro_use] extern crate rocket;
/// # use std::convert::Infallible;
/// # use rocket::Request;
/// # use rocket_login::{AuthUser, Policy};
/// # struct Account;
/// # impl AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// # #[derive(Default)] struct Editor;
/// # impl Policy<Account> for Editor {
/// #     type Error = Infallible;
/// #     async fn allow(&self, _: &Account, _: &Request<'_>) -> Result<bool, Infallible> { Ok(true) }
/// # }
/// # #[derive(Default)] struct Trained;
/// # impl Policy<Account> for Trained {
/// #     type Error = Infallible;
/// #     async fn allow(&self, _: &Account, _: &Request<'_>) -> Result<bool, Infallible> { Ok(true) }
/// # }
/// use rocket_login::{AllOf, Permit};
///
/// type Publisher = AllOf<(Editor, Trained)>;
///
/// #[post("/publish")]
/// fn publish(user: Permit<Publisher, Account>) {}
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct AllOf<P>(P);

/// A policy that permits what one of these permits.
///
/// The policies are asked in the order in which they are written. The first that permits or fails
/// decides, and the rest are not asked. So a failure is never a no, even if a later policy would
/// permit.
///
/// # Example
///
/// ```rust
/// # use std::convert::Infallible;
/// # use rocket::Request;
/// # use rocket_login::{AuthUser, Permit, Policy};
/// # struct Account;
/// # impl AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// # #[derive(Default)] struct Admin;
/// # impl Policy<Account> for Admin {
/// #     type Error = Infallible;
/// #     async fn allow(&self, _: &Account, _: &Request<'_>) -> Result<bool, Infallible> { Ok(true) }
/// # }
/// # #[derive(Default)] struct Owner;
/// # impl Policy<Account> for Owner {
/// #     type Error = Infallible;
/// #     async fn allow(&self, _: &Account, _: &Request<'_>) -> Result<bool, Infallible> { Ok(true) }
/// # }
/// use rocket_login::AnyOf;
///
/// type MayDelete = AnyOf<(Admin, Owner)>;
/// # fn is_one<P: Policy<Account>>() {}
/// # is_one::<MayDelete>();
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct AnyOf<P>(P);

/// A policy that permits what another policy refuses.
///
/// If the other policy fails, so does this one.
///
/// # Example
///
/// ```rust
/// # use std::convert::Infallible;
/// # use rocket::Request;
/// # use rocket_login::{AuthUser, Permit, Policy};
/// # struct Account;
/// # impl AuthUser for Account {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 1 }
/// #     fn session_auth_hash(&self) -> std::borrow::Cow<'_, [u8]> { [][..].into() }
/// # }
/// # #[derive(Default)] struct Editor;
/// # impl Policy<Account> for Editor {
/// #     type Error = Infallible;
/// #     async fn allow(&self, _: &Account, _: &Request<'_>) -> Result<bool, Infallible> { Ok(true) }
/// # }
/// # #[derive(Default)] struct Suspended;
/// # impl Policy<Account> for Suspended {
/// #     type Error = Infallible;
/// #     async fn allow(&self, _: &Account, _: &Request<'_>) -> Result<bool, Infallible> { Ok(true) }
/// # }
/// use rocket_login::{AllOf, Not};
///
/// type MayComment = AllOf<(Editor, Not<Suspended>)>;
/// # fn is_one<P: Policy<Account>>() {}
/// # is_one::<MayComment>();
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Not<P>(P);

impl<U: AuthUser, P: Policy<U>> Policy<U> for Not<P> {
    type Error = P::Error;

    async fn allow(&self, user: &U, request: &Request<'_>) -> Result<bool, P::Error> {
        Ok(!self.0.allow(user, request).await?)
    }
}

macro_rules! compose {
    ($($policy:ident $at:tt),+) => {
        impl<U: AuthUser, $($policy: Policy<U>),+> Policy<U> for AllOf<($($policy,)+)> {
            type Error = BoxError;

            async fn allow(&self, user: &U, request: &Request<'_>) -> Result<bool, BoxError> {
                $(if !self.0.$at.allow(user, request).await.map_err(Into::into)? {
                    return Ok(false);
                })+
                Ok(true)
            }
        }

        impl<U: AuthUser, $($policy: Policy<U>),+> Policy<U> for AnyOf<($($policy,)+)> {
            type Error = BoxError;

            async fn allow(&self, user: &U, request: &Request<'_>) -> Result<bool, BoxError> {
                $(if self.0.$at.allow(user, request).await.map_err(Into::into)? {
                    return Ok(true);
                })+
                Ok(false)
            }
        }
    };
}

// `AllOf<()>` would permit everything, and a tuple of one is that policy itself. For more than six
// policies, nest tuples.
compose!(A 0, B 1);
compose!(A 0, B 1, C 2);
compose!(A 0, B 1, C 2, D 3);
compose!(A 0, B 1, C 2, D 3, E 4);
compose!(A 0, B 1, C 2, D 3, E 4, F 5);
