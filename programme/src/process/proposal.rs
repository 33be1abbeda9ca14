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
    /// Title of the need.
    pub const NEED_TITLE: &str = "need_title";
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
    rule(clause!("3.2b"), Must, MovePairUp).from(&[PairStandby]).to(PairProposed).by(&[Act]),
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
    matches!(
        stage,
        PairDeclined | PairNotVouched | PairLapsed | PairFailed | PairStruck | PairWithdrawn
    )
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
        let live = case.facts.related.iter().filter(|pair| pair.parties.person.as_deref() == person && is_live(pair.stage));
        let live: Vec<String> = live.map(|pair| format!("{}（{}）", pair.id, pair.stage.chinese())).collect();
        (live.len() >= most).then(|| {
            format!("此人已有 {} 项在办推送：{}，最多 {most} 项，请待其办结", live.len(), live.join("、"))
        })
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
        live.find(|pair| !are_side_by_side(case.matter, pair)).map(|pair| {
            format!("此岗位已有在办推送 {}（{}），待其谢绝或逾期后候补递补", pair.id, pair.stage.chinese())
        })
    },
};

const OWN_UNIT: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.not_own_unit",
    demands: "只推送给人选现所在单位",
    fails: |case| {
        let (now, kept) = (case.facts.text(fact::PERSON_UNIT), case.matter.parties.unit.as_deref().unwrap_or_default());
        (now != kept || now.is_empty()).then(|| {
            format!("人选现所在单位为“{now}”，推荐记录为“{kept}”，只能推送给本人单位，请撤销后重新形成推荐")
        })
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
        (!known).then(|| {
            format!("人员库中没有编号“{}”，请先由单位补充人员资料", case.inputs.text(&OTHER_PERSON))
        })
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
    let title = format!("{} ← {}", facts.text(fact::NEED_TITLE), facts.text(fact::PERSON_NAME));
    change.opened.push(NewMatter { stage: PairProposed, title, parties, body, due: None });
}
