//! The browser of a session, as far as its user is shown it.

use std::net::IpAddr;

/// How many bytes of a user agent are kept.
const USER_AGENT: usize = 200;

/// Address and user agent of the request that began or confirmed a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) address: Option<IpAddr>,
    pub(crate) user_agent: Option<String>,
}

impl Client {
    pub(crate) fn new(address: Option<IpAddr>, user_agent: Option<&str>) -> Self {
        let capped = |text: &str| {
            let fits = |end: &usize| text.is_char_boundary(*end);
            let end = (0..=USER_AGENT.min(text.len())).rev().find(fits);
            text.get(..end?).map(Into::into)
        };
        Self {
            address,
            user_agent: user_agent.and_then(capped),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_user_agent_is_cut_between_characters() {
        let client = Client::new(None, Some(&"é".repeat(150)));
        assert_eq!(client.user_agent.as_deref(), Some(&*"é".repeat(100)));
        let odd = Client::new(None, Some(&format!("x{}", "é".repeat(150))));
        assert_eq!(odd.user_agent.unwrap().len(), 199);
    }
}
