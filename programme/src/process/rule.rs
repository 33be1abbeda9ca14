//! The form of the tables: one row for each permitted move, one named guard for each condition.

use super::words::Words;
use chrono::NaiveDate;

use super::decide::{Case, Change};
use super::field::Field;
use super::vocabulary::{Action, Stage};
use crate::access::Role;
use crate::clause::Clause;
use crate::finding::Force;

/// One permitted move.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The clause that it rests on.
    pub clause: Clause,
    /// How hard that clause is.
    pub force: Force,
    /// The act.
    pub action: Action,
    /// Stages from which it is permitted; empty for an act that opens a matter.
    pub from: &'static [Stage],
    /// Where it leads.
    pub to: To,
    /// Who may do it.
    pub by: &'static [By],
    /// What has to hold.
    pub guards: &'static [&'static Guard],
    /// What is asked for; kept in the matter's body under the same keys.
    pub fields: &'static [&'static Field],
    /// What it changes beside keeping the fields.
    pub effect: fn(&Case<'_>, &mut Change),
    /// Until when the next act is expected.
    pub due: Option<Due>,
    /// What happens to other matters in the same transaction.
    pub then: &'static [Follow],
    /// Whether whoever did it may take it back until the next act. Acts that others have been told of cannot be.
    pub undoable: bool,
}

/// Where a move leads.
#[derive(Clone, Copy, Debug)]
pub enum To {
    /// To this stage.
    Stage(Stage),
    /// Nowhere: something is added, the stage stays.
    Same,
    /// To this stage once everybody who is awaited at the present stage has acted; until then it stays.
    All(Stage),
    /// To the stage that the act chose among these.
    Chosen(&'static [Stage], fn(&Case<'_>) -> Stage),
}

/// Who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// An account of this role that the matter concerns.
    Account(Role),
    /// The person asked, by a personal link, without an account.
    Link,
    /// Anybody, without signing in.
    Public,
    /// Nobody: the passing of a date.
    Clock,
    /// Nobody: the consequence of another act.
    Act,
}

/// A condition with a name.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    /// The clause that it comes from.
    pub clause: Clause,
    /// `must` refuses; `principle` refuses unless the province has recorded a reason; `warning` is shown and stops nothing.
    pub force: Force,
    /// Stable code: `notice.too_short`.
    pub code: &'static str,
    /// What is demanded, for the printed table.
    pub demands: Words,
    /// Nothing when it holds; else the sentence: value, limit, way out.
    pub fails: fn(&Case<'_>) -> Option<String>,
}

/// A deadline: how it is found, in words and as a function.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// For the printed table.
    pub words: Words,
    /// The day; nothing when the round has not set one.
    pub day: fn(&Case<'_>) -> Option<NaiveDate>,
}

/// What an act brings about for other matters: each of them is decided and applied like any act, in the same transaction.
#[derive(Clone, Copy, Debug)]
pub struct Follow {
    /// The act that follows.
    pub action: Action,
    /// On which matters; the store knows how to find them.
    pub on: Target,
}

/// Which matters an act has consequences for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The matter itself.
    Itself,
    /// The matter it hangs on.
    Parent,
    /// Every matter that hangs on it and permits the act now.
    Children,
    /// The first alternate for the same need and post.
    NextAlternate,
    /// Other live pairs of the same person.
    OtherPairsOfPerson,
    /// The pairs suggested in the same round.
    SuggestedPairs,
    /// The pairs on this list.
    ListedPairs,
    /// The pair that an objection names, or that a pair's id in the act names.
    NamedPair,
    /// The need that takes this one in.
    NamedNeed,
    /// A matter that is opened for this one.
    New,
    /// The assessments gathered in a batch.
    GatheredAssessments,
}

/// Starts a row of the table; what is not said stays empty.
pub const fn rule(clause: Clause, force: Force, action: Action) -> Rule {
    Rule {
        clause,
        force,
        action,
        from: &[],
        to: To::Same,
        by: &[],
        guards: &[],
        fields: &[],
        effect: nothing,
        due: None,
        then: &[],
        undoable: false,
    }
}

fn nothing(_: &Case<'_>, _: &mut Change) {}

impl Rule {
    /// Permitted from these stages.
    #[must_use]
    pub const fn from(self, from: &'static [Stage]) -> Self {
        Self { from, ..self }
    }

    /// Leads to this stage.
    #[must_use]
    pub const fn to(self, stage: Stage) -> Self {
        Self { to: To::Stage(stage), ..self }
    }

    /// Leads where this says.
    #[must_use]
    pub const fn leading(self, to: To) -> Self {
        Self { to, ..self }
    }

    /// Permitted to these.
    #[must_use]
    pub const fn by(self, by: &'static [By]) -> Self {
        Self { by, ..self }
    }

    /// Under these conditions.
    #[must_use]
    pub const fn guards(self, guards: &'static [&'static Guard]) -> Self {
        Self { guards, ..self }
    }

    /// Asks for these.
    #[must_use]
    pub const fn fields(self, fields: &'static [&'static Field]) -> Self {
        Self { fields, ..self }
    }

    /// Changes this as well.
    #[must_use]
    pub const fn effect(self, effect: fn(&Case<'_>, &mut Change)) -> Self {
        Self { effect, ..self }
    }

    /// The next act is expected by this day.
    #[must_use]
    pub const fn due(self, words: Words, day: fn(&Case<'_>) -> Option<NaiveDate>) -> Self {
        Self { due: Some(Due { words, day }), ..self }
    }

    /// Brings these about.
    #[must_use]
    pub const fn then(self, then: &'static [Follow]) -> Self {
        Self { then, ..self }
    }

    /// May be taken back until the next act.
    #[must_use]
    pub const fn undoable(self) -> Self {
        Self { undoable: true, ..self }
    }

    /// Whether the row opens a matter.
    pub const fn opens(&self) -> bool {
        self.from.is_empty()
    }

    /// Every stage the row may lead to; none when it stays.
    pub fn targets(&self) -> Vec<Stage> {
        match self.to {
            To::Stage(stage) | To::All(stage) => vec![stage],
            To::Chosen(stages, _) => stages.to_vec(),
            To::Same => Vec::new(),
        }
    }
}

impl By {
    /// Whether accounts of this role are meant.
    pub fn is(self, role: Role) -> bool {
        self == Self::Account(role)
    }

    /// The word of the printed table.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Account(role) => role.chinese(),
            Self::Link => "本人（专用链接）",
            Self::Public => "公众",
            Self::Clock => "到期自动",
            Self::Act => "随其他操作",
        }
    }
}
