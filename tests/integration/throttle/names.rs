//! Names as people and programs write them.

use rocket_login::AttemptsConfig;

use super::{HOME, client, status, strict};

/// Encodes each byte of a form's value.
fn form(name: &str) -> String {
    let bytes = name.bytes().map(|byte| format!("%{byte:02x}"));
    format!("name={}&password=wrong", bytes.collect::<String>())
}

fn per_name(per_name: u32) -> AttemptsConfig {
    AttemptsConfig {
        per_name,
        per_address: 1_000_000,
        ..strict()
    }
}

#[test]
fn all_spellings_of_a_name_share_its_attempts() {
    let spellings = [
        "Jos\u{e9}",
        "jose\u{301}",
        "  JOS\u{c9}\t",
        "\u{ff2a}os\u{e9}",
        "jo\u{200b}s\u{e9}",
    ];
    let client = client(per_name(4));
    for spelling in &spellings[..4] {
        assert_eq!(status(&client, HOME, &form(spelling)), 401, "{spelling:?}");
    }
    for spelling in spellings {
        assert_eq!(status(&client, HOME, &form(spelling)), 429, "{spelling:?}");
    }
    assert_eq!(status(&client, HOME, &form("jose")), 401);
}

#[test]
fn odd_names_are_names() {
    let names = [
        String::new(),
        "\0".into(),
        "alice\0".into(),
        "\r\nSet-Cookie: a=b".into(),
        "a".repeat(10_000),
        "\u{fdfa}".repeat(3_000),
        "%00' OR 1=1 --".into(),
        "\u{1f469}\u{200d}\u{1f4bb}".into(),
    ];
    let client = client(per_name(1));
    for name in &names {
        assert_eq!(status(&client, HOME, &form(name)), 401, "{name:?}");
    }
    for name in &names {
        assert_eq!(status(&client, HOME, &form(name)), 429, "{name:?}");
    }
}
