//! The guide, one chapter for each subject.
//!
//! To begin with:
//!
//! 1. [`first_login`]: users, a loader, a login form, guards
//! 2. [`remember`]: staying logged in for weeks
//! 3. [`freshness`]: asking again before something sensitive
//! 4. [`protection`]: a session that turns up in another browser
//! 5. [`deploying`]: settings for production, and nginx before it
//! 6. [`testing`]: tests of your application
//!
//! As it grows:
//!
//! * [`permissions`]: who may do what
//! * [`websockets`]: sockets that know their user, and end with the session
//! * [`stores`]: sessions on the server, a list of them, several nodes
//! * [`kinds`]: customers and staff in one application
//! * [`programs`]: API keys and bearer tokens
//! * [`throttling`]: limits for attempts at passwords
//! * [`recipes`]: the user on every page, logins by a script, a guard of your own
//! * [`accounts`]: links in mails, accounts without a password, better hashes, deletion
//!
//! To look up:
//!
//! * [`settings`]: all of them
//! * [`survival`]: what becomes of a login when the browser is closed, the password
//!   changed, and so on
//! * [`keys`]: changing the secret key, and logging everybody out
//! * [`migrating`]: coming from Flask-Login or Starlette-Login
//! * [`boundaries`]: what this crate leaves to others, and why
//!
//! The tests of this crate compile every piece of code in the guide. They read every table of
//! settings, and run the configuration of nginx.

// For documentation alone: nothing in here is compiled into an application.
//
// A chapter is a file in `docs/`, where its links lead to other files. Here they lead to other
// chapters: of two definitions of a link the first one counts.

/// [stores]: crate::guide::stores
/// [`NextField`]: crate::NextField
/// [`Next`]: crate::Next
/// [`MaybeUser`]: crate::MaybeUser
/// [deploying]: crate::guide::deploying
/// [settings]: crate::guide::settings
/// [remember]: crate::guide::remember
/// [throttling]: crate::guide::throttling
/// [`LoginManager`]: crate::LoginManager
///
#[doc = include_str!("../../docs/first-login.md")]
pub mod first_login {}

/// [survival]: crate::guide::survival
/// [freshness]: crate::guide::freshness
/// [stores]: crate::guide::stores
/// [protection]: crate::guide::protection
///
#[doc = include_str!("../../docs/remember.md")]
pub mod remember {}

/// [`FreshUser`]: crate::FreshUser
/// [`Auth::confirm_as`]: crate::Auth::confirm_as
/// [`Auth::renew`]: crate::Auth::renew
/// [`Auth::verify`]: crate::Auth::verify
/// [`Auth::verify_fresh`]: crate::Auth::verify_fresh
/// [throttling]: crate::guide::throttling
/// [programs]: crate::guide::programs
///
#[doc = include_str!("../../docs/freshness.md")]
pub mod freshness {}

/// [deploying]: crate::guide::deploying
/// [freshness]: crate::guide::freshness
/// [remember]: crate::guide::remember
/// [stores]: crate::guide::stores
///
#[doc = include_str!("../../docs/protection.md")]
pub mod protection {}

/// [throttling]: crate::guide::throttling
/// [websockets]: crate::guide::websockets
/// [keys]: crate::guide::keys
/// [stores]: crate::guide::stores
///
#[doc = include_str!("../../docs/deploying.md")]
pub mod deploying {}

/// [stores]: crate::guide::stores
/// [websockets]: crate::guide::websockets
/// [`testing`]: ../../testing/index.html
///
#[doc = include_str!("../../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../../docs/permissions.md")]
pub mod permissions {}

/// [deploying]: crate::guide::deploying
/// [permissions]: crate::guide::permissions
/// [programs]: crate::guide::programs
///
#[doc = include_str!("../../docs/websockets.md")]
pub mod websockets {}

/// [remember]: crate::guide::remember
/// [websockets]: crate::guide::websockets
/// [keys]: crate::guide::keys
/// [`store`]: crate::store
/// [`SessionStore`]: crate::store::SessionStore
///
#[doc = include_str!("../../docs/stores.md")]
pub mod stores {}

/// [deploying]: crate::guide::deploying
/// [permissions]: crate::guide::permissions
///
#[doc = include_str!("../../docs/kinds.md")]
pub mod kinds {}

/// [deploying]: crate::guide::deploying
///
#[doc = include_str!("../../docs/programs.md")]
pub mod programs {}

// Its code is the demo's, in pieces, which another test compares.
/// [deploying]: crate::guide::deploying
///
#[cfg_attr(not(doctest), doc = include_str!("../../docs/throttling.md"))]
#[allow(rustdoc::invalid_rust_codeblocks)]
pub mod throttling {}

// The code of both is that of tests, which compare it.
/// [accounts]: crate::guide::accounts
/// [first]: crate::guide::first_login
/// [permissions]: crate::guide::permissions
///
#[cfg_attr(not(doctest), doc = include_str!("../../docs/recipes.md"))]
#[allow(rustdoc::invalid_rust_codeblocks)]
pub mod recipes {}

/// [freshness]: crate::guide::freshness
/// [`auth_changed`]: crate::LoginManager::auth_changed
/// [recipes]: crate::guide::recipes
/// [stores]: crate::guide::stores
/// [throttling]: crate::guide::throttling
///
#[cfg_attr(not(doctest), doc = include_str!("../../docs/accounts.md"))]
#[allow(rustdoc::invalid_rust_codeblocks)]
pub mod accounts {}

/// [`Config`]: crate::Config
/// [deploying]: crate::guide::deploying
/// [keys]: crate::guide::keys
/// [programs]: crate::guide::programs
///
#[doc = include_str!("../../docs/settings.md")]
pub mod settings {}

#[doc = include_str!("../../docs/what-survives-what.md")]
pub mod survival {}

/// [`Event::TokenRefused`]: crate::Event::TokenRefused
/// [migrating]: crate::guide::migrating
///
#[doc = include_str!("../../docs/keys.md")]
pub mod keys {}

/// [permissions]: crate::guide::permissions
/// [programs]: crate::guide::programs
///
#[doc = include_str!("../../docs/migrating.md")]
pub mod migrating {}

/// [accounts]: crate::guide::accounts
/// [deploying]: crate::guide::deploying
/// [permissions]: crate::guide::permissions
/// [programs]: crate::guide::programs
/// [recipes]: crate::guide::recipes
/// [stores]: crate::guide::stores
/// [testing]: crate::guide::testing
/// [throttling]: crate::guide::throttling
///
#[doc = include_str!("../../docs/boundaries.md")]
pub mod boundaries {}
