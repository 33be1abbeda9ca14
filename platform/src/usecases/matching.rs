//! One matching of needs and people: ranked by the engine, judged by the rules, planned as a whole.
//!
//! The same functions serve a run over every need, the answer to one need on a page, and the command line, so that none of
//! them can differ.
//! Nobody is dropped for a finding: whoever a rule refuses stays in the list, marked, and is forbidden in the plan.

use std::collections::HashMap;
use std::ops::ControlFlow;

use anyhow::Context as _;
use matching::engine::Candidate;
use matching::level::Level;
use matching::plan::{self, Draft, Edge, Forbidden, Instance, NoPrice, Pair, Plan};
use matching::score::Score;
use programme::finding::{Finding, Force, Outcome, Verdict};
use programme::parameters::Parameters;
use programme::process::round::settings;
use programme::process::{Body, Field};
use programme::record::{Need, Person};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

use super::collection::Collection;
use super::register::Register;

/// Fewest candidates of a need that may be asked for.
pub const TOP_MIN: u32 = 1;
/// Most candidates of a need that may be asked for.
pub const TOP_MAX: u32 = settings::CANDIDATES_MAX;
/// Candidates of a need when nothing else is asked for.
pub const TOP_DEFAULT: u32 = 50;

/// What is asked of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Candidates of each need.
    pub top: u32,
    /// Most pushes to one sending unit; no limit when absent.
    pub unit_pushes_max: Option<u32>,
    /// The round whose reported needs are matched; every need of the register when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<String>,
    /// Ordered alternates of each need; as many as the policy permits when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternates: Option<u32>,
    /// Lowest level that is pushed, 4 to 2.
    #[serde(default = "least_default", skip_serializing_if = "is_least_default")]
    pub level_least: u8,
    /// What the levels are worth to the plan: strong, fair, weak.
    #[serde(default = "weights_default", skip_serializing_if = "is_weights_default")]
    pub weights: [i64; 3],
}

impl Default for Wishes {
    fn default() -> Self {
        let (level_least, weights) = (least_default(), weights_default());
        Self { top: TOP_DEFAULT, unit_pushes_max: None, round: None, alternates: None, level_least, weights }
    }
}

const fn least_default() -> u8 {
    Level::Weak as u8
}

/// Strong 3, fair 2, weak 1: how many levels above 无相关.
const fn weights_default() -> [i64; 3] {
    [3, 2, 1]
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
const fn is_least_default(least: &u8) -> bool {
    *least == least_default()
}

fn is_weights_default(weights: &[i64; 3]) -> bool {
    *weights == weights_default()
}

/// The levels that may be the lowest pushed, by their codes in the settings of a round.
const LEVELS: [(&str, Level); 3] = [("strong", Level::Strong), ("fair", Level::Fair), ("weak", Level::Weak)];
const WEIGHTS: [&Field; 3] = [&settings::WEIGHT_STRONG, &settings::WEIGHT_FAIR, &settings::WEIGHT_WEAK];

impl Wishes {
    /// The settings of a round as they are kept; what they leave out is as usual.
    pub fn of(kept: &Body, round: Option<String>) -> Self {
        let small = |field: &Field| kept.whole(field).and_then(|number| u32::try_from(number).ok());
        let level = LEVELS.iter().find(|(code, _)| *code == kept.text(&settings::LEVEL_LEAST));
        let mut wishes = Self { round, ..Self::default() };
        wishes.top = small(&settings::CANDIDATES).unwrap_or(wishes.top);
        wishes.unit_pushes_max = small(&settings::UNIT_PUSHES);
        wishes.alternates = small(&settings::ALTERNATES);
        wishes.level_least = level.map_or(wishes.level_least, |(_, level)| (*level).into());
        for (weight, field) in wishes.weights.iter_mut().zip(WEIGHTS) {
            *weight = kept.whole(field).unwrap_or(*weight);
        }
        wishes
    }

    /// The same as a round keeps it: equal settings give equal bodies.
    pub fn settings(&self, parameters: &Parameters) -> Body {
        let least = LEVELS.iter().find(|(_, level)| u8::from(*level) == self.level_least);
        let mut body = Body::default()
            .with(&settings::CANDIDATES, i64::from(self.top))
            .with(&settings::ALTERNATES, i64::from(self.alternates_of(parameters)))
            .with(&settings::LEVEL_LEAST, least.map_or("weak", |(code, _)| code));
        if let Some(most) = self.unit_pushes_max {
            body.set(&settings::UNIT_PUSHES, i64::from(most));
        }
        for (weight, field) in self.weights.iter().zip(WEIGHTS) {
            body.set(field, *weight);
        }
        body
    }

    /// Never more than the policy permits (3.2b).
    fn alternates_of(&self, parameters: &Parameters) -> u32 {
        self.alternates.unwrap_or(parameters.alternates_max).min(parameters.alternates_max)
    }

    /// What a level is worth; nothing when it is not pushed.
    fn weight_of(&self, level: Level) -> Option<i64> {
        let place = LEVELS.iter().position(|(_, known)| *known == level)?;
        (u8::from(level) >= self.level_least).then_some(self.weights[place])
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
    let texts: Vec<_> = needs.iter().map(|need| collection.need_text(need)).collect();
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
    let person = collection.person(&candidate.person);
    let findings = person.map_or_else(Vec::new, |person| findings(register, need, person));
    Judged { candidate, findings }
}

/// Eligibility of the person, conflicts of the pair, and what of the enterprise decides on any pair with it: a rule that
/// refuses it, a preference that it meets. What else is found of the enterprise stands on the need's own page.
pub fn findings(register: &Register, need: &Need, person: &Person) -> Vec<Finding> {
    let enterprise = need.enterprise.as_ref();
    let mut findings = register.person(person);
    findings.extend(register.pair(enterprise, person));
    let of_enterprise = enterprise.map(|enterprise| register.enterprise(enterprise)).unwrap_or_default();
    findings.extend(of_enterprise.into_iter().filter(decides));
    findings
}

fn decides(finding: &Finding) -> bool {
    let is_preferred = finding.force == Force::Prefer && finding.outcome == Outcome::Met;
    is_preferred || finding.severity() == Verdict::Refused
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
    /// The policy's preferences (同等条件下优先) that are met, as [`preference`] counts them.
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
        let pair = self.pair(need, person)?;
        Some(plan::rival(&self.instance, &self.plan, pair).in_chinese(&self.instance, pair))
    }

    /// What choosing these pairs by hand would cost, each alone, in words: for those that the plan left out and that are
    /// permitted.
    pub fn prices<'a>(&self, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> HashMap<(&'a str, &'a str), String> {
        let left_out = |(need, person)| {
            let pair = self.pair(need, person).filter(|pair| self.plan.pushes.binary_search(pair).is_err())?;
            Some(((need, person), pair))
        };
        let (names, pairs): (Vec<_>, Vec<Pair>) = pairs.filter_map(left_out).unzip();
        let in_words = |price| match price {
            Ok(loss) => Some(format!("如改推此人，{}", plan::Loss::in_chinese(&loss))),
            Err(NoPrice::NoRoom) => Some("不能改推此人：没有可以让出的岗位".to_owned()),
            Err(NoPrice::Forbidden | NoPrice::NotCandidate) => None,
        };
        let prices = plan::prices_of(&self.instance, &self.plan, &pairs);
        names.into_iter().zip(prices).filter_map(|(names, price)| Some((names, in_words(price)?))).collect()
    }

    fn pair(&self, need: &str, person: &str) -> Option<Pair> {
        Some(Pair { need: *self.needs.get(need)?, person: *self.people.get(person)? })
    }
}

/// The candidates of fresh results as the plan weighs them. Unrelated people are not pushed.
pub fn weighed(matched: &[Matched]) -> Vec<Weighed> {
    let of_need = |(need, one): (usize, &Matched)| {
        let weighed = one.candidates.iter().filter_map(move |judged| weigh(need, &judged.candidate, &judged.findings));
        weighed.collect::<Vec<_>>()
    };
    matched.iter().enumerate().flat_map(of_need).collect()
}

/// A candidate of the need with this index as the plan weighs it; nothing for somebody unrelated.
pub fn weigh(need: usize, candidate: &Candidate, findings: &[Finding]) -> Option<Weighed> {
    (candidate.level > Level::None).then(|| Weighed {
        need,
        person: candidate.person.clone(),
        level: candidate.level,
        score: candidate.score,
        preference: preference(findings),
        refusal: refusal(findings).map(|finding| finding.message.clone()),
    })
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// What is asked cannot be planned, in sentences for people.
    #[error("the round cannot be planned: {}", .0.join("；"))]
    Refused(Vec<String>),
    /// The solver or its checker is wrong.
    #[error("{0}")]
    Fault(String),
}

/// Who is pushed to which need, best in total: the posts of each need, one enterprise for each person, the wished limit of
/// pushes to a unit. Whom a rule refuses is not pushed.
pub fn plan<'a>(
    needs: Vec<plan::Need>,
    weighed: &[Weighed],
    person_of: impl Fn(&str) -> Option<&'a Person>,
    parameters: &Parameters,
    wishes: &Wishes,
) -> Result<Planned, PlanError> {
    let mut draft = Draft {
        needs,
        person_capacity: parameters.enterprises_per_person_max,
        alternates_per_need: wishes.alternates_of(parameters) as usize,
        ..Draft::default()
    };
    add_pairs(&mut draft, weighed, person_of, wishes);
    let in_words = |problems: Vec<plan::Problem>| problems.into_iter().map(|problem| problem.message).collect();
    let instance = Instance::new(draft).map_err(|problems| PlanError::Refused(in_words(problems)))?;
    let plan = plan::solve(&instance)
        .map_err(|_| PlanError::Fault("a plan without frozen pairs always exists, and none was found".to_owned()))?;
    let violations = plan::check(&instance, &plan);
    if !violations.is_empty() {
        return Err(PlanError::Fault(format!("the checker refuses the plan: {violations:?}")));
    }
    Ok(Planned::new(instance, plan))
}

fn add_pairs<'a>(
    draft: &mut Draft,
    weighed: &[Weighed],
    person_of: impl Fn(&str) -> Option<&'a Person>,
    wishes: &Wishes,
) {
    let (mut people, mut units) = (Numbers::default(), Numbers::default());
    for one in weighed {
        let Some(weight) = wishes.weight_of(one.level) else { continue };
        let person = people.of(&one.person);
        if person == draft.people.len() {
            draft.people.push(planned_person(&one.person, person_of(&one.person), &mut units));
        }
        draft.edges.push(edge(one, person, weight));
        let pair = Pair { need: one.need, person };
        draft.forbidden.extend(one.refusal.clone().map(|reason| Forbidden { pair, reason }));
    }
    draft.units = units.names.into_iter().map(|id| plan::Unit { id, pushes_max: wishes.unit_pushes_max }).collect();
}

fn planned_person(id: &str, person: Option<&Person>, units: &mut Numbers) -> plan::Person {
    let unit = person.and_then(|person| person.unit.as_deref()).map(|name| units.of(name));
    let team = person.and_then(|person| person.team.clone()).unwrap_or_default();
    plan::Person { team, ..plan::Person::new(id, unit) }
}

fn edge(one: &Weighed, person: usize, weight: i64) -> Edge {
    let Weighed { need, preference, score, .. } = *one;
    Edge { need, person, weight, preference, score: score.min(plan::SCORE_MAX) }
}

/// What the preferences count in a plan. Age comes first (2.1.1(2)b), then the enterprise's platform (2.3.1(3)).
const PREFERENCES: [(&str, u8); 2] = [("age.preferred", 2), ("platform.provincial", 1)];

/// The preferences that are met, as a digit of the plan.
pub fn preference(findings: &[Finding]) -> u8 {
    let is_met = |code| findings.iter().any(|one| one.code == code && one.outcome == Outcome::Met);
    PREFERENCES.iter().filter(|(code, _)| is_met(*code)).map(|(_, counts)| counts).sum()
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
    hasher.update(collection.ranking());
    Ok(programme::seal::hex(&hasher.finalize()))
}

/// SM3 over the wishes and the name of the weights: how a run was made.
pub fn parameters_hash(wishes: &Wishes, weights: &str) -> anyhow::Result<String> {
    let mut hasher = Sm3::new();
    hasher.update(serde_json::to_vec(wishes).context("write the wishes for their hash")?);
    hasher.update(weights);
    Ok(programme::seal::hex(&hasher.finalize()))
}

#[cfg(test)]
mod tests {
    use programme::record::{Enterprise, Qualification, QualificationKind};

    use super::*;

    fn met(person: &Person, platforms: &[&str]) -> u8 {
        let register = Register::none(chrono::NaiveDate::from_ymd_opt(2025, 2, 10), Parameters::embedded().clone());
        let platforms = platforms.iter().map(ToString::to_string).collect();
        let enterprise = Some(Enterprise { platforms, ..Enterprise::default() });
        preference(&findings(&register, &Need { enterprise, ..Need::default() }, person))
    }

    #[test]
    fn age_is_preferred_before_the_platform() {
        let born = |year| Person { birth: chrono::NaiveDate::from_ymd_opt(year, 6, 1), ..Person::default() };
        let with = |person: Person| [met(&person, &["省重点实验室"]), met(&person, &[])];
        assert_eq!(with(born(1990)), [3, 2]);
        assert_eq!(with(born(1980)), [1, 0]);
        assert_eq!(with(Person::default()), [1, 0]);
    }

    #[test]
    fn who_was_excellent_is_marked_and_not_preferred_in_the_plan() {
        let mark = programme::rules::assessment::excellent_mark(chrono::NaiveDate::default());
        assert_eq!((mark.force, mark.severity()), (Force::Must, Verdict::Ok));
        assert_eq!(preference(&[mark]), 0);
    }

    #[test]
    fn an_enterprise_without_a_valid_certificate_is_given_nobody() {
        let day = |year| chrono::NaiveDate::from_ymd_opt(year, 2, 10);
        let register = Register::none(day(2025), Parameters::embedded().clone());
        let refused_until = |valid_until| {
            let kind = QualificationKind::HighTech;
            let held = Qualification { kind, number: Some("GR2021DEMO0001".into()), valid_until };
            let enterprise = Some(Enterprise { qualifications: vec![held], ..Enterprise::default() });
            let findings = findings(&register, &Need { enterprise, ..Need::default() }, &Person::default());
            refusal(&findings).map(|finding| finding.code)
        };
        assert_eq!(refused_until(day(2024)), Some("qualification.valid"));
        assert_eq!(refused_until(day(2025)), None);
        assert_eq!(refused_until(None), None);
    }

    #[test]
    fn settings_are_read_back_as_they_were_kept_and_usual_ones_hash_as_before() {
        let parameters = Parameters::embedded();
        let wishes = Wishes {
            top: 20,
            unit_pushes_max: Some(7),
            alternates: Some(1),
            level_least: 3,
            weights: [9, 4, 4],
            round: None,
        };
        assert_eq!(Wishes::of(&wishes.settings(parameters), None), wishes);
        let usual = Wishes { alternates: Some(parameters.alternates_max), ..Wishes::default() };
        assert_eq!(Wishes::of(&Wishes::default().settings(parameters), None), usual);
        let greedy = Wishes { alternates: Some(parameters.alternates_max + 1), ..Wishes::default() };
        assert_eq!(greedy.settings(parameters), usual.settings(parameters));
        let kept = serde_json::to_string(&Wishes::default()).unwrap();
        assert_eq!(kept, r#"{"top":50,"unit_pushes_max":null}"#);
        assert_eq!(serde_json::from_str::<Wishes>(&kept).unwrap(), Wishes::default());
    }

    #[test]
    fn only_related_candidates_are_weighed() {
        let candidate = |level| Candidate {
            person: "p1".into(),
            rank: 1,
            score: Score::default(),
            level,
            probability: 0.5,
            flags: Vec::new(),
            works: Vec::new(),
            team: None,
        };
        let levels = [Level::None, Level::Weak, Level::Fair, Level::Strong];
        let weights = |wishes: &Wishes| {
            levels.map(|level| weigh(0, &candidate(level), &[]).and_then(|one| wishes.weight_of(one.level)))
        };
        assert_eq!(weights(&Wishes::default()), [None, Some(1), Some(2), Some(3)]);
        let strict = Wishes { level_least: 3, weights: [9, 4, 1], ..Wishes::default() };
        assert_eq!(weights(&strict), [None, None, Some(4), Some(9)]);
    }
}
