//! One matching of needs and people: ranked by the engine, judged by the rules, planned as a whole.
//!
//! The same function serves a run over every need and the answer to one need on a page, so the two cannot differ.
//! Nobody is dropped for a finding: whoever a rule refuses stays in the list, marked, and is forbidden in the plan.

use std::collections::HashMap;
use std::ops::ControlFlow;

use anyhow::Context as _;
use matching::engine::Candidate;
use matching::level::Level;
use matching::plan::{self, Draft, Edge, Forbidden, Instance, Pair, Plan};
use matching::score::Score;
use matching::weights::Weights;
use programme::finding::{Finding, Force, Outcome, Verdict};
use programme::parameters::Parameters;
use programme::record::Need;
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

use super::collection::Collection;
use super::register::Register;
use crate::exchange;

/// Fewest candidates of a need that may be asked for.
pub const TOP_MIN: u32 = 1;
/// Most candidates of a need that may be asked for.
pub const TOP_MAX: u32 = 200;
/// Candidates of a need when nothing else is asked for.
pub const TOP_DEFAULT: u32 = 50;

/// Most pushes to one unit that may be asked for.
pub const UNIT_PUSHES_MAX: u32 = 10_000;

/// What is asked of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Candidates of each need.
    pub top: u32,
    /// Most pushes to one sending unit; no limit when absent.
    pub unit_pushes_max: Option<u32>,
}

impl Default for Wishes {
    fn default() -> Self {
        Self { top: TOP_DEFAULT, unit_pushes_max: None }
    }
}

/// A candidate with what the rules say.
#[derive(Clone, Debug)]
pub struct Judged {
    /// As the engine ranks it.
    pub candidate: Candidate,
    /// Eligibility of the person and conflicts of the pair.
    pub findings: Vec<Finding>,
}

impl Judged {
    /// The worst of the findings.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(&self.findings)
    }
}

/// A need with its candidates, best first.
#[derive(Clone, Debug)]
pub struct Matched {
    /// The need.
    pub need: Need,
    /// Its candidates.
    pub candidates: Vec<Judged>,
}

/// Somebody asked for the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled on request")]
pub struct Cancelled;

/// Ranks and judges the candidates of every need, on all threads. `on_done` is told how many needs are ranked; its
/// `Break` cancels.
pub fn rank_and_judge(
    collection: &Collection,
    register: &Register,
    needs: Vec<Need>,
    top: usize,
    on_done: &(dyn Fn(usize) -> ControlFlow<()> + Sync),
) -> Result<Vec<Matched>, Cancelled> {
    let texts: Vec<_> = needs.iter().map(exchange::need_text).collect();
    let rankings = collection.engine.rank_all(&texts, top, on_done).map_err(|_| Cancelled)?;
    let judged = needs.into_iter().zip(rankings).map(|(need, ranking)| {
        let candidates = ranking.candidates.into_iter();
        let candidates = candidates.map(|candidate| judge(collection, register, &need, candidate)).collect();
        Matched { need, candidates }
    });
    Ok(judged.collect())
}

/// What the rules say of a candidate for a need.
pub fn judge(collection: &Collection, register: &Register, need: &Need, candidate: Candidate) -> Judged {
    let findings = collection.person(&candidate.person).map_or_else(Vec::new, |person| {
        let mut findings = register.person(person);
        findings.extend(register.pair(need.enterprise.as_ref(), person));
        findings
    });
    Judged { candidate, findings }
}

/// What the plan weighs of a candidate; made from a fresh result or from one that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// Index of the need.
    pub need: usize,
    /// Id of the person.
    pub person: String,
    /// The band of relevance: equal levels are 同等条件.
    pub level: Level,
    /// The score.
    pub score: Score,
    /// How many of the policy's preferences (同等条件下优先) are met.
    pub preference: u8,
    /// The sentence of the finding that refuses the pair.
    pub refusal: Option<String>,
}

/// A plan with what it was asked, for questions about it.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Needs, people and limits.
    pub instance: Instance,
    /// Who is pushed where.
    pub plan: Plan,
    needs: HashMap<String, usize>,
    people: HashMap<String, usize>,
}

impl Planned {
    fn new(instance: Instance, plan: Plan) -> Self {
        let needs = (0..).zip(instance.needs()).map(|(at, need)| (need.id.clone(), at)).collect();
        let people = (0..).zip(instance.people()).map(|(at, person)| (person.id.clone(), at)).collect();
        Self { instance, plan, needs, people }
    }

    /// Why a pair is not in the plan, or that it is; nothing for a need or person that it does not know.
    pub fn sentence(&self, need: &str, person: &str) -> Option<String> {
        let pair = Pair { need: *self.needs.get(need)?, person: *self.people.get(person)? };
        Some(plan::rival(&self.instance, &self.plan, pair).in_chinese(&self.instance, pair))
    }
}

/// The candidates of fresh results as the plan weighs them. Unrelated people are not pushed.
pub fn weighed(matched: &[Matched]) -> Vec<Weighed> {
    let of_need = |(need, one): (usize, &Matched)| {
        let related = one.candidates.iter().filter(|judged| judged.candidate.level > Level::None);
        let weighed = related.map(move |judged| Weighed {
            need,
            person: judged.candidate.person.clone(),
            level: judged.candidate.level,
            score: judged.candidate.score,
            preference: preference(&judged.findings),
            refusal: refusal(&judged.findings).map(|finding| finding.message.clone()),
        });
        weighed.collect::<Vec<_>>()
    };
    matched.iter().enumerate().flat_map(of_need).collect()
}

/// Who is pushed to which need, best in total: the posts of each need, one enterprise for each person, the wished limit of
/// pushes to a unit. Whom a rule refuses is not pushed.
pub fn plan(
    needs: Vec<plan::Need>,
    weighed: &[Weighed],
    collection: &Collection,
    parameters: &Parameters,
    wishes: &Wishes,
) -> anyhow::Result<Planned> {
    let draft = draft(needs, weighed, collection, parameters, wishes);
    let instance = Instance::new(draft).map_err(|problems| {
        let messages: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        anyhow::anyhow!("the plan's draft: {}", messages.join("；"))
    })?;
    let plan = plan::solve(&instance).map_err(|_| anyhow::anyhow!("a plan without frozen pairs cannot be met"))?;
    let violations = plan::check(&instance, &plan);
    anyhow::ensure!(violations.is_empty(), "the checker refuses the plan: {violations:?}");
    Ok(Planned::new(instance, plan))
}

fn draft(
    needs: Vec<plan::Need>,
    weighed: &[Weighed],
    collection: &Collection,
    parameters: &Parameters,
    wishes: &Wishes,
) -> Draft {
    let (mut people, mut units) = (Numbers::default(), Numbers::default());
    let mut draft = Draft {
        needs,
        person_capacity: parameters.enterprises_per_person_max,
        alternates_per_need: parameters.alternates_max as usize,
        ..Draft::default()
    };
    for one in weighed {
        let person = people.of(&one.person);
        if person == draft.people.len() {
            draft.people.push(planned_person(collection, &one.person, &mut units));
        }
        draft.edges.push(edge(one, person));
        let pair = Pair { need: one.need, person };
        draft.forbidden.extend(one.refusal.clone().map(|reason| Forbidden { pair, reason }));
    }
    draft.units = units.names.into_iter().map(|id| plan::Unit { id, pushes_max: wishes.unit_pushes_max }).collect();
    draft
}

fn planned_person(collection: &Collection, id: &str, units: &mut Numbers) -> plan::Person {
    let person = collection.person(id);
    let unit = person.and_then(|person| person.unit.as_deref()).map(|name| units.of(name));
    let team = person.and_then(|person| person.team.clone()).unwrap_or_default();
    plan::Person { team, ..plan::Person::new(id, unit) }
}

fn edge(one: &Weighed, person: usize) -> Edge {
    let preference = one.preference.min(plan::PREFERENCE_MAX);
    Edge { need: one.need, person, weight: gain(one.level), preference, score: one.score.min(plan::SCORE_MAX) }
}

/// What a level is worth to the plan: strong 3, fair 2, weak 1.
pub fn gain(level: Level) -> i64 {
    i64::from(u8::from(level)) - i64::from(u8::from(Level::None))
}

/// How many of the preferences are met.
pub fn preference(findings: &[Finding]) -> u8 {
    let met = findings.iter().filter(|one| one.force == Force::Prefer && one.outcome == Outcome::Met).count();
    u8::try_from(met).unwrap_or(plan::PREFERENCE_MAX)
}

/// The finding that refuses a pair.
pub fn refusal(findings: &[Finding]) -> Option<&Finding> {
    findings.iter().find(|finding| finding.severity() == Verdict::Refused)
}

/// Numbers names in the order in which they first come.
#[derive(Default)]
struct Numbers {
    names: Vec<String>,
    known: HashMap<String, usize>,
}

impl Numbers {
    fn of(&mut self, name: &str) -> usize {
        if let Some(number) = self.known.get(name) {
            return *number;
        }
        self.known.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        self.names.len() - 1
    }
}

/// SM3 over needs and people: what went into a run.
pub fn inputs_hash(needs: &[Need], collection: &Collection) -> anyhow::Result<String> {
    let mut hasher = Sm3::new();
    for need in needs {
        hasher.update(serde_json::to_vec(need).context("write a need for its hash")?);
        hasher.update(b"\n");
    }
    hasher.update(collection.hash());
    Ok(super::token::hex(&hasher.finalize()))
}

/// SM3 over the wishes and the version of the weights: how a run was made.
pub fn parameters_hash(wishes: &Wishes) -> anyhow::Result<String> {
    let mut hasher = Sm3::new();
    hasher.update(serde_json::to_vec(wishes).context("write the wishes for their hash")?);
    hasher.update(Weights::VERSION);
    Ok(super::token::hex(&hasher.finalize()))
}
