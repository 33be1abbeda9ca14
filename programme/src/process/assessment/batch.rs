//! The province's consolidated result: who is gathered, everybody's grade, what the departments sign, the certificate.

use super::score::score;
use super::{
    ADJUSTED, BATCH, BATCH_HASH, CERTIFICATE, COUNTS, DELIBERATION_DAY, DELIBERATION_NUMBER, GRADE, GRADE_REASON,
    PROBLEMS_SOLVED, PROPOSED_GRADE, RESULTS, RESULTS_LANDED, SIGNATURES,
};
use crate::certificate;
use crate::parameters::Parameters;
use crate::process::decide::{Case, Change};
use crate::process::field::{Body, Field};
use crate::process::matter::Matter;
use crate::process::vocabulary::Kind;
use crate::process::vocabulary::Stage::{AssessmentGraded, AssessmentReported};
use crate::process::{DOCUMENT_DAY, DOCUMENT_NUMBER, Doer, Facts};
use crate::rules::consolidation::{Consolidated, Entry, Grade, Graded, consolidate};
use crate::seal::seal;

pub(super) fn batches(facts: &Facts) -> impl Iterator<Item = &Matter> {
    facts.related.iter().filter(|matter| matter.kind() == Kind::Batch)
}

/// The assessments that a batch takes: reported ones, and those that it graded before it was sent back.
pub fn gathered(facts: &Facts) -> impl Iterator<Item = &Matter> {
    facts.related.iter().filter(|matter| matches!(matter.stage, AssessmentReported | AssessmentGraded))
}

/// The name under which the loader gives the dates of birth of a batch's people, a line `person=day` for each.
pub const BIRTHS: &str = "births";

/// What the organisers' reports come to, before the deliberation changed anything.
pub fn proposal(facts: &Facts, parameters: &Parameters) -> Consolidated {
    let births = facts.text(BIRTHS);
    let birth = |person: &str| {
        let line = births.lines().find_map(|line| line.split_once('=').filter(|(id, _)| *id == person));
        line.and_then(|(_, day)| day.parse().ok())
    };
    let whole = |matter: &Matter, field: &Field| u32::try_from(matter.body.whole(field).unwrap_or(0)).unwrap_or(0);
    let entries: Vec<Entry> = gathered(facts)
        .map(|matter| Entry {
            id: matter.id.clone(),
            score: score(&matter.body),
            results_landed: whole(matter, &RESULTS_LANDED),
            problems_solved: whole(matter, &PROBLEMS_SOLVED),
            birth: matter.parties.person.as_deref().and_then(birth),
            proposed: Grade::parse(matter.body.text(&PROPOSED_GRADE)).unwrap_or(Grade::Pass),
        })
        .collect();
    consolidate(&entries, parameters)
}

pub(super) fn adjustment(line: &str) -> Option<(&str, Grade, &str)> {
    let mut parts = line.splitn(3, '|').map(str::trim);
    let (id, grade, reason) = (parts.next()?, Grade::parse(parts.next()?)?, parts.next()?);
    (!reason.is_empty()).then_some((id, grade, reason))
}

/// Everybody's grade after the deliberation.
pub(super) fn results(case: &Case<'_>) -> Consolidated {
    let mut found = proposal(case.facts, case.parameters);
    for (id, grade, reason) in case.inputs.list(&ADJUSTED).iter().filter_map(|line| adjustment(line)) {
        if let Some(one) = found.grades.iter_mut().find(|one| one.id == id) {
            one.reason = format!("{}；审议调整为{}：{reason}", one.reason, grade.chinese());
            one.grade = grade;
        }
    }
    found
}

pub(super) fn keep_results(case: &Case<'_>, change: &mut Change) {
    let found = results(case);
    let counts = found.counts();
    let line = |one: &Graded| format!("{}|{}|{}", one.id, one.grade.code(), one.reason);
    let lines: Vec<String> = found.grades.iter().map(line).collect();
    change.set(&BATCH_HASH, hash_of(&lines));
    change.set(&RESULTS, lines);
    let words = format!(
        "参加考评 {} 人：优秀 {}、合格 {}、不合格 {}；优秀最多 {} 人",
        counts.graded(),
        counts.excellent,
        counts.pass,
        counts.fail,
        found.cut
    );
    change.set(&COUNTS, words);
}

pub(super) fn hash_of(lines: &[String]) -> String {
    seal(&lines.join("\n"))
}

/// The results of a batch as it keeps them: id, grade, reason.
pub fn kept_results(batch: &Body) -> impl Iterator<Item = (&str, Grade, &str)> {
    batch.list(&RESULTS).iter().filter_map(|line| {
        let mut parts = line.splitn(3, '|');
        Some((parts.next()?, Grade::parse(parts.next()?)?, parts.next()?))
    })
}

/// What a batch gives to one of its assessments: its grade, or the document that makes it known.
pub fn inputs_for(batch: &Matter, assessment: &str) -> Body {
    let mut inputs = Body::default().with(&BATCH, batch.id.as_str());
    if let Some((_, grade, reason)) = kept_results(&batch.body).find(|(id, ..)| *id == assessment) {
        inputs.set(&GRADE, grade.code());
        inputs.set(&GRADE_REASON, reason);
    }
    for field in [&BATCH_HASH, &DOCUMENT_NUMBER, &DOCUMENT_DAY] {
        if let Some(value) = batch.body.get(field) {
            inputs.set(field, value.clone());
        }
    }
    inputs
}

pub(super) fn forget_results(_: &Case<'_>, change: &mut Change) {
    for field in [&RESULTS, &COUNTS, &BATCH_HASH, &SIGNATURES, &DELIBERATION_DAY, &DELIBERATION_NUMBER, &ADJUSTED] {
        change.body.clear(field);
    }
}

pub(super) fn keep_signature(case: &Case<'_>, change: &mut Change) {
    let Doer::Account(actor) = case.doer else { return };
    let hash = hash_of(case.matter.body.list(&RESULTS));
    let mut signatures = case.matter.body.list(&SIGNATURES).to_vec();
    signatures.push(format!("{}|{}|{}|{hash}", actor.role().code(), actor.login(), case.today));
    change.set(&SIGNATURES, signatures);
}

pub(super) fn keep_certificate(case: &Case<'_>, change: &mut Change) {
    let (matter, inputs) = (case.matter, case.inputs);
    let parties = [&matter.parties.person, &matter.parties.unit, &matter.parties.enterprise];
    let [person, unit, enterprise] = parties.map(|party| party.as_deref().unwrap_or(""));
    let grade = matter.body.text(&GRADE);
    let document = inputs.text(&DOCUMENT_NUMBER);
    let code = certificate::code(&[&matter.id, person, unit, enterprise, grade, document, inputs.text(&BATCH_HASH)]);
    change.set(&CERTIFICATE, code);
}
