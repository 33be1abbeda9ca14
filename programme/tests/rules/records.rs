//! 1. Records that say little leave questions open, they neither pass nor fail.
//! 2. The register counts on the days it is in force.
//! 3. Holdings are found directly and through companies that the unit controls, and not beyond.

use programme::finding::{Finding, Outcome, Verdict};
use programme::parameters::Parameters;
use programme::record::{
    Affiliation, Degree, Enterprise, Misconduct, Person, Qualification, QualificationKind, Shareholder, TitleLevel,
    Unit, UnitKind,
};
use programme::rules::pair::{ControlLink, Parties};
use programme::rules::{Days, eligibility_of, enterprise, pair};

use crate::day;

fn rules() -> &'static Parameters {
    Parameters::embedded()
}

fn open(findings: &[Finding]) -> Vec<&str> {
    findings.iter().filter(|finding| finding.outcome != Outcome::Met).map(|finding| finding.code).collect()
}

fn person() -> Person {
    Person {
        id: "P1".into(),
        name: Some("张伟".into()),
        unit_kind: Some(UnitKind::University),
        birth: Some(day("1990-05-01")),
        degree: Some(Degree::Doctor),
        title_level: Some(TitleLevel::Senior),
        discipline: Some("材料科学与工程".into()),
        ..Person::default()
    }
}

fn unit() -> Unit {
    Unit {
        kind: Some(UnitKind::University),
        affiliation: Some(Affiliation::Provincial),
        region: Some("230103".into()),
        disciplines: vec!["材料科学与工程".into()],
        ..Unit::default()
    }
}

fn entry(subject: &str) -> Misconduct {
    Misconduct {
        subject: subject.into(),
        from: day("2024-01-01"),
        until: Some(day("2025-02-10")),
        ..Misconduct::default()
    }
}

fn eligibility(person: &Person, unit: Option<&Unit>, register: Option<&[Misconduct]>) -> Vec<Finding> {
    eligibility_of(person, unit, &Days::all(Some(day("2025-02-10"))), register, rules())
}

#[test]
fn complete_records_are_in_order() {
    let findings = eligibility(&person(), Some(&unit()), Some(&[]));
    assert_eq!((Verdict::of(&findings), open(&findings)), (Verdict::Ok, vec![]));
}

#[test]
fn a_record_that_says_nothing_leaves_every_question_open() {
    let findings = eligibility(&Person { id: "P2".into(), ..Person::default() }, None, None);
    assert!(findings.iter().all(|finding| finding.outcome == Outcome::Unknown), "{findings:?}");
    assert_eq!(Verdict::of(&findings), Verdict::Warning);
    assert_eq!(
        open(&findings),
        [
            "misconduct.none",
            "age.within_limit",
            "education.degree_or_title",
            "unit.university_or_institute",
            "unit.in_province",
            "discipline.authorised"
        ]
    );
}

#[test]
fn a_discipline_is_looked_up_in_the_units_list() {
    let other = Person { discipline: Some("考古学".into()), ..person() };
    assert_eq!(open(&eligibility(&other, Some(&unit()), Some(&[]))), ["discipline.authorised"]);
    assert_eq!(Verdict::of(&eligibility(&other, Some(&unit()), Some(&[]))), Verdict::Refused);
    let unlisted = Unit { disciplines: vec![], ..unit() };
    assert_eq!(Verdict::of(&eligibility(&person(), Some(&unlisted), Some(&[]))), Verdict::Warning);
}

#[test]
fn a_unit_of_another_kind_or_place_is_refused() {
    let other = Unit { affiliation: Some(Affiliation::Other), region: Some("220100".into()), ..unit() };
    assert_eq!(
        open(&eligibility(&person(), Some(&other), Some(&[]))),
        ["unit.in_province", "unit.provincial_or_ministry"]
    );
}

#[test]
fn a_register_entry_counts_through_its_last_day() {
    let until = |date: &str| Misconduct { until: Some(day(date)), ..entry("P1") };
    let verdict = |entry: Misconduct| Verdict::of(&eligibility(&person(), Some(&unit()), Some(&[entry])));
    assert_eq!(verdict(until("2025-02-10")), Verdict::Refused);
    assert_eq!(verdict(until("2025-02-09")), Verdict::Ok);
    assert_eq!(verdict(Misconduct { until: None, ..entry("P1") }), Verdict::Refused);
    assert_eq!(verdict(Misconduct { from: day("2025-02-11"), until: None, ..entry("P1") }), Verdict::Ok);
    assert_eq!(verdict(entry("P9")), Verdict::Ok);
}

#[test]
fn an_enterprise_is_judged_by_what_its_record_holds() {
    let complete = Enterprise {
        credit_code: Some("91230199MA0000015K".into()),
        region: Some("230100".into()),
        qualifications: vec![Qualification {
            kind: QualificationKind::HighTech,
            number: Some("GR1".into()),
            valid_until: Some(day("2026-10-16")),
        }],
        ..Enterprise::default()
    };
    let on = |enterprise: &Enterprise, date: &str, register: Option<&[Misconduct]>| {
        enterprise::of_record(enterprise, Some(day(date)), register, rules())
    };
    assert_eq!(Verdict::of(&on(&complete, "2026-10-16", Some(&[]))), Verdict::Ok);
    assert_eq!(open(&on(&complete, "2026-10-17", Some(&[]))), ["qualification.valid", "platform.provincial"]);
    assert_eq!(Verdict::of(&on(&complete, "2025-01-31", Some(&[entry("91230199MA0000015K")]))), Verdict::Refused);
    let bare = on(&Enterprise::default(), "2025-03-01", None);
    assert_eq!(Verdict::of(&bare), Verdict::Warning);
    assert_eq!(
        open(&bare),
        [
            "enterprise.in_province",
            "credit_code.valid",
            "misconduct.none",
            "qualification.valid",
            "platform.provincial"
        ]
    );
}

const PARTIES: Parties<'_> =
    Parties {
        enterprise: "E", person_id: "P1", person_name: Some("张伟"), unit: "U", unit_name: "黑龙江示例大学"
    };

fn row(enterprise: &str, holder: &str, holder_id: Option<&str>, share_basis_points: u32) -> Shareholder {
    Shareholder {
        enterprise: enterprise.into(),
        holder: holder.into(),
        holder_id: holder_id.map(str::to_owned),
        share_basis_points,
        founder: false,
    }
}

fn broken(table: &[Shareholder], controls: &[ControlLink]) -> Vec<String> {
    let findings = pair::of_table(&PARTIES, table, controls, rules());
    open(&findings).into_iter().map(str::to_owned).collect()
}

#[test]
fn direct_holdings_refuse() {
    assert_eq!(broken(&[row("E", "张伟", Some("P1"), 1)], &[]), ["pair.no_equity_of_person"]);
    assert_eq!(broken(&[row("E", "黑龙江示例大学", Some("U"), 1)], &[]), ["pair.no_equity_of_unit"]);
    assert_eq!(broken(&[row("E", "黑龙江示例大学", None, 1)], &[]), ["pair.no_equity_of_unit"]);
    assert_eq!(broken(&[row("E", "别人", Some("P2"), 9999), row("E2", "张伟", Some("P1"), 9999)], &[]), [""; 0]);
}

#[test]
fn shares_are_summed_exactly() {
    let table = [row("E", "张伟", Some("P1"), 10), row("E", "张伟", Some("P1"), 20)];
    assert_eq!(pair::holdings(&PARTIES, &table, &[], rules()).person_share_percent, Some(0.3));
}

#[test]
fn a_founder_without_share_refuses() {
    let founder = |id: &str| Shareholder { founder: true, ..row("E", "某", Some(id), 0) };
    assert_eq!(broken(&[founder("P1")], &[]), ["pair.not_founded_by_person"]);
    assert_eq!(broken(&[founder("U")], &[]), ["pair.not_founded_by_unit"]);
    assert_eq!(broken(&[founder("P2")], &[]), [""; 0]);
}

#[test]
fn a_company_that_the_unit_controls_counts_and_one_it_only_holds_does_not() {
    let through = |share: u32| [row("C", "黑龙江示例大学", Some("U"), share), row("E", "资产公司", Some("C"), 500)];
    assert_eq!(broken(&through(5001), &[]), ["pair.no_equity_of_unit_controlled"]);
    assert_eq!(broken(&through(5000), &[]), [""; 0]);
    let link = |unit: &str| [ControlLink { unit: unit.into(), company: "C".into() }];
    assert_eq!(broken(&through(5000), &link("U")), ["pair.no_equity_of_unit_controlled"]);
    assert_eq!(broken(&through(5000), &link("U2")), [""; 0]);
}

#[test]
fn a_longer_chain_is_left_to_the_province() {
    let chain = [
        row("C", "大学", Some("U"), 10000),
        row("D", "资产公司", Some("C"), 10000),
        row("E", "孙公司", Some("D"), 10000),
    ];
    assert_eq!(broken(&chain, &[]), [""; 0]);
}

#[test]
fn a_namesake_without_an_id_is_for_a_person_to_settle() {
    let findings = pair::of_table(&PARTIES, &[row("E", "张伟", None, 100)], &[], rules());
    assert_eq!(Verdict::of(&findings), Verdict::Warning);
    let founder = Shareholder { founder: true, ..row("E", "张伟", None, 0) };
    assert_eq!(broken(&[founder], &[]), ["pair.not_founded_by_person", "pair.no_equity_of_person"]);
    assert_eq!(
        broken(&[row("E", "张伟", None, 100), row("E", "张伟", Some("P1"), 1)], &[]),
        ["pair.no_equity_of_person"]
    );
    let finding = findings.iter().find(|finding| finding.outcome == Outcome::Unknown).unwrap();
    insta::assert_snapshot!(finding.message, @"股东“张伟”与科技人员同名，登记未写证件号；请核实是否本人（方案二（三）1（4））");
}
