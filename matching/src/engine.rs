//! The engine: people once indexed, needs ranked and explained against them.
//!
//! People are kept in the order of their ids and works in the order of theirs, so the order in which they came in leaves no
//! trace; equal scores are ordered by id. Everything after the query's weights is whole numbers, so the same people, needs and
//! weights give the same bytes with any number of threads. Weights and impacts pass through `ln` and `powf` once before they
//! are rounded, so this holds for one build of the program; another platform's mathematics could round a last digit otherwise.
//!
//! Taking a work away never raises its person's score as long as the statistics stand: how rare a term is, is a property of
//! the whole collection, and leaving a work out of the collection shifts it a little for everybody.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde::Serialize;

use crate::encoder::StoredVector;
use crate::evidence::{ComparedNeed, PHRASES_MAX, SharedPhrase};
use crate::index::{Asked, Counter, Index};
use crate::input::{NeedText, Profile, TeamRole, WorkText};
use crate::level::{Basis, Flag, Level};
use crate::meaning::Meaning;
use crate::query::Query;
use crate::reason::{Feature, Reason, What, WorkShare, tree};
use crate::roll_up::{RolledUp, roll_up};
use crate::score::{QUERY_ONE, Score};
use crate::text::{glyphs, terms};
use crate::weights::Weights;

/// A need with fewer telling terms is flagged.
pub const NEED_TERMS_MIN: usize = 4;

/// A person whose works hold fewer terms in all is flagged.
pub const WORK_TERMS_MIN: usize = 4;

/// The most characters of a work's text that are read.
pub const WORK_CHARS_MAX: usize = 20_000;

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
    people: Vec<Person>,
    entries: Vec<Entry>,
    index: Index,
    /// There when the works have vectors.
    meaning: Option<Meaning>,
    /// People by team name.
    teams: BTreeMap<String, Vec<usize>>,
}

#[derive(Clone, Debug)]
struct Person {
    profile: Profile,
    entries: Range<usize>,
    /// Terms in all works.
    terms: usize,
}

/// What is indexed: a work, or the directions of a person.
#[derive(Clone, Copy, Debug)]
struct Entry {
    person: usize,
    /// Number of the work; `None` for the directions.
    work: Option<usize>,
    permille: u32,
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
    flags: Vec<Flag>,
}

/// A need with what its rarer terms give every work; scores are completed where they are asked for.
struct Scored {
    prepared: Prepared,
    asked: Asked,
    /// By entry, before frequent terms are added, in the index's unit; nearness in meaning is in it.
    partial: Vec<u64>,
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
        let mut people = Vec::with_capacity(profiles.len());
        let mut entries = Vec::new();
        let mut teams: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (person, profile) in profiles.into_iter().enumerate() {
            let first = entries.len();
            entries.extend(entries_of(person, &profile, &weights));
            if !profile.team.is_empty() {
                teams.entry(profile.team.clone()).or_default().push(person);
            }
            people.push(Person { profile, entries: first..entries.len(), terms: 0 });
        }
        let telling: Vec<AtomicUsize> = people.iter().map(|_| AtomicUsize::new(0)).collect();
        let index = Index::build(entries.len(), &weights, |at, counter| {
            let found = count(&people[entries[at].person].profile, entries[at], &weights, counter);
            telling[entries[at].person].fetch_add(found, Ordering::Relaxed);
        });
        people.iter_mut().zip(telling).for_each(|(person, terms)| person.terms = terms.into_inner());
        let mut engine = Self { weights, people, entries, index, meaning: None, teams };
        engine.meaning = Meaning::build(engine.vectors());
        Ok(engine)
    }

    /// How many people are indexed.
    pub fn people(&self) -> usize {
        self.people.len()
    }

    /// How many works are indexed; directions in people's own words are none.
    pub fn works(&self) -> usize {
        self.entries.iter().filter(|entry| entry.work.is_some()).count()
    }

    /// A person's profile by id.
    pub fn profile(&self, id: &str) -> Option<&Profile> {
        self.number(id).map(|person| &self.people[person].profile)
    }

    /// The weights in use.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The score of each of a person's works for a need, in the index's unit, before the roll-up; directions come last.
    pub fn work_scores_of(&self, need: &NeedText, person: &str) -> Option<Vec<u64>> {
        let person = self.number(person)?;
        Some(self.works_of(&self.scored(need), person))
    }

    /// The best `top` people for a need; everybody when there are fewer.
    pub fn rank(&self, need: &NeedText, top: usize) -> Ranking {
        let scored = self.scored(need);
        let chosen = self.best(&scored, top).into_iter().enumerate();
        let candidates = chosen.map(|(at, person)| self.candidate(&scored, person, at + 1)).collect();
        Ranking { need: need.id.clone(), candidates }
    }

    /// The best `top` people for a need, each explained.
    pub fn rank_explained(&self, need: &NeedText, top: usize) -> Vec<Explanation> {
        let scored = self.scored(need);
        let chosen = self.best(&scored, top).into_iter().enumerate();
        let need = ComparedNeed::of(need);
        let explained = chosen.map(|(at, person)| {
            let (reason, evidence) = self.reason(&need, &scored, person);
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
            let count = 1 + done.fetch_add(1, Ordering::Relaxed);
            if on_done(count).is_break() { Err(Cancelled) } else { Ok(ranking) }
        };
        needs.par_iter().map(rank_one).collect()
    }

    /// Explains a person's place for a need when the best `top` are chosen; `None` for an unknown id.
    pub fn explain(&self, need: &NeedText, person: &str, top: usize) -> Option<Explanation> {
        let person = self.number(person)?;
        let scored = self.scored(need);
        let own = self.score(&scored, person);
        let is_above = |&other: &usize| (Reverse(self.score(&scored, other)), other) < (Reverse(own), person);
        let rank = 1 + self.reaching(&scored, own).iter().filter(|other| is_above(other)).count();
        let need = ComparedNeed::of(need);
        let (reason, evidence) = self.reason(&need, &scored, person);
        let last = if rank > top { self.best(&scored, top).pop() } else { None };
        let gap = last.map(|last| self.gap(&need, &scored, &reason, last));
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

    /// The vectors of all entries, in their order.
    fn vectors(&self) -> impl Iterator<Item = Option<&StoredVector>> + Clone {
        self.entries.iter().map(|entry| {
            let profile = &self.people[entry.person].profile;
            entry.work.map_or(profile.directions_vector.as_ref(), |work| profile.works[work].vector.as_ref())
        })
    }

    fn meaning_scores(&self, need: &NeedText) -> Vec<u64> {
        let both = self.meaning.as_ref().zip(need.vector.as_ref());
        both.map_or_else(Vec::new, |(meaning, need)| meaning.scores(need, self.vectors(), self.weights.meaning))
    }

    fn prepare(&self, need: &NeedText) -> Prepared {
        let query = Query::read(need, &self.weights);
        let weights: Vec<f64> = query
            .terms
            .iter()
            .map(|term| term.count * self.weights.class(term.class) * self.index.rarity(term.key))
            .collect();
        let length = weights.iter().map(|weight| weight * weight).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
        #[expect(clippy::cast_sign_loss, reason = "counts and rarities are not negative")]
        let fixed = |weight: &f64| (weight / length * QUERY_ONE).round() as u32;
        let terms = query.terms.iter().map(|term| term.key).zip(weights.iter().map(fixed)).collect();
        let is_short = query.telling_terms() < NEED_TERMS_MIN;
        let flags = [(is_short, Flag::ShortNeed), (query.is_cut, Flag::CutNeed)];
        Prepared { terms, flags: flags.into_iter().filter_map(|(is_so, flag)| is_so.then_some(flag)).collect(), query }
    }

    /// The score of an entry, kind and year taken into account.
    fn work_score(&self, scored: &Scored, entry: usize) -> u64 {
        let raw = self.index.complete(&scored.asked, entry, scored.partial[entry]);
        raw * u64::from(self.entries[entry].permille) / 1000
    }

    /// The scores of a person's entries.
    fn works_of(&self, scored: &Scored, person: usize) -> Vec<u64> {
        self.people[person].entries.clone().map(|entry| self.work_score(scored, entry)).collect()
    }

    fn rolled_up(&self, scored: &Scored, person: usize) -> RolledUp {
        roll_up(&self.works_of(scored, person), &self.weights)
    }

    fn score(&self, scored: &Scored, person: usize) -> Score {
        Score::from_raw(self.rolled_up(scored, person).total())
    }

    /// The best `top` people, best first, equal scores in the order of ids.
    fn best(&self, need: &Scored, top: usize) -> Vec<usize> {
        let people = if top < self.people.len() { self.possible(need, top) } else { self.everybody() };
        let totals = people.into_iter().map(|person| (Reverse(self.score(need, person)), person)).collect();
        let mut order = first(totals, top);
        order.sort_unstable();
        order.into_iter().map(|(_, person)| person).collect()
    }

    fn everybody(&self) -> Vec<usize> {
        (0..self.people.len()).collect()
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
        let mut people: Vec<usize> = found.into_iter().map(|entry| self.entries[entry].person).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// `top` people with good works by the rarer terms alone, if there are so many.
    fn promising(&self, scored: &Scored, top: usize) -> Vec<usize> {
        let best_of = |(group, works): (usize, &[u64])| {
            let best = (0..works.len()).max_by_key(|&work| works[work]).unwrap_or(0);
            (Reverse(works[best]), group * PROMISING_AMONG + best)
        };
        let groups = scored.partial.chunks(PROMISING_AMONG).enumerate().map(best_of).collect();
        let works = first(groups, top.saturating_mul(2));
        let people: BTreeSet<usize> = works.into_iter().map(|(_, entry)| self.entries[entry].person).collect();
        let totals = people.into_iter().map(|person| (Reverse(self.score(scored, person)), person)).collect();
        first(totals, top).into_iter().map(|(_, person)| person).collect()
    }

    fn candidate(&self, scored: &Scored, person: usize, rank: usize) -> Candidate {
        let score = self.score(scored, person);
        Candidate {
            person: self.people[person].profile.id.clone(),
            rank,
            score,
            level: Level::of(score, scored.basis()),
            flags: self.flags(scored, person),
            works: self.best_works(scored, person, SHOWN_WORKS_MAX),
            team: self.team_evidence(scored, person),
        }
    }

    fn flags(&self, scored: &Scored, person: usize) -> Vec<Flag> {
        let Person { profile, terms, .. } = &self.people[person];
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
        let mut entries = self.people[person].entries.clone();
        entries.any(|entry| self.index.complete(&scored.asked, entry, scored.partial[entry]) > meaning(entry))
    }

    fn best_works(&self, scored: &Scored, person: usize, most: usize) -> Vec<ScoredWork> {
        let totals = self.people[person].entries.clone().zip(self.works_of(scored, person));
        let mut found: Vec<(Reverse<u64>, usize)> =
            totals.filter(|&(_, score)| score > 0).map(|(entry, score)| (Reverse(score), entry)).collect();
        found.sort_unstable();
        found.truncate(most);
        let shown = |&(Reverse(score), entry): &(_, usize)| ScoredWork {
            id: self.work_of(entry).id,
            score: Score::from_raw(score),
        };
        found.iter().map(shown).collect()
    }

    fn team_evidence(&self, scored: &Scored, person: usize) -> Option<TeamEvidence> {
        let team = &self.people[person].profile.team;
        let mut others: Vec<usize> = self.teams.get(team)?.iter().copied().filter(|&other| other != person).collect();
        let best_work = |&other: &usize| Some((other, self.best_works(scored, other, 1).pop()?));
        let best = others.iter().filter_map(best_work).max_by_key(|(other, work)| (work.score, Reverse(*other)));
        let stands_in = |other: usize| self.people[other].profile.team_role != Some(TeamRole::Deputy);
        others.sort_by_cached_key(|&other| (stands_in(other), Reverse(self.score(scored, other)), other));
        let id = |other: usize| self.people[other].profile.id.clone();
        (!others.is_empty()).then(|| TeamEvidence {
            team: team.clone(),
            best: best.map(|(other, work)| (id(other), work)),
            alternates: others.iter().take(ALTERNATES_MAX).map(|&other| id(other)).collect(),
        })
    }

    fn reason(&self, need: &ComparedNeed, scored: &Scored, person: usize) -> (Reason, Vec<WorkEvidence>) {
        let Person { profile, entries, .. } = &self.people[person];
        let rolled = self.rolled_up(scored, person);
        let texts: Vec<WorkText> = rolled.parts.iter().map(|part| self.work_of(entries.start + part.0)).collect();
        let phrases: Vec<Vec<SharedPhrase>> = texts.iter().map(|work| need.shared_phrases(work)).collect();
        let shares = rolled.parts.iter().zip(&texts).zip(&phrases).enumerate();
        let shares = shares.map(|(at, ((&(entry, raw, share), work), phrases))| {
            let (id, title) = (work.id.clone(), work.title.clone());
            let share_percent = f64::from(share) / 10_000.0;
            let what =
                if at == 0 { What::BestWork { id, title } } else { What::SupportingWork { id, title, share_percent } };
            let entry = entries.start + entry;
            let meaning = scored.meaning.get(entry).copied().unwrap_or(0);
            WorkShare { what, raw, terms: self.index.parts(&scored.asked, entry), meaning, phrases }
        });
        let score = Score::from_raw(rolled.total());
        let reason = tree(&profile.id, score, &scored.prepared.query, shares.collect());
        let evidence = texts.into_iter().zip(phrases).map(|(work, mut phrases)| {
            phrases.truncate(PHRASES_MAX);
            WorkEvidence { work: work.id, phrases }
        });
        (reason, evidence.collect())
    }

    fn gap(&self, need: &ComparedNeed, scored: &Scored, own: &Reason, last: usize) -> Gap {
        let (theirs, _) = self.reason(need, scored, last);
        let (own_features, their_features) = (own.by_feature(), theirs.by_feature());
        let shown = Feature::ALL.into_iter().filter(|&f| f != Feature::Meaning || self.meaning.is_some());
        let share = |features: &BTreeMap<Feature, Score>, of| features.get(&of).copied().unwrap_or_default();
        Gap {
            last_chosen: self.people[last].profile.id.clone(),
            last_score: theirs.score,
            missing: Score::from_millionths(theirs.score.millionths() - own.score.millionths()),
            features: shown.map(|f| (f, share(&own_features, f), share(&their_features, f))).collect(),
        }
    }

    fn number(&self, id: &str) -> Option<usize> {
        self.people.binary_search_by(|person| person.profile.id.as_str().cmp(id)).ok()
    }

    fn work_of(&self, entry: usize) -> WorkText {
        let Entry { person, work, .. } = self.entries[entry];
        let profile = &self.people[person].profile;
        match work {
            Some(work) => profile.works[work].clone(),
            None => WorkText { summary: profile.directions.clone(), ..WorkText::default() },
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

/// Works among which one is looked at when promising people are sought.
const PROMISING_AMONG: usize = 64;

/// The `most` least of these, in any order.
fn first<T: Ord>(mut all: Vec<T>, most: usize) -> Vec<T> {
    if most < all.len() {
        all.select_nth_unstable(most);
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

fn entries_of(person: usize, profile: &Profile, weights: &Weights) -> Vec<Entry> {
    let works = profile.works.iter().enumerate().map(|(number, work)| Entry {
        person,
        work: Some(number),
        permille: weights.work_permille(work.kind, work.year),
    });
    let directions = Entry { person, work: None, permille: weights.directions_permille };
    works.chain((!profile.directions.is_empty()).then_some(directions)).collect()
}

/// Counts the terms of a work; the result is how many telling ones its title and abstract hold.
fn count(profile: &Profile, entry: Entry, weights: &Weights, counter: &mut Counter) -> usize {
    let mut add = |text: &str, places: f64| {
        let mut glyphs = glyphs(text);
        glyphs.truncate(WORK_CHARS_MAX);
        let terms = terms(&glyphs);
        for term in &terms {
            counter.add(term.key, places);
        }
        terms.iter().filter(|term| term.class.is_telling()).count()
    };
    let Some(work) = entry.work.map(|work| &profile.works[work]) else {
        add(&profile.directions, 1.0);
        return 0;
    };
    // A work without an abstract is its title: counting that twice would change nothing but its length.
    let title = add(&work.title, if work.summary.is_empty() { 1.0 } else { weights.work_title });
    let summary = add(&work.summary, 1.0);
    for keyword in &work.keywords {
        add(keyword, weights.work_keyword);
    }
    title + summary
}
