//! Sessions in Redis.
