//! 三（一） The yearly round: a notice of four departments, its dates, and what the whole round rests on.
//!
//! What the four departments sign is one text ([`signed_text`]): notice, forms, dates, quotas, bands and the version of the
//! policy. Its hash stands beside each signature. The policy's own text is kept with the round when it is issued, so that an
//! old round is judged under the numbers that it was signed with.

use chrono::{Datelike, NaiveDate};

use super::deadline::IN_TIME;
use super::decide::{Case, Change, Doer};
use super::field::{Body, Field};
use super::matter::{Matter, SASAC};
use super::rule::By::{Account, Clock};
use super::rule::{Follow, Guard, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AssessImpact, CancelRound, CloseNeeds, ConcludeRound, DraftRound, EditRound, EngageMatcher, ExpireNeed,
    ExtendRound, IssueRound, RescheduleNeed, ReturnRound, SignRound, SubmitRound,
};
use super::vocabulary::Kind;
use super::vocabulary::Stage::{
    RoundCancelled, RoundCollected, RoundConcluded, RoundCountersign, RoundDraft, RoundOpen,
};
use super::{DOCUMENT_DAY, DOCUMENT_NUMBER, REASON};
use crate::access::Role::{EducationDepartment, IndustryDepartment, Province, Sasac};
use crate::clause;
use crate::finding::Force::{Must, Prefer, Warning};
use crate::parameters::EMBEDDED;
use crate::regions::{self, RegionLevel};
use crate::rules::candidate::completed_years;
use crate::seal::seal;

/// Year of the round.
pub const YEAR: Field = Field::whole("year", "年度", 2025, 2100).required();
/// Title of the notice.
pub const NOTICE_TITLE: Field =
    Field::line("notice_title", "通知标题").required().hint("如：关于征集2025年度企业技术需求的通知");
/// Day of the notice, on which ages are counted (2.1.1(2)).
pub const NOTICE_DAY: Field =
    Field::day("notice_day", "通知日期").required().hint("即文件成文日期；年龄等资格以这一天为准，批次内不再变动");
/// Last day for enterprises to submit.
pub const NEEDS_DAY: Field = Field::day("needs_day", "需求提交截止日").required().hint("当日 24 时截止");
/// Last day for joint reports.
pub const REPORTS_DAY: Field =
    Field::day("reports_day", "联合上报截止日").required().hint("市（地）两局、省国资委报省的最后一日");
/// Last day for answers to pushes.
pub const ANSWERS_DAY: Field =
    Field::day("answers_day", "推送答复截止日").required().hint("派出单位和本人答复的最后一日");
/// Last day for intentions.
pub const TALKS_DAY: Field =
    Field::day("talks_day", "对接意向上报截止日").required().hint("组织单位上报对接意向的最后一日");
/// A printed limit of birth dates; decides instead of the completed years.
pub const BORN_ON_OR_AFTER: Field =
    Field::day("born_on_or_after", "出生日期界限").hint("通知公布的，写“某日及以后出生”；不公布则按周岁");
/// The forms that the notice comes with.
pub const FORMS: Field = Field::list("forms", "随附表格").hint("一行一种，如：企业技术需求征集表");
/// Guidance on how many needs each organiser reports.
pub const QUOTAS: Field =
    Field::list("quotas", "需求名额").hint("一行一个，如：哈尔滨市=60；省国资委=10。只作指导，超出的提示");
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
pub const IMPACT_CONCLUSION: Field = Field::text("impact_conclusion", "影响评估结论")
    .required()
    .hint("处理目的和方式是否合法、正当、必要，对个人权益的影响，保护措施是否有效");
/// Name of the authorised third-party matcher.
pub const MATCHER: Field = Field::line("matcher", "第三方匹配机构").required();
/// The document that authorises the matcher.
pub const MATCHER_CONTRACT: Field = Field::line("matcher_contract", "委托协议编号").required();
/// The matcher sees no names.
pub const MATCHER_PSEUDONYMISED: Field =
    Field::flag("matcher_pseudonymised", "确认：只交付去标识化数据，协议约定目的、期限、保护措施和返还删除").required();

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
        .due("通知日期", |case| case.matter.body.day(&NOTICE_DAY))
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
        .due("通知日期", |case| case.matter.body.day(&NOTICE_DAY)),
    rule(clause!("3.1a"), Must, IssueRound)
        .from(&[RoundCountersign])
        .to(RoundOpen)
        .by(&[Account(Province)])
        .guards(&[&SIGNED_AS_IT_IS, &POLICY_AS_SIGNED, &ONE_A_YEAR, &NONE_OPEN, &DOCUMENT_OF_NOTICE, &NEEDS_DAY_AHEAD])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .due("需求提交截止日", |case| case.matter.body.day(&NEEDS_DAY)),
    rule(clause!("3.2a"), Must, EngageMatcher)
        .from(&[RoundOpen, RoundCollected])
        .by(&[Account(Province)])
        .guards(&[&IMPACT_ASSESSED])
        .fields(&[&MATCHER, &MATCHER_CONTRACT, &MATCHER_PSEUDONYMISED]),
    rule(clause!("3.1a"), Must, ExtendRound)
        .from(&[RoundOpen, RoundCollected])
        .by(&[Account(Province)])
        .guards(&[&DATES_IN_ORDER, &EXTENDED_ONLY, &NEEDS_DAY_STAYS, &DEADLINES_WORKED, &DEADLINES_ANNOUNCED])
        .fields(&[&NEEDS_DAY, &REPORTS_DAY, &ANSWERS_DAY, &TALKS_DAY, &REASON])
        .effect(note_extension)
        .due("按延长后的期限", extended_due)
        .then(&[Follow { action: RescheduleNeed, on: Target::Children }]),
    rule(clause!("3.1a"), Must, CloseNeeds)
        .from(&[RoundOpen])
        .to(RoundCollected)
        .by(&[Account(Province), Clock])
        .guards(&[&NEEDS_DAY_PASSED])
        .due("对接意向上报截止日", |case| case.matter.body.day(&TALKS_DAY)),
    rule(clause!("3.4e"), Must, ConcludeRound)
        .from(&[RoundCollected])
        .to(RoundConcluded)
        .by(&[Account(Province)])
        .guards(&[&NOTHING_OPEN, &IN_TIME])
        .then(&[Follow { action: ExpireNeed, on: Target::Children }]),
    rule(clause!("3.1a"), Must, CancelRound)
        .from(&[RoundDraft, RoundCountersign])
        .to(RoundCancelled)
        .by(&[Account(Province)])
        .fields(&[&REASON]),
];

// What other sections ask of the round.

/// P1: no matching, hand-over or publication before the impact assessment; for every act of a matter of a round.
pub const IMPACT_ASSESSED: Guard = Guard {
    clause: clause!("P1"),
    force: Must,
    code: "round.impact_not_assessed",
    demands: "批次已登记个人信息保护影响评估",
    fails: |case| impact_missing(round_of(case)),
};

/// 3.1a: the round is open or its needs are being matched; nothing happens outside.
pub const ROUND_RUNNING: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.not_running",
    demands: "批次已发布、未办结",
    fails: |case| match round_of(case) {
        Some(round) if matches!(round.stage, RoundOpen | RoundCollected) => None,
        Some(round) => {
            Some(format!("批次“{}”{}，不能办理；请在进行中的批次内办理", round.title, round.stage.chinese()))
        }
        None => Some("不属于任何进行中的批次，不能办理；请待省科技厅发布批次通知".to_owned()),
    },
};

/// Why nothing may be matched, handed over or published in a round yet; nothing when it may.
pub fn impact_missing(round: Option<&Matter>) -> Option<String> {
    let assessed = round.is_some_and(|round| round.body.has(&IMPACT_NUMBER));
    (!assessed).then(|| {
        let round = round.map_or("尚无批次".to_owned(), |round| format!("批次“{}”", round.title));
        format!("{round}未登记个人信息保护影响评估，不得匹配、向第三方提供或公布；请先登记评估报告")
    })
}

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

/// What the departments sign, one line for each value.
pub fn signed_text(body: &Body) -> String {
    let values = DRAFT.iter().chain([&&BANDS, &&POLICY_VERSION, &&POLICY_HASH]);
    let line = |field: &&&Field| {
        let value = body.get(field).map(|value| field.in_words(value)).unwrap_or_default();
        format!("{}：{value}\n", field.chinese)
    };
    values.map(|field| line(&field)).collect()
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

// Guards of the round itself. On drafting and editing they look at what was given, later at what is kept.

fn asked(case: &Case<'_>, field: &Field) -> Option<NaiveDate> {
    case.inputs.day(field).or_else(|| case.matter.body.day(field))
}

/// The days of a round, in their order.
pub const DEADLINES: [&Field; 5] = [&NOTICE_DAY, &NEEDS_DAY, &REPORTS_DAY, &ANSWERS_DAY, &TALKS_DAY];

const DATES_IN_ORDER: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.dates_out_of_order",
    demands: "通知、需求、上报、答复、对接各日期先后有序",
    fails: |case| {
        let days: Vec<(&Field, NaiveDate)> =
            DEADLINES.iter().filter_map(|field| Some((*field, asked(case, field)?))).collect();
        let wrong = days.windows(2).find(|pair| pair[1].1 < pair[0].1)?;
        let [(earlier, first), (later, second)] = [wrong[0], wrong[1]];
        Some(format!(
            "{} {second} 早于{} {first}，应为通知、需求、上报、答复、对接依次不早于前一日期；请更正",
            later.chinese, earlier.chinese
        ))
    },
};

const POLICY_COVERS: Guard = Guard {
    clause: clause!("6"),
    force: Must,
    code: "round.outside_policy",
    demands: "通知日期在政策有效期内",
    fails: |case| {
        let notice = asked(case, &NOTICE_DAY).filter(|day| !case.parameters.covers(*day))?;
        let (from, until) = (case.parameters.valid_from, case.parameters.valid_until);
        Some(format!(
            "通知日期 {notice} 不在方案有效期 {from} 至 {until} 内，不能开启新批次；请核对日期，或待新方案施行"
        ))
    },
};

const YEAR_OF_NOTICE: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.year_of_notice",
    demands: "年度与通知日期一致",
    fails: |case| {
        let (year, notice) = (case.inputs.whole(&YEAR)?, asked(case, &NOTICE_DAY)?);
        (year != i64::from(notice.year())).then(|| format!("年度为 {year}，通知日期为 {notice}，应为同一年；请更正"))
    },
};

const ONE_A_YEAR: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.year_taken",
    demands: "一年一个批次",
    fails: |case| {
        let year = case.inputs.whole(&YEAR).or_else(|| case.matter.body.whole(&YEAR))?;
        let same = |other: &&Matter| other.stage != RoundCancelled && other.body.whole(&YEAR) == Some(year);
        let other = case.facts.related.iter().find(same)?;
        Some(format!(
            "{year} 年度已有批次“{}”（{}），一年一个批次；请修改或取消原批次",
            other.title,
            other.stage.chinese()
        ))
    },
};

const QUOTAS_READABLE: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.quotas_unreadable",
    demands: "需求名额写明市（地）和数目，不重复",
    fails: |case| {
        let (_, unreadable) = quotas(case.inputs);
        (!unreadable.is_empty()).then(|| {
            format!("需求名额“{}”无法识别或重复，应如：哈尔滨市=60、省国资委=10；请更正", unreadable.join("”“"))
        })
    },
};

const BORN_BEFORE_NOTICE: Guard = Guard {
    clause: clause!("2.1.1(2)"),
    force: Must,
    code: "round.born_after_notice",
    demands: "出生日期界限早于通知日期",
    fails: |case| {
        let (born, notice) = (case.inputs.day(&BORN_ON_OR_AFTER)?, asked(case, &NOTICE_DAY)?);
        (born >= notice).then(|| format!("出生日期界限 {born} 不早于通知日期 {notice}，没有人符合；请更正"))
    },
};

const BORN_AS_POLICY: Guard = Guard {
    clause: clause!("2.1.1(2)"),
    force: Warning,
    code: "round.born_unlike_policy",
    demands: "出生日期界限与年龄上限相符，不符的提示",
    fails: |case| {
        let (born, notice) = (case.inputs.day(&BORN_ON_OR_AFTER)?, asked(case, &NOTICE_DAY)?);
        let (oldest, most) = (completed_years(born, notice)?, case.parameters.age_years_max);
        (oldest != most)
            .then(|| format!("按出生日期界限 {born}，通知日年龄最大 {oldest} 周岁，方案为不超过 {most} 周岁，请核对"))
    },
};

const DEADLINES_WORKED: Guard = Guard {
    clause: clause!("3.1a"),
    force: Warning,
    code: "round.deadline_off",
    demands: "截止日为工作日，不是的提示",
    fails: |case| {
        let off = |field: &&Field| asked(case, field).filter(|day| !case.calendar.is_working_day(*day));
        let days: Vec<String> = DEADLINES[1..]
            .iter()
            .filter_map(|field| {
                let day = off(field)?;
                Some(format!("{} {day}（其后第一个工作日 {}）", field.chinese, case.calendar.next_working_day(day)))
            })
            .collect();
        (!days.is_empty()).then(|| format!("不是工作日：{}，请确认", days.join("、")))
    },
};

const DEADLINES_ANNOUNCED: Guard = Guard {
    clause: clause!("3.1a"),
    force: Warning,
    code: "round.deadline_provisional",
    demands: "期限所在年度的放假安排已公布，未公布的提示",
    fails: |case| {
        let (first, last) = (asked(case, &NOTICE_DAY)?, asked(case, &TALKS_DAY)?);
        let years = case.calendar.provisional_years(first.min(last), last);
        let years: Vec<String> = years.iter().map(ToString::to_string).collect();
        (!years.is_empty())
            .then(|| format!("{} 年放假安排尚未公布，该年内的期限按工作日计的天数为暂定，公布后重算", years.join("、")))
    },
};

const NEEDS_DAY_AHEAD: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.needs_day_behind",
    demands: "需求提交截止日未过",
    fails: |case| {
        let last = case.matter.body.day(&NEEDS_DAY).filter(|last| *last < case.today)?;
        Some(format!("需求提交截止日 {last} 已过，企业无从提交；请退回修改日期后重新会签"))
    },
};

const SIGNED_AS_IT_IS: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.not_countersigned",
    demands: "四部门均已会签同一文本",
    fails: |case| {
        let now = seal(&signed_text(&case.matter.body));
        let signed = signatures(&case.matter.body);
        let has = |role: &&crate::access::Role| {
            signed.iter().any(|signature| signature.role == role.code() && signature.hash == now)
        };
        let missing: Vec<&str> =
            RoundCountersign.waits().iter().filter(|role| !has(role)).map(|role| role.chinese()).collect();
        (!missing.is_empty())
            .then(|| format!("尚未会签现有文本：{}；请待其会签，文本有改动的退回修改后重新会签", missing.join("、")))
    },
};

const POLICY_AS_SIGNED: Guard = Guard {
    clause: clause!("6"),
    force: Must,
    code: "round.policy_changed",
    demands: "政策文件与会签时相同",
    fails: |case| {
        (case.matter.body.text(&POLICY_HASH) != seal(EMBEDDED))
            .then(|| "会签之后政策文件已变动，会签的不是现行版本；请退回修改，重新送四部门会签".to_owned())
    },
};

const NONE_OPEN: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.other_open",
    demands: "没有其他征集中的批次",
    fails: |case| {
        let other = case.facts.related.iter().find(|other| other.stage == RoundOpen)?;
        Some(format!("批次“{}”仍在征集需求，同时只能有一个批次征集；请待其截止", other.title))
    },
};

const DOCUMENT_OF_NOTICE: Guard = Guard {
    clause: clause!("2.1.1(2)"),
    force: Must,
    code: "round.document_day_differs",
    demands: "成文日期即通知日期",
    fails: |case| {
        let (document, notice) = (case.inputs.day(&DOCUMENT_DAY)?, case.matter.body.day(&NOTICE_DAY)?);
        (document != notice).then(|| {
            format!("成文日期 {document} 与会签的通知日期 {notice} 不同，年龄等资格以通知日期为准；请更正，或退回修改通知日期")
        })
    },
};

const IMPACT_DONE: Guard = Guard {
    clause: clause!("P1"),
    force: Must,
    code: "round.impact_ahead",
    demands: "影响评估已完成",
    fails: |case| {
        let day = case.inputs.day(&IMPACT_DAY).filter(|day| *day > case.today)?;
        Some(format!("影响评估日期 {day} 尚未到，评估须在事前完成；请在完成后登记"))
    },
};

const EXTENDED_ONLY: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.shortened",
    demands: "期限只延长，不缩短",
    fails: |case| {
        let pairs = || {
            DEADLINES[1..]
                .iter()
                .filter_map(|field| Some((*field, case.matter.body.day(field)?, case.inputs.day(field)?)))
        };
        if let Some((field, was, now)) = pairs().find(|(_, was, now)| now < was) {
            return Some(format!("{}原为 {was}，不能提前到 {now}；已公布的期限只能延长", field.chinese));
        }
        pairs().all(|(_, was, now)| now == was).then(|| "各期限均未改动；请填写延长后的日期".to_owned())
    },
};

const NEEDS_DAY_STAYS: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.needs_closed",
    demands: "需求截止后不再延长征集",
    fails: |case| {
        let (was, now) = (case.matter.body.day(&NEEDS_DAY)?, case.inputs.day(&NEEDS_DAY)?);
        (case.matter.stage == RoundCollected && now != was)
            .then(|| format!("需求已于 {was} 截止，不能再延长征集；请保留原日期，只延长其后的期限"))
    },
};

const NEEDS_DAY_PASSED: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.needs_day_not_passed",
    demands: "需求提交截止日已过",
    fails: |case| {
        let last = case.matter.body.day(&NEEDS_DAY).filter(|last| case.today <= *last)?;
        Some(format!("需求提交截止日为 {last}（当日 24 时），今天是 {}，不能提前截止", case.today))
    },
};

const NOTHING_OPEN: Guard = Guard {
    clause: clause!("3.4e"),
    force: Must,
    code: "round.still_open",
    demands: "没有未了结的推荐人选、名单和异议",
    fails: |case| {
        let open: Vec<String> = [("pairs_open", "推荐人选"), ("listings_open", "名单"), ("objections_open", "异议")]
            .iter()
            .filter_map(|(name, word)| {
                let count = case.facts.count(name);
                match count {
                    Some(0) => None,
                    Some(count) => Some(format!("{word} {count} 件")),
                    None => Some(format!("{word}件数未知")),
                }
            })
            .collect();
        (!open.is_empty()).then(|| format!("尚未了结：{}；请先办完或撤销", open.join("、")))
    },
};

/// Needs beyond an organiser's guidance number; for the reports of needs.
pub const WITHIN_QUOTA: Guard = Guard {
    clause: clause!("3.1a"),
    force: Prefer,
    code: "round.over_quota",
    demands: "上报数不超过通知的需求名额，超过的提示",
    fails: |case| {
        let (quotas, _) = quotas(&round_of(case)?.body);
        let (_, most) = quotas.into_iter().find(|(organiser, _)| *organiser == case.matter.parties.organiser)?;
        let reported = case.facts.count("reported")?;
        (reported >= i64::from(most)).then(|| format!("已上报 {reported} 项，通知的需求名额为 {most} 项，本项超出"))
    },
};

// Effects.

fn entitle(case: &Case<'_>, change: &mut Change) {
    case.inputs.text(&NOTICE_TITLE).clone_into(&mut change.title);
    change.set(&POLICY_VERSION, case.parameters.version.as_str());
}

/// From here on what the departments sign does not change until it is returned.
fn fix_signed_text(case: &Case<'_>, change: &mut Change) {
    change.set(&POLICY_VERSION, case.parameters.version.as_str());
    change.set(&POLICY_HASH, seal(EMBEDDED));
    change.set(&BANDS, BANDS_BY_LEVEL);
    change.body.clear(&SIGNATURES);
    let hash = seal(&signed_text(&change.body));
    change.set(&SIGNED_HASH, hash);
}

fn sign(case: &Case<'_>, change: &mut Change) {
    let Doer::Account(actor) = case.doer else { return };
    let mut signatures = change.body.list(&SIGNATURES).to_vec();
    let hash = seal(&signed_text(&change.body));
    signatures.push(format!("{}|{hash}|{}|{}", actor.role().code(), case.today, actor.login()));
    change.set(&SIGNATURES, signatures);
}

/// A department's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature<'a> {
    /// Code of the role that signed.
    pub role: &'a str,
    /// SM3 of what it signed.
    pub hash: &'a str,
    /// The day, `2025-02-10`.
    pub day: &'a str,
    /// The account.
    pub login: &'a str,
}

/// The signatures on a round.
pub fn signatures(body: &Body) -> Vec<Signature<'_>> {
    body.list(&SIGNATURES).iter().filter_map(|entry| signature(entry)).collect()
}

fn signature(entry: &str) -> Option<Signature<'_>> {
    let mut parts = entry.split('|');
    Some(Signature { role: parts.next()?, hash: parts.next()?, day: parts.next()?, login: parts.next()? })
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

#[cfg(test)]
mod tests {
    //! 1. A round's dates are in order, inside the policy's validity, of one year, one round a year.
    //! 2. Four departments sign one text; what was signed is what is issued, under the policy that was signed.
    //! 3. One round takes needs at a time; needs close on the day after the last day, not before.
    //! 4. A deadline is lengthened, never shortened; closed needs stay closed.
    //! 5. Nothing is handed over before the impact assessment. 6. A round ends when nothing in it is open.

    use super::super::testing::{Bench, account, at, day};
    use super::super::{Action, Stage};
    use super::*;
    use crate::access::Role;
    use crate::calendar::WorkingCalendar;

    const DATES: [(&str, &str); 7] = [
        ("year", "2025"),
        ("notice_title", "2025年度通知（演示）"),
        ("notice_day", "2025-02-10"),
        ("needs_day", "2025-03-31"),
        ("reports_day", "2025-04-18"),
        ("answers_day", "2025-05-30"),
        ("talks_day", "2025-06-30"),
    ];
    const NOTICE: [(&str, &str); 2] =
        [("document_number", "黑科函〔2025〕1号（演示）"), ("document_day", "2025-02-10")];

    fn new() -> Bench {
        at(Stage::RoundDraft).on("2025-02-05").unopened().but(|matter, facts| {
            matter.parties = super::super::Parties::default();
            facts.round = None;
        })
    }

    fn with<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut sent: Vec<(&str, &str)> =
            DATES.into_iter().filter(|(key, _)| changed.iter().all(|(other, _)| other != key)).collect();
        sent.extend(changed);
        sent
    }

    fn province() -> Doer {
        account(Role::Province)
    }

    fn drafted() -> Bench {
        let mut bench = new().then(&province(), Action::DraftRound, &DATES);
        bench.matter.id = "round-000001".to_owned();
        bench
    }

    fn signed() -> Bench {
        let mut round = drafted().then(&province(), Action::SubmitRound, &[]);
        for role in [Role::Province, Role::EducationDepartment, Role::IndustryDepartment, Role::Sasac] {
            round = round.then(&account(role), Action::SignRound, &[]);
        }
        round.on("2025-02-10")
    }

    fn open() -> Bench {
        signed().then(&province(), Action::IssueRound, &NOTICE)
    }

    fn sentences(bench: &Bench, action: Action, sent: &[(&str, &str)]) -> Vec<String> {
        let refusals = bench.act(&province(), action, sent).expect_err("it is refused");
        refusals.into_iter().map(|refusal| refusal.message).collect()
    }

    fn warnings(bench: &Bench, action: Action, sent: &[(&str, &str)]) -> Vec<String> {
        bench.act(&province(), action, sent).expect("it is permitted").warnings().to_vec()
    }

    #[test]
    fn deadlines_out_of_order_are_refused_and_equal_ones_are_not() {
        let equal = with(&[("reports_day", "2025-03-31"), ("answers_day", "2025-03-31")]);
        assert!(new().refusals(&province(), Action::DraftRound, &equal).is_empty());
        let wrong = with(&[("reports_day", "2025-03-30")]);
        insta::assert_snapshot!(sentences(&new(), Action::DraftRound, &wrong)[0], @"联合上报截止日 2025-03-30 早于需求提交截止日 2025-03-31，应为通知、需求、上报、答复、对接依次不早于前一日期；请更正（方案三（一））");
    }

    #[test]
    fn a_notice_outside_the_policys_validity_is_refused_and_its_last_day_is_not() {
        let last = with(&[
            ("year", "2027"),
            ("notice_day", "2027-12-31"),
            ("needs_day", "2028-01-31"),
            ("reports_day", "2028-02-28"),
            ("answers_day", "2028-03-31"),
            ("talks_day", "2028-04-28"),
        ]);
        assert!(new().refusals(&province(), Action::DraftRound, &last).is_empty());
        let beyond: Vec<(&str, &str)> = last
            .into_iter()
            .map(|(key, value)| match key {
                "year" => (key, "2028"),
                "notice_day" => (key, "2028-01-01"),
                _ => (key, value),
            })
            .collect();
        insta::assert_snapshot!(sentences(&new(), Action::DraftRound, &beyond)[0], @"通知日期 2028-01-01 不在方案有效期 2025-01-01 至 2027-12-31 内，不能开启新批次；请核对日期，或待新方案施行（方案六）");
    }

    #[test]
    fn a_year_has_one_round_unless_the_other_was_cancelled() {
        let other = |stage| {
            new().but(|_, facts| {
                let other = drafted().matter;
                facts.related = vec![Matter { id: "round-000009".to_owned(), stage, ..other }];
            })
        };
        assert!(other(RoundCancelled).refusals(&province(), Action::DraftRound, &DATES).is_empty());
        insta::assert_snapshot!(sentences(&other(RoundConcluded), Action::DraftRound, &DATES)[0], @"2025 年度已有批次“2025年度通知（演示）”（批次已办结），一年一个批次；请修改或取消原批次（方案三（一））");
        let wrong = with(&[("year", "2026")]);
        insta::assert_snapshot!(sentences(&new(), Action::DraftRound, &wrong)[0], @"年度为 2026，通知日期为 2025-02-10，应为同一年；请更正（方案三（一））");
    }

    #[test]
    fn quotas_name_a_city_once_or_are_refused_as_they_stand() {
        let sent = with(&[("quotas", "哈尔滨市=60\n齐齐哈尔：12\n省国资委=10")]);
        let round = new().then(&province(), Action::DraftRound, &sent);
        let expected = [("230100", 60), ("230200", 12), ("sasac", 10)].map(|(who, most)| (who.to_owned(), most));
        assert_eq!(quotas(&round.matter.body), (expected.to_vec(), Vec::new()));
        let wrong = with(&[("quotas", "哈尔滨市=60\n哈尔滨=5\n长春市=1\n南岗区=1\n大庆市=许多")]);
        insta::assert_snapshot!(sentences(&new(), Action::DraftRound, &wrong)[0], @"需求名额“哈尔滨=5”“长春市=1”“南岗区=1”“大庆市=许多”无法识别或重复，应如：哈尔滨市=60、省国资委=10；请更正（方案三（一））");
    }

    #[test]
    fn a_printed_limit_of_birth_dates_that_is_not_the_policys_age_is_shown() {
        for same in ["1969-02-11", "1970-02-10"] {
            assert!(warnings(&new(), Action::DraftRound, &with(&[("born_on_or_after", same)])).is_empty(), "{same}");
        }
        for other in ["1969-02-10", "1970-02-11"] {
            assert_eq!(warnings(&new(), Action::DraftRound, &with(&[("born_on_or_after", other)])).len(), 1, "{other}");
        }
        let loose = with(&[("born_on_or_after", "1965-01-01")]);
        insta::assert_snapshot!(warnings(&new(), Action::DraftRound, &loose)[0], @"按出生日期界限 1965-01-01，通知日年龄最大 60 周岁，方案为不超过 55 周岁，请核对（方案二（一）1（2））");
        let late = with(&[("born_on_or_after", "2025-02-10")]);
        insta::assert_snapshot!(sentences(&new(), Action::DraftRound, &late)[0], @"出生日期界限 2025-02-10 不早于通知日期 2025-02-10，没有人符合；请更正（方案二（一）1（2））");
    }

    #[test]
    fn a_deadline_on_a_day_off_or_in_a_year_not_announced_is_shown() {
        let off = with(&[("needs_day", "2025-03-30")]);
        insta::assert_snapshot!(warnings(&new(), Action::DraftRound, &off)[0], @"不是工作日：需求提交截止日 2025-03-30（其后第一个工作日 2025-03-31），请确认（方案三（一））");
        let far = with(&[("talks_day", "2027-01-08")]);
        insta::assert_snapshot!(warnings(&new(), Action::DraftRound, &far)[0], @"2027 年放假安排尚未公布，该年内的期限按工作日计的天数为暂定，公布后重算（方案三（一））");
    }

    #[test]
    fn each_signature_names_the_hash_of_the_one_text_that_is_issued() {
        let round = signed();
        let awaited = round.matter.awaited();
        assert_eq!((round.matter.stage, awaited), (Stage::RoundCountersign, vec![(Role::Province, String::new())]));
        let hashes: Vec<&str> = signatures(&round.matter.body).iter().map(|one| one.hash).collect();
        assert_eq!(hashes, [round.matter.body.text(&SIGNED_HASH); 4]);
        assert_eq!(open().matter.due, Some(day("2025-03-31")));
        let changed = signed().with(&TALKS_DAY, "2025-07-31");
        insta::assert_snapshot!(sentences(&changed, Action::IssueRound, &NOTICE)[0], @"尚未会签现有文本：省科技厅、省教育厅、省工信厅、省国资委；请待其会签，文本有改动的退回修改后重新会签（方案三（一））");
    }

    #[test]
    fn a_round_that_a_department_has_not_signed_is_not_issued() {
        let one = drafted().then(&province(), Action::SubmitRound, &[]).on("2025-02-10");
        let one = one.then(&account(Role::Sasac), Action::SignRound, &[]);
        insta::assert_snapshot!(sentences(&one, Action::IssueRound, &NOTICE)[0], @"尚未会签现有文本：省科技厅、省教育厅、省工信厅；请待其会签，文本有改动的退回修改后重新会签（方案三（一））");
    }

    #[test]
    fn a_returned_round_is_signed_anew_by_all_four() {
        let returned = signed().then(&account(Role::Sasac), Action::ReturnRound, &[("reason", "日期有误")]);
        let again = returned.on("2025-02-06").then(&province(), Action::SubmitRound, &[]);
        assert_eq!((signatures(&again.matter.body).len(), again.matter.waits().len()), (0, 4));
    }

    #[test]
    fn a_policy_that_changed_after_the_signatures_is_refused() {
        let changed = signed().with(&POLICY_HASH, "0");
        assert!(changed.refusals(&province(), Action::IssueRound, &NOTICE).contains(&"round.policy_changed"));
        let sentences = sentences(&changed, Action::IssueRound, &NOTICE);
        insta::assert_snapshot!(sentences.last().unwrap(), @"会签之后政策文件已变动，会签的不是现行版本；请退回修改，重新送四部门会签（方案六）");
    }

    #[test]
    fn the_document_bears_the_day_of_the_notice() {
        let other = [("document_number", "1号"), ("document_day", "2025-02-11")];
        insta::assert_snapshot!(sentences(&signed(), Action::IssueRound, &other)[0], @"成文日期 2025-02-11 与会签的通知日期 2025-02-10 不同，年龄等资格以通知日期为准；请更正，或退回修改通知日期（方案二（一）1（2））");
    }

    #[test]
    fn a_second_round_does_not_open_beside_an_open_one() {
        let second = signed().but(|_, facts| {
            let other = Matter { id: "round-000009".to_owned(), ..open().matter };
            facts.related = vec![Matter { body: other.body.clone().with(&YEAR, 2024), ..other }];
        });
        insta::assert_snapshot!(sentences(&second, Action::IssueRound, &NOTICE)[0], @"批次“2025年度通知（演示）”仍在征集需求，同时只能有一个批次征集；请待其截止（方案三（一））");
    }

    #[test]
    fn needs_close_on_the_day_after_their_last_day() {
        insta::assert_snapshot!(sentences(&open().on("2025-03-31"), Action::CloseNeeds, &[])[0], @"需求提交截止日为 2025-03-31（当日 24 时），今天是 2025-03-31，不能提前截止（方案三（一））");
        let closed = open().on("2025-04-01").then(&Doer::Clock, Action::CloseNeeds, &[]);
        assert_eq!((closed.matter.stage, closed.matter.due), (Stage::RoundCollected, Some(day("2025-06-30"))));
    }

    #[test]
    fn a_round_whose_last_day_for_needs_has_passed_is_not_issued() {
        assert!(signed().on("2025-03-31").refusals(&province(), Action::IssueRound, &NOTICE).is_empty());
        insta::assert_snapshot!(sentences(&signed().on("2025-04-01"), Action::IssueRound, &NOTICE)[0], @"需求提交截止日 2025-03-31 已过，企业无从提交；请退回修改日期后重新会签（方案三（一））");
    }

    fn extension<'a>(needs: &'a str, talks: &'a str) -> [(&'a str, &'a str); 5] {
        let [reports, answers] = [("reports_day", "2025-04-18"), ("answers_day", "2025-05-30")];
        [("needs_day", needs), reports, answers, ("talks_day", talks), ("reason", "企业申请")]
    }

    #[test]
    fn a_deadline_is_lengthened_never_shortened() {
        let longer = open().then(&province(), Action::ExtendRound, &extension("2025-04-10", "2025-06-30"));
        assert_eq!(longer.matter.due, Some(day("2025-04-10")));
        assert_eq!(
            longer.matter.body.list(&EXTENSIONS),
            ["2025-02-10|2025-03-31|2025-04-18|2025-05-30|2025-06-30|企业申请"]
        );
        insta::assert_snapshot!(sentences(&open(), Action::ExtendRound, &extension("2025-03-28", "2025-06-30"))[0], @"需求提交截止日原为 2025-03-31，不能提前到 2025-03-28；已公布的期限只能延长（方案三（一））");
        insta::assert_snapshot!(sentences(&open(), Action::ExtendRound, &extension("2025-03-31", "2025-06-30"))[0], @"各期限均未改动；请填写延长后的日期（方案三（一））");
    }

    #[test]
    fn needs_that_are_closed_stay_closed_while_later_deadlines_may_move() {
        let closed = open().on("2025-04-01").then(&Doer::Clock, Action::CloseNeeds, &[]);
        let later = extension("2025-03-31", "2025-07-31");
        assert_eq!(closed.clone().then(&province(), Action::ExtendRound, &later).matter.due, Some(day("2025-07-31")));
        insta::assert_snapshot!(sentences(&closed, Action::ExtendRound, &extension("2025-04-10", "2025-06-30"))[0], @"需求已于 2025-03-31 截止，不能再延长征集；请保留原日期，只延长其后的期限（方案三（一））");
    }

    #[test]
    fn nothing_is_handed_to_a_matcher_before_the_impact_assessment() {
        let matcher = [("matcher", "某公司（演示）"), ("matcher_contract", "1"), ("matcher_pseudonymised", "是")];
        insta::assert_snapshot!(sentences(&open(), Action::EngageMatcher, &matcher)[0], @"批次“2025年度通知（演示）”未登记个人信息保护影响评估，不得匹配、向第三方提供或公布；请先登记评估报告（个人信息保护法第二十四、二十八、五十五条）");
        let impact = |on| [("impact_number", "1"), ("impact_day", on), ("impact_conclusion", "可行")];
        insta::assert_snapshot!(sentences(&open(), Action::AssessImpact, &impact("2025-02-11"))[0], @"影响评估日期 2025-02-11 尚未到，评估须在事前完成；请在完成后登记（个人信息保护法第二十四、二十八、五十五条）");
        let assessed = open().then(&province(), Action::AssessImpact, &impact("2025-02-10"));
        assert!(assessed.refusals(&province(), Action::EngageMatcher, &matcher).is_empty());
    }

    #[test]
    fn a_round_is_concluded_when_nothing_in_it_is_open() {
        let closed = |pairs| {
            let closed = open().on("2025-04-01").then(&Doer::Clock, Action::CloseNeeds, &[]);
            closed.but(|_, facts| {
                facts.counts = [("pairs_open", pairs), ("listings_open", 0), ("objections_open", 0)].into();
            })
        };
        assert!(closed(0).refusals(&province(), Action::ConcludeRound, &[]).is_empty());
        insta::assert_snapshot!(sentences(&closed(1), Action::ConcludeRound, &[])[0], @"尚未了结：推荐人选 1 件；请先办完或撤销（方案三（四））");
        let unknown = closed(0).but(|_, facts| facts.counts.clear());
        assert_eq!(unknown.refusals(&province(), Action::ConcludeRound, &[]), ["round.still_open"]);
    }

    #[test]
    fn acts_of_a_round_that_is_not_running_are_refused_by_the_shared_guard() {
        let bench = at(Stage::NeedReview);
        let judged = |round: Option<Matter>| {
            let facts = super::super::Facts { round, ..super::super::Facts::default() };
            let (inputs, doer) = (Body::default(), province());
            let case = Case {
                matter: &bench.matter,
                inputs: &inputs,
                facts: &facts,
                doer: &doer,
                now: chrono::DateTime::UNIX_EPOCH,
                today: bench.today,
                parameters: crate::parameters::Parameters::embedded(),
                calendar: WorkingCalendar::embedded(),
            };
            (ROUND_RUNNING.fails)(&case)
        };
        assert_eq!(judged(Some(open().matter)), None);
        insta::assert_snapshot!(judged(Some(drafted().matter)).unwrap(), @"批次“2025年度通知（演示）”起草中，不能办理；请在进行中的批次内办理");
        insta::assert_snapshot!(judged(None).unwrap(), @"不属于任何进行中的批次，不能办理；请待省科技厅发布批次通知");
    }
}
