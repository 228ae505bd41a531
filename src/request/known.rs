//! Browsers that are known: each has logged in the user at whose name it tries a password. So
//! strangers who guess at the name take no attempts away from it.
//!
//! The cookie logs no user in, and a logout leaves it.

use std::cmp::Reverse;

use rocket::request::Request;

use crate::clock::Timestamp;
use crate::error::LoginError;
use crate::manager::LoginManager;
use crate::realm::Realm;
use crate::request::context::Visit;
use crate::request::cookies::MAX_COOKIE;
use crate::request::headers::{Headers, MOST_TOKENS};
use crate::request::load;
use crate::request::pending::{Inner, RequestLogin};
use crate::rules::expiry::known_token_is_over;
use crate::session::{BrowserId, Digest, EncodedId};
use crate::token::KnownToken;
use crate::user::AuthUser;

/// How many users of one browser stay known.
const MOST_USERS: usize = 4;

/// No token has this character.
const BETWEEN: char = '.';

/// Notes that a password was right. If the login of this user goes on with the response, the
/// browser is known from then on.
pub(crate) fn note_known<U: AuthUser>(request: &Request<'_>, name: Digest, user: EncodedId) {
    RequestLogin::<U>::of(request).lock().noted = Some(Box::new((user, name)));
}

/// Finds the browser of a request among those that have logged in under this name. The user
/// of that login must have the same auth hash still.
///
/// The name counts as it was typed. Folded names could be those of two accounts: then each
/// login to the one would allow further attempts at the other.
pub(crate) async fn known_browser<U: AuthUser>(
    manager: &LoginManager<U>,
    request: &Request<'_>,
    name: &str,
) -> Result<Option<BrowserId>, LoginError> {
    let visit = Visit::new(manager, request);
    let keys = &visit.cx.realm.keys;
    let mut tokens = brought::<U>(visit.cx.realm, request, visit.cx.now);
    tokens.retain(|token| keys.is_name(&token.name, name.as_bytes()));
    if tokens.is_empty() {
        return Ok(None);
    }
    let _gate = load::enter(&visit).await?;
    for token in tokens.iter().take(MOST_TOKENS) {
        let user = load::user(&visit, &token.user).await?;
        let is_same = |user: &U| keys.is_auth_hash(&token.auth_hash, &user.session_auth_hash());
        if user.is_some_and(|user| is_same(&user)) {
            return Ok(Some(token.browser));
        }
    }
    Ok(None)
}

/// Returns the value of the cookie after a login that was noted, the newest token first. A
/// browser that is known already keeps its id: a new one would have all attempts again.
pub(super) fn value<U: AuthUser>(
    realm: &Realm,
    login: &Inner<U>,
    request: &Request<'_>,
) -> Option<String> {
    let (user, name) = *login.noted.clone()?;
    let session = login.decided.as_ref()?.as_ref()?;
    if user != session.user {
        return None;
    }
    let auth_hash = session.record.session.auth_hash;
    let now = realm.clock.now();

    let mut tokens = brought::<U>(realm, request, now);
    tokens.retain(|token| token.user != user || token.auth_hash.matches(&auth_hash));
    let is_same = |token: &KnownToken| token.user == user && token.name.matches(&name);
    let browser = match tokens.iter().find(|token| is_same(token)) {
        Some(token) => token.browser,
        None => BrowserId::random().ok()?,
    };
    tokens.retain(|token| !is_same(token));
    let new = KnownToken {
        browser,
        made: now,
        name,
        auth_hash,
        user,
    };
    Some(joined(realm, [new].into_iter().chain(tokens)))
}

/// Writes as many tokens as may stay and fit into a cookie.
fn joined(realm: &Realm, tokens: impl Iterator<Item = KnownToken>) -> String {
    let room = MAX_COOKIE.saturating_sub(realm.settings.known_cookie.len());
    let mut value = String::new();
    for token in tokens.take(MOST_USERS) {
        let text = realm.keys.seal_known(&token);
        if value.len() + 1 + text.len() > room {
            break;
        }
        if !value.is_empty() {
            value.push(BETWEEN);
        }
        value.push_str(&text);
    }
    value
}

/// Reads the tokens that count by their signatures and times, the newest first. Only a cookie
/// without a prefix has twins.
fn brought<U: AuthUser>(realm: &Realm, request: &Request<'_>, now: Timestamp) -> Vec<KnownToken> {
    let name = realm.settings.known_cookie.as_str();
    let [values] = Headers::of(request).cookies(request, [name]);
    let texts = values.iter().flat_map(|value| value.split(BETWEEN));
    let tokens = texts.filter_map(|text| realm.keys.open_known(text));
    let counts = |token: &KnownToken| {
        !known_token_is_over(token, now) && token.user.decode::<U::Id>().is_some()
    };
    let tokens = tokens.filter(counts).take(MOST_TOKENS * MOST_USERS);
    let mut tokens: Vec<KnownToken> = tokens.collect();
    tokens.sort_by_key(|token| Reverse(token.made));
    tokens
}
