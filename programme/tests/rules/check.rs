//! 1. Every example of the format has the verdict that the law gives it.
//! 2. One fact changed changes the one finding that asks it, at, below and above each limit.
//! 3. A fact that is not stated counts against a `must`, and is named.
//! 4. A line that is wrong names every problem; the others are answered, in order.
//! 5. A preference never worsens a verdict.

use programme::calendar::WorkingCalendar;
use programme::check::{Answer, CASE_BYTES_MAX, SERVICE_DAYS_MAX, answer_file, answer_line};
use programme::finding::{Outcome, Verdict};
use programme::parameters::{EMBEDDED, Parameters};
use proptest::prelude::*;
use serde_json::{Value, json};

pub fn candidate() -> Value {
    json!({"id":"c1","kind":"candidate","reference_date":"2025-02-10","born_on_or_after":null,"birth":"1970-02-11",
        "degree":"master","title_level":"intermediate","unit_kind":"university","unit_in_province":true,
        "discipline_authorised":true,"misconduct":false,"declared":true})
}

pub fn enterprise() -> Value {
    json!({"id":"e1","kind":"enterprise","date":"2025-03-01","in_province":true,"legal_person":true,
        "credit_code":"91230199MA0000015K","misconduct":false,
        "qualifications":[{"kind":"high_tech","number":"GR202323000001","valid_until":"2026-10-16"}],"declared":true})
}

pub fn need() -> Value {
    json!({"id":"n1","kind":"need","title":"锻件吊钩无氧化加热工艺",
        "problem":"吊钩坯料在天然气炉中加热产生氧化皮，高压水清除不净，模锻后表面平整度低，人工清理费时",
        "present_state":"现用天然气加热炉 3 台，氧化皮厚度 0.5mm，清理合格率 82%",
        "targets":"氧化皮厚度≤0.1mm\n清理合格率≥95%\n加热节拍不超过 90s/件",
        "tried":"试过防氧化涂料，冷却后难以去除","wanted_by":"2026-12-31","budget_yuan":800_000,
        "place":"齐齐哈尔市富拉尔基区锻造车间","conditions":"提供中频炉 1 台和锻造生产线，配合人员 4 名",
        "industry":"C33","keywords":["无氧化加热","模锻"]})
}

pub fn pair() -> Value {
    json!({"id":"p1","kind":"pair","founded_by_person":false,"founded_by_unit":false,"person_share_percent":0,
        "unit_share_percent":0,"unit_controlled_share_percent":0})
}

pub fn notice() -> Value {
    json!({"id":"n1","kind":"notice","published":"2025-09-26","closed":"2025-10-10"})
}

pub fn listing() -> Value {
    json!({"id":"l1","kind":"listing","suggested":["a","b"],"final":["a"]})
}

pub fn agreement() -> Value {
    json!({"id":"a1","kind":"agreement","start":"2025-06-01","end":"2027-05-31","service_days_planned":[62,62],
        "signed":["enterprise","person","unit"],"filed":true,"content":true,"mode":true,"rights":true,"duties":true})
}

pub fn assessment() -> Value {
    json!({"id":"s1","kind":"assessment","term_end":"2027-05-31","held":"2027-05-10",
        "grades":{"excellent":1,"pass":4,"fail":0}})
}

/// The case with some facts changed.
pub fn with(mut case: Value, facts: Value) -> Value {
    let Value::Object(facts) = facts else { panic!("facts are an object") };
    for (name, value) in facts {
        case[name] = value;
    }
    case
}

pub fn answer(case: &Value) -> Answer {
    answer_line(case.to_string().as_bytes(), 1, Parameters::embedded(), WorkingCalendar::embedded())
}

/// Verdict and the broken rules, `clause code` each, preferences left out.
fn judged(case: &Value) -> String {
    let answer = answer(case);
    let findings = match &answer.result {
        Ok(findings) => findings,
        Err(error) => return format!("error {error}"),
    };
    let broken = findings.iter().filter(|finding| finding.outcome != Outcome::Met);
    let telling = broken.filter(|finding| finding.severity() > Verdict::Ok);
    let names = telling.map(|finding| format!(", {} {}", finding.clause.id(), finding.code));
    format!("{}{}", Verdict::of(findings).code(), names.collect::<String>())
}

fn holds(base: &Value, table: &[(Value, &str)]) {
    for (facts, expected) in table {
        assert_eq!(judged(&with(base.clone(), facts.clone())), *expected, "{facts}");
    }
}

#[test]
fn the_examples_of_the_format_are_in_order_but_for_the_notice() {
    for case in [candidate(), enterprise(), pair(), listing(), agreement(), assessment()] {
        assert_eq!(judged(&case), "ok", "{case}");
    }
    assert_eq!(judged(&with(notice(), json!({"closed":"2025-10-09"}))), "refused, 3.4c notice.long_enough");
}

#[test]
fn a_candidate_is_judged_by_age_on_the_reference_date() {
    let over = "refused, 2.1.1(2) age.within_limit";
    let near = "warning, 2.1.1(2) age.near_limit";
    holds(
        &candidate(),
        &[
            (json!({"birth":"1970-02-10"}), near),
            (json!({"birth":"1969-07-10"}), near),
            (json!({"birth":"1969-02-11"}), near),
            (json!({"birth":"1969-02-10"}), over),
            (json!({"birth":"1969-02-09"}), over),
            (json!({"birth":"1972-02-29","reference_date":"2027-02-28"}), "ok"),
            (json!({"birth":"1972-02-29","reference_date":"2027-03-01"}), near),
            (json!({"birth":"1972-02-29","reference_date":"2028-02-28"}), near),
            (json!({"birth":"1972-02-29","reference_date":"2028-02-29"}), over),
            (json!({"birth":"2025-02-11"}), over),
            (json!({"birth":null}), over),
            (json!({"reference_date":null}), over),
        ],
    );
}

#[test]
fn a_printed_cut_off_decides_alone() {
    let over = "refused, 2.1.1(2) age.within_limit";
    holds(
        &candidate(),
        &[
            (json!({"born_on_or_after":"1970-02-11"}), "ok"),
            (json!({"born_on_or_after":"1970-02-12"}), over),
            (json!({"born_on_or_after":"1969-01-01","birth":"1969-01-01"}), "ok"),
            (json!({"born_on_or_after":"1969-01-01","birth":"1969-07-11"}), "ok"),
            (json!({"born_on_or_after":"1970-01-01","reference_date":null}), "ok"),
        ],
    );
}

#[test]
fn forty_is_preferred_and_forty_one_is_not_and_neither_changes_the_verdict() {
    for (birth, preferred) in [("1984-02-11", true), ("1984-02-10", false), ("1985-02-10", true)] {
        let answer = answer(&with(candidate(), json!({"birth":birth})));
        let findings = answer.result.clone().unwrap();
        let preference = findings.iter().find(|finding| finding.code == "age.preferred").unwrap();
        assert_eq!(preference.outcome == Outcome::Met, preferred, "{birth}");
        assert_eq!((preference.clause.id(), preference.force.code()), ("2.1.1(2)b", "prefer"));
        assert_eq!(answer.verdict(), Some(Verdict::Ok));
    }
}

#[test]
fn a_degree_or_a_title_suffices_and_the_province_may_override() {
    let neither = "needs_override, 2.1.1(3)b education.degree_or_title";
    holds(
        &candidate(),
        &[
            (json!({"degree":"doctor","title_level":"none"}), "ok"),
            (json!({"degree":"none","title_level":"associate"}), "ok"),
            (json!({"degree":"bachelor","title_level":"senior"}), "ok"),
            (json!({"degree":"master","title_level":null}), "ok"),
            (json!({"degree":null,"title_level":"associate"}), "ok"),
            (json!({"degree":"bachelor","title_level":"intermediate"}), neither),
            (json!({"degree":"none","title_level":"none"}), neither),
            (json!({"degree":null,"title_level":"intermediate"}), neither),
            (
                json!({"degree":"bachelor","title_level":"junior","misconduct":true}),
                "refused, 2.1.1(1) misconduct.none, 2.1.1(3)b education.degree_or_title",
            ),
        ],
    );
}

#[test]
fn declaration_register_unit_and_discipline_are_asked() {
    holds(
        &candidate(),
        &[
            (json!({"declared":false}), "refused, 2.1.1(1) declaration.signed"),
            (json!({"declared":null}), "refused, 2.1.1(1) declaration.signed"),
            (json!({"misconduct":true}), "refused, 2.1.1(1) misconduct.none"),
            (json!({"misconduct":null}), "refused, 2.1.1(1) misconduct.none"),
            (json!({"unit_in_province":false}), "refused, 2.2.1(1) unit.in_province"),
            (json!({"unit_in_province":null}), "refused, 2.2.1(1) unit.in_province"),
            (json!({"unit_kind":null}), "refused, 2.2.1(1) unit.university_or_institute"),
            (json!({"discipline_authorised":false}), "refused, 2.2.1(2) discipline.authorised"),
            (json!({"discipline_authorised":null}), "refused, 2.2.1(2) discipline.authorised"),
            (json!({"discipline_authorised":false,"unit_kind":"institute"}), "ok"),
            (json!({"discipline_authorised":null,"unit_kind":"institute"}), "ok"),
        ],
    );
}

#[test]
fn an_enterprise_needs_one_qualification_that_is_valid_on_the_day() {
    let none = "refused, 2.3.1(1) qualification.valid";
    let held = |until: Value| json!({"kind":"little_giant","number":"X1","valid_until":until});
    holds(
        &enterprise(),
        &[
            (json!({"date":"2026-10-15"}), "ok"),
            (json!({"date":"2026-10-16"}), "ok"),
            (json!({"date":"2026-10-17"}), none),
            (json!({"date":null}), none),
            (json!({"qualifications":[]}), none),
            (json!({"qualifications":null}), none),
            (json!({"qualifications":[held(json!("2025-02-28")), held(json!("2025-03-01"))]}), "ok"),
            (json!({"qualifications":[held(json!("2025-02-28"))]}), none),
            (json!({"qualifications":[held(Value::Null)]}), none),
            (json!({"qualifications":[{"kind":"high_tech","valid_until":"2026-10-16"}]}), none),
        ],
    );
}

#[test]
fn expired_qualifications_are_named_with_their_dates() {
    let expired = json!({"date":"2026-10-17","qualifications":[
        {"kind":"high_tech","number":"GR1","valid_until":"2026-10-16"},
        {"kind":"specialised_sme","number":"S2","valid_until":"2025-01-01"}]});
    let findings = answer(&with(enterprise(), expired)).result.unwrap();
    let finding = findings.iter().find(|finding| finding.code == "qualification.valid").unwrap();
    insta::assert_snapshot!(finding.message, @"2026-10-17 无有效资质：高新技术企业（GR1，有效期至 2026-10-16）、专精特新中小企业（S2，有效期至 2025-01-01）；请补充新证书的编号和有效期，或换报其他有效资质（方案二（三）1（1））");
}

#[test]
fn place_person_code_register_and_declaration_of_an_enterprise_are_asked() {
    holds(
        &enterprise(),
        &[
            (json!({"in_province":false}), "refused, 2.3.1(1) enterprise.in_province"),
            (json!({"in_province":null}), "refused, 2.3.1(1) enterprise.in_province"),
            (json!({"legal_person":false}), "refused, 2.3.1(1) enterprise.legal_person"),
            (json!({"credit_code":"91230199MA0000015L"}), "refused, 2.3.1(1) credit_code.valid"),
            (json!({"credit_code":"9123O199MA0000015K"}), "refused, 2.3.1(1) credit_code.valid"),
            (json!({"credit_code":"９１２３０１９９ma0000015k"}), "ok"),
            (json!({"credit_code":"91350100M000100Y43"}), "ok"),
            (json!({"credit_code":null}), "refused, 2.3.1(1) credit_code.valid"),
            (json!({"credit_code":"12230000414000019P"}), "refused, 2.3.1(1) credit_code.of_enterprise"),
            (json!({"misconduct":true}), "refused, 2.3.1(1) misconduct.none"),
            (json!({"declared":false}), "refused, 2.3.1(2) declaration.signed"),
            (json!({"platforms":[]}), "ok"),
            (json!({"platforms":["中试熟化平台"]}), "ok"),
        ],
    );
}

#[test]
fn any_founding_and_any_share_refuse_a_pair() {
    holds(
        &pair(),
        &[
            (json!({"founded_by_person":true}), "refused, 2.3.1(4) pair.not_founded_by_person"),
            (json!({"founded_by_unit":true}), "refused, 2.3.1(4) pair.not_founded_by_unit"),
            (json!({"person_share_percent":0.01}), "refused, 2.3.1(4) pair.no_equity_of_person"),
            (json!({"unit_share_percent":100}), "refused, 2.3.1(4) pair.no_equity_of_unit"),
            (json!({"unit_controlled_share_percent":1e-9}), "refused, 2.3.1(4) pair.no_equity_of_unit_controlled"),
            (json!({"unit_controlled_share_percent":null}), "refused, 2.3.1(4) pair.no_equity_of_unit_controlled"),
            (json!({"person_share_percent":0.0}), "ok"),
        ],
    );
    for wrong in [json!(-1), json!(100.1), json!("0"), json!(true)] {
        assert!(judged(&with(pair(), json!({"person_share_percent":wrong}))).starts_with("error"), "{wrong}");
    }
}

#[test]
fn a_notice_stands_through_its_last_day() {
    let short = "refused, 3.4c notice.long_enough";
    holds(
        &notice(),
        &[
            (json!({"closed":"2025-10-09"}), short),
            (json!({"closed":"2025-10-10"}), "ok"),
            (json!({"closed":"2025-10-11"}), "ok"),
            (json!({"closed":"2025-09-25"}), short),
            (json!({"closed":null}), short),
            (json!({"published":null}), short),
            (json!({"published":"2026-12-25","closed":"2027-01-04"}), "warning, 3.4c notice.calendar_announced"),
            (
                json!({"published":"2026-12-25","closed":"2026-12-31"}),
                "refused, 3.4c notice.long_enough, 3.4c notice.calendar_announced",
            ),
            (json!({"published":"2026-12-18","closed":"2026-12-25"}), "ok"),
        ],
    );
}

#[test]
fn a_notice_of_four_working_days_is_refused_under_3_4c() {
    let findings = answer(&with(notice(), json!({"closed":"2025-10-09"}))).result.unwrap();
    insta::assert_snapshot!(findings[0].message, @"2025-09-26 发布、2025-10-09 结束，公示 4 个工作日，不足 5 个；应公示至 2025-10-10 二十四时，最早 2025-10-11 办理下一步（方案三（四））");
}

#[test]
fn names_are_struck_but_never_added() {
    let added = "refused, 3.4a listing.nothing_added";
    holds(
        &listing(),
        &[
            (json!({"final":["b","a"]}), "ok"),
            (json!({"final":[]}), "ok"),
            (json!({"final":["a","a"]}), "ok"),
            (json!({"final":["a","c"]}), added),
            (json!({"suggested":[]}), added),
            (json!({"suggested":null}), added),
            (json!({"final":null}), added),
        ],
    );
    let findings = answer(&with(listing(), json!({"final":["d","a","c"]}))).result.unwrap();
    insta::assert_snapshot!(findings[0].message, @"拟选派名单增加了建议名单没有的 2 项：c、d；调减不调增：请删去；确需增加的，上会前说明理由、退回组织单位重新报送（方案三（四））");
}

#[test]
fn a_term_is_two_years_counting_both_ends() {
    let short = "needs_override, 3.5a term.long_enough";
    holds(
        &agreement(),
        &[
            (json!({"end":"2027-05-30"}), short),
            (json!({"end":"2027-06-01","service_days_planned":[62,62,1]}), "ok"),
            (json!({"start":"2026-02-28","end":"2028-02-27"}), "ok"),
            (json!({"start":"2026-03-01","end":"2028-02-29"}), "ok"),
            (json!({"start":"2026-03-01","end":"2028-02-28"}), short),
            (json!({"start":"2028-02-29","end":"2030-02-27"}), "ok"),
            (json!({"end":"2026-05-30","service_days_planned":[62]}), short),
            (json!({"end":"2025-05-31"}), "refused, 3.5c term.in_order"),
            (json!({"start":null}), "refused, 3.5c term.in_order, 3.5a term.long_enough, 3.5b service.days_enough"),
        ],
    );
}

#[test]
fn a_term_under_one_year_names_the_province() {
    let message = |end: &str| {
        let findings = answer(&with(agreement(), json!({"end":end,"service_days_planned":[62]}))).result.unwrap();
        findings.into_iter().find(|finding| finding.code == "term.long_enough").unwrap().message
    };
    assert!(message("2026-05-30").contains("不足 1 年，须省科技厅事先同意"));
    assert!(!message("2026-05-31").contains("不足 1 年"));
}

#[test]
fn every_appointment_year_is_planned_with_62_days_pro_rata() {
    let few = "refused, 3.5b service.days_enough";
    let missing = "refused, 3.5b service.every_year_planned, 3.5b service.days_enough";
    holds(
        &agreement(),
        &[
            (json!({"service_days_planned":[62,61.5]}), few),
            (json!({"service_days_planned":[62.5,62]}), "ok"),
            (json!({"service_days_planned":[124]}), missing),
            (json!({"service_days_planned":[]}), missing),
            (json!({"service_days_planned":[62,62,62]}), "refused, 3.5b service.every_year_planned"),
            (json!({"service_days_planned":null}), few),
            (json!({"end":"2027-11-30","service_days_planned":[62,62,31]}), "ok"),
            (json!({"end":"2027-11-30","service_days_planned":[62,62,30.5]}), few),
        ],
    );
    for wrong in [json!([62, 61.7]), json!([-1]), json!(["62"]), json!(62), json!([SERVICE_DAYS_MAX + 1])] {
        assert!(judged(&with(agreement(), json!({"service_days_planned":wrong}))).starts_with("error"), "{wrong}");
    }
    holds(&agreement(), &[(json!({"service_days_planned":[SERVICE_DAYS_MAX, SERVICE_DAYS_MAX - 1]}), "ok")]);
}

#[test]
fn three_signatures_filing_and_four_contents_are_needed() {
    holds(
        &agreement(),
        &[
            (json!({"signed":["unit","person"]}), "refused, 3.5c agreement.signed_by_three"),
            (json!({"signed":["unit","unit","person"]}), "refused, 3.5c agreement.signed_by_three"),
            (json!({"signed":[]}), "refused, 3.5c agreement.signed_by_three"),
            (json!({"signed":null}), "refused, 3.5c agreement.signed_by_three"),
            (json!({"filed":false}), "refused, 3.5c agreement.filed"),
            (json!({"content":false}), "refused, 3.5c agreement.content"),
            (json!({"mode":false}), "refused, 3.5c agreement.mode"),
            (json!({"rights":null}), "refused, 3.5c agreement.rights"),
            (json!({"duties":false}), "refused, 3.5c agreement.duties"),
        ],
    );
    assert!(judged(&with(agreement(), json!({"signed":["university"]}))).starts_with("error"));
}

#[test]
fn an_assessment_is_held_in_the_last_month_of_the_term() {
    let early = "refused, 5.4a assessment.not_too_early";
    let late = "warning, 5.4a assessment.not_late";
    holds(
        &assessment(),
        &[
            (json!({"held":"2027-04-29"}), early),
            (json!({"held":"2027-04-30"}), "ok"),
            (json!({"held":"2027-05-31"}), "ok"),
            (json!({"held":"2027-06-01"}), late),
            (json!({"term_end":"2027-03-31","held":"2027-02-27"}), early),
            (json!({"term_end":"2027-03-31","held":"2027-02-28"}), "ok"),
            (json!({"term_end":"2028-03-31","held":"2028-02-28"}), early),
            (json!({"term_end":"2028-03-31","held":"2028-02-29"}), "ok"),
            (json!({"held":null}), early),
            (json!({"term_end":null}), early),
        ],
    );
}

#[test]
fn at_most_a_fifth_of_those_graded_is_excellent() {
    let many = "refused, 5.4b excellent.within_share";
    let grades =
        |excellent: u64, pass: u64, fail: u64| json!({"grades":{"excellent":excellent,"pass":pass,"fail":fail}});
    holds(
        &assessment(),
        &[
            (grades(0, 0, 0), "ok"),
            (grades(1, 3, 0), many),
            (grades(1, 3, 1), "ok"),
            (grades(2, 7, 0), many),
            (grades(2, 8, 0), "ok"),
            (grades(1, 0, 0), many),
            (json!({"grades":null}), many),
            (json!({"grades":{"excellent":0,"pass":4}}), many),
        ],
    );
    for wrong in
        [json!({"excellent":-1,"pass":4,"fail":0}), json!({"excellent":0.5,"pass":4,"fail":0}), json!([1, 4, 0])]
    {
        assert!(judged(&with(assessment(), json!({"grades":wrong}))).starts_with("error"), "{wrong}");
    }
}

#[test]
fn a_wrong_line_names_every_problem_and_the_others_are_answered_in_order() {
    let file = format!(
        "\u{feff}{}\r\n\n  \n{}\n{}\n{}\n{}\n{}\n{}",
        listing(),
        r#"{"id":"x1","kind":"notice","published":"2025-02-30","closed":20251010,"closd":null}"#,
        r#"{"id":7,"kind":"person"}"#,
        r#"{"id":"x2","kind":"listing","#,
        r#"{"id":"x3","kind":"listing","id":"x4"}"#,
        r#"{"kind":"enterprise","qualifications":[{"kind":"iso9001","until":"2026"}]}"#,
        r#"[{"id":"x5"}]"#,
    );
    let answers: Vec<Answer> =
        answer_file(file.as_bytes(), Parameters::embedded(), WorkingCalendar::embedded()).collect();
    let printed: Vec<String> = answers[1..].iter().map(|answer| serde_json::to_string(answer).unwrap()).collect();
    assert_eq!(answers[0].verdict(), Some(Verdict::Ok));
    insta::assert_snapshot!(printed.join("\n"), @r#"
    {"id":"x1","error":"第 4 行：published：应为存在的日期，如 \"2025-06-01\"，现为 \"2025-02-30\"；closed：应为存在的日期，如 \"2025-06-01\"，现为 20251010；closd：没有这个字段，请核对拼写"}
    {"id":7,"error":"第 5 行：id：应为文字，现为 7；kind：没有“person”这一类，应为 candidate、enterprise、need、pair、notice、listing、agreement、assessment 之一"}
    {"id":"x2","error":"第 6 行不是一个 JSON 对象（第 28 字节附近）"}
    {"id":"x3","error":"第 7 行：字段 id 重复"}
    {"id":null,"error":"第 8 行：id：缺少；qualifications[0].kind：应为 scale_industrial、high_tech、advanced_service、little_giant、specialised_sme 之一，现为 \"iso9001\"；qualifications[0].until：没有这个字段，请核对拼写"}
    {"id":"x5","error":"第 9 行不是一个 JSON 对象，应写作 {…}"}
    "#);
}

#[test]
fn a_line_that_is_no_utf8_is_reported_with_its_number() {
    let mut file = listing().to_string().into_bytes();
    file.extend(b"\n{\"id\":\"g\",\"kind\":\"\xb9\xab\xca\xbe\"}\n");
    file.extend(notice().to_string().into_bytes());
    let answers: Vec<Answer> = answer_file(&file, Parameters::embedded(), WorkingCalendar::embedded()).collect();
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[1].id, "g");
    insta::assert_snapshot!(answers[1].result.clone().unwrap_err(), @"第 2 行第 19 字节起不是 UTF-8，请另存为 UTF-8");
    assert_eq!(answers[2].verdict(), Some(Verdict::Ok));
}

#[test]
fn the_bound_on_a_line_is_kept() {
    let line = |length: usize| {
        let case = listing().to_string();
        let answer = answer_line(
            format!("{case}{}", " ".repeat(length - case.len())).as_bytes(),
            1,
            Parameters::embedded(),
            WorkingCalendar::embedded(),
        );
        answer.result.map(|findings| findings.len())
    };
    assert_eq!(line(CASE_BYTES_MAX - 1), Ok(1));
    assert_eq!(line(CASE_BYTES_MAX), Ok(1));
    assert!(line(CASE_BYTES_MAX + 1).unwrap_err().contains("1000000"));
}

#[test]
fn another_policy_file_changes_the_verdict() {
    let younger = Parameters::parse(&EMBEDDED.replace("value = 55", "value = 50")).unwrap();
    let first_counts = Parameters::parse(&EMBEDDED.replace("value = false", "value = true")).unwrap();
    let under = |case: &Value, parameters: &Parameters| {
        answer_line(case.to_string().as_bytes(), 1, parameters, WorkingCalendar::embedded()).verdict()
    };
    assert_eq!(under(&candidate(), &younger), Some(Verdict::Refused));
    assert_eq!(under(&with(notice(), json!({"closed":"2025-10-09"})), &first_counts), Some(Verdict::Ok));
}

proptest! {
    #[test]
    fn any_bytes_are_answered_without_panic(file in proptest::collection::vec(any::<u8>(), 0..200)) {
        for answer in answer_file(&file, Parameters::embedded(), WorkingCalendar::embedded()) {
            prop_assert!(serde_json::to_string(&answer).is_ok());
        }
    }

    #[test]
    fn any_value_of_any_field_is_answered_without_panic(which in 0usize..7, field in 0usize..12, text in "\\PC{0,12}", number: f64) {
        let base = [candidate(), enterprise(), pair(), notice(), listing(), agreement(), assessment()][which].clone();
        let names: Vec<String> = base.as_object().unwrap().keys().cloned().collect();
        let name = &names[field % names.len()];
        for value in [json!(text), json!(number), json!([text]), json!([number]), json!({text.clone(): number}), Value::Null] {
            let answer = answer(&with(base.clone(), json!({name.clone(): value})));
            prop_assert!(serde_json::to_string(&answer).is_ok());
        }
    }

    #[test]
    fn the_verdict_is_the_worst_of_the_findings(flags in proptest::collection::vec(any::<bool>(), 4), birth in 1960i32..2000) {
        let facts = json!({"declared":flags[0],"misconduct":flags[1],"unit_in_province":flags[2],
            "degree":if flags[3] {"doctor"} else {"none"},"birth":format!("{birth}-06-01")});
        let answer = answer(&with(candidate(), facts));
        let findings = answer.result.clone().unwrap();
        let worst = findings.iter().map(programme::finding::Finding::severity).max();
        prop_assert_eq!(answer.verdict(), worst);
        let must_fails = !flags[0] || flags[1] || !flags[2] || birth < 1969;
        prop_assert_eq!(answer.verdict() == Some(Verdict::Refused), must_fails);
    }
}
