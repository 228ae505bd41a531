//! The client of a request: its address, behind proxies, and its fingerprint.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;

/// The longest part of a user agent that counts: hashing costs by the byte.
const MAX_USER_AGENT: usize = 1024;

/// The bytes of an IPv6 address that name its network, a /64.
const NETWORK: usize = 8;

/// The size of an address and a user agent, each with a tag and a length.
const ROOM: usize = 2 * 9 + 16 + MAX_USER_AGENT;

/// Returns the client's address: the peer's, unless the peer is a trusted proxy.
///
/// The forwarding header is read from the right, up to the first address that is no trusted
/// proxy. The client itself may have written everything to the left of that address. A part
/// that is no address ends the reading, and the last address counts.
pub(crate) fn address<'a, I>(
    peer: Option<IpAddr>,
    forwarded: I,
    trusted: &[IpNet],
) -> Option<IpAddr>
where
    I: DoubleEndedIterator<Item = &'a str>,
{
    let is_trusted = |address| is_trusted(Some(address), trusted);
    let mut client = peer?.to_canonical();
    let mut hops = forwarded.rev().flat_map(|line| line.rsplit(','));
    while is_trusted(client) {
        match hops.next().and_then(hop) {
            Some(address) => client = address.to_canonical(),
            None => break,
        }
    }
    Some(client)
}

/// Returns whether the peer is a trusted proxy, so that its forwarding headers count.
pub(crate) fn is_trusted(peer: Option<IpAddr>, trusted: &[IpNet]) -> bool {
    peer.is_some_and(|peer| trusted.iter().any(|net| net.contains(&peer.to_canonical())))
}

/// Returns the IPv4 network of a network of mapped addresses, and others as they are.
pub(crate) fn canonical(net: IpNet) -> IpNet {
    const MAPPED: u8 = 96;
    let address = net.addr().to_canonical();
    match net.prefix_len().checked_sub(MAPPED) {
        Some(prefix) if address.is_ipv4() && net.addr().is_ipv6() => {
            IpNet::new(address, prefix).unwrap_or(net)
        }
        _ => net,
    }
}

/// Returns the bytes of an address that count for a limit: of an IPv6 address the network.
pub(crate) fn network(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().into(),
        IpAddr::V6(address) => network_octets(address).into(),
    }
}

/// Returns the part of an IPv6 address that names its network (/64).
fn network_octets(address: Ipv6Addr) -> [u8; NETWORK] {
    let [a, b, c, d, e, f, g, h, ..] = address.octets();
    [a, b, c, d, e, f, g, h]
}

fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse())
        .ok()
}

/// The fingerprint of a browser, unless the application computes its own: address and
/// user agent, in bytes. A missing part differs from an empty one. Of an IPv6 address the
/// network counts: devices take another address in it every day.
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
            Some(IpAddr::V6(address)) => identifier.append_part(&network_octets(address)),
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

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        address(peer.parse().ok(), forwarded.iter().copied(), &trusted)
            .map_or("none".into(), |address| address.to_string())
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(seen("9.9.9.9", &["1.1.1.1"]), "9.9.9.9");
    }

    #[test]
    fn the_header_counts_up_to_the_first_stranger_from_the_right() {
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 1.1.1.1, 10.0.0.2"]), "1.1.1.1");
        assert_eq!(
            seen("10.0.0.1", &["6.6.6.6", "1.1.1.1", "10.0.0.2"]),
            "1.1.1.1"
        );
        assert_eq!(seen("::1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(seen("::1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(seen("::ffff:10.0.0.1", &["1.1.1.1:80"]), "1.1.1.1");
    }

    #[test]
    fn a_network_of_mapped_addresses_is_the_network() {
        let canonical = |text: &str| super::canonical(text.parse().unwrap()).to_string();
        assert_eq!(canonical("::ffff:10.0.0.0/104"), "10.0.0.0/8");
        assert_eq!(canonical("::ffff:10.0.0.1/128"), "10.0.0.1/32");
        assert_eq!(canonical("::ffff:10.0.0.0/64"), "::ffff:10.0.0.0/64");
        assert_eq!(canonical("10.0.0.0/8"), "10.0.0.0/8");
        assert_eq!(canonical("2001:db8::/32"), "2001:db8::/32");
        assert_eq!(canonical("2001:db8::/112"), "2001:db8::/112");
    }

    #[test]
    fn an_address_that_does_not_parse_ends_the_reading() {
        assert_eq!(seen("10.0.0.1", &["1.1.1.1, unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["1.1.1.1, , 10.0.0.2"]), "10.0.0.2");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("nonsense", &["1.1.1.1"]), "none");
    }

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
    fn of_an_ipv6_address_the_network_counts() {
        let at = |address: &str| of_client(address.parse().ok(), None);
        let home = at("2001:db8:1:2::1");
        assert_eq!(home, at("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(home, at("2001:db8:1:3::1"));
        assert_ne!(home, at("2001:db8:1:1:ffff:ffff:ffff:ffff"));
        // The bytes of an IPv4 address are no network.
        assert_ne!(at("::ffff:10.0.0.1"), at("::ffff:10.0.0.2"));
        assert_ne!(at("::ffff:10.0.0.1"), at("::"));
        assert_ne!(at("32.1.13.184"), at("2001:db8::"));
    }

    #[test]
    fn of_an_ipv6_address_the_network_has_a_limit() {
        let network = |address: &str| network(address.parse().unwrap());
        let home = network("2001:db8:1:2::1");
        assert_eq!(home, network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(home, network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:10.0.0.1"), network("10.0.0.1"));
        assert_ne!(network("10.0.0.1"), network("10.0.0.2"));
        assert_ne!(network("32.1.13.184"), network("2001:db8::"));
    }

    #[test]
    fn a_huge_user_agent_is_cut() {
        let huge = "é".repeat(200_000);
        assert!(of_client(None, Some(&huge)).len() < 1100);
    }
}
