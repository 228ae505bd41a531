//! The requests of this application to the provider.
//!
//! The client that rocket_oauth2 brings waits for ever for an answer, knows no PKCE, and asks for
//! tokens alone. This one asks for the user as well, and brings fewer crates.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rocket::http::uri::Absolute;
use rocket::serde::Deserialize;
use rocket::tokio::task::spawn_blocking;
use rocket::{Build, Rocket, fairing};
use rocket_oauth2::{Adapter, Error, ErrorKind, OAuth2, OAuthConfig, TokenRequest, TokenResponse};
use serde_json::Value;
use ureq::Agent;
use url::Url;

use super::identity::verifier;

/// The name of the provider among the types.
pub(crate) struct Example;

/// The keys of the table `oauth.example` beside those that rocket_oauth2 requires.
#[derive(Clone, Deserialize)]
#[serde(crate = "rocket::serde")]
struct Addresses {
    userinfo_uri: String,
    redirect_uri: String,
}

#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    addresses: Addresses,
}

impl Client {
    fn new(addresses: Addresses) -> Self {
        let seconds = if cfg!(test) { 1 } else { 10 };
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(seconds)))
            .max_redirects(0);
        Self {
            agent: config.build().into(),
            addresses,
        }
    }

    /// Asks who has allowed this token.
    pub(crate) async fn userinfo(&self, access_token: &str) -> Result<Value, Error> {
        let request = self.agent.get(&self.addresses.userinfo_uri);
        let request = request.header("Authorization", format!("Bearer {access_token}"));
        answer(move || request.call()?.body_mut().read_json()).await
    }
}

fn failed(error: impl ToString) -> Error {
    Error::new_from(ErrorKind::Other, error.to_string())
}

/// Waits for an answer on a thread that may wait.
async fn answer(
    ask: impl FnOnce() -> Result<Value, ureq::Error> + Send + 'static,
) -> Result<Value, Error> {
    let answer = spawn_blocking(ask).await.map_err(failed)?;
    answer.map_err(|error| match error {
        ureq::Error::StatusCode(status) => Error::new(ErrorKind::ExchangeError(status)),
        error => failed(error),
    })
}

#[rocket::async_trait]
impl Adapter for Client {
    fn authorization_uri(
        &self,
        config: &OAuthConfig,
        state: &str,
        scopes: &[&str],
        extra: &[(&str, &str)],
    ) -> Result<Absolute<'static>, Error> {
        let uri = config.provider().auth_uri();
        let fields = [
            ("response_type", "code"),
            ("client_id", config.client_id()),
            ("redirect_uri", &self.addresses.redirect_uri),
            ("scope", &scopes.join(" ")),
            ("state", state),
        ];
        let mut url = Url::parse(&uri).map_err(failed)?;
        let mut query = url.query_pairs_mut();
        query.extend_pairs(fields).extend_pairs(extra);
        drop(query);
        Absolute::parse_owned(url.into()).map_err(failed)
    }

    async fn exchange_code(
        &self,
        config: &OAuthConfig,
        token: TokenRequest,
    ) -> Result<TokenResponse<()>, Error> {
        let TokenRequest::AuthorizationCode(code) = token else {
            return Err(Error::new(ErrorKind::Other));
        };
        let fields = [
            ("grant_type", "authorization_code".into()),
            ("code", code),
            ("redirect_uri", self.addresses.redirect_uri.clone()),
            ("code_verifier", verifier()),
        ];
        let client = format!("{}:{}", config.client_id(), config.client_secret());
        let client = format!("Basic {}", STANDARD.encode(client));
        let request = self.agent.post(&*config.provider().token_uri());
        let request = request.header("Authorization", client);
        let request = request.header("Accept", "application/json");
        let ask = move || request.send_form(fields)?.body_mut().read_json();
        answer(ask).await?.try_into().map_err(failed)
    }
}

/// For the launch.
pub(crate) async fn attach(rocket: Rocket<Build>) -> fairing::Result {
    let figment = rocket.figment();
    let config = OAuthConfig::from_figment(figment, "example");
    let addresses = figment.extract_inner("oauth.example");
    match (config, addresses) {
        (Ok(config), Ok(addresses)) => {
            let client = Client::new(addresses);
            let oauth = OAuth2::<Example>::custom(client.clone(), config);
            Ok(rocket.attach(oauth).manage(client))
        }
        (Err(error), _) | (_, Err(error)) => {
            rocket::config::pretty_print_error(error);
            Err(rocket)
        }
    }
}
