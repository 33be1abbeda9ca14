//! Who sees which matters: by role and kind, from which stage on, and whether all or only one's own.

use super::matter::Matter;
use super::vocabulary::{Kind, Stage};
use crate::access::{Actor, Role};

/// Which matters of a kind a role sees, apart from the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// None.
    None,
    /// Those of its own city, county, enterprise, unit or person, or of the SASAC route.
    Own,
    /// All.
    All,
}

/// Which matters of a kind a role sees.
#[expect(clippy::match_same_arms, reason = "one line for each role, as an official reads it")]
pub const fn reach(role: Role, kind: Kind) -> Reach {
    use Kind::{
        Appointment, Assessment, Batch, Confirmation, Contact, Difficulty, Example, Listing, Need, Objection, Pair,
        Qualification, Revision, Round, Service, Support,
    };
    use Role::{
        CityIndustry, CityScience, County, EducationDepartment, Enterprise, IndustryDepartment, Person, Province,
        Sasac, Unit,
    };
    match (role, kind) {
        (Province, _) => Reach::All,
        (EducationDepartment | IndustryDepartment | Sasac, Round | Listing | Batch | Revision) => Reach::All,
        (CityScience | CityIndustry | County | Enterprise | Unit | Person, Round) => Reach::All,
        (CityScience | CityIndustry | Sasac, kind)
            if !matches!(kind, Objection | Listing | Batch | Confirmation | Example | Revision) =>
        {
            Reach::Own
        }
        (County, Need | Appointment | Service | Difficulty | Contact) => Reach::Own,
        (Enterprise, Need | Pair | Appointment | Service | Difficulty | Support | Assessment | Qualification) => {
            Reach::Own
        }
        (Unit, Pair | Appointment | Service | Confirmation | Support | Example | Assessment) => Reach::Own,
        (Person, Pair | Appointment | Service | Difficulty | Confirmation | Support | Assessment) => Reach::Own,
        _ => Reach::None,
    }
}

/// Whether a role that reaches a matter sees it at this stage: drafts of others and what has not been handed on stay hidden.
#[expect(clippy::match_same_arms, reason = "the first line that fits decides, as an official reads it")]
pub const fn sees(role: Role, stage: Stage) -> bool {
    use Stage::{
        AssessmentGraded, AssessmentReported, AssessmentScored, BatchDeliberated, BatchGathering, ListingApproved,
        ListingFrozen, ListingNotice, ListingNoticed, ListingReview, PairProposed, PairStandby, PairUnused,
        PairWithdrawn, RoundCancelled, RoundCountersign, RoundDraft,
    };
    match (role, stage) {
        (Role::Province, _) => true,
        (Role::EducationDepartment | Role::IndustryDepartment | Role::Sasac, RoundDraft)
        | (
            _,
            ListingReview | ListingFrozen | ListingApproved | ListingNotice | ListingNoticed | BatchGathering
            | BatchDeliberated,
        ) => false,
        (Role::EducationDepartment | Role::IndustryDepartment | Role::Sasac, RoundCountersign | RoundCancelled) => true,
        (_, RoundDraft | RoundCountersign | RoundCancelled) => false,
        (Role::Unit | Role::Person, PairProposed | PairStandby | PairUnused | PairWithdrawn) => false,
        (Role::CityScience | Role::CityIndustry | Role::Sasac | Role::Enterprise, stage) if is_before_talks(stage) => {
            false
        }
        (Role::Unit | Role::Person | Role::Enterprise, AssessmentScored | AssessmentReported | AssessmentGraded) => {
            false
        }
        _ => true,
    }
}

/// 三（三）: organiser and enterprise learn of a pair when the province sends it to talks, not before.
const fn is_before_talks(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::PairProposed
            | Stage::PairStandby
            | Stage::PairPushed
            | Stage::PairAsked
            | Stage::PairWilling
            | Stage::PairVouched
            | Stage::PairDeclined
            | Stage::PairNotVouched
            | Stage::PairLapsed
            | Stage::PairUnused
            | Stage::PairWithdrawn
    )
}

/// The stages of a kind at which a role sees matters that it reaches.
pub fn stages_seen(role: Role, kind: Kind) -> Vec<Stage> {
    Stage::ALL.iter().copied().filter(|stage| stage.kind() == kind && sees(role, *stage)).collect()
}

/// Whether an account sees a matter.
pub fn concerns_account(actor: &Actor, matter: &Matter) -> bool {
    let role = actor.role();
    sees(role, matter.stage)
        && match reach(role, matter.kind()) {
            Reach::None => false,
            Reach::All => true,
            Reach::Own => matter.is_within(actor.scope()),
        }
}
