//! How sessions in a store begin, go on under another id, and end.

use crate::error::LoginError;
use crate::session::{Session, SessionEnd, TokenId, UserKey};
use crate::store::{Client, Fate, Row, State, StoreKey};
use crate::stored::series::KeptSeries;
use crate::stored::{Changed, Kept, Stored, TRIES, broken, failed};

/// Nobody confirms a login more often while an old cookie of it is in use.
const LONGEST_CHAIN: usize = 256;

/// A session as a cookie has it, whatever became of it.
pub(crate) struct Claim {
    pub(crate) session: Session,
    /// Whether its token was made when there was no store.
    pub(crate) is_foreign: bool,
}

impl Claim {
    /// A session that this request knows from the store, or has made.
    pub(crate) fn known(session: Session) -> Self {
        Self {
            session,
            is_foreign: false,
        }
    }
}

/// What is to become of a session.
pub(super) struct Step {
    pub(super) to: State,
    /// Whether one may go on whose auth hash is no longer the user's.
    pub(super) takes_outdated: bool,
    /// Whether it is meant for what has taken the session's place, too.
    pub(super) follows: bool,
}

impl Step {
    /// The end of a session and of what has taken its place.
    pub(super) const END: Self = Self {
        to: State::Ended,
        takes_outdated: true,
        follows: true,
    };

    /// The end for all but who has changed the user's auth hash.
    pub(super) const OUTDATE: Self = Self {
        to: State::Outdated,
        takes_outdated: false,
        follows: false,
    };

    /// The end of a session, but of nothing that has taken its place.
    pub(super) const END_ALONE: Self = Self {
        follows: false,
        ..Self::END
    };
}

impl Stored<'_> {
    /// Keeps a new session, for which those make room that are too many, and the
    /// one whose place it takes. If that fails, nothing has begun.
    pub(crate) async fn begin(
        &self,
        session: &Session,
        client: &Client,
        series: Option<StoreKey>,
        old: Option<&Claim>,
    ) -> Result<(), LoginError> {
        let row = Row::new(session, client).with_series(series);
        let kept = self.create(session, row).await?;
        let kept = kept.ok_or_else(broken)?;
        let made = self.make_room(session, series, old).await;
        if made.is_err() {
            self.withdraw(&kept.key()).await;
        }
        made
    }

    async fn make_room(
        &self,
        new: &Session,
        series: Option<StoreKey>,
        old: Option<&Claim>,
    ) -> Result<(), LoginError> {
        let mut staying = vec![StoreKey::of_id(new.id)];
        staying.extend(old.map(|old| StoreKey::of_id(old.session.id)));
        self.end_surplus(&new.user, &staying).await?;
        match old {
            Some(old) => self.supersede(old, new, series).await,
            None => Ok(()),
        }
    }

    /// Ends the oldest sessions of a user beyond `max_per_user`: the first of
    /// `staying` is the new one.
    pub(super) async fn end_surplus(
        &self,
        user: &UserKey,
        staying: &[StoreKey],
    ) -> Result<(), LoginError> {
        let Some(max) = self.kind.settings.max_per_user else {
            return Ok(());
        };
        let mut others = self.live(user).await?;
        others.retain(|kept| !staying.contains(&kept.key()));
        others.sort_by_key(|kept| (kept.row.issued(), kept.row.last_seen()));
        let surplus = (others.len() + 1).saturating_sub(max);
        for kept in others.iter().take(surplus) {
            self.revoke(user, &kept.key()).await?;
        }
        Ok(())
    }

    /// A record that nobody will hold goes, if the store can do so.
    pub(crate) async fn withdraw(&self, key: &StoreKey) {
        // Nobody knows its id: it is only in the way, until it expires.
        let _ = self.store.delete(key).await;
    }

    /// Ends what a cookie stands for, with its remember tokens. What the store has not
    /// seen is kept as one that has ended, so that no copy of the cookie is taken in any
    /// more.
    pub(crate) async fn end_claim(&self, claim: &Claim, why: SessionEnd) -> Result<(), LoginError> {
        if self.refuse_foreign(claim, State::Ended).await? {
            return Ok(());
        }
        let key = StoreKey::of_id(claim.session.id);
        self.end(key, &claim.session.user, why).await.map(drop)
    }

    /// Whether a cookie was of a session that the store had not seen: now it has.
    async fn refuse_foreign(&self, claim: &Claim, state: State) -> Result<bool, LoginError> {
        if !claim.is_foreign {
            return Ok(false);
        }
        let mut row = Row::new(&claim.session, &Client::default());
        (row.keeps_end, row.state) = (true, state);
        Ok(self.create(&claim.session, row).await?.is_some())
    }

    /// Has a session take the place of the one that its browser holds, whose remember
    /// tokens end but those of one series. The browser may still send the older one, on
    /// other nodes, too: it is not to lose the newer one for that.
    async fn supersede(
        &self,
        old: &Claim,
        new: &Session,
        but: Option<StoreKey>,
    ) -> Result<(), LoginError> {
        let to = State::replaced(StoreKey::of_id(new.id));
        if self.refuse_foreign(old, to).await? {
            return Ok(());
        }
        let (key, user) = (StoreKey::of_id(old.session.id), &old.session.user);
        let marked = self.mark_behind(key, user, but).await?;
        let step = Step { to, ..Step::END };
        self.step(key, &self.user(user), &step).await?;
        if let Some(marked) = marked
            && let Err(error) = self.finish(marked, user, SessionEnd::Superseded).await
        {
            rocket::warn!("What a remember token has begun could not be ended yet: {error}.");
        }
        Ok(())
    }

    /// Ends a session, what has taken its place, and its remember tokens; says which it
    /// was in the end. The tokens come first: if anything fails, nobody comes back.
    pub(crate) async fn end(
        &self,
        key: StoreKey,
        user: &UserKey,
        why: SessionEnd,
    ) -> Result<Option<StoreKey>, LoginError> {
        let marked = self.mark_behind(key, user, None).await?;
        let ended = self.end_as(key, &self.user(user), &Step::END).await?;
        let ended = ended.map(|kept| kept.key());
        if let Some(last) = ended.filter(|last| *last != key) {
            // Who asked may know of the first alone. A socket that goes from the one to
            // the other just now hears of either.
            self.tell(key, why);
            self.tell(last, why);
        }
        if let Some(marked) = marked {
            self.finish(marked, user, why).await?;
        }
        Ok(ended)
    }

    /// Marks the series of remember tokens of a session, or of what has taken its place,
    /// unless it is one that stays.
    async fn mark_behind(
        &self,
        key: StoreKey,
        user: &UserKey,
        but: Option<StoreKey>,
    ) -> Result<Option<KeptSeries>, LoginError> {
        let last = self.last(key, user).await?;
        let series = last.and_then(|kept| kept.row.series());
        match series.filter(|series| Some(*series) != but) {
            Some(series) => self.mark(series, user, Fate::Ending).await,
            None => Ok(None),
        }
    }

    /// A session, or what has taken its place in the end, whatever became of that.
    pub(super) async fn last(
        &self,
        key: StoreKey,
        user: &UserKey,
    ) -> Result<Option<Kept>, LoginError> {
        let user = self.user(user);
        let mut next = key;
        for _ in 0..LONGEST_CHAIN {
            match self.find(&next, &user).await? {
                Some(kept) => match kept.row.state {
                    State::Replaced(by) => next = StoreKey::from_bytes(by),
                    State::Live | State::Outdated | State::Ended => return Ok(Some(kept)),
                },
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Ends a session that was begun in vain, or a remember token.
    pub(crate) async fn abandon(&self, id: TokenId) -> Result<(), LoginError> {
        let key = StoreKey::of_id(id);
        self.store.delete(&key).await.map(drop).map_err(failed)
    }

    /// Ends a session, in two steps: the first decides between those who want it
    /// to end and those who want it to go on under another id.
    pub(super) async fn end_as(
        &self,
        key: StoreKey,
        user: &StoreKey,
        step: &Step,
    ) -> Result<Option<Box<Kept>>, LoginError> {
        let Changed::Done(kept) = self.step(key, user, step).await? else {
            return Ok(None);
        };
        if !kept.row.keeps_end {
            self.withdraw(&kept.key()).await;
        }
        Ok(Some(kept))
    }

    pub(super) async fn step(
        &self,
        mut key: StoreKey,
        user: &StoreKey,
        step: &Step,
    ) -> Result<Changed, LoginError> {
        let mut tries = TRIES;
        for _ in 0..LONGEST_CHAIN {
            let Some(mut kept) = self.find(&key, user).await? else {
                return Ok(Changed::Gone);
            };
            match kept.row.state {
                State::Live => {}
                State::Outdated if step.takes_outdated => {}
                State::Replaced(by) if step.follows => {
                    key = StoreKey::from_bytes(by);
                    continue;
                }
                State::Replaced(_) => return Ok(Changed::Overtaken),
                State::Outdated | State::Ended => return Ok(Changed::Gone),
            }
            if step.to == State::replaced(key) {
                // What is to take its place has done so already.
                return Ok(Changed::Gone);
            }
            kept.row.state = step.to;
            let expires = kept.row.last_breath(self.limits(), self.now);
            if self.save(&mut kept, expires).await? {
                return Ok(Changed::Done(Box::new(kept)));
            }
            tries -= 1;
            if tries == 0 {
                break;
            }
        }
        Err(broken())
    }
}
