use proptest::prelude::*;
use serde::Deserialize;

use super::*;

const NEVER: [&str; 3] = ["/login", "/logout", "/reauthenticate"];

fn accepts(target: &str) -> bool {
    is_safe(target, NEVER)
}

#[derive(Deserialize)]
struct Case {
    payload: String,
    why: String,
    expect: String,
}

#[test]
fn the_listed_targets_get_their_verdicts() {
    let text = include_str!("../../../tests/data/next-targets.json");
    let cases: Vec<Case> = serde_json::from_str(text).unwrap();
    assert_eq!(cases.len(), 64);
    for Case {
        payload,
        why,
        expect,
    } in cases
    {
        assert_eq!(accepts(&payload), expect == "accept", "{payload:?}: {why}");
    }
}

#[test]
fn paths_of_this_site_are_accepted() {
    for target in [
        "/",
        "/a",
        "/a/b/",
        "/a//b",
        "/?q",
        "/a%20b",
        "/%E2%82%AC",
        "/~x/@y:z",
        "/a;x=1",
    ] {
        assert!(accepts(target), "{target}");
    }
}

#[test]
fn every_path_that_could_lead_elsewhere_is_refused() {
    for target in [
        "",
        "a",
        "?q",
        "#f",
        "//",
        "//a",
        "/%",
        "/%2",
        "/%zz",
        "/é",
        "/a b",
        "/\t",
        "/%00",
        "/%7f",
        "/%c2%85",
        "/a/../b",
        "/a/%2e%2e/b",
        "/a/..;x/b",
        "/.",
        "/..",
        "/%5ca",
        "/%255c",
        "/%25252525",
        "/%252f/evil.com",
        "/%ff",
        "/%",
        "/;/",
        "/a?%zz",
    ] {
        assert!(!accepts(target), "{target}");
    }
}

#[test]
fn three_rounds_of_encoding_are_seen_through_and_no_more() {
    assert!(accepts("/a%20b") && accepts("/a%2520b") && accepts("/a%252520b"));
    assert!(!accepts("/a%25252520b"));
}

#[test]
fn pages_that_a_login_must_not_lead_to_are_refused_in_every_spelling() {
    for target in [
        "/login",
        "/login/",
        "/login?x",
        "/%6cogin",
        "/login;a",
        "/logout#x",
        "/reauthenticate",
    ] {
        assert!(!accepts(target), "{target}");
    }
    assert!(accepts("/login/help") && accepts("/Login"));
}

#[test]
fn a_base_reaches_by_whole_segments() {
    for path in ["/admin", "/admin/", "/admin/x", "//admin//x", "/admin;a/x"] {
        assert!(is_below(path, "/admin"), "{path}");
    }
    for path in ["/", "/administrator", "/x/admin", "/Admin"] {
        assert!(!is_below(path, "/admin"), "{path}");
    }
    assert!(is_below("/", "/") && is_below("/x", "/"));
}

#[test]
fn a_path_is_as_deep_as_it_has_segments() {
    for (path, deep) in [
        ("/", 0),
        ("/a", 1),
        ("/a/", 1),
        ("//a;x//b", 2),
        ("/a/b/c", 3),
    ] {
        assert_eq!(depth(path), deep, "{path}");
    }
}

#[test]
fn a_field_is_appended_to_a_uri_with_and_without_query() {
    assert_eq!(
        with_field("/login", "next", "/a?b=1&c"),
        "/login?next=%2Fa%3Fb%3D1%26c"
    );
    assert_eq!(
        with_field("/signin?lang=fr", "next", "/"),
        "/signin?lang=fr&next=%2F"
    );
}

#[test]
fn a_requested_uri_is_encoded_where_no_target_has_the_character() {
    for (uri, target) in [
        ("/a?q=a|b", "/a?q=a%7Cb"),
        ("/a?q={}^`\\\"<>", "/a?q=%7B%7D%5E%60%5C%22%3C%3E"),
        ("/a?q=100%", "/a?q=100%25"),
        ("/a?q=%zz%2&x=%4", "/a?q=%25zz%252&x=%254"),
        ("/100%/{x}|^?%%", "/100%25/%7Bx%7D%7C%5E?%25%25"),
        ("/a%7Cb?q=%7c+c&d[]='!*()~", "/a%7Cb?q=%7c+c&d[]='!*()~"),
        ("/%%32e%2e/x", "/%25%32e%2e/x"),
        ("/\u{e9}?\u{65e5}", "/%C3%A9?%E6%97%A5"),
        ("/a? \n\u{7f}|", "/a? \n\u{7f}%7C"),
    ] {
        assert_eq!(encoded(uri.into()), target);
        assert_eq!(encoded(target.into()), target);
    }
}

#[test]
fn an_encoded_uri_leads_no_further_than_a_plain_one() {
    for uri in [
        "/\\evil.com",
        "\\\\evil.com",
        "/\\/evil.com",
        "//evil.com",
        "/%5c|",
        "/%%32f/evil.com",
        "/%%32e%2e/",
        "/.|/../%",
        "/|/../x",
        "/%/%2e%2e/x",
        "/log%6fut?|",
        "/a\\b",
        "/%00|",
        "/a |",
        "/\u{85}|",
        "/|\n",
    ] {
        assert!(!accepts(&encoded(uri.into())), "{uri}");
    }
}

#[test]
fn every_visible_character_of_a_query_survives() {
    for byte in b'!'..=b'~' {
        let uri = format!("/a?q={}z", char::from(byte));
        assert!(byte == b'#' || accepts(&encoded(uri.clone())), "{uri}");
        let in_path = format!("/a{}z", char::from(byte));
        assert!(
            byte == b'\\' || accepts(&encoded(in_path.clone())),
            "{in_path}"
        );
    }
}

proptest! {
    #[test]
    fn an_encoded_uri_is_the_same_to_a_server(uri in "[/a-f0-9%|{}^`\\\\?&=\"<>é日]{0,24}") {
        let target = encoded(format!("/a?{uri}"));
        prop_assert!(accepts(&target));
        let read = |query: &str| RawStr::new(query).url_decode_lossy().into_owned();
        prop_assert_eq!(read(&target), read(&format!("/a?{uri}")));
    }

    #[test]
    fn an_accepted_path_stays_on_this_site(target in "[/\\\\.:;@%a-f0-9?#]{0,12}") {
        if accepts(&target) {
            prop_assert!(target.starts_with('/') && !target.starts_with("//"));
            prop_assert!(!target.contains('\\'));
            prop_assert!(Reference::parse(&target).is_ok());
            let path = decoded_path(&target).unwrap();
            prop_assert!(!path.starts_with("//") && !path.contains('\\'));
        }
    }

    #[test]
    fn nothing_brings_the_validator_down(target in "\\PC*") {
        accepts(&target);
    }
}
