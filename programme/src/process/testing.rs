//! A table to try acts on: a matter, facts around it, a day. For the tests of each section.

use chrono::NaiveDate;

use super::{Action, Body, Case, Doer, Facts, Field, Matter, Parties, Refusal, Stage, Transition, decide, field};
use crate::access::{Actor, Role};
use crate::calendar::WorkingCalendar;
use crate::parameters::Parameters;

/// A matter with facts and a day, to be acted upon.
#[derive(Clone, Debug)]
pub struct Bench {
    /// The matter.
    pub matter: Matter,
    /// What is known around it.
    pub facts: Facts,
    /// The date in the province.
    pub today: NaiveDate,
}

/// A matter at a stage, with parties of every kind and an empty body.
pub fn at(stage: Stage) -> Bench {
    let parties = Parties {
        round: Some("round-000001".to_owned()),
        parent: None,
        need: Some("need-000001".to_owned()),
        organiser: "230100".to_owned(),
        county: Some("230102".to_owned()),
        enterprise: Some("91230199MA0000015K".to_owned()),
        unit: Some("示例大学".to_owned()),
        person: Some("p1".to_owned()),
    };
    let (id, title) = (format!("{}-000001", stage.kind().code()), "事项".to_owned());
    let matter = Matter { id, stage, version: 1, title, parties, body: Body::default(), due: None };
    Bench { matter, facts: Facts::default(), today: day("2025-03-03") }
}

/// A date.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// An account of a role that [`at`]'s matter concerns.
pub fn account(role: Role) -> Doer {
    let binding = match role {
        Role::Enterprise => Some("91230199MA0000015K"),
        Role::CityScience | Role::CityIndustry => Some("230100"),
        Role::County => Some("230102"),
        Role::Unit => Some("示例大学"),
        Role::Person => Some("p1"),
        _ => None,
    };
    Doer::Account(Actor::new(role.code(), role, binding).expect("the binding fits"))
}

impl Bench {
    /// On another day.
    pub fn on(mut self, today: &str) -> Self {
        self.today = day(today);
        self
    }

    /// With a kept value.
    pub fn with(mut self, field: &Field, value: impl Into<super::Value>) -> Self {
        self.matter.body.set(field, value);
        self
    }

    /// Organised by SASAC.
    pub fn of_sasac(mut self) -> Self {
        super::SASAC.clone_into(&mut self.matter.parties.organiser);
        self
    }

    /// Changed by hand.
    pub fn but(mut self, change: impl FnOnce(&mut Matter, &mut Facts)) -> Self {
        change(&mut self.matter, &mut self.facts);
        self
    }

    /// Not yet opened: what an opening act decides upon.
    pub fn unopened(mut self) -> Self {
        self.matter.id.clear();
        self.matter.version = 0;
        self
    }

    /// Acts, with inputs as a form sends them.
    pub fn act(&self, doer: &Doer, action: Action, sent: &[(&str, &str)]) -> Result<Transition, Vec<Refusal>> {
        let fields: Vec<&Field> =
            super::rules().filter(|rule| rule.action == action).flat_map(|rule| rule.fields).copied().collect();
        let sent: Vec<(String, String)> =
            sent.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let (inputs, _) = field::read(&fields, &sent);
        decide(&self.case(doer, &inputs), action)
    }

    /// What stands for and against an act before its form is filled in.
    pub fn foreseen(&self, doer: &Doer, action: Action) -> Vec<(&'static super::Guard, super::Standing)> {
        let rule = super::row(self.matter.stage, action).expect("the stage permits the act");
        super::foresee(&self.case(doer, &Body::default()), rule)
    }

    fn case<'a>(&'a self, doer: &'a Doer, inputs: &'a Body) -> Case<'a> {
        let noon = self.today.and_hms_opt(4, 0, 0).expect("noon in Beijing").and_utc();
        Case {
            matter: &self.matter,
            inputs,
            facts: &self.facts,
            doer,
            now: noon,
            today: self.today,
            parameters: Parameters::embedded(),
            calendar: WorkingCalendar::embedded(),
        }
    }

    /// Acts and goes on from there, one version later.
    ///
    /// # Panics
    /// When the act is refused.
    pub fn then(self, doer: &Doer, action: Action, sent: &[(&str, &str)]) -> Self {
        let transition = self.act(doer, action, sent).unwrap_or_else(|refusals| panic!("{refusals:?}"));
        Self { matter: transition.after().clone(), ..self }
    }

    /// The codes of what refuses an act, in the order of the rules; empty when it is permitted.
    pub fn refusals(&self, doer: &Doer, action: Action, sent: &[(&str, &str)]) -> Vec<&'static str> {
        self.act(doer, action, sent).err().unwrap_or_default().iter().map(|refusal| refusal.code).collect()
    }
}

mod engine {
    use super::super::{ACTED, Action, Stage};
    use super::*;

    #[test]
    fn a_need_is_agreed_only_when_both_bureaus_have_agreed() {
        let need = at(Stage::NeedReview).but(|_, facts| {
            facts.round = Some(at(Stage::RoundOpen).matter);
            let clause = crate::clause!("2.3.1(1)");
            let (force, outcome) = (crate::finding::Force::Must, crate::finding::Outcome::Met);
            let met =
                crate::finding::Finding { clause, force, outcome, code: "qualification.valid", message: String::new() };
            facts.findings = vec![met];
        });
        let need = need.then(&account(Role::CityScience), Action::AgreeNeed, &[("verified", "是")]);
        assert_eq!(need.matter.stage, Stage::NeedReview);
        assert_eq!(need.matter.waits(), [(Role::CityIndustry, "230100".to_owned())]);
        let need = need.then(&account(Role::CityIndustry), Action::AgreeNeed, &[("verified", "是")]);
        assert_eq!(need.matter.stage, Stage::NeedAgreed);
        assert!(!need.matter.body.has(&ACTED));
    }

    #[test]
    fn an_act_at_the_wrong_stage_says_where_it_would_be_right() {
        let refusals = at(Stage::NeedDraft).act(&account(Role::CityScience), Action::AgreeNeed, &[]).unwrap_err();
        insta::assert_snapshot!(refusals[0].message, @"“审核同意”须在“审核中”时办理，现为“企业起草”（方案三（一））");
    }

    #[test]
    fn somebody_whom_the_matter_does_not_concern_is_told_nothing() {
        let other = Doer::Account(Actor::new("other", Role::CityScience, Some("230200")).unwrap());
        assert_eq!(at(Stage::NeedReview).refusals(&other, Action::AgreeNeed, &[]), ["act.unseen"]);
        assert_eq!(
            at(Stage::NeedReview).refusals(&account(Role::Enterprise), Action::AgreeNeed, &[]),
            ["act.not_yours"]
        );
        assert_eq!(at(Stage::NeedReview).refusals(&account(Role::Matcher), Action::AgreeNeed, &[]), ["act.unseen"]);
    }

    #[test]
    fn a_matter_that_is_opened_belongs_to_whoever_may_open_it() {
        let need = at(Stage::NeedDraft).unopened();
        assert_eq!(need.refusals(&account(Role::Unit), Action::DraftNeed, &[]), ["act.not_yours"]);
        assert!(!need.refusals(&account(Role::Enterprise), Action::DraftNeed, &[]).contains(&"act.not_yours"));
    }

    #[test]
    fn what_is_missing_is_named_field_by_field() {
        let need = at(Stage::NeedReview).but(|_, facts| facts.round = Some(at(Stage::RoundOpen).matter));
        let refusals = need.act(&account(Role::CityScience), Action::ReturnNeed, &[]).unwrap_err();
        let fields: Vec<Option<&str>> = refusals.iter().map(|refusal| refusal.field).collect();
        assert_eq!(fields, [Some("step"), Some("reason")]);
    }

    /// Every role, every stage, every action: permitted exactly where the table has a row for it.
    #[test]
    fn the_matrix_of_roles_stages_and_actions_is_the_table() {
        let mut permitted = 0;
        for &stage in Stage::ALL {
            for &role in Role::ALL {
                for &action in Action::ALL {
                    let bench = at(stage);
                    let bench = if role == Role::Sasac { bench.of_sasac() } else { bench };
                    let codes = bench.refusals(&account(role), action, &[]);
                    let reached =
                        !codes.iter().any(|code| matches!(*code, "act.unseen" | "act.not_yours" | "act.wrong_stage"));
                    let row = super::super::row(stage, action);
                    let listed = row.is_some_and(|rule| rule.by.iter().any(|by| by.is(role)));
                    assert_eq!(reached, listed, "{stage:?} {role:?} {action:?} {codes:?}");
                    permitted += usize::from(reached);
                }
            }
        }
        assert!(permitted > 150, "{permitted}");
    }
}
