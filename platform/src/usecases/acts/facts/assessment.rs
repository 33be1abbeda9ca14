//! Facts for the guards of `programme::process::assessment`: the log that a score points at, the organiser's guidance share,
//! the assessments of a batch.

use std::fmt::Write as _;

use programme::access::Scope;
use programme::parameters::Parameters;
use programme::process::assessment::{self, BIRTHS, PROPOSED_GRADE};
use programme::process::{Action, Facts, Kind, Matter, Stage};
use programme::rules::consolidation::{Grade, Share, guidance};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;
use crate::usecases::policy;

/// The stages of an assessment that is under way.
const LIVE: [Stage; 4] =
    [Stage::AssessmentDue, Stage::AssessmentScored, Stage::AssessmentReported, Stage::AssessmentGraded];

/// Adds the log of the appointment, or every assessment that waits for consolidation.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    match asked.matter.kind() {
        Kind::Batch => {
            let found = if asked.is_beforehand { any_of_batch(tx).await? } else { of_batch(tx).await? };
            facts.related = found.related;
            facts.texts.extend(found.texts);
            Ok(())
        }
        _ => of_assessment(tx, asked, facts).await,
    }
}

async fn of_assessment(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    if let Some(appointment) = asked.matter.parties.parent.as_deref() {
        facts.related = log(tx, appointment).await?;
    }
    match asked.action {
        // The guidance is asked of a proposed grade.
        Action::ScoreAssessment if !asked.is_beforehand => {
            let live = live(tx).await?;
            let parameters = policy::of_matters(tx, &live).await?;
            let organiser = &asked.matter.parties.organiser;
            let own = live.iter().filter(|other| other.id != asked.matter.id && other.parties.organiser == *organiser);
            facts.counts.insert("proposed_excellent", own.filter(|other| is_proposed(other)).count().try_into()?);
            if let Some(share) = shares(&live, &parameters).into_iter().find(|share| share.organiser == *organiser) {
                facts.counts.insert("guidance_places", share.places.try_into()?);
            }
        }
        Action::ReturnAssessment => {
            facts.related.extend(matter::linked(tx, Link::OfKind(Kind::Batch)).await?);
        }
        _ => {}
    }
    Ok(())
}

/// What a score may point at: the service log and the problems of an appointment.
pub async fn log(tx: &mut Tx, appointment: &str) -> anyhow::Result<Vec<Matter>> {
    let mut found = matter::linked(tx, Link::Children(appointment, Kind::Service)).await?;
    found.extend(matter::linked(tx, Link::Children(appointment, Kind::Difficulty)).await?);
    Ok(found)
}

/// Every assessment whose window has begun and whose result is not yet known.
pub async fn live(tx: &mut Tx) -> anyhow::Result<Vec<Matter>> {
    let mut found = Vec::new();
    for stage in LIVE {
        found.extend(matter::linked(tx, Link::AtStage(stage)).await?);
    }
    Ok(found)
}

/// Whether the organiser proposes 优秀.
pub fn is_proposed(assessment: &Matter) -> bool {
    assessment.body.text(&PROPOSED_GRADE) == Grade::Excellent.code()
}

/// The guidance shares of all organisers, by how many they assess now.
pub fn shares(live: &[Matter], parameters: &Parameters) -> Vec<Share> {
    let mut assessed = std::collections::BTreeMap::new();
    for one in live {
        *assessed.entry(one.parties.organiser.clone()).or_insert(0_u64) += 1;
    }
    guidance(&assessed.into_iter().collect::<Vec<_>>(), parameters)
}

/// The batches, and whether any assessment waits for consolidation: one for all of them.
async fn any_of_batch(tx: &mut Tx) -> anyhow::Result<Facts> {
    let mut facts = Facts { related: matter::linked(tx, Link::OfKind(Kind::Batch)).await?, ..Facts::default() };
    for stage in [Stage::AssessmentReported, Stage::AssessmentGraded] {
        facts.related.extend(matter::first_at(tx, stage).await?);
    }
    Ok(facts)
}

/// The batches, the assessments that wait for consolidation, and their people's dates of birth for ties.
pub async fn of_batch(tx: &mut Tx) -> anyhow::Result<Facts> {
    let mut facts = Facts::default();
    for stage in [Stage::AssessmentReported, Stage::AssessmentGraded] {
        facts.related.extend(matter::linked(tx, Link::AtStage(stage)).await?);
    }
    let mut births = String::new();
    for id in assessment::gathered(&facts).filter_map(|one| one.parties.person.as_deref()) {
        let person = store::person::get(tx, &Scope::Province, id).await?;
        if let Some(birth) = person.and_then(|person| person.birth) {
            let _ = writeln!(births, "{id}={birth}");
        }
    }
    facts.texts.insert(BIRTHS, births);
    facts.related.extend(matter::linked(tx, Link::OfKind(Kind::Batch)).await?);
    Ok(facts)
}
