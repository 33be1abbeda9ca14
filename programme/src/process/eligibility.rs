//! Guards on what the rules of eligibility say of a pair: the same rows at proposal, push, vouching, intention and listing.
//!
//! The rules themselves live in `crate::rules` and reach a decision as findings of the day; here they are only weighed, one
//! guard for each clause, so that an override of a 原则上 rule names exactly that rule.

use super::decide::Case;
use super::need::QUALIFICATION;
use super::rule::Guard;
use super::words::words;
use crate::clause;
use crate::clause::Clause;
use crate::finding::Force::{Must, Principle, Warning};
use crate::finding::{Finding, Force, Outcome};

/// 3.2a: nobody goes on whom the rules have not looked at.
pub const CHECKED: Guard = Guard {
    clause: clause!("3.2a"),
    force: Must,
    code: "pair.not_checked",
    demands: words("资格和利益冲突已核查", "Eligibility and conflicts of interest were checked"),
    fails: |case| case.facts.findings.is_empty().then(|| "没有核查结果，请确认人员、企业仍在库中，再办理".to_owned()),
};

/// 2.1.1(1): no record of misconduct.
pub const HONEST: Guard = Guard {
    clause: clause!("2.1.1(1)"),
    force: Must,
    code: "pair.person_misconduct",
    demands: words("本人无科研失信记录", "The person has no record of research misconduct"),
    fails: |case| broken(case, clause!("2.1.1(1)"), Must),
};

/// 2.1.1(2): the age on the day of the round's notice.
pub const WITHIN_AGE: Guard = Guard {
    clause: clause!("2.1.1(2)"),
    force: Must,
    code: "pair.over_age",
    demands: words("年龄不超过上限", "The person is not over the age limit"),
    fails: |case| broken(case, clause!("2.1.1(2)"), Must),
};

/// 2.1.1(2): between the limit and a year more somebody looks at the date of birth.
pub const AGE_NEAR_LIMIT: Guard = Guard {
    clause: clause!("2.1.1(2)"),
    force: Warning,
    code: "age.near_limit",
    demands: words("年龄在上限当年的，提示人工核对", "An age in the year of the limit is looked at by somebody"),
    fails: |case| broken(case, clause!("2.1.1(2)"), Warning),
};

/// 2.1.1(3)b: degree or title; the province may let it go with a reason.
pub const DEGREE_OR_TITLE: Guard = Guard {
    clause: clause!("2.1.1(3)b"),
    force: Principle,
    code: "education.degree_or_title",
    demands: words("学位或职称达到要求", "Degree or title is as required"),
    fails: degree_or_title,
};

/// The same while a proposal is only being formed: seen, and decided at the push.
pub const DEGREE_OR_TITLE_SEEN: Guard = Guard { force: Warning, ..DEGREE_OR_TITLE };

/// 2.2.1(1): what kind of unit sends.
pub const UNIT_QUALIFIES: Guard = Guard {
    clause: clause!("2.2.1(1)"),
    force: Must,
    code: "pair.unit_not_qualified",
    demands: words(
        "派出单位为省内省属、部属高校或科研院所",
        "The sending unit is a provincial or ministerial university or institute in the province",
    ),
    fails: |case| broken(case, clause!("2.2.1(1)"), Must),
};

/// 2.2.1(2): the discipline of people of universities.
pub const DISCIPLINE_QUALIFIES: Guard = Guard {
    clause: clause!("2.2.1(2)"),
    force: Must,
    code: "pair.discipline_not_authorised",
    demands: words(
        "高校人员所在学科有硕士及以上学位授予权或为一流建设学科",
        "At a university, the person's discipline may award master's degrees or is a first-class discipline",
    ),
    fails: |case| broken(case, clause!("2.2.1(2)"), Must),
};

/// 2.3.1(1): the receiving enterprise. Its certificate is valid at submission and at the list; in between it only warns, by
/// the guard of needs, so that a firm in re-certification loses nobody (reading 11).
pub const ENTERPRISE_QUALIFIES: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "pair.enterprise_not_qualified",
    demands: words(
        "接收企业符合条件（资质证书另行提示）",
        "The enterprise meets the conditions (certificates are told of separately)",
    ),
    fails: |case| {
        let asked = |finding: &&Finding| finding.clause == clause!("2.3.1(1)") && finding.code != QUALIFICATION;
        sentences(case.facts.findings.iter().filter(asked).filter(|finding| is_broken(finding, Must)))
    },
};

/// 2.3.1(4): nothing that the person or the unit founded or holds.
pub const NO_CONFLICT: Guard = Guard {
    clause: clause!("2.3.1(4)"),
    force: Must,
    code: "pair.conflict_of_interest",
    demands: words(
        "企业不由本人或其单位创办、入股",
        "Neither the person nor the unit founded the enterprise or holds shares in it",
    ),
    fails: |case| broken(case, clause!("2.3.1(4)"), Must),
};

/// 2.3.1(4): where the table of shareholders does not answer, the declarations alone stand; somebody should know.
pub const CONFLICT_KNOWN: Guard = Guard {
    clause: clause!("2.3.1(4)"),
    force: Warning,
    code: "pair.holding_unknown",
    demands: words("持股情况已由股东登记核实", "The register of shareholders answers the question of holdings"),
    fails: |case| open_questions(case, &[clause!("2.3.1(4)")]).map(|open| format!("以双方声明为准，请核实：{open}")),
};

/// 2.2.2: a unit does not vouch for what its own records leave open.
pub const NOTHING_OPEN: Guard = Guard {
    clause: clause!("2.2.2"),
    force: Force::Declare,
    code: "pair.facts_missing",
    demands: words("人员资料完整，资格均可核实", "The person's record is complete and every condition can be checked"),
    fails: |case| {
        let clauses =
            [clause!("2.1.1(1)"), clause!("2.1.1(2)"), clause!("2.1.1(3)b"), clause!("2.2.1(1)"), clause!("2.2.1(2)")];
        let open = open_questions(case, &clauses)?;
        Some(format!("{open}；人员登记由省科技厅维护，请将证明材料报省科技厅更新后再推荐"))
    },
};

fn degree_or_title(case: &Case<'_>) -> Option<String> {
    let (clause, broken) = (clause!("2.1.1(3)b"), Outcome::Broken);
    let found = case.facts.findings.iter().find(|finding| finding.clause == clause && finding.outcome == broken)?;
    // The way out of the finding is the guard's own: an override with a reason.
    Some(found.fact().to_owned())
}

/// The sentences of the findings of a clause that are broken.
fn broken(case: &Case<'_>, clause: Clause, force: Force) -> Option<String> {
    let is = |finding: &&Finding| finding.clause == clause && is_broken(finding, force);
    sentences(case.facts.findings.iter().filter(is))
}

fn is_broken(finding: &Finding, force: Force) -> bool {
    finding.force == force && finding.outcome == Outcome::Broken
}

fn open_questions(case: &Case<'_>, clauses: &[Clause]) -> Option<String> {
    let is = |finding: &&Finding| {
        clauses.contains(&finding.clause) && finding.force != Warning && finding.outcome == Outcome::Unknown
    };
    sentences(case.facts.findings.iter().filter(is))
}

fn sentences<'a>(findings: impl Iterator<Item = &'a Finding>) -> Option<String> {
    let sentences: Vec<&str> = findings.map(Finding::explanation).collect();
    (!sentences.is_empty()).then(|| sentences.join("；"))
}
