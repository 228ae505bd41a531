//! People who come from applications on Flask-Login and Starlette-Login, which the tests
//! start themselves, on free ports. `scripts/test` installs both from PyPI into a virtual
//! environment, and says where that is in `ROCKET_LOGIN_PYTHON`.

// Where a test meets what it did not expect, it fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod legacy;
mod site;

#[path = "../../examples/demo/main.rs"]
mod demo;
#[allow(dead_code)] // The tests of engines do more with them.
#[path = "../engines/process.rs"]
mod process;
#[allow(dead_code)] // Most of it is the client that is no browser.
#[path = "../integration/wire.rs"]
mod wire;
