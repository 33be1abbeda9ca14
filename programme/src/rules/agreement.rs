//! 三（五） and 二（三）2（2）: the tripartite agreement: its term, the service of every year, signatures, filing, contents.
//!
//! Service is counted per appointment year, from the anniversary of the start to the day before the next one; an
//! anniversary of 29 February falls on 28 February of a common year. A part year is planned pro rata by its days.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};

use super::{Rule, enumerated};
use crate::clause;
use crate::finding::Finding;
use crate::finding::Force::{Must, Principle};
use crate::parameters::Parameters;

const IN_ORDER: Rule =
    Rule { clause: clause!("3.5c"), force: Must, code: "term.in_order", needs: "聘期起止日期" };
const LONG_ENOUGH: Rule =
    Rule { clause: clause!("3.5a"), force: Principle, code: "term.long_enough", needs: "聘期起止日期" };
const EVERY_YEAR_PLANNED: Rule =
    Rule {
        clause: clause!("3.5b"), force: Must, code: "service.every_year_planned", needs: "各聘任年度计划服务天数"
    };
const DAYS_ENOUGH: Rule =
    Rule {
        clause: clause!("3.5b"), force: Must, code: "service.days_enough", needs: "各聘任年度计划服务天数"
    };
const SIGNED_BY_THREE: Rule =
    Rule { clause: clause!("3.5c"), force: Must, code: "agreement.signed_by_three", needs: "哪些方已签署" };
const FILED: Rule =
    Rule { clause: clause!("3.5c"), force: Must, code: "agreement.filed", needs: "协议是否已备案" };
const CONTENT: Rule =
    Rule { clause: clause!("3.5c"), force: Must, code: "agreement.content", needs: "协议有无合作内容" };
const MODE: Rule =
    Rule { clause: clause!("3.5c"), force: Must, code: "agreement.mode", needs: "协议有无合作方式" };
const RIGHTS: Rule =
    Rule {
        clause: clause!("3.5c"), force: Must, code: "agreement.rights", needs: "协议有无科技成果转化权益"
    };
const DUTIES: Rule =
    Rule { clause: clause!("3.5c"), force: Must, code: "agreement.duties", needs: "协议有无职责权利" };

/// The rules of this file.
pub const RULES: &[Rule] =
    &[IN_ORDER, LONG_ENOUGH, EVERY_YEAR_PLANNED, DAYS_ENOUGH, SIGNED_BY_THREE, FILED, CONTENT, MODE, RIGHTS, DUTIES];

/// A party of the tripartite agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// 接收单位.
    Enterprise,
    /// 科技总师.
    Person,
    /// 派出单位.
    Unit,
}

/// Days of service, counted in halves so that sums are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HalfDays(pub u32);

/// What the rules ask of an agreement; what is not stated is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgreementFacts {
    /// First day of the term.
    pub start: Option<NaiveDate>,
    /// Last day of the term.
    pub end: Option<NaiveDate>,
    /// Planned service of each appointment year, in order.
    pub service_planned: Option<Vec<HalfDays>>,
    /// Who has signed.
    pub signed: Option<BTreeSet<Party>>,
    /// Whether it is filed with the organiser.
    pub filed: Option<bool>,
    /// Whether it states the content of the cooperation.
    pub content: Option<bool>,
    /// Whether it states the mode.
    pub mode: Option<bool>,
    /// Whether it states the rights in results.
    pub rights: Option<bool>,
    /// Whether it states the duties.
    pub duties: Option<bool>,
}

/// One year of an appointment, or the part year at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppointmentYear {
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
    /// Fewest whole days of service.
    pub days_min: u32,
}

/// All findings on an agreement.
pub fn review(facts: &AgreementFacts, parameters: &Parameters) -> Vec<Finding> {
    let mut findings = term(facts, parameters);
    findings.push(signed(facts.signed.as_ref()));
    findings.push(FILED.answered(
        facts.filed,
        true,
        "协议已备案",
        ("协议未备案", "请报市（地）科技局、工信局（省属国有企业报省国资委）备案，备案后聘任生效"),
    ));
    let clauses = [
        (&CONTENT, facts.content, "合作内容"),
        (&MODE, facts.mode, "合作方式"),
        (&RIGHTS, facts.rights, "科技成果转化权益"),
        (&DUTIES, facts.duties, "职责权利"),
    ];
    findings.extend(clauses.map(|(rule, stated, what)| match stated {
        Some(true) => rule.met(format!("协议已约定{what}")),
        Some(false) => rule.broken(format!("协议未约定{what}"), "请三方补充约定后签署，见方案二（三）2（2）"),
        None => rule.unknown(),
    }));
    findings
}

/// Last day of the shortest term of so many years: 2025-06-01 and two years give 2027-05-31.
pub fn term_end(start: NaiveDate, years: u32) -> NaiveDate {
    anniversary(start, years).pred_opt().unwrap_or(NaiveDate::MIN)
}

/// The years of an appointment with the least service of each; empty when the end is before the start.
pub fn appointment_years(start: NaiveDate, end: NaiveDate, parameters: &Parameters) -> Vec<AppointmentYear> {
    // One more than the completed years: a clamped anniversary of 29 February comes a day before the year is completed.
    let last_number = end.years_since(start).unwrap_or_default() + 1;
    (0..=last_number)
        .map(|number| (anniversary(start, number), anniversary(start, number + 1)))
        .take_while(|(first, _)| *first <= end)
        .map(|(first, next)| {
            let last = next.pred_opt().unwrap_or(NaiveDate::MAX).min(end);
            let (whole, part) = ((next - first).num_days(), (last - first).num_days() + 1);
            let full = i64::from(parameters.service_workdays_per_year_min);
            AppointmentYear {
                first,
                last,
                days_min: u32::try_from((full * part + whole - 1) / whole).unwrap_or(u32::MAX),
            }
        })
        .collect()
}

fn anniversary(start: NaiveDate, years: u32) -> NaiveDate {
    start.checked_add_months(Months::new(12 * years)).unwrap_or(NaiveDate::MAX)
}

fn term(facts: &AgreementFacts, parameters: &Parameters) -> Vec<Finding> {
    let (Some(start), Some(end)) = (facts.start, facts.end) else {
        return vec![IN_ORDER.unknown(), LONG_ENOUGH.unknown(), DAYS_ENOUGH.unknown()];
    };
    if end < start {
        return vec![IN_ORDER.broken(format!("聘期结束日 {end} 早于开始日 {start}"), "请核对聘期起止日期")];
    }
    let mut findings = vec![IN_ORDER.met(format!("聘期 {start} 至 {end}")), long_enough(start, end, parameters)];
    findings.extend(service(&appointment_years(start, end, parameters), facts.service_planned.as_deref()));
    findings
}

fn long_enough(start: NaiveDate, end: NaiveDate, parameters: &Parameters) -> Finding {
    let years = parameters.term_years_min;
    let needed = term_end(start, years);
    if end >= needed {
        return LONG_ENOUGH.met(format!("聘期 {start} 至 {end}，不少于 {years} 年"));
    }
    let floor = parameters.term_years_floor;
    let exception = if end < term_end(start, floor) {
        format!("不足 {floor} 年，须省科技厅事先同意并书面说明理由")
    } else {
        "确需缩短的，由省科技厅书面说明理由".to_owned()
    };
    LONG_ENOUGH.broken(
        format!("聘期 {start} 至 {end}，不足 {years} 年"),
        format!("请将结束日改为 {needed} 或以后；{exception}"),
    )
}

fn service(years: &[AppointmentYear], planned: Option<&[HalfDays]>) -> Vec<Finding> {
    let Some(planned) = planned else { return vec![DAYS_ENOUGH.unknown()] };
    let count = if planned.len() == years.len() {
        EVERY_YEAR_PLANNED.met(format!("聘期共 {} 个聘任年度，均有服务计划", years.len()))
    } else {
        EVERY_YEAR_PLANNED.broken(
            format!("聘期共 {} 个聘任年度，计划服务天数有 {} 项", years.len(), planned.len()),
            "请按聘任年度逐年填写，末段不足一年的也填一项",
        )
    };
    vec![count, days_enough(years, planned)]
}

fn days_enough(years: &[AppointmentYear], planned: &[HalfDays]) -> Finding {
    let numbered = years.iter().zip(1..);
    let short: Vec<String> =
        numbered.filter_map(|(year, number)| shortfall(year, number, planned.get(number - 1))).collect();
    if short.is_empty() {
        let least: Vec<u32> = years.iter().map(|year| year.days_min).collect();
        return DAYS_ENOUGH.met(format!("各年度计划服务天数不少于 {} 天", enumerated(&least, "、")));
    }
    DAYS_ENOUGH.broken(enumerated(&short, "，"), "请三方协商补足服务天数，半天可计")
}

fn shortfall(year: &AppointmentYear, number: usize, planned: Option<&HalfDays>) -> Option<String> {
    let AppointmentYear { first, last, days_min } = year;
    let plan = match planned {
        Some(planned) if planned.0 >= days_min * 2 => return None,
        Some(planned) => format!("计划 {planned} 天"),
        None => "没有计划".to_owned(),
    };
    Some(format!("第 {number} 年（{first} 至 {last}）{plan}，应不少于 {days_min} 天"))
}

impl Party {
    /// Every party.
    pub const ALL: [Self; 3] = [Self::Enterprise, Self::Person, Self::Unit];

    /// The word of files for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Person => "person",
            Self::Unit => "unit",
        }
    }

    /// The word of pages.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Enterprise => "接收单位",
            Self::Person => "科技总师",
            Self::Unit => "派出单位",
        }
    }
}

impl std::fmt::Display for HalfDays {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let half = if self.0 % 2 == 1 { ".5" } else { "" };
        write!(formatter, "{}{half}", self.0 / 2)
    }
}

fn signed(signed: Option<&BTreeSet<Party>>) -> Finding {
    let Some(signed) = signed else { return SIGNED_BY_THREE.unknown() };
    let missing: Vec<&str> =
        Party::ALL.into_iter().filter(|party| !signed.contains(party)).map(Party::chinese).collect();
    if missing.is_empty() {
        return SIGNED_BY_THREE.met("接收单位、科技总师、派出单位三方已签署");
    }
    SIGNED_BY_THREE.broken(
        format!("三方应签署，现有 {} 方，{}未签署", signed.len(), missing.join("、")),
        format!("请{}签署", missing.join("、")),
    )
}
