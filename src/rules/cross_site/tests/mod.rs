mod origins;

use super::*;

/// A site whose host is known from the request alone.
const PLAIN: Site<'static> = Site {
    setting: None,
    host: Some("app.example"),
    tls: false,
    forwarded: None,
    cookie_secure: true,
    allowed: &[],
};

fn with_shop<T>(judge: impl FnOnce(&Site<'_>) -> T) -> T {
    let allowed = ["https://shop.example".to_string()];
    judge(&Site {
        allowed: &allowed,
        ..PLAIN
    })
}

fn change(fetch_site: Seen<'_>, origin: Seen<'_>) -> Sender {
    with_shop(|site| Sender::of_change(fetch_site, origin, site))
}

fn socket(origin: Seen<'_>) -> Sender {
    with_shop(|site| Sender::of_origin(origin, site))
}

const FOREIGN: [&str; 14] = [
    "https://app.example.evil.com",
    "https://evilapp.example",
    "https://app.example:8443",
    "http://app.example",
    "https://App.example",
    "HTTPS://app.example",
    "https://app.example.",
    "https://app.example/",
    "https://user@app.example",
    "https://app.example:443",
    "https://shop.example.",
    "https://Shop.example",
    "null",
    "",
];

#[test]
fn browsers_that_say_it_are_believed() {
    for site in ["same-origin", "none"] {
        assert_eq!(change(Seen::Once(site), Seen::Absent), Sender::OwnPage);
        let origin = Seen::Once("null");
        assert_eq!(change(Seen::Once(site), origin), Sender::OwnPage, "{site}");
    }
    for site in ["cross-site", "same-site", "Same-Origin", "", "own"] {
        let own = Seen::Once("https://app.example");
        assert_eq!(change(Seen::Once(site), own), Sender::CrossSite, "{site}");
        assert_eq!(change(Seen::Once(site), Seen::Absent), Sender::CrossSite);
        let allowed = Seen::Once("https://shop.example");
        assert_eq!(change(Seen::Once(site), allowed), Sender::OwnPage, "{site}");
    }
}

#[test]
fn otherwise_the_origin_tells() {
    let own = Seen::Once("https://app.example");
    assert_eq!(change(Seen::Absent, own), Sender::OwnPage);
    let allowed = Seen::Once("https://shop.example");
    assert_eq!(change(Seen::Absent, allowed), Sender::OwnPage);
    for origin in FOREIGN {
        let verdict = change(Seen::Absent, Seen::Once(origin));
        assert_eq!(verdict, Sender::CrossSite, "{origin}");
    }
    assert_eq!(change(Seen::Absent, Seen::Absent), Sender::Unknown);
}

#[test]
fn a_header_that_is_there_twice_is_cross_site() {
    let own = Seen::Once("https://app.example");
    assert_eq!(change(Seen::Ambiguous, own), Sender::CrossSite);
    let site = Seen::Once("same-origin");
    assert_eq!(change(site, Seen::Ambiguous), Sender::CrossSite);
    assert_eq!(change(Seen::Absent, Seen::Ambiguous), Sender::CrossSite);
    assert_eq!(socket(Seen::Ambiguous), Sender::CrossSite);
}

#[test]
fn a_socket_is_judged_by_its_origin_alone() {
    assert_eq!(socket(Seen::Once("https://app.example")), Sender::OwnPage);
    assert_eq!(socket(Seen::Once("https://shop.example")), Sender::OwnPage);
    assert_eq!(socket(Seen::Absent), Sender::Unknown);
    for origin in FOREIGN {
        assert_eq!(socket(Seen::Once(origin)), Sender::CrossSite, "{origin}");
    }
}

fn link(site: Seen<'_>, mode: &str, dest: &str) -> Sender {
    let (mode, dest) = (Seen::Once(mode), Seen::Once(dest));
    let fetch = Fetch {
        site,
        mode,
        dest,
        storage: Seen::Absent,
    };
    with_shop(|shop| Sender::of_link(&fetch, Seen::Absent, shop))
}

#[test]
fn a_link_comes_from_anywhere_and_an_image_does_not() {
    for site in ["cross-site", "same-site", ""].map(Seen::Once) {
        assert_eq!(link(site, "navigate", "document"), Sender::OwnPage);
        assert_eq!(link(site, "navigate", "iframe"), Sender::CrossSite);
        assert_eq!(link(site, "no-cors", "document"), Sender::CrossSite);
    }
    for site in ["same-origin", "none"].map(Seen::Once) {
        assert_eq!(link(site, "no-cors", "image"), Sender::OwnPage);
    }
    assert_eq!(link(Seen::Absent, "no-cors", "image"), Sender::Unknown);
    let twice = link(Seen::Ambiguous, "navigate", "document");
    assert_eq!(twice, Sender::CrossSite);
}

#[test]
fn a_navigation_that_a_service_worker_passes_on_is_a_link_of_a_page_but_not_of_a_frame() {
    let passed_on = |site, mode, dest, storage| {
        let fetch = Fetch {
            site: Seen::Once(site),
            mode: Seen::Once(mode),
            dest,
            storage,
        };
        with_shop(|shop| Sender::of_link(&fetch, Seen::Absent, shop))
    };
    let empty = Seen::Once("empty");
    let link = passed_on("cross-site", "navigate", empty, Seen::Absent);
    assert_eq!(link, Sender::OwnPage);
    for storage in ["none", "inactive", "active", ""].map(Seen::Once) {
        let frame = passed_on("cross-site", "navigate", empty, storage);
        assert_eq!(frame, Sender::CrossSite);
    }
    // A frame of the same site says the same as a link.
    let frame = passed_on("same-site", "navigate", empty, Seen::Absent);
    assert_eq!(frame, Sender::CrossSite);
    for mode in ["cors", "no-cors", "same-origin"] {
        let script = passed_on("cross-site", mode, empty, Seen::Absent);
        assert_eq!(script, Sender::CrossSite, "{mode}");
    }
    for dest in [Seen::Absent, Seen::Ambiguous, Seen::Once("")] {
        let vague = passed_on("cross-site", "navigate", dest, Seen::Absent);
        assert_eq!(vague, Sender::CrossSite);
    }
}

#[test]
fn browsers_keep_the_credentials_of_four_schemes() {
    for kept in [
        "Basic YTpi",
        "basic",
        " Digest x=1,y=2",
        "NTLM",
        "Negotiate YTpi",
    ] {
        assert!(is_kept_by_browsers(kept), "{kept}");
    }
    for key in [
        "",
        "Bearer x",
        "Basically x",
        "Basic,x",
        "RocketLogin x",
        "x Basic",
    ] {
        assert!(!is_kept_by_browsers(key), "{key}");
    }
}

#[test]
fn a_purpose_is_one_word_of_a_list() {
    for purpose in ["prefetch", "Prefetch", "prefetch;prerender", "x, preview"] {
        assert!(is_ahead(purpose), "{purpose}");
    }
    for purpose in ["", ";", "prefetching", "no prefetch", "x"] {
        assert!(!is_ahead(purpose), "{purpose}");
    }
}

#[test]
fn only_an_unknown_sender_may_pass_for_no_page() {
    assert_eq!(Sender::Unknown.or_own_page(), Sender::OwnPage);
    assert_eq!(Sender::OwnPage.or_own_page(), Sender::OwnPage);
    assert_eq!(Sender::CrossSite.or_own_page(), Sender::CrossSite);
}
