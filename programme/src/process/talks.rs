//! 三（三） Talks: pairs go to the city or SASAC that organises the enterprise; contacts are released only now.

use super::REASON;
use super::field::Field;
use super::rule::By::Account;
use super::rule::{Follow, Rule, Target, To, rule};
use super::vocabulary::Action::{
    ConfirmIntention, DeclareIntention, FailTalks, MovePairUp, RecordMeeting, ReopenReport, ReturnToTalks, SendToTalks,
};
use super::vocabulary::Stage::{PairFailed, PairIntention, PairStruck, PairSuggested, PairTalks, PairVouched};
use crate::access::Role::{CityIndustry, CityScience, Province, Sasac};
use crate::clause;
use crate::finding::Force::Must;

/// Day of a meeting.
pub const MEETING_DAY: Field = Field::day("meeting_day", "洽谈日期").required();
/// How it was held.
pub const MEETING_WAY: Field =
    Field::choice("meeting_way", "方式", &[("site", "现场"), ("video", "视频"), ("phone", "电话")]).required();
/// Who took part and what was said.
pub const MINUTES: Field = Field::text("minutes", "洽谈纪要").required();
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

/// The rows of 三（三）.
pub const RULES: &[Rule] = &[
    rule(clause!("3.3a"), Must, SendToTalks).from(&[PairVouched]).to(PairTalks).by(&[Account(Province)]),
    rule(clause!("3.3a"), Must, RecordMeeting)
        .from(&[PairTalks])
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .fields(&[&MEETING_DAY, &MEETING_WAY, &MINUTES]),
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
        .fields(&[&ENTERPRISE_WANTS, &PERSON_WANTS])
        .undoable(),
    rule(clause!("3.3b"), Must, ConfirmIntention).from(&[PairIntention]).leading(To::All(PairSuggested)).by(&[
        Account(CityScience),
        Account(CityIndustry),
        Account(Sasac),
    ]),
    rule(clause!("3.3b"), Must, ReturnToTalks)
        .from(&[PairIntention])
        .to(PairTalks)
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .fields(&[&REASON]),
    rule(clause!("3.4a"), Must, ReopenReport)
        .from(&[PairSuggested, PairStruck])
        .to(PairTalks)
        .by(&[Account(Province)])
        .fields(&[&REASON]),
];
