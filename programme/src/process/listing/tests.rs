//! 1. A list opens once for a round whose needs are closed, with suggestions.
//! 2. A strike is made in review only; whoever struck does not freeze; every name is complete, eligible and verified.
//! 3. The frozen list has a hash; the meeting is not before the freeze and not to come.
//! 4. After the freeze a name may go, none may change or come without being seen.
//! 5. The notice needs meeting, impact assessment and clean texts; it stands until 24:00 of its last day and only lengthens.
//! 6. Objections come within the notice, hold one name once accepted, and name nobody outside the province.
//! 7. Four departments sign one hash; the document is younger than the notice; held names stay back.

use super::*;
use crate::access::{Actor, Role};
use crate::finding::{Finding, Force, Outcome};
use crate::process::line::Line;
use crate::process::testing::{Bench, account, at, day};
use crate::process::{Action, Doer};

const PAIR: &str = "pair-000001";
const OTHER: &str = "pair-000002";

fn line(pair: &str, name: &str) -> Line {
    let text = |text: &str| text.to_owned();
    Line {
        pair: text(pair),
        person: format!("person of {pair}"),
        name: text(name),
        unit: text("示例大学（演示）"),
        title: text("正高级"),
        enterprise_code: text("91230199MA0000015K"),
        enterprise: text("示例企业（演示）"),
        need: text("n1"),
        need_title: text("石墨提纯工艺"),
    }
}

/// A pair of the round at a stage, with its line.
fn with_pair(bench: Bench, id: &str, name: &str, stage: Stage) -> Bench {
    bench.but(|_, facts| {
        let mut pair = at(stage).matter;
        pair.id = id.to_owned();
        pair.title = name.to_owned();
        pair.body.set(&LISTING, "listing-000001");
        facts.related.push(pair);
        facts.lines.insert(id.to_owned(), line(id, name));
    })
}

fn with_round(bench: Bench, stage: Stage) -> Bench {
    bench.but(|matter, facts| {
        matter.parties.organiser.clear();
        let mut round = at(stage).matter;
        round.body.set(&round::YEAR, 2025);
        round.body.set(&round::IMPACT_NUMBER, "评估〔2025〕1号（演示）");
        facts.round = Some(round);
    })
}

/// A list with two names in review.
fn in_review() -> Bench {
    let bench = with_round(at(ListingReview), Stage::RoundCollected).on("2025-09-22");
    with_pair(with_pair(bench, PAIR, "张三", PairSuggested), OTHER, "李四", PairSuggested)
}

fn move_pair(bench: Bench, id: &str, stage: Stage) -> Bench {
    bench.but(|_, facts| {
        facts.related.iter_mut().filter(|pair| pair.id == id).for_each(|pair| pair.stage = stage);
    })
}

/// The same list frozen on 22 September, both names listed.
fn frozen() -> Bench {
    let bench = in_review().then(&province("freezer"), FreezeListing, &[]);
    move_pair(move_pair(bench, PAIR, PairListed), OTHER, PairListed)
}

fn approved() -> Bench {
    frozen().on("2025-09-24").then(&account(Role::Province), RecordMeetingDecision, MEETING)
}

/// On notice since Friday 26 September 2025: the worked example of the calendar ends on 10 October.
fn on_notice() -> Bench {
    approved().on("2025-09-26").then(&account(Role::Province), StartNotice, &[])
}

fn noticed() -> Bench {
    on_notice().on("2025-10-11").then(&Doer::Clock, CloseNotice, &[])
}

fn signed_by_all() -> Bench {
    let mut bench = noticed().on("2025-10-13").then(&account(Role::Province), SubmitListing, &[]);
    for role in [Role::Province, Role::EducationDepartment, Role::IndustryDepartment, Role::Sasac] {
        bench = bench.then(&account(role), SignListing, &[]);
    }
    bench
}

fn province(login: &str) -> Doer {
    Doer::Account(Actor::new(login, Role::Province, None).unwrap())
}

const MEETING: &[(&str, &str)] =
    &[("meeting_decision_day", "2025-09-23"), ("meeting_decision_number", "黑科党组纪要〔2025〕9号（演示）")];
const DOCUMENT: &[(&str, &str)] =
    &[("document_number", "黑科联发〔2025〕12号（演示）"), ("document_day", "2025-10-13")];

/// The sentences that refuse, one a line.
fn refused(bench: &Bench, doer: &Doer, action: Action, sent: &[(&str, &str)]) -> String {
    let refusals = bench.act(doer, action, sent).expect_err("it is refused");
    refusals.into_iter().map(|refusal| format!("{} {}", refusal.code, refusal.message)).collect::<Vec<_>>().join("\n")
}

fn by_province(bench: &Bench, action: Action, sent: &[(&str, &str)]) -> String {
    refused(bench, &account(Role::Province), action, sent)
}

fn finding(force: Force, outcome: Outcome) -> Finding {
    let message = "企业资质已过期；请更新证书（方案二（三）1（1））".to_owned();
    Finding { clause: clause!("2.3.1(1)"), force, code: "qualification.valid", outcome, message }
}

#[test]
fn a_list_opens_once_for_a_round_whose_needs_are_closed() {
    let ready = in_review().unopened().but(|_, facts| _ = facts.counts.insert(g::SUGGESTIONS, 2));
    assert_eq!(ready.clone().then(&account(Role::Province), OpenListing, &[]).matter.title, "2025年度科技总师选派名单");
    let open = with_round(ready.clone(), Stage::RoundOpen);
    insta::assert_snapshot!(by_province(&open, OpenListing, &[]), @"listing.round_not_collected 批次现为“征集需求”，须在“需求已截止，匹配对接中”时汇总名单（方案三（四））");
    let twice = ready.clone().but(|_, facts| facts.related.push(at(ListingPublished).matter));
    insta::assert_snapshot!(by_province(&twice, OpenListing, &[]), @"listing.exists 本批次已有名单 listing-000001（已联合公布），请在该名单上办理（方案三（四））");
    let nobody = ready.but(|_, facts| _ = facts.counts.insert(g::SUGGESTIONS, 0));
    insta::assert_snapshot!(by_province(&nobody, OpenListing, &[]), @"listing.no_suggestions 本批次还没有组织单位上报的建议人选，请待两局（国资委）确认意向后汇总（方案三（四））");
}

#[test]
fn who_is_still_in_talks_is_a_warning() {
    let bench = in_review().but(|_, facts| _ = facts.counts.insert(g::IN_TALKS, 1));
    let transition = bench.act(&province("freezer"), FreezeListing, &[]).unwrap();
    insta::assert_snapshot!(transition.warnings()[0], @"尚有 1 项仍在对接或待确认意向；名单冻结后不能增加，请提醒组织单位（方案三（四））");
}

#[test]
fn a_strike_is_made_in_review_with_a_reason() {
    let pair =
        |stage: Stage| at(PairSuggested).but(|_, facts| _ = facts.texts.insert(g::LISTING_STAGE, stage.code().into()));
    let reason = [("reason", "同类岗位已满")];
    let struck = pair(ListingReview).then(&province("li"), StrikePair, &reason);
    assert_eq!((struck.matter.stage, struck.matter.body.text(&STRUCK_BY)), (PairStruck, "li"));
    assert_eq!(pair(ListingReview).refusals(&account(Role::Province), StrikePair, &[]), ["act.missing_field"]);
    insta::assert_snapshot!(by_province(&pair(ListingFrozen), StrikePair, &reason), @"listing.not_in_review 名单现为“名单已冻结，待党组会”，调减和撤销调减只在名单冻结前办理（方案三（四））");
    insta::assert_snapshot!(by_province(&at(PairSuggested), StrikePair, &reason), @"listing.not_in_review 本批次尚未汇总建议名单，请先办理“汇总建议名单”（方案三（四））");
    let back = struck.then(&province("wang"), UnstrikePair, &[("reason", "复核后恢复")]);
    assert_eq!(back.matter.body.list(&OVERRIDES), ["unstrike_pair|复核后恢复|2025-03-03|wang"]);
    assert!(!back.matter.body.has(&REASON));
}

#[test]
fn nothing_is_suggested_once_the_list_is_frozen() {
    let open = at(Stage::PairIntention);
    let frozen = open.clone().but(|_, facts| _ = facts.texts.insert(g::LISTING_STAGE, "listing_frozen".into()));
    let codes = |bench: &Bench| bench.refusals(&account(Role::CityScience), Action::ConfirmIntention, &[]);
    assert!(!codes(&open).contains(&"listing.frozen") && codes(&frozen).contains(&"listing.frozen"));
    let sentence = refused(&frozen, &account(Role::CityScience), Action::ConfirmIntention, &[]);
    insta::assert_snapshot!(sentence.lines().next().unwrap(), @"listing.frozen 本批次名单已冻结（名单已冻结，待党组会），建议人选不能再增减；党组会前可由省科技厅说明理由解冻，之后请列入下一批次（方案三（四））");
}

#[test]
fn whoever_struck_a_name_does_not_freeze_the_list() {
    let bench = move_pair(in_review(), OTHER, PairStruck).but(|_, facts| {
        facts.related[1].body.set(&STRUCK_BY, "li");
        facts.related[1].body.set(&REASON, "同类岗位已满");
    });
    insta::assert_snapshot!(refused(&bench, &province("li"), FreezeListing, &[]), @"listing.one_person 您调减或撤销调减过 1 名人选；名单须两人把关，请由另一位经办人核对后冻结（方案三（四））");
    let frozen = bench.clone().then(&province("wang"), FreezeListing, &[]);
    assert_eq!(frozen.matter.body.list(&LIST_LINES), [line(PAIR, "张三").text()]);
    let silent = bench.but(|_, facts| facts.related[1].body.clear(&REASON));
    insta::assert_snapshot!(refused(&silent, &province("wang"), FreezeListing, &[]), @"listing.struck_without_reason 李四没有调减理由，请补充（方案三（四））");
}

#[test]
fn only_complete_eligible_and_verified_names_are_frozen() {
    let freezer = province("freezer");
    let nobody = move_pair(move_pair(in_review(), PAIR, PairStruck), OTHER, PairStruck);
    assert!(nobody.refusals(&freezer, FreezeListing, &[]).contains(&"listing.empty"));
    let nameless = in_review().but(|_, facts| facts.lines.get_mut(PAIR).unwrap().enterprise.clear());
    insta::assert_snapshot!(refused(&nameless, &freezer, FreezeListing, &[]), @"listing.incomplete 张三（pair-000001）的姓名、单位、企业或需求名称不全，请补充登记信息（方案三（四））");
    let with = |force, outcome| {
        in_review().but(move |_, facts| _ = facts.findings_of.insert(PAIR.into(), vec![finding(force, outcome)]))
    };
    insta::assert_snapshot!(refused(&with(Must, Outcome::Broken), &freezer, FreezeListing, &[]), @"listing.not_eligible 张三（示例大学（演示））：企业资质已过期；请更新证书；请调减或更正后再冻结（方案二（三）1（4））");
    let open = with(Must, Outcome::Unknown);
    assert_eq!(open.refusals(&freezer, FreezeListing, &[]), ["listing.unverified"]);
    let verified = [("override_code", "listing.unverified"), ("override_reason", "已电话核实证书")];
    let verified = open.then(&account(Role::Province), GrantOverride, &verified);
    assert_eq!(verified.refusals(&freezer, FreezeListing, &[]), [""; 0]);
    assert_eq!(with(Force::Prefer, Outcome::Broken).refusals(&freezer, FreezeListing, &[]), [""; 0]);
}

#[test]
fn the_meeting_decides_on_the_frozen_list_and_has_been_held() {
    let meeting = |held| [("meeting_decision_day", held), ("meeting_decision_number", "纪要1号")];
    let bench = frozen().on("2025-09-24");
    insta::assert_snapshot!(by_province(&bench, RecordMeetingDecision, &meeting("2025-09-21")), @"meeting.before_freeze 党组会日期 2025-09-21 早于名单冻结日 2025-09-22；会议审定的须是冻结的名单，请核对日期（方案三（四））");
    insta::assert_snapshot!(by_province(&bench, RecordMeetingDecision, &meeting("2025-09-25")), @"meeting.before_freeze 党组会日期 2025-09-25 晚于今天 2025-09-24，请在会后登记（方案三（四））");
    for held in ["2025-09-22", "2025-09-24"] {
        assert_eq!(bench.refusals(&account(Role::Province), RecordMeetingDecision, &meeting(held)), [""; 0], "{held}");
    }
}

#[test]
fn a_changed_name_stops_every_act_and_a_removed_one_does_not() {
    let changed = approved().but(|_, facts| facts.lines.get_mut(PAIR).unwrap().name = "张叁".into());
    insta::assert_snapshot!(by_province(&changed, StartNotice, &[]), @"listing.changed 变动：张三（示例大学（演示）），姓名由“张三”变为“张叁”；与党组会审定的名单不一致，请恢复登记信息，或办理“更正名单信息”（方案三（四））");
    let tampered = approved().with(&LIST_HASH, "0");
    insta::assert_snapshot!(by_province(&tampered, StartNotice, &[]), @"listing.changed 冻结名单与其哈希不一致，记录可能被改动，请联系审计管理员核查（方案三（四））");
    let added = with_pair(approved(), "pair-000003", "王五", PairListed);
    assert_eq!(added.refusals(&account(Role::Province), StartNotice, &[]), ["listing.changed"]);
    let removed = move_pair(approved(), OTHER, PairStruck);
    assert_eq!(removed.refusals(&account(Role::Province), StartNotice, &[]), [""; 0]);
}

#[test]
fn a_corrected_name_is_noticed_by_itself() {
    let wrong = |bench: Bench| bench.but(|_, facts| facts.lines.get_mut(PAIR).unwrap().name = "张叁".into());
    let sent = [("corrected_pair", PAIR), ("reason", "登记有误")];
    insta::assert_snapshot!(by_province(&on_notice(), CorrectLine, &sent), @"listing.nothing_to_correct pair-000001 的登记信息与冻结名单没有不同，不需要更正（方案三（四））");
    let other = on_notice().but(|_, facts| facts.lines.get_mut(PAIR).unwrap().person = "p9".into());
    insta::assert_snapshot!(by_province(&other, CorrectLine, &sent), @"listing.nothing_to_correct 更换人选、企业或需求属于增加，不能更正；请移出名单，列入下一批次（方案三（四））");
    let corrected = wrong(on_notice()).on("2025-10-09").then(&account(Role::Province), CorrectLine, &sent);
    assert_eq!(own_notice(&corrected.matter, PAIR), Some((day("2025-10-09"), day("2025-10-15"))));
    let submitted = corrected.on("2025-10-13").then(&Doer::Clock, CloseNotice, &[]).then(
        &account(Role::Province),
        SubmitListing,
        &[],
    );
    assert_eq!(submitted.matter.body.list(&SIGN_LINES), [line(OTHER, "李四").text()]);
    let before_notice = wrong(approved()).then(&account(Role::Province), CorrectLine, &sent);
    assert_eq!(own_notice(&before_notice.matter, PAIR), None);
    assert_eq!(before_notice.refusals(&account(Role::Province), StartNotice, &[]), [""; 0]);
}

#[test]
fn a_notice_needs_meeting_impact_assessment_and_clean_texts() {
    let without = |field: &'static Field| approved().but(|matter, _| matter.body.clear(field));
    insta::assert_snapshot!(by_province(&without(&MEETING_DECISION_NUMBER), StartNotice, &[]), @"notice.before_meeting 尚未登记党组会日期和纪要文号，请先登记党组会决定（方案三（四））");
    let unassessed = approved().but(|_, facts| facts.round.as_mut().unwrap().body.clear(&round::IMPACT_NUMBER));
    insta::assert_snapshot!(by_province(&unassessed, StartNotice, &[]), @"notice.no_impact_assessment 批次“事项”未登记个人信息保护影响评估，不得匹配、向第三方提供或公布；请先登记评估报告（个人信息保护法第二十四、二十八、五十五条）");
    let leaking = in_review()
        .but(|_, facts| facts.lines.get_mut(PAIR).unwrap().need_title = "石墨提纯，联系13800138000".into())
        .then(&province("freezer"), FreezeListing, &[]);
    let leaking = move_pair(move_pair(leaking, PAIR, PairListed), OTHER, PairListed).on("2025-09-24").then(
        &account(Role::Province),
        RecordMeetingDecision,
        MEETING,
    );
    insta::assert_snapshot!(by_province(&leaking, StartNotice, &[]), @"notice.personal_data 张三（示例大学（演示））的“技术需求”含手机号码（138＊＊＊00）；公开前请在登记信息中删去，附件请删去后重新上传（个人信息保护法第二十四、二十八、五十五条）");
}

#[test]
fn a_notice_stands_until_midnight_of_its_last_day() {
    let notice = on_notice();
    insta::assert_snapshot!(refused(&notice.clone().on("2025-10-10"), &Doer::Clock, CloseNotice, &[]), @"notice.too_short 2025-09-26 发布、2025-10-09 结束，公示 4 个工作日，不足 5 个；应公示至 2025-10-10 二十四时，最早 2025-10-11 办理下一步（方案三（四））");
    assert_eq!(notice.clone().on("2025-10-11").refusals(&Doer::Clock, CloseNotice, &[]), [""; 0]);
    assert_eq!((notice.matter.body.text(&NOTICE_END), notice.matter.due), ("2025-10-10", Some(day("2025-10-10"))));
}

#[test]
fn a_provisional_notice_only_lengthens() {
    let notice = approved().on("2026-12-30").then(&account(Role::Province), StartNotice, &[]);
    assert!(notice.matter.body.flag(&NOTICE_PROVISIONAL));
    insta::assert_snapshot!(by_province(&notice, RecomputeNotice, &[]), @"notice.unchanged 按现行日历截止日仍为 2027-01-07，不需要重算；公示期只延不缩（方案三（四））");
    let shorter = notice.clone().with(&NOTICE_END, day("2027-01-05"));
    let longer = shorter.then(&Doer::Clock, RecomputeNotice, &[]);
    assert_eq!(longer.matter.body.get(&NOTICE_END), notice.matter.body.get(&NOTICE_END));
    let told_longer = notice.with(&NOTICE_END, day("2027-01-20"));
    assert_eq!(told_longer.refusals(&Doer::Clock, RecomputeNotice, &[]), ["notice.unchanged"]);
}

#[test]
fn a_day_is_captured_once_and_a_missing_day_is_a_warning() {
    let captured = on_notice().then(&Doer::Clock, CaptureNotice, &[]);
    insta::assert_snapshot!(refused(&captured, &Doer::Clock, CaptureNotice, &[]), @"notice.captured_today 2025-09-26 已留存公示页面，每天留存一次（方案三（四））");
    let transition = captured.on("2025-10-13").act(&Doer::Clock, CloseNotice, &[]).unwrap();
    insta::assert_snapshot!(transition.warnings().join("\n"), @"公示期内有 14 天没有页面留存，请说明公示是否持续（方案三（四））");
}

fn objection() -> Bench {
    let notice = on_notice();
    let mut bench = at(ObjectionReceived).unopened().on("2025-09-28");
    bench.facts = notice.facts.clone();
    bench.facts.parent = Some(notice.matter);
    bench.matter.parties.organiser.clear();
    bench
}

fn objecting() -> Vec<(&'static str, &'static str)> {
    let contact = ("objector_contact", "赵六邮箱");
    vec![("objection_pair", PAIR), ("objection_facts", "持有该企业股份"), ("objector", "赵六"), contact]
}

#[test]
fn an_objection_with_name_and_contact_is_received_and_without_is_a_lead() {
    let received = objection().then(&Doer::Public, FileObjection, &objecting());
    assert_eq!(received.matter.stage, ObjectionReceived);
    assert_eq!(received.matter.title, "对张三（示例大学（演示））的异议");
    let lead = objection().then(&Doer::Public, FileObjection, &objecting()[..3]);
    assert_eq!(lead.matter.stage, ObjectionLead);
}

#[test]
fn an_objection_comes_within_the_notice_and_concerns_a_name_on_it() {
    let stranger = [("objection_pair", "pair-000009"), ("objection_facts", "持股")];
    insta::assert_snapshot!(refused(&objection(), &Doer::Public, FileObjection, &stranger), @"objection.unknown_name 公示名单上没有这名人选，请从名单中选择（方案三（四））");
    for (today, good) in [("2025-09-25", false), ("2025-09-26", true), ("2025-10-10", true), ("2025-10-11", false)] {
        let refusals = objection().on(today).refusals(&Doer::Public, FileObjection, &objecting());
        assert_eq!(refusals.is_empty(), good, "{today} {refusals:?}");
    }
    let late = objection().on("2025-10-20");
    insta::assert_snapshot!(refused(&late, &Doer::Public, FileObjection, &objecting()), @"objection.outside_notice 公示期为 2025-09-26 至 2025-10-10，2025-10-20 不在公示期内；此后反映问题，请直接与省科技厅联系（方案三（四））");
    let mut by_letter = objecting();
    by_letter.push(("received_day", "2025-10-09"));
    assert_eq!(late.refusals(&account(Role::Province), FileObjection, &by_letter), [""; 0]);
    assert_eq!(late.refusals(&Doer::Public, FileObjection, &by_letter), ["objection.outside_notice"]);
}

fn accepted() -> Bench {
    let received = objection().then(&Doer::Public, FileObjection, &objecting());
    received.but(|matter, _| matter.id = "objection-000001".into()).then(&account(Role::Province), AcceptObjection, &[])
}

#[test]
fn an_anonymous_lead_holds_a_name_only_when_it_can_be_checked() {
    let lead = objection().then(&Doer::Public, FileObjection, &objecting()[..2]);
    let lead = lead.but(|matter, _| matter.id = "objection-000001".into());
    assert_eq!(lead.refusals(&account(Role::Province), AcceptObjection, &[]), ["act.missing_field"]);
    assert_eq!(lead.refusals(&account(Role::Province), AcceptObjection, &[("checkable", "附工商登记")]), [""; 0]);
    let out = move_pair(lead, PAIR, PairPublished);
    insta::assert_snapshot!(by_province(&out, AcceptObjection, &[("checkable", "附工商登记")]), @"objection.name_is_out 该人选已公布或已移出名单，不能再暂缓；请按不予受理答复，另行处理（方案三（四））");
}

#[test]
fn an_objection_has_deadlines_in_working_days() {
    let accepted = accepted();
    assert_eq!(accepted.matter.due, Some(day("2025-10-24")));
    let investigated =
        accepted.on("2025-10-13").then(&account(Role::Province), InvestigateObjection, &[("findings", "属实")]);
    assert_eq!(investigated.matter.due, Some(day("2025-11-03")));
}

#[test]
fn an_upheld_objection_is_told_to_the_party_group_and_tells_nobody_who_objected() {
    let bench = accepted().then(&account(Role::Province), InvestigateObjection, &[("findings", "属实")]);
    let bench = bench.but(|_, facts| drop(facts.texts.insert(OBJECTOR.key, "赵六".to_owned())));
    let upheld = |reason| [("decision", "upheld"), ("reason", reason), ("group_told_day", "2025-09-28")];
    insta::assert_snapshot!(by_province(&bench, DecideObjection, &upheld("持股")[..2]), @"objection.group_not_told 异议成立即取消党组会审定的人选，请先报告党组并填写报告日期（方案三（四））");
    insta::assert_snapshot!(by_province(&bench, DecideObjection, &upheld("赵六反映属实")), @"objection.objector_named 理由中写有异议人的异议人姓名，单位和组织单位会看到，请删去（方案三（四））");
    assert_eq!(bench.refusals(&account(Role::Province), DecideObjection, &upheld("持股属实")), [""; 0]);
    let not_upheld = [("decision", "not_upheld"), ("reason", "查无此事")];
    assert_eq!(bench.refusals(&account(Role::Province), DecideObjection, &not_upheld), [""; 0]);
}

#[test]
fn names_go_out_only_when_every_real_name_objection_was_read() {
    let unread = noticed().on("2025-10-13").but(|_, facts| facts.related.push(at(ObjectionReceived).matter));
    insta::assert_snapshot!(by_province(&unread, SubmitListing, &[]), @"objection.unread 实名异议 objection-000001尚未决定是否受理，请先受理（该人选暂缓）或不予受理（方案三（四））");
    let lead = noticed().on("2025-10-13").but(|_, facts| facts.related.push(at(ObjectionLead).matter));
    assert_eq!(lead.refusals(&account(Role::Province), SubmitListing, &[]), [""; 0]);
}

#[test]
fn a_held_name_stays_back_and_is_published_later_under_its_own_signatures() {
    let held = move_pair(noticed(), PAIR, PairHeld).on("2025-10-13").then(&account(Role::Province), SubmitListing, &[]);
    assert_eq!(held.matter.body.list(&SIGN_LINES), [line(OTHER, "李四").text()]);
    let all_held = move_pair(move_pair(noticed(), PAIR, PairHeld), OTHER, PairHeld);
    insta::assert_snapshot!(by_province(&all_held, SubmitListing, &[]), @"listing.nobody_to_publish 没有可以公布的人选：异议暂缓 2 名，其余已公布、已移出或更正后仍在公示；请待异议决定、公示期满后办理（方案三（四））");
    let mut bench = held;
    for role in [Role::Province, Role::EducationDepartment, Role::IndustryDepartment, Role::Sasac] {
        bench = bench.then(&account(role), SignListing, &[]);
    }
    let published = bench.then(&account(Role::Province), PublishListing, DOCUMENT);
    let released = move_pair(move_pair(published, OTHER, PairPublished), PAIR, PairListed);
    let again = released.on("2025-10-20").then(&account(Role::Province), SubmitHeld, &[]);
    assert_eq!(again.matter.body.list(&SIGN_LINES), [line(PAIR, "张三").text()]);
    let returned = again.then(&account(Role::Sasac), ReturnListing, &[("reason", "再核")]);
    assert_eq!((returned.matter.stage, returned.matter.body.list(&SIGNATURES).len()), (ListingPublished, 4));
}

#[test]
fn four_departments_sign_one_hash_once_each() {
    let bench = noticed().on("2025-10-13").then(&account(Role::Province), SubmitListing, &[]);
    let one = bench.clone().then(&account(Role::Sasac), SignListing, &[]);
    insta::assert_snapshot!(refused(&one, &account(Role::Sasac), SignListing, &[]), @"act.done_already “会签名单”您方已办理，正待省科技厅、省教育厅、省工信厅（方案三（四））");
    assert_eq!(one.refusals(&account(Role::Province), PublishListing, DOCUMENT), ["act.wrong_stage"]);
    let forged = signed_by_all().but(|matter, _| {
        let three: Vec<String> = matter.body.list(&SIGNATURES)[..3].to_vec();
        matter.body.set(&SIGNATURES, three);
    });
    insta::assert_snapshot!(by_province(&forged, PublishListing, DOCUMENT), @"listing.not_countersigned 尚未会签：省国资委，请待其会签后公布（方案三（四））");
    let held_meanwhile = move_pair(bench, PAIR, PairHeld);
    insta::assert_snapshot!(refused(&held_meanwhile, &account(Role::Sasac), SignListing, &[]), @"listing.hash_differs 名单与送会签时不同（减少：张三（示例大学（演示）））；请退回会签，重新送签（方案三（四））");
}

#[test]
fn a_list_is_published_under_a_document_younger_than_its_notice() {
    let bench = signed_by_all();
    assert_eq!(bench.matter.stage, ListingSigned);
    let document = |day| [("document_number", "黑科联发〔2025〕12号（演示）"), ("document_day", day)];
    insta::assert_snapshot!(by_province(&bench, PublishListing, &document("2025-10-10")), @"publication.before_notice_end 成文日期 2025-10-10 不晚于公示截止日 2025-10-10；公布须在公示期满之后，请核对（方案三（四））");
    insta::assert_snapshot!(by_province(&bench, PublishListing, &document("2025-10-14")), @"publication.before_notice_end 成文日期 2025-10-14 晚于今天 2025-10-13，请核对（方案三（四））");
    let published = bench.then(&account(Role::Province), PublishListing, DOCUMENT);
    assert_eq!(published.matter.body.list(&PUBLISHED_LINES).len(), 2);
    let hash = published.matter.body.text(&SIGN_HASH);
    let entry = format!("黑科联发〔2025〕12号（演示）|2025-10-13|{hash}|2");
    assert_eq!(published.matter.body.list(&PUBLICATIONS), [entry]);
}

#[test]
fn a_listed_name_is_removed_while_no_department_is_signing() {
    let pair =
        |stage: Stage| at(PairListed).but(|_, facts| _ = facts.texts.insert(g::LISTING_STAGE, stage.code().into()));
    let reason = [("reason", "本人因病退出"), ("removal_told_day", "2025-03-03")];
    let ahead = [reason[0], ("removal_told_day", "2025-03-04")];
    insta::assert_snapshot!(by_province(&pair(ListingApproved), RemoveListed, &ahead), @"listing.group_not_told 报告党组日期 2025-03-04 晚于今天 2025-03-03，请先报告再移出（方案三（四））");
    assert_eq!(
        pair(ListingApproved).refusals(&account(Role::Province), RemoveListed, &reason[..1]),
        ["act.missing_field"]
    );
    for (stage, good) in [
        (ListingFrozen, false),
        (ListingApproved, true),
        (ListingNotice, true),
        (ListingCountersign, false),
        (ListingPublished, true),
    ] {
        let refusals = pair(stage).refusals(&account(Role::Province), RemoveListed, &reason);
        assert_eq!(refusals.is_empty(), good, "{stage:?} {refusals:?}");
    }
    insta::assert_snapshot!(by_province(&pair(ListingSigned), RemoveListed, &reason), @"listing.signing 名单现为“四部门已会签，待公布”，移出会使会签失效，请先退回会签（方案三（四））");
}
