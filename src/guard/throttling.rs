//! What somebody who tries to log in is measured by.

use std::net::IpAddr;

use crate::error::LoginError;
use crate::guard::Auth;
use crate::manager::LoginManager;
use crate::request::{check_same_site, client_address, login_failed};
use crate::user::AuthUser;

impl<U: AuthUser> Auth<'_, U> {
    /// Whether a page of this site is behind the request, or no page at all: for
    /// handlers that do something before they log anybody in, such as counting
    /// attempts. Another site's form must not use up what its visitor may try.
    ///
    /// The other methods ask this themselves, and guards of a user do.
    ///
    /// # Errors
    ///
    /// `CrossOrigin` for a request that may change something and comes from a page
    /// of another site.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # use std::sync::atomic::{AtomicU32, Ordering};
    /// fn count<U: AuthUser>(auth: &Auth<'_, U>, attempts: &AtomicU32) -> Result<u32, LoginError> {
    ///     auth.check_same_site()?;
    ///     Ok(attempts.fetch_add(1, Ordering::Relaxed) + 1)
    /// }
    /// ```
    pub fn check_same_site(&self) -> Result<(), LoginError> {
        check_same_site(self.manager, self.request)
    }

    /// Reports that a login was refused: the name is unknown, say, or the password
    /// wrong.
    ///
    /// Whoever listens hears [`Event::LoginFailed`](crate::Event::LoginFailed) with the
    /// name as it was typed, which is not logged. Nothing else happens: what a
    /// browser is told, and how often it may try, is the application's to say.
    /// The chapter on [throttling](crate::guide::throttling) shows how.
    /// A login that [`Auth::login`] itself refuses is
    /// told without a report.
    ///
    /// # Errors
    ///
    /// `CrossOrigin` if a page of another site is behind the request: what such a
    /// page has a visitor's browser try is not that visitor's attempt.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, name: &str, found: Option<U>) -> Result<bool, LoginError> {
    /// match found {
    ///     Some(account) => auth.login(&account).await?,
    ///     None => {
    ///         auth.login_failed(name)?;
    ///         return Ok(false);
    ///     }
    /// }
    /// Ok(true)
    /// # }
    /// ```
    #[doc(alias = "user_login_failed")]
    pub fn login_failed(&self, name: &str) -> Result<(), LoginError> {
        login_failed(self.manager, self.request, name)
    }

    /// The address of whoever sent the request, as
    /// [`LoginManager::client_address`] knows it.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser};
    /// # fn log<U: AuthUser>(auth: Auth<'_, U>) {
    /// rocket::info!("an attempt from {:?}", auth.client_address());
    /// # }
    /// ```
    pub fn client_address(&self) -> Option<IpAddr> {
        self.manager.client_address(self.request)
    }
}

impl<U: AuthUser> LoginManager<U> {
    /// The address of whoever sent a request: the peer's, or what a proxy among
    /// `trusted_proxies` says of the one before it. What others write into headers
    /// does not count. An IPv4 address is one also where it came as IPv6. `None` if
    /// there is no peer, as with a socket of the file system.
    ///
    /// # Security
    ///
    /// Without a readable header a trusted proxy is the client, as it is where it asks
    /// by itself. Whoever can have its header dropped is then taken for the proxy: let it
    /// set the header rather than add to it, and give no rights to its address.
    ///
    /// ```rust
    /// # use rocket::Request;
    /// # use rocket_login::{AuthUser, LoginManager};
    /// fn shown<U: AuthUser>(manager: &LoginManager<U>, request: &Request<'_>) -> String {
    ///     match manager.client_address(request) {
    ///         Some(address) => address.to_string(),
    ///         None => "somewhere".into(),
    ///     }
    /// }
    /// ```
    pub fn client_address(&self, request: &rocket::Request<'_>) -> Option<IpAddr> {
        client_address(request, &self.realm.settings)
    }
}
