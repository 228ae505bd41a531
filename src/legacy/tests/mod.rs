//! Any bytes, signed and not, and texts of the original applications.

mod sessions;
mod tokens;
mod vectors;

use super::*;

fn keys(secret: &str) -> LegacyKeys {
    LegacyKeys::new(secret).unwrap()
}

#[test]
fn keys_do_not_show() {
    assert_eq!(format!("{:?}", keys(vectors::SECRET)), "LegacyKeys(..)");
    assert!(keys(vectors::SECRET).is_same(&keys(vectors::SECRET)));
    assert!(!keys(vectors::SECRET).is_same(&keys(vectors::LATIN)));
}
