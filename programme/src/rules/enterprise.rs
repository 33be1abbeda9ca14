//! 二（三）1: whether an enterprise may receive a chief technologist.

use chrono::NaiveDate;

use super::{Rule, enumerated, has_live_entry, in_province};
use crate::clause;
use crate::finding::Finding;
use crate::finding::Force::{Declare, Must, Prefer, Warning};
use crate::identifiers::CreditCode;
use crate::parameters::Parameters;
use crate::record::{Enterprise, Misconduct, Qualification};

const IN_PROVINCE: Rule =
    Rule { clause: clause!("2.3.1(1)"), force: Must, code: "enterprise.in_province", needs: "企业是否在省内" };
const LEGAL_PERSON: Rule = Rule {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "enterprise.legal_person",
    needs: "企业是否具有独立法人资格",
};
const CREDIT_CODE_VALID: Rule =
    Rule { clause: clause!("2.3.1(1)"), force: Must, code: "credit_code.valid", needs: "统一社会信用代码" };
const CREDIT_CODE_OF_ENTERPRISE: Rule =
    Rule {
        clause: clause!("2.3.1(1)"), force: Must, code: "credit_code.of_enterprise", needs: "统一社会信用代码"
    };
const ORGANISATION_CODE: Rule = Rule {
    clause: clause!("2.3.1(1)"),
    force: Warning,
    code: "credit_code.organisation_code",
    needs: "统一社会信用代码",
};
const NO_MISCONDUCT: Rule =
    Rule { clause: clause!("2.3.1(1)"), force: Must, code: "misconduct.none", needs: "有无科研失信记录" };
const QUALIFICATION_VALID: Rule = Rule {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "qualification.valid",
    needs: "企业资质、证书编号、有效期或核查日期",
};
const DECLARED: Rule =
    Rule {
        clause: clause!("2.3.1(2)"), force: Declare, code: "declaration.signed", needs: "企业是否已作出承诺"
    };
const PLATFORM: Rule =
    Rule { clause: clause!("2.3.1(3)"), force: Prefer, code: "platform.provincial", needs: "创新平台" };

/// The rules of this file.
pub const RULES: &[Rule] = &[
    IN_PROVINCE,
    LEGAL_PERSON,
    CREDIT_CODE_VALID,
    CREDIT_CODE_OF_ENTERPRISE,
    ORGANISATION_CODE,
    NO_MISCONDUCT,
    QUALIFICATION_VALID,
    DECLARED,
    PLATFORM,
];

/// What the rules ask of an enterprise; what is not stated is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EnterpriseFacts {
    /// Day on which qualifications must be valid.
    pub date: Option<NaiveDate>,
    /// Whether the enterprise lies in the province.
    pub in_province: Option<bool>,
    /// Whether it is an independent legal person.
    pub legal_person: Option<bool>,
    /// Credit code as typed; checking it is one of the rules.
    pub credit_code: Option<String>,
    /// Whether the register has a live entry.
    pub misconduct: Option<bool>,
    /// Certificates.
    pub qualifications: Option<Vec<Qualification>>,
    /// Whether need, conditions and will to cooperate are declared.
    pub declared: Option<bool>,
    /// Platforms of provincial or higher level; the preference is asked only when they are stated.
    pub platforms: Option<Vec<String>>,
}

/// All findings on an enterprise, in the plan's order.
pub fn review(facts: &EnterpriseFacts, parameters: &Parameters) -> Vec<Finding> {
    let mut findings = vec![
        IN_PROVINCE.answered(
            facts.in_province,
            true,
            "企业在省内",
            ("企业不在省内", "只有省内企业可以提出需求，请核对注册地"),
        ),
        LEGAL_PERSON.answered(
            facts.legal_person,
            true,
            "企业具有独立法人资格",
            ("企业不具有独立法人资格", "分支机构请由其所属法人提出需求"),
        ),
    ];
    findings.extend(credit_code(facts.credit_code.as_deref()));
    findings.push(NO_MISCONDUCT.answered(
        facts.misconduct,
        false,
        "无科研失信记录",
        ("有未到期的科研失信记录", "记录期满或撤销后方可提出需求"),
    ));
    findings.push(qualification(facts, parameters));
    findings.push(DECLARED.answered(
        facts.declared,
        true,
        "企业已就需求、工作条件和合作意愿作出承诺",
        ("企业未就需求、工作条件和合作意愿作出承诺", "请企业签署承诺书"),
    ));
    findings.extend(facts.platforms.as_deref().map(platform));
    findings
}

/// What the record knows of an enterprise on a day. Legal personality and declaration are not asked: the bureaus verify them
/// when they review a need. Without a day or a register the questions that need them stay unknown.
pub fn of_record(
    enterprise: &Enterprise,
    date: Option<NaiveDate>,
    register: Option<&[Misconduct]>,
    parameters: &Parameters,
) -> Vec<Finding> {
    let code = enterprise.credit_code.clone();
    let facts = EnterpriseFacts {
        date,
        in_province: in_province(enterprise.region.as_deref(), &parameters.province_region),
        legal_person: None,
        misconduct: code.as_deref().zip(date).and_then(|(code, date)| has_live_entry(register, code, date)),
        credit_code: code,
        qualifications: Some(enterprise.qualifications.clone()).filter(|held| !held.is_empty()),
        declared: None,
        platforms: Some(enterprise.platforms.clone()),
    };
    let mut findings = review(&facts, parameters);
    findings.retain(|finding| ![LEGAL_PERSON.code, DECLARED.code].contains(&finding.code));
    findings
}

fn credit_code(typed: Option<&str>) -> Vec<Finding> {
    let Some(typed) = typed else { return vec![CREDIT_CODE_VALID.unknown()] };
    let code = match CreditCode::parse(typed) {
        Ok(code) => code,
        Err(error) => {
            return vec![
                CREDIT_CODE_VALID
                    .broken(format!("统一社会信用代码“{}”有误：{error}", shortened(typed)), "请按营业执照更正"),
            ];
        }
    };
    let mut findings = vec![CREDIT_CODE_VALID.met(format!("统一社会信用代码 {code} 校验无误"))];
    if !code.is_enterprise() {
        findings.push(CREDIT_CODE_OF_ENTERPRISE.broken(
            format!("统一社会信用代码 {code} 不以 91 开头，不属于企业法人"),
            "请核对；个体工商户、合作社、事业单位不能作为接收单位",
        ));
    }
    if !code.organisation_code_holds() {
        findings.push(ORGANISATION_CODE.broken(
            format!("统一社会信用代码 {code} 第 9 至 17 位的组织机构代码校验不符"),
            "少数老代码如此，请对照营业执照核对",
        ));
    }
    findings
}

/// A code of any length may be typed; a message shows its beginning.
fn shortened(typed: &str) -> String {
    const SHOWN_MAX: usize = 40;
    let mut shown: String = typed.chars().take(SHOWN_MAX).collect();
    if typed.chars().nth(SHOWN_MAX).is_some() {
        shown.push('…');
    }
    shown
}

fn qualification(facts: &EnterpriseFacts, parameters: &Parameters) -> Finding {
    let (Some(held), Some(date)) = (facts.qualifications.as_deref(), facts.date) else {
        return QUALIFICATION_VALID.unknown();
    };
    let accepted: Vec<&Qualification> =
        held.iter().filter(|held| parameters.qualifications.contains(&held.kind)).collect();
    if accepted.is_empty() {
        let kinds: Vec<&str> = parameters.qualifications.iter().map(|kind| kind.chinese()).collect();
        return QUALIFICATION_VALID.broken("没有所需资质", format!("须具有下列资质之一：{}", kinds.join("、")));
    }
    if let Some(valid) = accepted.iter().find(|held| is_complete(held) && held.valid_until >= Some(date)) {
        return QUALIFICATION_VALID.met(format!("{}，{date} 有效", described(valid)));
    }
    let described: Vec<String> = accepted.iter().map(|held| described(held)).collect();
    let described = enumerated(&described, "、");
    if accepted.iter().all(|held| held.valid_until.is_some_and(|until| until < date)) {
        return QUALIFICATION_VALID
            .broken(format!("{date} 无有效资质：{described}"), "请补充新证书的编号和有效期，或换报其他有效资质");
    }
    let mut finding = QUALIFICATION_VALID.unknown();
    finding.message = format!(
        "{described}，证书编号或有效期不全，无法确认 {date} 有效；请补充（{}）",
        QUALIFICATION_VALID.clause.chinese()
    );
    finding
}

fn is_complete(held: &Qualification) -> bool {
    held.number.as_deref().is_some_and(|number| !number.trim().is_empty()) && held.valid_until.is_some()
}

fn described(held: &Qualification) -> String {
    let number = held.number.as_deref().map(str::trim).filter(|number| !number.is_empty()).unwrap_or("编号未填");
    let until = held.valid_until.map_or("有效期未填".to_owned(), |until| format!("有效期至 {until}"));
    format!("{}（{number}，{until}）", held.kind.chinese())
}

fn platform(platforms: &[String]) -> Finding {
    if platforms.is_empty() {
        PLATFORM.broken("没有省级及以上创新平台，不属重点选派之列", "不影响资格，无须处理")
    } else {
        PLATFORM.met(format!("建有{}，属重点选派之列", enumerated(platforms, "、")))
    }
}
