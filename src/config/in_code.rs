//! Settings that the application gives in code.

use crate::config::table::Config;

/// Settings that come from code, beside a table or instead of it.
#[derive(Debug, Default)]
pub(crate) struct InCode {
    pub(crate) config: Option<Config>,
    pub(crate) redirect_to: Option<String>,
    pub(crate) refresh_to: Option<String>,
    /// Login pages for parts of the site, with their bases.
    pub(crate) login_at: Vec<(String, String)>,
    /// Bases where programs are redirected as well (`true`), or no request is.
    pub(crate) redirects_at: Vec<(String, bool)>,
    /// Changes of what table and code say.
    pub(crate) changes: Changes,
    /// Whether code brings a store for the sessions.
    pub(crate) has_store: bool,
}

impl InCode {
    /// Whether the value of this key comes from code.
    pub(super) fn says(&self, key: &str) -> bool {
        self.config.is_some()
            || match key {
                "redirect_to" => self.redirect_to.is_some(),
                "refresh_to" => self.refresh_to.is_some(),
                _ => ["challenge_at", "redirects_at"].contains(&key),
            }
    }
}

/// Functions of the application that change settings, in the order of their calls.
#[derive(Default)]
pub(crate) struct Changes(Vec<Box<Change>>);

type Change = dyn Fn(&mut Config) + Send + Sync;

opaque! { Changes }

impl Changes {
    pub(crate) fn add(&mut self, change: impl Fn(&mut Config) + Send + Sync + 'static) {
        self.0.push(Box::new(change));
    }

    pub(super) fn apply(&self, config: &mut Config) {
        for change in &self.0 {
            change(config);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
