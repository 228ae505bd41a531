//! User ids of the application before this one.

use std::sync::Arc;

use crate::fairing::LoginFairing;
use crate::user::AuthUser;

impl<U: AuthUser> LoginFairing<U> {
    /// Converts the id in a token or session of Flask-Login or Starlette-Login, which is a
    /// text, into an id of this application; `None` if no user has it.
    ///
    /// Not needed where ids are whole numbers or texts in both applications. Otherwise the
    /// launch is aborted without it, once a `legacy_…` setting is there.
    ///
    /// # Security
    ///
    /// The key of the application before has signed the text, and perhaps other texts for
    /// other purposes. Return `None` for every text that is no id.
    ///
    /// # Example
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # type Uuid = u128;
    /// # fn with_ids<U: AuthUser<Id = Uuid>>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing.legacy_id(|text| text.parse().ok())
    /// # }
    /// ```
    #[doc(alias = "id_attribute")]
    pub fn legacy_id<F>(mut self, read: F) -> Self
    where
        F: Fn(&str) -> Option<U::Id> + Send + Sync + 'static,
    {
        self.legacy_ids.read = Some(Arc::new(read));
        self
    }

    /// Converts an id of this application into the text that the application before used,
    /// for `legacy_remember_tokens = "write"`.
    ///
    /// Not needed where ids are whole numbers or texts in both applications. If the text does
    /// not convert back into the same id, the browser gets a token of this crate. The
    /// application before does not read that one.
    ///
    /// # Example
    ///
    /// ```rust
    /// # use rocket_login::{AuthUser, LoginFairing};
    /// # type Uuid = u128;
    /// # fn with_ids<U: AuthUser<Id = Uuid>>(fairing: LoginFairing<U>) -> LoginFairing<U> {
    /// fairing
    ///     .legacy_id(|text| text.parse().ok())
    ///     .legacy_text(|id| id.to_string())
    /// # }
    /// ```
    pub fn legacy_text<F>(mut self, write: F) -> Self
    where
        F: Fn(&U::Id) -> String + Send + Sync + 'static,
    {
        self.legacy_ids.write = Some(Arc::new(write));
        self
    }
}
