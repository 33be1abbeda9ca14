//! Words as people read them, for explanations alone: no score depends on a dictionary.

use std::ops::Range;
use std::sync::LazyLock;

use jieba_rs::Jieba;
use rustc_hash::FxHashSet;

use super::empty_words::is_empty_word;
use super::glyph::{CharClass, Glyph};

/// Loaded when something is explained for the first time, which takes a fifth of a second.
static DICTIONARY: LazyLock<Jieba> = LazyLock::new(Jieba::new);

static GENERAL: LazyLock<FxHashSet<Vec<char>>> = LazyLock::new(|| {
    let lines = include_str!("../../data/general_words.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(|word| word.chars().collect()).collect()
});

/// Where words begin and end: for the place before each glyph, and the one after the last.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    /// Edges of words. Chinese runs are cut by the dictionary, Latin tokens and numbers at their joints alone.
    pub of_words: Vec<bool>,
    /// Those, and inside a word where a shorter one begins or ends it, so that `锂电池` meets `电池`.
    pub of_parts: Vec<bool>,
}

impl Edges {
    /// Cuts a text into words. The dictionary is asked for clauses that are wanted alone: others keep the edges of their runs.
    pub fn cut(&mut self, glyphs: &[Glyph], is_wanted: impl Fn(Range<usize>) -> bool) {
        let mut before = CharClass::Separator;
        let mut begins = |glyph: &Glyph| {
            let class = glyph.class();
            std::mem::replace(&mut before, class) != class || class == CharClass::Separator
        };
        self.of_words.clear();
        self.of_words.extend(glyphs.iter().map(&mut begins).chain([true]));
        self.of_parts.clone_from(&self.of_words);
        let mut run = String::new();
        let mut at = 0;
        for clause in glyphs.split(|g| g.class() == CharClass::Separator) {
            if clause.iter().any(|g| g.class() == CharClass::Han) && is_wanted(at..at + clause.len()) {
                self.add_clause(at, clause, &mut run);
            }
            at += clause.len() + 1;
        }
    }

    /// Adds the edges inside the Chinese runs of a clause that begins here.
    fn add_clause(&mut self, mut at: usize, clause: &[Glyph], text: &mut String) {
        for run in clause.chunk_by(|a, b| a.class() == b.class()) {
            if run[0].class() == CharClass::Han {
                text.clear();
                text.extend(run.iter().map(|g| g.ch));
                self.add_run(at, text);
            }
            at += run.len();
        }
    }

    /// The dictionary names the parts of a word before the word, so read from behind a word is what ends where the last
    /// one began.
    fn add_run(&mut self, at: usize, run: &str) {
        let mut word = usize::MAX..usize::MAX;
        for part in DICTIONARY.cut_for_search(run, true).iter().rev() {
            if word.start == usize::MAX || part.end == word.start {
                word = part.start..part.end;
                self.of_words[at + part.start] = true;
            }
            self.of_parts[at + part.end] |= part.start == word.start;
            self.of_parts[at + part.start] |= part.end == word.end;
        }
    }
}

/// The words of a phrase that are evidence by themselves, as the dictionary cuts it; a name without Chinese is one word.
pub fn telling_words(phrase: &str) -> Vec<String> {
    let has_han = phrase.chars().any(|ch| CharClass::of(ch) == CharClass::Han);
    let words =
        if has_han { DICTIONARY.cut(phrase, true).iter().map(|word| word.word).collect() } else { vec![phrase] };
    let is_telling = |word: &&str| is_telling(&word.chars().collect::<Vec<_>>());
    words.into_iter().filter(is_telling).map(str::to_owned).collect()
}

/// Whether a word is cut off at the ends of a phrase: an empty word, or a general single character.
pub fn is_loose(word: &[char]) -> bool {
    is_empty_word(word) || (word.len() == 1 && GENERAL.contains(word))
}

/// Two characters or more, not empty, not one of every field, not a bare number.
pub fn is_telling(word: &[char]) -> bool {
    word.len() > 1
        && !is_empty_word(word)
        && !GENERAL.contains(word)
        && !word.iter().all(|ch| ch.is_ascii_digit() || *ch == '%')
}

#[cfg(test)]
mod tests {
    use super::super::glyph::glyphs;
    use super::*;

    fn cut(text: &str, at: impl Fn(&Edges) -> &[bool]) -> String {
        let glyphs = glyphs(text);
        let mut edges = Edges::default();
        edges.cut(&glyphs, |_| true);
        let mut cut = String::new();
        for (edge, glyph) in at(&edges).iter().zip(glyphs.iter().map(Some).chain([None])) {
            cut.extend(edge.then_some('|').into_iter().chain(glyph.map(|g| g.ch)));
        }
        cut
    }

    #[test]
    fn chinese_is_cut_by_the_dictionary_and_tokens_at_their_joints() {
        let words = |text| cut(text, |edges| &edges.of_words);
        assert_eq!(words("ＣＢＮ單晶的研磨"), "|cbn|单晶|的|研磨|");
        assert_eq!(words("锂电池隔膜"), "|锂电池|隔膜|");
        assert_eq!(words("PM2.5"), "|pm2|.|5|");
        assert_eq!(words(""), "|");
    }

    #[test]
    fn a_word_is_cut_again_where_a_shorter_one_begins_or_ends_it() {
        let parts = |text| cut(text, |edges| &edges.of_parts);
        assert_eq!(parts("锂电池隔膜"), "|锂|电|池|隔膜|");
        assert_eq!(parts("清华大学"), "|清华|大学|");
    }

    #[test]
    fn words_of_every_field_and_bare_numbers_are_not_telling() {
        assert_eq!(telling_words("高韧性单晶cbn的研制"), ["高韧性", "单晶", "cbn"]);
        assert_eq!(telling_words("100/120"), ["100/120"]);
        assert_eq!(telling_words("完成大型2024进行67%钢"), Vec::<String>::new());
    }
}
