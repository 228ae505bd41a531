//! Whether a page of another site is behind a request.

use crate::rules::Seen;
use crate::rules::origin::{self, Sight};

/// Who is behind a request that may change something, or opens a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    OwnPage,
    /// Browsers say where a page comes from; this was none, or an old one.
    Unsaid,
    ForeignPage,
}

/// What browsers say about the page that a request comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Provenance<'a> {
    pub(crate) origin: Seen<'a>,
    pub(crate) fetch_site: Seen<'a>,
}

/// The origins whose pages may act for their visitors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trusted<'a> {
    pub(crate) own: Sight<'a>,
    pub(crate) allowed: &'a [String],
}

impl Provenance<'_> {
    /// Who wants to change something.
    pub(crate) fn of_change(&self, trusted: &Trusted<'_>) -> Sender {
        match (self.fetch_site, self.origin) {
            (Seen::Unclear, _) | (_, Seen::Unclear) => Sender::ForeignPage,
            (Seen::Once("same-origin" | "none"), _) => Sender::OwnPage,
            (Seen::Once(_), Seen::Once(origin)) if trusted.allows(origin) => Sender::OwnPage,
            (Seen::Once(_), _) => Sender::ForeignPage,
            (Seen::Absent, _) => self.of_origin(trusted),
        }
    }

    /// Who is behind it by the origin alone, as with a socket, which no rule of
    /// browsers stands in the way of.
    pub(crate) fn of_origin(&self, trusted: &Trusted<'_>) -> Sender {
        match self.origin {
            Seen::Absent => Sender::Unsaid,
            Seen::Once(origin) if trusted.allows(origin) => Sender::OwnPage,
            Seen::Once(origin) if origin::is_own(origin, &trusted.own) => Sender::OwnPage,
            Seen::Once(_) | Seen::Unclear => Sender::ForeignPage,
        }
    }
}

impl Trusted<'_> {
    fn allows(&self, origin: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed == origin)
    }
}

impl Sender {
    /// Takes a sender of whom nothing is said for no page at all, and so for none
    /// that another site could have made.
    pub(crate) fn or_own_page(self) -> Self {
        match self {
            Self::Unsaid => Self::OwnPage,
            said => said,
        }
    }
}

#[cfg(test)]
mod tests;
