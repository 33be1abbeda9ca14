//! Reasons: the score as a tree whose leaves sum to it exactly.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::evidence::SharedPhrase;
use crate::query::{Query, QueryTerm};
use crate::score::{Score, apportion};
use crate::text::TermClass;

/// A node of the tree: its score is the sum of the scores of its parts, if it has any.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// What this part of the score stands for.
    #[serde(flatten)]
    pub what: What,
    /// What it adds.
    pub score: Score,
    /// What it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Reason>,
}

/// What a part of a score stands for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum What {
    /// The whole.
    Person {
        /// Id of the person.
        id: String,
    },
    /// The work that counts most.
    BestWork {
        /// Id of the work; empty for directions in the person's own words.
        id: String,
        /// Its title.
        title: String,
    },
    /// A further work.
    SupportingWork {
        /// Id of the work; empty for directions in the person's own words.
        id: String,
        /// Its title.
        title: String,
        /// The share of its own score that it adds, in percent.
        share_percent: f64,
    },
    /// All terms of one kind.
    Feature {
        /// The kind.
        feature: Feature,
    },
    /// A phrase that occurs on both sides.
    Phrase(SharedPhrase),
    /// Terms that both sides have outside such phrases: single characters, pieces of words, empty words.
    Scattered {
        /// Those that add most, at most [`SCATTERED_MAX`].
        terms: Vec<Arc<str>>,
    },
}

/// Scattered terms that are named.
pub const SCATTERED_MAX: usize = 12;

/// Kinds of terms, as features of the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// 中文词语.
    Chinese,
    /// 外文名称与型号.
    Latin,
    /// 数值.
    Number,
    /// 语义相近: nearness of the vectors, beyond the words; it has no parts.
    Meaning,
}

impl Feature {
    /// All features, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Chinese, Self::Latin, Self::Number, Self::Meaning];

    fn of(class: TermClass) -> Self {
        match class {
            TermClass::Bigram | TermClass::Single => Self::Chinese,
            TermClass::Latin => Self::Latin,
            TermClass::Number => Self::Number,
        }
    }

    /// As officials read it.
    pub fn in_chinese(self) -> &'static str {
        match self {
            Self::Chinese => "中文词语",
            Self::Latin => "外文名称与型号",
            Self::Number => "数值",
            Self::Meaning => "语义相近",
        }
    }
}

impl Reason {
    /// The scores of the leaves; they sum to the score of the tree.
    pub fn leaves(&self) -> Vec<&Reason> {
        if self.parts.is_empty() { vec![self] } else { self.parts.iter().flat_map(Reason::leaves).collect() }
    }

    /// What each feature adds to the whole.
    pub fn by_feature(&self) -> BTreeMap<Feature, Score> {
        let mut sums = BTreeMap::new();
        self.add_features(&mut sums);
        sums.into_iter().map(|(feature, sum)| (feature, Score::from_millionths(sum))).collect()
    }

    fn add_features(&self, sums: &mut BTreeMap<Feature, u64>) {
        if let What::Feature { feature } = self.what {
            *sums.entry(feature).or_default() += self.score.millionths();
        }
        self.parts.iter().for_each(|part| part.add_features(sums));
    }
}

/// A work's share of a person's score, before it is cut into features and phrases.
pub(crate) struct WorkShare<'a> {
    pub what: What,
    /// What the work adds, in the index's unit.
    pub raw: u64,
    /// Terms of the query that the work has, by number, and what each adds, in proportion.
    pub terms: Vec<(usize, u64)>,
    /// What nearness in meaning adds, in proportion.
    pub meaning: u64,
    pub phrases: &'a [SharedPhrase],
}

/// The tree of a person's score.
pub(crate) fn tree(id: &str, score: Score, query: &Query, works: Vec<WorkShare>) -> Reason {
    let shares = apportion(score.millionths(), &works.iter().map(|work| work.raw).collect::<Vec<_>>());
    let parts = works.into_iter().zip(shares).map(|(work, share)| work_tree(query, work, share)).collect();
    Reason { what: What::Person { id: id.to_owned() }, score, parts }
}

fn work_tree(query: &Query, work: WorkShare, millionths: u64) -> Reason {
    let phrase_of = first_phrases(query, work.phrases);
    let found = work.terms.iter().map(|&(number, raw)| {
        let QueryTerm { class, text, .. } = &query.terms[number];
        Found { feature: Feature::of(*class), phrase: phrase_of[number], raw, text }
    });
    let mut found: Vec<Found> = found.collect();
    found.sort_by_key(Found::place);
    let groups: Vec<&mut [Found]> = found.chunk_by_mut(|one, other| one.place() == other.place()).collect();
    let raw = |group: &&mut [Found]| group.iter().map(|term| term.raw).sum();
    let raws: Vec<u64> = groups.iter().map(raw).chain([work.meaning]).collect();
    let mut shares = apportion(millionths, &raws);
    let meaning = shares.pop().unwrap_or(0);
    let mut features: Vec<(Feature, Vec<Reason>)> = Vec::new();
    for (group, share) in groups.into_iter().zip(shares) {
        let Found { feature, phrase, .. } = group[0];
        let leaf = leaf(work.phrases.get(phrase), group, share);
        match features.last_mut() {
            Some((last, leaves)) if *last == feature => leaves.push(leaf),
            _ => features.push((feature, vec![leaf])),
        }
    }
    let mut parts: Vec<Reason> = features.into_iter().map(|(feature, leaves)| feature_tree(feature, leaves)).collect();
    if meaning > 0 {
        let what = What::Feature { feature: Feature::Meaning };
        parts.push(Reason { what, score: Score::from_millionths(meaning), parts: Vec::new() });
    }
    Reason { what: work.what, score: Score::from_millionths(millionths), parts }
}

/// A term of the query in a work.
struct Found<'a> {
    feature: Feature,
    /// The first phrase that holds it, or [`SCATTERED`].
    phrase: usize,
    raw: u64,
    text: &'a Arc<str>,
}

impl Found<'_> {
    /// Terms of one place make one leaf.
    fn place(&self) -> (Feature, usize) {
        (self.feature, self.phrase)
    }
}

/// The number of no phrase.
const SCATTERED: usize = usize::MAX;

/// For every term of the query the first phrase that holds it.
fn first_phrases(query: &Query, phrases: &[SharedPhrase]) -> Vec<usize> {
    let mut first = vec![SCATTERED; query.terms.len()];
    for (at, shared) in phrases.iter().enumerate().rev() {
        shared.keys().iter().filter_map(|&key| query.number(key)).for_each(|number| first[number] = at);
    }
    first
}

/// Phrases by what they add, the scattered terms last.
fn feature_tree(feature: Feature, mut parts: Vec<Reason>) -> Reason {
    parts.sort_by_key(|part| (matches!(part.what, What::Scattered { .. }), Reverse(part.score)));
    let sum = parts.iter().map(|part| part.score.millionths()).sum();
    Reason { what: What::Feature { feature }, score: Score::from_millionths(sum), parts }
}

fn leaf(shared: Option<&SharedPhrase>, terms: &mut [Found], millionths: u64) -> Reason {
    let what = match shared {
        Some(shared) => What::Phrase(shared.clone()),
        None => What::Scattered { terms: named(terms) },
    };
    Reason { what, score: Score::from_millionths(millionths), parts: Vec::new() }
}

fn named(terms: &mut [Found]) -> Vec<Arc<str>> {
    terms.sort_by_key(|term| (Reverse(term.raw), term.text));
    terms.iter().take(SCATTERED_MAX).map(|term| Arc::clone(term.text)).collect()
}
