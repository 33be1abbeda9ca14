//! 1. No need is drafted, submitted or renewed outside an open round; one that came back may be mended until the round ends.
//! 2. The enterprise fulfils its conditions at submission; later a refusal still refuses, a certificate only warns.
//! 3. A need is definite, of a known industry, and has somebody to review it.
//! 4. Both bureaus agree to one text: an agreement stands for the very text it was given to, and for no other.
//! 5. One document, one day; closed once it is confirmed. 6. Merging keeps to one enterprise and its kin.
//! 7. The route is fixed at submission and changed by the province alone. 8. Needs expire and are renewed.

use super::super::matter::{Matter, SASAC};
use super::super::round::{ANSWERS_DAY, REPORTS_DAY, TALKS_DAY};
use super::super::testing::{Bench, account, at, day};
use super::super::vocabulary::Stage::RoundOpen;
use super::super::{Action, Case, Doer, talks};
use super::guards::{MISCONDUCT, QUALIFICATION};
use super::*;
use crate::clause::Clause;
use crate::finding::{Finding, Force, Outcome};

fn round(stage: Stage) -> Matter {
    let dates = [(&NEEDS_DAY, "2025-03-31"), (&REPORTS_DAY, "2025-04-18"), (&ANSWERS_DAY, "2025-05-30")];
    let mut round = at(stage).with(&TALKS_DAY, "2025-06-30");
    for (field, date) in dates {
        round = round.with(field, date);
    }
    let mut matter = round.matter;
    "2025年度（演示）".clone_into(&mut matter.title);
    matter
}

fn finding(code: &'static str, outcome: Outcome, message: &str) -> Finding {
    let clause: Clause = clause!("2.3.1(1)");
    Finding { clause, force: Force::Must, code, outcome, message: format!("{message}（{}）", clause.chinese()) }
}

fn fit() -> Vec<Finding> {
    vec![finding(MISCONDUCT, Outcome::Met, "无记录"), finding(QUALIFICATION, Outcome::Met, "有效")]
}

fn need(stage: Stage) -> Bench {
    at(stage).but(|_, facts| {
        facts.round = Some(round(RoundOpen));
        facts.findings = fit();
        facts.texts.insert("organiser", "230100".to_owned());
    })
}

fn written() -> Bench {
    need(NeedDraft)
        .with(&TITLE, "高寒地区风电叶片防覆冰涂层（演示）")
        .with(&PROBLEM, "叶片前缘在零下 30 ℃、相对湿度 90% 时覆冰，现有涂层两个月后剥落，每次停机除冰影响发电。")
        .with(&PRESENT_STATE, "现用聚氨酯涂层，覆冰后人工除冰一次 8 小时，每年停机 20 次")
        .with(&TARGETS, "除冰时间≤2 h\n涂层寿命≥24 个月")
        .with(&TRIED, "试用过两种进口涂层，低温下附着力不足")
        .with(&WANTED_BY, "2027-06-30")
        .with(&BUDGET_YUAN, 600_000)
        .with(&PLACE, "哈尔滨市南岗区试验场")
        .with(&CONDITIONS, "有低温试验舱和两名工程师")
}

const DECLARED_BOTH: [(&str, &str); 2] = [("will_provide", "是"), ("wants_cooperation", "是")];
const SEEN: [(&str, &str); 1] = [("verified", "是")];
const DOCUMENT: [(&str, &str); 2] = [("document_number", "哈科联〔2025〕3号（演示）"), ("document_day", "2025-04-01")];

fn submitted() -> Bench {
    written().then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH)
}

fn agreed() -> Bench {
    let need = submitted().then(&account(CityScience), Action::AgreeNeed, &SEEN);
    need.then(&account(CityIndustry), Action::AgreeNeed, &SEEN).on("2025-04-02")
}

fn enterprise() -> Doer {
    account(Enterprise)
}

fn sentence(bench: &Bench, doer: &Doer, action: Action, sent: &[(&str, &str)]) -> String {
    bench.act(doer, action, sent).expect_err("it is refused").remove(0).message
}

#[test]
fn a_need_is_submitted_until_the_end_of_the_last_day_and_not_after() {
    assert!(written().on("2025-03-31").refusals(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH).is_empty());
    insta::assert_snapshot!(sentence(&written().on("2025-04-01"), &enterprise(), Action::SubmitNeed, &DECLARED_BOTH), @"批次“2025年度（演示）”的需求提交截止日（2025-03-31）已过；请在下一批次提交（方案三（一））");
}

#[test]
fn nothing_is_drafted_without_an_open_round() {
    let draft = [("title", "题目"), ("problem", "难题"), ("posts", "1")];
    let none = need(NeedDraft).unopened().but(|_, facts| facts.round = None);
    insta::assert_snapshot!(sentence(&none, &enterprise(), Action::DraftNeed, &draft), @"没有正在征集的批次，不能办理；请待省科技厅发布年度通知（方案三（一））");
    let over = need(NeedDraft).unopened().but(|_, facts| facts.round = Some(round(Stage::RoundConcluded)));
    insta::assert_snapshot!(sentence(&over, &enterprise(), Action::DraftNeed, &draft), @"批次“2025年度（演示）”批次已办结，不在征集期；请在下一批次提交（方案三（一））");
    let open = need(NeedDraft).unopened().then(&enterprise(), Action::DraftNeed, &draft);
    assert_eq!(open.matter.due, Some(day("2025-03-31")));
}

#[test]
fn a_returned_need_may_be_mended_after_the_last_day_for_needs() {
    let step = [("step", "enterprise"), ("missing", "figures"), ("reason", "指标无数值")];
    let back = submitted().on("2025-04-01").then(&account(CityScience), Action::ReturnNeed, &step);
    assert_eq!((back.matter.stage, back.matter.due), (NeedDraft, Some(day("2025-04-18"))));
    let again = back.on("2025-04-08").then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
    let returns = returns(&again.matter.body);
    assert_eq!((returns[0].resubmitted, returns[0].workdays, returns[0].missing), ("2025-04-08", "4", "figures"));
}

#[test]
fn an_expired_certificate_refuses_submission_and_warns_later() {
    let expired = |_: &mut Matter, facts: &mut super::super::Facts| {
        facts.findings = vec![finding(QUALIFICATION, Outcome::Broken, "2025-03-03 无有效资质；请补充新证书")];
    };
    insta::assert_snapshot!(sentence(&written().but(expired), &enterprise(), Action::SubmitNeed, &DECLARED_BOTH), @"2025-03-03 无有效资质；请补充新证书；企业登记由省科技厅维护，请将证明材料报所在市（地）科技局核对更新后再提交（方案二（三）1（1））");
    let review = submitted().but(expired);
    let transition = review.act(&account(CityScience), Action::AgreeNeed, &SEEN).unwrap();
    assert_eq!(transition.warnings(), ["2025-03-03 无有效资质；请补充新证书（方案二（三）1（1））"]);
}

#[test]
fn misconduct_refuses_at_every_step_and_a_missing_register_is_left_to_the_reviewers() {
    let known = |outcome| {
        move |_: &mut Matter, facts: &mut super::super::Facts| {
            facts.findings = vec![finding(MISCONDUCT, outcome, "失信记录情况")];
        }
    };
    let by = account(CityScience);
    assert_eq!(
        submitted().but(known(Outcome::Broken)).refusals(&by, Action::AgreeNeed, &SEEN),
        ["enterprise.no_longer_eligible"]
    );
    assert_eq!(
        agreed().but(known(Outcome::Broken)).refusals(&by, Action::ReportNeeds, &DOCUMENT),
        ["enterprise.no_longer_eligible"]
    );
    let unknown = written().but(known(Outcome::Unknown));
    let transition = unknown.act(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH).unwrap();
    assert_eq!(transition.warnings(), ["省科技厅尚未导入科研失信名单，审核时请人工核查（方案二（三）1（1））"]);
}

#[test]
fn an_enterprise_that_is_not_registered_submits_nothing() {
    let nobody = written().but(|_, facts| facts.findings.clear());
    insta::assert_snapshot!(sentence(&nobody, &enterprise(), Action::SubmitNeed, &DECLARED_BOTH), @"企业登记信息未取得，无法核查企业条件；请先登记企业信息；企业登记由省科技厅维护，请将证明材料报所在市（地）科技局核对更新后再提交（方案二（三）1（1））");
}

#[test]
fn a_need_below_the_least_quality_is_refused_with_what_to_write_and_one_at_it_is_not() {
    let refused = |bench: &Bench, least| {
        let sent = enterprise();
        let (inputs, _) = super::super::field::read(&[&WILL_PROVIDE, &WANTS_COOPERATION], &[]);
        let mut parameters = crate::parameters::Parameters::embedded().clone();
        parameters.need_quality_min = least;
        let case = Case {
            matter: &bench.matter,
            inputs: &inputs,
            facts: &bench.facts,
            doer: &sent,
            now: chrono::DateTime::UNIX_EPOCH,
            today: bench.today,
            parameters: &parameters,
            calendar: crate::calendar::WorkingCalendar::embedded(),
        };
        (DEFINITE.fails)(&case)
    };
    let score = quality(&written().matter.body, &[]).score;
    assert!(score < 100, "{score}");
    assert_eq!((refused(&written(), score - 1), refused(&written(), score)), (None, None));
    assert!(refused(&written(), score + 1).is_some());
    let vague = written().with(&TARGETS, "").with(&PRESENT_STATE, "").with(&PROBLEM, "提升质量");
    insta::assert_snapshot!(sentence(&vague, &enterprise(), Action::SubmitNeed, &DECLARED_BOTH), @"需求须明确：质量 44 分，至少 60 分；请在“修改需求”中补充：没有写目标指标；请一行一项写明指标名称、数值和单位，如“热效率≥85%”；没有写现状；请写明现在用什么工艺或设备，指标现在是多少；“提升质量”只有 4 个字；请写明在什么工序上、什么条件下出现，原因可能是什么（方案二（三）1（2））");
}

#[test]
fn a_contact_in_the_public_part_is_refused_whatever_the_score() {
    let told = written().with(&PLACE, "哈尔滨市，联系电话 13800138000");
    insta::assert_snapshot!(sentence(&told, &enterprise(), Action::SubmitNeed, &DECLARED_BOTH), @"公开部分有手机号“138****8000”；请删去，联系方式在对接洽谈时由系统提供（方案二（三）1（2））");
}

#[test]
fn talks_that_failed_ask_their_question_of_the_renewed_need() {
    let failed =
        at(Stage::PairFailed).with(&talks::FAILURE, vec!["budget_too_low".to_owned(), "no_site".to_owned()]).matter;
    let asked = quality(&written().matter.body, &[failed]);
    for reason in ["预算不足", "缺少实施条件"] {
        let asks = |question: &str| question.starts_with(&format!("此前 1 次对接因{reason}"));
        assert!(asked.items.iter().any(|item| asks(&item.question)), "{reason} {asked:?}");
    }
}

#[test]
fn a_need_of_an_unknown_industry_or_with_nobody_to_review_it_is_refused() {
    let draft = [("title", "题目"), ("problem", "难题"), ("posts", "1"), ("industry", "Z99")];
    insta::assert_snapshot!(sentence(&need(NeedDraft), &enterprise(), Action::EditNeed, &draft), @"行业代码“Z99”不在 GB/T 4754 中，应如 C35；请核对，不确定的可不填（方案二（三）1（2））");
    let named = [("title", "转子锻件"), ("problem", "粗晶"), ("posts", "1"), ("industry", "铸造")];
    insta::assert_snapshot!(sentence(&need(NeedDraft), &enterprise(), Action::EditNeed, &named), @"行业代码“铸造”不在 GB/T 4754 中，应如 C35，可能是：C339 铸造及其他金属制品制造、C3391 黑色金属铸造、C3392 有色金属铸造、C3423 铸造机械制造；请核对，不确定的可不填（方案二（三）1（2））");
    let nowhere = written().but(|matter, facts| {
        matter.parties.organiser.clear();
        facts.texts.clear();
    });
    assert_eq!(nowhere.refusals(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH), ["need.organiser_unknown"]);
}

#[test]
fn an_agreement_stands_when_the_text_comes_back_unchanged() {
    let one = submitted().then(&account(CityScience), Action::AgreeNeed, &SEEN);
    let step = [("step", "enterprise"), ("reason", "请补充证明材料")];
    let back = one.then(&account(CityIndustry), Action::ReturnNeed, &step);
    let again = back.then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
    assert_eq!(again.matter.waits(), [(CityIndustry, "230100".to_owned())], "straight back to whoever returned it");
    let agreed = again.then(&account(CityIndustry), Action::AgreeNeed, &SEEN).on("2025-04-02");
    assert!(agreed.refusals(&account(CityScience), Action::ReportNeeds, &DOCUMENT).is_empty());
}

#[test]
fn an_agreement_is_void_when_the_text_has_changed() {
    let one = submitted().then(&account(CityScience), Action::AgreeNeed, &SEEN);
    let step = [("step", "enterprise"), ("reason", "指标不明")];
    let back = one.then(&account(CityIndustry), Action::ReturnNeed, &step).with(&TARGETS, "除冰时间≤1 h");
    let again = back.then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
    assert_eq!(again.matter.waits().len(), 2);
    let before = super::submitted(&again.matter.body, &SUBMITTED_BEFORE).unwrap();
    assert_eq!(before.text(&TARGETS), "除冰时间≤2 h\n涂层寿命≥24 个月");
}

#[test]
fn a_step_is_returned_to_alone() {
    let step = [("step", "science"), ("reason", "请复核")];
    let back = agreed().then(&account(CityIndustry), Action::ReturnNeed, &step);
    assert_eq!((back.matter.stage, back.matter.waits()), (NeedReview, vec![(CityScience, "230100".to_owned())]));
    let back = agreed().then(&account(CityIndustry), Action::ReturnNeed, &[("step", "review"), ("reason", "复核")]);
    assert_eq!(back.matter.waits().len(), 2);
}

#[test]
fn a_step_of_the_other_route_is_refused() {
    let sent = [("step", "industry"), ("reason", "请复核")];
    let need = submitted().of_sasac();
    insta::assert_snapshot!(sentence(&need, &account(Sasac), Action::ReturnNeed, &sent), @"省国资委渠道的需求没有科技局、工信局环节；请选“企业修改”或“审核单位重审”（方案三（一））");
}

#[test]
fn sasac_agrees_and_feeds_back_alone() {
    let need = written().but(|_, facts| {
        facts.texts.insert("organiser", SASAC.to_owned());
    });
    let need = need.then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
    let need = need.then(&account(Sasac), Action::AgreeNeed, &SEEN).on("2025-04-02");
    assert_eq!(need.matter.waits(), [(Sasac, String::new())]);
    let need = need.then(&account(Sasac), Action::FeedBackNeeds, &DOCUMENT);
    assert_eq!((need.matter.stage, need.matter.due), (NeedReported, Some(day("2026-03-03"))));
}

#[test]
fn agreements_to_another_text_are_not_reported() {
    let changed = agreed().with(&TARGETS, "除冰时间≤1 h");
    insta::assert_snapshot!(sentence(&changed, &account(CityScience), Action::ReportNeeds, &DOCUMENT), @"市（地）科技局、市（地）工信局未同意现有文本，不能上报；请退回重审（方案三（一））");
}

#[test]
fn one_document_has_one_day_and_closes_when_it_is_confirmed() {
    let beside = |stage, on| {
        let other = agreed().then(&account(CityScience), Action::ReportNeeds, &DOCUMENT);
        let other = Matter { id: "need-000009".to_owned(), stage, ..other.with(&DOCUMENT_DAY, on).matter };
        agreed().but(|_, facts| facts.related = vec![other])
    };
    let by = account(CityScience);
    assert!(beside(NeedReporting, "2025-04-01").refusals(&by, Action::ReportNeeds, &DOCUMENT).is_empty());
    insta::assert_snapshot!(sentence(&beside(NeedReporting, "2025-03-28"), &by, Action::ReportNeeds, &DOCUMENT), @"文号“哈科联〔2025〕3号（演示）”已登记的成文日期为 2025-03-28，不是 2025-04-01；同一文件请填同一日期，另行文的请换文号（方案三（一））");
    insta::assert_snapshot!(sentence(&beside(NeedReported, "2025-04-01"), &by, Action::ReportNeeds, &DOCUMENT), @"文号“哈科联〔2025〕3号（演示）”的文件工信局已确认上报，不能再加需求；补报请另行文（方案三（一））");
    insta::assert_snapshot!(sentence(&agreed().on("2025-03-31"), &by, Action::ReportNeeds, &DOCUMENT), @"成文日期 2025-04-01 晚于今天 2025-03-31；请按文件更正（方案三（一））");
}

#[test]
fn a_late_report_is_permitted_and_marked_for_ever() {
    let late = agreed().on("2025-04-22");
    let transition = late.act(&account(CityScience), Action::ReportNeeds, &DOCUMENT).unwrap();
    assert_eq!(transition.warnings(), ["期限为 2025-04-18，已逾期 2 个工作日，将注明逾期（方案三（一））"]);
    assert_eq!(transition.after().body.list(&super::super::deadline::LATE), ["report_needs|2025-04-18|2025-04-22|2"]);
    let on_the_day = agreed().on("2025-04-18").act(&account(CityScience), Action::ReportNeeds, &DOCUMENT).unwrap();
    assert!(on_the_day.warnings().is_empty());
}

#[test]
fn more_needs_than_the_notice_gives_an_organiser_are_shown() {
    let after = |reported| {
        agreed().but(|_, facts| {
            let round = facts.round.as_mut().unwrap();
            round.body.set(&super::super::round::QUOTAS, vec!["哈尔滨市=2".to_owned()]);
            facts.counts.insert("reported", reported);
        })
    };
    let warnings = |reported| {
        let transition = after(reported).act(&account(CityScience), Action::ReportNeeds, &DOCUMENT).unwrap();
        transition.warnings().to_vec()
    };
    assert!(warnings(1).is_empty());
    assert_eq!(warnings(2), ["已上报 2 项，通知的需求名额为 2 项，本项超出（方案三（一））"]);
}

#[test]
fn a_recalled_report_loses_its_number() {
    let back = agreed().then(&account(CityScience), Action::ReportNeeds, &DOCUMENT);
    let back = back.then(&account(CityIndustry), Action::RecallReport, &[("reason", "文号有误")]);
    assert_eq!((back.matter.stage, back.matter.body.has(&DOCUMENT_NUMBER)), (NeedAgreed, false));
}

#[test]
fn a_need_with_somebody_on_the_way_is_not_sent_back() {
    let reported = |live| {
        agreed()
            .then(&account(CityScience), Action::ReportNeeds, &DOCUMENT)
            .then(&account(CityIndustry), Action::ConfirmReport, &[])
            .but(|_, facts| _ = facts.counts.insert("pairs_live", live))
    };
    let sent = [("step", "industry"), ("reason", "请复核资质")];
    insta::assert_snapshot!(sentence(&reported(1), &account(Province), Action::SendBackNeed, &sent), @"该需求有 1 名推荐人选在办；请先撤销推荐，再退回（方案三（二））");
    let back = reported(0).then(&account(Province), Action::SendBackNeed, &sent);
    assert_eq!(back.matter.waits(), [(CityIndustry, "230100".to_owned())]);
}

fn merging(change: impl FnOnce(&mut Matter)) -> Bench {
    let mut into = submitted().matter;
    "need-000002".clone_into(&mut into.id);
    change(&mut into);
    submitted().but(|_, facts| facts.related = vec![into])
}

#[test]
fn a_need_is_merged_within_one_enterprise_and_its_kin() {
    let sent = [("into", "need-000002"), ("reason", "重复")];
    let by = account(CityScience);
    assert!(merging(|_| {}).refusals(&by, Action::MergeNeed, &sent).is_empty());
    let foreign = merging(|into| into.parties.enterprise = Some("91230199MA0000023H".to_owned()));
    insta::assert_snapshot!(sentence(&foreign, &by, Action::MergeNeed, &sent), @"需求“need-000002”属于另一家没有控制关系的企业，不能并入；请分别审核（方案三（一））");
    let kin = foreign.but(|_, facts| _ = facts.texts.insert("kin", "yes".to_owned()));
    assert!(kin.refusals(&by, Action::MergeNeed, &sent).is_empty());
    insta::assert_snapshot!(sentence(&merging(|into| into.stage = NeedExpired), &by, Action::MergeNeed, &sent), @"需求“need-000002”已过期，待续报，不能并入；请选审核中或已上报的需求（方案三（一））");
    insta::assert_snapshot!(sentence(&merging(|into| into.parties.organiser = "230200".to_owned()), &by, Action::MergeNeed, &sent), @"需求“need-000002”不在同一批次或不由同一单位组织，不能并入（方案三（一））");
    let itself = [("into", "need-000001"), ("reason", "重复")];
    insta::assert_snapshot!(sentence(&merging(|_| {}), &by, Action::MergeNeed, &itself), @"没有可并入的需求“need-000001”；请核对编号（方案三（一））");
}

#[test]
fn a_need_that_takes_another_in_keeps_its_origin() {
    let into =
        submitted().then(&Doer::Act, Action::TakeInNeed, &[("merged_need", "need-000009|题目|91230199MA0000015K")]);
    assert_eq!(into.matter.body.list(&MERGED), ["need-000009|题目|91230199MA0000015K|2025-03-03"]);
}

#[test]
fn the_register_decides_the_route_once_and_the_province_afterwards() {
    let locked = submitted();
    assert_eq!(locked.matter.parties.organiser, "230100");
    let step = [("step", "enterprise"), ("reason", "补充")];
    let back = locked.clone().then(&account(CityScience), Action::ReturnNeed, &step);
    let back = back.but(|_, facts| _ = facts.texts.insert("organiser", SASAC.to_owned()));
    let again = back.then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
    assert_eq!(again.matter.parties.organiser, "230100", "locked at the first submission");
    let moved = agreed().then(&account(Province), Action::RerouteNeed, &[("route", "sasac"), ("reason", "股权划转")]);
    assert!(moved.matter.is_sasac());
    assert_eq!((moved.matter.stage, moved.matter.waits()), (NeedReview, vec![(Sasac, String::new())]));
    insta::assert_snapshot!(moved.matter.body.text(&ROUTE_WHY), @"2025-04-02 省科技厅（province）改变上报渠道：股权划转");
    insta::assert_snapshot!(sentence(&moved, &account(Province), Action::RerouteNeed, &[("route", "sasac"), ("reason", "股权划转")]), @"需求已在所选渠道，无须改变（方案三（一））");
    let back = moved.then(&account(Province), Action::RerouteNeed, &[("route", "city"), ("reason", "更正")]);
    assert_eq!(back.matter.parties.organiser, "230100");
}

#[test]
fn a_need_expires_or_is_filled_and_an_expired_one_begins_anew_in_the_open_round() {
    let reported = agreed()
        .then(&account(CityScience), Action::ReportNeeds, &DOCUMENT)
        .then(&account(CityIndustry), Action::ConfirmReport, &[])
        .with(&POSTS, 2);
    let end = |published| {
        let need = reported.clone().but(|_, facts| _ = facts.counts.insert("pairs_published", published));
        need.then(&Doer::Act, Action::ExpireNeed, &[])
    };
    assert_eq!((end(1).matter.stage, end(2).matter.stage), (NeedExpired, NeedFilled));
    let next = end(1).on("2026-03-02").but(|_, facts| {
        let next = Matter { id: "round-000002".to_owned(), ..round(RoundOpen) };
        facts.round = Some(Matter { body: next.body.clone().with(&NEEDS_DAY, "2026-03-31"), ..next });
    });
    let renewed = next.then(&enterprise(), Action::RenewNeed, &[]);
    assert_eq!(renewed.matter.parties.round.as_deref(), Some("round-000002"));
    assert_eq!((renewed.matter.due, renewed.matter.body.has(&DOCUMENT_NUMBER)), (Some(day("2026-03-31")), false));
    assert!(renewed.matter.body.has(&TARGETS));
    let again = renewed.then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
    assert_eq!(again.matter.waits().len(), 2, "agreements of another round do not stand");
}

#[test]
fn a_post_is_filled_again_in_a_later_round_once_nobody_holds_it() {
    let filled = |held: i64| {
        need(NeedFilled).on("2025-03-31").with(&POSTS, 2).with(&SUBMITTED_ON, "2024-03-01").but(|_, facts| {
            facts.counts.insert(POSTS_HELD, held);
        })
    };
    insta::assert_snapshot!(sentence(&filled(2), &enterprise(), Action::RenewNeed, &[]), @"岗位仍有科技总师，不能再次选派；聘任提前终止备案后可在下一批次续报，新的难题请另起草需求（方案五（三））");
    let renewed = filled(1).then(&enterprise(), Action::RenewNeed, &[]);
    assert_eq!((renewed.matter.stage, renewed.matter.body.whole(&POSTS)), (NeedDraft, Some(1)));
    assert_eq!(filled(1).on("2025-04-01").refusals(&enterprise(), Action::RenewNeed, &[]), ["round.not_open"]);
}

#[test]
fn deadlines_of_needs_follow_those_of_the_round() {
    let longer = |bench: Bench| {
        bench.but(|_, facts| facts.round.as_mut().unwrap().body.set(&REPORTS_DAY, "2025-04-30")).then(
            &Doer::Act,
            Action::RescheduleNeed,
            &[],
        )
    };
    assert_eq!(longer(agreed()).matter.due, Some(day("2025-04-30")));
    assert_eq!(longer(written()).matter.due, Some(day("2025-03-31")));
}

#[test]
fn what_is_confidential_is_agreed_to_but_not_matched() {
    let need = written().with(&CONFIDENTIAL, "配方 A");
    assert_ne!(text_hash(&need.matter.body), text_hash(&written().matter.body));
    assert!(!record(&need.matter).content.contains("配方"));
}
