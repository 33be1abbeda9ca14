//! The words that say nothing by themselves, as data, and the finding of them in a text.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

static EMBEDDED: LazyLock<Words> = LazyLock::new(|| Words::of(include_str!("../../data/vague_words.txt")));

/// Why a word says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vague {
    /// How much, without a figure.
    Degree,
    /// A direction.
    Change,
    /// A rank instead of a figure.
    Level,
    /// An aim of every enterprise.
    Empty,
    /// Put off.
    Later,
    /// Filled in, but nothing is said.
    Nothing,
    /// A date that is none.
    Soon,
    /// Speaks of the enterprise.
    Introduction,
    /// Papers and patents.
    Output,
    /// A mark of confidence.
    Secret,
    /// No name of a technology.
    General,
}

/// The lists of `programme/data/vague_words.txt`.
#[derive(Clone, Debug)]
pub struct Words {
    /// By first character, the longest first.
    table: HashMap<char, Vec<(&'static str, Vague)>>,
}

/// A word found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) kind: Vague,
}

impl Words {
    /// The lists that the program carries.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn of(file: &'static str) -> Self {
        let mut table: HashMap<char, Vec<(&'static str, Vague)>> = HashMap::new();
        let lines = file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
        for (kind, words) in lines {
            let Some(kind) = Vague::of(kind) else { continue };
            for word in words.split(' ') {
                table.entry(word.chars().next().unwrap_or_default()).or_default().push((word, kind));
            }
        }
        for words in table.values_mut() {
            words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
        Self { table }
    }

    /// Every word of these kinds in the text, in order and without overlap, the longest at each place.
    pub(super) fn find<'t>(&'t self, text: &'t str, kinds: &'t [Vague]) -> impl Iterator<Item = Found> + 't {
        let mut at = 0;
        std::iter::from_fn(move || {
            while let Some(symbol) = text[at..].chars().next() {
                let known = self.table.get(&symbol).into_iter().flatten();
                let found = known.into_iter().find(|(word, kind)| kinds.contains(kind) && text[at..].starts_with(word));
                let start = at;
                at += found.map_or(symbol.len_utf8(), |(word, _)| word.len());
                if let Some((_, kind)) = found {
                    return Some(Found { range: start..at, kind: *kind });
                }
            }
            None
        })
    }

    /// Whether the whole text, points aside, is one of these words.
    pub(super) fn is_only(&self, text: &str, kind: Vague) -> bool {
        let text = text.trim().trim_end_matches(['。', '.', '！', '，']);
        let first = text.chars().next().and_then(|first| self.table.get(&first));
        first.is_some_and(|words| words.contains(&(text, kind)))
    }
}

impl Vague {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "degree" => Self::Degree,
            "change" => Self::Change,
            "level" => Self::Level,
            "empty" => Self::Empty,
            "later" => Self::Later,
            "nothing" => Self::Nothing,
            "soon" => Self::Soon,
            "introduction" => Self::Introduction,
            "output" => Self::Output,
            "secret" => Self::Secret,
            "general" => Self::General,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_a_kind_with_words() {
        let lines = include_str!("../../data/vague_words.txt").lines().filter(|line| !line.starts_with('#'));
        for line in lines {
            let (kind, words) = line.split_once('\t').unwrap();
            assert!(Vague::of(kind).is_some() && words.split(' ').all(|word| !word.is_empty()), "{line}");
        }
    }

    #[test]
    fn the_longest_word_at_a_place_is_found_once() {
        let text = "大幅度提高核心竞争力";
        let kinds = [Vague::Degree, Vague::Empty];
        let found: Vec<&str> = Words::embedded().find(text, &kinds).map(|found| &text[found.range]).collect();
        assert_eq!(found, ["大幅度", "核心竞争力"]);
    }

    #[test]
    fn a_field_that_says_nothing_is_known_by_its_whole_text() {
        let words = Words::embedded();
        assert!(words.is_only(" 暂无。", Vague::Nothing) && words.is_only("无", Vague::Nothing));
        assert!(!words.is_only("无铅焊接", Vague::Nothing) && !words.is_only("", Vague::Nothing));
    }
}
