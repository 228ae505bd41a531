//! A last word to those whose handshake is refused.

use rocket::http::Status;
use rocket::request::Request;
use rocket_ws::{Channel, Config, WebSocket};

use crate::challenge::Challenge;
use crate::socket::refuse;

/// A stranger has nothing long to say.
const MAX_MESSAGE: usize = 4096;

/// An accepted socket on which the application says why nobody is served, if it
/// has something to say to those who are not logged in, and if this is a handshake.
pub(super) async fn farewell(
    challenge: &Challenge,
    request: &Request<'_>,
) -> Option<Channel<'static>> {
    let refuser = challenge.refusal.realm.refuser.clone()?;
    let reason = challenge.reason();
    if reason.status() != Status::Unauthorized {
        return None;
    }
    let ws = request.guard::<WebSocket>().await.succeeded()?;
    let ws = ws.config(Config {
        max_message_size: Some(MAX_MESSAGE),
        max_frame_size: Some(MAX_MESSAGE),
        ..Config::default()
    });
    Some(ws.channel(move |stream| Box::pin(async move { refuse(stream, &*refuser, reason).await })))
}
