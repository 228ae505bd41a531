//! Who is logged in.

use std::sync::Arc;

use rocket::request::Request;
use rocket::tokio::sync::MutexGuard as Gate;

use crate::error::Reason;
use crate::event::Event;
use crate::manager::LoginManager;
use crate::request::callback::answered;
use crate::request::facts;
use crate::request::program::is_nobody;
use crate::request::state::{Active, By, Changes, Known, Resolution};
use crate::request::visit::Visit;
use crate::rules::foreign::Sender;
use crate::session::{Session, UserKey};
use crate::user::AuthUser;

rocket::tokio::task_local! {
    /// The logins whose users are being loaded, the innermost first: a loader may ask for
    /// users of another kind. Of more than there is room for, `loader_timeout` says when
    /// to give up.
    static LOADING: [usize; 3];
}

/// Whether this is asked within a loader.
pub(super) fn is_loading() -> bool {
    LOADING.try_with(|_| ()).is_ok()
}

/// Who is logged in: found out once per request, and again only after a login
/// or a logout in the same request.
pub(crate) async fn resolve<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
) -> Resolution<U> {
    let visit = Visit::new(manager, request);
    let _gate = visit.enter().await?;
    let known = {
        let login = visit.login.lock();
        match &login.resolution {
            Some(resolution) => return resolution.clone(),
            None => login.known.clone(),
        }
    };

    let mut changes = Changes::default();
    let resolution = match visit.find(known.as_deref(), &mut changes).await {
        // What is not known for sure is not written down, and takes nothing away;
        // and a page of another site changes nothing.
        Err(reason @ (Reason::Unavailable | Reason::CrossOrigin)) => {
            Box::pin(visit.abandon_restored(std::mem::take(&mut changes))).await;
            Err(reason)
        }
        resolution => resolution,
    };
    visit.conclude(&resolution, known.is_none().then_some(changes));
    resolution
}

impl<U: AuthUser> Visit<'_, U> {
    /// Whoever finds out about the login or changes it goes through here, one at
    /// a time; the loader, for which somebody is waiting here, must not.
    pub(super) async fn enter(&self) -> Result<Gate<'_, ()>, Reason> {
        if LOADING.try_with(|logins| logins.contains(&self.address())) == Ok(true) {
            rocket::error!("A loader waits for the very user it is to load.");
            rocket::error_!("It must not use guards of its own kind of users, nor `Auth`.");
            return Err(Reason::Unavailable);
        }
        Ok(self.login.enter().await)
    }

    /// Who is logged in, and may be for whoever is behind the request.
    async fn find(&self, known: Option<&Known>, changes: &mut Changes) -> Resolution<U> {
        let sender = self.sender();
        if sender == Sender::ForeignPage {
            return Box::pin(self.sent_from_elsewhere(known, changes)).await;
        }
        let resolution = match known {
            Some(known) => self.known(known).await,
            None => match self.by_cookies(changes).await {
                #[cfg(feature = "flask")]
                Err(Reason::NotLoggedIn) if self.settings().legacy_session.is_some() => {
                    Box::pin(self.by_legacy_session()).await
                }
                found => found,
            },
        };
        match (resolution, &self.manager.by_request) {
            // Only who is logged in has something to fear from other sites.
            (Ok(_), _) if sender == Sender::Unsaid => Err(self.refuse_sender()),
            (Err(nobody), Some(ask))
                if known.is_none()
                    && is_nobody(nobody)
                    && (sender == Sender::OwnPage || self.has_nothing_of_a_browser()) =>
            {
                Box::pin(self.by_request(ask, nobody, changes)).await
            }
            (resolution, _) => resolution,
        }
    }

    fn sender(&self) -> Sender {
        facts::sender(self.request, &self.head, self.settings())
    }

    /// Whoever is behind the request, if it is no page of another site.
    pub(super) fn own_sender(&self) -> Result<Sender, Reason> {
        match self.sender() {
            Sender::ForeignPage => Err(self.refuse_sender()),
            sender => Ok(sender),
        }
    }

    pub(super) fn refuse_sender(&self) -> Reason {
        let origin = self.request.headers().get_one("Origin").map(Into::into);
        self.tell(&Event::CrossOrigin { origin });
        Reason::CrossOrigin
    }

    /// Keeps what was found out, and tells what happened on the way.
    fn conclude(&self, resolution: &Resolution<U>, changes: Option<Changes>) {
        let mut events = Vec::new();
        {
            let mut login = self.login.lock();
            login.personal |= resolution.is_ok();
            login.resolution = Some(resolution.clone());
            if let Some(mut changes) = changes {
                events = std::mem::take(&mut changes.events);
                login.changes = changes;
            }
        }
        for event in events {
            self.tell(&event);
        }
    }

    /// What a handler has just decided stands; only the user is loaded.
    async fn known(&self, known: &Known) -> Resolution<U> {
        let session = known.session.as_ref().ok_or(Reason::NotLoggedIn)?;
        let user = self.load(&session.user).await?.ok_or(Reason::NotLoggedIn)?;
        if !user.is_active() && !session.forced {
            return Err(Reason::Inactive);
        }
        match self.is_current(&session.auth_hash, 0, &user) {
            true => Ok(self.active(user, session.clone())),
            false => Err(Reason::NotLoggedIn),
        }
    }

    pub(super) async fn load(&self, user: &UserKey) -> Result<Option<Arc<U>>, Reason> {
        let id = user.decode().ok_or(Reason::NotLoggedIn)?;
        let loading = (self.manager.loader)(self.request, id);
        let loaded = self.wait_for(loading).await;
        answered("The user loader", loaded).map(|user| user.map(Arc::new))
    }

    /// What a loader answers, which must not wait for itself.
    pub(super) fn wait_for<F: Future + Unpin>(
        &self,
        loading: F,
    ) -> impl Future<Output = Option<F::Output>> {
        let [first, second, _] = LOADING.try_with(|logins| *logins).unwrap_or_default();
        let logins = [self.address(), first, second];
        LOADING.scope(logins, self.manager.kind.in_time(loading))
    }

    /// By what this login of this request is recognised while it is loading.
    fn address(&self) -> usize {
        std::ptr::from_ref(self.login).addr()
    }

    pub(super) fn active(&self, user: Arc<U>, session: Session) -> Active<U> {
        let fresh = self.settings().limits.is_fresh(&session, self.now);
        Active {
            user,
            by: By::Session(session),
            fresh,
            #[cfg(feature = "ws")]
            changes: self.changes,
        }
    }
}
