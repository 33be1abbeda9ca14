//! The engine: people once indexed, needs ranked and explained against them.
//!
//! People who are read together are kept in the order of their ids and works in the order of theirs, and equal scores are
//! ordered by id, so the order in which they came in leaves no trace. Everything after the query's weights is whole numbers, so the same people, needs and
//! weights give the same bytes with any number of threads. Weights and impacts pass through `ln` and `powf` once before they
//! are rounded, so this holds for one build of the program; another platform's mathematics could round a last digit otherwise.
//!
//! Taking a work away never raises its person's score as long as the statistics stand: how rare a term is, is a property of
//! the whole collection, and leaving a work out of the collection shifts it a little for everybody.
//!
//! People may be added, replaced and taken out at the cost of their own works: [`Engine::with`]. The statistics of the
//! collection, how rare terms are and the mean of the vectors, stand meanwhile, so nobody else's score moves; the result is,
//! bit for bit, that of an index built at once from the same people under those statistics. [`Engine::settled`] counts them
//! anew, and then it is, bit for bit, that of [`Engine::build`]. Reckoning them anew with every addition would not do: the
//! length of every work depends on how rare its terms are, so every posting would be written again.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{self, AtomicUsize};

use rayon::prelude::*;
use serde::Serialize;

use crate::evidence::{ComparedNeed, Field, OwnPhrase, PHRASES_MAX, Place, SharedPhrase, own_phrases};
use crate::index::{Asked, Index, Scores, product};
use crate::indicator::{Compared, compared};
use crate::input::{NeedText, Profile, TeamRole, WorkText};
use crate::level::{Basis, Flag, Level};
use crate::meaning::Meaning;
use crate::people::{Block, People, Person, Read, places};
use crate::query::Query;
use crate::reason::{Feature, Reason, What, WorkShare, tree};
use crate::roll_up::{RolledUp, roll_up};
use crate::score::{QUERY_ONE, Score};
use crate::text::TermClass;
use crate::weights::Weights;

/// A need with fewer telling terms is flagged.
pub const NEED_TERMS_MIN: usize = 4;

/// A person whose works hold fewer terms in all is flagged.
pub const WORK_TERMS_MIN: usize = 4;

/// Entries that may be added and taken out, in percent of those among which the statistics were counted, before they are due
/// to be counted anew.
pub const CHANGED_PERCENT_MAX: usize = 10;

/// Additions before the statistics are due to be counted anew: each is looked through by itself.
pub const ADDITIONS_MAX: usize = 64;

/// Works shown with a candidate.
pub const SHOWN_WORKS_MAX: usize = 3;

/// Team members named as alternates.
pub const ALTERNATES_MAX: usize = 3;

/// Why people cannot be indexed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// Two people have one id.
    #[error("two people have the id {0}")]
    DuplicatePerson(String),
    /// Two works of one person have one id.
    #[error("person {person} has two works with the id {work}")]
    DuplicateWork {
        /// The person.
        person: String,
        /// The id.
        work: String,
    },
}

/// The ranking was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ranking was cancelled")]
pub struct Cancelled;

/// People, indexed.
#[derive(Clone, Debug)]
pub struct Engine {
    weights: Weights,
    people: People,
    index: Index,
    /// There when the works have vectors.
    meaning: Option<Meaning>,
}

/// A technical phrase of a need.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NeedPhrase {
    /// The phrase in its normalised form.
    pub phrase: String,
    /// The share of the need that it makes up in the ranking, from 0 to 1; phrases may share terms.
    pub share: f64,
    /// Where it stands first among equals.
    pub place: Place,
}

/// A need's candidates.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranking {
    /// The need.
    pub need: String,
    /// Best first.
    pub candidates: Vec<Candidate>,
}

/// A person proposed for a need.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The person.
    pub person: String,
    /// 1 for the best.
    pub rank: usize,
    /// The score.
    pub score: Score,
    /// The level of the score.
    pub level: Level,
    /// The probability that people would give this level or a higher one, for no relation that they would give no higher one;
    /// three decimals.
    pub probability: f64,
    /// What makes the level doubtful.
    pub flags: Vec<Flag>,
    /// The works that carry the score, best first, at most [`SHOWN_WORKS_MAX`].
    pub works: Vec<ScoredWork>,
    /// The person's team, when it has other members.
    pub team: Option<TeamEvidence>,
}

/// A work and how well it fits by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoredWork {
    /// Id of the work; empty for directions in the person's own words.
    pub id: String,
    /// Its own score, kind and year taken into account.
    pub score: Score,
}

/// What a candidate's team adds as evidence; it does not change the candidate's score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TeamEvidence {
    /// Name of the team.
    pub team: String,
    /// The team member, other than the candidate, whose work fits best, and the work.
    pub best: Option<(String, ScoredWork)>,
    /// Members who could stand in: deputies first, then by score; at most [`ALTERNATES_MAX`].
    pub alternates: Vec<String>,
}

/// Why a person is where he or she is in a need's ranking.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The person as a candidate; the rank is the one among all people.
    pub candidate: Candidate,
    /// The score as a tree.
    pub reason: Reason,
    /// Shared phrases of each work that adds to the score.
    pub evidence: Vec<WorkEvidence>,
    /// What separates the person from the last one chosen; `None` when chosen.
    pub gap: Option<Gap>,
}

/// The phrases that a work shares with the need.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkEvidence {
    /// Id of the work; empty for directions in the person's own words.
    pub work: String,
    /// The phrases, longest first.
    pub phrases: Vec<SharedPhrase>,
    /// The quantities that both state.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub indicators: Vec<Compared>,
}

/// The distance to the last person chosen, feature by feature.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// The last person chosen.
    pub last_chosen: String,
    /// That person's score.
    pub last_score: Score,
    /// What is missing to it.
    pub missing: Score,
    /// For each feature the person's own share and that of the last chosen.
    pub features: Vec<(Feature, Score, Score)>,
}

/// A need made ready for the index.
struct Prepared {
    query: Query,
    /// Key and fixed-point weight of each term of the query.
    terms: Vec<(u64, u32)>,
    /// How rare each is.
    rarities: Vec<f64>,
    flags: Vec<Flag>,
}

/// A need with what its rarer terms give every work; scores are completed where they are asked for.
struct Scored {
    prepared: Prepared,
    asked: Asked,
    /// By entry, before frequent terms are added, in the index's unit; nearness in meaning is in it.
    partial: Scores,
    /// By entry, what nearness in meaning adds; empty without vectors.
    meaning: Vec<u64>,
}

impl Scored {
    fn basis(&self) -> Basis {
        if self.meaning.is_empty() { Basis::Words } else { Basis::Meaning }
    }
}

impl Engine {
    /// Indexes people. Reads every text once, on all threads of the current pool.
    pub fn build(mut profiles: Vec<Profile>, weights: Weights) -> Result<Self, BuildError> {
        sort_and_check(&mut profiles)?;
        Ok(Self::of(profiles.into_iter().map(Arc::new).collect(), weights))
    }

    fn of(profiles: Vec<Arc<Profile>>, weights: Weights) -> Self {
        let index = |works: usize, read: &Read<'_>| Index::build(works, &weights, read);
        let (people, index) = Block::read(profiles, &weights, index);
        let people = People::of(people);
        let meaning = Meaning::build(people.vectors(0));
        Self { weights, people, index, meaning }
    }

    /// The same people with `changed` ones added, or in the place of those with their ids, and without those whose ids are
    /// `gone`. Costs what the changed people cost; the statistics stand.
    pub fn with(&self, mut changed: Vec<Profile>, gone: &BTreeSet<&str>) -> Result<Self, BuildError> {
        sort_and_check(&mut changed)?;
        let mut index = self.index.clone();
        let add = |works: usize, read: &Read<'_>| index.add(works, &self.weights, read);
        let (fresh, ()) = Block::read(changed.into_iter().map(Arc::new).collect(), &self.weights, add);
        let people = self.people.with(fresh, gone);
        let mut meaning = self.meaning.clone();
        if let Some(meaning) = &mut meaning {
            meaning.add(people.vectors(self.people.entries()));
        }
        Ok(Self { weights: self.weights.clone(), people, index, meaning })
    }

    /// The same people with the statistics counted among them: what [`Self::build`] would make of them.
    #[must_use]
    pub fn settled(&self) -> Self {
        if self.is_settled() {
            return self.clone();
        }
        let mut profiles: Vec<_> = self.people.all().map(|person| Arc::clone(&person.profile)).collect();
        profiles.sort_by(|one, other| one.id.cmp(&other.id));
        Self::of(profiles, self.weights.clone())
    }

    /// What [`Self::with`] gives, settled: for so many changes that indexing them by themselves would not pay.
    pub fn settled_with(&self, mut changed: Vec<Profile>, gone: &BTreeSet<&str>) -> Result<Self, BuildError> {
        sort_and_check(&mut changed)?;
        let kept = self.people.all().map(|person| Arc::clone(&person.profile));
        let kept = kept.filter(|profile| !gone.contains(profile.id.as_str()));
        let mut people: BTreeMap<String, Arc<Profile>> = kept.map(|profile| (profile.id.clone(), profile)).collect();
        people.extend(changed.into_iter().map(|profile| (profile.id.clone(), Arc::new(profile))));
        Ok(Self::of(people.into_values().collect(), self.weights.clone()))
    }

    /// Whether the statistics are those of the people of now.
    pub fn is_settled(&self) -> bool {
        self.index.additions() == 0
    }

    /// Whether so much has changed since the statistics were counted that they should be counted anew: more than
    /// [`CHANGED_PERCENT_MAX`] of the entries, or more than [`ADDITIONS_MAX`] times, or the first vectors came.
    pub fn is_due(&self) -> bool {
        let counted = self.index.statistics().works();
        let changed = self.people.entries() - counted + self.people.entries_gone();
        let has_first_vectors = self.meaning.is_none() && self.people.vectors(counted).any(|vector| vector.is_some());
        changed * 100 > counted * CHANGED_PERCENT_MAX || self.index.additions() > ADDITIONS_MAX || has_first_vectors
    }

    /// How many people are indexed.
    pub fn people(&self) -> usize {
        self.people.len()
    }

    /// How many works are indexed; directions in people's own words are none.
    pub fn works(&self) -> usize {
        self.people.all().map(|person| person.profile.works.len()).sum()
    }

    /// A person's profile by id.
    pub fn profile(&self, id: &str) -> Option<&Profile> {
        self.people.number(id).map(|person| &*self.people.get(person).profile)
    }

    /// The weights in use.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The score of each of a person's works for a need, in the index's unit, before the roll-up; directions come last.
    pub fn work_scores_of(&self, need: &NeedText, person: &str) -> Option<Vec<u64>> {
        let person = self.people.number(person)?;
        Some(self.works_of(&self.scored(need), person))
    }

    /// Takes other weights of needs, of meaning and of the roll-up; those that went into the index must be the same.
    pub(crate) fn reweigh(&mut self, weights: Weights) {
        debug_assert!(weights.index_as(&self.weights), "the index was built with other weights");
        self.weights = weights;
    }

    /// The scores of the best `top` people and of those named, best first; unknown ids are left out.
    pub(crate) fn best_and(&self, need: &NeedText, top: usize, named: &[&str]) -> Vec<(&str, Score)> {
        let scored = self.scored(need);
        let named = named.iter().filter_map(|id| self.people.number(id));
        let people: BTreeSet<usize> = self.best(&scored, top).into_iter().chain(named).collect();
        let mut totals: Vec<_> = people.into_iter().map(|person| (self.score(&scored, person), person)).collect();
        totals.sort_unstable_by(|one, other| self.order(*one, *other));
        totals.into_iter().map(|(score, person)| (self.people.id(person), score)).collect()
    }

    /// The best `top` people for a need; everybody when there are fewer.
    pub fn rank(&self, need: &NeedText, top: usize) -> Ranking {
        let scored = self.scored(need);
        let chosen = self.best(&scored, top).into_iter().enumerate();
        let candidates = chosen.map(|(at, person)| self.candidate(&scored, person, at + 1)).collect();
        Ranking { need: need.id.clone(), candidates }
    }

    /// The technical phrases of a need that its ranking rests on most, at most `most`: what the engine has understood of it.
    pub fn phrases(&self, need: &NeedText, most: usize) -> Vec<NeedPhrase> {
        let prepared = self.prepare(need);
        let place = |key: &u64| prepared.terms.binary_search_by_key(key, |(known, _)| *known);
        let weight = |key: &u64| place(key).map_or(0, |at| prepared.terms[at].1);
        let share = |key: &u64| (f64::from(weight(key)) / QUERY_ONE).powi(2);
        let mut weighed: Vec<(f64, OwnPhrase)> = own_phrases(need)
            .into_iter()
            .map(|own| (own.keys.iter().collect::<BTreeSet<_>>().into_iter().map(share).sum(), own))
            .collect();
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.phrase.cmp(&b.1.phrase)));
        let mut told: BTreeSet<u64> = BTreeSet::new();
        let mut phrases = Vec::new();
        for (share, own) in weighed {
            // A phrase that says nothing beyond the ones before it is left out.
            let is_new =
                own.keys.iter().filter(|key| TermClass::of_key(**key).is_telling()).any(|key| !told.contains(key));
            if is_new && phrases.len() < most {
                told.extend(&own.keys);
                phrases.push(NeedPhrase { phrase: own.phrase, share, place: own.place });
            }
        }
        phrases
    }

    /// The best `top` people for a need, each explained.
    pub fn rank_explained(&self, need: &NeedText, top: usize) -> Vec<Explanation> {
        let scored = self.scored(need);
        let chosen = self.best(&scored, top).into_iter().enumerate();
        let mut need = ComparedNeed::of(need);
        let explained = chosen.map(|(at, person)| {
            let (reason, evidence) = self.reason(&mut need, &scored, person);
            Explanation { candidate: self.candidate(&scored, person, at + 1), reason, evidence, gap: None }
        });
        explained.collect()
    }

    /// Ranks many needs on all threads, in their order. After each need `on_done` is told how many are done; its `Break` cancels.
    pub fn rank_all(
        &self,
        needs: &[NeedText],
        top: usize,
        on_done: &(dyn Fn(usize) -> ControlFlow<()> + Sync),
    ) -> Result<Vec<Ranking>, Cancelled> {
        let done = AtomicUsize::new(0);
        let rank_one = |need| {
            let ranking = self.rank(need, top);
            let count = 1 + done.fetch_add(1, atomic::Ordering::Relaxed);
            if on_done(count).is_break() { Err(Cancelled) } else { Ok(ranking) }
        };
        needs.par_iter().map(rank_one).collect()
    }

    /// Explains a person's place for a need when the best `top` are chosen; `None` for an unknown id.
    pub fn explain(&self, need: &NeedText, person: &str, top: usize) -> Option<Explanation> {
        let person = self.people.number(person)?;
        let scored = self.scored(need);
        let own = self.score(&scored, person);
        let is_above = |&other: &usize| self.order((self.score(&scored, other), other), (own, person)).is_lt();
        let rank = 1 + self.reaching(&scored, own).par_iter().filter(|other| is_above(other)).count();
        let mut need = ComparedNeed::of(need);
        let (reason, evidence) = self.reason(&mut need, &scored, person);
        let last = if rank > top { self.best(&scored, top).pop() } else { None };
        let gap = last.map(|last| self.gap(&mut need, &scored, &reason, last));
        Some(Explanation { candidate: self.candidate(&scored, person, rank), reason, evidence, gap })
    }

    fn scored(&self, need: &NeedText) -> Scored {
        let prepared = self.prepare(need);
        let asked = self.index.ask(&prepared.terms);
        let mut partial = self.index.partial(&asked);
        let meaning = self.meaning_scores(need);
        partial.iter_mut().zip(&meaning).for_each(|(partial, meaning)| *partial += meaning);
        Scored { prepared, asked, partial, meaning }
    }

    fn meaning_scores(&self, need: &NeedText) -> Vec<u64> {
        let both = self.meaning.as_ref().zip(need.vector.as_ref());
        both.map_or_else(Vec::new, |(meaning, need)| meaning.scores(need, self.weights.meaning))
    }

    fn prepare(&self, need: &NeedText) -> Prepared {
        let query = Query::read(need, &self.weights, |key| self.index.knows(key));
        let keys: Vec<u64> = query.terms.iter().map(|term| term.key).collect();
        let rarities = self.index.rarities(&keys);
        let weighed = query.terms.iter().zip(&rarities);
        let weights: Vec<f64> =
            weighed.map(|(term, rarity)| term.count * self.weights.class(term.class) * rarity).collect();
        let length = weights.iter().map(|weight| weight * weight).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
        #[expect(clippy::cast_sign_loss, reason = "counts and rarities are not negative")]
        let fixed = |weight: &f64| (weight / length * QUERY_ONE).round() as u32;
        let terms = keys.into_iter().zip(weights.iter().map(fixed)).collect();
        let is_short = query.telling_terms() < NEED_TERMS_MIN;
        let flags = [(is_short, Flag::ShortNeed), (query.is_cut, Flag::CutNeed)];
        let flags = flags.into_iter().filter_map(|(is_so, flag)| is_so.then_some(flag)).collect();
        Prepared { query, terms, rarities, flags }
    }

    /// The score of an entry, kind and year taken into account.
    fn work_score(&self, scored: &Scored, entry: usize) -> u64 {
        let raw = self.index.complete(&scored.asked, entry, scored.partial[entry]);
        raw * u64::from(self.people.entry(entry).permille) / 1000
    }

    /// The scores of a person's entries.
    fn works_of(&self, scored: &Scored, person: usize) -> Vec<u64> {
        self.people.get(person).entries.clone().map(|entry| self.work_score(scored, entry)).collect()
    }

    fn rolled_up(&self, scored: &Scored, person: usize) -> RolledUp {
        roll_up(&self.works_of(scored, person), &self.weights)
    }

    fn score(&self, scored: &Scored, person: usize) -> Score {
        Score::from_raw(self.rolled_up(scored, person).total())
    }

    /// The best `top` people, best first, equal scores in the order of ids.
    fn best(&self, need: &Scored, top: usize) -> Vec<usize> {
        let people = if top < self.people() { self.possible(need, top) } else { self.everybody() };
        let totals = people.into_iter().map(|person| (self.score(need, person), person)).collect();
        let mut order = first(totals, top, |one, other| self.order(*one, *other));
        order.sort_unstable_by(|one, other| self.order(*one, *other));
        order.into_iter().map(|(_, person)| person).collect()
    }

    /// The order of two people by their scores: the higher one first, equal ones by id.
    fn order(&self, one: (Score, usize), other: (Score, usize)) -> Ordering {
        other.0.cmp(&one.0).then_with(|| self.people.id(one.1).cmp(self.people.id(other.1)))
    }

    fn everybody(&self) -> Vec<usize> {
        self.people.numbers().collect()
    }

    /// People among whom the best `top` are: whoever could reach the score of the last of `top` people that look good.
    fn possible(&self, scored: &Scored, top: usize) -> Vec<usize> {
        let promising = self.promising(scored, top);
        let last = promising.iter().map(|&person| self.score(scored, person)).min().unwrap_or_default();
        if promising.len() < top { self.everybody() } else { self.reaching(scored, last) }
    }

    /// Whoever could reach a score.
    fn reaching(&self, scored: &Scored, score: Score) -> Vec<usize> {
        if score == Score::default() {
            return self.everybody();
        }
        let least = least_best_work(score.least_raw(), &self.weights);
        let found = self.index.reaching(&scored.asked, &scored.partial, least);
        let found = found.into_par_iter().with_min_len(ENTRIES_AT_ONCE);
        let reaching = found.filter(|&entry| self.work_score(scored, entry) >= least);
        let mut people: Vec<usize> = reaching.filter_map(|entry| self.people.owner(entry)).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// `top` people with good works by the rarer terms alone, if there are so many.
    fn promising(&self, scored: &Scored, top: usize) -> Vec<usize> {
        let best = |works: &[u64]| works.iter().copied().max().unwrap_or(0);
        let groups = scored.partial.chunks(PROMISING_AMONG).map(best).zip(0..);
        let groups = groups.map(|(best, group)| (Reverse(best), group)).collect();
        let place = |(Reverse(best), group): (Reverse<u64>, usize)| {
            let first = group * PROMISING_AMONG;
            scored.partial[first..].iter().position(|&score| score == best).map(|at| first + at)
        };
        let works = first(groups, top.saturating_mul(2), Ord::cmp).into_iter().filter_map(place);
        let people: BTreeSet<usize> = works.filter_map(|entry| self.people.owner(entry)).collect();
        let totals = people.into_iter().map(|person| (Reverse(self.score(scored, person)), person)).collect();
        first(totals, top, Ord::cmp).into_iter().map(|(_, person)| person).collect()
    }

    fn candidate(&self, scored: &Scored, person: usize, rank: usize) -> Candidate {
        let score = self.score(scored, person);
        let level = self.weights.levels.level(score, scored.basis());
        Candidate {
            person: self.people.get(person).profile.id.clone(),
            rank,
            score,
            level,
            probability: self.weights.levels.probability(level, score, scored.basis()),
            flags: self.flags(scored, person),
            works: self.best_works(scored, person, SHOWN_WORKS_MAX),
            team: self.team_evidence(scored, person),
        }
    }

    fn flags(&self, scored: &Scored, person: usize) -> Vec<Flag> {
        let Person { profile, terms, .. } = self.people.get(person);
        let mut flags = scored.prepared.flags.clone();
        if profile.works.is_empty() {
            flags.push(Flag::NoWorks);
        } else if *terms < WORK_TERMS_MIN {
            flags.push(Flag::ThinWorks);
        }
        if !self.shares_terms(scored, person) {
            flags.push(Flag::NothingShared);
        }
        flags
    }

    fn shares_terms(&self, scored: &Scored, person: usize) -> bool {
        let meaning = |entry| scored.meaning.get(entry).copied().unwrap_or(0);
        let mut entries = self.people.get(person).entries.clone();
        entries.any(|entry| self.index.complete(&scored.asked, entry, scored.partial[entry]) > meaning(entry))
    }

    fn best_works(&self, scored: &Scored, person: usize, most: usize) -> Vec<ScoredWork> {
        let totals = self.people.get(person).entries.clone().zip(self.works_of(scored, person));
        let mut found: Vec<(Reverse<u64>, usize)> =
            totals.filter(|&(_, score)| score > 0).map(|(entry, score)| (Reverse(score), entry)).collect();
        found.sort_unstable();
        found.truncate(most);
        let id = |entry: usize| match self.people.entry(entry).work() {
            Some(work) => self.people.get(person).profile.works[work].id.clone(),
            None => String::new(),
        };
        let shown = |&(Reverse(score), entry): &(_, usize)| ScoredWork { id: id(entry), score: Score::from_raw(score) };
        found.iter().map(shown).collect()
    }

    fn team_evidence(&self, scored: &Scored, person: usize) -> Option<TeamEvidence> {
        let team = &self.people.get(person).profile.team;
        if team.is_empty() {
            return None;
        }
        let mut others: Vec<usize> = self.people.team(team).filter(|&other| other != person).collect();
        let best_work = |&other: &usize| Some((other, self.best_works(scored, other, 1).pop()?));
        let best = others.iter().filter_map(best_work);
        let best = best.max_by_key(|(other, work)| (work.score, Reverse(self.people.id(*other))));
        let stands_in = |other: usize| self.people.get(other).profile.team_role != Some(TeamRole::Deputy);
        others
            .sort_by_cached_key(|&other| (stands_in(other), Reverse(self.score(scored, other)), self.people.id(other)));
        let id = |other: usize| self.people.get(other).profile.id.clone();
        (!others.is_empty()).then(|| TeamEvidence {
            team: team.clone(),
            best: best.map(|(other, work)| (id(other), work)),
            alternates: others.iter().take(ALTERNATES_MAX).map(|&other| id(other)).collect(),
        })
    }

    fn reason(&self, need: &mut ComparedNeed, scored: &Scored, person: usize) -> (Reason, Vec<WorkEvidence>) {
        let Person { profile, entries, .. } = self.people.get(person);
        let rolled = self.rolled_up(scored, person);
        let texts: Vec<_> = rolled.parts.iter().map(|part| self.work_of(person, entries.start + part.0)).collect();
        let (phrases, places): (Vec<_>, Vec<_>) = texts.iter().map(|work| need.phrases_and_places(work)).unzip();
        let shares = rolled.parts.iter().zip(&texts).zip(phrases.iter().zip(places)).enumerate();
        let shares = shares.map(|(at, ((&(entry, raw, share), work), (phrases, places)))| {
            let (id, title) = (work.id.clone(), work.title.clone());
            let share_percent = f64::from(share) / 10_000.0;
            let what =
                if at == 0 { What::BestWork { id, title } } else { What::SupportingWork { id, title, share_percent } };
            let entry = entries.start + entry;
            let meaning = scored.meaning.get(entry).copied().unwrap_or(0);
            let terms = self.parts(&scored.prepared, entry, work, &places);
            debug_assert_eq!(
                terms.iter().map(|term| term.1).sum::<u64>() + meaning,
                self.index.complete(&scored.asked, entry, scored.partial[entry]),
                "the terms of the work's text are those of the index"
            );
            WorkShare { what, raw, terms, meaning, phrases }
        });
        let score = Score::from_raw(rolled.total());
        let reason = tree(&profile.id, score, &scored.prepared.query, shares.collect());
        let evidence = texts.into_iter().zip(phrases).map(|(work, mut phrases)| {
            phrases.truncate(PHRASES_MAX);
            let indicators = compared(need.indicators(), &work.indicators);
            WorkEvidence { work: work.id.clone(), phrases, indicators }
        });
        (reason, evidence.collect())
    }

    /// What each term of the need that stands in a work adds to its score, by number.
    fn parts(&self, need: &Prepared, entry: usize, work: &WorkText, held: &[(u64, Field)]) -> Vec<(usize, u64)> {
        let mut counts = vec![None; need.terms.len()];
        for &(key, field) in held {
            if let Some(number) = need.query.number(key) {
                *counts[number].get_or_insert(0.0) += places(field, work, &self.weights) as f32;
            }
        }
        let part = |(number, count): (usize, Option<f32>)| {
            let ((key, weight), rarity) = (need.terms[number], need.rarities[number]);
            let impact = self.index.impact(entry, TermClass::of_key(key), count?, rarity, &self.weights);
            Some((number, product(weight, impact)))
        };
        counts.into_iter().enumerate().filter_map(part).filter(|&(_, part)| part > 0).collect()
    }

    fn gap(&self, need: &mut ComparedNeed, scored: &Scored, own: &Reason, last: usize) -> Gap {
        let (theirs, _) = self.reason(need, scored, last);
        let (own_features, their_features) = (own.by_feature(), theirs.by_feature());
        let shown = Feature::ALL.into_iter().filter(|&f| f != Feature::Meaning || scored.basis() == Basis::Meaning);
        let share = |features: &BTreeMap<Feature, Score>, of| features.get(&of).copied().unwrap_or_default();
        Gap {
            last_chosen: self.people.get(last).profile.id.clone(),
            last_score: theirs.score,
            missing: Score::from_millionths(theirs.score.millionths() - own.score.millionths()),
            features: shown.map(|f| (f, share(&own_features, f), share(&their_features, f))).collect(),
        }
    }

    /// A work of a person, or the directions as if they were one.
    fn work_of(&self, person: usize, entry: usize) -> Cow<'_, WorkText> {
        let profile = &self.people.get(person).profile;
        match self.people.entry(entry).work() {
            Some(work) => Cow::Borrowed(&profile.works[work]),
            None => Cow::Owned(WorkText { summary: profile.directions.clone(), ..WorkText::default() }),
        }
    }
}

/// Merges the best of several parts of the people into the best of all; ranks are counted anew.
pub fn merge_tops(parts: Vec<Vec<Candidate>>, top: usize) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = parts.into_iter().flatten().collect();
    all.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.person.cmp(&b.person)));
    all.truncate(top);
    all.iter_mut().enumerate().for_each(|(at, candidate)| candidate.rank = at + 1);
    all
}

/// Entries that a thread completes without asking others for help.
const ENTRIES_AT_ONCE: usize = 1_024;

/// Works among which one is looked at when promising people are sought.
const PROMISING_AMONG: usize = 64;

/// The `most` first of these, in any order.
fn first<T>(mut all: Vec<T>, most: usize, order: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    if most < all.len() {
        all.select_nth_unstable_by(most, order);
        all.truncate(most);
    }
    all
}

/// The least score that the best work of a person with this total has: further works add at most their share of it.
fn least_best_work(total: u64, weights: &Weights) -> u64 {
    (u128::from(total) * 1000 / (1000 + u128::from(weights.support_cap_permille))) as u64
}

fn sort_and_check(profiles: &mut [Profile]) -> Result<(), BuildError> {
    profiles.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(pair) = profiles.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return Err(BuildError::DuplicatePerson(pair[0].id.clone()));
    }
    for profile in profiles {
        profile.works.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(pair) = profile.works.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(BuildError::DuplicateWork { person: profile.id.clone(), work: pair[0].id.clone() });
        }
    }
    Ok(())
}
