//! Sessions in real databases, which the tests start themselves, on free ports and in
//! temporary folders. They need what Debian's packages `redis-server` and `postgresql`
//! install.

mod process;
