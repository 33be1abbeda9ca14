//! Records to what the engine is given: texts with ids, nothing about the person.

use matching::evidence::Field;
use matching::indicator::Indicator;
use matching::input::{NeedText, Profile, TeamRole as EngineRole, WorkKind as EngineKind, WorkText};
use programme::record::{Need, Person, TeamRole, Work, WorkKind};

use super::indicators::indicators;

/// The texts of a need.
pub fn need_text(need: &Need) -> NeedText {
    NeedText {
        id: need.id.clone(),
        title: need.title.clone(),
        content: need.content.clone(),
        keywords: need.keywords.clone(),
        indicators: both(&need.title, &need.content),
        vector: None,
    }
}

/// The texts of a person and of the person's works.
pub fn profile(person: &Person) -> Profile {
    Profile {
        id: person.id.clone(),
        directions: person.directions.clone().unwrap_or_default(),
        directions_vector: None,
        team: person.team.clone().unwrap_or_default(),
        team_role: person.team_role.map(engine_role),
        works: person.works.iter().map(work_text).collect(),
    }
}

fn work_text(work: &Work) -> WorkText {
    WorkText {
        id: work.id.clone(),
        kind: work.kind.map(engine_kind),
        title: work.title.clone(),
        summary: work.summary.clone(),
        keywords: work.keywords.clone(),
        year: work.year,
        indicators: both(&work.title, &work.summary),
        vector: None,
    }
}

/// The figures of a title and of the text under it.
fn both(title: &str, body: &str) -> Vec<Indicator> {
    indicators(Field::Title, title).chain(indicators(Field::Body, body)).collect()
}

fn engine_role(role: TeamRole) -> EngineRole {
    match role {
        TeamRole::Lead => EngineRole::Lead,
        TeamRole::Deputy => EngineRole::Deputy,
        TeamRole::Member => EngineRole::Member,
    }
}

fn engine_kind(kind: WorkKind) -> EngineKind {
    match kind {
        WorkKind::Paper => EngineKind::Paper,
        WorkKind::Patent => EngineKind::Patent,
        WorkKind::Project => EngineKind::Project,
        WorkKind::Achievement => EngineKind::Achievement,
        WorkKind::Award => EngineKind::Award,
        WorkKind::Standard => EngineKind::Standard,
    }
}
