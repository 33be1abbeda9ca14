//! 三（三） Talks: pairs go to the city or SASAC that organises the enterprise; contacts are released only now.
//!
//! Readings taken: an intention needs at least one recorded meeting, since the plan has the organiser hold talks first; it is
//! late, not refused, after the round's day. The table of shareholders is asked again; where it does not answer, both sides
//! have declared (2.3.1(4)) and the open question is kept as a warning.

use super::decide::{Case, Change};
use super::eligibility::{CHECKED, CONFLICT_KNOWN, DEGREE_OR_TITLE, ENTERPRISE_QUALIFIES, HONEST, NO_CONFLICT};
use super::field::Field;
use super::need::POSTS;
use super::proposal::{CONTACTS, ROUND_MATCHING, declare, fact, release, talks_day};
use super::rule::By::Account;
use super::rule::{Follow, Guard, Rule, Target, To, rule};
use super::vocabulary::Action::{
    ConfirmIntention, DeclareIntention, FailTalks, MovePairUp, RecordMeeting, ReopenReport, ReturnToTalks, SendToTalks,
};
use super::vocabulary::Stage::{
    PairFailed, PairHeld, PairIntention, PairListed, PairPublished, PairStruck, PairSuggested, PairTalks, PairVouched,
};
use super::{REASON, REMARK};
use crate::access::Role::{CityIndustry, CityScience, Province, Sasac};
use crate::clause;
use crate::finding::Force::{Must, Warning};

/// Day of a meeting.
pub const MEETING_DAY: Field = Field::day("meeting_day", "洽谈日期").required();
/// How it was held.
pub const MEETING_WAY: Field =
    Field::choice("meeting_way", "方式", &[("site", "现场"), ("video", "视频"), ("phone", "电话")]).required();
/// Who took part and what was said.
pub const MINUTES: Field = Field::text("minutes", "洽谈纪要").required();
/// Who was there.
pub const TAKING_PART: Field = Field::line("taking_part", "参加人员").required().hint("企业、科技人员、派出单位及组织单位的到场人");
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
pub const ENTERPRISE_WANTS: Field = Field::flag("enterprise_wants", "企业有意向").required();
/// 3.3b: both sides want it.
pub const PERSON_WANTS: Field = Field::flag("person_wants", "科技人员有意向").required();
/// 2.3.1(4): declared by the enterprise, asked by the organiser.
pub const ENTERPRISE_NO_HOLDING: Field =
    Field::flag("enterprise_no_holding", "企业声明：非由该科技人员及其所在单位创办或入股").required();
/// Since when the intention waits for the bureaus.
pub const INTENTION_DAY: Field = Field::kept("intention_day", "意向登记日");

/// The rows of 三（三）.
pub const RULES: &[Rule] = &[
    rule(clause!("3.3a"), Must, SendToTalks)
        .from(&[PairVouched])
        .to(PairTalks)
        .by(&[Account(Province)])
        .guards(&[&ROUND_MATCHING, &CHECKED, &HONEST, &DEGREE_OR_TITLE, &NO_CONFLICT])
        .effect(|case, change| release(case, change, CONTACTS, "企业、本人、派出单位和组织单位"))
        .due("对接意向上报截止日", talks_day),
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
            &NO_CONFLICT,
            &CONFLICT_KNOWN,
        ])
        .fields(&[&ENTERPRISE_WANTS, &PERSON_WANTS, &ENTERPRISE_NO_HOLDING])
        .effect(keep_intention)
        .due("对接意向上报截止日", talks_day)
        .undoable(),
    rule(clause!("3.3b"), Must, ConfirmIntention)
        .from(&[PairIntention])
        .leading(To::All(PairSuggested))
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .guards(&[&CHECKED, &HONEST, &ENTERPRISE_QUALIFIES, &NO_CONFLICT, &CONFLICT_KNOWN])
        .fields(&[&REMARK]),
    rule(clause!("3.3b"), Must, ReturnToTalks)
        .from(&[PairIntention])
        .to(PairTalks)
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .fields(&[&REASON])
        .due("对接意向上报截止日", talks_day),
    rule(clause!("3.4a"), Must, ReopenReport)
        .from(&[PairSuggested, PairStruck])
        .to(PairTalks)
        .by(&[Account(Province)])
        .guards(&[&BEFORE_MEETING])
        .fields(&[&REASON])
        .due("对接意向上报截止日", talks_day),
];

const MEETING_IS_PAST: Guard = Guard {
    clause: clause!("3.3a"),
    force: Must,
    code: "talks.meeting_in_future",
    demands: "洽谈日期不晚于今天",
    fails: |case| {
        let held = case.inputs.day(&MEETING_DAY)?;
        (held > case.today).then(|| format!("洽谈日期 {held} 晚于今天 {}，请在洽谈之后登记", case.today))
    },
};

const MEETING_HELD: Guard = Guard {
    clause: clause!("3.3a"),
    force: Must,
    code: "talks.no_meeting",
    demands: "至少有一次洽谈记录",
    fails: |case| {
        case.matter.body.list(&MEETINGS).is_empty().then(|| "没有洽谈记录，请先登记洽谈，再登记双方意向".to_owned())
    },
};

const POSTS_LEFT: Guard = Guard {
    clause: clause!("3.3b"),
    force: Must,
    code: "talks.posts_full",
    demands: "意向人数不超过需求的岗位数",
    fails: |case| {
        let posts = case.facts.parent.as_ref().and_then(|need| need.body.whole(&POSTS)).unwrap_or(1);
        let (need, round) = (&case.matter.parties.need, &case.matter.parties.round);
        let same = case.facts.related.iter().filter(|pair| {
            pair.id != case.matter.id && pair.parties.need == *need && pair.parties.round == *round
        });
        let taken: Vec<&str> = same
            .filter(|pair| {
                matches!(pair.stage, PairIntention | PairSuggested | PairListed | PairHeld | PairPublished)
            })
            .map(|pair| pair.id.as_str())
            .collect();
        let full = i64::try_from(taken.len()).is_ok_and(|taken| taken >= posts);
        full.then(|| {
            format!("需求有 {posts} 个岗位，已有意向人选 {}，请企业择定，其余登记对接未成", taken.join("、"))
        })
    },
};

const WITHIN_TALKS: Guard = Guard {
    clause: clause!("3.3b"),
    force: Warning,
    code: "talks.late",
    demands: "未过对接意向上报截止日",
    fails: |case| {
        let last = talks_day(case)?;
        (case.today > last).then(|| format!("对接意向上报截止日 {last} 已过，按逾期上报记录"))
    },
};

const BEFORE_MEETING: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "talks.meeting_decided",
    demands: "党组会尚未审议名单",
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

fn keep_intention(case: &Case<'_>, change: &mut Change) {
    change.set(&INTENTION_DAY, case.today);
    declare(case, change, "企业（由组织单位登记）");
}
