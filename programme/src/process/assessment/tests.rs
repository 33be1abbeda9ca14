//! 1. Each condition refuses with its sentence and lets through at its limit: window, log, counts, documents, satisfaction.
//! 2. The score is the weighted sum of four indicators; nobody types it in.
//! 3. A batch grades all who were reported, within the share, also after the deliberation changed something.
//! 4. Four departments sign one hash; what was changed after signing is not notified.
//! 5. Everybody notified has a certificate of their own.

use super::super::appointment::{EFFECTIVE_DAY, ENDED_ON, PLANNED_DAYS, TERM_END};
use super::super::service::HALF_DAYS;
use super::super::testing::{Bench, account, at, day};
use super::super::{Action, Body, Doer, Matter, Stage, Standing, Value};
use super::score::half_days;
use super::*;
use crate::certificate;

const SCORE_SENT: &[(&str, &str)] = &[
    ("held", "2027-05-10"),
    ("problems_solved", "1"),
    ("problems_points", "90"),
    ("problems_log", "difficulty-000001"),
    ("results_landed", "2"),
    ("results_points", "80"),
    ("results_log", "service-000001\nservice-000002"),
    ("results_documents", "技术合同〔2026〕3号（演示）"),
    ("opinion", "完成协议任务"),
    ("proposed_grade", "优秀"),
];

fn but(key: &str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut sent: Vec<_> = SCORE_SENT.iter().copied().filter(|(name, _)| *name != key).collect();
    let key = SCORING.iter().map(|field| field.key).find(|known| *known == key).expect("a field of the score");
    sent.push((key, value));
    sent
}

fn entry(id: &str, stage: Stage, half_days: &str) -> Matter {
    let mut matter = at(stage).with(&HALF_DAYS, half_days).matter;
    id.clone_into(&mut matter.id);
    matter
}

/// An assessment whose term ends on 2027-05-31, with two confirmed days, one that is not, and a solved problem.
fn assessment(stage: Stage) -> Bench {
    let planned = vec!["1.5".to_owned(), "1".to_owned()];
    let agreement = at(Stage::AppointmentForce).with(&TERM_END, day("2027-05-31")).with(&PLANNED_DAYS, planned).matter;
    at(stage).on("2027-05-20").with(&RATING, 100).with(&SUMMARY, "完成两项").but(|_, facts| {
        facts.parent = Some(agreement);
        facts.related = vec![
            entry("service-000001", Stage::ServiceConfirmed, "2"),
            entry("service-000002", Stage::ServiceConfirmed, "2"),
            entry("service-000003", Stage::ServiceLogged, "2"),
            entry("difficulty-000001", Stage::DifficultySolved, "0"),
        ];
    })
}

fn refusal(bench: &Bench, sent: &[(&str, &str)]) -> String {
    let refusals = bench.act(&account(CityScience), ScoreAssessment, sent).unwrap_err();
    refusals.into_iter().map(|refusal| format!("{} {}", refusal.code, refusal.message)).collect::<Vec<_>>().join("\n")
}

#[test]
fn too_early_is_refused_with_the_window_and_its_first_day_is_taken() {
    let due = assessment(AssessmentDue);
    insta::assert_snapshot!(refusal(&due, &but("held", "2027-04-29")), @"assessment.too_early 2027-04-29 考评过早，考评期为 2027-04-30 至 2027-05-31，请在 2027-04-30 及以后考评（方案五（四））");
    for held in ["2027-04-30", "2027-05-20"] {
        assert!(due.act(&account(CityScience), ScoreAssessment, &but("held", held)).is_ok(), "{held}");
    }
    insta::assert_snapshot!(refusal(&due, &but("held", "2027-05-21")), @"assessment.in_future 考评日期 2027-05-21 还没有到（今天 2027-05-20），请在考评后登记（方案五（四））");
    let waiting = assessment(AssessmentWaiting);
    let told = |day: &str| {
        let told = waiting.clone().on(day).foreseen(&account(CityScience), ScoreAssessment);
        told.into_iter().find(|(guard, _)| guard.code == "assessment.before_window").map(|(_, standing)| standing)
    };
    assert!(matches!(told("2027-04-29"), Some(Standing::Refuses(_))));
    assert_eq!(told("2027-04-30"), Some(Standing::Holds));
    assert_eq!(
        assessment(AssessmentWaiting).on("2027-04-20").refusals(
            &account(CityScience),
            ScoreAssessment,
            &but("held", "2027-04-20")
        ),
        ["assessment.before_window"]
    );
}

#[test]
fn late_is_taken_warned_of_and_marked() {
    let late = assessment(AssessmentDue).on("2027-06-02");
    let in_time = late.act(&account(CityScience), ScoreAssessment, &but("held", "2027-05-31")).unwrap();
    assert!(in_time.warnings().is_empty() && !in_time.after().body.has(&LATE));
    let late = late.act(&account(CityScience), ScoreAssessment, &but("held", "2027-06-01")).unwrap();
    assert_eq!(late.warnings(), ["逾期考评：聘期 2027-05-31 结束，晚 1 天，将注明逾期（方案五（四））"]);
    assert_eq!(late.after().body.whole(&LATE), Some(1));
}

#[test]
fn a_score_points_at_confirmed_entries_of_the_same_appointment() {
    let due = assessment(AssessmentDue);
    insta::assert_snapshot!(refusal(&due, &but("results_log", "service-000001\nservice-000003")), @"assessment.log_unconfirmed service-000003 不是本次聘任中企业已确认的服务记录，也不是已解决的问题，请核对编号（方案五（四））");
    insta::assert_snapshot!(refusal(&due, &but("results_log", "service-000001\nservice-000001")), @"assessment.count_without_log “转化落地成果数”填 2 项，只指明 1 条依据，请补齐编号，或减少项数、不计得分（方案五（四））");
    let mut nothing = but("problems_solved", "0");
    nothing.retain(|(key, _)| *key != "problems_log");
    assert_eq!(
        due.refusals(&account(CityScience), ScoreAssessment, &nothing),
        ["assessment.count_without_log"],
        "points without any entry"
    );
    nothing.retain(|(key, _)| *key != "problems_points");
    nothing.push(("problems_points", "0"));
    assert!(due.act(&account(CityScience), ScoreAssessment, &nothing).is_ok());
}

#[test]
fn what_landed_is_shown_by_a_document() {
    let due = assessment(AssessmentDue);
    let mut without: Vec<_> = SCORE_SENT.to_vec();
    without.retain(|(key, _)| *key != "results_documents");
    insta::assert_snapshot!(refusal(&due, &without), @"assessment.no_document 填了转化落地成果数，没有列出证明文件，请填“成果证明文件”（方案五（四））");
    without.retain(|(key, _)| !key.starts_with("results_"));
    without.extend([("results_landed", "0"), ("results_points", "0")]);
    assert!(due.act(&account(CityScience), ScoreAssessment, &without).is_ok());
}

#[test]
fn satisfaction_comes_from_the_enterprise_or_from_a_visit() {
    let silent = assessment(AssessmentDue).but(|matter, _| matter.body.clear(&RATING));
    insta::assert_snapshot!(refusal(&silent, SCORE_SENT), @"assessment.no_satisfaction 接收单位尚未评价，请待其评价，或走访后填写“走访所得企业满意度”（方案五（四））");
    assert!(silent.act(&account(CityScience), ScoreAssessment, &but("satisfaction", "70")).is_ok());
    let rated = silent.then(&account(Enterprise), RateService, &[("rating", "95"), ("rating_reason", "到位")]);
    let scored = rated.then(&account(CityScience), ScoreAssessment, &but("satisfaction", "10"));
    assert!(scored.matter.body.list(&INDICATORS)[3].starts_with("企业满意度 95.00 分"), "the enterprise's own decides");
}

#[test]
fn the_score_is_the_weighted_sum_of_the_indicators() {
    let scored = assessment(AssessmentDue).then(&account(CityScience), ScoreAssessment, SCORE_SENT);
    assert_eq!(scored.matter.stage, AssessmentScored);
    insta::assert_snapshot!(scored.matter.body.list(&INDICATORS).join("\n"), @r"
    攻关难题 90.00 分 × 35%（1 项，依据 difficulty-000001）
    成果转化 80.00 分 × 35%（2 项，依据 service-000001、service-000002）
    服务天数 80.00 分 × 20%（确认 2 天，计划 2.5 天）
    企业满意度 100.00 分 × 10%（接收单位评价）
    ");
    assert_eq!(scored.matter.body.text(&SCORE), "85.50");
    assert_eq!(score(&scored.matter.body), 8_550);
    let returned = scored.then(&account(CityIndustry), ReturnAssessment, &[("reason", "请核对成果")]);
    assert!([&SCORE, &INDICATORS, &PROPOSED_GRADE].iter().all(|field| !returned.matter.body.has(field)));
    assert_eq!((returned.matter.stage, returned.matter.due), (AssessmentDue, Some(day("2027-05-31"))));
}

#[test]
fn the_sasac_route_reports_alone() {
    let scored = assessment(AssessmentDue).of_sasac().then(&account(Sasac), ScoreAssessment, SCORE_SENT);
    assert_eq!(scored.matter.stage, AssessmentReported);
}

#[test]
fn more_than_the_guidance_share_is_warned_of_not_refused() {
    let with = |proposed: i64| {
        let bench = assessment(AssessmentDue).but(|_, facts| {
            facts.counts.insert("guidance_places", 2);
            facts.counts.insert("proposed_excellent", proposed);
        });
        let scored = bench.act(&account(CityScience), ScoreAssessment, SCORE_SENT).unwrap();
        scored.warnings().to_vec()
    };
    assert_eq!(with(1), [""; 0]);
    assert_eq!(with(2), ["建议优秀第 3 人，指导名额 2 人；最终由全省汇总按顺序决定（方案五（四））"]);
}

#[test]
fn the_window_opens_by_itself_and_an_early_end_before_it_drops_the_assessment() {
    let opened = assessment(AssessmentWaiting).unopened().then(&Doer::Act, OpenAssessment, &[]);
    assert_eq!((opened.matter.stage, opened.matter.due), (AssessmentWaiting, Some(day("2027-04-29"))));
    let mut begun = opened;
    begun.matter.id = "assessment-000001".to_owned();
    let begun = begun.then(&Doer::Clock, BeginAssessment, &[]);
    assert_eq!((begun.matter.stage, begun.matter.due), (AssessmentDue, Some(day("2027-05-31"))));
    let ended = |on: &'static str| {
        assessment(AssessmentWaiting).but(|_, facts| {
            let appointment = facts.parent.as_mut().expect("an appointment");
            appointment.body.set(&ENDED_ON, day(on));
        })
    };
    assert!(ended("2027-04-29").act(&Doer::Act, DropAssessment, &[]).is_ok());
    let refused_once =
        ended("2027-04-29").but(|_, facts| facts.parent.as_mut().unwrap().body.set(&EFFECTIVE_DAY, day("2027-05-15")));
    assert!(refused_once.act(&Doer::Act, DropAssessment, &[]).is_ok(), "a day asked for and refused decides nothing");
    let refusals = ended("2027-04-30").act(&Doer::Act, DropAssessment, &[]).unwrap_err();
    insta::assert_snapshot!(refusals[0].message, @"服务到了考评期（2027-04-30 起），应参加考评（方案五（四））");
}

fn reported(number: usize) -> Matter {
    let mut matter = at(AssessmentReported)
        .with(&SCORE, format!("{}.00", 95 - number))
        .with(&PROPOSED_GRADE, if number < 3 { "excellent" } else { "pass" })
        .matter;
    matter.id = format!("assessment-{number:06}");
    matter
}

/// A batch over ten people, three of them proposed as 优秀.
fn batch(stage: Stage) -> Bench {
    at(stage).on("2027-06-10").but(|matter, facts| {
        matter.parties.organiser.clear();
        facts.related = (0..10).map(reported).collect();
        facts.related.push(matter.clone());
    })
}

const DELIBERATION: &[(&str, &str)] =
    &[("deliberation_day", "2027-06-10"), ("deliberation_number", "厅务会纪要〔2027〕6号（演示）")];

#[test]
fn a_batch_grades_everybody_reported_within_the_share() {
    let done = batch(BatchGathering).then(&account(Province), ConsolidateBatch, DELIBERATION);
    assert_eq!(done.matter.body.text(&COUNTS), "参加考评 10 人：优秀 2、合格 8、不合格 0；优秀最多 2 人");
    let third = inputs_for(&done.matter, "assessment-000002");
    assert_eq!(third.text(&GRADE), "pass");
    assert_eq!(third.text(&GRADE_REASON), "第 3 名，名额 2：得分低（93.00，末位优秀 94.00）");
    let graded = at(AssessmentReported).act(&Doer::Act, GradeAssessment, &[]);
    assert!(graded.is_ok(), "grades come from the batch, not from a form");
}

#[test]
fn a_batch_waits_for_reports_for_the_deliberation_and_for_the_one_before_it() {
    let province = account(Province);
    let empty = batch(BatchGathering).but(|_, facts| facts.related.clear());
    let message = |bench: &Bench, action: Action, sent: &[(&str, &str)]| {
        bench.act(&province, action, sent).unwrap_err().pop().expect("a reason").message
    };
    insta::assert_snapshot!(message(&empty, ConsolidateBatch, DELIBERATION), @"还没有已报省的考评，请待组织单位报送（方案五（五））");
    let ahead = [("deliberation_day", "2027-06-11"), ("deliberation_number", "x")];
    insta::assert_snapshot!(message(&batch(BatchGathering), ConsolidateBatch, &ahead), @"审议日期 2027-06-11 还没有到（今天 2027-06-10），请在审议后登记（方案五（五））");
    let second = batch(BatchGathering).unopened();
    insta::assert_snapshot!(message(&second, OpenBatch, &[("batch_title", "第二批")]), @"“事项”（batch-000001）还没有通报，请先办结（方案五（五））");
    let notified = second.but(|_, facts| facts.related.last_mut().expect("a batch").stage = BatchNotified);
    assert!(notified.act(&province, OpenBatch, &[("batch_title", "第二批")]).is_ok());
}

#[test]
fn a_deliberation_may_change_a_grade_with_a_reason_but_not_break_the_share() {
    let act = |line: &str| {
        let sent: Vec<(&str, &str)> = DELIBERATION.iter().copied().chain([("adjusted", line)]).collect();
        batch(BatchGathering).act(&account(Province), ConsolidateBatch, &sent)
    };
    insta::assert_snapshot!(act("assessment-000002|优秀|成果突出").unwrap_err()[0].message, @"参加考评 10 人，优秀 3 人，按 20% 最多 2 人，请调减 1 人（方案五（四））");
    for unclear in ["assessment-000002|优秀", "assessment-000002|良好|理由", "assessment-000099|合格|理由", "x|合格|"]
    {
        assert_eq!(act(unclear).unwrap_err()[0].code, "batch.adjustment_unclear", "{unclear}");
    }
    let done = act("assessment-000000|合格|处分期内").unwrap();
    insta::assert_snapshot!(inputs_for(done.after(), "assessment-000000").text(&GRADE_REASON), @"第 1 名，名额 2：得分 95.00，列入优秀；审议调整为合格：处分期内");
}

#[test]
fn four_departments_sign_one_hash_before_the_units_are_told() {
    const NOTICE: &[(&str, &str)] = &[("document_number", "黑科函〔2027〕9号（演示）"), ("document_day", "2027-06-10")];
    let mut signing = batch(BatchGathering).then(&account(Province), ConsolidateBatch, DELIBERATION).then(
        &account(Province),
        SubmitBatch,
        &[],
    );
    for role in [Province, EducationDepartment, IndustryDepartment, Sasac] {
        assert_eq!(signing.refusals(&account(Province), NotifyBatch, NOTICE), ["batch.not_countersigned"]);
        signing = signing.then(&account(role), SignBatch, &[]);
    }
    let altered = signing.clone().but(|matter, _| {
        let mut lines = matter.body.list(&RESULTS).to_vec();
        lines[9] = lines[9].replace("pass", "excellent");
        matter.body.set(&RESULTS, lines);
    });
    let refusals = altered.act(&account(Province), NotifyBatch, NOTICE).unwrap_err();
    insta::assert_snapshot!(refusals[0].message, @"汇总结果与会签时的摘要不一致，请退回汇总后重新会签（方案五（五））");
    let again = signing.clone().then(&account(Sasac), ReopenBatch, &[("reason", "一人需重评")]);
    assert!(!again.matter.body.has(&SIGNATURES) && !again.matter.body.has(&BATCH_HASH));
    for other in ["2027-06-09", "2027-06-11"] {
        let sent = [NOTICE[0], ("document_day", other)];
        assert_eq!(signing.refusals(&account(Province), NotifyBatch, &sent), ["batch.document_day"], "{other}");
    }
    let notified = signing.then(&account(Province), NotifyBatch, NOTICE);
    assert_eq!(notified.matter.stage, BatchNotified);
}

#[test]
fn what_the_province_has_been_sent_it_alone_sends_back() {
    let reason = [("reason", "成果有误")];
    for (stage, role, good) in [
        (AssessmentScored, CityIndustry, true),
        (AssessmentScored, Province, false),
        (AssessmentReported, CityIndustry, false),
        (AssessmentReported, Province, true),
    ] {
        let refusals = assessment(stage).refusals(&account(role), ReturnAssessment, &reason);
        assert_eq!(refusals.is_empty(), good, "{stage:?} {role:?} {refusals:?}");
    }
}

#[test]
fn a_graded_assessment_goes_back_only_from_an_open_batch() {
    let graded = |stage: Stage| {
        assessment(AssessmentGraded).with(&BATCH, "batch-000001").but(|_, facts| {
            facts.related.push(batch(stage).matter);
        })
    };
    let reason = [("reason", "成果有误")];
    let refusals = graded(BatchCountersign).act(&account(Province), ReturnAssessment, &reason).unwrap_err();
    insta::assert_snapshot!(refusals[0].message, @"已列入考评汇总 batch-000001，请先由省科技厅退回该汇总（方案五（五））");
    assert!(graded(BatchGathering).act(&account(Province), ReturnAssessment, &reason).is_ok());
}

#[test]
fn everybody_notified_has_a_certificate_with_a_code_of_their_own() {
    let notified = |id: &str| {
        let bench = at(AssessmentGraded).with(&GRADE, "excellent").but(|matter, _| id.clone_into(&mut matter.id));
        let done =
            bench.act(&Doer::Act, NotifyAssessment, &[("document_number", "甲"), ("document_day", "2027-06-15")]);
        done.unwrap().after().body.text(&CERTIFICATE).to_owned()
    };
    assert_eq!(certificate::parse(&notified("assessment-000001")), Some(notified("assessment-000001")));
    assert_ne!(notified("assessment-000001"), notified("assessment-000002"));
}

#[test]
fn half_days_are_read_from_the_plan() {
    for (text, read) in [("62", Some(124)), ("62.5", Some(125)), ("62.0", Some(124)), ("62.3", None), ("x", None)] {
        assert_eq!(half_days(text), read, "{text}");
    }
    let value: Value = vec!["62".to_owned(), "31.5".to_owned()].into();
    assert_eq!(half_days_planned(&Body::default().with(&PLANNED_DAYS, value)), 187);
    assert_eq!((days_in_words(125), days_in_words(124)), ("62.5".to_owned(), "62".to_owned()));
}
