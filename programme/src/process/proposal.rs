//! 三（二） Matching and push: a frozen run becomes proposals; the province confirms each push; the unit asks the person.
//!
//! Readings taken: a push is never made by the clock (P1): when an offer ends, the next alternate becomes a proposal and the
//! province confirms its push. A person whom the unit holds more suitable (3.2c) stands beside the original, and neither
//! replaces the other: the enterprise chooses in the talks. Silence is neither yes nor no.

use std::cmp::min;

use chrono::{Datelike, NaiveDate};

use super::decide::{Case, Change};
use super::eligibility::{
    CHECKED, DEGREE_OR_TITLE, DEGREE_OR_TITLE_SEEN, DISCIPLINE_QUALIFIES, ENTERPRISE_QUALIFIES, HONEST, NO_CONFLICT,
    NOTHING_OPEN, UNIT_QUALIFIES, WITHIN_AGE,
};
use super::field::Field;
use super::matter::{Matter, NewMatter};
use super::round::{ANSWERS_DAY, IMPACT_NUMBER, TALKS_DAY};
use super::rule::By::{Account, Act, Clock, Link};
use super::rule::{Follow, Guard, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AcceptPair, AskPerson, DeclinePair, GrantOverride, LapsePair, MovePairUp, OptOut, ProposePair, PushPair,
    RefusePair, SuggestOther, VouchPair, WithdrawPair,
};
use super::vocabulary::Stage::{
    self, NeedReported, PairAsked, PairDeclined, PairFailed, PairLapsed, PairNotVouched, PairProposed, PairPushed,
    PairStandby, PairStruck, PairSuggested, PairTalks, PairVouched, PairWilling, PairWithdrawn, RoundCollected,
    RoundOpen,
};
use super::{OVERRIDE_CODE, OVERRIDE_REASON, REASON, REMARK, keep_override};
use crate::access::Role::{Person, Province, Unit};
use crate::clause;
use crate::finding::Force::{Declare, Must, Principle};

/// The run of matching that the proposal comes from.
pub const RUN: Field =
    Field::whole("run", "匹配运算编号", 1, 1_000_000_000).required().hint("须为本批次匹配运算、结果未过时");
/// The person whom the run's plan names for the need.
pub const PERSON: Field = Field::line("person", "人员编号").required();
/// Place in the order: 0 is the proposed person, 1 to 3 the alternates.
pub const ORDER: Field = Field::kept("order", "顺位");
/// Which post of the need.
pub const POST: Field = Field::kept("post", "岗位");
/// Level of relevance, 4 to 1: the band within which people are 同等条件.
pub const LEVEL: Field = Field::kept("level", "相关等级");
/// The level in words.
pub const BAND: Field = Field::kept("band", "相关程度");
/// The score, with six decimals.
pub const SCORE: Field = Field::kept("score", "匹配得分");
/// The pair beside which a unit's more suitable person was proposed.
pub const INSTEAD_OF: Field = Field::kept("instead_of", "另荐自");
/// Why the person refuses.
pub const REFUSAL_KIND: Field = Field::choice(
    "refusal_kind",
    "谢绝原因",
    &[("time", "时间不允许"), ("field", "方向不符"), ("place", "地点不便"), ("terms", "待遇或条件"), ("other", "其他")],
)
.required();
/// 2.2.2: willing.
pub const VOUCH_WILLING: Field = Field::flag("vouch_willing", "推荐声明：本人自愿参加").required();
/// 2.2.2: has time.
pub const VOUCH_TIME: Field = Field::flag("vouch_time", "推荐声明：能够保证服务时间").required();
/// 2.2.2: able.
pub const VOUCH_ABLE: Field = Field::flag("vouch_able", "推荐声明：具备胜任能力").required();
/// 2.2.2: days of teaching in the year.
pub const TEACHING_DAYS: Field = Field::whole("teaching_days", "全年教学（工作日）", 0, 366).required();
/// 2.2.2: days of other posts in the year.
pub const OTHER_POST_DAYS: Field = Field::whole("other_post_days", "全年其他任职（工作日）", 0, 366).required();
/// 3.5b: days for the enterprise in the year.
pub const SERVICE_DAYS: Field = Field::whole("service_days", "全年可服务企业（工作日）", 0, 366).required();
/// 2.1.1(1): declared by the person.
pub const DECLARE_INTEGRITY: Field =
    Field::flag("declare_integrity", "本人声明：政治素质好，无科研失信行为").required();
/// 2.1.1(2): declared by the person.
pub const DECLARE_KNOWLEDGE: Field =
    Field::flag("declare_knowledge", "本人声明：了解科技政策和区域产业情况").required();
/// 2.3.1(4): declared by the person, for what the table of shareholders does not hold.
pub const DECLARE_NO_HOLDING: Field =
    Field::flag("declare_no_holding", "本人声明：该企业非由本人及所在单位创办或入股").required();
/// How the person is reached in the talks.
pub const PERSON_CONTACT: Field = Field::line("person_contact", "本人联系方式")
    .hint("电话或邮箱；转入对接后才提供给企业和组织单位")
    .seen_by(&[Person, Unit, Province]);
/// Declarations that were made: who, day, version of the policy whose text was shown.
pub const DECLARATIONS: Field = Field::list("declarations", "声明记录");
/// What was opened to whom, and when: contacts, the need's confidential part.
pub const RELEASES: Field = Field::list("releases", "信息开放记录");
/// Id of the person that the unit holds more suitable.
pub const OTHER_PERSON: Field = Field::line("other_person", "另荐人选编号").required();
/// Why the person wants no automated matching.
pub const OPT_OUT_REASON: Field = Field::text("opt_out_reason", "退出原因").hint("可以不填");
/// 2.1.1(3): somebody has read the evidence.
pub const RELEVANT: Field = Field::flag("relevant", "已核对依据，确认其研究经历与企业主营业务和需求相关").required();

/// Names of facts that this section's guards ask for.
pub mod fact {
    /// 1 when the person has opted out of automated matching, else 0.
    pub const OPTED_OUT: &str = "opted_out";
    /// 1 when the plan of the run names the person for the need.
    pub const IN_PLAN: &str = "in_plan";
    /// 1 when the run's inputs are the data of today.
    pub const RUN_CURRENT: &str = "run_current";
    /// Listings of the round that the party-group meeting has decided upon.
    pub const LISTINGS_DECIDED: &str = "listings_decided";
    /// Name of the person's unit in the register of people.
    pub const PERSON_UNIT: &str = "person_unit";
    /// Name of the person.
    pub const PERSON_NAME: &str = "person_name";
    /// Level of relevance of the person whom a unit proposes, 4 to 1.
    pub const OTHER_LEVEL: &str = "other_level";
    /// The same in words.
    pub const OTHER_BAND: &str = "other_band";
    /// That person's score.
    pub const OTHER_SCORE: &str = "other_score";
}

/// The rows of 三（二）.
pub const RULES: &[Rule] = &[
    rule(clause!("3.2a"), Must, ProposePair)
        .leading(To::Chosen(&[PairProposed, PairStandby], |case| {
            if order(case.matter) == 0 { PairProposed } else { PairStandby }
        }))
        .by(&[Account(Province)])
        .fields(&[&RUN, &PERSON])
        .guards(&[
            &ROUND_MATCHING,
            &IMPACT_ASSESSED,
            &NEED_IS_REPORTED,
            &RUN_IS_CURRENT,
            &IN_PLAN,
            &ALTERNATES_WITHIN,
            &NOT_TWICE,
            &NOT_OPTED_OUT,
            &CHECKED,
            &HONEST,
            &WITHIN_AGE,
            &DEGREE_OR_TITLE_SEEN,
            &UNIT_QUALIFIES,
            &DISCIPLINE_QUALIFIES,
            &ENTERPRISE_QUALIFIES,
            &NO_CONFLICT,
        ]),
    rule(clause!("3.2b"), Must, PushPair)
        .from(&[PairProposed])
        .to(PairPushed)
        .by(&[Account(Province)])
        .guards(&[
            &RELEVANCE_CONFIRMED,
            &ROUND_MATCHING,
            &IMPACT_ASSESSED,
            &NEED_IS_REPORTED,
            &ANSWERS_STILL_TAKEN,
            &ONE_LIVE_OFFER,
            &POST_NOT_OFFERED,
            &ALTERNATES_WITHIN,
            &OWN_UNIT,
            &NOT_OPTED_OUT,
            &CHECKED,
            &HONEST,
            &WITHIN_AGE,
            &DEGREE_OR_TITLE,
            &UNIT_QUALIFIES,
            &DISCIPLINE_QUALIFIES,
            &ENTERPRISE_QUALIFIES,
            &NO_CONFLICT,
        ])
        .fields(&[&RELEVANT])
        .due("推送后规定工作日内，且不晚于批次答复截止日", |case| Some(answer_day(case))),
    rule(clause!("3.2b"), Must, MovePairUp).from(&[PairStandby]).to(PairProposed).by(&[Act]).effect(take_post),
    rule(clause!("3.2b"), Must, WithdrawPair)
        .from(&[PairProposed, PairStandby, PairPushed, PairAsked, PairWilling, PairVouched])
        .to(PairWithdrawn)
        .by(&[Account(Province), Act])
        .fields(&[&REASON])
        .then(NEXT),
    rule(clause!("3.2b"), Must, AskPerson)
        .from(&[PairPushed])
        .to(PairAsked)
        .by(&[Account(Unit)])
        .guards(&[&IN_TIME, &NOT_OPTED_OUT])
        .due(SAME_DAY, |case| case.matter.due),
    rule(clause!("3.2b"), Must, AcceptPair)
        .from(&[PairAsked])
        .to(PairWilling)
        .by(&[Account(Person), Link])
        .guards(&[&IN_TIME])
        .fields(&[&DECLARE_INTEGRITY, &DECLARE_KNOWLEDGE, &DECLARE_NO_HOLDING, &PERSON_CONTACT])
        .effect(accept)
        .due(SAME_DAY, |case| case.matter.due),
    rule(clause!("3.2b"), Must, DeclinePair)
        .from(&[PairAsked, PairWilling])
        .to(PairDeclined)
        .by(&[Account(Person), Link])
        .fields(&[&REFUSAL_KIND, &REMARK])
        .then(NEXT),
    rule(clause!("2.2.2"), Declare, VouchPair)
        .from(&[PairWilling])
        .to(PairVouched)
        .by(&[Account(Unit)])
        .guards(&[&IN_TIME, &TIME_BUDGET, &ENOUGH_SERVICE, &NOTHING_OPEN])
        .fields(&[&VOUCH_WILLING, &VOUCH_TIME, &VOUCH_ABLE, &TEACHING_DAYS, &OTHER_POST_DAYS, &SERVICE_DAYS])
        .effect(|case, change| declare(case, change, "派出单位"))
        .due("对接意向上报截止日", talks_day),
    rule(clause!("2.2.2"), Declare, RefusePair)
        .from(&[PairPushed, PairAsked, PairWilling])
        .to(PairNotVouched)
        .by(&[Account(Unit)])
        .fields(&[&REASON])
        .then(NEXT),
    rule(clause!("3.2c"), Must, SuggestOther)
        .from(&[PairPushed, PairAsked, PairWilling, PairVouched])
        .by(&[Account(Unit)])
        .guards(&[
            &OTHER_IS_KNOWN,
            &OTHER_OF_OWN_UNIT,
            &OTHER_NOT_PROPOSED,
            &OTHER_RELATED,
            &NOT_OPTED_OUT,
            &HONEST,
            &WITHIN_AGE,
            &DEGREE_OR_TITLE_SEEN,
            &UNIT_QUALIFIES,
            &DISCIPLINE_QUALIFIES,
            &ENTERPRISE_QUALIFIES,
            &NO_CONFLICT,
        ])
        .fields(&[&OTHER_PERSON, &REASON])
        .effect(suggest_other),
    rule(clause!("3.2b"), Must, LapsePair)
        .from(&[PairPushed, PairAsked, PairWilling])
        .to(PairLapsed)
        .by(&[Clock])
        .then(NEXT),
    rule(clause!("P1"), Must, OptOut)
        .from(&[PairPushed, PairAsked, PairWilling])
        .to(PairDeclined)
        .by(&[Account(Person), Link])
        .fields(&[&OPT_OUT_REASON])
        .then(&[
            Follow { action: MovePairUp, on: Target::NextAlternate },
            Follow { action: WithdrawPair, on: Target::OtherPairsOfPerson },
        ]),
    rule(clause!("2.1.1(3)b"), Principle, GrantOverride)
        .from(&[PairProposed, PairStandby, PairVouched, PairTalks, PairSuggested])
        .by(&[Account(Province)])
        .guards(&[&OVERRIDABLE])
        .fields(&[&OVERRIDE_CODE, &OVERRIDE_REASON])
        .effect(keep_override),
];

/// 3.2b: whether a pair at this stage binds its person: one live offer at a time.
pub const fn is_live(stage: Stage) -> bool {
    matches!(
        stage,
        PairPushed
            | PairAsked
            | PairWilling
            | PairVouched
            | PairTalks
            | Stage::PairIntention
            | PairSuggested
            | Stage::PairListed
            | Stage::PairHeld
            | Stage::PairPublished
    )
}

/// Whether a pair at this stage has come to its end without an appointment.
pub const fn is_over(stage: Stage) -> bool {
    matches!(stage, PairDeclined | PairNotVouched | PairLapsed | PairFailed | PairStruck | PairWithdrawn)
}

/// Place in the order; 0 for the proposed person.
pub fn order(pair: &Matter) -> i64 {
    pair.body.whole(&ORDER).unwrap_or_default()
}

/// One more line of what was opened to whom.
pub fn release(case: &Case<'_>, change: &mut Change, what: &str, whom: &str) {
    let mut releases = change.body.list(&RELEASES).to_vec();
    releases.push(format!("{}：{what}开放给{whom}", case.today));
    change.set(&RELEASES, releases);
}

/// What has been opened of a pair; looked up in its release log, which only grows.
pub fn is_released(pair: &Matter, what: &str) -> bool {
    pair.body.list(&RELEASES).iter().any(|line| line.split('：').nth(1).is_some_and(|rest| rest.starts_with(what)))
}

/// The need's confidential part, in the release log.
pub const CONFIDENTIAL_PART: &str = "需求保密部分";
/// Ways to reach both sides, in the release log.
pub const CONTACTS: &str = "双方联系方式";

/// 3.3b: until when intentions are reported.
pub(super) fn talks_day(case: &Case<'_>) -> Option<NaiveDate> {
    case.facts.round.as_ref()?.body.day(&TALKS_DAY)
}

/// Keeps who declared, when, and under which text.
pub(super) fn declare(case: &Case<'_>, change: &mut Change, who: &str) {
    let mut kept = change.body.list(&DECLARATIONS).to_vec();
    kept.push(format!("{}：{who}，政策版本 {}", case.today, case.parameters.version));
    change.set(&DECLARATIONS, kept);
}

const SAME_DAY: &str = "原答复截止日";
const NEXT: &[Follow] = &[Follow { action: MovePairUp, on: Target::NextAlternate }];

/// 3.1a, 3.2a: matching belongs to an open round.
pub(super) const ROUND_MATCHING: Guard = Guard {
    clause: clause!("3.2a"),
    force: Must,
    code: "pair.round_not_matching",
    demands: "批次在征集需求或匹配对接期间",
    fails: |case| match &case.facts.round {
        Some(round) if matches!(round.stage, RoundOpen | RoundCollected) => None,
        Some(round) => Some(format!("批次“{}”，须在征集需求或匹配对接期间办理", round.stage.chinese())),
        None => Some("没有所属批次，请先由省科技厅发布年度批次".to_owned()),
    },
};

const IMPACT_ASSESSED: Guard = Guard {
    clause: clause!("P1"),
    force: Must,
    code: "pair.impact_not_assessed",
    demands: "批次已登记个人信息保护影响评估",
    fails: |case| {
        let assessed = case.facts.round.as_ref().is_some_and(|round| round.body.has(&IMPACT_NUMBER));
        (!assessed).then(|| "批次尚未登记个人信息保护影响评估，请先在批次中登记".to_owned())
    },
};

const NEED_IS_REPORTED: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "pair.need_not_reported",
    demands: "需求已报省",
    fails: |case| match &case.facts.parent {
        Some(need) if need.stage == NeedReported => None,
        Some(need) => Some(format!("需求“{}”，须已报省", need.stage.chinese())),
        None => Some("没有对应的企业需求，请从已报省的需求办理".to_owned()),
    },
};

const RUN_IS_CURRENT: Guard = Guard {
    clause: clause!("3.2a"),
    force: Must,
    code: "pair.run_outdated",
    demands: "匹配运算依据的需求和人员未变",
    fails: |case| {
        (case.facts.count(fact::RUN_CURRENT) != Some(1))
            .then(|| "匹配运算之后，需求或人员资料有变化，请重新运算后再形成推荐".to_owned())
    },
};

const IN_PLAN: Guard = Guard {
    clause: clause!("3.2a"),
    force: Must,
    code: "pair.not_in_plan",
    demands: "人选在该次匹配运算的推送方案中",
    fails: |case| {
        (case.facts.count(fact::IN_PLAN) != Some(1))
            .then(|| "该次匹配运算的推送方案中没有此人与此需求，请核对运算编号和人员编号".to_owned())
    },
};

const ALTERNATES_WITHIN: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.too_many_alternates",
    demands: "候补不超过规定名额",
    fails: |case| {
        let (order, most) = (order(case.matter), i64::from(case.parameters.alternates_max));
        (order > most).then(|| format!("候补顺位第 {order}，每个需求最多 {most} 名候补，请减少候补"))
    },
};

const NOT_TWICE: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.already_proposed",
    demands: "同一批次中此人对此需求没有在办的推荐",
    fails: |case| {
        let person = case.matter.parties.person.as_deref();
        same_need(case).find(|pair| pair.parties.person.as_deref() == person && !is_over(pair.stage)).map(in_progress)
    },
};

const NOT_OPTED_OUT: Guard = Guard {
    clause: clause!("P1"),
    force: Must,
    code: "pair.person_opted_out",
    demands: "本人未退出自动匹配",
    fails: |case| {
        (case.facts.count(fact::OPTED_OUT) != Some(0))
            .then(|| "本人已退出自动匹配，不得依匹配结果推荐；本人恢复后方可办理".to_owned())
    },
};

const RELEVANCE_CONFIRMED: Guard = Guard {
    clause: clause!("2.1.1(3)"),
    force: Must,
    code: "pair.relevance_not_confirmed",
    demands: "相关性由人确认",
    fails: |case| (!case.inputs.flag(&RELEVANT)).then(|| "相关性须由人确认，请核对依据后勾选确认，再推送".to_owned()),
};

const ANSWERS_STILL_TAKEN: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.answers_closed",
    demands: "未过批次答复截止日",
    fails: |case| {
        let last = case.facts.round.as_ref()?.body.day(&ANSWERS_DAY)?;
        (case.today > last).then(|| format!("批次答复截止日 {last} 已过，如需继续推送，请先延长批次期限"))
    },
};

const ONE_LIVE_OFFER: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.person_has_offer",
    demands: "同一人同时只有规定数量的在办推送",
    fails: |case| {
        let most = case.parameters.offers_per_person_max as usize;
        let person = case.matter.parties.person.as_deref();
        let live =
            case.facts.related.iter().filter(|pair| pair.parties.person.as_deref() == person && is_live(pair.stage));
        let live: Vec<String> = live.map(|pair| format!("{}（{}）", pair.id, pair.stage.chinese())).collect();
        (live.len() >= most)
            .then(|| format!("此人已有 {} 项在办推送：{}，最多 {most} 项，请待其办结", live.len(), live.join("、")))
    },
};

const POST_NOT_OFFERED: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.post_offered",
    demands: "同一岗位没有其他在办推送（另荐人选与原人选并列除外）",
    fails: |case| {
        let post = case.matter.body.whole(&POST);
        let mut live = same_need(case).filter(|pair| is_live(pair.stage) && pair.body.whole(&POST) == post);
        live.find(|pair| !are_side_by_side(case.matter, pair))
            .map(|pair| format!("此岗位已有在办推送 {}（{}），待其谢绝或逾期后候补递补", pair.id, pair.stage.chinese()))
    },
};

const OWN_UNIT: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.not_own_unit",
    demands: "只推送给人选现所在单位",
    fails: |case| {
        let (now, kept) = (case.facts.text(fact::PERSON_UNIT), case.matter.parties.unit.as_deref().unwrap_or_default());
        (now != kept || now.is_empty())
            .then(|| format!("人选现所在单位为“{now}”，推荐记录为“{kept}”，只能推送给本人单位，请撤销后重新形成推荐"))
    },
};

const IN_TIME: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.answer_day_passed",
    demands: "未过答复截止日",
    fails: |case| {
        let last = case.matter.due?;
        (case.today > last).then(|| format!("答复截止日 {last} 已过，如仍愿参加，请联系省科技厅重新推送"))
    },
};

const TIME_BUDGET: Guard = Guard {
    clause: clause!("2.2.2"),
    force: Declare,
    code: "pair.time_budget",
    demands: "教学、其他任职和服务的天数合计不超过全年工作日",
    fails: |case| {
        let days = [&TEACHING_DAYS, &OTHER_POST_DAYS, &SERVICE_DAYS].map(|field| case.inputs.whole(field).unwrap_or(0));
        let (sum, year) = (days.iter().sum::<i64>(), workdays_of_year(case));
        let [teaching, posts, service] = days;
        (sum > year).then(|| {
            format!(
                "教学 {teaching} 天、其他任职 {posts} 天、服务企业 {service} 天，合计 {sum} 天，超过全年 {year} 个工作日，\
                 请核减后推荐或另荐人选"
            )
        })
    },
};

const ENOUGH_SERVICE: Guard = Guard {
    clause: clause!("3.5b"),
    force: Must,
    code: "pair.service_days_too_few",
    demands: "全年可服务天数不少于规定",
    fails: |case| {
        let (days, least) =
            (case.inputs.whole(&SERVICE_DAYS)?, i64::from(case.parameters.service_workdays_per_year_min));
        (days < least).then(|| format!("全年可服务企业 {days} 个工作日，不足 {least} 个，请调整安排或另荐人选"))
    },
};

const OTHER_IS_KNOWN: Guard = Guard {
    clause: clause!("3.2c"),
    force: Must,
    code: "pair.other_unknown",
    demands: "另荐人选在人员库中，已核查并评分",
    fails: |case| {
        let known = !case.facts.findings.is_empty() && case.facts.count(fact::OTHER_LEVEL).is_some();
        (!known).then(|| format!("人员库中没有编号“{}”，请先由单位补充人员资料", case.inputs.text(&OTHER_PERSON)))
    },
};

const OTHER_OF_OWN_UNIT: Guard = Guard {
    clause: clause!("3.2c"),
    force: Must,
    code: "pair.other_of_other_unit",
    demands: "另荐人选为本单位人员",
    fails: |case| {
        let (unit, own) = (case.facts.text(fact::PERSON_UNIT), case.matter.parties.unit.as_deref().unwrap_or_default());
        (unit != own).then(|| "另荐人选不是本单位人员，只能推荐本单位人员".to_owned())
    },
};

const OTHER_NOT_PROPOSED: Guard = Guard {
    clause: clause!("3.2c"),
    force: Must,
    code: "pair.other_already_proposed",
    demands: "另荐人选对此需求没有在办的推荐",
    fails: |case| {
        let other = Some(case.inputs.text(&OTHER_PERSON));
        let own = std::iter::once(case.matter).chain(same_need(case));
        own.into_iter().find(|pair| pair.parties.person.as_deref() == other && !is_over(pair.stage)).map(in_progress)
    },
};

const OTHER_RELATED: Guard = Guard {
    clause: clause!("2.1.1(3)"),
    force: Must,
    code: "pair.other_unrelated",
    demands: "另荐人选与需求相关",
    fails: |case| {
        // Level 1 is 无相关.
        (case.facts.count(fact::OTHER_LEVEL) == Some(1))
            .then(|| "按同一标准评分，另荐人选与需求无相关，请补充其成果资料或改荐他人".to_owned())
    },
};

const OVERRIDABLE: Guard = Guard {
    clause: clause!("2.1.1(3)b"),
    force: Must,
    code: "override.unknown_rule",
    demands: "规则属“原则上”，可以放宽",
    fails: |case| {
        let code = case.inputs.text(&OVERRIDE_CODE);
        (code != DEGREE_OR_TITLE.code)
            .then(|| format!("“{code}”不是可以放宽的规则，推荐人选中可放宽的为 {}", DEGREE_OR_TITLE.code))
    },
};

/// 3.2b: the day until which a push of today is answered.
fn answer_day(case: &Case<'_>) -> NaiveDate {
    let own = case.calendar.working_days_later(case.today, case.parameters.answer_workdays);
    let of_round = case.facts.round.as_ref().and_then(|round| round.body.day(&ANSWERS_DAY));
    of_round.map_or(own, |last| min(own, last))
}

fn workdays_of_year(case: &Case<'_>) -> i64 {
    let year = case.today.year();
    let ends = NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year, 12, 31));
    ends.map_or(0, |(first, last)| i64::try_from(case.calendar.working_days(first, last)).unwrap_or(i64::MAX))
}

/// Other pairs of the same need in the same round.
fn same_need<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Matter> {
    let (matter, facts) = (case.matter, case.facts);
    facts.related.iter().filter(move |pair| {
        pair.id != matter.id && pair.parties.need == matter.parties.need && pair.parties.round == matter.parties.round
    })
}

fn in_progress(pair: &Matter) -> String {
    format!("此人对此需求已有推荐 {}（{}），请在该事项中办理", pair.id, pair.stage.chinese())
}

fn are_side_by_side(one: &Matter, other: &Matter) -> bool {
    one.body.text(&INSTEAD_OF) == other.id || other.body.text(&INSTEAD_OF) == one.id
}

/// Alternates stand by for the need; the one who moves up takes the post that has become free.
fn take_post(case: &Case<'_>, change: &mut Change) {
    if let Some(post) = case.inputs.get(&POST) {
        change.set(&POST, post.clone());
    }
}

fn accept(case: &Case<'_>, change: &mut Change) {
    declare(case, change, "本人");
    release(case, change, CONFIDENTIAL_PART, "本人和派出单位");
}

/// 3.2c: the other person's pair begins where every pair begins, and the province confirms its push.
fn suggest_other(case: &Case<'_>, change: &mut Change) {
    let (matter, facts) = (case.matter, case.facts);
    let other = case.inputs.text(&OTHER_PERSON);
    let mut body = super::Body::default()
        .with(&ORDER, 0)
        .with(&PERSON, other)
        .with(&BAND, facts.text(fact::OTHER_BAND))
        .with(&SCORE, facts.text(fact::OTHER_SCORE))
        .with(&INSTEAD_OF, matter.id.as_str());
    if let Some(level) = facts.count(fact::OTHER_LEVEL) {
        body.set(&LEVEL, level);
    }
    for field in [&RUN, &POST] {
        if let Some(value) = matter.body.get(field) {
            body.set(field, value.clone());
        }
    }
    let mut parties = matter.parties.clone();
    parties.person = Some(other.to_owned());
    let need = facts.parent.as_ref().map_or("", |need| need.title.as_str());
    let title = format!("{need} ← {}", facts.text(fact::PERSON_NAME));
    change.opened.push(NewMatter { stage: PairProposed, title, parties, body, due: None });
}

#[cfg(test)]
mod tests {
    //! 1. A proposal needs a round that matches, an impact assessment, a reported need, a run of today that names the person.
    //! 2. A push is made by a person who has read the evidence, to the person's own unit, for one live offer at a time.
    //! 3. What the rules say of the pair refuses; 原则上 gives way to a reason of the province alone.
    //! 4. An answer is due after the policy's working days or on the round's day, whichever comes first.
    //! 5. The person declares three things; the unit vouches within the working days of the year.
    //! 6. Another person of the own unit stands beside the original.

    use super::*;
    use crate::access::Role;
    use crate::finding::{Finding, Force, Outcome};
    use crate::process::round::NEEDS_DAY;
    use crate::process::testing::{Bench, account, at, day};
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
            facts.counts.extend([(fact::OPTED_OUT, 0), (fact::IN_PLAN, 1), (fact::RUN_CURRENT, 1)]);
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
        assert_eq!(refused(|_, facts| _ = facts.counts.insert(fact::IN_PLAN, 0)), ["pair.not_in_plan"]);
        assert_eq!(refused(|_, facts| facts.findings.clear()), ["pair.not_checked"]);
        assert_eq!(refused(|_, facts| _ = facts.counts.insert(fact::OPTED_OUT, 1)), ["pair.person_opted_out"]);
        assert_eq!(refused(|_, facts| facts.related.push(other(PairPushed, "pair-7"))), ["pair.already_proposed"]);
        assert_eq!(refused(|_, facts| facts.related.push(other(PairWithdrawn, "pair-7"))), [""; 0]);
    }

    #[test]
    fn a_push_needs_somebody_who_has_read_the_evidence() {
        let refusals = ready(PairProposed).refusals(&account(Role::Province), PushPair, &[]);
        assert_eq!(refusals, ["act.missing_field", "pair.relevance_not_confirmed"]);
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
        insta::assert_snapshot!(sentence(&late.on("2025-05-31")), @"pair.answers_closed 批次答复截止日 2025-05-30 已过，如需继续推送，请先延长批次期限（方案三（二））");
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
            let clause =
                crate::rules::ALL.iter().copied().flatten().find(|rule| rule.clause.id() == id).unwrap().clause;
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
        assert_eq!(below.refusals(&account(Role::Province), GrantOverride, &wrong), ["override.unknown_rule"]);
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
        insta::assert_snapshot!(refusals[0].message, @"未说明出生日期；请补充后再核查（方案二（二）2）");
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
    fn an_alternate_that_moves_up_is_proposed_and_not_pushed() {
        let up = ready(PairStandby).with(&ORDER, 2).then(&Doer::Act, MovePairUp, &[]);
        assert_eq!((up.matter.stage, order(&up.matter)), (PairProposed, 2));
        assert_eq!(ready(PairStandby).refusals(&Doer::Clock, MovePairUp, &[]), ["act.not_yours"]);
    }
}
