//! The words of comments and docs.

use crate::layers::prose::{self, Prose};

/// Words that hide who does something.
const VAGUE: &[&str] = &[
    "whoever", "whomever", "whom", "whatever", "nobody", "somebody", "lest",
];

/// Words that begin a clause where a sentence should begin.
const CLAUSES: &[&str] = &["what", "whom", "who", "whose", "by what", "by whom"];

/// How many words a sentence has at most, and on average.
const LONGEST: usize = 30;
const AVERAGE: usize = 17;

/// Replaces code, addresses of links and quoted texts, which are not our sentences.
fn plain(block: &str) -> String {
    let mut text = String::new();
    for (nth, part) in block.split('`').enumerate() {
        text.push_str(if nth % 2 == 0 { part } else { "X" });
    }
    for (begin, end) in [("](", ')'), ("][", ']')] {
        while let Some(at) = text.find(begin) {
            let rest = &text[at + begin.len()..];
            let end = rest
                .find(end)
                .map_or(text.len(), |end| at + begin.len() + end + 1);
            text.replace_range(at..end, "");
        }
    }
    let parts = text.split('"').enumerate();
    parts
        .map(|(nth, part)| if nth % 2 == 0 { part } else { "Q" })
        .collect()
}

fn sentences(block: &str) -> Vec<String> {
    let mut sentences = vec![String::new()];
    for word in plain(block).split_whitespace() {
        let sentence = sentences.last_mut().unwrap();
        let word = word.trim_matches(['(', ')', '[', ']', '*', '_']);
        sentence.push_str(word);
        sentence.push(' ');
        if word.ends_with(['.', '!', '?', ':', ';']) {
            sentences.push(String::new());
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

fn words(sentence: &str) -> impl Iterator<Item = String> {
    let words = sentence.split(|c: char| !c.is_alphanumeric() && !"'’-".contains(c));
    let words = words.filter(|word| word.chars().any(char::is_alphanumeric));
    words.map(str::to_lowercase)
}

fn begins_with_clause(sentence: &str) -> bool {
    let text = sentence.to_lowercase();
    let is_first = |clause: &&str| {
        let rest = text.strip_prefix(*clause);
        rest.is_some_and(|rest| rest.starts_with(' '))
    };
    !text.trim_end().ends_with('?') && CLAUSES.iter().any(is_first)
}

/// The faults of a text.
#[derive(Default)]
struct Findings {
    words: usize,
    sentences: usize,
    vague: Vec<String>,
    clauses: Vec<String>,
    long: Vec<String>,
}

impl Findings {
    fn read(prose: &Prose) -> Self {
        let mut findings = Self::default();
        for (name, blocks) in prose {
            for sentence in blocks.iter().flat_map(|block| sentences(block)) {
                findings.judge(name, &sentence);
            }
        }
        findings
    }

    fn judge(&mut self, name: &str, sentence: &str) {
        let words: Vec<String> = words(sentence).collect();
        self.words += words.len();
        self.sentences += usize::from(!words.is_empty());
        let found = format!("{name}: {sentence}");
        if words.iter().any(|word| VAGUE.contains(&word.as_str())) {
            self.vague.push(found.clone());
        }
        if begins_with_clause(sentence) {
            self.clauses.push(found.clone());
        }
        if words.len() > LONGEST {
            self.long.push(found);
        }
    }

    /// Allows half a vague word and one clause in a thousand words.
    #[track_caller]
    fn are_few(self, least: usize) {
        assert!(self.words > least, "{}", self.words);
        let (vague, clauses) = (&self.vague, &self.clauses);
        assert!(vague.len() * 2000 <= self.words, "{vague:#?}");
        assert!(clauses.len() * 1000 <= self.words, "{clauses:#?}");
        assert!(self.long.is_empty(), "{:#?}", self.long);
        let average = self.words / self.sentences;
        assert!(average < AVERAGE, "{average}");
    }
}

#[test]
fn the_library_is_in_plain_words() {
    Findings::read(&prose::library()).are_few(10_000);
}

#[test]
fn the_pages_are_in_plain_words() {
    Findings::read(&prose::pages()).are_few(20_000);
}

#[test]
fn comments_of_tests_examples_and_scripts_are_in_plain_words() {
    Findings::read(&prose::comments()).are_few(10_000);
}

#[test]
fn names_of_tests_are_in_plain_words() {
    let names = prose::test_names();
    assert!(names.len() > 1000, "{}", names.len());
    let is_vague = |name: &String| {
        let first = name.split('_').next().unwrap();
        CLAUSES.contains(&first) || name.split('_').any(|word| VAGUE.contains(&word))
    };
    let vague: Vec<_> = names.into_iter().filter(is_vague).collect();
    assert_eq!(vague, [""; 0]);
}

#[test]
fn a_sentence_ends_where_it_seems_to() {
    let block = "Refuses [`X`](crate::X) (see \"a b. c\"). Whoever asks: nobody. What it is! ";
    let sentences = sentences(block);
    assert_eq!(sentences.len(), 4, "{sentences:?}");
    assert_eq!(words(&sentences[0]).count(), 4);
    let clauses: Vec<_> = sentences.iter().map(|s| begins_with_clause(s)).collect();
    assert_eq!(clauses, [false, false, false, true]);
}
