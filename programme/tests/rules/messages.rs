//! 1. Codes are stable names, one for each rule of a kind of case.
//! 2. A rule has a force of its clause, or only warns.
//! 3. A broken rule's message names the fact, the way out and the clause, in Chinese; so does an open question's.

use std::collections::BTreeSet;
use std::fmt::Write;

use programme::finding::{Finding, Force, Outcome};
use programme::rules::{self, LISTED_MAX, Rule};
use serde_json::json;

use crate::check::{agreement, answer, assessment, candidate, enterprise, listing, need, notice, pair, with};

fn all() -> impl Iterator<Item = &'static Rule> {
    rules::ALL.iter().flat_map(|of_kind| of_kind.iter())
}

#[test]
fn a_code_names_one_rule_of_its_kind() {
    for of_kind in rules::ALL {
        let codes: BTreeSet<&str> = of_kind.iter().map(|rule| rule.code).collect();
        assert_eq!(codes.len(), of_kind.len());
        assert!(codes.iter().all(|code| code.split('.').count() == 2));
    }
}

#[test]
fn the_reviewed_table_of_rules_is_the_one_in_force() {
    let kinds = ["candidate", "enterprise", "need", "pair", "listing", "notice", "agreement", "assessment"];
    assert_eq!(kinds.len(), rules::ALL.len());
    let mut table = String::from("条款 | 编号 | 效力 | 代码 | 需要的事实\n");
    for (kind, of_kind) in kinds.iter().zip(rules::ALL) {
        writeln!(table, "\n{kind}").expect("text grows");
        for Rule { clause, force, code, needs } in *of_kind {
            let (chinese, id, force) = (clause.chinese(), clause.id(), force.code());
            writeln!(table, "{chinese} | {id} | {force} | {code} | {needs}").expect("text grows");
        }
    }
    let reviewed = include_str!("../snapshots/rules.txt");
    assert_eq!(table.trim(), reviewed.trim(), "codes are stable: review the change, then update rules.txt");
}

#[test]
fn a_rule_has_a_force_of_its_clause_or_only_warns() {
    for rule in all() {
        assert!(rule.force == Force::Warning || rule.clause.forces().contains(&rule.force), "{rule:?}");
    }
}

/// Cases that between them break every rule that declared facts can break.
fn broken() -> Vec<Finding> {
    let cases = [
        with(
            candidate(),
            json!({"birth":"1960-01-01","degree":"none","title_level":"none","unit_in_province":false,
            "discipline_authorised":false,"misconduct":true,"declared":false}),
        ),
        with(candidate(), json!({"birth":"1969-07-11","born_on_or_after":null})),
        with(candidate(), json!({"born_on_or_after":"1975-01-01"})),
        with(candidate(), json!({"birth":"2026-01-01"})),
        with(
            enterprise(),
            json!({"in_province":false,"legal_person":false,"credit_code":"1","misconduct":true,
            "qualifications":[],"declared":false,"platforms":[]}),
        ),
        with(enterprise(), json!({"date":"2030-01-01","credit_code":"12230000414000019P"})),
        with(enterprise(), json!({"credit_code":"91350100M000100Y56"})),
        with(need(), json!({"problem":"堵塞，电话13800000000","targets":null,"tried":null})),
        with(
            pair(),
            json!({"founded_by_person":true,"founded_by_unit":true,"person_share_percent":1,
            "unit_share_percent":0.5,"unit_controlled_share_percent":33.33}),
        ),
        with(notice(), json!({"closed":"2025-10-09"})),
        with(notice(), json!({"closed":"2025-01-01"})),
        with(notice(), json!({"published":"2026-12-31","closed":"2027-02-01"})),
        with(listing(), json!({"final":["z"]})),
        with(
            agreement(),
            json!({"end":"2025-12-31","service_days_planned":[1, 2],"signed":[],"filed":false,"content":false,
            "mode":false,"rights":false,"duties":false}),
        ),
        with(agreement(), json!({"end":"2025-01-01"})),
        with(assessment(), json!({"held":"2026-01-01","grades":{"excellent":5,"pass":5,"fail":5}})),
        with(assessment(), json!({"held":"2027-08-01"})),
    ];
    let findings = cases.iter().flat_map(|case| answer(case).result.expect("a readable case"));
    findings.filter(|finding| finding.outcome == Outcome::Broken).collect()
}

#[test]
fn every_rule_can_be_broken_by_declared_facts() {
    let seen: BTreeSet<&str> = broken().iter().map(|finding| finding.code).collect();
    let never: Vec<&str> = all().map(|rule| rule.code).filter(|code| !seen.contains(code)).collect();
    // The kind of a unit is one of two words or missing; the affiliation is a fact of records only; excellence is a mark
    // that somebody has or has not.
    assert_eq!(never, ["unit.university_or_institute", "unit.provincial_or_ministry", "excellent.notified"]);
}

#[test]
fn a_broken_rule_names_the_fact_the_way_out_and_the_clause() {
    for finding in broken() {
        let message = &finding.message;
        let (fact, rest) = message.split_once('；').unwrap_or_else(|| panic!("no way out: {message}"));
        let clause = format!("（{}）", finding.clause.chinese());
        let way_out = rest.strip_suffix(&clause).unwrap_or_else(|| panic!("no clause: {message}"));
        assert!(fact.chars().count() >= 4 && way_out.chars().count() >= 4, "{message}");
        assert!(!message.contains("None") && !message.contains("Some"), "{message}");
    }
}

#[test]
fn a_rule_with_a_number_names_value_and_limit() {
    let numbers =
        |text: &str| text.split(|symbol: char| !symbol.is_ascii_digit()).filter(|part| !part.is_empty()).count();
    let numeric = [
        "age.within_limit",
        "age.near_limit",
        "age.preferred",
        "notice.long_enough",
        "service.days_enough",
        "assessment.not_too_early",
        "assessment.not_late",
        "excellent.within_share",
        "service.every_year_planned",
    ];
    for finding in broken().iter().filter(|finding| numeric.contains(&finding.code)) {
        assert!(numbers(&finding.message) >= 2, "{}", finding.message);
    }
}

#[test]
fn a_message_lists_no_more_than_the_bound() {
    let added = |count: usize| {
        let names: Vec<String> = (1..=count).map(|number| format!("{number:03}")).collect();
        let findings = answer(&with(listing(), json!({"suggested":[],"final":names}))).result.expect("a readable case");
        findings[0].message.clone()
    };
    let last = |count: usize| format!("{count:03}");
    assert!(added(LISTED_MAX - 1).contains(&last(LISTED_MAX - 1)));
    assert!(added(LISTED_MAX).contains(&last(LISTED_MAX)) && !added(LISTED_MAX).contains("等"));
    assert!(added(LISTED_MAX + 1).contains("020等 21 项") && !added(LISTED_MAX + 1).contains("021"));
}

#[test]
fn an_open_question_says_what_to_add() {
    for kind in ["candidate", "enterprise", "need", "pair", "notice", "listing", "agreement", "assessment"] {
        let findings = answer(&json!({"id":"x","kind":kind})).result.expect("every fact may be absent");
        assert!(!findings.is_empty());
        for finding in findings {
            assert!(
                finding.message.starts_with("未说明") && finding.message.contains("；请补充"),
                "{}",
                finding.message
            );
        }
    }
}
