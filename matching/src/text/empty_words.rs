//! Words and sections of a need that say nothing about the technology it asks for.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::glyph::Glyph;

/// The longest empty word, in characters.
const EMPTY_WORD_CHARS_MAX: usize = 8;

/// The longest heading of a section, in characters.
const HEADING_CHARS_MAX: usize = 12;

static EMPTY: LazyLock<FxHashSet<Vec<char>>> = LazyLock::new(|| {
    let lines = include_str!("../../data/empty_words.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(|word| word.chars().collect()).collect()
});

static SECTIONS: LazyLock<Vec<(Vec<char>, u32)>> = LazyLock::new(|| {
    let lines = include_str!("../../data/sections.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(heading, share)| Some((heading.chars().collect(), share.trim().parse().ok()?)))
        .collect()
});

/// Whether these characters are an empty word.
pub fn is_empty_word(chars: &[char]) -> bool {
    chars.len() <= EMPTY_WORD_CHARS_MAX && EMPTY.contains(chars)
}

/// For every glyph whether it belongs to an empty word; the longest word at each place wins.
pub fn empty_marks(glyphs: &[Glyph]) -> Vec<bool> {
    let chars: Vec<char> = glyphs.iter().map(|g| g.ch).collect();
    let mut marks = vec![false; chars.len()];
    let mut at = 0;
    while at < chars.len() {
        let longest = EMPTY_WORD_CHARS_MAX.min(chars.len() - at);
        match (1..=longest).rev().find(|&length| EMPTY.contains(&chars[at..at + length])) {
            Some(length) => {
                marks[at..at + length].fill(true);
                at += length;
            }
            None => at += 1,
        }
    }
    marks
}

/// For every glyph the share of its weight that is kept, in percent: sections that speak of the enterprise instead of its
/// need count less. A section begins with a known heading at the start of a line and ends at the next known heading.
pub fn section_shares(glyphs: &[Glyph]) -> Vec<u32> {
    let mut shares = Vec::with_capacity(glyphs.len());
    let mut share = 100;
    for line in glyphs.split_inclusive(|g| matches!(g.ch, '\n' | '\r')) {
        share = heading_share(line).unwrap_or(share);
        shares.extend(std::iter::repeat_n(share, line.len()));
    }
    shares
}

/// The share of the section this line opens, if it opens one: `二、现有工作基础：…` or the heading alone on its line.
fn heading_share(line: &[Glyph]) -> Option<u32> {
    let is_number =
        |ch: char| ch.is_ascii_digit() || "一二三四五六七八九十()（）、.．【[第".contains(ch) || ch.is_whitespace();
    let heading: Vec<char> = line
        .iter()
        .map(|g| g.ch)
        .skip_while(|&ch| is_number(ch))
        .take(HEADING_CHARS_MAX + 1)
        .take_while(|&ch| !matches!(ch, ':' | '：' | '\n' | '\r' | '】' | ']'))
        .collect();
    SECTIONS.iter().find(|(known, _)| *known == heading).map(|&(_, share)| share)
}

#[cfg(test)]
mod tests {
    use super::super::glyph::glyphs;
    use super::*;

    #[test]
    fn empty_words_are_marked_and_the_rest_is_not() {
        let marks = empty_marks(&glyphs("锂电池的研发"));
        assert_eq!(marks, [false, false, false, true, true, true]);
    }

    #[test]
    fn a_section_on_the_enterprise_counts_less_until_the_next_heading() {
        let text = "需求内容：\n单晶\n二、现有工作基础：\n厂房\n预期目标：\n韧性";
        let glyphs = glyphs(text);
        let shares = section_shares(&glyphs);
        let share_of = |ch: char| shares[glyphs.iter().position(|g| g.ch == ch).expect("in the text")];
        assert_eq!((share_of('晶'), share_of('房'), share_of('韧')), (100, 30, 100));
    }

    #[test]
    fn no_word_of_the_list_is_longer_than_the_bound() {
        assert!(EMPTY.iter().all(|word| word.len() <= EMPTY_WORD_CHARS_MAX));
        assert!(SECTIONS.iter().all(|(heading, _)| heading.len() <= HEADING_CHARS_MAX));
    }
}
