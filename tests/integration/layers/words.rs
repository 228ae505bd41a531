//! The words of comments and docs.

use crate::layers::source;

/// Words that hide who does something.
const VAGUE: &[&str] = &[
    "whoever", "whomever", "whom", "whatever", "nobody", "somebody", "lest",
];

/// Words that begin a clause where a sentence should begin.
const CLAUSES: &[&str] = &["what", "whom", "who", "whose", "by what", "by whom"];

/// How many words a sentence has at most.
const LONGEST: usize = 30;

/// Replaces code, addresses of links and quoted texts, which are not our sentences.
fn plain(block: &str) -> String {
    let mut text = String::new();
    for (nth, part) in block.split('`').enumerate() {
        text.push_str(if nth % 2 == 0 { part } else { "X" });
    }
    while let Some(at) = text.find("](") {
        let end = text[at..].find(')').map_or(text.len(), |end| at + end + 1);
        text.replace_range(at..end, "");
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
        sentence.push_str(word.trim_matches(['(', ')', '[', ']', '*', '_']));
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

#[test]
fn comments_are_in_plain_words() {
    let (mut total, mut vague, mut clauses, mut long) = (0, Vec::new(), Vec::new(), Vec::new());
    for (module, source) in source::all() {
        for sentence in source.prose.iter().flat_map(|block| sentences(block)) {
            let words: Vec<String> = words(&sentence).collect();
            total += words.len();
            if words.iter().any(|word| VAGUE.contains(&word.as_str())) {
                vague.push(format!("{module}: {sentence}"));
            }
            if begins_with_clause(&sentence) {
                clauses.push(format!("{module}: {sentence}"));
            }
            if words.len() > LONGEST {
                long.push(format!("{module}: {sentence}"));
            }
        }
    }
    assert!(total > 10_000, "{total}");
    // Half a vague word, and one clause, in a thousand words.
    assert!(vague.len() * 2000 <= total, "{vague:#?}");
    assert!(clauses.len() * 1000 <= total, "{clauses:#?}");
    assert!(long.is_empty(), "{long:#?}");
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
