//! The result of a match run as JSON Lines; `docs/run-file.md` describes the shape.

use chrono::NaiveDate;
use matching::engine::{Candidate, Explanation, Gap, ScoredWork, TeamEvidence, WorkEvidence};
use matching::level::{Flag, Level};
use matching::plan::PREFERENCE_MAX;
use matching::reason::Reason;
use matching::score::Score;
use programme::finding::{Finding, Force, Outcome, Verdict};
use programme::parameters::Parameters;
use programme::record::Person;
use programme::rules::candidate::{CandidateFacts, eligibility_of, review};
use serde::Serialize;

/// The first line of a run: everything that decides its other lines.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunLine {
    /// The record.
    pub run: RunRecord,
}

/// What went into a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunRecord {
    /// Version of this shape.
    pub format: u32,
    /// Version of the program.
    pub program: String,
    /// SM3 of the file of needs.
    pub needs_sm3: String,
    /// SM3 of the file of people.
    pub people_sm3: String,
    /// How many needs.
    pub needs: usize,
    /// How many people.
    pub people: usize,
    /// Name of the published weights.
    pub weights: String,
    /// Name of the embedding model; `none`.
    pub model: String,
    /// Version of the policy.
    pub policy: String,
    /// Day on which ages are counted, when one was stated.
    pub date: Option<NaiveDate>,
    /// Candidates listed for a need; `null` when all are.
    pub top: Option<usize>,
    /// SM3 over all of the above and every weight.
    pub hash: String,
}

/// A candidate line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CandidateLine<'a> {
    need_id: &'a str,
    person_id: &'a str,
    rank: usize,
    score: Score,
    level: Level,
    level_name: &'static str,
    flags: &'a [Flag],
    eligibility: &'a Eligibility,
    works: &'a [ScoredWork],
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<&'a TeamEvidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a [WorkEvidence]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<&'a Gap>,
}

impl<'a> CandidateLine<'a> {
    /// The line of a candidate for a need, with the explanation when there is one.
    pub fn of(
        need: &'a str,
        candidate: &'a Candidate,
        eligibility: &'a Eligibility,
        explanation: Option<&'a Explanation>,
    ) -> Self {
        Self {
            need_id: need,
            person_id: &candidate.person,
            rank: candidate.rank,
            score: candidate.score,
            level: candidate.level,
            level_name: candidate.level.in_chinese(),
            flags: &candidate.flags,
            eligibility,
            works: &candidate.works,
            team: candidate.team.as_ref(),
            reason: explanation.map(|explanation| &explanation.reason),
            evidence: explanation.map(|explanation| explanation.evidence.as_slice()),
            gap: explanation.and_then(|explanation| explanation.gap.as_ref()),
        }
    }
}

/// What the rules say of a person from the file alone. Nobody is removed for it: an unknown fact is named, a broken rule is
/// shown beside the score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Eligibility {
    /// The worst of the findings.
    pub verdict: Verdict,
    /// Findings that do not hold.
    pub findings: Vec<Finding>,
    /// Codes of the rules whose facts are not in the file.
    pub unknown: Vec<&'static str>,
    #[serde(skip)]
    preferences_met: u8,
}

impl Eligibility {
    /// Judges a person's record; without a date the age stays unknown.
    pub fn of(person: &Person, date: Option<NaiveDate>, parameters: &Parameters) -> Self {
        let findings = match date {
            Some(date) => eligibility_of(person, None, date, None, None, parameters),
            None => review(&undated_facts(person), parameters),
        };
        let is_asked = |finding: &Finding| finding.force != Force::Declare;
        let findings: Vec<Finding> = findings.into_iter().filter(is_asked).collect();
        let unknown = findings.iter().filter(|f| f.outcome == Outcome::Unknown).map(|f| f.code).collect();
        let is_met_preference = |f: &&Finding| f.force == Force::Prefer && f.outcome == Outcome::Met;
        let preferences_met = findings.iter().filter(is_met_preference).count();
        Self {
            verdict: Verdict::of(&findings),
            unknown,
            preferences_met: u8::try_from(preferences_met).unwrap_or(u8::MAX).min(PREFERENCE_MAX),
            findings: findings.into_iter().filter(|finding| finding.outcome == Outcome::Broken).collect(),
        }
    }

    /// How many preferences of the policy the person meets: they break ties of a plan.
    pub fn preference(&self) -> u8 {
        self.preferences_met
    }

    /// Why the person must not be pushed, in the words of the first broken rule.
    pub fn refusal(&self) -> Option<String> {
        let broken = self.findings.iter().find(|finding| finding.severity() == Verdict::Refused)?;
        Some(broken.message.clone())
    }
}

fn undated_facts(person: &Person) -> CandidateFacts {
    CandidateFacts {
        birth: person.birth,
        degree: person.degree,
        title_level: person.title_level,
        unit_kind: person.unit_kind,
        ..CandidateFacts::default()
    }
}
