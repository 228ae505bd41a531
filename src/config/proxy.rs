//! The settings about proxies: their addresses, their headers, and the path that they take
//! off.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::config::check::{Wrong, is_word};
use crate::config::shown::shown;
use crate::config::table::Config;
use crate::rules::{client, public_base as rule};

/// Returns the networks whose headers count. Refuses headers that cannot be read.
pub(super) fn networks(config: &Config) -> Result<Vec<IpNet>, Wrong> {
    headers(config)?;
    let network = |text: &String| {
        let address = || text.parse::<IpAddr>().map(IpNet::from).ok();
        let network = text.parse().ok().or_else(address).map(client::canonical);
        network.ok_or_else(|| {
            let text = shown(text);
            let why = format!("`{text}` is neither an address nor a network such as `10.0.0.0/8`");
            ("trusted_proxies", why)
        })
    };
    config.trusted_proxies.iter().map(network).collect()
}

fn headers(config: &Config) -> Result<(), Wrong> {
    let is_header = |name: &str| is_word(name, b"-_") && !name.eq_ignore_ascii_case("forwarded");
    let prefix = config.prefix_header.as_deref();
    if !is_header(&config.proxy_header) {
        let why = "it is the name of a header that lists addresses, such as `X-Forwarded-For`; \
                   `Forwarded` has another grammar, which is not read";
        Err(("proxy_header", why.into()))
    } else if prefix.is_some_and(|name| !is_header(name)) {
        let why = "it is the name of a header that holds a path, such as `X-Forwarded-Prefix`";
        Err(("prefix_header", why.into()))
    } else if prefix.is_some() && config.trusted_proxies.is_empty() {
        let why = "the header counts from proxies alone that are in `trusted_proxies`, \
                   and there are none: write their addresses there";
        Err(("prefix_header", why.into()))
    } else {
        Ok(())
    }
}

/// Returns the public base that the settings say. It is empty where they say none.
pub(super) fn public_base(config: &Config) -> Result<String, Wrong> {
    let Some(text) = &config.public_base else {
        return Ok(String::new());
    };
    rule::parse(text).map(Into::into).ok_or_else(|| {
        let why = format!(
            "`{}` is no path such as `/app`: it begins with one `/`, without scheme and host, and \
             consists of ASCII letters, digits, `-`, `.`, `_` and `~` between single slashes",
            shown(text).escape_debug()
        );
        ("public_base", why)
    })
}
