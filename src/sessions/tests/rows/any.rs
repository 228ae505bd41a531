//! Rows of any record, and of any bytes.

use std::net::IpAddr;

use proptest::prelude::*;

use super::*;

prop_compose! {
    fn any_session()(
        times: [u64; 3], fresh in prop::option::of(1u64..), digests: [[u8; 16]; 2],
        permanent: bool, restored: bool, forced: bool,
    ) -> Session {
        Session {
            begun: millis(times[0]),
            expires: millis(times[1]),
            last_seen: millis(times[2]),
            fresh_since: fresh.map(millis),
            permanent, restored, forced,
            identifier: Digest(digests[0]),
            auth_hash: Digest(digests[1]),
        }
    }
}

prop_compose! {
    fn any_remember()(
        parts in any_generations(), is_settled: bool, agent: [u8; 16], expires: u64,
    ) -> Remember {
        Remember { generations: parts, is_settled, agent: Digest(agent), expires: millis(expires) }
    }
}

fn any_generations() -> impl Strategy<Value = Generations> {
    (0u64..1 << 48, 0u64..1 << 48).prop_map(|(current, floor)| generations(current, floor))
}

prop_compose! {
    fn any_record()(
        logged_in_at: u64, session in any_session(), parts in any_generations(),
        is_confirmed: bool, is_legacy: bool, was_elsewhere: bool,
        remember in prop::option::of(any_remember()),
        address: Option<IpAddr>, agent in prop::option::of("\\PC{0,80}"),
        later in prop::collection::btree_map(8u8..255, prop::collection::vec(any::<u8>(), 0..9), 0..4),
    ) -> Record {
        let field = |(tag, bytes): (u8, Vec<u8>)| [vec![tag, 0, bytes.len() as u8], bytes].concat();
        Record {
            logged_in_at: millis(logged_in_at),
            generations: parts, is_confirmed, remember, is_legacy, was_elsewhere,
            client: Client::new(address, agent.as_deref()),
            unknown: later.into_iter().flat_map(field).collect(),
            session,
        }
    }
}

proptest! {
    #[test]
    fn a_record_comes_back_as_it_was(record in any_record()) {
        let value = live(record.clone()).write();
        let row = Row::read(&value).unwrap();
        assert_same(&row, &record);
        prop_assert_eq!(row.write(), value);
    }

    #[test]
    fn any_bytes_are_read_whole_or_not_at_all(
        noise in prop::collection::vec(any::<u8>(), 0..200), at: usize, byte: u8,
    ) {
        let mut damaged = live(full()).write();
        let at = at % damaged.len();
        damaged[at] = byte;
        for value in [noise.clone(), [&[1][..], &noise].concat(), damaged] {
            if let Some(row) = Row::read(&value) {
                prop_assert_eq!(row.write(), value);
            }
        }
    }
}
