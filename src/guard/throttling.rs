//! The methods of [`Auth`] for limits on attempts to log in.

use std::net::IpAddr;

use crate::error::LoginError;
use crate::event::{ClaimedName, Event};
use crate::guard::Auth;
use crate::manager::LoginManager;
use crate::request::client_address;
use crate::user::AuthUser;

impl<U: AuthUser> Auth<'_, U> {
    /// Reports that the application has refused a login, for instance because of an unknown
    /// name or a wrong password.
    ///
    /// The hook for events receives [`Event::LoginFailed`](crate::Event::LoginFailed) with the
    /// name as it was typed. The log does not show the name. Nothing else happens: the
    /// response and the limits on attempts are the application's. The chapter on
    /// [throttling](crate::guide::throttling) shows how. A login that [`Auth::login`] itself
    /// refuses needs no report.
    ///
    /// # Errors
    ///
    /// `CrossOrigin` if a page of another site sent the request: the attempt is not that of
    /// the browser's user.
    ///
    /// ```rust
    /// # use rocket_login::{Auth, AuthUser, LoginError};
    /// # async fn login<U: AuthUser>(auth: Auth<'_, U>, name: &str, found: Option<U>) -> Result<bool, LoginError> {
    /// match found {
    ///     Some(account) => auth.login(&account).await.map(|_| true),
    ///     None => auth.login_failed(name).map(|()| false),
    /// }
    /// # }
    /// ```
    #[doc(alias = "user_login_failed")]
    pub fn login_failed(&self, name: &str) -> Result<(), LoginError> {
        self.check_same_site()?;
        let name = ClaimedName::new(name);
        let realm = &self.manager.realm;
        realm.tell(
            &Event::LoginFailed {
                name,
                throttled: false,
            },
            self.request,
        );
        Ok(())
    }

    /// Returns the client's address. See [`LoginManager::client_address`].
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
    /// Returns the client's address: the peer's, or the one that a proxy among
    /// `trusted_proxies` names.
    ///
    /// Headers of other peers do not count. An IPv4 address mapped into IPv6 is returned as
    /// IPv4. `None` if there is no peer, as with a Unix domain socket.
    ///
    /// # Security
    ///
    /// Without a readable header a trusted proxy itself counts as the client. A client that
    /// can make the proxy drop its header is then taken for the proxy. Let the proxy set the
    /// header rather than add to it, and give no rights to its address.
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
