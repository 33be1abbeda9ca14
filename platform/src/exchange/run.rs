//! The result of a match run as JSON Lines; `docs/files.md` describes the shape.

use chrono::NaiveDate;
use matching::engine::{Candidate, Explanation, Gap, ScoredWork, TeamEvidence, WorkEvidence};
use matching::level::{Flag, Level};
use matching::reason::Reason;
use matching::score::Score;
use programme::finding::{Finding, Outcome, Verdict};
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
    /// Name of the weights: the published ones, or trained ones.
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
    probability: f64,
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
            probability: candidate.probability,
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
}

impl Eligibility {
    /// What is worth a line of a person's findings: what is broken, and what nobody knows.
    pub fn of(findings: &[Finding]) -> Self {
        let with = |outcome| findings.iter().filter(move |finding| finding.outcome == outcome);
        Self {
            verdict: Verdict::of(findings),
            findings: with(Outcome::Broken).cloned().collect(),
            unknown: with(Outcome::Unknown).map(|finding| finding.code).collect(),
        }
    }
}
