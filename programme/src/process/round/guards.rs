//! What has to hold for the acts on a round, and what other sections ask of it.
//!
//! On drafting and editing the guards look at what was given, later at what is kept.

use crate::process::words;
use chrono::{Datelike, NaiveDate};

use super::signing::{signatures, signed_text};
use super::{
    BORN_ON_OR_AFTER, DEADLINES, IMPACT_DAY, IMPACT_NUMBER, NEEDS_DAY, NOTICE_DAY, POLICY_HASH, TALKS_DAY, YEAR,
    quotas, round_of,
};
use crate::clause;
use crate::finding::Force::{Must, Prefer, Warning};
use crate::process::DOCUMENT_DAY;
use crate::process::decide::Case;
use crate::process::field::Field;
use crate::process::matter::Matter;
use crate::process::revision::policy_text;
use crate::process::rule::Guard;
use crate::process::vocabulary::Stage::{RoundCancelled, RoundCollected, RoundCountersign, RoundOpen};
use crate::rules::candidate::completed_years;
use crate::seal::seal;

/// P1: no matching, hand-over or publication before the impact assessment; for every act of a matter of a round.
pub const IMPACT_ASSESSED: Guard = Guard {
    clause: clause!("P1"),
    force: Must,
    code: "round.impact_not_assessed",
    demands: words("批次已登记个人信息保护影响评估", "The round's impact assessment on personal data is recorded"),
    fails: |case| impact_missing(round_of(case)),
};

/// 3.1a: the round is open or its needs are being matched; nothing happens outside.
pub const ROUND_RUNNING: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.not_running",
    demands: words("批次已发布、未办结", "The round is issued and not concluded"),
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

pub(super) fn asked(case: &Case<'_>, field: &Field) -> Option<NaiveDate> {
    case.inputs.day(field).or_else(|| case.matter.body.day(field))
}

pub(super) const DATES_IN_ORDER: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.dates_out_of_order",
    demands: words(
        "通知、需求、上报、答复、对接各日期先后有序",
        "The days of notice, needs, reports, answers and talks follow one another",
    ),
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

pub(super) const POLICY_COVERS: Guard = Guard {
    clause: clause!("6"),
    force: Must,
    code: "round.outside_policy",
    demands: words("通知日期在政策有效期内", "The day of the notice lies within the policy's validity"),
    fails: |case| {
        let notice = asked(case, &NOTICE_DAY).filter(|day| !case.parameters.covers(*day))?;
        let (from, until) = (case.parameters.valid_from, case.parameters.valid_until);
        Some(format!(
            "通知日期 {notice} 不在方案有效期 {from} 至 {until} 内，不能开启新批次；请核对日期，或待新方案施行"
        ))
    },
};

pub(super) const YEAR_OF_NOTICE: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.year_of_notice",
    demands: words("年度与通知日期一致", "The year is that of the notice"),
    fails: |case| {
        let (year, notice) = (case.inputs.whole(&YEAR)?, asked(case, &NOTICE_DAY)?);
        (year != i64::from(notice.year())).then(|| format!("年度为 {year}，通知日期为 {notice}，应为同一年；请更正"))
    },
};

pub(super) const ONE_A_YEAR: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.year_taken",
    demands: words("一年一个批次", "There is one round a year"),
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

pub(super) const QUOTAS_READABLE: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.quotas_unreadable",
    demands: words("需求名额写明市（地）和数目，不重复", "Each quota names a city and a number, once"),
    fails: |case| {
        let (_, unreadable) = quotas(case.inputs);
        (!unreadable.is_empty()).then(|| {
            format!("需求名额“{}”无法识别或重复，应如：哈尔滨市=60、省国资委=10；请更正", unreadable.join("”“"))
        })
    },
};

pub(super) const BORN_BEFORE_NOTICE: Guard = Guard {
    clause: clause!("2.1.1(2)"),
    force: Must,
    code: "round.born_after_notice",
    demands: words("出生日期界限早于通知日期", "The limit of birth dates is before the notice"),
    fails: |case| {
        let (born, notice) = (case.inputs.day(&BORN_ON_OR_AFTER)?, asked(case, &NOTICE_DAY)?);
        (born >= notice).then(|| format!("出生日期界限 {born} 不早于通知日期 {notice}，没有人符合；请更正"))
    },
};

pub(super) const BORN_AS_POLICY: Guard = Guard {
    clause: clause!("2.1.1(2)"),
    force: Warning,
    code: "round.born_unlike_policy",
    demands: words("出生日期界限与年龄上限相符，不符的提示", "The limit of birth dates agrees with the age limit"),
    fails: |case| {
        let (born, notice) = (case.inputs.day(&BORN_ON_OR_AFTER)?, asked(case, &NOTICE_DAY)?);
        let (oldest, most) = (completed_years(born, notice)?, case.parameters.age_years_max);
        (oldest != most)
            .then(|| format!("按出生日期界限 {born}，通知日年龄最大 {oldest} 周岁，方案为不超过 {most} 周岁，请核对"))
    },
};

pub(super) const DEADLINES_WORKED: Guard = Guard {
    clause: clause!("3.1a"),
    force: Warning,
    code: "round.deadline_off",
    demands: words("截止日为工作日，不是的提示", "Every last day is a working day"),
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

pub(super) const DEADLINES_ANNOUNCED: Guard = Guard {
    clause: clause!("3.1a"),
    force: Warning,
    code: "round.deadline_provisional",
    demands: words("期限所在年度的放假安排已公布，未公布的提示", "The holidays of the deadlines' years are announced"),
    fails: |case| {
        let (first, last) = (asked(case, &NOTICE_DAY)?, asked(case, &TALKS_DAY)?);
        let years = case.calendar.provisional_years(first.min(last), last);
        let years: Vec<String> = years.iter().map(ToString::to_string).collect();
        (!years.is_empty())
            .then(|| format!("{} 年放假安排尚未公布，该年内的期限按工作日计的天数为暂定，公布后重算", years.join("、")))
    },
};

pub(super) const NEEDS_DAY_AHEAD: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.needs_day_behind",
    demands: words("需求提交截止日未过", "The last day for needs has not passed"),
    fails: |case| {
        let last = case.matter.body.day(&NEEDS_DAY).filter(|last| *last < case.today)?;
        Some(format!("需求提交截止日 {last} 已过，企业无从提交；请退回修改日期后重新会签"))
    },
};

pub(super) const SIGNED_AS_IT_IS: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.not_countersigned",
    demands: words("四部门均已会签同一文本", "All four departments signed the same text"),
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

pub(super) const POLICY_AS_SIGNED: Guard = Guard {
    clause: clause!("6"),
    force: Must,
    code: "round.policy_changed",
    demands: words("政策文件与会签时相同", "The policy file is as it was when signed"),
    fails: |case| {
        (case.matter.body.text(&POLICY_HASH) != seal(policy_text(case.facts)))
            .then(|| "会签之后政策文件已变动，会签的不是现行版本；请退回修改，重新送四部门会签".to_owned())
    },
};

pub(super) const NONE_OPEN: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.other_open",
    demands: words("没有其他征集中的批次", "No other round takes needs"),
    fails: |case| {
        let other = case.facts.related.iter().find(|other| other.stage == RoundOpen)?;
        Some(format!("批次“{}”仍在征集需求，同时只能有一个批次征集；请待其截止", other.title))
    },
};

pub(super) const DOCUMENT_OF_NOTICE: Guard = Guard {
    clause: clause!("2.1.1(2)"),
    force: Must,
    code: "round.document_day_differs",
    demands: words("成文日期即通知日期", "The document is dated on the day of the notice"),
    fails: |case| {
        let (document, notice) = (case.inputs.day(&DOCUMENT_DAY)?, case.matter.body.day(&NOTICE_DAY)?);
        (document != notice).then(|| {
            format!("成文日期 {document} 与会签的通知日期 {notice} 不同，年龄等资格以通知日期为准；请更正，或退回修改通知日期")
        })
    },
};

/// A round that opened before its notice would take needs outside an open round.
pub(super) const NOTICE_DAY_REACHED: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.notice_ahead",
    demands: words("通知日期已到", "The day of the notice has come"),
    fails: |case| {
        let notice = case.matter.body.day(&NOTICE_DAY).filter(|notice| *notice > case.today)?;
        Some(format!("通知日期 {notice} 尚未到（今天 {}），请在当日及以后发布", case.today))
    },
};

pub(super) const IMPACT_DONE: Guard = Guard {
    clause: clause!("P1"),
    force: Must,
    code: "round.impact_ahead",
    demands: words("影响评估已完成", "The impact assessment is finished"),
    fails: |case| {
        let day = case.inputs.day(&IMPACT_DAY).filter(|day| *day > case.today)?;
        Some(format!("影响评估日期 {day} 尚未到，评估须在事前完成；请在完成后登记"))
    },
};

pub(super) const EXTENDED_ONLY: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.shortened",
    demands: words("期限只延长，不缩短", "Deadlines are only moved later"),
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

pub(super) const NEEDS_DAY_STAYS: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.needs_closed",
    demands: words("需求截止后不再延长征集", "After needs are closed their day stays"),
    fails: |case| {
        let (was, now) = (case.matter.body.day(&NEEDS_DAY)?, case.inputs.day(&NEEDS_DAY)?);
        (case.matter.stage == RoundCollected && now != was)
            .then(|| format!("需求已于 {was} 截止，不能再延长征集；请保留原日期，只延长其后的期限"))
    },
};

pub(super) const NEEDS_DAY_PASSED: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.needs_day_not_passed",
    demands: words("需求提交截止日已过", "The last day for needs has passed"),
    fails: |case| {
        let last = case.matter.body.day(&NEEDS_DAY).filter(|last| case.today <= *last)?;
        Some(format!("需求提交截止日为 {last}（当日 24 时），今天是 {}，不能提前截止", case.today))
    },
};

pub(super) const NOTHING_OPEN: Guard = Guard {
    clause: clause!("3.4e"),
    force: Must,
    code: "round.still_open",
    demands: words("没有未了结的推荐人选、名单和异议", "No proposal, list or objection is left open"),
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
    demands: words("上报数不超过通知的需求名额，超过的提示", "No more needs are reported than the notice's quota"),
    fails: |case| {
        let (quotas, _) = quotas(&round_of(case)?.body);
        let (_, most) = quotas.into_iter().find(|(organiser, _)| *organiser == case.matter.parties.organiser)?;
        let reported = case.facts.count("reported")?;
        (reported >= i64::from(most)).then(|| format!("已上报 {reported} 项，通知的需求名额为 {most} 项，本项超出"))
    },
};
