//! Phrases that occur on both sides, verbatim, with their places, so that a page can mark them side by side.
//!
//! A phrase begins and ends where a word does on both sides (`床身` is not found in `数控机床身份`), bears no empty word at its
//! ends, and holds more than words of every field. The longest string in common was turned down: it cuts words in two and
//! cites `法进行` as evidence.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::indicator::Indicator;
use crate::input::{NeedText, WorkText};
use crate::query::NEED_CHARS_MAX;
use crate::text::empty_words::is_empty_word;
use crate::text::words::{Edges, is_loose, is_telling, telling_words};
use crate::text::{CharClass, Glyph, PLANE_BITS, Term, TermClass, add_glyphs, each_term, glyphs, terms};

/// The most phrases cited for a pair of need and work.
pub const PHRASES_MAX: usize = 60;

/// The longest phrase that is cited, in characters; a longer agreement is cited in pieces.
pub const PHRASE_CHARS_MAX: usize = 60;

/// The most places that are cited for a phrase on one side.
pub const PLACES_MAX: usize = 20;

/// The most places of a term from which agreement is followed.
const SEED_PLACES_MAX: usize = 40;

/// The part of a need or a work in which a phrase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The title.
    Title,
    /// The body of a need or the abstract of a work.
    Body,
    /// A keyword, counted from 0.
    Keyword(usize),
}

/// Where a phrase stands: bytes of the original text, `from` inclusive, `to` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The part of the need or work.
    pub field: Field,
    /// First byte.
    pub from: usize,
    /// First byte after it.
    pub to: usize,
}

/// `{"in":"keyword","number":2,"from":0,"to":6}`. A run holds millions of places: written straight, not by way of a map.
impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (part, number) = match self.field {
            Field::Title => ("title", None),
            Field::Body => ("body", None),
            Field::Keyword(number) => ("keyword", Some(number)),
        };
        let mut fields = serializer.serialize_struct("Place", 3 + usize::from(number.is_some()))?;
        fields.serialize_field("in", part)?;
        if let Some(number) = number {
            fields.serialize_field("number", &number)?;
        }
        fields.serialize_field("from", &self.from)?;
        fields.serialize_field("to", &self.to)?;
        fields.end()
    }
}

/// A phrase that need and work share. What the need knows of it is shared by all works that have it.
#[derive(Clone, Debug)]
pub struct SharedPhrase {
    known: Arc<Known>,
    /// The places of all phrases in the work, one phrase after the other.
    places: Arc<[Place]>,
    /// Those of this one.
    own: Range<usize>,
}

/// What a need knows of a phrase.
#[derive(Debug, PartialEq, Eq)]
struct Known {
    phrase: String,
    chars: usize,
    words: Vec<String>,
    places: Vec<Place>,
    keys: Vec<u64>,
}

impl SharedPhrase {
    /// The phrase in its normalised form.
    pub fn phrase(&self) -> &str {
        &self.known.phrase
    }

    /// The words in it that say something.
    pub fn words(&self) -> &[String] {
        &self.known.words
    }

    /// Where it stands in the need.
    pub fn need(&self) -> &[Place] {
        &self.known.places
    }

    /// Where it stands in the work.
    pub fn work(&self) -> &[Place] {
        &self.places[self.own.clone()]
    }

    /// Keys of the index terms inside it.
    pub(crate) fn keys(&self) -> &[u64] {
        &self.known.keys
    }
}

impl PartialEq for SharedPhrase {
    fn eq(&self, other: &Self) -> bool {
        self.known == other.known && self.work() == other.work()
    }
}

impl Serialize for SharedPhrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("SharedPhrase", 4)?;
        fields.serialize_field("phrase", self.phrase())?;
        fields.serialize_field("words", self.words())?;
        fields.serialize_field("need", self.need())?;
        fields.serialize_field("work", self.work())?;
        fields.end()
    }
}

/// A need cut into words once, to be compared with many works.
#[derive(Clone, Debug)]
pub struct ComparedNeed {
    text: Cut,
    indicators: Vec<Indicator>,
    /// Where each term begins, by key: from there agreement is followed. Of a term that begins inside words alone, and of a
    /// quantity, nowhere.
    seeds: FxHashMap<u64, Vec<usize>>,
    /// A bit for every character of the first plane, set for those of the need: most terms of a work are told by it not to be
    /// the need's, without a look among the seeds.
    characters: Vec<u64>,
    /// The phrases met so far, since the same come again in work after work; nothing for one without a telling word.
    phrases: FxHashMap<Vec<char>, Option<Arc<Known>>>,
    /// The work compared last: the next one takes its room.
    work: Cut,
}

impl ComparedNeed {
    /// Cuts a need into words.
    pub fn of(need: &NeedText) -> Self {
        let text = Cut::of(need);
        let mut seeds: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        for term in &text.terms {
            let places = seeds.entry(term.key).or_default();
            places.extend(text.edges.of_parts[term.from].then_some(term.from));
        }
        for key in need.indicators.iter().filter_map(Indicator::key) {
            seeds.entry(key).or_default();
        }
        let mut characters = vec![0; 1 << (PLANE_BITS - u64::BITS.ilog2())];
        for ch in text.chars.iter().map(|&ch| ch as usize) {
            if let Some(bits) = characters.get_mut(ch / 64) {
                *bits |= 1 << (ch % 64);
            }
        }
        let indicators = need.indicators.clone();
        Self { text, indicators, seeds, characters, phrases: FxHashMap::default(), work: Cut::default() }
    }

    /// Whether the need has a term too.
    fn has(&self, term: &Term, glyphs: &[Glyph]) -> bool {
        let is_known = |glyph: &Glyph| {
            let ch = glyph.ch as usize;
            self.characters.get(ch / 64).is_none_or(|bits| bits >> (ch % 64) & 1 == 1)
        };
        glyphs[term.from..term.to].iter().all(is_known) && self.seeds.contains_key(&term.key)
    }

    /// Figures of named quantities in the need.
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// The longest telling phrases that the need shares with a work, longest first.
    ///
    /// Phrases do not cross punctuation. The bounds keep repetitive texts cheap: `O(n + m · places · length)` at worst.
    pub fn shared_phrases(&mut self, work: &WorkText) -> Vec<SharedPhrase> {
        self.phrases_and_places(work).0
    }

    /// The shared phrases, and every place of the need's terms in the work by key; a quantity that both state stands in the
    /// body.
    pub(crate) fn phrases_and_places(&mut self, work: &WorkText) -> (Vec<SharedPhrase>, Vec<(u64, Field)>) {
        let mut text = std::mem::take(&mut self.work);
        // Of the terms those stay that the need has too.
        let is_kept = |term: &Term, glyphs: &[Glyph]| self.has(term, glyphs);
        let may_begin = |term: &Term, glyphs: &[Glyph]| self.may_begin(term, glyphs);
        text.read(&work.title, &work.summary, &work.keywords, is_kept, may_begin);
        let of_text = text.terms.iter().map(|term| (term.key, text.field(term.from)));
        let quantities = work.indicators.iter().filter_map(Indicator::key).filter(|key| self.seeds.contains_key(key));
        let places = of_text.chain(quantities.map(|key| (key, Field::Body))).collect();
        let phrases = self.phrases_of(&text);
        self.work = text;
        (phrases, places)
    }

    /// Whether a phrase of two characters or more may begin with this term: the need agrees up to an edge of its own. Clauses
    /// in which none may are not cut into words.
    fn may_begin(&self, term: &Term, glyphs: &[Glyph]) -> bool {
        let Cut { chars, edges, .. } = &self.text;
        let is_long = |&at: &usize| {
            let pairs = chars[at..].iter().zip(&glyphs[term.from..]).take(PHRASE_CHARS_MAX);
            let agreed = pairs.take_while(|(one, other)| **one == other.ch && other.class() != CharClass::Separator);
            agreed.enumerate().skip(1).any(|(number, _)| edges.of_parts[at + number + 1])
        };
        term.class != TermClass::Single && self.places(term.key).iter().take(SEED_PLACES_MAX).any(is_long)
    }

    fn phrases_of(&mut self, work: &Cut) -> Vec<SharedPhrase> {
        let spans = self.longest_shared(work).into_iter().filter_map(|span| work.without_loose_ends(span));
        let mut found: Vec<(&[char], Place)> =
            spans.map(|(from, to)| (&work.chars[from..to], work.place(from, to))).collect();
        found.sort_by(|one, other| one.0.cmp(other.0));
        let mut places = Vec::with_capacity(found.len());
        let mut phrases = Vec::new();
        for same in found.chunk_by(|one, other| one.0 == other.0) {
            if let Some(known) = self.known(same[0].0) {
                let first = places.len();
                places.extend(same.iter().take(PLACES_MAX).map(|(_, place)| *place));
                phrases.push((known, first..places.len()));
            }
        }
        phrases.sort_by_key(|(known, _)| (Reverse(known.chars), known.places.first().copied()));
        let places: Arc<[Place]> = places.into();
        phrases.into_iter().map(|(known, own)| SharedPhrase { known, places: Arc::clone(&places), own }).collect()
    }

    /// The spans of the text that occur in the need between edges of words and are not inside a longer such span.
    fn longest_shared(&self, text: &Cut) -> Vec<(usize, usize)> {
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for &term in text.terms.iter().filter(|term| text.edges.of_parts[term.from]) {
            let to = self.shared_until(term, text);
            match spans.last_mut() {
                Some((_, end)) if to <= *end => {}
                Some((from, end)) if *from == term.from => *end = to,
                _ if to > term.from => spans.push((term.from, to)),
                _ => {}
            }
        }
        spans
    }

    /// How far the need agrees with the text from this term on. A name with joints agrees as a whole.
    fn shared_until(&self, term: Term, text: &Cut) -> usize {
        let places = self.places(term.key).iter().take(SEED_PLACES_MAX);
        let shared = places.map(|&at| shared_length(&self.text, at, text, term.from));
        let Some(length) = shared.max() else { return term.from };
        let is_name = !matches!(term.class, TermClass::Bigram | TermClass::Single);
        let to = term.from + length;
        if is_name && term.to - term.from <= PHRASE_CHARS_MAX { to.max(term.to) } else { to }
    }

    fn places(&self, key: u64) -> &[usize] {
        self.seeds.get(&key).map_or(&[], Vec::as_slice)
    }

    /// What the need knows of a phrase; nothing when no word of it is telling.
    fn known(&mut self, chars: &[char]) -> Option<Arc<Known>> {
        if let Some(known) = self.phrases.get(chars) {
            return known.clone();
        }
        let known = self.know(chars).map(Arc::new);
        self.phrases.insert(chars.to_vec(), known.clone());
        known
    }

    fn know(&self, chars: &[char]) -> Option<Known> {
        let phrase: String = chars.iter().collect();
        let words = telling_words(&phrase);
        if words.is_empty() {
            return None;
        }
        let keys: Vec<u64> = terms(&glyphs(&phrase)).iter().map(|term| term.key).collect();
        let begins = keys.first().map_or(&[][..], |&key| self.places(key));
        let here = begins.iter().filter(|&&at| self.text.holds(at, chars));
        let places = here.take(PLACES_MAX).map(|&at| self.text.place(at, at + chars.len())).collect();
        Some(Known { phrase, chars: chars.len(), words, places, keys })
    }
}

/// A need or a work cut into words: its parts one after the other, a separator behind each.
#[derive(Clone, Debug, Default)]
struct Cut {
    /// Where each part begins.
    fields: Vec<(usize, Field)>,
    glyphs: Vec<Glyph>,
    /// The characters of the glyphs.
    chars: Vec<char>,
    terms: Vec<Term>,
    edges: Edges,
}

/// Stands behind each part.
const PART_END: Glyph = Glyph { ch: '\n', start: 0, end: 0 };

impl Cut {
    /// A need with all its terms.
    fn of(need: &NeedText) -> Self {
        let mut cut = Self::default();
        cut.read(&need.title, &need.content, &need.keywords, |_, _| true, |_, _| true);
        cut
    }

    /// Reads a text in the place of the one before, with the terms that are kept; clauses of which no term that is kept may begin
    /// a phrase are not cut.
    fn read(
        &mut self,
        title: &str,
        body: &str,
        keywords: &[String],
        is_kept: impl Fn(&Term, &[Glyph]) -> bool,
        may_begin: impl Fn(&Term, &[Glyph]) -> bool,
    ) {
        let Self { fields, glyphs, chars, terms, edges } = self;
        fields.clear();
        glyphs.clear();
        let keywords = keywords.iter().enumerate().map(|(number, word)| (Field::Keyword(number), word.as_str()));
        for (field, text) in [(Field::Title, title), (Field::Body, body)].into_iter().chain(keywords) {
            let first = glyphs.len();
            fields.push((first, field));
            add_glyphs(text, glyphs);
            glyphs.truncate(first + NEED_CHARS_MAX);
            glyphs.push(PART_END);
        }
        chars.clear();
        chars.extend(glyphs.iter().map(|glyph| glyph.ch));
        terms.clear();
        each_term(glyphs, |term| terms.extend(is_kept(&term, glyphs).then_some(term)));
        let first = |at: usize| terms.partition_point(|term| term.from < at);
        edges.cut(glyphs, |clause| {
            terms[first(clause.start)..first(clause.end)].iter().any(|term| may_begin(term, glyphs))
        });
    }

    /// The part in which a glyph stands.
    fn field(&self, at: usize) -> Field {
        self.fields[self.fields.partition_point(|&(first, _)| first <= at) - 1].1
    }

    fn place(&self, from: usize, to: usize) -> Place {
        let (from_byte, to_byte) = (self.glyphs[from].start, self.glyphs[to - 1].end);
        Place { field: self.field(from), from: from_byte as usize, to: to_byte as usize }
    }

    /// From the first word of a span that is not loose to the last.
    fn without_loose_ends(&self, (from, to): (usize, usize)) -> Option<(usize, usize)> {
        let mut kept = None;
        let mut start = from;
        for end in (from + 1..=to).filter(|&at| at == to || self.edges.of_words[at]) {
            if !is_loose(&self.chars[start..end]) {
                kept = Some((kept.map_or(start, |(first, _)| first), end));
            }
            start = end;
        }
        kept
    }

    /// Whether the phrase stands here, no word cut in two.
    fn holds(&self, at: usize, phrase: &[char]) -> bool {
        let end = at + phrase.len();
        self.chars.get(at..end) == Some(phrase) && self.edges.of_parts[at] && self.edges.of_parts[end]
    }
}

/// A technical phrase of a text: words that stand together, of which the first and the last are telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnPhrase {
    pub phrase: String,
    pub place: Place,
    /// Keys of the index terms inside it.
    pub keys: Vec<u64>,
}

/// The technical phrases of a need in the order in which they stand; a phrase comes once for every place.
pub(crate) fn own_phrases(need: &NeedText) -> Vec<OwnPhrase> {
    let text = Cut::of(need);
    text.technical().into_iter().map(|(from, to)| text.own_phrase(from, to)).collect()
}

/// The longest technical phrase, in characters; longer runs of words are cut.
const OWN_PHRASE_CHARS_MAX: usize = 12;

impl Cut {
    fn own_phrase(&self, from: usize, to: usize) -> OwnPhrase {
        let inside = self.terms.iter().filter(|term| from <= term.from && term.to <= to);
        OwnPhrase {
            phrase: self.chars[from..to].iter().collect(),
            place: self.place(from, to),
            keys: inside.map(|term| term.key).collect(),
        }
    }

    /// Runs of words that are not empty, cut to their telling ends and to a length that reads.
    fn technical(&self) -> Vec<(usize, usize)> {
        let edges: Vec<usize> = (0..=self.glyphs.len()).filter(|&at| self.edges.of_words[at]).collect();
        let mut spans = Vec::new();
        let mut run: Vec<(usize, usize, bool)> = Vec::new();
        for word in edges.windows(2).map(|pair| (pair[0], pair[1])) {
            let chars = &self.chars[word.0..word.1];
            let ends = chars.iter().any(|&ch| CharClass::of(ch) == CharClass::Separator) || is_empty_word(chars);
            let is_long = run.first().is_some_and(|first| word.1 - first.0 > OWN_PHRASE_CHARS_MAX);
            if ends || is_long {
                spans.extend(telling_ends(&std::mem::take(&mut run)));
            }
            if !ends {
                run.push((word.0, word.1, is_telling(chars)));
            }
        }
        spans.extend(telling_ends(&run));
        spans
    }
}

/// From the first telling word of a run to its last.
fn telling_ends(run: &[(usize, usize, bool)]) -> Option<(usize, usize)> {
    let mut telling = run.iter().filter(|(_, _, is_telling)| *is_telling);
    let first = telling.next()?;
    Some((first.0, telling.next_back().unwrap_or(first).1))
}

/// How far two texts agree, up to an edge that words have on both sides, without meeting a separator.
fn shared_length(one: &Cut, from: usize, other: &Cut, other_from: usize) -> usize {
    let pairs = one.chars[from..].iter().zip(&other.chars[other_from..]).take(PHRASE_CHARS_MAX);
    let length = pairs.take_while(|(a, b)| a == b && CharClass::of(**a) != CharClass::Separator).count();
    let is_edge = |&at: &usize| one.edges.of_parts[from + at] && other.edges.of_parts[other_from + at];
    (0..=length).rev().find(is_edge).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(need: &str, work: &str) -> Vec<SharedPhrase> {
        let need = NeedText { content: need.to_owned(), ..NeedText::default() };
        let work = WorkText { summary: work.to_owned(), ..WorkText::default() };
        ComparedNeed::of(&need).shared_phrases(&work)
    }

    fn cited(need: &str, work: &str) -> Vec<String> {
        phrases(need, work).iter().map(|shared| shared.phrase().to_owned()).collect()
    }

    #[test]
    fn the_longest_phrase_comes_first_and_swallows_its_parts() {
        assert_eq!(cited("立方氮化硼CBN单晶", "立方氮化硼的合成"), ["立方氮化硼"]);
        assert_eq!(cited("电池，锂电池隔膜", "锂电池隔膜与电池"), ["锂电池隔膜", "电池"]);
    }

    #[test]
    fn a_phrase_begins_and_ends_where_a_word_does_on_both_sides() {
        assert_eq!(cited("焊接方法进行改造", "无损检测法进行改造"), Vec::<String>::new());
        assert_eq!(cited("激光焊接方法", "激光焊接工艺"), ["激光焊接"]);
        assert_eq!(cited("起重机的改造", "大型起重机"), ["起重机"]);
        assert_eq!(cited("锂电池", "动力电池"), ["电池"]);
    }

    #[test]
    fn empty_and_general_words_alone_are_no_evidence() {
        assert_eq!(cited("完成大型设备的研制，提高效率", "大型设备的研制已完成，提高了效率"), Vec::<String>::new());
        assert_eq!(cited("完成大型锻件的锻造", "提出大型锻件的研究"), ["大型锻件"]);
    }

    #[test]
    fn names_with_joints_are_cited_whole_and_bare_numbers_are_not() {
        assert_eq!(cited("粒度100/120，2024年", "100/120目，2024年"), ["100/120"]);
        assert_eq!(cited("cBN/TiN涂层", "cBN刀具"), ["cbn"]);
    }

    #[test]
    fn the_telling_words_of_a_phrase_are_named() {
        assert_eq!(phrases("高韧性陶瓷刀具", "一种高韧性陶瓷刀具")[0].words(), ["高韧性", "陶瓷", "刀具"]);
    }

    #[test]
    fn an_agreement_longer_than_the_bound_is_cited_in_pieces() {
        let longest = |words: usize| phrases(&"钢板".repeat(words), &"钢板".repeat(words))[0].phrase().chars().count();
        let bound = PHRASE_CHARS_MAX;
        assert_eq!([bound / 2 - 1, bound / 2, bound / 2 + 1].map(longest), [bound - 2, bound, bound]);
    }

    #[test]
    fn a_token_longer_than_the_bound_is_not_cited() {
        let cited = |chars: usize| cited(&"z".repeat(chars), &"z".repeat(chars)).len();
        assert_eq!([PHRASE_CHARS_MAX - 1, PHRASE_CHARS_MAX, PHRASE_CHARS_MAX + 1].map(cited), [1, 1, 0]);
    }

    #[test]
    fn places_are_cited_up_to_their_bound() {
        let cited = |times: usize| phrases(&"钢板，".repeat(times), &"钢板，".repeat(times))[0].need().len();
        assert_eq!([PLACES_MAX - 1, PLACES_MAX, PLACES_MAX + 1].map(cited), [PLACES_MAX - 1, PLACES_MAX, PLACES_MAX]);
    }

    #[test]
    fn a_long_repetitive_text_is_compared_without_cubic_work() {
        let text = "钢板".repeat(NEED_CHARS_MAX / 2);
        assert_eq!(phrases(&text, &text)[0].need().len(), PLACES_MAX);
    }
}
