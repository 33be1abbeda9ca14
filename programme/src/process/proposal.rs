//! 三（二） Matching and push: a frozen run becomes proposals; the province confirms each push; the unit asks the person.
//!
//! Readings taken: a push is never made by the clock (P1): when an offer ends, the next alternate becomes a proposal and the
//! province confirms its push. A person whom the unit holds more suitable (3.2c) stands beside the original, and neither
//! replaces the other: the enterprise chooses in the talks. Silence is neither yes nor no. What was not pushed by the round's
//! day for answers is overdue and stays with the province: it extends the round or withdraws; whatever is left when the round
//! is concluded ends with it, with the reason.

mod guards;
#[cfg(test)]
mod tests;

use super::words::{Words, words};
use std::cmp::min;

use chrono::NaiveDate;

use super::decide::{Case, Change};
use super::eligibility::{
    AGE_NEAR_LIMIT, CHECKED, DEGREE_OR_TITLE, DEGREE_OR_TITLE_SEEN, DISCIPLINE_QUALIFIES, ENTERPRISE_QUALIFIES, HONEST,
    NO_CONFLICT, NOTHING_OPEN, UNIT_QUALIFIES, WITHIN_AGE,
};
use super::field::Field;
use super::matter::{Matter, NewMatter};
use super::need::CERTIFICATE_STILL_VALID;
use super::round::{ANSWERS_DAY, TALKS_DAY};
use super::rule::By::{Account, Act, Clock, Link};
use super::rule::{Follow, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AcceptPair, AskPerson, ClosePair, DeclinePair, GrantOverride, LapsePair, MovePairUp, OptOut, ProposePair, PushPair,
    RefusePair, ReschedulePair, SuggestOther, VouchPair, WithdrawPair,
};
use super::vocabulary::Stage;
use super::vocabulary::Stage::{
    PairAsked, PairDeclined, PairFailed, PairIntention, PairLapsed, PairNotVouched, PairProposed, PairPushed,
    PairStandby, PairStruck, PairSuggested, PairTalks, PairUnused, PairVouched, PairWilling, PairWithdrawn,
};
use super::{OVERRIDE_REASON, REASON, REMARK, keep_override, rule_to_let_go};
use crate::access::Role::{Person, Province, Unit};
use crate::clause;
use crate::finding::Force::{Declare, Must, Principle};
use guards::{
    ALTERNATES_WITHIN, ANSWERS_STILL_TAKEN, ENOUGH_SERVICE, IMPACT_ASSESSED, IN_PLAN, IN_TIME, NEED_IS_REPORTED,
    NOT_OPTED_OUT, NOT_TWICE, ONE_LIVE_OFFER, OTHER_IS_KNOWN, OTHER_NOT_PROPOSED, OTHER_OF_OWN_UNIT, OTHER_RELATED,
    OWN_UNIT, POST_NOT_OFFERED, PUSHED_IN_TIME, RELEVANCE_CONFIRMED, RUN_AS_FROZEN, RUN_IS_CURRENT, TIME_BUDGET,
};

pub(super) use guards::ROUND_MATCHING;

/// The run of matching that the proposal comes from.
pub const RUN: Field = Field::whole("run", "匹配运算编号", 1, 1_000_000_000)
    .required()
    .hint("须为本批次匹配运算、结果未过时", "A run of this round whose result is not outdated");
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
pub const VOUCH_WILLING: Field =
    Field::flag("vouch_willing", "推荐声明：本人自愿参加", "The unit vouches: the person takes part freely").required();
/// 2.2.2: has time.
pub const VOUCH_TIME: Field =
    Field::flag("vouch_time", "推荐声明：能够保证服务时间", "The unit vouches: the time of service is assured")
        .required();
/// 2.2.2: able.
pub const VOUCH_ABLE: Field =
    Field::flag("vouch_able", "推荐声明：具备胜任能力", "The unit vouches: the person is able to do the work")
        .required();
/// 2.2.2: days of teaching in the year.
pub const TEACHING_DAYS: Field = Field::whole("teaching_days", "全年教学（工作日）", 0, 366).required();
/// 2.2.2: days of other posts in the year.
pub const OTHER_POST_DAYS: Field = Field::whole("other_post_days", "全年其他任职（工作日）", 0, 366).required();
/// 3.5b: days for the enterprise in the year.
pub const SERVICE_DAYS: Field = Field::whole("service_days", "全年可服务企业（工作日）", 0, 366).required();
/// 2.1.1(1): declared by the person.
pub const DECLARE_INTEGRITY: Field = Field::flag(
    "declare_integrity",
    "本人声明：政治素质好，愿意服务企业，无科研失信记录",
    "I declare: of good political standing, willing to serve enterprises, without a record of research misconduct",
)
.required();
/// 2.1.1(2): declared by the person.
pub const DECLARE_KNOWLEDGE: Field = Field::flag(
    "declare_knowledge",
    "本人声明：了解科技政策和区域产业情况",
    "I declare: I know the science policy and the industry of the region",
)
.required();
/// 2.3.1(4): declared by the person, for what the table of shareholders does not hold.
pub const DECLARE_NO_HOLDING: Field = Field::flag(
    "declare_no_holding",
    "本人声明：该企业非由本人及所在单位创办或入股",
    "I declare: neither I nor my unit founded the enterprise or holds shares in it",
)
.required();
/// How the person is reached in the talks.
pub const PERSON_CONTACT: Field = Field::line("person_contact", "本人联系方式")
    .hint(
        "电话或邮箱，加密保存；转入对接后才提供给企业和组织单位",
        "Telephone or e-mail, kept encrypted; given to enterprise and organiser only once talks begin",
    )
    .seen_by(&[Person, Unit, Province])
    .sealed();
/// Declarations that were made: who, day, version of the policy whose text was shown.
pub const DECLARATIONS: Field = Field::list("declarations", "声明记录");
/// What was opened to whom, and when: contacts, the need's confidential part.
pub const RELEASES: Field = Field::list("releases", "信息开放记录");
/// Id of the person that the unit holds more suitable.
pub const OTHER_PERSON: Field = Field::line("other_person", "另荐人选编号").required();
/// Why the person wants no automated matching.
pub const OPT_OUT_REASON: Field = Field::text("opt_out_reason", "退出原因").hint("可以不填", "May stay empty");
/// 2.1.1(3): somebody has read the evidence; the guard demands it under its clause.
pub const RELEVANT: Field = Field::flag(
    "relevant",
    "已核对依据，确认其研究经历与企业主营业务和需求相关",
    "I have read the evidence: the research is relevant to the enterprise's main business and its need",
);

/// Names of facts that this section's guards ask for.
pub mod fact {
    /// 1 when the person has opted out of automated matching, else 0.
    pub const OPTED_OUT: &str = "opted_out";
    /// 1 when the plan of the run names the person for the need.
    pub const IN_PLAN: &str = "in_plan";
    /// 1 when the run's inputs are the data of today.
    pub const RUN_CURRENT: &str = "run_current";
    /// 1 when the run was made with the round's frozen settings, or the round has none.
    pub const RUN_AS_FROZEN: &str = "run_as_frozen";
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
            &RUN_AS_FROZEN,
            &IN_PLAN,
            &ALTERNATES_WITHIN,
            &NOT_TWICE,
            &NOT_OPTED_OUT,
            &CHECKED,
            &HONEST,
            &WITHIN_AGE,
            &AGE_NEAR_LIMIT,
            &DEGREE_OR_TITLE_SEEN,
            &UNIT_QUALIFIES,
            &DISCIPLINE_QUALIFIES,
            &ENTERPRISE_QUALIFIES,
            &CERTIFICATE_STILL_VALID,
            &NO_CONFLICT,
        ])
        .due(ANSWERS, answers_day),
    rule(clause!("3.2b"), Must, PushPair)
        .from(&[PairProposed])
        .to(PairPushed)
        .by(&[Account(Province)])
        .guards(&[
            &RELEVANCE_CONFIRMED,
            &ROUND_MATCHING,
            &IMPACT_ASSESSED,
            &NEED_IS_REPORTED,
            &PUSHED_IN_TIME,
            &ONE_LIVE_OFFER,
            &POST_NOT_OFFERED,
            &ALTERNATES_WITHIN,
            &OWN_UNIT,
            &NOT_OPTED_OUT,
            &CHECKED,
            &HONEST,
            &WITHIN_AGE,
            &AGE_NEAR_LIMIT,
            &DEGREE_OR_TITLE,
            &UNIT_QUALIFIES,
            &DISCIPLINE_QUALIFIES,
            &ENTERPRISE_QUALIFIES,
            &CERTIFICATE_STILL_VALID,
            &NO_CONFLICT,
        ])
        .fields(&[&RELEVANT])
        .due(
            words(
                "推送后规定工作日内，且不晚于批次答复截止日",
                "so many working days after the push, not after the round's last day of answers",
            ),
            |case| Some(answer_day(case)),
        ),
    rule(clause!("3.2b"), Must, MovePairUp)
        .from(&[PairStandby])
        .to(PairProposed)
        .by(&[Act])
        .effect(take_post)
        .due(ANSWERS, answers_day),
    rule(clause!("3.1a"), Must, ReschedulePair)
        .from(&[PairProposed, PairStandby])
        .by(&[Act])
        .due(words("按延长后的期限", "the longer deadline"), answers_day),
    rule(clause!("3.1a"), Must, ReschedulePair)
        .from(&[PairVouched, PairTalks, PairIntention])
        .by(&[Act])
        .due(words("按延长后的期限", "the longer deadline"), talks_day),
    // Whoever was never asked has nothing to be told; the reason stays for whoever asks later.
    rule(clause!("3.4e"), Must, ClosePair)
        .from(&[PairProposed, PairStandby])
        .to(PairUnused)
        .by(&[Act])
        .fields(&[&REASON]),
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
        .from(&[PairAsked, PairWilling, PairVouched])
        .to(PairDeclined)
        .by(&[Account(Person), Link])
        .fields(&[&REFUSAL_KIND, &REMARK])
        .then(NEXT),
    // The organiser sees what comes of talks, so a refusal in them ends as talks that failed.
    rule(clause!("3.2b"), Must, DeclinePair)
        .from(&[PairTalks, PairIntention])
        .to(PairFailed)
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
        .due(words("对接意向上报截止日", "last day for reporting intentions"), talks_day),
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
            &ROUND_MATCHING,
            &ANSWERS_STILL_TAKEN,
            &OTHER_IS_KNOWN,
            &OTHER_OF_OWN_UNIT,
            &OTHER_NOT_PROPOSED,
            &OTHER_RELATED,
            &NOT_OPTED_OUT,
            &HONEST,
            &WITHIN_AGE,
            &AGE_NEAR_LIMIT,
            &DEGREE_OR_TITLE_SEEN,
            &UNIT_QUALIFIES,
            &DISCIPLINE_QUALIFIES,
            &ENTERPRISE_QUALIFIES,
            &CERTIFICATE_STILL_VALID,
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
        .fields(&[&LET_GO, &OVERRIDE_REASON])
        .effect(keep_override),
];

/// 2.1.1(3)b is stated as 原则上.
const LET_GO: Field = rule_to_let_go(&[("education.degree_or_title", "学位或职称达到要求（方案二（一）1（3））")]);

/// 3.2b: whether a pair at this stage binds its person: one live offer at a time.
pub const fn is_live(stage: Stage) -> bool {
    matches!(
        stage,
        PairPushed
            | PairAsked
            | PairWilling
            | PairVouched
            | PairTalks
            | PairIntention
            | PairSuggested
            | Stage::PairListed
            | Stage::PairHeld
            | Stage::PairPublished
    )
}

/// Whether a pair at this stage has come to its end without an appointment.
pub const fn is_over(stage: Stage) -> bool {
    matches!(stage, PairDeclined | PairNotVouched | PairLapsed | PairFailed | PairStruck | PairWithdrawn | PairUnused)
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

/// 3.2b: the last day on which a push of the round is answered, and so on which it is made.
fn answers_day(case: &Case<'_>) -> Option<NaiveDate> {
    case.facts.round.as_ref()?.body.day(&ANSWERS_DAY)
}

const ANSWERS: Words = words("批次答复截止日", "the round's last day of answers");
const SAME_DAY: Words = words("原答复截止日", "the former last day of answers");
const NEXT: &[Follow] = &[Follow { action: MovePairUp, on: Target::NextAlternate }];

/// 3.2b: the day until which a push of today is answered.
fn answer_day(case: &Case<'_>) -> NaiveDate {
    let own = case.calendar.working_days_later(case.today, case.parameters.answer_workdays);
    answers_day(case).map_or(own, |last| min(own, last))
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
    change.opened.push(NewMatter { stage: PairProposed, title, parties, body, due: answers_day(case) });
}
