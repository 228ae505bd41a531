#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rocket_login::fuzz::known_token(data));
