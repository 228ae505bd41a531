//! What stands before every check of a password.

use rocket::State;
use rocket::http::CookieJar;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome, Request};
use rocket_login::Auth;

use super::accounts::Account;
use super::device::{Devices, Presented};
use super::failure::Failure;
use super::throttle::{Attempt, Throttle, Wait, Who};

pub(crate) struct Gate<'r> {
    auth: Auth<'r, Account>,
    throttle: &'r Throttle,
    devices: &'r Devices,
    presented: Presented,
    jar: &'r CookieJar<'r>,
}

impl<'r> Gate<'r> {
    /// One attempt at the account of this name, or how long to wait for the next.
    pub(crate) async fn attempt(&self, name: &str) -> Result<Result<Attempt<'r>, Wait>, Failure> {
        // First of all: another site's page must not use up what its visitor may try.
        self.auth.check_same_site()?;
        let who = match self.devices.known(name, &self.presented).await? {
            Some(device) => Who::Known(device),
            None => Who::Stranger {
                name,
                address: self.auth.client_address(),
            },
        };
        let attempt = self.throttle.attempt(&who);
        if attempt.is_err() {
            self.auth.login_failed(name)?;
        }
        Ok(attempt)
    }

    /// Has the account know this browser. Whoever is logged in stays so if that fails.
    pub(crate) async fn remember(&self, account: &Account) {
        let remembered = self.devices.remember(account, &self.presented, self.jar);
        if let Err(error) = remembered.await {
            rocket::error!("A device could not be remembered: {error}.");
        }
    }

    /// Has the account forget all browsers but this one.
    pub(crate) async fn forget_others(&self, account: &Account) {
        let forgotten = self.devices.forget_others(account, &self.presented);
        if let Err(error) = forgotten.await {
            rocket::error!("Devices could not be forgotten: {error}.");
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Gate<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let auth = request.guard().await.map_error(|(status, _)| (status, ()));
        Outcome::Success(Self {
            auth: try_outcome!(auth),
            throttle: try_outcome!(request.guard::<&State<Throttle>>().await),
            devices: try_outcome!(request.guard::<&State<Devices>>().await),
            presented: Presented::by(request),
            jar: request.cookies(),
        })
    }
}
