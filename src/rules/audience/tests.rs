use super::*;

const CHROME: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn accepting(accept: &str) -> Audience {
    Audience::of(&Hints {
        accept: Some(accept),
        ..Hints::default()
    })
}

#[test]
fn browsers_and_those_who_do_not_say_get_pages() {
    assert_eq!(Audience::of(&Hints::default()), Audience::Page);
    for accept in [
        "*/*",
        CHROME,
        "text/html",
        "TEXT/HTML",
        "text/*",
        "application/json, text/html",
        "application/json;q=0.5, text/html;q=0.5",
    ] {
        assert_eq!(accepting(accept), Audience::Page, "{accept}");
    }
}

#[test]
fn whoever_prefers_json_is_a_program() {
    for accept in [
        "application/json",
        "application/json, text/plain, */*",
        "text/html;q=0.5, application/json",
        "image/png",
        "image/*",
        "image/*, application/json;q=0.5",
        "text/event-stream",
        "*/*;q=0.1, application/json",
        "nonsense",
        "text/html;q=0",
        "text/html;q=x",
    ] {
        assert_eq!(accepting(accept), Audience::Program, "{accept}");
    }
}

#[test]
fn the_fetch_mode_decides_before_accept() {
    let hints = |mode| Hints {
        fetch_mode: Some(mode),
        accept: Some(if mode == "navigate" {
            "application/json"
        } else {
            CHROME
        }),
        ..Hints::default()
    };
    assert_eq!(Audience::of(&hints("navigate")), Audience::Page);
    for mode in ["cors", "same-origin", "no-cors", "websocket", ""] {
        assert_eq!(Audience::of(&hints(mode)), Audience::Program, "{mode}");
    }
}

#[test]
fn htmx_is_htmx_whatever_else_it_says() {
    let htmx = Hints {
        hx_request: Some("true"),
        fetch_mode: Some("cors"),
        ..Hints::default()
    };
    assert_eq!(Audience::of(&htmx), Audience::Htmx);
    let not = Hints {
        hx_request: Some("false"),
        ..Hints::default()
    };
    assert_eq!(Audience::of(&not), Audience::Page);
}

#[test]
fn scripts_and_json_bodies_are_programs() {
    let base = Hints {
        accept: Some(CHROME),
        ..Hints::default()
    };
    for hints in [
        Hints {
            requested_with: true,
            ..base
        },
        Hints {
            authorization: true,
            ..base
        },
        Hints {
            content_type: Some("application/json; charset=utf-8"),
            ..base
        },
        Hints {
            content_type: Some("application/vnd.api+json"),
            ..base
        },
    ] {
        assert_eq!(Audience::of(&hints), Audience::Program, "{hints:?}");
    }
    let form = Hints {
        content_type: Some("application/x-www-form-urlencoded"),
        ..base
    };
    assert_eq!(Audience::of(&form), Audience::Page);
}

#[test]
fn a_handshake_is_never_a_page() {
    let handshake = Hints {
        is_handshake: true,
        hx_request: Some("true"),
        ..Hints::default()
    };
    assert_eq!(Audience::of(&handshake), Audience::Program);
}
