//! `Cookie` headers that are no text, without end, or of another time.

use super::tossing::{
    HOST_REMEMBER, HOST_SESSION, send, sessions, who_sends, who_with_both, with_host_cookies,
};
use super::*;

/// `$Version=1` once made servers read quoted values, with everything in them as one.
#[test]
fn an_old_grammar_of_cookies_cannot_be_asked_for() {
    with_host_cookies(|server| {
        let (real, planted) = sessions(server);
        let real = format!("{HOST_SESSION}={real}");
        let sandwich = format!("$Version=1; x=\"a; {real}; y=b\"");
        is_alice(who_sends(server, &[&sandwich]));
        let quoted = format!("$Version=1; {HOST_SESSION}=\"{planted}\"; $Path=/");
        is_nobody(who_sends(server, &[&quoted]));
        for user in who_with_both(server, &real, "$Version=1; $Path=\"/\"") {
            is_alice(user);
        }
    });
}

#[test]
fn bytes_that_are_no_text_let_no_user_in_and_bring_nothing_down() {
    with_host_cookies(|server| {
        let (real, planted) = sessions(server);
        let real = format!("{HOST_SESSION}={real}");
        let bobs =
            |bytes: &[u8]| [bytes, HOST_SESSION.as_bytes(), b"=", planted.as_bytes()].concat();
        for before in [
            &b"x=\xff; "[..],
            b"\xff",
            b"\xff\xfe; ",
            b"\xc2",
            b"\x80=1;",
        ] {
            let reply = send(server, &[&bobs(before), real.as_bytes()]);
            assert_ne!(user(&reply).as_deref(), Some("bob"), "{before:?}");
        }
        for value in [
            "%00",
            "%0d%0aSet-Cookie:%20x=y",
            "%ff%fe",
            "%",
            "%zz",
            "\u{1f980}",
        ] {
            for name in [HOST_SESSION, HOST_REMEMBER] {
                let reply = send(server, &[format!("{name}={value}").as_bytes()]);
                is_nobody(user(&reply));
                assert_eq!(reply.cookies(), [], "{value}");
            }
        }
        // Without a valid header there is no request.
        for byte in [b"\0", b"\x01", b"\x7f"] {
            assert_eq!(send(server, &[&bobs(byte)]).status, 400, "{byte:?}");
        }
    });
}

#[test]
fn cookies_without_end_let_no_user_in_and_bring_nothing_down() {
    with_host_cookies(|server| {
        let (real, planted) = sessions(server);
        let real = format!("{HOST_SESSION}={real}");
        let many: String = (0..5000).map(|n| format!("c{n}=v; ")).collect();
        is_alice(who_sends(server, &[&format!("{many}{real}")]));
        let same = format!("{HOST_SESSION}={planted}; ").repeat(100);
        is_nobody(who_sends(server, &[&format!("{same}{real}")]));
        is_nobody(who_sends(server, &[&format!("{real}; {same}")]));
        // An unsigned cookie is no user's, however often it is there.
        let garbage = format!("{HOST_SESSION}=A; ").repeat(5000);
        is_alice(who_sends(server, &[&format!("{garbage}{real}")]));
        for huge in [
            "A".repeat(400_000),
            format!("{planted}{}", "=".repeat(400_000)),
        ] {
            let huge = format!("{HOST_SESSION}={huge}");
            is_nobody(who_sends(server, &[&huge]));
            is_alice(who_sends(server, &[&real, &huge]));
            is_alice(who_sends(server, &[&huge, &real]));
        }
    });
}
