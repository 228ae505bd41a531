use super::*;

const OWN: Sight<'static> = Sight {
    setting: None,
    host: Some("app.example"),
    tls: false,
    forwarded_proto: None,
    cookie_secure: true,
};

fn change(fetch_site: Seen<'_>, origin: Seen<'_>) -> Sender {
    let allowed = ["https://shop.example".to_string()];
    let provenance = Provenance { origin, fetch_site };
    provenance.of_change(&Trusted {
        own: OWN,
        allowed: &allowed,
    })
}

fn socket(origin: Seen<'_>) -> Sender {
    let allowed = ["https://shop.example".to_string()];
    let provenance = Provenance {
        origin,
        // Browsers say `same-site` of another port, and that is not enough.
        fetch_site: Seen::Once("same-origin"),
    };
    provenance.of_origin(&Trusted {
        own: OWN,
        allowed: &allowed,
    })
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
        assert_eq!(change(Seen::Once(site), own), Sender::ForeignPage, "{site}");
        assert_eq!(change(Seen::Once(site), Seen::Absent), Sender::ForeignPage);
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
        assert_eq!(verdict, Sender::ForeignPage, "{origin}");
    }
    assert_eq!(change(Seen::Absent, Seen::Absent), Sender::Unsaid);
}

#[test]
fn what_is_said_twice_is_said_by_somebody_else() {
    let own = Seen::Once("https://app.example");
    assert_eq!(change(Seen::Unclear, own), Sender::ForeignPage);
    let site = Seen::Once("same-origin");
    assert_eq!(change(site, Seen::Unclear), Sender::ForeignPage);
    assert_eq!(change(Seen::Absent, Seen::Unclear), Sender::ForeignPage);
    assert_eq!(socket(Seen::Unclear), Sender::ForeignPage);
}

#[test]
fn a_socket_is_judged_by_its_origin_alone() {
    assert_eq!(socket(Seen::Once("https://app.example")), Sender::OwnPage);
    assert_eq!(socket(Seen::Once("https://shop.example")), Sender::OwnPage);
    assert_eq!(socket(Seen::Absent), Sender::Unsaid);
    for origin in FOREIGN {
        assert_eq!(socket(Seen::Once(origin)), Sender::ForeignPage, "{origin}");
    }
}

#[test]
fn only_who_said_nothing_may_pass_for_no_page() {
    assert_eq!(Sender::Unsaid.or_own_page(), Sender::OwnPage);
    assert_eq!(Sender::OwnPage.or_own_page(), Sender::OwnPage);
    assert_eq!(Sender::ForeignPage.or_own_page(), Sender::ForeignPage);
}
