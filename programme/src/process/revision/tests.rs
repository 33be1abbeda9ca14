//! 1. A change names entries and new values; what cannot be read, is fixed, changes nothing or contradicts itself is refused.
//! 2. Whoever proposed it does not confirm it, and nobody confirms it on top of another change.
//! 3. The changed file keeps clause and words, says what it was and why, and bears the next version.

use super::*;
use crate::access::{Actor, Role};
use crate::process::testing::{Bench, account, at};
use crate::process::vocabulary::Stage;

fn new() -> Bench {
    at(Stage::RevisionProposed).unopened()
}

fn sent(changes: &'static str) -> [(&'static str, &'static str); 2] {
    [("changes", changes), ("reason", "四部门会商确定")]
}

fn refused(changes: &'static str) -> String {
    new().act(&account(Role::Province), ProposeRevision, &sent(changes)).unwrap_err()[0].message.clone()
}

fn proposed() -> Bench {
    let mut bench = new().then(&account(Role::Province), ProposeRevision, &sent("excellent_percent_max=15"));
    bench.matter.id = "revision-000001".to_owned();
    bench
}

fn another() -> Doer {
    Doer::Account(Actor::new("second", Role::Province, None).unwrap())
}

#[test]
fn what_cannot_be_changed_is_refused_in_words() {
    let province = account(Role::Province);
    assert!(new().refusals(&province, ProposeRevision, &sent("answer_workdays=8\nalternates_max = 2")).is_empty());
    assert_eq!(new().refusals(&province, ProposeRevision, &sent("alternates_max=3")), ["policy.unreadable"]);
    insta::assert_snapshot!(refused("百分之十五"), @"“百分之十五”应写作“名称=数值”（方案六）");
    insta::assert_snapshot!(refused("excelent_percent_max=15"), @"没有“excelent_percent_max”这一参数，名称见“政策参数”页（方案六）");
    insta::assert_snapshot!(refused("province_region=22"), @"“province_region”与登记数据有关，随程序更新，不在此调整（方案六）");
    insta::assert_snapshot!(refused("excellent_percent_max=20"), @"“excellent_percent_max”现在就是 20，没有变化（方案六）");
    insta::assert_snapshot!(refused("excellent_percent_max=101"), @"excellent_percent_max.value：应为 0 到 100 的整数，现为 101（方案六）");
    insta::assert_snapshot!(refused("age_years_preferred_max=60"), @"age_years_preferred_max：60 大于 age_years_max 55（方案六）");
}

#[test]
fn a_change_takes_two_persons() {
    let bench = proposed();
    insta::assert_snapshot!(bench.act(&account(Role::Province), ConfirmRevision, &[]).unwrap_err()[0].message, @"参数调整须两人办理，请由另一位经办人核对后确认（方案六）");
    assert_eq!(bench.clone().then(&another(), ConfirmRevision, &[]).matter.stage, RevisionConfirmed);
    assert_eq!(bench.refusals(&account(Role::EducationDepartment), ConfirmRevision, &[]), ["act.not_yours"]);
    let second = new().but(|_, facts| facts.related.push(bench.matter.clone()));
    assert_eq!(
        second.refusals(&account(Role::Province), ProposeRevision, &sent("alternates_max=2")),
        ["policy.revision_open"]
    );
}

#[test]
fn a_change_is_not_confirmed_on_top_of_another() {
    let moved = proposed().but(|_, facts| _ = facts.texts.insert(POLICY_TEXT, "[version]".to_owned()));
    assert_eq!(moved.refusals(&another(), ConfirmRevision, &[]), ["policy.base_changed"]);
}

#[test]
fn the_changed_file_says_what_it_was_and_why() {
    let bench = proposed();
    let parameters = Parameters::parse(bench.matter.body.text(&CONTENT)).unwrap();
    assert_eq!((parameters.excellent_percent_max, parameters.version.as_str()), (15, "2025-2027 第2版"));
    let table: Table = bench.matter.body.text(&CONTENT).parse().unwrap();
    insta::assert_snapshot!(table["excellent_percent_max"]["reading"].as_str().unwrap(), @"以全省同批参加考评的人数为分母，向下取整；2025-03-03 由 20 调整为 15：四部门会商确定");
    let again = new().but(|_, facts| {
        facts.texts.insert(POLICY_TEXT, bench.matter.body.text(&CONTENT).to_owned());
    });
    let again = again.then(&account(Role::Province), ProposeRevision, &sent("notice_workdays_min=7"));
    assert_eq!(again.matter.body.text(&VERSION), "2025-2027 第3版");
}
