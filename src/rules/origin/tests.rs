use super::*;

fn forwarded(values: &[&str]) -> Option<Scheme> {
    Scheme::forwarded(values.iter().copied())
}

#[test]
fn a_forwarded_scheme_is_known_if_all_members_mean_it() {
    for values in [
        &["https"][..],
        &["wss"],
        &["HTTPS"],
        &["wSs"],
        &["https,https"],
        &["https , wss"],
        &["https", "wss, https"],
        &[" https\t"],
    ] {
        assert_eq!(forwarded(values), Some(Scheme::Https), "{values:?}");
    }
    for values in [&["http"][..], &["ws"], &["HTTP,Ws"], &["ws", "http"]] {
        assert_eq!(forwarded(values), Some(Scheme::Http), "{values:?}");
    }
    for values in [
        &[][..],
        &[""],
        &["https,"],
        &["https", ""],
        &["https,http"],
        &["wss", "ws"],
        &["gopher"],
        &["https,gopher"],
        &["https://"],
        &["\"https\""],
        &["https;http"],
        &["https http"],
        &["ｈttps"],
        &["\u{2000}https"],
        &["httpss"],
    ] {
        assert_eq!(forwarded(values), None, "{values:?}");
    }
    let long = "https,".repeat(2000);
    assert_eq!(forwarded(&[&long]), None);
    assert_eq!(forwarded(&[&format!("{long}wss")]), Some(Scheme::Https));
}

#[test]
fn origins_are_told_from_other_texts() {
    for good in [
        "https://app.example",
        "http://localhost:8000",
        "https://[::1]:8443",
    ] {
        assert!(is_origin(good), "{good}");
    }
    for bad in [
        "app.example",
        "https://app.example/",
        "HTTPS://app.example",
        "https://A.example",
        "https://app.example:443",
        "http://app.example:80",
        "https://",
        "https://[::1]x",
    ] {
        assert!(!is_origin(bad), "{bad}");
    }
}

#[test]
fn an_origin_that_no_browser_writes_is_none() {
    for good in [
        "https://127.0.0.1:8443",
        "https://[::1]",
        "http://[2001:db8::1]:8000",
        "http://shop.example.",
        "https://0xyz.example",
        "https://1.2.3.example",
        "https://shop.example:4430",
        "capacitor://localhost",
        "app://.",
        "moz-extension://0-1",
    ] {
        assert!(is_any_origin(good), "{good}");
    }
    for bad in [
        "https://127.1",
        "https://127.0.0.01",
        "https://2130706433",
        "http://0x7f.1",
        "http://1.0x7f",
        "https://1.2.3.4.5",
        "https://[::0001]",
        "https://[0:0:0:0:0:0:0:1]",
        "https://shop.example:0443",
        "https://shop.example:0",
        "https://shop.example:",
        "https://shop..example",
        "https://.example",
        "https://shop.example..",
        "https://.",
        "javascript://x",
        "data://x",
        "null://x",
        "FILE://x",
        "blob://x",
    ] {
        assert!(!is_any_origin(bad), "{bad}");
    }
}

#[test]
fn a_url_splits_behind_its_origin() {
    assert_eq!(
        split_origin("https://a.b:1/c?d"),
        Some(("https://a.b:1", "/c?d"))
    );
    assert_eq!(split_origin("https://a.b"), None);
    assert_eq!(split_origin("/c"), None);
}
