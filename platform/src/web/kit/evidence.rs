//! Need and work side by side, the phrases that stand in both marked and numbered in pairs.

use std::ops::Range;

use askama::Template;

use super::Markup;

/// A piece of text; a marked one carries the number of its pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    text: String,
    pair: usize,
}

/// One of the texts: the need, or a work.
#[derive(Clone, Debug)]
pub struct Passage {
    kind: String,
    title: Vec<Segment>,
    source: Markup,
    segments: Vec<Segment>,
}

/// The two texts and the list of what they share.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/evidence.html")]
pub struct SideBySide {
    caption: String,
    left: Passage,
    right: Passage,
}

super::components!(SideBySide);

impl Passage {
    /// A text with the shared phrases marked; a phrase's place in `phrases` is the number of its pair, from 1.
    ///
    /// `kind` says what it is (需求, 论文), `source` where it comes from: year, id, a link.
    pub fn new(
        kind: impl Into<String>,
        title: impl Into<String>,
        source: impl Into<Markup>,
        text: &str,
        phrases: &[&str],
    ) -> Self {
        Self::of(kind, marked(&title.into(), phrases), source, marked(text, phrases))
    }

    /// A text whose title and body are cut into segments already.
    pub fn of(kind: impl Into<String>, title: Vec<Segment>, source: impl Into<Markup>, segments: Vec<Segment>) -> Self {
        Self { kind: kind.into(), title, source: source.into(), segments }
    }
}

impl SideBySide {
    /// The need to the left, the work to the right; the caption names both to those who listen.
    pub fn new(caption: impl Into<String>, left: Passage, right: Passage) -> Self {
        Self { caption: caption.into(), left, right }
    }
}

/// Cuts `text` at every verbatim occurrence of a phrase, the longer phrase first; the pieces joined give `text` again.
pub fn marked(text: &str, phrases: &[&str]) -> Vec<Segment> {
    marked_at(text, occurrences(text, phrases))
}

/// Cuts `text` at ranges of bytes with the number of their pair; of two that overlap the earlier one is marked, the longer
/// of two that begin together. The pieces joined give `text` again.
pub fn marked_at(text: &str, mut marks: Vec<(Range<usize>, usize)>) -> Vec<Segment> {
    marks.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut segments = Vec::new();
    let mut at = 0;
    for (range, pair) in marks {
        if range.start < at || text.get(range.clone()).is_none_or(str::is_empty) {
            continue;
        }
        push(&mut segments, &text[at..range.start], 0);
        push(&mut segments, &text[range.clone()], pair);
        at = range.end;
    }
    push(&mut segments, &text[at..], 0);
    segments
}

fn occurrences(text: &str, phrases: &[&str]) -> Vec<(Range<usize>, usize)> {
    let mut order: Vec<(usize, &str)> =
        phrases.iter().copied().enumerate().filter(|(_, text)| !text.is_empty()).collect();
    order.sort_by_key(|(_, phrase)| std::cmp::Reverse(phrase.len()));
    let mut found: Vec<(Range<usize>, usize)> = Vec::new();
    for (at, phrase) in order {
        for (start, _) in text.match_indices(phrase) {
            let range = start..start + phrase.len();
            if found.iter().all(|(other, _)| range.end <= other.start || other.end <= range.start) {
                found.push((range, at + 1));
            }
        }
    }
    found
}

/// The same with each unmarked stretch longer than twice this many characters cut down to its ends: a long text keeps
/// the surroundings of what is marked.
pub fn shortened(segments: Vec<Segment>, surrounding_chars: usize) -> Vec<Segment> {
    let last = segments.len().saturating_sub(1);
    let cut = |(at, segment): (usize, Segment)| {
        if segment.pair > 0 {
            segment
        } else {
            Segment { text: ends(&segment.text, at > 0, at < last, surrounding_chars), pair: 0 }
        }
    };
    segments.into_iter().enumerate().map(cut).collect()
}

/// The beginning of a stretch that follows a mark, the end of one that precedes a mark.
fn ends(text: &str, after_mark: bool, before_mark: bool, chars: usize) -> String {
    let count = text.chars().count();
    let (head, tail) = (if after_mark { chars } else { 0 }, if before_mark { chars } else { 0 });
    if count <= head + tail || (head == 0 && tail == 0) {
        return text.to_owned();
    }
    let head: String = text.chars().take(head).collect();
    let tail: String = text.chars().skip(count - tail).collect();
    format!("{head} …… {tail}")
}

fn push(segments: &mut Vec<Segment>, text: &str, pair: usize) {
    if !text.is_empty() {
        segments.push(Segment { text: text.to_owned(), pair });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Segment, marked, marked_at, shortened};

    fn segment(text: &str, pair: usize) -> Segment {
        Segment { text: text.to_owned(), pair }
    }

    #[test]
    fn phrases_are_marked_with_their_number_and_the_longer_one_wins() {
        let found = marked("球形石墨与石墨", &["石墨", "球形石墨"]);
        assert_eq!(found, [segment("球形石墨", 2), segment("与", 0), segment("石墨", 1)]);
    }

    #[test]
    fn a_text_without_phrases_stays_whole() {
        assert_eq!(marked("石墨", &["", "钢"]), [segment("石墨", 0)]);
        assert_eq!(marked("", &["钢"]), []);
    }

    #[test]
    fn of_overlapping_ranges_the_earlier_and_longer_one_is_marked() {
        let found = marked_at("球形石墨", vec![(6..12, 1), (0..6, 2), (0..12, 3)]);
        assert_eq!(found, [segment("球形石墨", 3)]);
        assert_eq!(marked_at("石墨", vec![(1..3, 1), (0..9, 2)]), [segment("石墨", 0)]);
    }

    #[test]
    fn a_long_text_keeps_the_surroundings_of_its_marks() {
        let marks = vec![segment("甲乙丙丁", 0), segment("石墨", 1), segment("戊己庚辛壬", 0), segment("钢", 2)];
        let texts: Vec<String> = shortened(marks, 2).into_iter().map(|segment| segment.text).collect();
        assert_eq!(texts, [" …… 丙丁", "石墨", "戊己 …… 辛壬", "钢"]);
        assert_eq!(shortened(vec![segment("甲乙丙丁", 0)], 1), [segment("甲乙丙丁", 0)]);
    }

    proptest! {
        #[test]
        fn the_pieces_joined_give_the_text_again(text in "[石墨烯ab]{0,30}", phrases in prop::collection::vec("[石墨烯ab]{0,3}", 0..5)) {
            let phrases: Vec<&str> = phrases.iter().map(String::as_str).collect();
            let joined: String = marked(&text, &phrases).iter().map(|segment| segment.text.as_str()).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
