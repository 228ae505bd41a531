//! Mistakes that the compiler refuses, and what it says about them.
//!
//! The words are those of Rust 1.95; another version may have others. `TRYBUILD=overwrite` in the
//! environment writes them anew, to be read before they are kept: they have to help a person.

#[test]
fn mistakes_are_refused_in_words_that_help() {
    trybuild::TestCases::new().compile_fail("cases/*.rs");
}
