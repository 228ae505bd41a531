//! The only place that reads a request or writes a response.

mod admit;
mod authenticate;
mod callback;
mod candidate;
mod client;
mod confirm;
mod context;
mod cookie;
mod head;
mod legacy;
mod legacy_session;
mod login;
mod logout;
mod pending;
mod refusal;
mod remember_cookie;
mod request_loader;
mod response;
mod restore;
mod session_cookie;
pub(crate) mod socket;
pub(crate) mod test_login;
mod tokens;
mod visit;

pub(crate) use authenticate::resolve;
pub(crate) use callback::answered;
pub(crate) use client::{audience, client_address, is_own_origin, is_safe_method};
pub(crate) use confirm::{confirm, renew};
pub(crate) use context::Context;
pub(crate) use login::{LoginOptions, check_same_site, login, login_failed};
pub(crate) use logout::logout;
pub(crate) use pending::{AuthMethod, Authenticated, RequestLogin};
pub(crate) use refusal::Refusal;
pub(crate) use response::commit;
