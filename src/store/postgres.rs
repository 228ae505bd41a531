//! Sessions in Postgres.
