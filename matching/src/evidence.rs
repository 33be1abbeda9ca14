//! Phrases that occur on both sides, verbatim, with their places, so that a page can mark them side by side.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::input::{NeedText, WorkText};
use crate::query::NEED_CHARS_MAX;
use crate::text::{CharClass, Glyph, empty_words, glyphs, terms};

/// The most phrases cited for a pair of need and work.
pub const PHRASES_MAX: usize = 60;

/// The longest phrase that is cited, in characters; a longer agreement is cited in pieces.
pub const PHRASE_CHARS_MAX: usize = 60;

/// The most places that are cited for a phrase on one side.
pub const PLACES_MAX: usize = 20;

/// The most places of a term from which agreement is followed.
const SEED_PLACES_MAX: usize = 40;

/// The part of a need or a work in which a phrase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "in", content = "number")]
pub enum Field {
    /// The title.
    Title,
    /// The body of a need or the abstract of a work.
    Body,
    /// A keyword, counted from 0.
    Keyword(usize),
}

/// Where a phrase stands: bytes of the original text, `from` inclusive, `to` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The part of the need or work.
    #[serde(flatten)]
    pub field: Field,
    /// First byte.
    pub from: usize,
    /// First byte after it.
    pub to: usize,
}

/// A phrase that need and work share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharedPhrase {
    /// The phrase in its normalised form.
    pub phrase: String,
    /// Where it stands in the need.
    pub need: Vec<Place>,
    /// Where it stands in the work.
    pub work: Vec<Place>,
    /// Keys of the index terms inside it.
    #[serde(skip)]
    pub(crate) keys: Vec<u64>,
}

/// The longest phrases that a need and a work share, single characters included, longest first.
///
/// Phrases do not cross punctuation. The three bounds keep repetitive texts cheap: `O(n + m · places · length)` at worst.
pub fn shared_phrases(need: &NeedText, work: &WorkText) -> Vec<SharedPhrase> {
    let need_parts = need_parts(need);
    let seeds = Seeds::of(&need_parts);
    let mut in_work: BTreeMap<Vec<char>, Vec<Place>> = BTreeMap::new();
    for part in work_parts(work) {
        for (from, to) in seeds.longest_shared(&need_parts, &part.glyphs) {
            let places = in_work.entry(part.chars(from, to)).or_default();
            if places.len() < PLACES_MAX {
                places.push(part.place(from, to));
            }
        }
    }
    let shared = |(chars, work): (Vec<char>, _)| seeds.shared(&need_parts, &chars, work);
    let mut phrases: Vec<SharedPhrase> = in_work.into_iter().map(shared).collect();
    phrases.sort_by_key(|shared| (std::cmp::Reverse(shared.phrase.chars().count()), shared.need.first().copied()));
    phrases
}

/// The phrases worth showing: longer than one character, not made of empty words alone, at most [`PHRASES_MAX`].
pub fn telling_phrases(need: &NeedText, work: &WorkText) -> Vec<SharedPhrase> {
    let mut phrases = shared_phrases(need, work);
    phrases.retain(|shared| {
        let glyphs = glyphs(&shared.phrase);
        glyphs.len() > 1 && empty_words::empty_marks(&glyphs).iter().any(|&is_empty| !is_empty)
    });
    phrases.truncate(PHRASES_MAX);
    phrases
}

/// A part of a need or a work with its glyphs.
struct Part {
    field: Field,
    glyphs: Vec<Glyph>,
}

impl Part {
    fn new(field: Field, text: &str) -> Self {
        let mut glyphs = glyphs(text);
        glyphs.truncate(NEED_CHARS_MAX);
        Self { field, glyphs }
    }

    fn place(&self, from: usize, to: usize) -> Place {
        Place { field: self.field, from: self.glyphs[from].start as usize, to: self.glyphs[to - 1].end as usize }
    }

    fn chars(&self, from: usize, to: usize) -> Vec<char> {
        self.glyphs[from..to].iter().map(|g| g.ch).collect()
    }

    /// Whether the phrase stands here, no token cut in two.
    fn holds(&self, at: usize, phrase: &[char]) -> bool {
        let end = at + phrase.len();
        end <= self.glyphs.len()
            && self.glyphs[at..end].iter().zip(phrase).all(|(glyph, &ch)| glyph.ch == ch)
            && is_token_edge(&self.glyphs, at)
            && is_token_edge(&self.glyphs, end)
    }
}

fn need_parts(need: &NeedText) -> Vec<Part> {
    let keywords = need.keywords.iter().enumerate().map(|(number, word)| Part::new(Field::Keyword(number), word));
    [Part::new(Field::Title, &need.title), Part::new(Field::Body, &need.content)].into_iter().chain(keywords).collect()
}

fn work_parts(work: &WorkText) -> Vec<Part> {
    let keywords = work.keywords.iter().enumerate().map(|(number, word)| Part::new(Field::Keyword(number), word));
    [Part::new(Field::Title, &work.title), Part::new(Field::Body, &work.summary)].into_iter().chain(keywords).collect()
}

/// Where each term of the need begins, by key: the seeds of shared phrases.
struct Seeds {
    places: HashMap<u64, Vec<(usize, usize)>>,
}

impl Seeds {
    fn of(parts: &[Part]) -> Self {
        let mut places: HashMap<u64, Vec<(usize, usize)>> = HashMap::new();
        for (number, part) in parts.iter().enumerate() {
            for term in terms(&part.glyphs) {
                places.entry(term.key).or_default().push((number, term.from));
            }
        }
        Self { places }
    }

    fn places(&self, key: u64) -> &[(usize, usize)] {
        self.places.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The spans of the text that occur in the parts and are not inside a longer such span.
    fn longest_shared(&self, parts: &[Part], text: &[Glyph]) -> Vec<(usize, usize)> {
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for term in terms(text) {
            let places = self.places(term.key).iter().take(SEED_PLACES_MAX);
            let shared = |&(part, at): &(usize, usize)| shared_length(&parts[part].glyphs, at, text, term.from);
            let Some(length) = places.map(shared).max() else { continue };
            let to = (term.from + length).max(term.to);
            match spans.last_mut() {
                Some((_, end)) if to <= *end => {}
                Some((from, end)) if *from == term.from => *end = to,
                _ => spans.push((term.from, to)),
            }
        }
        spans
    }

    fn shared(&self, need_parts: &[Part], chars: &[char], work: Vec<Place>) -> SharedPhrase {
        let phrase: String = chars.iter().collect();
        let keys: Vec<u64> = terms(&glyphs(&phrase)).iter().map(|term| term.key).collect();
        let begins = keys.first().map_or(&[][..], |&key| self.places(key));
        let here = begins.iter().filter(|&&(part, at)| need_parts[part].holds(at, chars));
        let need = here.take(PLACES_MAX).map(|&(part, at)| need_parts[part].place(at, at + chars.len())).collect();
        SharedPhrase { phrase, need, work, keys }
    }
}

/// How far two texts agree without meeting a separator or cutting a Latin token or a number in two.
fn shared_length(one: &[Glyph], from: usize, other: &[Glyph], other_from: usize) -> usize {
    let pairs = one[from..].iter().zip(&other[other_from..]).take(PHRASE_CHARS_MAX);
    let length = pairs.take_while(|(a, b)| a.ch == b.ch && a.class() != CharClass::Separator).count();
    let is_edge = |&length: &usize| is_token_edge(one, from + length) && is_token_edge(other, other_from + length);
    (0..=length).rev().find(is_edge).unwrap_or(0)
}

fn is_token_edge(text: &[Glyph], at: usize) -> bool {
    let is_alphanumeric = |at: usize| text.get(at).is_some_and(|g| g.class() == CharClass::Alphanumeric);
    at == 0 || !(is_alphanumeric(at - 1) && is_alphanumeric(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(need: &str, work: &str) -> Vec<SharedPhrase> {
        let need = NeedText { content: need.to_owned(), ..NeedText::default() };
        let work = WorkText { summary: work.to_owned(), ..WorkText::default() };
        shared_phrases(&need, &work)
    }

    #[test]
    fn the_longest_phrase_comes_first_and_swallows_its_parts() {
        let found = phrases("立方氮化硼CBN单晶", "立方氮化硼的合成");
        assert_eq!(found.iter().map(|shared| shared.phrase.as_str()).collect::<Vec<_>>(), ["立方氮化硼"]);
    }

    #[test]
    fn an_agreement_longer_than_the_bound_is_cited_in_pieces() {
        let text: String = ('一'..).take(PHRASE_CHARS_MAX + 1).collect();
        let longest = |chars: usize| {
            let text: String = text.chars().take(chars).collect();
            phrases(&text, &text)[0].phrase.chars().count()
        };
        let bound = PHRASE_CHARS_MAX;
        assert_eq!([bound - 1, bound, bound + 1].map(longest), [bound - 1, bound, bound]);
    }

    #[test]
    fn places_are_cited_up_to_their_bound() {
        let cited = |times: usize| phrases(&"钢，".repeat(times), &"钢，".repeat(times))[0].need.len();
        assert_eq!([PLACES_MAX - 1, PLACES_MAX, PLACES_MAX + 1].map(cited), [PLACES_MAX - 1, PLACES_MAX, PLACES_MAX]);
    }

    #[test]
    fn a_long_repetitive_text_is_compared_without_cubic_work() {
        let text = "钢".repeat(NEED_CHARS_MAX);
        assert_eq!(phrases(&text, &text)[0].need.len(), PLACES_MAX);
    }
}
