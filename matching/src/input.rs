//! What the engine is given: texts with ids, nothing else. It never sees a user, a birth date or a database.

use crate::encoder::StoredVector;
use crate::indicator::Indicator;

/// A need as the engine reads it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NeedText {
    /// The id that results cite.
    pub id: String,
    /// One line.
    pub title: String,
    /// The body; may be empty.
    pub content: String,
    /// Words chosen by the enterprise.
    pub keywords: Vec<String>,
    /// Figures of named quantities in title and body.
    pub indicators: Vec<Indicator>,
    /// What [`crate::meaning::need_vector`] makes of the need, when a model is used.
    pub vector: Option<StoredVector>,
}

/// A person as the engine reads one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// The id that results cite.
    pub id: String,
    /// Research directions in the person's own words; weak evidence next to works.
    pub directions: String,
    /// The vector of the directions, when a model is used.
    pub directions_vector: Option<StoredVector>,
    /// Research team, by name; empty when unknown.
    pub team: String,
    /// Place in the team, when stated.
    pub team_role: Option<TeamRole>,
    /// Works; a person without any is kept and flagged, never dropped.
    pub works: Vec<WorkText>,
}

/// A work as the engine reads one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkText {
    /// The id that evidence cites.
    pub id: String,
    /// Kind, when stated: it weighs the work.
    pub kind: Option<WorkKind>,
    /// Title; may be empty when only an abstract is known.
    pub title: String,
    /// Abstract; may be empty.
    pub summary: String,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Year, when stated: newer works weigh a little more.
    pub year: Option<i32>,
    /// Figures of named quantities in title and abstract.
    pub indicators: Vec<Indicator>,
    /// The vector of [`crate::meaning::work_text`], when a model is used.
    pub vector: Option<StoredVector>,
}

/// Kinds of works, by what they prove for service in an enterprise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WorkKind {
    /// 论文.
    Paper,
    /// 专利.
    Patent,
    /// 项目.
    Project,
    /// 成果.
    Achievement,
    /// 获奖.
    Award,
    /// 标准.
    Standard,
}

/// Places in a research team: the policy matches teams, so a deputy is the natural alternate of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TeamRole {
    /// 负责人.
    Lead,
    /// 副职、骨干.
    Deputy,
    /// 成员.
    Member,
}
