//! 二（三）1（4）: an enterprise that the person or the person's unit founded or holds cannot receive that person.
//!
//! Direct holdings and holdings through a company that the unit controls refuse. Longer chains and relatives are declared
//! and judged by the province; following chains of any length was turned down, since the plan names person and unit only.

use std::collections::BTreeSet;

use super::Rule;
use crate::clause;
use crate::finding::Force::Must;
use crate::finding::{Finding, Outcome};
use crate::parameters::Parameters;
use crate::record::Shareholder;

const NOT_FOUNDED_BY_PERSON: Rule = Rule {
    clause: clause!("2.3.1(4)"),
    force: Must,
    code: "pair.not_founded_by_person",
    needs: "企业是否由科技人员本人创办",
};
const NOT_FOUNDED_BY_UNIT: Rule = Rule {
    clause: clause!("2.3.1(4)"),
    force: Must,
    code: "pair.not_founded_by_unit",
    needs: "企业是否由派出单位创办",
};
const NO_EQUITY_OF_PERSON: Rule =
    Rule {
        clause: clause!("2.3.1(4)"), force: Must, code: "pair.no_equity_of_person", needs: "科技人员本人持股比例"
    };
const NO_EQUITY_OF_UNIT: Rule =
    Rule {
        clause: clause!("2.3.1(4)"), force: Must, code: "pair.no_equity_of_unit", needs: "派出单位持股比例"
    };
const NO_EQUITY_OF_CONTROLLED: Rule = Rule {
    clause: clause!("2.3.1(4)"),
    force: Must,
    code: "pair.no_equity_of_unit_controlled",
    needs: "派出单位所控制公司的持股比例",
};

/// The rules of this file.
pub const RULES: &[Rule] =
    &[NOT_FOUNDED_BY_PERSON, NOT_FOUNDED_BY_UNIT, NO_EQUITY_OF_PERSON, NO_EQUITY_OF_UNIT, NO_EQUITY_OF_CONTROLLED];

/// What the rules ask of a pair; what is not stated is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairFacts {
    /// Whether the person founded the enterprise.
    pub founded_by_person: Option<bool>,
    /// Whether the unit, or a company that it controls, founded it.
    pub founded_by_unit: Option<bool>,
    /// Per cent held by the person.
    pub person_share_percent: Option<f64>,
    /// Per cent held by the unit.
    pub unit_share_percent: Option<f64>,
    /// Per cent held by companies that the unit controls.
    pub unit_controlled_share_percent: Option<f64>,
}

/// The parties whose holdings are looked up.
#[derive(Clone, Copy, Debug)]
pub struct Parties<'a> {
    /// Credit code of the enterprise.
    pub enterprise: &'a str,
    /// The person's id.
    pub person_id: &'a str,
    /// The person's name, to notice rows that state no id.
    pub person_name: Option<&'a str>,
    /// Credit code of the unit.
    pub unit: &'a str,
    /// The unit's name, to find rows that state no credit code.
    pub unit_name: &'a str,
}

/// A company that is known to be controlled by a unit, by credit codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlLink {
    /// Credit code of the unit.
    pub unit: String,
    /// Credit code of the company.
    pub company: String,
}

/// All findings on a pair.
pub fn review(facts: &PairFacts) -> Vec<Finding> {
    let founded = "该企业不能接收此人，请另行匹配";
    vec![
        NOT_FOUNDED_BY_PERSON.answered(
            facts.founded_by_person,
            false,
            "企业不由科技人员本人创办",
            ("企业由科技人员本人创办", founded),
        ),
        NOT_FOUNDED_BY_UNIT.answered(
            facts.founded_by_unit,
            false,
            "企业不由派出单位创办",
            ("企业由派出单位或其控制的公司创办", founded),
        ),
        equity(&NO_EQUITY_OF_PERSON, "科技人员本人", facts.person_share_percent),
        equity(&NO_EQUITY_OF_UNIT, "派出单位", facts.unit_share_percent),
        equity(&NO_EQUITY_OF_CONTROLLED, "派出单位控制的公司", facts.unit_controlled_share_percent),
    ]
}

/// All findings on a pair from a shareholder table. A row that names somebody like the person but states no id leaves the
/// questions on the person unknown, to be settled by a human. The table is read from end to end: for many pairs pass the rows
/// of the enterprise and those of the unit's own holdings.
pub fn of_table(
    parties: &Parties<'_>,
    table: &[Shareholder],
    controls: &[ControlLink],
    parameters: &Parameters,
) -> Vec<Finding> {
    let mut findings = review(&holdings(parties, table, controls, parameters));
    let namesake = table.iter().any(|row| row.enterprise == parties.enterprise && is_namesake(parties, row));
    for finding in &mut findings {
        if namesake && finding.outcome == Outcome::Unknown {
            finding.message = format!(
                "股东“{}”与科技人员同名，登记未写证件号；请核实是否本人（{}）",
                parties.person_name.unwrap_or_default(),
                finding.clause.chinese()
            );
        }
    }
    findings
}

/// Holdings in the enterprise, direct and through one company that the unit controls.
pub fn holdings(
    parties: &Parties<'_>,
    table: &[Shareholder],
    controls: &[ControlLink],
    parameters: &Parameters,
) -> PairFacts {
    let controlled = controlled_companies(parties, table, controls, parameters);
    let rows = || table.iter().filter(|row| row.enterprise == parties.enterprise);
    let of_person = |row: &&Shareholder| row.holder_id.as_deref() == Some(parties.person_id);
    let of_unit = |row: &&Shareholder| is_unit(parties, row);
    let of_controlled = |row: &&Shareholder| row.holder_id.as_deref().is_some_and(|id| controlled.contains(id));
    let percent = |basis_points: u64| basis_points as f64 / 100.0;
    let share =
        |rows: &mut dyn Iterator<Item = &Shareholder>| percent(rows.map(|row| u64::from(row.share_basis_points)).sum());
    let person_share = share(&mut rows().filter(of_person));
    let founded_by_person = rows().any(|row| row.founder && of_person(&row));
    let namesake = || rows().filter(|row| is_namesake(parties, row));
    PairFacts {
        founded_by_person: Some(founded_by_person).filter(|found| *found || !namesake().any(|row| row.founder)),
        founded_by_unit: Some(rows().any(|row| row.founder && (of_unit(&row) || of_controlled(&row)))),
        person_share_percent: Some(person_share).filter(|share| *share > 0.0 || namesake().next().is_none()),
        unit_share_percent: Some(share(&mut rows().filter(of_unit))),
        unit_controlled_share_percent: Some(share(&mut rows().filter(of_controlled))),
    }
}

/// Companies that a unit controls: by a registered link, or because it holds more than the policy's share of them.
pub fn controlled_companies<'a>(
    parties: &Parties<'_>,
    table: &'a [Shareholder],
    controls: &'a [ControlLink],
    parameters: &Parameters,
) -> BTreeSet<&'a str> {
    let linked = controls.iter().filter(|link| link.unit == parties.unit).map(|link| link.company.as_str());
    let over = parameters.control_percent_over * 100;
    let held = table
        .iter()
        .filter(|row| is_unit(parties, row) && row.share_basis_points > over)
        .map(|row| row.enterprise.as_str());
    linked.chain(held).collect()
}

fn is_unit(parties: &Parties<'_>, row: &Shareholder) -> bool {
    row.holder_id.as_deref().map_or(row.holder == parties.unit_name, |id| id == parties.unit)
}

fn is_namesake(parties: &Parties<'_>, row: &Shareholder) -> bool {
    row.holder_id.is_none() && parties.person_name == Some(row.holder.as_str())
}

fn equity(rule: &Rule, holder: &str, percent: Option<f64>) -> Finding {
    match percent {
        Some(percent) if percent > 0.0 => rule.broken(
            format!("{holder}持有企业股份 {percent}%，不得持有任何股份"),
            "该企业不能接收此人，请另行匹配；已退出的，凭变更登记重新核查",
        ),
        Some(_) => rule.met(format!("{holder}未持有企业股份")),
        None => rule.unknown(),
    }
}
