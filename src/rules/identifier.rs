//! By what a browser is recognised, unless the application says otherwise.

use std::net::IpAddr;

/// Nobody's user agent is longer, and hashing costs by the byte.
const MAX_USER_AGENT: usize = 1024;

/// The address and the user agent, each with its length; what is missing is not the
/// same as what is empty.
pub(crate) fn of_client(address: Option<IpAddr>, user_agent: Option<&str>) -> Vec<u8> {
    let mut identifier = Vec::with_capacity(192);
    match address.map(|address| address.to_canonical()) {
        None => identifier.push(0),
        Some(IpAddr::V4(address)) => append(&mut identifier, &address.octets()),
        Some(IpAddr::V6(address)) => append(&mut identifier, &address.octets()),
    }
    match user_agent.map(str::as_bytes) {
        None => identifier.push(0),
        Some(text) => append(&mut identifier, text.get(..MAX_USER_AGENT).unwrap_or(text)),
    }
    identifier
}

fn append(identifier: &mut Vec<u8>, part: &[u8]) {
    identifier.push(1);
    identifier.extend_from_slice(&(part.len() as u64).to_be_bytes());
    identifier.extend_from_slice(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_and_user_agent_both_count() {
        let one = of_client(Some([10, 0, 0, 1].into()), Some("curl"));
        assert_ne!(one, of_client(Some([10, 0, 0, 2].into()), Some("curl")));
        assert_ne!(one, of_client(Some([10, 0, 0, 1].into()), Some("wget")));
        assert_ne!(one, of_client(None, Some("curl")));
        assert_ne!(of_client(None, Some("")), of_client(None, None));
    }

    #[test]
    fn a_mapped_address_is_the_address() {
        let mapped: IpAddr = "::ffff:10.0.0.1".parse().unwrap();
        assert_eq!(
            of_client(Some(mapped), None),
            of_client(Some([10, 0, 0, 1].into()), None)
        );
    }

    #[test]
    fn a_huge_user_agent_is_cut() {
        let huge = "é".repeat(200_000);
        assert!(of_client(None, Some(&huge)).len() < 1100);
    }
}
