//! The fingerprint of a browser, unless the application computes its own.

use std::net::IpAddr;

/// The longest part of a user agent that counts: hashing costs by the byte.
const MAX_USER_AGENT: usize = 1024;

/// The size of an address and a user agent, each with a tag and a length.
const ROOM: usize = 2 * 9 + 16 + MAX_USER_AGENT;

/// The address and the user agent, in bytes. A missing part differs from an empty one.
///
/// The bytes lie on the stack: every request makes one, only to digest it.
pub(crate) struct Fingerprint {
    bytes: [u8; ROOM],
    length: usize,
}

impl Fingerprint {
    pub(crate) fn new(address: Option<IpAddr>, user_agent: Option<&str>) -> Self {
        let mut identifier = Self {
            bytes: [0; ROOM],
            length: 0,
        };
        match address.map(|address| address.to_canonical()) {
            None => identifier.append(&[0]),
            Some(IpAddr::V4(address)) => identifier.append_part(&address.octets()),
            Some(IpAddr::V6(address)) => identifier.append_part(&address.octets()),
        }
        match user_agent.map(str::as_bytes) {
            None => identifier.append(&[0]),
            Some(text) => identifier.append_part(text.get(..MAX_USER_AGENT).unwrap_or(text)),
        }
        identifier
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn append_part(&mut self, part: &[u8]) {
        self.append(&[1]);
        self.append(&(part.len() as u64).to_be_bytes());
        self.append(part);
    }

    fn append(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        if let Some(room) = self.bytes.get_mut(self.length..end) {
            room.copy_from_slice(bytes);
            self.length = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_client(address: Option<IpAddr>, user_agent: Option<&str>) -> Vec<u8> {
        Fingerprint::new(address, user_agent).as_bytes().to_vec()
    }

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
