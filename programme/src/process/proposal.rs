//! 三（二） Matching and push: a frozen run becomes proposals; the province confirms each push; the unit asks the person.

use super::field::Field;
use super::rule::By::{Account, Act, Clock, Link};
use super::rule::{Follow, Guard, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AcceptPair, AskPerson, DeclinePair, GrantOverride, LapsePair, MovePairUp, OptOut, ProposePair, PushPair,
    RefusePair, SuggestOther, VouchPair, WithdrawPair,
};
use super::vocabulary::Stage::{
    self, PairAsked, PairDeclined, PairLapsed, PairNotVouched, PairProposed, PairPushed, PairStandby, PairSuggested,
    PairTalks, PairVouched, PairWilling, PairWithdrawn,
};
use super::{OVERRIDE_CODE, OVERRIDE_REASON, REASON, keep_override};
use crate::access::Role::{Person, Province, Unit};
use crate::clause;
use crate::finding::Force::{Declare, Must, Principle};

/// The run of matching that the proposal comes from.
pub const RUN: Field = Field::kept("run", "匹配运算");
/// Place in the order: 0 is the proposed person, 1 to 3 the alternates.
pub const ORDER: Field = Field::kept("order", "顺位");
/// Which post of the need.
pub const POST: Field = Field::kept("post", "岗位");
/// Level of relevance, 4 to 1, with the band that 同等条件 means.
pub const LEVEL: Field = Field::kept("level", "相关程度");
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
/// 2.1.1(1): declared by the person.
pub const DECLARE_INTEGRITY: Field =
    Field::flag("declare_integrity", "本人声明：政治素质好，无科研失信行为").required();
/// 2.1.1(2): declared by the person.
pub const DECLARE_KNOWLEDGE: Field =
    Field::flag("declare_knowledge", "本人声明：了解科技政策和区域产业情况").required();
/// Id of the person that the unit holds more suitable.
pub const OTHER_PERSON: Field = Field::line("other_person", "另荐人选编号").required();

/// 2.1.1(3): somebody has read the evidence.
pub const RELEVANT: Field = Field::flag("relevant", "已核对依据，确认其研究经历与企业主营业务和需求相关");

/// The rows of 三（二）.
pub const RULES: &[Rule] = &[
    rule(clause!("3.2a"), Must, ProposePair)
        .leading(To::Chosen(&[PairProposed, PairStandby], |case| {
            if case.matter.body.whole(&ORDER).unwrap_or_default() == 0 { PairProposed } else { PairStandby }
        }))
        .by(&[Account(Province)]),
    rule(clause!("3.2b"), Must, PushPair)
        .from(&[PairProposed])
        .to(PairPushed)
        .by(&[Account(Province)])
        .guards(&[&RELEVANCE_CONFIRMED])
        .fields(&[&RELEVANT]),
    rule(clause!("3.2b"), Must, MovePairUp).from(&[PairStandby]).to(PairProposed).by(&[Act]),
    rule(clause!("3.2b"), Must, WithdrawPair)
        .from(&[PairProposed, PairStandby, PairPushed, PairAsked, PairWilling, PairVouched])
        .to(PairWithdrawn)
        .by(&[Account(Province), Act])
        .fields(&[&REASON])
        .then(NEXT),
    rule(clause!("3.2b"), Must, AskPerson).from(&[PairPushed]).to(PairAsked).by(&[Account(Unit)]),
    rule(clause!("3.2b"), Must, AcceptPair)
        .from(&[PairAsked])
        .to(PairWilling)
        .by(&[Account(Person), Link])
        .fields(&[&DECLARE_INTEGRITY, &DECLARE_KNOWLEDGE]),
    rule(clause!("3.2b"), Must, DeclinePair)
        .from(&[PairAsked, PairWilling])
        .to(PairDeclined)
        .by(&[Account(Person), Link])
        .fields(&[&REFUSAL_KIND])
        .then(NEXT),
    rule(clause!("2.2.2"), Declare, VouchPair).from(&[PairWilling]).to(PairVouched).by(&[Account(Unit)]).fields(&[
        &VOUCH_WILLING,
        &VOUCH_TIME,
        &VOUCH_ABLE,
    ]),
    rule(clause!("2.2.2"), Declare, RefusePair)
        .from(&[PairPushed, PairAsked, PairWilling])
        .to(PairNotVouched)
        .by(&[Account(Unit)])
        .fields(&[&REASON])
        .then(NEXT),
    rule(clause!("3.2c"), Must, SuggestOther)
        .from(&[PairPushed, PairAsked, PairWilling, PairVouched])
        .by(&[Account(Unit)])
        .fields(&[&OTHER_PERSON, &REASON]),
    rule(clause!("3.2b"), Must, LapsePair)
        .from(&[PairPushed, PairAsked, PairWilling])
        .to(PairLapsed)
        .by(&[Clock])
        .then(NEXT),
    rule(clause!("P1"), Must, OptOut)
        .from(&[PairPushed, PairAsked, PairWilling])
        .to(PairDeclined)
        .by(&[Account(Person), Link])
        .then(NEXT),
    rule(clause!("2.1.1(3)b"), Principle, GrantOverride)
        .from(&[PairProposed, PairStandby, PairVouched, PairTalks, PairSuggested])
        .by(&[Account(Province)])
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

const NEXT: &[Follow] = &[Follow { action: MovePairUp, on: Target::NextAlternate }];

const RELEVANCE_CONFIRMED: Guard = Guard {
    clause: clause!("2.1.1(3)"),
    force: Must,
    code: "pair.relevance_not_confirmed",
    demands: "相关性由人确认",
    fails: |case| (!case.inputs.flag(&RELEVANT)).then(|| "相关性须由人确认，请核对依据后勾选确认，再推送".to_owned()),
};
