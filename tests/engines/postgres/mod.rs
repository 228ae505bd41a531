//! Sessions in a PostgreSQL server.

mod failures;
mod listening;
pub(crate) mod server;
mod table;
mod unanswered;
