//! Phrases that occur on both sides, verbatim, with their places, so that a page can mark them side by side.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::input::{NeedText, WorkText};
use crate::query::NEED_CHARS_MAX;
use crate::text::{CharClass, Glyph, empty_words, glyphs, terms};

/// The most phrases cited for a pair of need and work.
pub const PHRASES_MAX: usize = 60;

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
/// Phrases do not cross punctuation. Takes `O(n + m)` for the lookups and the shared text itself for the rest.
pub fn shared_phrases(need: &NeedText, work: &WorkText) -> Vec<SharedPhrase> {
    let need_parts = need_parts(need);
    let seeds = Seeds::of(&need_parts);
    let mut in_work: BTreeMap<Vec<char>, Vec<Place>> = BTreeMap::new();
    for part in work_parts(work) {
        for (from, to) in seeds.longest_shared(&need_parts, &part.glyphs) {
            let chars = part.glyphs[from..to].iter().map(|g| g.ch).collect();
            in_work.entry(chars).or_default().push(part.place(from, to));
        }
    }
    let mut phrases: Vec<SharedPhrase> =
        in_work.into_iter().map(|(chars, work)| shared(&need_parts, chars, work)).collect();
    phrases.sort_by_key(|shared| (std::cmp::Reverse(shared.phrase.chars().count()), shared.need.first().copied()));
    phrases
}

fn shared(need_parts: &[Part], chars: Vec<char>, work: Vec<Place>) -> SharedPhrase {
    let need = need_parts.iter().flat_map(|part| part.places_of(&chars)).collect();
    let phrase: String = chars.into_iter().collect();
    let keys = terms(&glyphs(&phrase)).iter().map(|term| term.key).collect();
    SharedPhrase { phrase, need, work, keys }
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

    fn places_of<'a>(&'a self, chars: &'a [char]) -> impl Iterator<Item = Place> + 'a {
        let is_here = move |at: &usize| {
            self.glyphs[*at..*at + chars.len()].iter().zip(chars).all(|(glyph, &ch)| glyph.ch == ch)
                && is_token_edge(&self.glyphs, *at)
                && is_token_edge(&self.glyphs, *at + chars.len())
        };
        let ends = (self.glyphs.len() + 1).saturating_sub(chars.len());
        (0..ends).filter(is_here).map(move |at| self.place(at, at + chars.len()))
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

    /// The spans of the text that occur in the parts and are not inside a longer such span.
    fn longest_shared(&self, parts: &[Part], text: &[Glyph]) -> Vec<(usize, usize)> {
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for term in terms(text) {
            let places = self.places.get(&term.key).map(Vec::as_slice).unwrap_or_default();
            let shared = |&(part, at): &(usize, usize)| shared_length(&parts[part].glyphs, at, text, term.from);
            let Some(length) = places.iter().map(shared).max() else { continue };
            let to = (term.from + length).max(term.to);
            if spans.last().is_none_or(|&(_, end)| to > end) {
                spans.push((term.from, to));
            }
        }
        spans
    }
}

/// How far two texts agree without meeting a separator or cutting a Latin token or a number in two.
fn shared_length(one: &[Glyph], from: usize, other: &[Glyph], other_from: usize) -> usize {
    let pairs = one[from..].iter().zip(&other[other_from..]);
    let length = pairs.take_while(|(a, b)| a.ch == b.ch && a.class() != CharClass::Separator).count();
    let is_edge = |&length: &usize| is_token_edge(one, from + length) && is_token_edge(other, other_from + length);
    (0..=length).rev().find(is_edge).unwrap_or(0)
}

fn is_token_edge(text: &[Glyph], at: usize) -> bool {
    let is_alphanumeric = |at: usize| text.get(at).is_some_and(|g| g.class() == CharClass::Alphanumeric);
    at == 0 || !(is_alphanumeric(at - 1) && is_alphanumeric(at))
}
