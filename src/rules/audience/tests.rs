use super::*;

const CHROME: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Judges a request with these headers.
fn of<const N: usize>(headers: [(&str, &str); N]) -> Audience {
    Audience::of(|name| {
        let named = headers.iter().filter(|(said, _)| *said == name);
        let lines: Vec<&str> = named.map(|(_, value)| *value).collect();
        (!lines.is_empty()).then(|| lines.join(",").into())
    })
}

#[test]
fn browsers_and_clients_that_do_not_say_get_pages() {
    assert_eq!(of([]), Audience::Page);
    for accept in [
        "*/*",
        CHROME,
        "text/*",
        "application/xhtml+xml",
        "application/json;q=0.5, */*",
        "text/*, image/*",
        "image/png, */*",
        "text/plain;q=0.5, */*;q=0.5",
    ] {
        assert_eq!(of([("Accept", accept)]), Audience::Page, "{accept}");
    }
}

#[test]
fn a_client_that_prefers_something_else_is_a_program() {
    for accept in [
        "application/json",
        "application/json, text/plain, */*",
        "application/json, text/*;q=0.5",
        "image/png",
        "image/*",
        "image/*, application/json;q=0.5",
        "text/event-stream",
        "*/*;q=0.1, application/json",
        "nonsense",
        "",
        "text/htmlx",
        "text/html;q=0",
        "text/html; Q=0.000, application/json",
        "text/html;q=x",
        "text/html;q=0, */*",
        "image/avif,image/webp,image/*;q=0.8,*/*;q=0.5",
        "text/css,*/*;q=0.1",
        "video/webm,audio/*;q=0.6,*/*;q=0.5",
        "application/rss+xml, application/atom+xml;q=0.9, */*;q=0.8",
    ] {
        assert_eq!(of([("Accept", accept)]), Audience::Program, "{accept}");
    }
}

#[test]
fn a_script_that_names_html_gets_the_page() {
    for accept in [
        CHROME,
        "text/html",
        "TEXT/Html",
        "text/html, application/xhtml+xml",
        "text/vnd.turbo-stream.html, text/html, application/xhtml+xml",
        "text/html;level=1;q=0.2, application/json",
        "application/json, text/html ; charset=utf-8",
    ] {
        assert_eq!(of([("Accept", accept)]), Audience::Page, "{accept}");
        for mode in ["cors", "same-origin", "no-cors"] {
            let said = of([("Sec-Fetch-Mode", mode), ("Accept", accept)]);
            assert_eq!(said, Audience::Page, "{mode}: {accept}");
        }
    }
    let twice = [("Accept", "application/json"), ("Accept", "text/html")];
    assert_eq!(of(twice), Audience::Page);
}

#[test]
fn a_script_that_names_no_html_is_a_program() {
    for mode in ["cors", "same-origin", "no-cors", "websocket", ""] {
        assert_eq!(of([("Sec-Fetch-Mode", mode)]), Audience::Program, "{mode}");
        for accept in [
            "*/*",
            "text/*",
            "application/json",
            "text/html;q=0",
            "image/*",
        ] {
            let said = of([("Sec-Fetch-Mode", mode), ("Accept", accept)]);
            assert_eq!(said, Audience::Program, "{mode}: {accept}");
        }
    }
}

#[test]
fn a_navigation_is_a_page_also_through_a_service_worker() {
    for navigation in [
        ("Sec-Fetch-Mode", "navigate"),
        ("Upgrade-Insecure-Requests", "1"),
        ("Upgrade-Insecure-Requests", " 1, 1"),
    ] {
        for beside in [
            ("Accept", "application/json"),
            ("Accept", "*/*"),
            ("Sec-Fetch-Mode", "same-origin"),
            ("Sec-Fetch-Mode", "cors"),
            ("Authorization", "Bearer x"),
            ("X-Requested-With", "XMLHttpRequest"),
            ("Content-Type", "application/json"),
        ] {
            assert_eq!(of([navigation, beside]), Audience::Page, "{beside:?}");
        }
    }
    for none in ["0", "", "11", "true"] {
        let said = [
            ("Upgrade-Insecure-Requests", none),
            ("Sec-Fetch-Mode", "cors"),
        ];
        assert_eq!(of(said), Audience::Program, "{none}");
    }
}

#[test]
fn only_one_value_of_requested_with_marks_a_script() {
    for value in [
        "XMLHttpRequest",
        "xmlhttprequest",
        "com.example.app, XMLHttpRequest",
    ] {
        let said = [("Accept", CHROME), ("X-Requested-With", value)];
        assert_eq!(of(said), Audience::Program, "{value}");
    }
    for value in ["com.example.app", "", "XMLHttpRequest2", "fetch"] {
        let said = [("Accept", CHROME), ("X-Requested-With", value)];
        assert_eq!(of(said), Audience::Page, "{value}");
    }
}

#[test]
fn passwords_that_browsers_keep_mark_no_program() {
    for value in [
        "Basic YTpi",
        "bAsIc YTpi",
        "Digest a=b",
        "Negotiate x",
        "NTLM x",
    ] {
        for accept in [CHROME, "*/*"] {
            let said = [("Accept", accept), ("Authorization", value)];
            assert_eq!(of(said), Audience::Page, "{value}");
        }
        let said = [("Accept", "application/json"), ("Authorization", value)];
        assert_eq!(of(said), Audience::Program, "{value}");
    }
    for value in ["Bearer x", "x", "", "RocketLogin x"] {
        let said = [("Accept", CHROME), ("Authorization", value)];
        assert_eq!(of(said), Audience::Program, "{value}");
    }
}

#[test]
fn htmx_is_htmx_also_in_mode_cors() {
    let said = [("HX-Request", "true"), ("Sec-Fetch-Mode", "cors")];
    assert_eq!(of(said), Audience::Htmx);
    assert_eq!(of([("HX-Request", "false")]), Audience::Page);
}

#[test]
fn a_frame_of_turbo_is_a_part_of_a_page() {
    let turbo = ("Accept", "text/html, application/xhtml+xml");
    let frame = ("Turbo-Frame", "messages");
    assert_eq!(
        of([frame, turbo, ("Sec-Fetch-Mode", "cors")]),
        Audience::Frame
    );
    assert_eq!(
        of([frame, ("Authorization", "Basic YTpi")]),
        Audience::Frame
    );
    assert_eq!(
        of([frame, ("Authorization", "Bearer x")]),
        Audience::Program
    );
    assert_eq!(of([frame, ("Sec-Fetch-Mode", "navigate")]), Audience::Page);
    assert_eq!(of([("Turbo-Frame", ""), turbo]), Audience::Page);
}

#[test]
fn json_bodies_come_from_programs() {
    for json in [
        "application/json; charset=utf-8",
        "application/vnd.api+json",
    ] {
        let said = [("Accept", CHROME), ("Content-Type", json)];
        assert_eq!(of(said), Audience::Program, "{json}");
    }
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(of([form]), Audience::Page);
}

#[test]
fn a_handshake_is_never_a_page() {
    for protocols in ["websocket", "WebSocket", "h2c, websocket"] {
        let said = [
            ("Upgrade", protocols),
            ("HX-Request", "true"),
            ("Accept", CHROME),
        ];
        assert_eq!(of(said), Audience::Handshake, "{protocols}");
    }
}
