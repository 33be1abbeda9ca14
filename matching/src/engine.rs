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
use std::collections::{BTreeMap, HashMap};
use std::ops::{ControlFlow, Range};

use rayon::prelude::*;
use serde::Serialize;

use crate::evidence::{ComparedNeed, PHRASES_MAX, SharedPhrase};
use crate::index::{CountedTerms, Index};
use crate::input::{NeedText, Profile, TeamRole, WorkText};
use crate::level::{Flag, Level};
use crate::query::Query;
use crate::reason::{Feature, Reason, What, WorkShare, tree};
use crate::roll_up::{RolledUp, roll_up};
use crate::score::{QUERY_ONE, Score};
use crate::text::{TermClass, glyphs, terms};
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

/// A need with the scores of everything for it.
struct Scored {
    prepared: Prepared,
    /// By entry, kind and year taken into account, in the index's unit.
    works: Vec<u64>,
    /// By person.
    people: Vec<Score>,
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
        let index = Index::build(entries.len(), weights.length_power, |at| counted(&people, entries[at], &weights));
        let lengths: Vec<usize> = people.par_iter().map(|person| terms_in(&person.profile)).collect();
        people.iter_mut().zip(lengths).for_each(|(person, terms)| person.terms = terms);
        Ok(Self { weights, people, entries, index, teams })
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
        let entries = self.people[self.number(person)?].entries.clone();
        Some(self.work_scores(&self.prepare(need))[entries].to_vec())
    }

    /// The best `top` people for a need; everybody when there are fewer.
    pub fn rank(&self, need: &NeedText, top: usize) -> Ranking {
        let scored = self.scored(need);
        let chosen = best(&scored.people, top).into_iter().enumerate();
        let candidates = chosen.map(|(at, person)| self.candidate(&scored, person, at + 1)).collect();
        Ranking { need: need.id.clone(), candidates }
    }

    /// The best `top` people for a need, each explained.
    pub fn rank_explained(&self, need: &NeedText, top: usize) -> Vec<Explanation> {
        let scored = self.scored(need);
        let chosen = best(&scored.people, top).into_iter().enumerate();
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
        let done = std::sync::atomic::AtomicUsize::new(0);
        let rank_one = |need| {
            let ranking = self.rank(need, top);
            let count = 1 + done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if on_done(count).is_break() { Err(Cancelled) } else { Ok(ranking) }
        };
        needs.par_iter().map(rank_one).collect()
    }

    /// Explains a person's place for a need when the best `top` are chosen; `None` for an unknown id.
    pub fn explain(&self, need: &NeedText, person: &str, top: usize) -> Option<Explanation> {
        let person = self.number(person)?;
        let scored = self.scored(need);
        let order = best(&scored.people, scored.people.len());
        let rank = 1 + order.iter().position(|&other| other == person)?;
        let need = ComparedNeed::of(need);
        let (reason, evidence) = self.reason(&need, &scored, person);
        let last = (rank > top).then(|| order.get(top.checked_sub(1)?)).flatten();
        let gap = last.map(|&last| self.gap(&need, &scored, &reason, last));
        Some(Explanation { candidate: self.candidate(&scored, person, rank), reason, evidence, gap })
    }

    fn scored(&self, need: &NeedText) -> Scored {
        let prepared = self.prepare(need);
        let works = self.work_scores(&prepared);
        let total = |person| Score::from_raw(self.rolled_up(&works, person).total());
        let people = (0..self.people.len()).map(total).collect();
        Scored { prepared, works, people }
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

    /// The score of every entry, kind and year taken into account.
    fn work_scores(&self, prepared: &Prepared) -> Vec<u64> {
        let raw = self.index.score(&prepared.terms);
        raw.into_iter().zip(&self.entries).map(|(raw, entry)| raw * u64::from(entry.permille) / 1000).collect()
    }

    fn rolled_up(&self, works: &[u64], person: usize) -> RolledUp {
        roll_up(&works[self.people[person].entries.clone()], &self.weights)
    }

    fn candidate(&self, scored: &Scored, person: usize, rank: usize) -> Candidate {
        let score = scored.people[person];
        Candidate {
            person: self.people[person].profile.id.clone(),
            rank,
            score,
            level: Level::of(score),
            flags: self.flags(scored, person),
            works: self.best_works(&scored.works, person, SHOWN_WORKS_MAX),
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
        if scored.people[person] == Score::default() {
            flags.push(Flag::NothingShared);
        }
        flags
    }

    fn best_works(&self, works: &[u64], person: usize, most: usize) -> Vec<ScoredWork> {
        let mut entries: Vec<usize> = self.people[person].entries.clone().filter(|&entry| works[entry] > 0).collect();
        entries.sort_by_key(|&entry| (Reverse(works[entry]), entry));
        entries.truncate(most);
        let scored = |&entry: &usize| ScoredWork { id: self.work_of(entry).id, score: Score::from_raw(works[entry]) };
        entries.iter().map(scored).collect()
    }

    fn team_evidence(&self, scored: &Scored, person: usize) -> Option<TeamEvidence> {
        let team = &self.people[person].profile.team;
        let mut others: Vec<usize> = self.teams.get(team)?.iter().copied().filter(|&other| other != person).collect();
        let best_work = |&other: &usize| Some((other, self.best_works(&scored.works, other, 1).pop()?));
        let best = others.iter().filter_map(best_work).max_by_key(|(other, work)| (work.score, Reverse(*other)));
        let stands_in = |other: usize| self.people[other].profile.team_role != Some(TeamRole::Deputy);
        others.sort_by_key(|&other| (stands_in(other), Reverse(scored.people[other]), other));
        let id = |other: usize| self.people[other].profile.id.clone();
        (!others.is_empty()).then(|| TeamEvidence {
            team: team.clone(),
            best: best.map(|(other, work)| (id(other), work)),
            alternates: others.iter().take(ALTERNATES_MAX).map(|&other| id(other)).collect(),
        })
    }

    fn reason(&self, need: &ComparedNeed, scored: &Scored, person: usize) -> (Reason, Vec<WorkEvidence>) {
        let Person { profile, entries, .. } = &self.people[person];
        let rolled = self.rolled_up(&scored.works, person);
        let texts: Vec<WorkText> = rolled.parts.iter().map(|part| self.work_of(entries.start + part.0)).collect();
        let phrases: Vec<Vec<SharedPhrase>> = texts.iter().map(|work| need.shared_phrases(work)).collect();
        let shares = rolled.parts.iter().zip(&texts).zip(&phrases).enumerate();
        let shares = shares.map(|(at, ((&(entry, raw, share), work), phrases))| {
            let (id, title) = (work.id.clone(), work.title.clone());
            let share_percent = f64::from(share) / 10_000.0;
            let what =
                if at == 0 { What::BestWork { id, title } } else { What::SupportingWork { id, title, share_percent } };
            WorkShare { what, raw, terms: self.index.parts(&scored.prepared.terms, entries.start + entry), phrases }
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
        let share = |features: &BTreeMap<Feature, Score>, of| features.get(&of).copied().unwrap_or_default();
        Gap {
            last_chosen: self.people[last].profile.id.clone(),
            last_score: theirs.score,
            missing: Score::from_millionths(theirs.score.millionths() - own.score.millionths()),
            features: Feature::ALL.map(|f| (f, share(&own_features, f), share(&their_features, f))).to_vec(),
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

/// The numbers of the best `top`, best first, equal scores in the order of ids.
fn best(scores: &[Score], top: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    let key = |&person: &usize| (Reverse(scores[person]), person);
    if top < order.len() {
        order.select_nth_unstable_by_key(top, key);
        order.truncate(top);
    }
    order.sort_unstable_by_key(key);
    order
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

fn counted(people: &[Person], entry: Entry, weights: &Weights) -> CountedTerms {
    let profile = &people[entry.person].profile;
    let mut counts: HashMap<u64, (TermClass, f64)> = HashMap::new();
    let mut add = |text: &str, places: f64| {
        let mut glyphs = glyphs(text);
        glyphs.truncate(WORK_CHARS_MAX);
        for term in terms(&glyphs) {
            counts.entry(term.key).or_insert((term.class, 0.0)).1 += places;
        }
    };
    match entry.work.map(|work| &profile.works[work]) {
        None => add(&profile.directions, 1.0),
        Some(work) => {
            // A work without an abstract is its title: counting that twice would change nothing but its length.
            add(&work.title, if work.summary.is_empty() { 1.0 } else { weights.work_title });
            add(&work.summary, 1.0);
            work.keywords.iter().for_each(|keyword| add(keyword, weights.work_keyword));
        }
    }
    let mut counted: CountedTerms = counts
        .into_iter()
        .map(|(key, (class, count))| (key, (weights.class(class) * (1.0 + count.ln()).max(0.0)) as f32))
        .collect();
    counted.sort_unstable_by_key(|&(key, _)| key);
    counted
}

fn terms_in(profile: &Profile) -> usize {
    let telling = |text: &str| terms(&glyphs(text)).iter().filter(|term| term.class.is_telling()).count();
    let in_work = |work: &WorkText| telling(&work.title) + telling(&work.summary);
    profile.works.iter().map(in_work).sum()
}
