//! Settings: as they are written, and as they are in force.
//!
//! A new setting needs a field with its doc and its default in `table`, and a row in
//! `docs/settings.md`. All code can read it then, in [`Settings`]. Two more places are for
//! settings that need them: `check`, if not every value of the type makes sense, and
//! `settings`, if the value depends on routes or on other settings.

mod attempts;
mod beside;
mod check;
mod in_code;
mod page;
mod proxy;
mod quotes;
mod secret;
mod session;
mod settings;
mod shown;
mod source;
mod store_url;
mod table;
mod values;

pub use crate::rules::protection::ProtectionLevel;
pub use attempts::AttemptsConfig;
pub(crate) use in_code::InCode;
pub(crate) use page::Page;
pub use secret::SecretKey;
pub use session::SessionConfig;
pub(crate) use settings::{Loaded, Settings, load};
pub use store_url::StoreUrl;
pub use table::Config;
pub(crate) use values::is_usable_duration;
pub use values::{LegacyTokens, StoreKind};
