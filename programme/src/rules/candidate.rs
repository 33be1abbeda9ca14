//! 二（一）1 and 二（二）1: whether a person and the sending unit fulfil the basic conditions.
//!
//! The relevance of the experience (2.1.1(3)) is matching's question and a person's confirmation; it is not asked here.

use chrono::NaiveDate;

use super::{Rule, has_live_entry, in_province};
use crate::clause;
use crate::finding::Finding;
use crate::finding::Force::{Declare, Must, Prefer, Principle, Warning};
use crate::parameters::Parameters;
use crate::record::{Affiliation, Degree, Misconduct, Person, TitleLevel, Unit, UnitKind};

const DECLARED: Rule =
    Rule {
        clause: clause!("2.1.1(1)"), force: Declare, code: "declaration.signed", needs: "本人是否已作出承诺"
    };
const NO_MISCONDUCT: Rule =
    Rule { clause: clause!("2.1.1(1)"), force: Must, code: "misconduct.none", needs: "有无科研失信记录" };
const AGE_WITHIN_LIMIT: Rule =
    Rule {
        clause: clause!("2.1.1(2)"), force: Must, code: "age.within_limit", needs: "出生日期或年龄基准日"
    };
const AGE_NEAR_LIMIT: Rule =
    Rule {
        clause: clause!("2.1.1(2)"), force: Warning, code: "age.near_limit", needs: "出生日期或年龄基准日"
    };
const AGE_PREFERRED: Rule =
    Rule {
        clause: clause!("2.1.1(2)b"), force: Prefer, code: "age.preferred", needs: "出生日期或年龄基准日"
    };
const DEGREE_OR_TITLE: Rule =
    Rule {
        clause: clause!("2.1.1(3)b"), force: Principle, code: "education.degree_or_title", needs: "学位、职称"
    };
const UNIT_KIND: Rule = Rule {
    clause: clause!("2.2.1(1)"),
    force: Must,
    code: "unit.university_or_institute",
    needs: "派出单位是高校还是科研院所",
};
const UNIT_IN_PROVINCE: Rule =
    Rule { clause: clause!("2.2.1(1)"), force: Must, code: "unit.in_province", needs: "派出单位是否在省内" };
const UNIT_AFFILIATION: Rule =
    Rule {
        clause: clause!("2.2.1(1)"), force: Must, code: "unit.provincial_or_ministry", needs: "派出单位隶属关系"
    };
const DISCIPLINE_AUTHORISED: Rule = Rule {
    clause: clause!("2.2.1(2)"),
    force: Must,
    code: "discipline.authorised",
    needs: "所在学科有无硕士及以上学位授予权或是否省级及以上一流建设学科",
};

/// The rules of this file.
pub const RULES: &[Rule] = &[
    DECLARED,
    NO_MISCONDUCT,
    AGE_WITHIN_LIMIT,
    AGE_NEAR_LIMIT,
    AGE_PREFERRED,
    DEGREE_OR_TITLE,
    UNIT_KIND,
    UNIT_IN_PROVINCE,
    UNIT_AFFILIATION,
    DISCIPLINE_AUTHORISED,
];

/// What the rules ask of a candidate; what is not stated is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CandidateFacts {
    /// Day on which completed years are counted: the date of the round's notice.
    pub reference_date: Option<NaiveDate>,
    /// Earliest birth date that the round's notice prints; when there is one it decides alone.
    pub born_on_or_after: Option<NaiveDate>,
    /// Birth date.
    pub birth: Option<NaiveDate>,
    /// Highest degree.
    pub degree: Option<Degree>,
    /// Title level.
    pub title_level: Option<TitleLevel>,
    /// University or institute.
    pub unit_kind: Option<UnitKind>,
    /// Whom the unit belongs to; asked only when stated, since a unit's admission is verified at its registration.
    pub unit_affiliation: Option<Affiliation>,
    /// Whether the unit lies in the province.
    pub unit_in_province: Option<bool>,
    /// Whether the discipline has master's-or-higher degree authority or is a first-class discipline.
    pub discipline_authorised: Option<bool>,
    /// Whether the register has a live entry.
    pub misconduct: Option<bool>,
    /// Whether the declaration is signed.
    pub declared: Option<bool>,
}

/// All findings on a candidate, in the plan's order.
pub fn review(facts: &CandidateFacts, parameters: &Parameters) -> Vec<Finding> {
    let mut findings = vec![
        DECLARED.answered(facts.declared, true, "本人已作出承诺", ("本人未作出承诺", "请本人签署承诺书")),
        NO_MISCONDUCT.answered(
            facts.misconduct,
            false,
            "无科研失信记录",
            ("有未到期的科研失信记录", "记录期满或撤销后方可申报，可另荐人选"),
        ),
    ];
    findings.extend(age(facts, parameters));
    findings.push(degree_or_title(facts, parameters));
    findings.extend(unit(facts));
    findings
}

/// The days on which a person's eligibility is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// Registers are read as of this day.
    pub today: Option<NaiveDate>,
    /// Completed years are counted on this day: the date of the round's notice, so that nobody ages out half-way.
    pub reference: Option<NaiveDate>,
    /// Earliest birth date that the round's notice prints; when there is one it decides alone.
    pub born_on_or_after: Option<NaiveDate>,
}

impl Days {
    /// One day for everything, where no round is at hand.
    pub const fn all(day: Option<NaiveDate>) -> Self {
        Self { today: day, reference: day, born_on_or_after: None }
    }
}

/// What the records know of a person's eligibility. The declaration is not asked: it is signed when the person is asked.
/// Without a day, a unit record or a register the questions that need them stay unknown.
pub fn eligibility_of(
    person: &Person,
    unit: Option<&Unit>,
    days: &Days,
    register: Option<&[Misconduct]>,
    parameters: &Parameters,
) -> Vec<Finding> {
    let facts = CandidateFacts {
        reference_date: days.reference,
        born_on_or_after: days.born_on_or_after,
        birth: person.birth,
        degree: person.degree,
        title_level: person.title_level,
        unit_kind: person.unit_kind.or(unit.and_then(|unit| unit.kind)),
        unit_affiliation: unit.and_then(|unit| unit.affiliation),
        unit_in_province: in_province(unit.and_then(|unit| unit.region.as_deref()), &parameters.province_region),
        discipline_authorised: discipline_authorised(person, unit),
        misconduct: days.today.and_then(|day| has_live_entry(register, &person.id, day)),
        declared: None,
    };
    let mut findings = review(&facts, parameters);
    findings.retain(|finding| finding.code != DECLARED.code);
    findings
}

/// Completed years of age; somebody born on 29 February completes a year on 1 March of a common year.
/// `None` before birth.
pub fn completed_years(birth: NaiveDate, on: NaiveDate) -> Option<u32> {
    on.years_since(birth)
}

/// An empty list of a unit says that nobody has entered its disciplines, not that it has none.
fn discipline_authorised(person: &Person, unit: Option<&Unit>) -> Option<bool> {
    let listed = unit.map(|unit| &unit.disciplines).filter(|listed| !listed.is_empty())?;
    let own = person.discipline.as_deref().map(str::trim).filter(|own| !own.is_empty())?;
    Some(listed.iter().any(|discipline| discipline.trim() == own))
}

fn age(facts: &CandidateFacts, parameters: &Parameters) -> Vec<Finding> {
    let Some(birth) = facts.birth else { return vec![AGE_WITHIN_LIMIT.unknown()] };
    let mut findings = match (facts.born_on_or_after, facts.reference_date) {
        (Some(cut_off), _) => vec![age_by_cut_off(birth, cut_off)],
        (None, Some(reference)) => age_by_years(birth, reference, parameters.age_years_max),
        (None, None) => vec![AGE_WITHIN_LIMIT.unknown()],
    };
    let years = facts.reference_date.and_then(|reference| completed_years(birth, reference));
    findings.extend(years.map(|years| preference(years, parameters.age_years_preferred_max)));
    findings
}

fn age_by_cut_off(birth: NaiveDate, cut_off: NaiveDate) -> Finding {
    if birth >= cut_off {
        AGE_WITHIN_LIMIT.met(format!("{birth} 出生，符合通知要求的 {cut_off}（含）以后出生"))
    } else {
        AGE_WITHIN_LIMIT.broken(format!("{birth} 出生，早于通知要求的 {cut_off}"), "请核对出生日期，或另荐人选")
    }
}

fn age_by_years(birth: NaiveDate, reference: NaiveDate, most: u32) -> Vec<Finding> {
    let Some(years) = completed_years(birth, reference) else {
        return vec![
            AGE_WITHIN_LIMIT.broken(format!("出生日期 {birth} 晚于基准日 {reference}，无法计算年龄"), "请核对两个日期"),
        ];
    };
    let fact = format!("{birth} 出生，至基准日 {reference} {years} 周岁");
    if years > most {
        return vec![AGE_WITHIN_LIMIT.broken(format!("{fact}，超过 {most} 周岁"), "请核对出生日期，或另荐人选")];
    }
    let mut findings = vec![AGE_WITHIN_LIMIT.met(format!("{fact}，不超过 {most} 周岁"))];
    if years == most {
        findings.push(
            AGE_NEAR_LIMIT.broken(
                format!("{fact}，已满 {most} 周岁、未满 {} 周岁", most + 1),
                "按周岁计符合条件，请人工核对证件",
            ),
        );
    }
    findings
}

fn preference(years: u32, most: u32) -> Finding {
    if years <= most {
        AGE_PREFERRED.met(format!("{years} 周岁，属 {most} 周岁（含）以下，同等条件下优先"))
    } else {
        AGE_PREFERRED.broken(format!("{years} 周岁，不属 {most} 周岁（含）以下优先之列"), "不影响资格，无须处理")
    }
}

fn degree_or_title(facts: &CandidateFacts, parameters: &Parameters) -> Finding {
    // The records list degrees and titles from the highest down, so "at least" reads `<=`.
    let degree_suffices = facts.degree.map(|degree| degree <= parameters.degree_min);
    let title_suffices = facts.title_level.map(|title| title <= parameters.title_level_min);
    let degree = facts.degree.map_or("学位未说明", Degree::chinese);
    let title = facts.title_level.map_or("职称未说明", TitleLevel::chinese);
    let limit =
        format!("{}及以上学位或{}及以上职称", parameters.degree_min.chinese(), parameters.title_level_min.chinese());
    match (degree_suffices, title_suffices) {
        (Some(true), _) | (_, Some(true)) => DEGREE_OR_TITLE.met(format!("{degree}、{title}，符合{limit}")),
        (Some(false), Some(false)) => {
            DEGREE_OR_TITLE.broken(format!("{degree}、{title}，未达到{limit}"), "确需选派的，由省科技厅书面说明理由")
        }
        _ => DEGREE_OR_TITLE.unknown(),
    }
}

fn unit(facts: &CandidateFacts) -> Vec<Finding> {
    let mut findings = vec![
        facts
            .unit_kind
            .map_or_else(|| UNIT_KIND.unknown(), |kind| UNIT_KIND.met(format!("派出单位为{}", kind.chinese()))),
        UNIT_IN_PROVINCE.answered(
            facts.unit_in_province,
            true,
            "派出单位在省内",
            ("派出单位不在省内", "请由省内高校、科研院所派出，或另荐人选"),
        ),
    ];
    findings.extend(facts.unit_affiliation.map(affiliation));
    findings.extend(discipline(facts));
    findings
}

fn affiliation(affiliation: Affiliation) -> Finding {
    match affiliation {
        Affiliation::Provincial | Affiliation::Ministry => {
            UNIT_AFFILIATION.met(format!("派出单位为{}单位", affiliation.chinese()))
        }
        Affiliation::Other => {
            UNIT_AFFILIATION.broken("派出单位既非省属也非部属", "请核对隶属关系；确属特殊情形的，报省科技厅认定后登记")
        }
    }
}

/// Institutes are not asked. Of a unit of unknown kind the question is open, unless the answer is good anyway.
fn discipline(facts: &CandidateFacts) -> Option<Finding> {
    match (facts.unit_kind, facts.discipline_authorised) {
        (Some(UnitKind::Institute), _) => None,
        (None, Some(false)) => Some(DISCIPLINE_AUTHORISED.unknown()),
        (_, authorised) => Some(DISCIPLINE_AUTHORISED.answered(
            authorised,
            true,
            "所在学科具有硕士及以上学位授予权，或为省级及以上一流建设学科",
            (
                "所在学科既无硕士及以上学位授予权，也非省级及以上一流建设学科",
                "请按研究生教育学科专业目录核对所在学科，或另荐人选",
            ),
        )),
    }
}
