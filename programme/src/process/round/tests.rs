//! 1. A round's dates are in order, inside the policy's validity, of one year, one round a year.
//! 2. Four departments sign one text; what was signed is what is issued, under the policy that was signed.
//! 3. One round takes needs at a time; needs close on the day after the last day, not before.
//! 4. A deadline is lengthened, never shortened; closed needs stay closed.
//! 5. Nothing is handed over before the impact assessment. 6. A round ends when nothing in it is open.
//! 7. Settings of matching are frozen with moment, login and hash; set anew with a reason, until somebody is proposed.

use super::super::testing::{Bench, account, at, day};
use super::super::{Action, Doer, Stage};
use super::*;
use crate::access::Role;
use crate::calendar::WorkingCalendar;

const DATES: [(&str, &str); 7] = [
    ("year", "2025"),
    ("notice_title", "2025年度通知（演示）"),
    ("notice_day", "2025-02-10"),
    ("needs_day", "2025-03-31"),
    ("reports_day", "2025-04-18"),
    ("answers_day", "2025-05-30"),
    ("talks_day", "2025-06-30"),
];
const NOTICE: [(&str, &str); 2] = [("document_number", "黑科函〔2025〕1号（演示）"), ("document_day", "2025-02-10")];

fn new() -> Bench {
    at(Stage::RoundDraft).on("2025-02-05").unopened().but(|matter, facts| {
        matter.parties = super::super::Parties::default();
        facts.round = None;
    })
}

fn with<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut sent: Vec<(&str, &str)> =
        DATES.into_iter().filter(|(key, _)| changed.iter().all(|(other, _)| other != key)).collect();
    sent.extend(changed);
    sent
}

fn province() -> Doer {
    account(Role::Province)
}

fn drafted() -> Bench {
    let mut bench = new().then(&province(), Action::DraftRound, &DATES);
    bench.matter.id = "round-000001".to_owned();
    bench
}

fn signed() -> Bench {
    let mut round = drafted().then(&province(), Action::SubmitRound, &[]);
    for role in [Role::Province, Role::EducationDepartment, Role::IndustryDepartment, Role::Sasac] {
        round = round.then(&account(role), Action::SignRound, &[]);
    }
    round.on("2025-02-10")
}

fn open() -> Bench {
    signed().then(&province(), Action::IssueRound, &NOTICE)
}

fn sentences(bench: &Bench, action: Action, sent: &[(&str, &str)]) -> Vec<String> {
    let refusals = bench.act(&province(), action, sent).expect_err("it is refused");
    refusals.into_iter().map(|refusal| refusal.message).collect()
}

fn warnings(bench: &Bench, action: Action, sent: &[(&str, &str)]) -> Vec<String> {
    bench.act(&province(), action, sent).expect("it is permitted").warnings().to_vec()
}

#[test]
fn deadlines_out_of_order_are_refused_and_equal_ones_are_not() {
    let equal = with(&[("reports_day", "2025-03-31"), ("answers_day", "2025-03-31")]);
    assert!(new().refusals(&province(), Action::DraftRound, &equal).is_empty());
    let wrong = with(&[("reports_day", "2025-03-30")]);
    insta::assert_snapshot!(sentences(&new(), Action::DraftRound, &wrong)[0], @"联合上报截止日 2025-03-30 早于需求提交截止日 2025-03-31，应为通知、需求、上报、答复、对接依次不早于前一日期；请更正（方案三（一））");
}

#[test]
fn a_notice_outside_the_policys_validity_is_refused_and_its_last_day_is_not() {
    let last = with(&[
        ("year", "2027"),
        ("notice_day", "2027-12-31"),
        ("needs_day", "2028-01-31"),
        ("reports_day", "2028-02-28"),
        ("answers_day", "2028-03-31"),
        ("talks_day", "2028-04-28"),
    ]);
    assert!(new().refusals(&province(), Action::DraftRound, &last).is_empty());
    let beyond: Vec<(&str, &str)> = last
        .into_iter()
        .map(|(key, value)| match key {
            "year" => (key, "2028"),
            "notice_day" => (key, "2028-01-01"),
            _ => (key, value),
        })
        .collect();
    insta::assert_snapshot!(sentences(&new(), Action::DraftRound, &beyond)[0], @"通知日期 2028-01-01 不在方案有效期 2025-01-01 至 2027-12-31 内，不能开启新批次；请核对日期，或待新方案施行（方案六）");
}

#[test]
fn a_year_has_one_round_unless_the_other_was_cancelled() {
    let other = |stage| {
        new().but(|_, facts| {
            let other = drafted().matter;
            facts.related = vec![Matter { id: "round-000009".to_owned(), stage, ..other }];
        })
    };
    assert!(other(RoundCancelled).refusals(&province(), Action::DraftRound, &DATES).is_empty());
    insta::assert_snapshot!(sentences(&other(RoundConcluded), Action::DraftRound, &DATES)[0], @"2025 年度已有批次“2025年度通知（演示）”（批次已办结），一年一个批次；请修改或取消原批次（方案三（一））");
    let wrong = with(&[("year", "2026")]);
    insta::assert_snapshot!(sentences(&new(), Action::DraftRound, &wrong)[0], @"年度为 2026，通知日期为 2025-02-10，应为同一年；请更正（方案三（一））");
}

#[test]
fn quotas_name_a_city_once_or_are_refused_as_they_stand() {
    let sent = with(&[("quotas", "哈尔滨市=60\n齐齐哈尔：12\n省国资委=10")]);
    let round = new().then(&province(), Action::DraftRound, &sent);
    let expected = [("230100", 60), ("230200", 12), ("sasac", 10)].map(|(who, most)| (who.to_owned(), most));
    assert_eq!(quotas(&round.matter.body), (expected.to_vec(), Vec::new()));
    let wrong = with(&[("quotas", "哈尔滨市=60\n哈尔滨=5\n长春市=1\n南岗区=1\n大庆市=许多")]);
    insta::assert_snapshot!(sentences(&new(), Action::DraftRound, &wrong)[0], @"需求名额“哈尔滨=5”“长春市=1”“南岗区=1”“大庆市=许多”无法识别或重复，应如：哈尔滨市=60、省国资委=10；请更正（方案三（一））");
}

#[test]
fn a_printed_limit_of_birth_dates_that_is_not_the_policys_age_is_shown() {
    for same in ["1969-02-11", "1970-02-10"] {
        assert!(warnings(&new(), Action::DraftRound, &with(&[("born_on_or_after", same)])).is_empty(), "{same}");
    }
    for other in ["1969-02-10", "1970-02-11"] {
        assert_eq!(warnings(&new(), Action::DraftRound, &with(&[("born_on_or_after", other)])).len(), 1, "{other}");
    }
    let loose = with(&[("born_on_or_after", "1965-01-01")]);
    insta::assert_snapshot!(warnings(&new(), Action::DraftRound, &loose)[0], @"按出生日期界限 1965-01-01，通知日年龄最大 60 周岁，方案为不超过 55 周岁，请核对（方案二（一）1（2））");
    let late = with(&[("born_on_or_after", "2025-02-10")]);
    insta::assert_snapshot!(sentences(&new(), Action::DraftRound, &late)[0], @"出生日期界限 2025-02-10 不早于通知日期 2025-02-10，没有人符合；请更正（方案二（一）1（2））");
}

#[test]
fn a_deadline_on_a_day_off_or_in_a_year_not_announced_is_shown() {
    let off = with(&[("needs_day", "2025-03-30")]);
    insta::assert_snapshot!(warnings(&new(), Action::DraftRound, &off)[0], @"不是工作日：需求提交截止日 2025-03-30（其后第一个工作日 2025-03-31），请确认（方案三（一））");
    let far = with(&[("talks_day", "2027-01-08")]);
    insta::assert_snapshot!(warnings(&new(), Action::DraftRound, &far)[0], @"2027 年放假安排尚未公布，该年内的期限按工作日计的天数为暂定，公布后重算（方案三（一））");
}

#[test]
fn each_signature_names_the_hash_of_the_one_text_that_is_issued() {
    let round = signed();
    let awaited = round.matter.awaited();
    assert_eq!((round.matter.stage, awaited), (Stage::RoundCountersign, vec![(Role::Province, String::new())]));
    let hashes: Vec<&str> = signatures(&round.matter.body).iter().map(|one| one.hash).collect();
    assert_eq!(hashes, [round.matter.body.text(&SIGNED_HASH); 4]);
    assert_eq!(open().matter.due, Some(day("2025-03-31")));
    let changed = signed().with(&TALKS_DAY, "2025-07-31");
    insta::assert_snapshot!(sentences(&changed, Action::IssueRound, &NOTICE)[0], @"尚未会签现有文本：省科技厅、省教育厅、省工信厅、省国资委；请待其会签，文本有改动的退回修改后重新会签（方案三（一））");
}

#[test]
fn a_round_that_a_department_has_not_signed_is_not_issued() {
    let one = drafted().then(&province(), Action::SubmitRound, &[]).on("2025-02-10");
    let one = one.then(&account(Role::Sasac), Action::SignRound, &[]);
    insta::assert_snapshot!(sentences(&one, Action::IssueRound, &NOTICE)[0], @"尚未会签现有文本：省科技厅、省教育厅、省工信厅；请待其会签，文本有改动的退回修改后重新会签（方案三（一））");
}

#[test]
fn a_returned_round_is_signed_anew_by_all_four() {
    let returned = signed().then(&account(Role::Sasac), Action::ReturnRound, &[("reason", "日期有误")]);
    let again = returned.on("2025-02-06").then(&province(), Action::SubmitRound, &[]);
    assert_eq!((signatures(&again.matter.body).len(), again.matter.waits().len()), (0, 4));
}

#[test]
fn a_policy_that_changed_after_the_signatures_is_refused() {
    let changed = signed().with(&POLICY_HASH, "0");
    assert!(changed.refusals(&province(), Action::IssueRound, &NOTICE).contains(&"round.policy_changed"));
    let sentences = sentences(&changed, Action::IssueRound, &NOTICE);
    insta::assert_snapshot!(sentences.last().unwrap(), @"会签之后政策文件已变动，会签的不是现行版本；请退回修改，重新送四部门会签（方案六）");
}

#[test]
fn the_document_bears_the_day_of_the_notice() {
    let other = [("document_number", "1号"), ("document_day", "2025-02-11")];
    insta::assert_snapshot!(sentences(&signed(), Action::IssueRound, &other)[0], @"成文日期 2025-02-11 与会签的通知日期 2025-02-10 不同，年龄等资格以通知日期为准；请更正，或退回修改通知日期（方案二（一）1（2））");
}

#[test]
fn a_second_round_does_not_open_beside_an_open_one() {
    let second = signed().but(|_, facts| {
        let other = Matter { id: "round-000009".to_owned(), ..open().matter };
        facts.related = vec![Matter { body: other.body.clone().with(&YEAR, 2024), ..other }];
    });
    insta::assert_snapshot!(sentences(&second, Action::IssueRound, &NOTICE)[0], @"批次“2025年度通知（演示）”仍在征集需求，同时只能有一个批次征集；请待其截止（方案三（一））");
}

#[test]
fn needs_close_on_the_day_after_their_last_day() {
    insta::assert_snapshot!(sentences(&open().on("2025-03-31"), Action::CloseNeeds, &[])[0], @"需求提交截止日为 2025-03-31（当日 24 时），今天是 2025-03-31，不能提前截止（方案三（一））");
    let closed = open().on("2025-04-01").then(&Doer::Clock, Action::CloseNeeds, &[]);
    assert_eq!((closed.matter.stage, closed.matter.due), (Stage::RoundCollected, Some(day("2025-06-30"))));
}

#[test]
fn a_round_is_not_issued_before_the_day_of_its_notice() {
    assert!(signed().refusals(&province(), Action::IssueRound, &NOTICE).is_empty());
    insta::assert_snapshot!(sentences(&signed().on("2025-02-09"), Action::IssueRound, &NOTICE)[0], @"通知日期 2025-02-10 尚未到（今天 2025-02-09），请在当日及以后发布（方案三（一））");
}

#[test]
fn a_round_whose_last_day_for_needs_has_passed_is_not_issued() {
    assert!(signed().on("2025-03-31").refusals(&province(), Action::IssueRound, &NOTICE).is_empty());
    insta::assert_snapshot!(sentences(&signed().on("2025-04-01"), Action::IssueRound, &NOTICE)[0], @"需求提交截止日 2025-03-31 已过，企业无从提交；请退回修改日期后重新会签（方案三（一））");
}

fn extension<'a>(needs: &'a str, talks: &'a str) -> [(&'a str, &'a str); 5] {
    let [reports, answers] = [("reports_day", "2025-04-18"), ("answers_day", "2025-05-30")];
    [("needs_day", needs), reports, answers, ("talks_day", talks), ("reason", "企业申请")]
}

#[test]
fn a_deadline_is_lengthened_never_shortened() {
    let longer = open().then(&province(), Action::ExtendRound, &extension("2025-04-10", "2025-06-30"));
    assert_eq!(longer.matter.due, Some(day("2025-04-10")));
    assert_eq!(
        longer.matter.body.list(&EXTENSIONS),
        ["2025-02-10|2025-03-31|2025-04-18|2025-05-30|2025-06-30|企业申请"]
    );
    insta::assert_snapshot!(sentences(&open(), Action::ExtendRound, &extension("2025-03-28", "2025-06-30"))[0], @"需求提交截止日原为 2025-03-31，不能提前到 2025-03-28；已公布的期限只能延长（方案三（一））");
    insta::assert_snapshot!(sentences(&open(), Action::ExtendRound, &extension("2025-03-31", "2025-06-30"))[0], @"各期限均未改动；请填写延长后的日期（方案三（一））");
}

#[test]
fn needs_that_are_closed_stay_closed_while_later_deadlines_may_move() {
    let closed = open().on("2025-04-01").then(&Doer::Clock, Action::CloseNeeds, &[]);
    let later = extension("2025-03-31", "2025-07-31");
    assert_eq!(closed.clone().then(&province(), Action::ExtendRound, &later).matter.due, Some(day("2025-07-31")));
    insta::assert_snapshot!(sentences(&closed, Action::ExtendRound, &extension("2025-04-10", "2025-06-30"))[0], @"需求已于 2025-03-31 截止，不能再延长征集；请保留原日期，只延长其后的期限（方案三（一））");
}

#[test]
fn nothing_is_handed_to_a_matcher_before_the_impact_assessment() {
    let matcher = [("matcher", "某公司（演示）"), ("matcher_contract", "1"), ("matcher_pseudonymised", "是")];
    insta::assert_snapshot!(sentences(&open(), Action::EngageMatcher, &matcher)[0], @"批次“2025年度通知（演示）”未登记个人信息保护影响评估，不得匹配、向第三方提供或公布；请先登记评估报告（个人信息保护法第二十四、二十八、五十五条）");
    let impact = |on| [("impact_number", "1"), ("impact_day", on), ("impact_conclusion", "可行")];
    insta::assert_snapshot!(sentences(&open(), Action::AssessImpact, &impact("2025-02-11"))[0], @"影响评估日期 2025-02-11 尚未到，评估须在事前完成；请在完成后登记（个人信息保护法第二十四、二十八、五十五条）");
    let assessed = open().then(&province(), Action::AssessImpact, &impact("2025-02-10"));
    assert!(assessed.refusals(&province(), Action::EngageMatcher, &matcher).is_empty());
}

#[test]
fn a_round_is_concluded_when_nothing_in_it_is_open() {
    let closed = |pairs| {
        let closed = open().on("2025-04-01").then(&Doer::Clock, Action::CloseNeeds, &[]);
        closed.but(|_, facts| {
            facts.counts = [("pairs_open", pairs), ("listings_open", 0), ("objections_open", 0)].into();
        })
    };
    assert!(closed(0).refusals(&province(), Action::ConcludeRound, &[]).is_empty());
    insta::assert_snapshot!(sentences(&closed(1), Action::ConcludeRound, &[])[0], @"尚未了结：推荐人选 1 件；请先办完或撤销（方案三（四））");
    let unknown = closed(0).but(|_, facts| facts.counts.clear());
    assert_eq!(unknown.refusals(&province(), Action::ConcludeRound, &[]), ["round.still_open"]);
}

#[test]
fn acts_of_a_round_that_is_not_running_are_refused_by_the_shared_guard() {
    let bench = at(Stage::NeedReview);
    let judged = |round: Option<Matter>| {
        let facts = super::super::Facts { round, ..super::super::Facts::default() };
        let (inputs, doer) = (Body::default(), province());
        let case = Case {
            matter: &bench.matter,
            inputs: &inputs,
            facts: &facts,
            doer: &doer,
            now: chrono::DateTime::UNIX_EPOCH,
            today: bench.today,
            parameters: crate::parameters::Parameters::embedded(),
            calendar: WorkingCalendar::embedded(),
        };
        (ROUND_RUNNING.fails)(&case)
    };
    assert_eq!(judged(Some(open().matter)), None);
    insta::assert_snapshot!(judged(Some(drafted().matter)).unwrap(), @"批次“2025年度通知（演示）”起草中，不能办理；请在进行中的批次内办理");
    insta::assert_snapshot!(judged(None).unwrap(), @"不属于任何进行中的批次，不能办理；请待省科技厅发布批次通知");
}

const TRIED: [(&str, &str); 6] = [
    ("candidates", "50"),
    ("alternates", "3"),
    ("level_least", "fair"),
    ("weight_strong", "3"),
    ("weight_fair", "2"),
    ("weight_weak", "1"),
];

fn to_freeze() -> Bench {
    open().with(&IMPACT_NUMBER, "影评〔2025〕1号（演示）").but(|_, facts| {
        facts.counts.insert(settings::PROPOSALS, 0);
        facts.texts.insert(settings::RANKING, "words-1".to_owned());
    })
}

fn tried<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    TRIED.into_iter().filter(|(key, _)| changed.iter().all(|(other, _)| other != key)).chain(changed.to_vec()).collect()
}

#[test]
fn settings_are_frozen_with_moment_login_and_hash_and_anew_with_a_reason() {
    let once = to_freeze().then(&province(), Action::FreezeMatching, &TRIED);
    let kept = |bench: &Bench| bench.matter.body.list(&settings::SETTINGS).to_vec();
    insta::assert_snapshot!(kept(&once)[0], @"2025-02-10T04:00:00Z|province|2169fc2bc133985407e5e82ab0232622534d9f3dfc4fde0227a34199b3ea2c9c|每条需求候选 50 人；每个单位推送人数不限；候补 3 名；最低推送较强相关；等级分：强相关 3、较强相关 2、弱相关 1；排序 words-1");
    let freeze = settings::freezes(&once.matter).last().unwrap();
    assert_eq!(freeze.hash, crate::seal::seal(freeze.words));
    insta::assert_snapshot!(sentences(&once, Action::FreezeMatching, &TRIED)[0], @"本批次的匹配参数已冻结，调整须写明理由（方案三（二））");
    let again = tried(&[("settings_reason", "强相关人选不足"), ("unit_pushes", "5")]);
    let twice = once.then(&province(), Action::FreezeMatching, &again);
    assert_eq!(kept(&twice).len(), 2);
    assert!(kept(&twice)[1].ends_with("每个单位最多推送 5 人；候补 3 名；最低推送较强相关；等级分：强相关 3、较强相关 2、弱相关 1；排序 words-1；理由：强相关人选不足"));
    let unlimited = twice.then(&province(), Action::FreezeMatching, &tried(&[("settings_reason", "取消上限")]));
    assert!(!unlimited.matter.body.has(&settings::UNIT_PUSHES));
}

#[test]
fn settings_keep_to_the_policy_and_to_what_people_were_proposed_under() {
    let refusals = |bench: &Bench, changed: &[(&str, &str)]| sentences(bench, Action::FreezeMatching, &tried(changed));
    let bench = to_freeze();
    insta::assert_snapshot!(refusals(&bench, &[("alternates", "4")])[0], @"候补人数为 4，最多 3 名，请减少（方案三（二））");
    insta::assert_snapshot!(refusals(&bench, &[("weight_fair", "4")])[0], @"等级分为强 3、较强 4、弱 1，应依次不高于前一档，请更正（方案二（一）1（3））");
    let equal = tried(&[("weight_strong", "1"), ("weight_fair", "1"), ("alternates", "0")]);
    assert!(bench.refusals(&province(), Action::FreezeMatching, &equal).is_empty());
    let proposed = bench.but(|_, facts| _ = facts.counts.insert(settings::PROPOSALS, 2));
    insta::assert_snapshot!(refusals(&proposed, &[])[0], @"本批次已按冻结的参数形成推荐 2 项，不能再改；如确需调整，请先撤销推荐（方案三（二））");
    let unknown = proposed.but(|_, facts| _ = facts.counts.remove(settings::PROPOSALS));
    assert_eq!(unknown.refusals(&province(), Action::FreezeMatching, &TRIED), ["settings.proposals_made"]);
    let unassessed = unknown.but(|matter, facts| {
        matter.body.clear(&IMPACT_NUMBER);
        facts.counts.insert(settings::PROPOSALS, 0);
    });
    assert_eq!(unassessed.refusals(&province(), Action::FreezeMatching, &TRIED), ["round.impact_not_assessed"]);
}
