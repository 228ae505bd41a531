//! The guide, one chapter for each subject, in the order in which most sites need them.
//!
//! To begin with:
//!
//! 1. [`first_login`]: users, a loader, a login page
//! 2. [`guards`]: pages for users alone
//! 3. [`remember`]: remember me, for weeks or months
//! 4. [`freshness`]: the password once more, before something sensitive
//! 5. [`throttling`]: a rate limit against guessed passwords
//! 6. [`testing`]: tests of your application
//! 7. [`deploying`]: settings for production
//! 8. [`proxies`]: nginx, Caddy, HAProxy, Apache or Traefik in front
//! 9. [`other_sites`]: CSRF, frames, and logins that come back by POST
//!
//! As it grows:
//!
//! * [`closed_site`]: a whole site behind the login, with exceptions
//! * [`stores`]: sessions on the server, a list of them, log out everywhere, several nodes
//! * [`protection`]: a session that turns up in another browser
//! * [`permissions`]: rules about what a user may do
//! * [`websockets`]: WebSockets that know their user, and end with the session
//! * [`programs`]: API keys and bearer tokens
//! * [`kinds`]: customers and staff in one application
//! * [`one_host`]: an application below a path, or a login for other applications
//! * [`recipes`]: the user on every page, a guard of your own
//! * [`accounts`]: registration, accounts without a password, better hashes, deletion
//! * [`mail_links`]: a link in a mail that logs in
//! * [`scripts`]: single-page applications, and CORS
//! * [`oauth`]: logins at an identity provider, pages in Tera
//!
//! To look up:
//!
//! * [`settings`]: all of them
//! * [`survival`]: what ends a session or a remember token, and what does not
//! * [`keys`]: rotating the secret key, and logging out all users
//! * [`migrating`]: moving from Flask-Login or Starlette-Login
//! * [`names`]: their settings, functions and signals, and what to write here
//! * [`boundaries`]: what this crate leaves to others, and why
//! * [`glossary`]: the terms
//!
//! The tests of this crate compile every piece of code in the guide. They read every table of
//! settings, and run the configurations of the proxies.

// For documentation alone: nothing in here is compiled into an application. Doctests compile the
// blocks of code that rustdoc would check.
#![allow(rustdoc::invalid_rust_codeblocks)]
//
// A chapter is a file in `docs/`, where its links lead to other files. Here they lead to other
// chapters: of two definitions of a link the first one counts.

/// [`NextField`]: crate::NextField
/// [`Next`]: crate::Next
/// [deploying]: crate::guide::deploying
/// [glossary]: crate::guide::glossary
/// [guards]: crate::guide::guards
/// [other-sites]: crate::guide::other_sites
/// [remember]: crate::guide::remember
/// [settings]: crate::guide::settings
/// [throttling]: crate::guide::throttling
#[doc = include_str!("../../docs/first-login.md")]
pub mod first_login {}

/// [`LoginManager`]: crate::LoginManager
/// [`MaybeUser`]: crate::MaybeUser
/// [freshness]: crate::guide::freshness
/// [glossary]: crate::guide::glossary
/// [other-sites]: crate::guide::other_sites
/// [permissions]: crate::guide::permissions
/// [programs]: crate::guide::programs
/// [websockets]: crate::guide::websockets
#[doc = include_str!("../../docs/guards.md")]
pub mod guards {}

/// [freshness]: crate::guide::freshness
/// [glossary]: crate::guide::glossary
/// [protection]: crate::guide::protection
/// [stores]: crate::guide::stores
/// [survival]: crate::guide::survival
#[doc = include_str!("../../docs/remember.md")]
pub mod remember {}

/// [`FreshUser`]: crate::FreshUser
/// [`Auth::confirm_as`]: crate::Auth::confirm_as
/// [`Auth::renew`]: crate::Auth::renew
/// [`Auth::verify`]: crate::Auth::verify
/// [`Auth::verify_fresh`]: crate::Auth::verify_fresh
/// [glossary]: crate::guide::glossary
/// [programs]: crate::guide::programs
/// [throttling]: crate::guide::throttling
#[doc = include_str!("../../docs/freshness.md")]
pub mod freshness {}

// Its code is the demo's, in pieces, which another test compares.
/// [`Event::LoginFailed`]: crate::Event::LoginFailed
/// [`Event::ManyAttempts`]: crate::Event::ManyAttempts
/// [`LoginError::retry_after`]: crate::LoginError::retry_after
/// [glossary]: crate::guide::glossary
/// [other-sites]: crate::guide::other_sites
/// [proxies]: crate::guide::proxies
/// [stores]: crate::guide::stores
#[cfg_attr(not(doctest), doc = include_str!("../../docs/throttling.md"))]
pub mod throttling {}

/// [`testing`]: ../../testing/index.html
/// [glossary]: crate::guide::glossary
/// [stores]: crate::guide::stores
/// [websockets]: crate::guide::websockets
#[doc = include_str!("../../docs/testing.md")]
pub mod testing {}

/// [glossary]: crate::guide::glossary
/// [keys]: crate::guide::keys
/// [other-sites]: crate::guide::other_sites
/// [protection]: crate::guide::protection
/// [proxies]: crate::guide::proxies
/// [stores]: crate::guide::stores
/// [throttling]: crate::guide::throttling
/// [websockets]: crate::guide::websockets
#[doc = include_str!("../../docs/deploying.md")]
pub mod deploying {}

/// [deploying]: crate::guide::deploying
/// [glossary]: crate::guide::glossary
/// [one-host]: crate::guide::one_host
/// [other-sites]: crate::guide::other_sites
/// [protection]: crate::guide::protection
/// [throttling]: crate::guide::throttling
/// [websockets]: crate::guide::websockets
#[doc = include_str!("../../docs/proxies.md")]
pub mod proxies {}

/// [glossary]: crate::guide::glossary
/// [proxies]: crate::guide::proxies
#[doc = include_str!("../../docs/other-sites.md")]
pub mod other_sites {}

/// [glossary]: crate::guide::glossary
/// [keys]: crate::guide::keys
/// [remember]: crate::guide::remember
/// [websockets]: crate::guide::websockets
/// [`store`]: crate::store
/// [`SessionStore`]: crate::store::SessionStore
#[doc = include_str!("../../docs/stores.md")]
pub mod stores {}

/// [freshness]: crate::guide::freshness
/// [glossary]: crate::guide::glossary
/// [proxies]: crate::guide::proxies
/// [remember]: crate::guide::remember
/// [stores]: crate::guide::stores
#[doc = include_str!("../../docs/protection.md")]
pub mod protection {}

/// [glossary]: crate::guide::glossary
#[doc = include_str!("../../docs/permissions.md")]
pub mod permissions {}

/// [glossary]: crate::guide::glossary
/// [other-sites]: crate::guide::other_sites
/// [permissions]: crate::guide::permissions
/// [programs]: crate::guide::programs
#[doc = include_str!("../../docs/websockets.md")]
pub mod websockets {}

/// [glossary]: crate::guide::glossary
/// [one-host]: crate::guide::one_host
/// [other-sites]: crate::guide::other_sites
/// [websockets]: crate::guide::websockets
#[doc = include_str!("../../docs/programs.md")]
pub mod programs {}

/// [kinds]: crate::guide::kinds
/// [permissions]: crate::guide::permissions
/// [settings]: crate::guide::settings
/// [websockets]: crate::guide::websockets
#[doc = include_str!("../../docs/closed-site.md")]
pub mod closed_site {}

/// [closed]: crate::guide::closed_site
/// [deploying]: crate::guide::deploying
/// [glossary]: crate::guide::glossary
/// [permissions]: crate::guide::permissions
#[doc = include_str!("../../docs/kinds.md")]
pub mod kinds {}

/// [glossary]: crate::guide::glossary
#[doc = include_str!("../../docs/one-host.md")]
pub mod one_host {}

// The code of these chapters is that of tests and examples, which a test compares.
/// [accounts]: crate::guide::accounts
/// [guards]: crate::guide::guards
/// [oauth]: crate::guide::oauth
/// [permissions]: crate::guide::permissions
#[cfg_attr(not(doctest), doc = include_str!("../../docs/recipes.md"))]
pub mod recipes {}

/// [first]: crate::guide::first_login
/// [freshness]: crate::guide::freshness
/// [`auth_changed`]: crate::LoginManager::auth_changed
/// [mail-links]: crate::guide::mail_links
/// [stores]: crate::guide::stores
/// [throttling]: crate::guide::throttling
#[cfg_attr(not(doctest), doc = include_str!("../../docs/accounts.md"))]
pub mod accounts {}

/// [accounts]: crate::guide::accounts
/// [throttling]: crate::guide::throttling
#[cfg_attr(not(doctest), doc = include_str!("../../docs/mail-links.md"))]
pub mod mail_links {}

/// [accounts]: crate::guide::accounts
#[cfg_attr(not(doctest), doc = include_str!("../../docs/scripts.md"))]
pub mod scripts {}

/// [accounts]: crate::guide::accounts
/// [other-sites]: crate::guide::other_sites
/// [`FreshUser`]: crate::FreshUser
/// [`NextField`]: crate::NextField
#[cfg_attr(not(doctest), doc = include_str!("../../docs/oauth.md"))]
pub mod oauth {}

/// [`Config`]: crate::Config
/// [freshness]: crate::guide::freshness
/// [keys]: crate::guide::keys
/// [kinds]: crate::guide::kinds
/// [one-host]: crate::guide::one_host
/// [other-sites]: crate::guide::other_sites
/// [programs]: crate::guide::programs
/// [stores]: crate::guide::stores
#[doc = include_str!("../../docs/settings.md")]
pub mod settings {}

/// [glossary]: crate::guide::glossary
/// [throttling]: crate::guide::throttling
#[doc = include_str!("../../docs/what-survives-what.md")]
pub mod survival {}

/// [`Event::TokenRefused`]: crate::Event::TokenRefused
/// [glossary]: crate::guide::glossary
/// [migrating]: crate::guide::migrating
#[doc = include_str!("../../docs/keys.md")]
pub mod keys {}

/// [glossary]: crate::guide::glossary
/// [names]: crate::guide::names
#[doc = include_str!("../../docs/migrating.md")]
pub mod migrating {}

/// [migrating]: crate::guide::migrating
/// [permissions]: crate::guide::permissions
/// [programs]: crate::guide::programs
#[doc = include_str!("../../docs/names.md")]
pub mod names {}

/// [mail-links]: crate::guide::mail_links
/// [oauth]: crate::guide::oauth
/// [other-sites]: crate::guide::other_sites
/// [permissions]: crate::guide::permissions
/// [programs]: crate::guide::programs
/// [proxies]: crate::guide::proxies
/// [scripts]: crate::guide::scripts
/// [stores]: crate::guide::stores
/// [testing]: crate::guide::testing
#[doc = include_str!("../../docs/boundaries.md")]
pub mod boundaries {}

#[doc = include_str!("../../docs/glossary.md")]
pub mod glossary {}
