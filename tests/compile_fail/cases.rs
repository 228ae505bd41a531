//! Mistakes that the compiler refuses, and what it says about them.
//!
//! Another version of Rust may use other words. What has changed is written anew with
//! `TRYBUILD=overwrite cargo test`, to be read before it is kept: a person has to understand it.

#[test]
fn mistakes_are_refused_in_words_that_help() {
    trybuild::TestCases::new().compile_fail("cases/*.rs");
}
