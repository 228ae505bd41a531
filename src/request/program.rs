//! The road from a request without a good cookie to a user: programs, which have a key.
//!
//! All of it is boxed where it is called: most requests have a session.

use std::sync::Arc;

use crate::error::{LoginError, LoginErrorKind, Reason};
use crate::event::Event;
use crate::request::callback::answered;
use crate::request::change::user_key;
use crate::request::facts;
use crate::request::resolve::resolve;
use crate::request::state::{Active, By, Changes, Known, Resolution};
use crate::request::visit::Visit;
use crate::session::UserKey;
use crate::user::{AuthUser, ByRequest};

/// Whether cookies have brought nobody, and that is certain.
pub(super) fn is_nobody(reason: Reason) -> bool {
    matches!(reason, Reason::NotLoggedIn | Reason::Inactive)
}

impl<U: AuthUser> Visit<'_, U> {
    /// Who is known by the request itself; if there is nobody, why cookies brought nobody.
    pub(super) async fn by_request(
        &self,
        ask: &ByRequest<U>,
        nobody: Reason,
        changes: &mut Changes,
    ) -> Resolution<U> {
        let (user, key) = self.found(ask).await?.ok_or(nobody)?;
        let id = (&key).into();
        if !user.is_active() {
            changes.events.push(Event::LoginRefused { user: id });
            return Err(Reason::Inactive);
        }
        changes.events.push(Event::FoundByKey { user: id });
        Ok(Active {
            user,
            by: By::Request {
                user: key,
                at: self.now,
            },
            // A key proves that somebody has the key.
            fresh: false,
            #[cfg(feature = "ws")]
            changes: self.changes,
        })
    }

    /// A page of another site has sent the request. What browsers add by themselves proves
    /// nothing then, and what is beside it neither: of both the one would count, and the
    /// page could know which.
    pub(super) async fn sent_from_elsewhere(
        &self,
        known: Option<&Known>,
        changes: &mut Changes,
    ) -> Resolution<U> {
        if let Some(ask) = &self.manager.by_request
            && known.is_none()
            && self.has_nothing_of_a_browser()
        {
            match self.by_request(ask, Reason::NotLoggedIn, changes).await {
                Err(nobody) if is_nobody(nobody) => {}
                found => return found,
            }
        }
        Err(self.refuse_sender())
    }

    /// Whether the request has nothing with it that browsers add by themselves.
    pub(super) fn has_nothing_of_a_browser(&self) -> bool {
        !self.head.brings_cookies(self.request) && !facts::brings_password(self.request)
    }

    /// Whether a logout would end anything: the key of a program it would not.
    pub(super) async fn has_something_to_end(&self) -> Result<(), LoginError> {
        if self.manager.by_request.is_none() || self.holds_cookies() {
            return Ok(());
        }
        match Box::pin(resolve(self.manager, self.request)).await {
            Ok(active) => match active.by {
                By::Request { .. } => Err(LoginError::new(LoginErrorKind::NoSession)),
                _ => Ok(()),
            },
            Err(Reason::Unavailable) => Err(Reason::Unavailable.into()),
            Err(_) => Ok(()),
        }
    }

    /// The user of a socket, if the request that opened it would find the same one again.
    #[cfg(feature = "ws")]
    pub(super) async fn found_again(&self, user: &UserKey) -> Result<Option<Arc<U>>, Reason> {
        let Some(ask) = &self.manager.by_request else {
            return Ok(None);
        };
        let found = self.found(ask).await?;
        Ok(found.filter(|(_, key)| key == user).map(|(user, _)| user))
    }

    async fn found(&self, ask: &ByRequest<U>) -> Result<Option<(Arc<U>, UserKey)>, Reason> {
        let found = self.wait_for(ask(self.request)).await;
        let Some(user) = answered("The request loader", found)? else {
            return Ok(None);
        };
        match user_key(&user) {
            Ok(key) => Ok(Some((Arc::new(user), key))),
            Err(error) => {
                rocket::error!("The request loader has found a user without an id: {error}.");
                Err(Reason::Unavailable)
            }
        }
    }
}
