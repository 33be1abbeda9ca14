//! 三（三） Talks: pairs go to the city or SASAC that organises the enterprise; contacts are released only now.
//!
//! Readings taken: an intention needs at least one recorded meeting, since the plan has the organiser hold talks first; it is
//! late, not refused, after the round's day. The table of shareholders is asked again; where it does not answer, both sides
//! have declared (2.3.1(4)) and the open question is kept as a warning.

use super::decide::{Case, Change};
use super::eligibility::{CHECKED, CONFLICT_KNOWN, DEGREE_OR_TITLE, ENTERPRISE_QUALIFIES, HONEST, NO_CONFLICT};
use super::field::Field;
use super::listing::guards::BEFORE_FREEZE;
use super::need::{CERTIFICATE_STILL_VALID, POSTS};
use super::proposal::{CONTACTS, ROUND_MATCHING, declare, fact, release, talks_day};
use super::rule::By::Account;
use super::rule::{Follow, Guard, Rule, Target, To, rule};
use super::vocabulary::Action::{
    ConfirmIntention, DeclareIntention, FailTalks, MovePairUp, RecordMeeting, ReopenReport, ReturnToTalks, SendToTalks,
};
use super::vocabulary::Stage::{
    PairFailed, PairHeld, PairIntention, PairListed, PairPublished, PairStruck, PairSuggested, PairTalks, PairVouched,
};
use super::words::words;
use super::{OVERRIDES, REASON, REMARK, override_entry};
use crate::access::Role::{CityIndustry, CityScience, Province, Sasac};
use crate::clause;
use crate::finding::Force::{Must, Principle, Warning};

/// Day of a meeting.
pub const MEETING_DAY: Field = Field::day("meeting_day", "洽谈日期").required();
/// How it was held.
pub const MEETING_WAY: Field =
    Field::choice("meeting_way", "方式", &[("site", "现场"), ("video", "视频"), ("phone", "电话")]).required();
/// Who took part and what was said.
pub const MINUTES: Field = Field::text("minutes", "洽谈纪要").required();
/// Who was there.
pub const TAKING_PART: Field = Field::line("taking_part", "参加人员").required().hint(
    "企业、科技人员、派出单位及组织单位的到场人",
    "Who was there of enterprise, person, sending unit and organiser",
);
/// Meetings held: day, how, who.
pub const MEETINGS: Field = Field::list("meetings", "洽谈记录");
/// Why talks failed; feeds the need's quality meter.
pub const FAILURE: Field = Field::many(
    "failure",
    "未成原因",
    &[
        ("unclear_target", "指标不明确"),
        ("budget_too_low", "预算不足或不明"),
        ("no_site", "缺少实施条件"),
        ("secrecy", "保密或知识产权分歧"),
        ("time_too_short", "时间不足"),
        ("technology_not_mature", "技术不成熟"),
        ("wrong_field", "方向不符"),
        ("other", "其他"),
    ],
)
.required();
/// 3.3b: both sides want it.
pub const ENTERPRISE_WANTS: Field =
    Field::flag("enterprise_wants", "企业有意向", "The enterprise wants to go on").required();
/// 3.3b: both sides want it.
pub const PERSON_WANTS: Field = Field::flag("person_wants", "科技人员有意向", "The person wants to go on").required();
/// 2.3.1(4): declared by the enterprise, asked by the organiser.
pub const ENTERPRISE_NO_HOLDING: Field = Field::flag(
    "enterprise_no_holding",
    "企业声明：非由该科技人员及其所在单位创办或入股",
    "The enterprise declares: neither the person nor the unit founded it or holds shares in it",
)
.required();
/// Since when the intention waits for the bureaus.
pub const INTENTION_DAY: Field = Field::kept("intention_day", "意向登记日");

/// The rows of 三（三）.
pub const RULES: &[Rule] = &[
    rule(clause!("3.3a"), Must, SendToTalks)
        .from(&[PairVouched])
        .to(PairTalks)
        .by(&[Account(Province)])
        .guards(&[
            &ROUND_MATCHING,
            &CHECKED,
            &HONEST,
            &DEGREE_OR_TITLE,
            &ENTERPRISE_QUALIFIES,
            &CERTIFICATE_STILL_VALID,
            &NO_CONFLICT,
        ])
        .effect(|case, change| release(case, change, CONTACTS, "企业、本人、派出单位和组织单位"))
        .due(words("对接意向上报截止日", "last day for reporting intentions"), talks_day),
    rule(clause!("3.3a"), Must, RecordMeeting)
        .from(&[PairTalks])
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .guards(&[&MEETING_IS_PAST])
        .fields(&[&MEETING_DAY, &MEETING_WAY, &TAKING_PART, &MINUTES])
        .effect(keep_meeting),
    rule(clause!("3.3a"), Must, FailTalks)
        .from(&[PairTalks])
        .to(PairFailed)
        .by(&[Account(CityScience), Account(Sasac)])
        .fields(&[&FAILURE, &REASON])
        .then(&[Follow { action: MovePairUp, on: Target::NextAlternate }]),
    rule(clause!("3.3b"), Must, DeclareIntention)
        .from(&[PairTalks])
        .to(PairIntention)
        .by(&[Account(CityScience), Account(Sasac)])
        .guards(&[
            &MEETING_HELD,
            &POSTS_LEFT,
            &WITHIN_TALKS,
            &CHECKED,
            &HONEST,
            &ENTERPRISE_QUALIFIES,
            &CERTIFICATE_STILL_VALID,
            &NO_CONFLICT,
            &CONFLICT_KNOWN,
        ])
        .fields(&[&ENTERPRISE_WANTS, &PERSON_WANTS, &ENTERPRISE_NO_HOLDING])
        .effect(keep_intention)
        .due(words("对接意向上报截止日", "last day for reporting intentions"), talks_day)
        .undoable(),
    rule(clause!("3.3b"), Must, ConfirmIntention)
        .from(&[PairIntention])
        .leading(To::All(PairSuggested))
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .guards(&[
            &BEFORE_FREEZE,
            &WITHIN_TALKS,
            &CHECKED,
            &HONEST,
            &ENTERPRISE_QUALIFIES,
            &CERTIFICATE_STILL_VALID,
            &NO_CONFLICT,
            &CONFLICT_KNOWN,
        ])
        .fields(&[&REMARK]),
    rule(clause!("3.3b"), Must, ReturnToTalks)
        .from(&[PairIntention])
        .to(PairTalks)
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .fields(&[&REASON])
        .due(words("对接意向上报截止日", "last day for reporting intentions"), talks_day),
    rule(clause!("3.4a"), Principle, ReopenReport)
        .from(&[PairSuggested, PairStruck])
        .to(PairTalks)
        .by(&[Account(Province)])
        .guards(&[&BEFORE_MEETING, &BEFORE_FREEZE])
        .fields(&[&REASON])
        .effect(keep_reopening)
        .due(words("对接意向上报截止日", "last day for reporting intentions"), talks_day),
];

const MEETING_IS_PAST: Guard = Guard {
    clause: clause!("3.3a"),
    force: Must,
    code: "talks.meeting_in_future",
    demands: words("洽谈日期不晚于今天", "The day of the meeting is not after today"),
    fails: |case| {
        let held = case.inputs.day(&MEETING_DAY)?;
        (held > case.today).then(|| format!("洽谈日期 {held} 晚于今天 {}，请在洽谈之后登记", case.today))
    },
};

const MEETING_HELD: Guard = Guard {
    clause: clause!("3.3a"),
    force: Must,
    code: "talks.no_meeting",
    demands: words("至少有一次洽谈记录", "At least one meeting is recorded"),
    fails: |case| {
        case.matter.body.list(&MEETINGS).is_empty().then(|| "没有洽谈记录，请先登记洽谈，再登记双方意向".to_owned())
    },
};

const POSTS_LEFT: Guard = Guard {
    clause: clause!("3.3b"),
    force: Must,
    code: "talks.posts_full",
    demands: words("意向人数不超过需求的岗位数", "No more intentions than the need has posts"),
    fails: |case| {
        let posts = case.facts.parent.as_ref().and_then(|need| need.body.whole(&POSTS)).unwrap_or(1);
        let (need, round) = (&case.matter.parties.need, &case.matter.parties.round);
        let same = case
            .facts
            .related
            .iter()
            .filter(|pair| pair.id != case.matter.id && pair.parties.need == *need && pair.parties.round == *round);
        let taken: Vec<&str> = same
            .filter(|pair| matches!(pair.stage, PairIntention | PairSuggested | PairListed | PairHeld | PairPublished))
            .map(|pair| pair.id.as_str())
            .collect();
        let full = i64::try_from(taken.len()).is_ok_and(|taken| taken >= posts);
        full.then(|| format!("需求有 {posts} 个岗位，已有意向人选 {}，请企业择定，其余登记对接未成", taken.join("、")))
    },
};

const WITHIN_TALKS: Guard = Guard {
    clause: clause!("3.3b"),
    force: Warning,
    code: "talks.late",
    demands: words("未过对接意向上报截止日", "The last day for reporting intentions has not passed"),
    fails: |case| {
        let last = talks_day(case)?;
        (case.today > last).then(|| format!("对接意向上报截止日 {last} 已过，按逾期上报记录"))
    },
};

const BEFORE_MEETING: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "talks.meeting_decided",
    demands: words("党组会尚未审议名单", "The party group has not decided on the list yet"),
    fails: |case| {
        (case.facts.count(fact::LISTINGS_DECIDED) != Some(0))
            .then(|| "党组会已审议名单，不能再重开组织单位报送，请在下一批次办理".to_owned())
    },
};

/// The rule keeps the last meeting's fields; the list keeps every meeting.
fn keep_meeting(case: &Case<'_>, change: &mut Change) {
    let mut meetings = change.body.list(&MEETINGS).to_vec();
    let word = |field: &Field| case.inputs.get(field).map_or_else(String::new, |value| field.in_words(value));
    let [day, way, who, minutes] = [&MEETING_DAY, &MEETING_WAY, &TAKING_PART, &MINUTES].map(word);
    meetings.push(format!("{day} {way}，{who}：{minutes}"));
    change.set(&MEETINGS, meetings);
}

/// The one way to an addition stays visible for ever, with the overrides (reading 20).
fn keep_reopening(case: &Case<'_>, change: &mut Change) {
    let mut kept = change.body.list(&OVERRIDES).to_vec();
    kept.push(override_entry(case, ReopenReport.code(), case.inputs.text(&REASON)));
    change.set(&OVERRIDES, kept);
}

fn keep_intention(case: &Case<'_>, change: &mut Change) {
    change.set(&INTENTION_DAY, case.today);
    declare(case, change, "企业（由组织单位登记）");
}

#[cfg(test)]
mod tests {
    //! 1. Contacts are released when the province sends a pair to talks, and not before.
    //! 2. An intention needs a meeting, a free post, both sides and the enterprise's declaration; late is noted.
    //! 3. It is suggested when both bureaus, or SASAC, have confirmed; conflicts are asked again by each.
    //! 4. The report is re-opened only before the meeting.

    use super::super::proposal::is_released;
    use super::super::round::TALKS_DAY;
    use super::super::{ACTED, Facts, Matter, Stage};
    use super::*;
    use crate::access::Role;
    use crate::finding::{Finding, Outcome};
    use crate::process::testing::{Bench, account, at, day};

    const BOTH: &[(&str, &str)] =
        &[("enterprise_wants", "是"), ("person_wants", "是"), ("enterprise_no_holding", "是")];
    const MEETING: &[(&str, &str)] = &[
        ("meeting_day", "2025-06-03"),
        ("meeting_way", "site"),
        ("taking_part", "企业总工、张三"),
        ("minutes", "看了中试线"),
    ];

    fn ready(stage: Stage) -> Bench {
        let round = at(Stage::RoundCollected).with(&TALKS_DAY, day("2025-06-30"));
        at(stage).on("2025-06-03").but(|_, facts| {
            facts.round = Some(round.matter);
            facts.parent = Some(at(Stage::NeedReported).with(&POSTS, 1).matter);
            facts.findings = vec![holding(Outcome::Met)];
        })
    }

    fn holding(outcome: Outcome) -> Finding {
        let (clause, force) = (clause!("2.3.1(4)"), Must);
        let message = "本人持股 1%；请另行匹配（方案二（三）1（4））".to_owned();
        Finding { clause, force, code: "pair.no_equity_of_person", outcome, message }
    }

    #[test]
    fn contacts_are_released_when_the_province_sends_a_pair_to_talks() {
        let pair = ready(Stage::PairVouched);
        assert!(!is_released(&pair.matter, CONTACTS));
        assert_eq!(pair.refusals(&account(Role::CityScience), SendToTalks, &[]), ["act.unseen"]);
        let pair = pair.then(&account(Role::Province), SendToTalks, &[]);
        assert!(is_released(&pair.matter, CONTACTS));
        assert_eq!(pair.matter.due, Some(day("2025-06-30")));
    }

    #[test]
    fn every_meeting_is_kept_and_none_is_in_the_future() {
        let science = account(Role::CityScience);
        let tomorrow = ready(PairTalks).on("2025-06-02");
        insta::assert_snapshot!(tomorrow.act(&science, RecordMeeting, MEETING).unwrap_err()[0].message, @"洽谈日期 2025-06-03 晚于今天 2025-06-02，请在洽谈之后登记（方案三（三））");
        let pair = ready(PairTalks).then(&science, RecordMeeting, MEETING).then(&science, RecordMeeting, MEETING);
        assert_eq!(pair.matter.body.list(&MEETINGS).len(), 2);
        insta::assert_snapshot!(pair.matter.body.list(&MEETINGS)[0], @"2025-06-03 现场，企业总工、张三：看了中试线");
    }

    #[test]
    fn an_intention_needs_a_meeting_both_sides_and_a_free_post() {
        let science = account(Role::CityScience);
        assert_eq!(ready(PairTalks).refusals(&science, DeclareIntention, BOTH), ["talks.no_meeting"]);
        let met = ready(PairTalks).then(&science, RecordMeeting, MEETING);
        assert_eq!(met.refusals(&science, DeclareIntention, &BOTH[..1]), ["act.missing_field"; 2]);
        let beside = |stage| {
            let mut other: Matter = at(stage).matter;
            other.id = "pair-000002".to_owned();
            met.clone().but(|_, facts| facts.related.push(other))
        };
        assert!(beside(PairTalks).act(&science, DeclareIntention, BOTH).is_ok());
        let full = beside(PairIntention).act(&science, DeclareIntention, BOTH).unwrap_err();
        insta::assert_snapshot!(full[0].message, @"需求有 1 个岗位，已有意向人选 pair-000002，请企业择定，其余登记对接未成（方案三（三））");
        let late = met.clone().on("2025-07-01").act(&science, DeclareIntention, BOTH).unwrap();
        insta::assert_snapshot!(late.warnings()[0], @"对接意向上报截止日 2025-06-30 已过，按逾期上报记录（方案三（三））");
        assert!(met.act(&science, DeclareIntention, BOTH).unwrap().warnings().is_empty());
        // It is the confirmation that reports to the province (3.3b), so it too is marked late.
        let confirmed = ready(PairIntention).on("2025-07-01").act(&science, ConfirmIntention, &[]).unwrap();
        insta::assert_snapshot!(confirmed.warnings()[0], @"对接意向上报截止日 2025-06-30 已过，按逾期上报记录（方案三（三））");
    }

    #[test]
    fn a_holding_found_after_the_match_refuses_the_intention_and_an_open_question_is_kept() {
        let science = account(Role::CityScience);
        let met = ready(PairTalks).then(&science, RecordMeeting, MEETING);
        let with = |outcome| met.clone().but(|_, facts: &mut Facts| facts.findings = vec![holding(outcome)]);
        assert_eq!(with(Outcome::Broken).refusals(&science, DeclareIntention, BOTH), ["pair.conflict_of_interest"]);
        let unknown = with(Outcome::Unknown).act(&science, DeclareIntention, BOTH).unwrap();
        assert_eq!(unknown.warnings().len(), 1);
        let intention = ready(PairIntention).but(|_, facts| facts.findings = vec![holding(Outcome::Broken)]);
        assert_eq!(intention.refusals(&science, ConfirmIntention, &[]), ["pair.conflict_of_interest"]);
    }

    #[test]
    fn a_pair_is_suggested_when_both_bureaus_have_confirmed_or_sasac_alone() {
        let one = ready(PairIntention).then(&account(Role::CityIndustry), ConfirmIntention, &[]);
        assert_eq!(one.matter.stage, PairIntention);
        assert_eq!(one.matter.waits(), [(Role::CityScience, "230100".to_owned())]);
        let both = one.then(&account(Role::CityScience), ConfirmIntention, &[]);
        assert_eq!(both.matter.stage, PairSuggested);
        assert!(!both.matter.body.has(&ACTED));
        let alone = ready(PairIntention).of_sasac().then(&account(Role::Sasac), ConfirmIntention, &[]);
        assert_eq!(alone.matter.stage, PairSuggested);
    }

    #[test]
    fn a_report_is_reopened_only_before_the_meeting() {
        let decided = |count| {
            let bench = ready(PairSuggested).but(|_, facts| _ = facts.counts.insert(fact::LISTINGS_DECIDED, count));
            bench.refusals(&account(Role::Province), ReopenReport, &[("reason", "漏报一人")])
        };
        assert_eq!(decided(0), [""; 0]);
        assert_eq!(decided(1), ["talks.meeting_decided"]);
    }

    #[test]
    fn the_reason_of_a_reopened_report_stays_for_ever() {
        let open = ready(PairSuggested).but(|_, facts| _ = facts.counts.insert(fact::LISTINGS_DECIDED, 0));
        let reopened = open.then(&account(Role::Province), ReopenReport, &[("reason", "漏报一人")]);
        assert_eq!(reopened.matter.body.list(&OVERRIDES), ["reopen_report|漏报一人|2025-06-03|province"]);
    }

    #[test]
    fn an_enterprise_that_fell_under_the_register_is_not_sent_to_talks() {
        let mut broken = holding(Outcome::Broken);
        (broken.clause, broken.code) = (clause!("2.3.1(1)"), "misconduct.none");
        let pair = ready(Stage::PairVouched).but(|_, facts| facts.findings.push(broken));
        assert_eq!(pair.refusals(&account(Role::Province), SendToTalks, &[]), ["pair.enterprise_not_qualified"]);
    }
}
