//! Reasons: the score as a tree whose leaves sum to it exactly.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::evidence::{Place, SharedPhrase};
use crate::query::Query;
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
    Phrase {
        /// The phrase, normalised.
        phrase: String,
        /// Where it stands in the need.
        need: Vec<Place>,
        /// Where it stands in the work.
        work: Vec<Place>,
    },
}

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
}

impl Feature {
    /// All features, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Chinese, Self::Latin, Self::Number];

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
    /// What each term of the query adds, in proportion.
    pub terms: Vec<u64>,
    pub phrases: &'a [SharedPhrase],
}

/// The tree of a person's score.
pub(crate) fn tree(id: &str, score: Score, query: &Query, works: Vec<WorkShare>) -> Reason {
    let shares = apportion(score.millionths(), &works.iter().map(|work| work.raw).collect::<Vec<_>>());
    let parts = works.into_iter().zip(shares).map(|(work, share)| work_tree(query, work, share)).collect();
    Reason { what: What::Person { id: id.to_owned() }, score, parts }
}

fn work_tree(query: &Query, work: WorkShare, millionths: u64) -> Reason {
    let mut groups: BTreeMap<(Feature, usize), u64> = BTreeMap::new();
    for (term, &raw) in query.terms.iter().zip(&work.terms).filter(|&(_, &raw)| raw > 0) {
        let phrase = work.phrases.iter().position(|shared| shared.keys.contains(&term.key));
        *groups.entry((Feature::of(term.class), phrase.unwrap_or(usize::MAX))).or_default() += raw;
    }
    let shares = apportion(millionths, &groups.values().copied().collect::<Vec<_>>());
    let leaves: Vec<((Feature, usize), u64)> = groups.into_keys().zip(shares).collect();
    let parts = Feature::ALL.into_iter().filter_map(|feature| feature_tree(feature, &leaves, work.phrases)).collect();
    Reason { what: work.what, score: Score::from_millionths(millionths), parts }
}

fn feature_tree(feature: Feature, leaves: &[((Feature, usize), u64)], phrases: &[SharedPhrase]) -> Option<Reason> {
    let own = leaves.iter().filter(|((of, _), _)| *of == feature);
    let mut parts: Vec<Reason> = own.map(|&((_, phrase), share)| phrase_leaf(phrases.get(phrase), share)).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.score));
    let sum = parts.iter().map(|part| part.score.millionths()).sum();
    (!parts.is_empty()).then(|| Reason { what: What::Feature { feature }, score: Score::from_millionths(sum), parts })
}

fn phrase_leaf(shared: Option<&SharedPhrase>, millionths: u64) -> Reason {
    let what = match shared {
        Some(shared) => {
            What::Phrase { phrase: shared.phrase.clone(), need: shared.need.clone(), work: shared.work.clone() }
        }
        None => What::Phrase { phrase: String::new(), need: Vec::new(), work: Vec::new() },
    };
    Reason { what, score: Score::from_millionths(millionths), parts: Vec::new() }
}
