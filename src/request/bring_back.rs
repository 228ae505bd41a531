//! The road from a remember token to a new session, where there is a store.

use crate::error::Reason;
use crate::event::{Event, Refused, TokenKind};
use crate::request::state::{Change, Changes};
use crate::request::stored::unavailable;
use crate::request::visit::Visit;
use crate::rules::foreign::Sender;
use crate::session::{RememberToken, Session, StoreKey};
use crate::stored::{Return, Returned, Stored};
use crate::user::AuthUser;

/// A remember token that has brought a browser back.
pub(super) struct Found<'a> {
    pub(super) token: &'a RememberToken,
    /// Which key vouched for it.
    pub(super) key: usize,
    /// Whether the browser holds a newer session by now.
    pub(super) is_alone: bool,
    /// Whether the session is that one.
    pub(super) is_newer: bool,
}

impl<U: AuthUser> Visit<'_, U> {
    /// Goes on with `session`, or with what another request of the same browser has
    /// made of the token.
    pub(super) async fn bring_back(
        &self,
        stored: &Stored<'_>,
        session: Session,
        found: &Found<'_>,
        changes: &mut Changes,
    ) -> Result<Session, Reason> {
        let (token, client) = (found.token, &self.client());
        // Whoever is about to be refused, or holds a newer session, must not lose the
        // token for it: there would be no answer with another one.
        let is_served_alone = found.is_alone || self.is_unsaid();
        let returned = match is_served_alone {
            true => stored.look_at(token, client).await,
            false => {
                let come = Return {
                    token,
                    keys: self.manager.kind.keys.set(found.key),
                    client,
                    session: session.clone(),
                };
                stored.bring_back(&come).await
            }
        };
        match returned.map_err(unavailable)? {
            Returned::With(session, newer) => {
                self.note_restored(&session, token.id);
                self.set_restored(&session, token.id, changes)?;
                changes.remember = self.set_remember(&newer).map_err(unavailable)?;
                Ok(*session)
            }
            Returned::Already => self.serve_alone(stored, session, found, changes).await,
            Returned::Ended => {
                changes.note_refusal(TokenKind::Remember, Refused::Ended);
                changes.remember = Change::Remove(Some(token.id));
                Err(Reason::NotLoggedIn)
            }
            Returned::Stolen => {
                let user = (&token.user).into();
                changes.events.push(Event::TokenStolen { user });
                changes.remember = Change::Remove(None);
                Err(Reason::NotLoggedIn)
            }
        }
    }

    /// The session serves this request alone, or the socket that it opens: the cookies
    /// are another answer's to write.
    async fn serve_alone(
        &self,
        stored: &Stored<'_>,
        session: Session,
        found: &Found<'_>,
        changes: &mut Changes,
    ) -> Result<Session, Reason> {
        let series = found.token.id;
        self.note_restored(&session, series);
        changes.session = Change::Keep;
        changes.remember = Change::Keep;
        let opens_socket = self.head.wants_socket && !self.is_unsaid();
        if opens_socket && !found.is_newer {
            let series = Some(StoreKey::of_id(series));
            let begun = stored.begin(&session, &self.client(), series, None).await;
            begun.map_err(unavailable)?;
        }
        Ok(session)
    }

    /// Whether the page is to be known from which a socket is opened, and is not.
    pub(super) fn is_unsaid(&self) -> bool {
        matches!(self.own_sender(), Ok(Sender::Unsaid))
    }
}
