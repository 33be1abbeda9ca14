//! 三（一） The yearly round: a notice of four departments, its dates, and what the whole round rests on.
//!
//! What the four departments sign is one text ([`signed_text`]): notice, forms, dates, quotas, bands and the version of the
//! policy. Its hash stands beside each signature. The policy's own text is kept with the round when it is issued, so that an
//! old round is judged under the numbers that it was signed with.

mod guards;
pub mod settings;
mod signing;
#[cfg(test)]
mod tests;

use super::words::words;
use chrono::NaiveDate;

use super::deadline::IN_TIME;
use super::decide::{Case, Change};
use super::field::{Body, Field};
use super::matter::{Matter, SASAC};
use super::rule::By::{Account, Clock};
use super::rule::{Follow, Guard, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AssessImpact, CancelRound, CloseNeeds, ClosePair, ConcludeRound, DraftRound, EditRound, EngageMatcher, ExpireNeed,
    ExtendRound, FreezeMatching, IssueRound, RescheduleNeed, ReschedulePair, ReturnRound, SignRound, SubmitRound,
};
use super::vocabulary::Kind;
use super::vocabulary::Stage::{
    RoundCancelled, RoundCollected, RoundConcluded, RoundCountersign, RoundDraft, RoundOpen,
};
use super::{DOCUMENT_DAY, DOCUMENT_NUMBER, REASON};
use crate::access::Role::{EducationDepartment, IndustryDepartment, Province, Sasac};
use crate::finding::Force::Must;
use crate::regions::RegionLevel;
use crate::{clause, regions};
use guards::{
    BORN_AS_POLICY, BORN_BEFORE_NOTICE, DATES_IN_ORDER, DEADLINES_ANNOUNCED, DEADLINES_WORKED, DOCUMENT_OF_NOTICE,
    EXTENDED_ONLY, IMPACT_DONE, NEEDS_DAY_AHEAD, NEEDS_DAY_PASSED, NEEDS_DAY_STAYS, NONE_OPEN, NOTHING_OPEN,
    NOTICE_DAY_REACHED, ONE_A_YEAR, POLICY_AS_SIGNED, POLICY_COVERS, QUOTAS_READABLE, SIGNED_AS_IT_IS, YEAR_OF_NOTICE,
};
use signing::{fix_signed_text, sign};

pub use guards::{IMPACT_ASSESSED, ROUND_RUNNING, WITHIN_QUOTA, impact_missing};
pub use signing::{Signature, signatures, signed_text};

/// Year of the round.
pub const YEAR: Field = Field::whole("year", "年度", 2025, 2100).required();
/// Title of the notice.
pub const NOTICE_TITLE: Field = Field::line("notice_title", "通知标题")
    .required()
    .hint("如：关于组织开展2026年度黑龙江省科技总师选派工作的通知", "The full title of the notice");
/// Day of the notice, on which ages are counted (2.1.1(2)).
pub const NOTICE_DAY: Field = Field::day("notice_day", "通知日期").required().hint(
    "即文件成文日期；年龄等资格以这一天为准，批次内不再变动",
    "The date of the document; ages are counted on this day throughout the round",
);
/// Last day for enterprises to submit.
pub const NEEDS_DAY: Field =
    Field::day("needs_day", "需求提交截止日").required().hint("当日 24 时截止", "Ends at 24:00 of that day");
/// Last day for joint reports.
pub const REPORTS_DAY: Field = Field::day("reports_day", "联合上报截止日")
    .required()
    .hint("市（地）两局、省国资委报省的最后一日", "Last day on which the bureaus and SASAC report to the province");
/// Last day for answers to pushes.
pub const ANSWERS_DAY: Field = Field::day("answers_day", "推送答复截止日")
    .required()
    .hint("派出单位和本人答复的最后一日", "Last day on which units and people answer");
/// Last day for intentions.
pub const TALKS_DAY: Field = Field::day("talks_day", "对接意向上报截止日")
    .required()
    .hint("组织单位上报对接意向的最后一日", "Last day on which organisers report intentions");
/// A printed limit of birth dates; decides instead of the completed years.
pub const BORN_ON_OR_AFTER: Field = Field::day("born_on_or_after", "出生日期界限").hint(
    "通知公布的，写“某日及以后出生”；不公布则按周岁",
    "As printed in the notice: born on this day or later; if not printed, completed years count",
);
/// The forms that the notice comes with.
pub const FORMS: Field = Field::list("forms", "随附表格").hint("一行一种，如：企业技术需求征集表", "One form a line");
/// Guidance on how many needs each organiser reports.
pub const QUOTAS: Field = Field::list("quotas", "需求名额").hint(
    "一行一个，如：哈尔滨市=60；省国资委=10。只作指导，超出的提示",
    "One a line as city=number, names in Chinese; guidance only, more is pointed out",
);
/// What 同等条件 means in this round; fixed before matching (2.1.1(2)b).
pub const BANDS: Field = Field::kept("bands", "同等条件的分档");
/// Version of the policy that the round keeps (6).
pub const POLICY_VERSION: Field = Field::kept("policy_version", "政策版本");
/// SM3 of the policy file that the round keeps.
pub const POLICY_HASH: Field = Field::kept("policy_hash", "政策文件指纹");
/// SM3 of what the departments sign.
pub const SIGNED_HASH: Field = Field::kept("signed_hash", "会签文本指纹");
/// Signatures: `role|hash|day|login`.
pub const SIGNATURES: Field = Field::kept("signatures", "会签记录");
/// Extensions: `day|needs|reports|answers|talks|reason`, with the dates as they were before.
pub const EXTENSIONS: Field = Field::kept("extensions", "延期记录");
/// Impact assessment (P1): document, day, conclusion.
pub const IMPACT_NUMBER: Field = Field::line("impact_number", "影响评估报告编号").required();
/// Day of the impact assessment.
pub const IMPACT_DAY: Field = Field::day("impact_day", "影响评估日期").required();
/// Conclusion of the impact assessment.
pub const IMPACT_CONCLUSION: Field = Field::text("impact_conclusion", "影响评估结论").required().hint(
    "处理目的和方式是否合法、正当、必要，对个人权益的影响，保护措施是否有效",
    "Whether purpose and means are lawful and necessary, what it means for people, whether protection works",
);
/// Name of the authorised third-party matcher.
pub const MATCHER: Field = Field::line("matcher", "第三方匹配机构").required();
/// The document that authorises the matcher.
pub const MATCHER_CONTRACT: Field = Field::line("matcher_contract", "委托协议编号").required().seen_by(&[Province]);
/// The matcher sees no names.
pub const MATCHER_PSEUDONYMISED: Field =
    Field::flag("matcher_pseudonymised", "确认：只交付去标识化数据，协议约定目的、期限、保护措施和返还删除", "We confirm: only pseudonymised data is handed over; the contract states purpose, term, protection, return and deletion").required();

/// What 同等条件 means: the four levels of relevance are the bands.
pub const BANDS_BY_LEVEL: &str = "相关程度分强相关、较强相关、弱相关、无相关四档，同档且均符合资格的为同等条件";

const DRAFT: &[&Field] = &[
    &YEAR,
    &NOTICE_TITLE,
    &NOTICE_DAY,
    &NEEDS_DAY,
    &REPORTS_DAY,
    &ANSWERS_DAY,
    &TALKS_DAY,
    &BORN_ON_OR_AFTER,
    &FORMS,
    &QUOTAS,
];
const DATED: &[&Guard] = &[
    &POLICY_COVERS,
    &YEAR_OF_NOTICE,
    &ONE_A_YEAR,
    &DATES_IN_ORDER,
    &QUOTAS_READABLE,
    &BORN_BEFORE_NOTICE,
    &BORN_AS_POLICY,
    &DEADLINES_WORKED,
    &DEADLINES_ANNOUNCED,
];

/// The rows of 三（一） for rounds.
pub const RULES: &[Rule] = &[
    rule(clause!("3.1a"), Must, DraftRound)
        .to(RoundDraft)
        .by(&[Account(Province)])
        .guards(DATED)
        .fields(DRAFT)
        .effect(entitle),
    rule(clause!("3.1a"), Must, EditRound)
        .from(&[RoundDraft])
        .by(&[Account(Province)])
        .guards(DATED)
        .fields(DRAFT)
        .effect(entitle)
        .undoable(),
    rule(clause!("P1"), Must, AssessImpact)
        .from(&[RoundDraft, RoundCountersign, RoundOpen, RoundCollected])
        .by(&[Account(Province)])
        .guards(&[&IMPACT_DONE])
        .fields(&[&IMPACT_NUMBER, &IMPACT_DAY, &IMPACT_CONCLUSION]),
    rule(clause!("3.1a"), Must, SubmitRound)
        .from(&[RoundDraft])
        .to(RoundCountersign)
        .by(&[Account(Province)])
        .guards(&[&ONE_A_YEAR, &NEEDS_DAY_AHEAD])
        .effect(fix_signed_text)
        .due(words("通知日期", "day of the notice"), |case| case.matter.body.day(&NOTICE_DAY))
        .undoable(),
    rule(clause!("3.1a"), Must, ReturnRound)
        .from(&[RoundCountersign])
        .to(RoundDraft)
        .by(&[Account(Province), Account(EducationDepartment), Account(IndustryDepartment), Account(Sasac)])
        .fields(&[&REASON])
        .effect(|_, change| {
            change.body.clear(&SIGNATURES);
            change.body.clear(&SIGNED_HASH);
        }),
    rule(clause!("3.1a"), Must, SignRound)
        .from(&[RoundCountersign])
        .by(&[Account(Province), Account(EducationDepartment), Account(IndustryDepartment), Account(Sasac)])
        .leading(To::All(RoundCountersign))
        .effect(sign)
        .due(words("通知日期", "day of the notice"), |case| case.matter.body.day(&NOTICE_DAY)),
    rule(clause!("3.1a"), Must, IssueRound)
        .from(&[RoundCountersign])
        .to(RoundOpen)
        .by(&[Account(Province)])
        .guards(&[
            &SIGNED_AS_IT_IS,
            &POLICY_AS_SIGNED,
            &ONE_A_YEAR,
            &NONE_OPEN,
            &DOCUMENT_OF_NOTICE,
            &NOTICE_DAY_REACHED,
            &NEEDS_DAY_AHEAD,
        ])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .due(words("需求提交截止日", "last day for needs"), |case| case.matter.body.day(&NEEDS_DAY)),
    rule(clause!("3.2a"), Must, EngageMatcher)
        .from(&[RoundOpen, RoundCollected])
        .by(&[Account(Province)])
        .guards(&[&IMPACT_ASSESSED])
        .fields(&[&MATCHER, &MATCHER_CONTRACT, &MATCHER_PSEUDONYMISED]),
    rule(clause!("3.2a"), Must, FreezeMatching)
        .from(&[RoundOpen, RoundCollected])
        .by(&[Account(Province)])
        .guards(&[
            &IMPACT_ASSESSED,
            &settings::ALTERNATES_PERMITTED,
            &settings::WEIGHTS_IN_ORDER,
            &settings::NOTHING_PROPOSED,
            &settings::REASON_TO_CHANGE,
        ])
        .fields(settings::SETTING_FIELDS)
        .effect(settings::freeze),
    rule(clause!("3.1a"), Must, ExtendRound)
        .from(&[RoundOpen, RoundCollected])
        .by(&[Account(Province)])
        .guards(&[&DATES_IN_ORDER, &EXTENDED_ONLY, &NEEDS_DAY_STAYS, &DEADLINES_WORKED, &DEADLINES_ANNOUNCED])
        .fields(&[&NEEDS_DAY, &REPORTS_DAY, &ANSWERS_DAY, &TALKS_DAY, &REASON])
        .effect(note_extension)
        .due(words("按延长后的期限", "the longer deadline"), extended_due)
        .then(&[
            Follow { action: RescheduleNeed, on: Target::Children },
            Follow { action: ReschedulePair, on: Target::Children },
        ]),
    rule(clause!("3.1a"), Must, CloseNeeds)
        .from(&[RoundOpen])
        .to(RoundCollected)
        .by(&[Account(Province), Clock])
        .guards(&[&NEEDS_DAY_PASSED])
        .due(words("对接意向上报截止日", "last day for reporting intentions"), |case| {
            case.matter.body.day(&TALKS_DAY)
        }),
    rule(clause!("3.4e"), Must, ConcludeRound)
        .from(&[RoundCollected])
        .to(RoundConcluded)
        .by(&[Account(Province)])
        .guards(&[&NOTHING_OPEN, &IN_TIME])
        .then(&[
            Follow { action: ClosePair, on: Target::Children },
            Follow { action: ExpireNeed, on: Target::Children },
        ]),
    rule(clause!("3.1a"), Must, CancelRound)
        .from(&[RoundDraft, RoundCountersign])
        .to(RoundCancelled)
        .by(&[Account(Province)])
        .fields(&[&REASON]),
];

/// The round of a case, also when it is the matter itself.
pub fn round_of<'a>(case: &Case<'a>) -> Option<&'a Matter> {
    if case.matter.kind() == Kind::Round { Some(case.matter) } else { case.facts.round.as_ref() }
}

/// A day of the round.
pub fn day_of(case: &Case<'_>, field: &Field) -> Option<NaiveDate> {
    round_of(case).and_then(|round| round.body.day(field))
}

/// 2.1.1(2): the day on which completed years are counted, and the printed limit of birth dates, of a round.
pub fn reference_days(round: &Matter) -> (Option<NaiveDate>, Option<NaiveDate>) {
    (round.body.day(&NOTICE_DAY), round.body.day(&BORN_ON_OR_AFTER))
}

/// Guidance for each organiser: its code and the number; entries that cannot be read come back as they are.
pub fn quotas(body: &Body) -> (Vec<(String, u32)>, Vec<String>) {
    let (mut read, mut unreadable) = (Vec::new(), Vec::new());
    for entry in body.list(&QUOTAS) {
        match quota(entry) {
            Some(quota) if read.iter().all(|(known, _)| *known != quota.0) => read.push(quota),
            _ => unreadable.push(entry.clone()),
        }
    }
    (read, unreadable)
}

fn quota(entry: &str) -> Option<(String, u32)> {
    let (who, number) = entry.split_once(['=', '＝', '：', ':'])?;
    let who = match who.trim() {
        "省国资委" | SASAC => SASAC,
        city => regions::parse(city).ok().filter(|region| region.level == RegionLevel::City)?.code,
    };
    Some((who.to_owned(), number.trim().parse().ok()?))
}

/// The days of a round, in their order.
pub const DEADLINES: [&Field; 5] = [&NOTICE_DAY, &NEEDS_DAY, &REPORTS_DAY, &ANSWERS_DAY, &TALKS_DAY];

fn entitle(case: &Case<'_>, change: &mut Change) {
    case.inputs.text(&NOTICE_TITLE).clone_into(&mut change.title);
    change.set(&POLICY_VERSION, case.parameters.version.as_str());
}

fn note_extension(case: &Case<'_>, change: &mut Change) {
    let was: Vec<&str> = DEADLINES[1..].iter().map(|field| case.matter.body.text(field)).collect();
    let mut extensions = change.body.list(&EXTENSIONS).to_vec();
    extensions.push(format!("{}|{}|{}", case.today, was.join("|"), case.inputs.text(&REASON)));
    change.set(&EXTENSIONS, extensions);
}

fn extended_due(case: &Case<'_>) -> Option<NaiveDate> {
    case.inputs.day(if case.matter.stage == RoundOpen { &NEEDS_DAY } else { &TALKS_DAY })
}
