//! What is said in code about the application before this one.

use std::sync::Arc;

use crate::fairing::LoginFairing;
use crate::user::AuthUser;

impl<U: AuthUser> LoginFairing<U> {
    /// How the id in a token or session of Flask-Login or Starlette-Login, which is a text,
    /// becomes an id of this application; `None` if it is nobody's.
    ///
    /// Not needed where ids are whole numbers or texts in both. Without it, other ids abort
    /// the launch as soon as a `legacy_…` setting is there.
    ///
    /// # Security
    ///
    /// Their key has signed the text, and perhaps others for other purposes: what is no id
    /// has to be `None`.
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

    /// The text that an id of this application was in the one before, for
    /// `legacy_remember_tokens = "write"`.
    ///
    /// Not needed where ids are whole numbers or texts in both. Where the text would not
    /// become the same id again, the browser gets a token of ours, which the application
    /// before does not read.
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
