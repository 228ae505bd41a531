use super::*;

const A: StoreKey = StoreKey::from_bytes([0xa1; 16]);
const B: StoreKey = StoreKey::from_bytes([0x0b; 16]);

fn message(change: SessionChange) -> String {
    write(7, &B, &Word::Change(change))
}

fn auth_changed(renewed: Option<(StoreKey, Digest)>) -> SessionChange {
    SessionChange::AuthChanged { user: A, renewed }
}

#[test]
fn every_message_comes_back_as_it_was() {
    let mut changes = vec![auth_changed(None), auth_changed(Some((B, Digest([9; 16]))))];
    changes.extend(ENDS.map(|(why, _)| SessionChange::Ended {
        key: A,
        user: B,
        why,
    }));
    for change in changes {
        let text = message(change);
        let (node, realm, word) = read(&text).unwrap();
        assert_eq!((node, realm), (7, B));
        assert_eq!(write(node, &realm, &word), text);
        assert!(text.is_ascii() && text.len() < 200);
    }
}

#[test]
fn its_text_is_this() {
    let (key, user, why) = (A, B, SessionEnd::LoggedOut);
    let [a, b] = ["a1", "0b"].map(|byte| byte.repeat(16));
    assert_eq!(
        message(SessionChange::Ended { key, user, why }),
        format!("1 0000000000000007 {b} ended {a} {b} loggedout")
    );
}

#[test]
fn a_text_that_is_no_message_is_not_read() {
    let good = message(auth_changed(None));
    for bad in [
        String::new(),
        good.replacen('1', "2", 1),
        format!("{good} "),
        format!("{good} more"),
        good.replace(" -", ""),
        good.replace(" -", " other"),
        good.replace("changed", "vanished"),
        good.replace("a1a1", "a1"),
        good.replace("a1a1", "ü1"),
        good.replace(' ', "  "),
    ] {
        assert!(read(&bad).is_none(), "{bad}");
    }
}

fn outbox(table: &str) -> Outbox {
    Outbox::new(StoreKey::of_realm("test", table)).unwrap()
}

fn ended() -> SessionChange {
    SessionChange::Ended {
        key: StoreKey::from_bytes([1; 16]),
        user: StoreKey::from_bytes([2; 16]),
        why: SessionEnd::LoggedOut,
    }
}

fn changed() -> SessionChange {
    SessionChange::AuthChanged {
        user: StoreKey::from_bytes([2; 16]),
        renewed: None,
    }
}

#[rocket::async_test]
async fn one_s_own_messages_and_those_of_other_realms_are_not_for_us() {
    let (here, there, staff) = (outbox("login"), outbox("login"), outbox("staff"));
    here.push(&ended());
    let text = here.next().await;
    assert!(here.read(&text).is_none());
    assert!(staff.read(&text).is_none());
    assert!(matches!(there.read(&text), Some(Word::Change(_))));
    assert!(there.read("hello").is_none());
}

#[rocket::async_test]
async fn messages_stay_until_they_are_sent_and_leave_in_order() {
    let outbox = outbox("login");
    outbox.push(&ended());
    outbox.push(&changed());
    let first = outbox.next().await;
    assert_eq!(outbox.next().await, first);
    outbox.sent(&first);
    let second = outbox.next().await;
    assert!(first.contains("ended") && second.contains("changed"));
    outbox.sent(&first);
    assert_eq!(outbox.next().await, second);
    outbox.sent(&second);
    outbox.emptied().await;
}

#[rocket::async_test]
async fn too_many_messages_become_one_to_look_again() {
    let (outbox, other) = (outbox("login"), outbox("login"));
    for _ in 0..4 {
        outbox.put(Word::Change(ended()), 3);
    }
    let text = outbox.next().await;
    assert!(matches!(other.read(&text), Some(Word::LookAgain)));
    outbox.sent(&text);
    outbox.emptied().await;
}
