//! `decide`: the only maker of a [`Transition`].
//!
//! Pure: the matter, what was asked for, the facts around it and the time come in; a transition or every reason against
//! it comes out. A transition can be made nowhere else, so `store::apply` cannot be handed a move that no rule permits.

use chrono::{DateTime, NaiveDate, Utc};

use super::facts::Facts;
use super::field::{Body, Field, FieldKind, Value};
use super::matter::{Matter, NewMatter, Parties};
use super::rule::{By, Follow, Guard, Rule, To};
use super::sight::concerns_account;
use super::vocabulary::{Action, Kind, Stage};
use super::{ACTED, OVERRIDES, rules};
use crate::access::{Actor, Role};
use crate::calendar::WorkingCalendar;
use crate::clause::Clause;
use crate::finding::Force;
use crate::parameters::Parameters;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doer {
    /// A signed-in account.
    Account(Actor),
    /// The person of the matter, by a personal link.
    Link,
    /// Somebody who is not signed in.
    Public,
    /// A date that has passed.
    Clock,
    /// Another act.
    Act,
}

impl Doer {
    /// The role of the account, if one acts.
    pub const fn role(&self) -> Option<Role> {
        match self {
            Self::Account(actor) => Some(actor.role()),
            _ => None,
        }
    }

    fn is(&self, by: By) -> bool {
        match (self, by) {
            (Self::Account(actor), By::Account(role)) => actor.role() == role,
            (Self::Link, By::Link) | (Self::Public, By::Public) | (Self::Clock, By::Clock) | (Self::Act, By::Act) => {
                true
            }
            _ => false,
        }
    }
}

/// Everything that a decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The matter; for an act that opens one, an empty one of the opened stage with the parties it will have.
    pub matter: &'a Matter,
    /// What the act was given, already read against its fields.
    pub inputs: &'a Body,
    /// What is known around it.
    pub facts: &'a Facts,
    /// Who acts.
    pub doer: &'a Doer,
    /// When.
    pub now: DateTime<Utc>,
    /// The same as a date in the province.
    pub today: NaiveDate,
    /// The policy that the round runs under.
    pub parameters: &'a Parameters,
    /// Working days.
    pub calendar: &'a WorkingCalendar,
}

/// What an act changes beside the stage: filled by the rule's effect.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The body after the act.
    pub body: Body,
    /// The parties after the act.
    pub parties: Parties,
    /// The title after the act.
    pub title: String,
    /// Matters that the act opens.
    pub opened: Vec<NewMatter>,
    /// Overrules the row's deadline when set.
    pub due: Option<Option<NaiveDate>>,
}

impl Change {
    /// Keeps a value.
    pub fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.body.set(field, value);
    }
}

/// A move that a rule permits. Only [`decide`] and [`undo`] make one.
#[derive(Clone, Debug)]
pub struct Transition {
    action: Action,
    clause: Clause,
    before: Matter,
    after: Matter,
    opens: bool,
    opened: Vec<NewMatter>,
    then: &'static [Follow],
    inputs: Body,
    warnings: Vec<String>,
    undoable: bool,
}

impl Transition {
    /// The act.
    pub const fn action(&self) -> Action {
        self.action
    }

    /// The clause that permits it.
    pub const fn clause(&self) -> Clause {
        self.clause
    }

    /// The matter as it was; its version is what the store compares.
    pub const fn before(&self) -> &Matter {
        &self.before
    }

    /// The matter as it will be.
    pub const fn after(&self) -> &Matter {
        &self.after
    }

    /// Whether the matter is new: the store gives it its id.
    pub const fn opens(&self) -> bool {
        self.opens
    }

    /// Other matters that are opened with it.
    pub fn opened(&self) -> &[NewMatter] {
        &self.opened
    }

    /// What follows for other matters.
    pub const fn then(&self) -> &'static [Follow] {
        self.then
    }

    /// What the act was given.
    pub const fn inputs(&self) -> &Body {
        &self.inputs
    }

    /// Sentences of guards that only warn; kept with the act.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Whether it may be taken back until the next act.
    pub const fn undoable(&self) -> bool {
        self.undoable
    }
}

/// One reason why an act is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which kind of no.
    pub kind: RefusalKind,
    /// Stable code: `notice.too_short`, `act.wrong_stage`.
    pub code: &'static str,
    /// The clause it rests on.
    pub clause: Clause,
    /// How hard it is; `principle` may be overridden by the province with a written reason.
    pub force: Force,
    /// The field that would have to change, when there is one.
    pub field: Option<&'static str>,
    /// Value, limit, way out; the clause at the end.
    pub message: String,
}

/// Kinds of no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The doer may not know of the matter.
    Unseen,
    /// The doer may know of it but not do this.
    NotYours,
    /// No rule permits the act at this stage.
    Stage,
    /// A field is missing.
    Input,
    /// A condition does not hold.
    Guard,
}

/// The row that permits this act on a matter at this stage.
pub fn row(stage: Stage, action: Action) -> Option<&'static Rule> {
    rules().find(|rule| rule.action == action && rule.from.contains(&stage))
}

/// The row that opens matters of a kind by this act.
pub fn opening(kind: Kind, action: Action) -> Option<&'static Rule> {
    rules()
        .find(|rule| rule.action == action && rule.opens() && rule.targets().iter().all(|stage| stage.kind() == kind))
}

/// The acts that somebody may try on a matter now: right role, right stage. Guards are asked when it is tried.
pub fn offers(matter: &Matter, doer: &Doer) -> Vec<&'static Rule> {
    if !concerns(matter, doer) {
        return Vec::new();
    }
    let open = |rule: &&Rule| rule.from.contains(&matter.stage) && rule.by.iter().any(|by| doer.is(*by));
    rules().filter(open).filter(|rule| is_still_asked(matter, doer, rule)).collect()
}

/// A bureau that has agreed is not offered to agree again.
fn is_still_asked(matter: &Matter, doer: &Doer, rule: &Rule) -> bool {
    let parallel = matches!(rule.to, To::All(_));
    !parallel || doer.role().is_none_or(|role| !has_acted(matter, role))
}

/// Whether the doer has to do with the matter: its scope reaches it, or it is a co-signer's.
fn concerns(matter: &Matter, doer: &Doer) -> bool {
    match doer {
        Doer::Account(actor) => concerns_account(actor, matter),
        _ => true,
    }
}

/// Decides one act. Every reason against it comes back, not the first alone.
pub fn decide(case: &Case<'_>, action: Action) -> Result<Transition, Vec<Refusal>> {
    let rule = find(case, action)?;
    let mut refusals: Vec<Refusal> = missing(rule, case.inputs).collect();
    let mut warnings = Vec::new();
    for guard in rule.guards {
        let Some(sentence) = (guard.fails)(case) else { continue };
        match guard.force {
            Force::Warning | Force::Prefer | Force::Record => warnings.push(cited(&sentence, guard.clause)),
            Force::Principle if is_overridden(&case.matter.body, guard.code) => {}
            _ => refusals.push(refused(guard, &sentence)),
        }
    }
    if refusals.is_empty() { Ok(transition(case, rule, warnings)) } else { Err(refusals) }
}

fn find(case: &Case<'_>, action: Action) -> Result<&'static Rule, Vec<Refusal>> {
    let matter = case.matter;
    let opens = matter.id.is_empty();
    let found = if opens { opening(matter.kind(), action) } else { row(matter.stage, action) };
    if !opens && !concerns(matter, case.doer) {
        return Err(vec![unseen()]);
    }
    let Some(rule) = found else { return Err(vec![wrong_stage(matter, action)]) };
    if !rule.by.iter().any(|by| case.doer.is(*by)) {
        return Err(vec![not_yours(rule)]);
    }
    let foreign = matches!(case.doer, Doer::Account(actor) if !concerns_account(actor, matter));
    if opens && foreign {
        return Err(vec![unseen()]);
    }
    if is_still_asked(matter, case.doer, rule) { Ok(rule) } else { Err(vec![done_already(matter, rule)]) }
}

fn missing<'a>(rule: &'static Rule, inputs: &'a Body) -> impl Iterator<Item = Refusal> + 'a {
    rule.fields.iter().filter(|field| field.required && !inputs.has(field)).map(|field| Refusal {
        kind: RefusalKind::Input,
        code: "act.missing_field",
        clause: rule.clause,
        force: rule.force,
        field: Some(field.key),
        message: match field.kind {
            FieldKind::Flag => format!("须作出“{}”的声明", field.chinese),
            _ => format!("请填写“{}”", field.chinese),
        },
    })
}

fn transition(case: &Case<'_>, rule: &'static Rule, warnings: Vec<String>) -> Transition {
    let matter = case.matter;
    let mut change = Change {
        body: matter.body.clone(),
        parties: matter.parties.clone(),
        title: matter.title.clone(),
        ..Change::default()
    };
    for field in rule.fields {
        match case.inputs.get(field) {
            Some(value) => change.body.set(field, value.clone()),
            None => change.body.clear(field),
        }
    }
    let (stage, complete) = match rule.to {
        To::Stage(stage) => (stage, true),
        To::Same => (matter.stage, true),
        To::All(stage) => note_acted(case, &mut change, stage),
        To::Chosen(_, choose) => (choose(case), true),
    };
    if stage != matter.stage {
        change.body.clear(&ACTED);
    }
    // After the stage is known: an effect may count somebody as having acted at the new stage.
    (rule.effect)(case, &mut change);
    let due = change.due.unwrap_or_else(|| {
        rule.due.map_or_else(
            || if stage == matter.stage && !rule.opens() { matter.due } else { None },
            |due| (due.day)(case),
        )
    });
    let after = Matter {
        id: matter.id.clone(),
        stage,
        version: matter.version + 1,
        title: change.title,
        parties: change.parties,
        body: change.body,
        due,
    };
    Transition {
        action: rule.action,
        clause: rule.clause,
        before: matter.clone(),
        after,
        opens: rule.opens(),
        opened: change.opened,
        // Consequences of an act that several do side by side come with the last of them.
        then: if complete { rule.then } else { &[] },
        inputs: case.inputs.clone(),
        warnings,
        undoable: rule.undoable,
    }
}

/// Notes that the doer has acted; the stage to go to when nobody else is awaited, and whether that is so.
fn note_acted(case: &Case<'_>, change: &mut Change, stage: Stage) -> (Stage, bool) {
    let mut acted = change.body.list(&ACTED).to_vec();
    acted.extend(case.doer.role().map(|role| role.code().to_owned()));
    change.set(&ACTED, acted);
    let now = Matter { body: change.body.clone(), parties: change.parties.clone(), ..case.matter.clone() };
    if now.waits().is_empty() { (stage, true) } else { (case.matter.stage, false) }
}

/// Whether a role has done its part of the present stage, where several act side by side.
pub fn has_acted(matter: &Matter, role: Role) -> bool {
    matter.body.list(&ACTED).iter().any(|code| code == role.code())
}

/// Takes the last act back: the matter returns to what it was. The store permits it while nothing else has happened, to
/// whoever did the act; the clause is that of the act taken back.
pub fn undo(now: &Matter, before: Matter, action: Action) -> Option<Transition> {
    let rule = rules().find(|rule| rule.action == action && rule.from.contains(&before.stage))?;
    let after = Matter { version: now.version + 1, id: now.id.clone(), ..before };
    rule.undoable.then(|| Transition {
        action,
        clause: rule.clause,
        before: now.clone(),
        after,
        opens: false,
        opened: Vec::new(),
        then: &[],
        inputs: Body::default(),
        warnings: Vec::new(),
        undoable: false,
    })
}

/// Whether the province has let a rule go on this matter.
pub(super) fn is_overridden(body: &Body, code: &str) -> bool {
    body.list(&OVERRIDES).iter().any(|entry| entry.split('|').next() == Some(code))
}

/// What the plan states as 原则上 names who may let it go.
pub(super) fn way_out(guard: &Guard) -> &'static str {
    if guard.force == Force::Principle { "；确需放宽的，由省科技厅书面说明理由" } else { "" }
}

fn refused(guard: &Guard, sentence: &str) -> Refusal {
    Refusal {
        kind: RefusalKind::Guard,
        code: guard.code,
        clause: guard.clause,
        force: guard.force,
        field: None,
        message: cited(&format!("{sentence}{}", way_out(guard)), guard.clause),
    }
}

fn cited(sentence: &str, clause: Clause) -> String {
    format!("{sentence}（{}）", clause.chinese())
}

/// There is no such matter, or it is not to be known of.
pub fn unseen() -> Refusal {
    Refusal {
        kind: RefusalKind::Unseen,
        code: "act.unseen",
        clause: crate::clause!("1.1"),
        force: Force::Must,
        field: None,
        message: "没有这件事项，或者不在您的查看范围内".to_owned(),
    }
}

fn not_yours(rule: &Rule) -> Refusal {
    let who: Vec<&str> = rule.by.iter().map(|by| by.chinese()).collect();
    Refusal {
        kind: RefusalKind::NotYours,
        code: "act.not_yours",
        clause: rule.clause,
        force: rule.force,
        field: None,
        message: cited(&format!("“{}”由{}办理", rule.action.chinese(), who.join("、")), rule.clause),
    }
}

fn done_already(matter: &Matter, rule: &Rule) -> Refusal {
    let awaited: Vec<&str> = matter.waits().iter().map(|(role, _)| role.chinese()).collect();
    let whom = if awaited.is_empty() { "省科技厅办理下一步".to_owned() } else { awaited.join("、") };
    Refusal {
        kind: RefusalKind::Stage,
        code: "act.done_already",
        clause: rule.clause,
        force: Force::Must,
        field: None,
        message: cited(&format!("“{}”您方已办理，正待{whom}", rule.action.chinese()), rule.clause),
    }
}

fn wrong_stage(matter: &Matter, action: Action) -> Refusal {
    let rows: Vec<&Rule> = rules().filter(|rule| rule.action == action).collect();
    let from: Vec<&str> = rows.iter().flat_map(|rule| rule.from).map(|stage| stage.chinese()).collect();
    let clause = rows.first().map_or(crate::clause!("1.1"), |rule| rule.clause);
    let when = if from.is_empty() { String::new() } else { format!("须在“{}”时办理，", from.join("”“")) };
    Refusal {
        kind: RefusalKind::Stage,
        code: "act.wrong_stage",
        clause,
        force: Force::Must,
        field: None,
        message: cited(&format!("“{}”{when}现为“{}”", action.chinese(), matter.stage.chinese()), clause),
    }
}
