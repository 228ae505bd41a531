//! Sessions in a PostgreSQL server.

mod failures;
mod listening;
mod pgbouncer;
pub(crate) mod server;
mod table;
mod unanswered;
