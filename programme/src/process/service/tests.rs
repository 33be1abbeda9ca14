//! What is shown here of 三（五）, 四 and 五（一）:
//! 1. an entry lies in the days in force, not in the future, at most a day a day over all enterprises, never twice;
//! 2. the meter counts per appointment year, pro rata; silences and quarters without contact are found at their bounds;
//! 3. a problem is given to somebody by a date, or goes to the province by the clock;
//! 4. the unit confirms the year that was turned; support is live at application, double support shows.

use super::meter::{Quarter, clashes, contacted, meters, quarters_without_contact, served, silences};
use super::*;
use crate::access::Role;
use crate::parameters::Parameters;
use crate::process::appointment::{ENDED_ON, IN_FORCE_ON, PLANNED_DAYS, TERM_END, TERM_START, YEARS_TURNED};
use crate::process::testing::{Bench, account, at, day};
use crate::process::{Action as Act, Doer, Matter, Stage};
use crate::rules::agreement::HalfDays;

fn appointment() -> Matter {
    at(Stage::AppointmentForce)
        .with(&TERM_START, day("2025-06-01"))
        .with(&TERM_END, day("2027-05-31"))
        .with(&IN_FORCE_ON, day("2025-06-03"))
        .with(&PLANNED_DAYS, vec!["62".to_owned(), "70".to_owned()])
        .matter
}

fn under(stage: Stage) -> Bench {
    at(stage).on("2025-07-01").unopened().but(|_, facts| facts.parent = Some(appointment()))
}

fn entry(service_day: &str, half_days: &str, stage: Stage) -> Matter {
    at(stage).with(&SERVICE_DAY, day(service_day)).with(&HALF_DAYS, half_days).matter
}

fn logged(bench: &Bench, service_day: &str, half_days: &str) -> Vec<&'static str> {
    bench.refusals(&account(Role::Person), Act::LogService, &sent(service_day, half_days))
}

fn sent<'a>(service_day: &'a str, half_days: &'a str) -> [(&'static str, &'a str); 6] {
    [
        ("service_day", service_day),
        ("half_days", half_days),
        ("duty", "development"),
        ("service_place", "车间"),
        ("result", "调试产线"),
        ("proof", "试验记录 3 号"),
    ]
}

fn sentence(bench: &Bench, role: Role, action: Act, sent: &[(&str, &str)]) -> String {
    let refusals = bench.act(&account(role), action, sent).expect_err("it is refused");
    refusals.into_iter().map(|refusal| refusal.message).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_entry_lies_between_the_first_day_in_force_and_today() {
    let bench = under(Stage::ServiceLogged);
    for (service_day, good) in
        [("2025-06-02", false), ("2025-06-03", true), ("2025-07-01", true), ("2025-07-02", false)]
    {
        assert_eq!(logged(&bench, service_day, "2").is_empty(), good, "{service_day}");
    }
    insta::assert_snapshot!(sentence(&bench, Role::Person, Act::LogService, &sent("2025-06-02", "2")), @"服务日期 2025-06-02 不在聘任生效期 2025-06-03 至 2027-05-31 之内（方案三（五））");
    insta::assert_snapshot!(sentence(&bench, Role::Person, Act::LogService, &sent("2025-07-02", "2")), @"服务日期 2025-07-02 晚于今日 2025-07-01；请在服务后登记（方案三（五））");
    let entry = bench.then(&account(Role::Person), Act::LogService, &sent("2025-06-03", "1")).matter;
    assert_eq!(entry.title, "2025-06-03 半天 联合研发、成果转化、政策指导");
}

#[test]
fn nothing_is_entered_once_the_appointment_is_over() {
    let at_stage = |stage: Stage| under(Stage::ServiceLogged).but(|_, f| f.parent.as_mut().unwrap().stage = stage);
    assert!(logged(&at_stage(Stage::AppointmentEnding), "2025-06-30", "2").is_empty());
    insta::assert_snapshot!(
        sentence(&at_stage(Stage::AppointmentExpired), Role::Person, Act::LogService, &sent("2025-06-30", "2")),
        @"聘任现为“聘期已满”，2025-07-01不在生效期内；生效期内方可登记（方案三（五））"
    );
    let ended = |last: &str| {
        at_stage(Stage::AppointmentEnded).but(|_, f| f.parent.as_mut().unwrap().body.set(&ENDED_ON, day(last)))
    };
    assert!(logged(&ended("2025-07-01"), "2025-07-01", "2").is_empty());
    assert_eq!(logged(&ended("2025-06-30"), "2025-06-30", "2"), ["appointment.not_in_force"]);
    let none = under(Stage::ServiceLogged).but(|_, facts| facts.parent = None);
    insta::assert_snapshot!(sentence(&none, Role::Person, Act::LogService, &sent("2025-06-30", "2")), @"没有对应的聘任；请从聘任页面办理（方案三（五））");
}

#[test]
fn two_half_days_fill_a_day_whatever_the_enterprise() {
    let with = |half_days: &str, stage: Stage| {
        under(Stage::ServiceLogged).but(|_, facts| {
            let mut other = entry("2025-06-30", half_days, stage);
            other.parties.enterprise = Some("91230199MA0000016H".to_owned());
            facts.related = vec![other];
        })
    };
    let half = with("1", Stage::ServiceConfirmed);
    assert_eq!(logged(&half, "2025-06-30", "2"), ["service.day_full"]);
    assert!(logged(&half, "2025-06-29", "2").is_empty());
    let taken = half.act(&account(Role::Person), Act::LogService, &sent("2025-06-30", "1")).unwrap();
    insta::assert_snapshot!(taken.warnings().join("\n"), @"2025-06-30 在另一家企业也有服务记录，将向两家企业标明，请核实（方案三（五））");
    let full = with("2", Stage::ServiceLogged);
    insta::assert_snapshot!(sentence(&full, Role::Person, Act::LogService, &sent("2025-06-30", "1")), @"2025-06-30 已登记 2 个半天，再登记 1 个半天将超过一天；请核对日期或先撤回原记录（方案三（五））");
    assert!(logged(&with("2", Stage::ServiceWithdrawn), "2025-06-30", "2").is_empty());
}

#[test]
fn the_same_service_is_not_entered_twice_and_proof_is_asked_for() {
    let twin = under(Stage::ServiceLogged).but(|_, facts| {
        let mut other = entry("2025-06-30", "1", Stage::ServiceLogged);
        other.body.set(&DUTY, "development");
        other.body.set(&RESULT, "调试产线");
        facts.related = vec![other];
    });
    insta::assert_snapshot!(sentence(&twin, Role::Person, Act::LogService, &sent("2025-06-30", "1")), @"2025-06-30 已有内容相同的记录 service-000001；同一服务请勿重复登记（方案三（五））");
    let bare = under(Stage::ServiceLogged).act(&account(Role::Person), Act::LogService, &sent("2025-06-30", "1")[..5]);
    insta::assert_snapshot!(bare.unwrap().warnings().join("\n"), @"没有佐证材料，考评时可能不予采信，建议补充（方案三（五））");
}

#[test]
fn a_queried_entry_is_mended_and_an_organiser_may_query_a_confirmed_one() {
    let bench = at(Stage::ServiceConfirmed).on("2025-07-01").but(|_, facts| facts.parent = Some(appointment()));
    let bench = bench.then(&account(Role::CityScience), Act::QueryService, &[("reason", "请补证明")]);
    assert_eq!(
        bench.refusals(&account(Role::Person), Act::AmendService, &sent("2025-07-02", "1")),
        ["service.in_future"]
    );
    let bench = bench.then(&account(Role::Person), Act::AmendService, &sent("2025-06-30", "1"));
    assert_eq!(bench.matter.stage, Stage::ServiceLogged);
    assert!(!bench.matter.body.has(&REASON));
}

#[test]
fn each_year_of_the_appointment_is_counted_by_itself_and_pro_rata() {
    let entries = [
        entry("2026-05-31", "2", Stage::ServiceConfirmed),
        entry("2026-06-01", "1", Stage::ServiceLogged),
        entry("2026-06-02", "2", Stage::ServiceWithdrawn),
        entry("2026-06-03", "2", Stage::ServiceQueried),
    ];
    let found = meters(&appointment(), &entries, day("2026-11-30"), Parameters::embedded());
    let counts: Vec<_> = found.iter().map(|m| (m.planned.0, m.logged.0, m.confirmed.0, m.expected.0)).collect();
    assert_eq!(counts, [(124, 2, 2, 124), (140, 3, 0, 63)]);
    assert_eq!(found[1].shortfall(), Some(HalfDays(60)));
    let first = |today: &str| meters(&appointment(), &[], day(today), Parameters::embedded())[0].expected.0;
    assert_eq!((first("2025-05-31"), first("2025-06-01"), first("2026-05-31")), (0, 1, 124));
}

#[test]
fn an_early_end_shortens_the_last_year_of_the_meter() {
    let mut ended = appointment();
    ended.body.set(&ENDED_ON, day("2026-11-30"));
    let found = meters(&ended, &[], day("2027-01-01"), Parameters::embedded());
    assert_eq!((found.len(), found[1].year.last, found[1].expected.0), (2, day("2026-11-30"), 64));
}

#[test]
fn sixty_days_of_silence_are_none_and_sixty_one_are_shown() {
    let silent = |service_day: &str, today: &str| {
        let entries = [entry(service_day, "2", Stage::ServiceLogged)];
        silences(&appointment(), served(&entries), day(today), Parameters::embedded())
    };
    assert_eq!(silent("2025-08-02", "2025-10-01").len(), 0);
    let found = silent("2025-08-03", "2025-10-02");
    assert_eq!((found.len(), found[0].days, found[0].first), (1, 61, day("2025-06-03")));
    let found = silent("2025-08-02", "2025-10-02");
    assert_eq!((found.len(), found[0].days, found[0].last), (1, 61, day("2025-10-02")));
}

#[test]
fn a_whole_quarter_without_contact_is_named_once_it_is_over() {
    let contact = |on: &str| at(Stage::ContactRecorded).with(&CONTACT_DAY, day(on)).matter;
    let missing = |contacts: &[Matter], today: &str| {
        quarters_without_contact(&appointment(), contacted(contacts), day(today), Parameters::embedded())
    };
    assert!(missing(&[], "2025-09-30").is_empty());
    assert_eq!(missing(&[], "2025-10-01"), [Quarter { year: 2025, number: 3 }]);
    assert!(missing(&[contact("2025-09-30")], "2025-10-01").is_empty());
    assert_eq!(missing(&[contact("2025-10-01")], "2026-01-01"), [Quarter { year: 2025, number: 3 }]);
}

#[test]
fn a_day_at_two_enterprises_is_a_clash() {
    let mut elsewhere = entry("2025-06-30", "1", Stage::ServiceLogged);
    elsewhere.parties.enterprise = Some("91230199MA0000016H".to_owned());
    let here = entry("2025-06-30", "1", Stage::ServiceLogged);
    assert_eq!(clashes(&[here.clone(), elsewhere.clone()]).into_iter().collect::<Vec<_>>(), [day("2025-06-30")]);
    assert!(clashes(&[here.clone(), here]).is_empty());
}

#[test]
fn a_problem_that_nobody_takes_or_solves_in_time_goes_to_the_province() {
    let bench = under(Stage::DifficultyRaised);
    let bench = bench.then(&account(Role::Enterprise), Act::RaiseDifficulty, &[("difficulty", "缺少中试场地")]);
    assert_eq!(bench.matter.due, Some(day("2025-07-15")));
    let raised = bench.but(|matter, _| matter.id = "difficulty-000001".to_owned());
    insta::assert_snapshot!(
        sentence(&raised, Role::CityScience, Act::AssignDifficulty, &[("owner", "李四"), ("solve_by", "2025-06-30")]),
        @"解决期限 2025-06-30 早于今日 2025-07-01；请改为今日或以后（方案五（一））"
    );
    let assigned = raised.then(
        &account(Role::CityScience),
        Act::AssignDifficulty,
        &[("owner", "李四"), ("solve_by", "2025-07-01")],
    );
    assert_eq!(assigned.matter.due, Some(day("2025-07-01")));
    let bench = assigned.on("2025-07-02").then(&Doer::Clock, Act::EscalateDifficulty, &[]);
    assert_eq!(bench.matter.waits(), [(Role::Province, String::new())]);
}

#[test]
fn a_contact_is_recorded_after_it_and_within_the_term() {
    let bench = under(Stage::ContactRecorded);
    let on = |day: &'static str| [("contact_day", day), ("contact_kind", "visit"), ("contact_note", "了解进展")];
    for (day, good) in [("2025-06-02", false), ("2025-06-03", true), ("2025-07-01", true), ("2025-07-02", false)] {
        let refused = bench.refusals(&account(Role::CityScience), Act::RecordContact, &on(day));
        assert_eq!(refused.is_empty(), good, "{day}");
    }
    insta::assert_snapshot!(sentence(&bench, Role::CityScience, Act::RecordContact, &on("2025-07-02")), @"联系日期 2025-07-02 晚于今日 2025-07-01；请在联系后记录（方案五（一））");
}

#[test]
fn the_unit_confirms_the_year_that_was_turned() {
    let bench = under(Stage::ConfirmationDue).on("2026-06-01");
    let bench = bench.but(|_, facts| facts.parent.as_mut().unwrap().body.set(&YEARS_TURNED, 1));
    let bench = bench.then(&Doer::Act, Act::AskConfirmation, &[]);
    insta::assert_snapshot!(bench.matter.title, @"事项：第 1 聘任年度（2025-06-01 至 2026-05-31）待遇确认");
    assert_eq!(bench.matter.due, Some(day("2026-07-01")));
    let bench = bench.but(|matter, _| matter.id = "confirmation-000001".to_owned());
    insta::assert_snapshot!(sentence(&bench, Role::Unit, Act::GiveConfirmation, &[]), @"须作出“确认：本聘任年度人事关系、工资待遇不变，职务晋升、职称评聘、项目申报、表彰奖励与在岗人员同等”的声明");
    let reported = bench.then(&account(Role::Unit), Act::ReportException, &[("reason", "绩效少发一季")]);
    assert_eq!(reported.matter.waits(), [(Role::Province, String::new())]);
}

fn support<'a>(fund: &'a str, applied_on: &'a str) -> [(&'static str, &'a str); 6] {
    [
        ("fund", fund),
        ("project", "涂层项目"),
        ("amount_yuan", "100000"),
        ("support_year", "2025"),
        ("support_document", "黑科发〔2025〕9号"),
        ("applied_on", applied_on),
    ]
}

#[test]
fn support_is_applied_for_in_force_and_cities_record_their_own() {
    let bench = under(Stage::SupportRecorded);
    let as_province = |applied: &'static str| {
        bench.refusals(&account(Role::Province), Act::RecordSupport, &support("natural_science", applied))
    };
    assert!(as_province("2025-06-03").is_empty());
    assert_eq!(as_province("2025-06-02"), ["support.not_live"]);
    let of_city = sentence(&bench, Role::CityScience, Act::RecordSupport, &support("provincial", "2025-06-03"));
    insta::assert_snapshot!(of_city, @"市（地）、省国资委只登记市（地）配套；省级支持请由省科技厅登记（方案四（三））");
    let of_sasac = bench.clone().of_sasac();
    let sasac = of_sasac.refusals(&account(Role::Sasac), Act::RecordSupport, &support("provincial", "2025-06-03"));
    assert_eq!(sasac, ["support.fund_of_other"]);
    assert!(bench.refusals(&account(Role::CityScience), Act::RecordSupport, &support("city", "2025-06-03")).is_empty());
}

#[test]
fn double_support_shows_and_is_not_refused() {
    let bench = under(Stage::SupportRecorded).but(|_, facts| {
        let other = at(Stage::SupportRecorded).with(&SUPPORT_YEAR, 2025).with(&FUND, "city").with(&PROJECT, "涂层项目");
        facts.related = vec![other.matter];
    });
    let recorded =
        bench.act(&account(Role::Province), Act::RecordSupport, &support("provincial", "2025-06-03")).unwrap();
    insta::assert_snapshot!(recorded.warnings().join("\n"), @"2025 年度已有支持登记 support-000001（事项），请核对是否重复（方案四（三））");
}

#[test]
fn what_is_open_follows_the_appointment_to_its_new_parties() {
    let bench = at(Stage::DifficultyAssigned).but(|_, facts| {
        let mut parent = appointment();
        parent.parties.organiser = "230200".to_owned();
        parent.parties.enterprise = Some("91230199MA0000016H".to_owned());
        facts.parent = Some(parent);
    });
    let followed = bench.then(&Doer::Act, Act::FollowChange, &[]).matter;
    assert_eq!((followed.parties.organiser.as_str(), followed.stage), ("230200", Stage::DifficultyAssigned));
}
