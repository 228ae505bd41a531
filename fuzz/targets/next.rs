#![no_main]

use std::sync::LazyLock;

use url::Url;

static HERE: LazyLock<Url> = LazyLock::new(|| Url::parse("https://app.example/login").unwrap());

// Judged once more by a URL parser as browsers have one.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(target) = rocket_login::fuzz::next(data) {
        let there = HERE.join(target).unwrap();
        assert_eq!(there.origin(), HERE.origin());
    }
});
