//! Sessions in Sqlite.
