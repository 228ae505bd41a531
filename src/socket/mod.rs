//! Sockets of users who are logged in. The feature `ws` switches this folder, and nothing
//! outside it knows of rocket_ws.

mod serve;
mod stream;
mod user;
mod wrapper;

pub use stream::WsStream;
pub use user::WsUser;
pub use wrapper::ws_login_required;
