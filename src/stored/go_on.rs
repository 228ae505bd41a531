//! How sessions in a store go on under another id, or may.

use crate::error::LoginError;
use crate::session::{GoOn, Session, Signal};
use crate::store::{Client, Row, State, StoreKey};
use crate::stored::change::Step;
use crate::stored::{Changed, Stored, broken};

/// The remember tokens of a session that goes on under another id.
pub(crate) enum Tokens {
    /// They stay what they are.
    Stay,
    /// Its user's auth hash is another one, and so are they.
    Are(Option<StoreKey>),
}

impl Stored<'_> {
    /// Lets a session go on under another id, if nobody else has done so and it
    /// has not ended. With a new auth hash it does even if somebody was faster.
    pub(crate) async fn rotate(
        &self,
        old: &Session,
        new: &Session,
        client: &Client,
        tokens: Tokens,
    ) -> Result<GoOn, LoginError> {
        let is_renewal = matches!(tokens, Tokens::Are(_));
        let series = match tokens {
            Tokens::Are(series) => series,
            Tokens::Stay => self.of_token(old).await?.and_then(|kept| kept.row.series()),
        };
        let row = Row::new(new, client).with_series(series);
        let kept = self.create(new, row).await?;
        let kept = kept.ok_or_else(broken)?;
        let step = Step {
            to: State::replaced(kept.key()),
            takes_outdated: is_renewal,
            follows: is_renewal,
        };
        let old_key = StoreKey::of_id(old.id);
        let stepped = self.step(old_key, &self.user(&old.user), &step).await;
        let go_on = match stepped {
            Ok(Changed::Done(_)) => return Ok(GoOn::Under(new.id)),
            Ok(Changed::Overtaken) => Ok(GoOn::Overtaken),
            Ok(Changed::Gone) => Ok(GoOn::Ended),
            Err(error) => Err(error),
        };
        self.withdraw(&kept.key()).await;
        go_on
    }

    /// Has a session take the place of another one of the same browser.
    pub(super) async fn replace(&self, old: StoreKey, by: &Session) -> Result<(), LoginError> {
        let to = StoreKey::of_id(by.id);
        let step = Step {
            to: State::replaced(to),
            ..Step::END
        };
        let changed = self.step(old, &self.user(&by.user), &step).await?;
        if let Changed::Done(kept) = changed {
            let (from, id) = (kept.key(), Some(by.id));
            self.kind.signal(&Signal::Rotated { from, to, id });
        }
        Ok(())
    }

    /// Ends a session whose user's auth hash is another one now, unless whoever has
    /// changed it lets it go on.
    pub(crate) async fn outdate(&self, session: &Session) -> Result<(), LoginError> {
        let key = StoreKey::of_id(session.id);
        let user = self.user(&session.user);
        self.step(key, &user, &Step::OUTDATE).await.map(drop)
    }
}
