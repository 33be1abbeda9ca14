//! The programme as tables: every permitted move of every matter, with its clause, force, actors, conditions and deadline.
//!
//! One file per section of the policy, in its order. [`decide`] is the only maker of a [`Transition`]; `store::apply` is the
//! only writer of a stage. [`print`] writes the tables for an official to hold beside the plan.
//!
//! A matter of any kind has one form (stage, parties, body of declared fields), so that lists, forms, the inbox, batch files,
//! histories and permissions are made once, from the tables. Turned down: a struct and a table of the database for each
//! kind: fourteen copies of the same list, form and scope, each with its own way to forget a filter.

pub mod appointment;
pub mod assessment;
pub mod columns;
pub mod deadline;
pub mod decide;
pub mod eligibility;
pub mod facts;
pub mod field;
pub mod foresight;
pub mod line;
pub mod listing;
pub mod matter;
pub mod need;
pub mod print;
pub mod proposal;
pub mod qualification;
pub mod readings;
pub mod revision;
pub mod round;
pub mod rule;
pub mod service;
pub mod sight;
pub mod talks;
#[cfg(test)]
mod testing;
pub mod vocabulary;
mod words;

pub use decide::{Case, Change, Doer, Refusal, RefusalKind, Transition, decide, offers, opening, row, undo};
pub use facts::Facts;
pub use field::{Body, Field, FieldKind, SEALED, Value};
pub use foresight::{Standing, foresee};
pub use matter::{Matter, NewMatter, Parties, SASAC};
pub use rule::{By, Due, Follow, Guard, Rule, Target, To};
pub use sight::{Reach, reach, sees, stages_seen};
pub use vocabulary::{Action, Kind, Stage};
pub use words::{Words, words};

/// The roles that have done their part of the present stage, where several act side by side.
pub const ACTED: Field = Field::kept("acted", "已办理");
/// Reasons for which the province let a 原则上 rule go, for ever: `code|reason|day|login`.
pub const OVERRIDES: Field = Field::list("overrides", "放宽记录");
/// The rule to let go; each kind offers its own ([`rule_to_let_go`]).
pub(crate) const OVERRIDE_CODE: Field = Field::line("override_code", "放宽哪一条");
/// Why.
pub const OVERRIDE_REASON: Field = Field::text("override_reason", "放宽理由")
    .required()
    .hint("长期保留，随记录显示", "Kept for good and shown with the record");
/// Why something is returned, refused, struck or withdrawn.
pub const REASON: Field = Field::text("reason", "理由").required();
/// A remark that may stay empty.
pub const REMARK: Field = Field::text("remark", "备注");
/// 文号.
pub const DOCUMENT_NUMBER: Field = Field::line("document_number", "文号").required();
/// Day of a document.
pub const DOCUMENT_DAY: Field = Field::day("document_day", "成文日期").required();

/// Every row of every section, in the policy's order.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        round::RULES,
        need::RULES,
        proposal::RULES,
        talks::RULES,
        listing::RULES,
        appointment::RULES,
        service::RULES,
        assessment::RULES,
        revision::RULES,
        qualification::RULES,
    ]
    .into_iter()
    .flatten()
}

/// The fields that acts on a kind ask for, each once, in the order of the tables.
pub fn fields_of(kind: Kind) -> Vec<&'static Field> {
    let mut fields: Vec<&'static Field> = Vec::new();
    for field in rules().filter(|rule| print::kind_of(rule) == Some(kind)).flat_map(|rule| rule.fields) {
        if fields.iter().all(|known| known.key != field.key) {
            fields.push(field);
        }
    }
    fields
}

/// The fields of a kind whose values lie sealed apart from it.
pub fn sealed_fields(kind: Kind) -> impl Iterator<Item = &'static Field> {
    fields_of(kind).into_iter().filter(|field| field.sealed)
}

/// The rules of a kind that the province may let go. Nothing else can be chosen: another code would let nothing go and be
/// kept for ever all the same.
pub const fn rule_to_let_go(of: &'static [(&'static str, &'static str)]) -> Field {
    Field::choice(OVERRIDE_CODE.key, OVERRIDE_CODE.chinese, of).required()
}

/// A kept override as a sentence: the rule, the reason, the day and who let it go.
pub fn override_in_words(kind: Kind, entry: &str) -> String {
    let Some([code, reason, day, login]) = field::parts(entry) else { return entry.to_owned() };
    let own = fields_of(kind).into_iter().find(|field| field.key == OVERRIDE_CODE.key);
    let act = Action::parse(code).map(|action| action.chinese().to_owned());
    let rule = act.or_else(|| own.map(|field| field.in_words(&code.into()))).unwrap_or_else(|| code.to_owned());
    format!("{rule}：{reason}（{day}，{login}）")
}

/// One reason as [`OVERRIDES`] keeps it.
fn override_entry(case: &Case<'_>, code: &str, reason: &str) -> String {
    let login = match case.doer {
        Doer::Account(actor) => actor.login(),
        _ => "",
    };
    format!("{code}|{reason}|{}|{login}", case.today)
}

/// The effect of [`Action::GrantOverride`]: one more reason, never taken away.
pub fn keep_override(case: &Case<'_>, change: &mut Change) {
    let mut kept = case.matter.body.list(&OVERRIDES).to_vec();
    kept.push(override_entry(case, case.inputs.text(&OVERRIDE_CODE), case.inputs.text(&OVERRIDE_REASON)));
    change.set(&OVERRIDES, kept);
    change.body.clear(&OVERRIDE_CODE);
    change.body.clear(&OVERRIDE_REASON);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::finding::Force;

    #[test]
    fn what_the_province_may_let_go_is_what_the_plan_states_as_a_principle() {
        let (mut seen, mut offered) = (BTreeSet::new(), BTreeSet::new());
        for &kind in Kind::ALL {
            let of_kind = rules().filter(|rule| print::kind_of(rule) == Some(kind));
            let principles = of_kind.flat_map(|rule| rule.guards).filter(|guard| guard.force == Force::Principle);
            seen.extend(principles.map(|guard| (kind.code(), guard.code)));
            let field = fields_of(kind).into_iter().find(|field| field.key == OVERRIDE_CODE.key);
            if let Some(FieldKind::Choice(of)) = field.map(|field| field.kind) {
                offered.extend(of.iter().map(|(code, _)| (kind.code(), *code)));
            }
        }
        assert_eq!(seen, offered);
        assert!(!seen.is_empty());
    }

    #[test]
    fn an_override_is_told_as_a_sentence() {
        let told = override_in_words(Kind::Appointment, "term.long_enough|项目一年|2026-03-01|kejiting");
        insta::assert_snapshot!(told, @"聘期不少于两年（方案三（五））：项目一年（2026-03-01，kejiting）");
        let reopened = override_in_words(Kind::Pair, "reopen_report|企业更换人选|2026-03-01|kejiting");
        insta::assert_snapshot!(reopened, @"重开组织单位报送：企业更换人选（2026-03-01，kejiting）");
    }
}
