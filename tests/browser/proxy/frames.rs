//! The site in a frame of another one.

use serde_json::json;

use super::*;
use crate::visitor::soon;

/// The other site.
const AROUND: &str = "server {
    listen 443 ssl http2;
    server_name around.example;
    ssl_certificate     /etc/ssl/app.example/fullchain.pem;
    ssl_certificate_key /etc/ssl/app.example/privkey.pem;
    location / {
        default_type text/html;
        return 200 '<!doctype html><title>Around</title>
            <iframe src=\"https://app.example/account\" width=900 height=900></iframe>';
    }
}
upstream app {";

/// The demo allows no frames.
const FRAMED: &str = "proxy_hide_header X-Frame-Options;
    proxy_hide_header Content-Security-Policy;
    proxy_http_version 1.1;";

#[test]
fn a_login_in_a_frame_of_another_site_needs_cookies_of_its_own() {
    let edits = [
        ("upstream app {", AROUND),
        ("proxy_http_version 1.1;", FRAMED),
    ];
    for is_partitioned in [false, true] {
        let site = Site::start_as(&edits, 60, |figment| {
            let figment = figment.merge(("login.cookie_samesite", "none"));
            figment.merge(("login.cookie_partitioned", is_partitioned))
        });
        let blocks = ["--test-third-party-cookie-phaseout"];
        let alice = site.visitor_with(&[HOST, "around.example"], &blocks);
        alice.open("https://around.example/");
        alice.enter_frame();
        alice.type_into("#username", "alice");
        alice.type_into("#password", "wonderland");
        alice.click("#remember");
        alice.script("window.mark = true");
        alice.click(".card button");
        let heading = "return window.mark || document.querySelector('h1')?.textContent";
        if !is_partitioned {
            soon(json!("Log in"), || alice.script(heading));
            continue;
        }
        soon(json!("Your account"), || alice.script(heading));
        let around = alice.tab();
        alice.new_tab();
        alice.go("/account");
        alice.arrives_at("/login?next=%2Faccount");
        alice.go_to(&around);
        alice.enter_frame();
        alice.log_out();
    }
}
