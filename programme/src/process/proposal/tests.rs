//! 1. A proposal needs a round that matches, an impact assessment, a reported need, a run of today that names the person.
//! 2. A push is made by a person who has read the evidence, to the person's own unit, for one live offer at a time.
//! 3. What the rules say of the pair refuses; 原则上 gives way to a reason of the province alone.
//! 4. An answer is due after the policy's working days or on the round's day, whichever comes first.
//! 5. The person declares three things; the unit vouches within the working days of the year.
//! 6. Another person of the own unit stands beside the original.
//! 7. A proposal has the round's day for answers, an extension moves it, and the end of the round ends what was not pushed.

use super::*;
use crate::access::Role;
use crate::finding::{Finding, Force, Outcome};
use crate::process::round::{IMPACT_NUMBER, NEEDS_DAY};
use crate::process::testing::{Bench, account, at, day};
use crate::process::vocabulary::Stage::{NeedReported, RoundCollected};
use crate::process::{Doer, OVERRIDES, Refusal};

const RELATED: &[(&str, &str)] = &[("relevant", "是")];

fn finding(clause: Clause, force: Force, outcome: Outcome, message: &str) -> Finding {
    let message = format!("{message}（{}）", clause.chinese());
    Finding { clause, force, code: "test", outcome, message }
}

fn ready(stage: Stage) -> Bench {
    let round = at(RoundCollected)
        .with(&IMPACT_NUMBER, "PIA-1")
        .with(&NEEDS_DAY, day("2025-03-31"))
        .with(&ANSWERS_DAY, day("2025-05-30"))
        .with(&TALKS_DAY, day("2025-06-30"));
    at(stage).on("2025-04-14").with(&POST, 1).but(|pair, facts| {
        pair.due = Some(day("2025-04-28"));
        facts.round = Some(round.matter);
        facts.parent = Some(at(NeedReported).matter);
        facts.findings = vec![finding(clause!("2.1.1(2)"), Must, Outcome::Met, "45 周岁")];
        facts.counts.extend([
            (fact::OPTED_OUT, 0),
            (fact::IN_PLAN, 1),
            (fact::RUN_CURRENT, 1),
            (fact::RUN_AS_FROZEN, 1),
        ]);
        facts.texts.insert(fact::PERSON_UNIT, "示例大学".to_owned());
    })
}

fn other(stage: Stage, id: &str) -> Matter {
    let mut pair = at(stage).with(&POST, 1).matter;
    id.clone_into(&mut pair.id);
    pair
}

fn push(bench: &Bench) -> Result<super::super::Transition, Vec<Refusal>> {
    bench.act(&account(Role::Province), PushPair, RELATED)
}

fn sentence(bench: &Bench) -> String {
    let refusals = push(bench).unwrap_err();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    format!("{} {}", refusals[0].code, refusals[0].message)
}

use crate::clause::Clause;

#[test]
fn a_pair_of_the_plan_is_proposed_and_an_alternate_stands_by() {
    let inputs = [("run", "3"), ("person", "p1")];
    for (order, stage) in [(0, PairProposed), (1, PairStandby), (3, PairStandby)] {
        let bench = ready(PairProposed).with(&ORDER, order).unopened();
        let after = bench.act(&account(Role::Province), ProposePair, &inputs).unwrap();
        assert_eq!(after.after().stage, stage, "{order}");
    }
    let fourth = ready(PairProposed).with(&ORDER, 4).unopened();
    assert_eq!(fourth.refusals(&account(Role::Province), ProposePair, &inputs), ["pair.too_many_alternates"]);
}

#[test]
fn nothing_is_proposed_without_its_grounds() {
    let refused = |change: fn(&mut Matter, &mut super::super::Facts)| {
        let bench = ready(PairProposed).unopened().but(change);
        bench.refusals(&account(Role::Province), ProposePair, &[("run", "3"), ("person", "p1")])
    };
    assert_eq!(refused(|_, _| {}), [""; 0]);
    assert_eq!(refused(|_, facts| facts.round = None), ["pair.round_not_matching", "pair.impact_not_assessed"]);
    assert_eq!(
        refused(|_, facts| facts.round.as_mut().unwrap().stage = Stage::RoundConcluded),
        ["pair.round_not_matching"]
    );
    assert_eq!(
        refused(|_, facts| facts.round.as_mut().unwrap().body.clear(&IMPACT_NUMBER)),
        ["pair.impact_not_assessed"]
    );
    assert_eq!(refused(|_, facts| facts.parent = Some(at(Stage::NeedReview).matter)), ["pair.need_not_reported"]);
    assert_eq!(refused(|_, facts| _ = facts.counts.remove(fact::RUN_CURRENT)), ["pair.run_outdated"]);
    assert_eq!(refused(|_, facts| _ = facts.counts.insert(fact::RUN_AS_FROZEN, 0)), ["pair.run_not_as_frozen"]);
    assert_eq!(refused(|_, facts| _ = facts.counts.insert(fact::IN_PLAN, 0)), ["pair.not_in_plan"]);
    assert_eq!(refused(|_, facts| facts.findings.clear()), ["pair.not_checked"]);
    assert_eq!(refused(|_, facts| _ = facts.counts.insert(fact::OPTED_OUT, 1)), ["pair.person_opted_out"]);
    assert_eq!(refused(|_, facts| facts.related.push(other(PairPushed, "pair-7"))), ["pair.already_proposed"]);
    assert_eq!(refused(|_, facts| facts.related.push(other(PairWithdrawn, "pair-7"))), [""; 0]);
}

#[test]
fn a_push_needs_somebody_who_has_read_the_evidence() {
    let refusals = ready(PairProposed).refusals(&account(Role::Province), PushPair, &[]);
    assert_eq!(refusals, ["pair.relevance_not_confirmed"]);
    assert_eq!(ready(PairProposed).refusals(&account(Role::Unit), PushPair, RELATED), ["act.unseen"]);
    assert_eq!(ready(PairProposed).refusals(&Doer::Clock, PushPair, RELATED), ["act.not_yours"]);
}

#[test]
fn an_answer_is_due_after_ten_working_days_or_on_the_rounds_day() {
    // 1–5 May 2025 are days off; 27 April is worked.
    assert_eq!(push(&ready(PairProposed)).unwrap().after().due, Some(day("2025-04-27")));
    let late = ready(PairProposed).on("2025-05-26");
    assert_eq!(push(&late).unwrap().after().due, Some(day("2025-05-30")));
    assert!(push(&late.clone().on("2025-05-30")).is_ok());
    insta::assert_snapshot!(sentence(&late.on("2025-05-31")), @"pair.answers_closed 批次答复截止日 2025-05-30 已过；如需继续推送，请先延长批次期限，否则请撤销，未撤销的随批次办结终止（方案三（二））");
}

#[test]
fn one_person_has_one_live_offer_and_one_post_one_live_push() {
    let bench = |stage, person: &str| {
        let mut pair = other(stage, "pair-000007");
        pair.parties.person = Some(person.to_owned());
        ready(PairProposed).but(|_, facts| facts.related.push(pair))
    };
    let mut elsewhere = bench(PairAsked, "p1");
    elsewhere.facts.related[0].parties.need = Some("need-000009".to_owned());
    insta::assert_snapshot!(sentence(&elsewhere), @"pair.person_has_offer 此人已有 1 项在办推送：pair-000007（待本人答复），最多 1 项，请待其办结（方案三（二））");
    insta::assert_snapshot!(sentence(&bench(PairPushed, "p2")), @"pair.post_offered 此岗位已有在办推送 pair-000007（已推送，待派出单位征询），待其谢绝或逾期后候补递补（方案三（二））");
    for stage in [PairDeclined, PairLapsed, PairProposed, PairStandby] {
        assert!(push(&bench(stage, "p2")).is_ok(), "{stage:?}");
    }
    assert!(push(&bench(PairPushed, "p2").with(&INSTEAD_OF, "pair-000007")).is_ok());
}

#[test]
fn a_push_goes_only_to_the_persons_own_unit() {
    let moved = ready(PairProposed).but(|_, facts| {
        facts.texts.insert(fact::PERSON_UNIT, "另一大学".to_owned());
    });
    insta::assert_snapshot!(sentence(&moved), @"pair.not_own_unit 人选现所在单位为“另一大学”，推荐记录为“示例大学”，只能推送给本人单位，请撤销后重新形成推荐（方案三（二））");
}

#[test]
fn what_a_must_rule_says_refuses_and_what_is_unknown_does_not_yet() {
    let cases = [
        ("2.1.1(1)", "pair.person_misconduct"),
        ("2.1.1(2)", "pair.over_age"),
        ("2.2.1(1)", "pair.unit_not_qualified"),
        ("2.2.1(2)", "pair.discipline_not_authorised"),
        ("2.3.1(1)", "pair.enterprise_not_qualified"),
        ("2.3.1(4)", "pair.conflict_of_interest"),
    ];
    for (id, code) in cases {
        let clause = crate::rules::ALL.iter().copied().flatten().find(|rule| rule.clause.id() == id).unwrap().clause;
        let with = |outcome| {
            ready(PairProposed).but(|_, facts| facts.findings.push(finding(clause, Must, outcome, "事实；办法")))
        };
        let refused = with(Outcome::Broken).refusals(&account(Role::Province), PushPair, RELATED);
        assert_eq!(refused, [code]);
        assert!(push(&with(Outcome::Unknown)).is_ok(), "{id}");
    }
}

#[test]
fn degree_and_title_give_way_to_a_reason_of_the_province_that_stays() {
    let below = ready(PairProposed).but(|_, facts| {
        let fact = "学士、中级，未达到硕士及以上学位或副高级及以上职称；确需选派的，由省科技厅书面说明理由";
        facts.findings.push(finding(clause!("2.1.1(3)b"), Principle, Outcome::Broken, fact));
    });
    insta::assert_snapshot!(sentence(&below), @"education.degree_or_title 学士、中级，未达到硕士及以上学位或副高级及以上职称；确需放宽的，由省科技厅书面说明理由（方案二（一）1（3））");
    let reason = [("override_code", "education.degree_or_title"), ("override_reason", "行业急需")];
    let let_go = below.clone().then(&account(Role::Province), GrantOverride, &reason);
    assert_eq!(let_go.matter.body.list(&OVERRIDES).len(), 1);
    assert!(push(&let_go).is_ok());
    let wrong = [("override_code", "pair.over_age"), ("override_reason", "行业急需")];
    assert_eq!(below.refusals(&account(Role::Province), GrantOverride, &wrong), ["act.missing_field"]);
}

#[test]
fn the_person_declares_three_things_in_time_and_the_confidential_part_is_released() {
    let asked = ready(PairPushed).then(&account(Role::Unit), AskPerson, &[]);
    assert_eq!(asked.matter.due, Some(day("2025-04-28")));
    let refusals = asked.refusals(&Doer::Link, AcceptPair, &[]);
    assert_eq!(refusals, ["act.missing_field"; 3]);
    let yes = [("declare_integrity", "是"), ("declare_knowledge", "是"), ("declare_no_holding", "是")];
    assert_eq!(asked.clone().on("2025-04-29").refusals(&Doer::Link, AcceptPair, &yes), ["pair.answer_day_passed"]);
    let willing = asked.on("2025-04-28").then(&Doer::Link, AcceptPair, &yes);
    assert_eq!((willing.matter.stage, willing.matter.due), (PairWilling, Some(day("2025-04-28"))));
    assert!(is_released(&willing.matter, CONFIDENTIAL_PART) && !is_released(&willing.matter, CONTACTS));
    insta::assert_snapshot!(willing.matter.body.list(&DECLARATIONS)[0], @"2025-04-28：本人，政策版本 2025-2027");
}

#[test]
fn a_unit_vouches_within_the_working_days_of_the_year() {
    let vouch = |teaching: &str, posts: &str, service: &str| {
        let sent = [
            ("vouch_willing", "是"),
            ("vouch_time", "是"),
            ("vouch_able", "是"),
            ("teaching_days", teaching),
            ("other_post_days", posts),
            ("service_days", service),
        ];
        ready(PairWilling).act(&account(Role::Unit), VouchPair, &sent)
    };
    assert_eq!(vouch("146", "40", "62").unwrap().after().due, Some(day("2025-06-30")));
    insta::assert_snapshot!(vouch("147", "40", "62").unwrap_err()[0].message, @"教学 147 天、其他任职 40 天、服务企业 62 天，合计 249 天，超过全年 248 个工作日，请核减后推荐或另荐人选（方案二（二）2）");
    insta::assert_snapshot!(vouch("0", "0", "61").unwrap_err()[0].message, @"全年可服务企业 61 个工作日，不足 62 个，请调整安排或另荐人选（方案三（五））");
}

#[test]
fn a_unit_does_not_vouch_for_what_its_records_leave_open() {
    let open = ready(PairWilling).but(|_, facts| {
        facts.findings.push(finding(clause!("2.1.1(2)"), Must, Outcome::Unknown, "未说明出生日期；请补充后再核查"));
    });
    let sent = [
        ("vouch_willing", "是"),
        ("vouch_time", "是"),
        ("vouch_able", "是"),
        ("teaching_days", "100"),
        ("other_post_days", "0"),
        ("service_days", "62"),
    ];
    let refusals = open.act(&account(Role::Unit), VouchPair, &sent).unwrap_err();
    insta::assert_snapshot!(refusals[0].message, @"未说明出生日期；请补充后再核查；人员登记由省科技厅维护，请将证明材料报省科技厅更新后再推荐（方案二（二）2）");
}

#[test]
fn another_person_of_the_own_unit_stands_beside_the_original() {
    let asked = ready(PairPushed).with(&RUN, 3).but(|_, facts| {
        facts.counts.insert(fact::OTHER_LEVEL, 3);
        facts.texts.extend([
            (fact::OTHER_BAND, "较强相关".to_owned()),
            (fact::OTHER_SCORE, "1.250000".to_owned()),
            (fact::PERSON_NAME, "李四".to_owned()),
        ]);
    });
    let sent = [("other_person", "p9"), ("reason", "更熟悉该工艺")];
    let done = asked.act(&account(Role::Unit), SuggestOther, &sent).unwrap();
    assert_eq!(done.after().stage, PairPushed);
    let new = &done.opened()[0];
    assert_eq!((new.stage, new.title.as_str()), (PairProposed, "事项 ← 李四"));
    assert_eq!((new.parties.person.as_deref(), new.body.text(&INSTEAD_OF)), (Some("p9"), "pair-000001"));
    assert_eq!((new.body.whole(&LEVEL), new.body.whole(&RUN), new.body.whole(&POST)), (Some(3), Some(3), Some(1)));

    let refused = |change: fn(&mut super::super::Facts)| {
        asked.clone().but(|_, facts| change(facts)).refusals(&account(Role::Unit), SuggestOther, &sent)
    };
    assert_eq!(refused(|facts| facts.findings.clear()), ["pair.other_unknown"]);
    let of_another = refused(|facts| _ = facts.texts.insert(fact::PERSON_UNIT, "另一大学".to_owned()));
    assert_eq!(of_another, ["pair.other_of_other_unit"]);
    assert_eq!(refused(|facts| _ = facts.counts.insert(fact::OTHER_LEVEL, 1)), ["pair.other_unrelated"]);
    assert_eq!(refused(|facts| _ = facts.counts.insert(fact::OPTED_OUT, 1)), ["pair.person_opted_out"]);
    let same = [("other_person", "p1"), ("reason", "同一人")];
    assert_eq!(asked.refusals(&account(Role::Unit), SuggestOther, &same), ["pair.other_already_proposed"]);
}

#[test]
fn another_person_is_proposed_by_the_rounds_answer_day_while_it_is_matched() {
    let sent = [("other_person", "p9"), ("reason", "更熟悉该工艺")];
    let asked = ready(PairVouched).but(|_, facts| _ = facts.counts.insert(fact::OTHER_LEVEL, 3));
    let unit = account(Role::Unit);
    assert!(asked.clone().on("2025-05-30").refusals(&unit, SuggestOther, &sent).is_empty());
    assert_eq!(asked.clone().on("2025-05-31").refusals(&unit, SuggestOther, &sent), ["pair.answers_closed"]);
    let over = asked.but(|_, facts| facts.round.as_mut().unwrap().stage = Stage::RoundConcluded);
    assert_eq!(over.refusals(&unit, SuggestOther, &sent), ["pair.round_not_matching"]);
}

#[test]
fn a_person_may_refuse_until_the_suggestion_is_reported() {
    let sent = [("refusal_kind", "time")];
    for (stage, to) in [(PairVouched, PairDeclined), (PairTalks, PairFailed), (PairIntention, PairFailed)] {
        assert_eq!(ready(stage).then(&account(Role::Person), DeclinePair, &sent).matter.stage, to, "{stage:?}");
    }
    assert_eq!(ready(PairSuggested).refusals(&account(Role::Person), DeclinePair, &sent), ["act.wrong_stage"]);
}

#[test]
fn a_certificate_that_ran_out_and_an_age_at_the_limit_warn_and_stop_no_push() {
    let with = |code: &'static str, clause: Clause, force: Force| {
        ready(PairProposed).but(|_, facts| {
            facts.findings.push(Finding { code, ..finding(clause, force, Outcome::Broken, "请核对") });
        })
    };
    let warned = |bench: &Bench| push(bench).unwrap().warnings().to_vec();
    let expired = with("qualification.valid", clause!("2.3.1(1)"), Must);
    assert_eq!(warned(&expired), ["请核对（方案二（三）1（1））"]);
    assert_eq!(warned(&with("age.near_limit", clause!("2.1.1(2)"), Force::Warning)), ["请核对（方案二（一）1（2））"]);
    let honest = with("misconduct.none", clause!("2.3.1(1)"), Must);
    assert_eq!(honest.refusals(&account(Role::Province), PushPair, RELATED), ["pair.enterprise_not_qualified"]);
}

#[test]
fn an_alternate_that_moves_up_is_proposed_and_not_pushed() {
    let up = ready(PairStandby).with(&ORDER, 2).then(&Doer::Act, MovePairUp, &[]);
    assert_eq!((up.matter.stage, order(&up.matter)), (PairProposed, 2));
    assert_eq!(ready(PairStandby).refusals(&Doer::Clock, MovePairUp, &[]), ["act.not_yours"]);
}

#[test]
fn a_proposal_has_the_rounds_day_for_answers() {
    let inputs = [("run", "3"), ("person", "p1")];
    for order in [0, 1] {
        let bench = ready(PairProposed).with(&ORDER, order).unopened();
        let opened = bench.act(&account(Role::Province), ProposePair, &inputs).unwrap();
        assert_eq!(opened.after().due, Some(day("2025-05-30")), "{order}");
    }
    let up = ready(PairStandby).but(|pair, _| pair.due = None).then(&Doer::Act, MovePairUp, &[]);
    assert_eq!(up.matter.due, Some(day("2025-05-30")));
    let asked = ready(PairPushed).but(|_, facts| _ = facts.counts.insert(fact::OTHER_LEVEL, 3));
    let beside =
        asked.act(&account(Role::Unit), SuggestOther, &[("other_person", "p9"), ("reason", "更熟悉")]).unwrap();
    assert_eq!(beside.opened()[0].due, Some(day("2025-05-30")));
}

#[test]
fn an_extended_round_moves_the_day_of_what_waits_for_the_rounds_own_days() {
    for (stage, due) in [
        (PairProposed, "2025-05-30"),
        (PairStandby, "2025-05-30"),
        (PairVouched, "2025-06-30"),
        (PairTalks, "2025-06-30"),
        (PairIntention, "2025-06-30"),
    ] {
        let moved = ready(stage).then(&Doer::Act, ReschedulePair, &[]);
        assert_eq!((moved.matter.stage, moved.matter.due), (stage, Some(day(due))));
    }
    // A push keeps the day that the unit and the person were told.
    assert_eq!(ready(PairPushed).refusals(&Doer::Act, ReschedulePair, &[]), ["act.wrong_stage"]);
}

#[test]
fn what_was_not_pushed_ends_with_the_round_and_its_reason_and_by_nobodys_hand() {
    let why = [("reason", "批次办结时尚未推送")];
    for stage in [PairProposed, PairStandby] {
        let over = ready(stage).then(&Doer::Act, ClosePair, &why);
        assert_eq!((over.matter.stage, over.matter.due), (PairUnused, None));
        assert_eq!(over.matter.body.text(&REASON), "批次办结时尚未推送");
        assert!(is_over(over.matter.stage) && over.matter.waits().is_empty());
        assert_eq!(ready(stage).refusals(&account(Role::Province), ClosePair, &why), ["act.not_yours"]);
    }
    assert_eq!(ready(PairPushed).refusals(&Doer::Act, ClosePair, &why), ["act.wrong_stage"]);
}
