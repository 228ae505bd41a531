//! The name that an attempt to log in claims, in the one form of all its spellings.

use unicode_normalization::UnicodeNormalization;

/// How many characters of a name count: each costs time.
const MOST: usize = 500;

/// A name in its folded form: NFKC without differences of case, without characters that show
/// nothing, and without space around it.
///
/// Names that differ here have limits of their own. So this may unite names that an
/// application tells apart, and must not separate names that it takes for one.
pub(crate) struct FoldedName(String);

impl FoldedName {
    pub(crate) fn new(name: &str) -> Self {
        let is_around = |c: char| c.is_whitespace() || shows_nothing(c);
        let shown = name.trim_matches(is_around).chars();
        // These go first: they must not push what shows out of the characters that count.
        let shown = shown.filter(|c| !shows_nothing(*c)).take(MOST);
        let folded: String = shown
            .nfkc()
            // Down, up and down: so `ẞ` meets `ß` and `SS`, and `ς` meets `σ`.
            .flat_map(char::to_lowercase)
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase)
            .nfkc()
            .collect();
        Self(folded.trim_matches(is_around).into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Whether Unicode has a character ignored by default, such as a soft hyphen.
fn shows_nothing(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

opaque! { FoldedName }

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(name: &str) -> String {
        FoldedName::new(name).0
    }

    #[test]
    fn spellings_of_one_name_are_one() {
        for (name, expected) in [
            ("alice", "alice"),
            ("ALICE", "alice"),
            (" \t\u{3000}Alice\u{a0}\n", "alice"),
            ("\u{feff}\u{200b} alice \u{200b}", "alice"),
            ("ａｌｉｃｅ", "alice"),
            ("𝐀𝕝𝖎𝓬𝚎", "alice"),
            ("al\u{ad}ic\u{200d}e\u{fe0f}", "alice"),
            ("al\u{131}ce", "alice"),
            ("\u{212a}ate", "kate"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("STRAẞE", "strasse"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
            ("οδυσσευς", "οδυσσευσ"),
            ("Jose\u{301}", "jos\u{e9}"),
            ("JOS\u{c9}", "jos\u{e9}"),
            ("ﬁona", "fiona"),
            ("alice@EXAMPLE.org", "alice@example.org"),
        ] {
            assert_eq!(folded(name), expected, "{name:?}");
        }
    }

    #[test]
    fn other_names_are_others() {
        let names = [
            "alice", "alicе", "al ice", "alice\0", "\0alice", "alíce", "alice1", "",
        ];
        for (index, name) in names.iter().enumerate() {
            let others = &names[index + 1..];
            assert!(!others.iter().any(|other| folded(other) == folded(name)));
        }
    }

    #[test]
    fn a_name_may_be_nothing() {
        for name in [
            "",
            " ",
            "\u{3000}\n",
            "\u{200b}",
            "\u{3164}",
            "\u{ad} \u{ad}",
        ] {
            assert_eq!(folded(name), "", "{name:?}");
        }
    }

    #[test]
    fn of_a_long_name_the_beginning_counts() {
        let long = "É".repeat(5_000);
        assert_eq!(folded(&long), "é".repeat(MOST));
        assert_eq!(folded(&format!("{long}!")), folded(&long));
        assert_eq!(folded(&format!("{}alice", " ".repeat(10_000))), "alice");
        assert_eq!(
            folded(&format!("al{}ice", "\u{200b}".repeat(10_000))),
            "alice"
        );
        // One character may become eighteen.
        assert!(folded(&"\u{fdfa}".repeat(5_000)).len() < 50 * MOST);
    }

    #[test]
    fn no_character_becomes_one_that_shows_nothing() {
        for c in '\u{0}'..=char::MAX {
            assert!(!folded(&c.to_string()).contains(shows_nothing), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn a_folded_name_stays_as_it_is(name in "\\PC{0,40}") {
            prop_assert_eq!(folded(&folded(&name)), folded(&name));
        }

        #[test]
        fn case_makes_no_difference(name in "\\PC{0,40}") {
            prop_assert_eq!(folded(&name.to_uppercase()), folded(&name));
        }
    }
}
