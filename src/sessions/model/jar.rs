//! The cookies of a browser, and how an answer changes them.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::session::{Carried, Generation, RememberToken, SessionId, SessionToken, StoreKey};
use crate::sessions::{LoadedSession, Sessions};
use crate::token::{Home, KeyAge, Signed, TokenKind};

/// The cookies of one browser.
#[derive(Clone, Default)]
pub(super) struct Jar {
    pub(super) session: Option<Signed<SessionToken>>,
    pub(super) remember: Option<Signed<RememberToken>>,
}

/// The change of one cookie by an answer.
#[derive(Clone)]
pub(super) enum Change<T> {
    Keep,
    Set(Signed<T>),
    Remove,
}

/// How a request ended.
#[derive(Clone)]
pub(super) struct Answer {
    /// The session whose user the request was served for.
    pub(super) user: Option<SessionId>,
    pub(super) fresh: bool,
    /// Whether what it asked for was done.
    pub(super) done: bool,
    /// Whether the store failed, which is a 503.
    pub(super) failed: bool,
    /// Whether the reuse of a remember token was told.
    pub(super) told: bool,
    pub(super) session: Change<SessionToken>,
    pub(super) remember: Change<RememberToken>,
}

impl Answer {
    /// An answer for a stranger, which changes no cookie.
    pub(super) fn none() -> Self {
        Self {
            user: None,
            fresh: false,
            done: false,
            failed: false,
            told: false,
            session: Change::Keep,
            remember: Change::Keep,
        }
    }

    /// Leaves out the cookies that must not be written any more.
    pub(super) fn filter(&mut self, sessions: &Sessions) {
        if let Change::Set(token) = &self.session
            && !sessions.is_newest(token.value.id, TokenKind::Session, token.value.generation)
        {
            self.session = Change::Keep;
        }
        if let Change::Set(token) = &self.remember
            && !sessions.is_newest(token.value.id, TokenKind::Remember, token.value.generation)
        {
            self.remember = Change::Keep;
        }
    }

    /// Whether the answer sets a cookie of this session.
    pub(super) fn sets(&self, id: SessionId) -> bool {
        matches!(&self.session, Change::Set(token) if token.value.id == id)
            || matches!(&self.remember, Change::Set(token) if token.value.id == id)
    }

    pub(super) fn sets_any(&self) -> bool {
        matches!(self.session, Change::Set(_)) || matches!(self.remember, Change::Set(_))
    }

    /// The digest of the answer, with names in place of random ids.
    pub(super) fn digest(&self, name: impl Fn(&StoreKey) -> usize) -> u64 {
        let name = |id: SessionId| name(&StoreKey::of_id(id));
        let mut hash = DefaultHasher::new();
        self.user.map(name).hash(&mut hash);
        (self.fresh, self.done, self.failed, self.told).hash(&mut hash);
        let token = |id, generation: Generation| (name(id), generation);
        match &self.session {
            Change::Keep => 0.hash(&mut hash),
            Change::Remove => 1.hash(&mut hash),
            Change::Set(set) => token(set.value.id, set.value.generation).hash(&mut hash),
        }
        match &self.remember {
            Change::Keep => 0.hash(&mut hash),
            Change::Remove => 1.hash(&mut hash),
            Change::Set(set) => token(set.value.id, set.value.generation).hash(&mut hash),
        }
        hash.finish()
    }
}

impl Jar {
    /// The jar once this answer has arrived.
    pub(super) fn with(&self, answer: &Answer) -> Self {
        let mut jar = self.clone();
        match &answer.session {
            Change::Keep => {}
            Change::Set(token) => jar.session = Some(token.clone()),
            Change::Remove => jar.session = None,
        }
        match &answer.remember {
            Change::Keep => {}
            Change::Set(token) => jar.remember = Some(token.clone()),
            Change::Remove => jar.remember = None,
        }
        jar
    }

    /// The jar after the browser was closed.
    pub(super) fn closed(&self) -> Self {
        Self {
            session: None,
            remember: self.remember.clone(),
        }
    }

    /// The session token alone.
    pub(super) fn only_session(&self) -> Self {
        Self {
            session: self.session.clone(),
            remember: None,
        }
    }

    /// Each token alone.
    pub(super) fn tokens(&self) -> Vec<Self> {
        let mut jars = vec![self.only_session(), self.closed()];
        jars.retain(|jar| jar.session.is_some() || jar.remember.is_some());
        jars
    }

    pub(super) fn id(&self) -> SessionId {
        let session = self.session.as_ref().map(|token| token.value.id);
        let remember = self.remember.as_ref().map(|token| token.value.id);
        session.or(remember).unwrap()
    }

    pub(super) fn session_made(&self) -> Generation {
        self.session.as_ref().unwrap().value.generation
    }

    pub(super) fn remember_made(&self) -> Option<Generation> {
        self.remember.as_ref().map(|token| token.value.generation)
    }
}

/// The session token that an answer sets for this session.
pub(super) fn session_token(session: &LoadedSession, home: Home) -> Change<SessionToken> {
    let record = &session.record;
    let remember = record.remember.as_ref();
    set(
        SessionToken {
            id: session.id,
            generation: record.generations.current,
            user: session.user.clone(),
            carried: (home == Home::Cookie).then(|| Carried {
                session: record.session.clone(),
                remember_until: remember.map(|remember| remember.expires),
            }),
        },
        home,
    )
}

/// The remember token that an answer sets for this session.
pub(super) fn remember_token(session: &LoadedSession, home: Home) -> Change<RememberToken> {
    let record = &session.record;
    let Some(remember) = &record.remember else {
        return Change::Keep;
    };
    set(
        RememberToken {
            id: session.id,
            generation: remember.generations.current,
            user: session.user.clone(),
            issued: record.logged_in_at,
            expires: remember.expires,
            auth_hash: record.session.auth_hash,
        },
        home,
    )
}

fn set<T>(value: T, home: Home) -> Change<T> {
    Change::Set(Signed {
        value,
        key: KeyAge::Current,
        home,
    })
}
