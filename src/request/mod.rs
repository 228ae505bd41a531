//! The only place that reads a request or writes a response.

#[cfg(feature = "throttle")]
mod attempts;
mod authenticate;
mod confirm;
mod context;
mod cookies;
mod cross_site;
mod headers;
mod known;
mod legacy_session;
mod legacy_token;
mod load;
mod login;
mod logout;
mod message;
mod pending;
mod proxy;
mod refusal;
mod remember_cookie;
mod request_loader;
mod response;
mod session_cookie;
pub(crate) mod socket;
pub(crate) mod test_login;
mod tokens;
mod verify;

pub(crate) use authenticate::resolve;
pub(crate) use confirm::{confirm, renew};
pub(crate) use context::Context;
pub(crate) use cross_site::{check_change, is_own_origin, is_safe_method};
pub(crate) use headers::audience;
pub(crate) use load::answered;
pub(crate) use login::{LoginOptions, login};
pub(crate) use logout::logout;
pub(crate) use message::leave_message;
pub(crate) use pending::{AuthMethod, Authenticated, RequestLogin};
pub(crate) use proxy::{client_address, public_base};
pub(crate) use refusal::Refusal;
pub(crate) use response::commit;
pub(crate) use verify::verify;

with_feature! { "throttle", pub(crate) use attempts::{Taken, take, tell_failed}; }
