//! Requests, as `request/` serves them: each asks its node, and makes an answer at its end.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::config::ProtectionLevel;
use crate::error::LoginError;
use crate::rules::expiry;
use crate::rules::protection::Verdict;
use crate::session::{Client, Digest, Session, SessionEnd};
use crate::sessions::model::jar::{Answer, Change, Jar, remember_token, session_token};
use crate::sessions::model::node::{Browser, Node};
use crate::sessions::model::turn::Turn;

use crate::sessions::{self, LoadedSession, Named, Noted, Notes, Outcome, Restore, Standing};
use crate::token::Home;

/// The purpose of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// With both tokens of the jar.
    Page,
    /// With the remember token alone.
    Restore,
    /// By a guard that may write nothing.
    Look,
    Confirm,
    Renew,
    Login,
    /// A login without `remember`.
    PlainLogin,
    Logout,
    /// The session of the jar is ended from elsewhere.
    Revoke,
}

/// One request of a browser.
pub(super) struct Ask {
    pub(super) node: Arc<Node>,
    pub(super) jar: Jar,
    pub(super) browser: Browser,
    pub(super) now: Timestamp,
}

/// Serves a request. Its handler runs for a while before the answer is made.
pub(super) async fn serve(kind: Kind, mut ask: Ask) -> Answer {
    if kind == Kind::Restore {
        ask.jar.session = None;
    }
    let mut answer = Answer::none();
    let done = match kind {
        Kind::Page | Kind::Restore => ask.resolve(true, &mut answer).await.map(|_| true),
        Kind::Look => ask.resolve(false, &mut answer).await.map(|_| true),
        Kind::Confirm => ask.keep(None, &mut answer).await,
        Kind::Renew => {
            ask.keep(Some(ask.node.auth.number() + 1), &mut answer)
                .await
        }
        Kind::Login => ask.login(true, &mut answer).await,
        Kind::PlainLogin => ask.login(false, &mut answer).await,
        Kind::Logout => ask.logout(&mut answer).await,
        Kind::Revoke => ask.revoke().await,
    };
    answer.failed = done.is_err();
    answer.done = done.unwrap_or(false);
    if kind != Kind::Logout {
        Turn::next().await;
    }
    answer.filter(&ask.node.sessions);
    answer
}

impl Ask {
    /// Finds out who is logged in.
    pub(super) async fn resolve(
        &self,
        may_write: bool,
        answer: &mut Answer,
    ) -> Result<Option<LoadedSession>, LoginError> {
        let mut found = self.by_session(may_write, answer).await?;
        if let Some(None) = found {
            found = Some(self.by_remember(may_write, answer).await?);
        }
        let found = found.flatten();
        let limits = &self.node.sessions.limits;
        answer.user = found.as_ref().map(|session| session.id);
        answer.fresh = found.as_ref().is_some_and(|session| {
            limits.is_fresh(&session.record.session, self.now)
                && session.standing == Standing::Current
        });
        Ok(found)
    }

    /// `None` if no other source is to be asked.
    async fn by_session(
        &self,
        may_write: bool,
        answer: &mut Answer,
    ) -> Result<Option<Option<LoadedSession>>, LoginError> {
        let sessions = &self.node.sessions;
        let Some(signed) = &self.jar.session else {
            return Ok(Some(None));
        };
        let Ok(mut session) = sessions::find(sessions, signed, self.now).await? else {
            return Ok(Some(None));
        };
        let record = &session.record.session;
        if !record.auth_hash.matches(&self.node.auth.now()) {
            return Ok(Some(None));
        }
        let level = self.node.level;
        let is_same = record.identifier.matches(&self.browser.identifier());
        let is_superseded = session.standing == Standing::Joined;
        let verdict = level.verdict(record.permanent, is_same, is_superseded);
        if verdict == Verdict::Absent {
            return Ok(Some(None));
        }
        if verdict == Verdict::End {
            if may_write {
                self.end(&session, SessionEnd::Protected, answer).await?;
            }
            return Ok(None);
        }
        let is_stale = verdict == Verdict::TakeFreshness;
        let remember = self.jar.remember.as_ref();
        let remember = remember.filter(|remember| remember.value.id == session.id);
        let notes = Notes {
            presented: session.presented,
            is_listed: sessions.store.is_some(),
            is_stale,
            is_elsewhere: !is_same,
            remember: remember.map(|remember| remember.value.generation),
            digests: None,
        };
        let is_moved = signed.home != sessions.home();
        let record = &session.record;
        let is_worth_it = record.is_worth_noting(&notes, &sessions.limits, self.now);
        if may_write && (is_moved || is_worth_it) {
            let noted = sessions::note(sessions, &mut session, &notes, self.now).await?;
            if noted == Noted::Ended {
                return Ok(None);
            }
            if session.standing == Standing::Current && (noted == Noted::Carried || is_moved) {
                answer.session = session_token(&session, sessions.home());
            }
        }
        if is_stale {
            session.record.session.fresh_since = None;
        }
        Ok(Some(Some(session)))
    }

    async fn by_remember(
        &self,
        may_write: bool,
        answer: &mut Answer,
    ) -> Result<Option<LoadedSession>, LoginError> {
        let sessions = &self.node.sessions;
        let Some(signed) = &self.jar.remember else {
            return Ok(None);
        };
        let token = &signed.value;
        if expiry::remember_token_is_over(token, self.now) {
            return Ok(None);
        }
        let found = sessions::find_remembered(sessions, signed).await?;
        let Some(mut session) = found else {
            return Ok(None);
        };
        let auth_hash = self.node.auth.now();
        let known = [token.auth_hash, session.record.session.auth_hash];
        if !known.iter().all(|digest| digest.matches(&auth_hash)) {
            return Ok(None);
        }
        let is_same_agent = |digest: &Digest| digest.matches(&self.browser.agent());
        let is_auth_hash = |digest: &Digest| digest.matches(&auth_hash);
        let restore = Restore {
            presented: token.generation,
            session: self.blank(auth_hash),
            agent: self.browser.agent(),
            client: Client::default(),
            is_same_agent: &is_same_agent,
            is_auth_hash: &is_auth_hash,
            may_write,
            is_strong: self.node.level == ProtectionLevel::Strong,
        };
        match sessions::restore(sessions, &mut session, &restore, self.now).await? {
            Outcome::Looked => {}
            Outcome::Joined | Outcome::Restored => {
                answer.session = session_token(&session, sessions.home());
                if sessions.home() == Home::Store {
                    answer.remember = remember_token(&session, Home::Store);
                }
            }
            Outcome::Ended => return Ok(None),
            Outcome::Reused => {
                answer.told = true;
                if may_write && self.node.level == ProtectionLevel::Strong {
                    self.end(&session, SessionEnd::Revoked, answer).await?;
                }
                return Ok(None);
            }
        }
        Ok(Some(session))
    }

    async fn end(
        &self,
        session: &LoadedSession,
        why: SessionEnd,
        answer: &mut Answer,
    ) -> Result<(), LoginError> {
        let sessions = &self.node.sessions;
        let named = Named::found(session, &sessions.limits, self.now);
        sessions::end(sessions, &named, why).await?;
        (answer.session, answer.remember) = (Change::Remove, Change::Remove);
        Ok(())
    }

    /// The session that a restore begins.
    pub(super) fn blank(&self, auth_hash: Digest) -> Session {
        Session {
            begun: self.now,
            expires: self.now.plus(self.node.sessions.limits.lifetime),
            last_seen: self.now,
            fresh_since: None,
            permanent: self.node.permanent,
            restored: true,
            forced: false,
            identifier: self.browser.identifier(),
            auth_hash,
        }
    }
}
