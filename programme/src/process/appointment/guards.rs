//! What has to hold for the acts on an appointment.

use crate::process::words;
use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::agreement::{self, AUTHORITIES, planned};
use super::change::{self, is_about_parties};
use super::{
    AGREEMENT_HASH, AGREEMENT_TEXT, CERTIFICATE, CHANGE_KIND, CONDITIONS, EFFECTIVE_DAY, IN_FORCE_ON, NEW_PLANNED_DAYS,
    NEW_TERM_END, OFFERED_ON, PAY_KEPT, PLANNED_DAYS, PUBLISHED_ON, SIGN_METHOD, SIGNATORY, SIGNATURE_VALUE, SIGNED_ON,
    TERM_END, TERM_START, last_day, years,
};
use crate::clause;
use crate::finding::Force::{Declare, Must, Principle, Warning};
use crate::finding::{Finding, Outcome};
use crate::process::decide::Case;
use crate::process::matter::Matter;
use crate::process::rule::Guard;
use crate::process::vocabulary::Stage;
use crate::rules::agreement::{AgreementFacts, review, term_end};
use crate::seal::seal;
use crate::signature::{Authorities, NotGenuine, Signer, verify};

/// What a text has to hold before it is put to the three.
pub(super) const TO_OFFER: &[&Guard] = &[
    &LIST_AGREES,
    &TERM_IN_ORDER,
    &STARTS_AFTER_PUBLICATION,
    &TERM_LONG_ENOUGH,
    &TERM_ABOVE_FLOOR,
    &HAS_CONTENT,
    &HAS_MODE,
    &HAS_RIGHTS,
    &HAS_DUTIES,
    &HAS_CONDITIONS,
    &EVERY_YEAR_PLANNED,
    &DAYS_ENOUGH,
    &PAY_AND_RIGHTS_KEPT,
    &ONE_ENTERPRISE,
    &NO_HOLDINGS,
    &PERSON_HONEST,
    &ENTERPRISE_HONEST,
    &CERTIFICATE_VALID,
];

/// What a signed text has to hold before it is filed: the same facts again, since signing takes weeks.
pub(super) const TO_FILE: &[&Guard] = &[
    &SIGNED_BY_THREE,
    &TEXT_HOLDS,
    &LIST_AGREES,
    &ONE_ENTERPRISE,
    &NO_HOLDINGS,
    &PERSON_HONEST,
    &ENTERPRISE_HONEST,
    &CERTIFICATE_VALID,
    &FILED_IN_TIME,
];

/// What a change of the parties has to hold.
pub(super) const TO_CONFIRM_CHANGE: &[&Guard] = &[
    &SUCCESSOR_KNOWN,
    &NO_HOLDINGS_AFTER,
    &PERSON_HONEST,
    &ENTERPRISE_HONEST_AFTER,
    &CERTIFICATE_VALID,
    &UNIT_ELIGIBLE_AFTER,
    &DISCIPLINE_AFTER,
];

macro_rules! must_have {
    ($name:ident, $clause:literal, $code:literal, $demands:literal, $english:literal) => {
        const $name: Guard = Guard {
            clause: clause!($clause),
            force: Must,
            code: $code,
            demands: words($demands, $english),
            fails: |case| broken(&agreement::facts(case.matter), case, $code),
        };
    };
}

must_have!(
    TERM_IN_ORDER,
    "3.5c",
    "term.in_order",
    "聘期起止日期齐全、先后正确",
    "First and last day of the term are there and in order"
);
must_have!(HAS_CONTENT, "3.5c", "agreement.content", "约定合作内容", "The agreement states the content of the work");
must_have!(HAS_MODE, "3.5c", "agreement.mode", "约定合作方式", "The agreement states the mode of the work");
must_have!(
    HAS_RIGHTS,
    "3.5c",
    "agreement.rights",
    "约定科技成果转化权益",
    "The agreement states the rights in results"
);
must_have!(HAS_DUTIES, "3.5c", "agreement.duties", "约定职责权利", "The agreement states duties and rights");
must_have!(
    EVERY_YEAR_PLANNED,
    "3.5b",
    "service.every_year_planned",
    "每个聘任年度都有服务计划",
    "Each appointment year has planned service"
);
must_have!(
    DAYS_ENOUGH,
    "3.5b",
    "service.days_enough",
    "每个聘任年度服务时间不少于 3 个月",
    "Each appointment year has at least 3 months of service"
);
must_have!(
    SIGNED_BY_THREE,
    "3.5c",
    "agreement.signed_by_three",
    "企业、本人、派出单位签署同一文本",
    "Enterprise, person and sending unit signed the same text"
);

fn broken(facts: &AgreementFacts, case: &Case<'_>, code: &str) -> Option<String> {
    let findings = review(facts, case.parameters);
    findings.iter().find(|one| one.code == code && one.outcome != Outcome::Met).map(said)
}

fn said(finding: &Finding) -> String {
    finding.explanation().to_owned()
}

const HAS_CONDITIONS: Guard = Guard {
    clause: clause!("2.3.2"),
    force: Must,
    code: "agreement.conditions",
    demands: words("约定企业提供的工作条件", "The agreement states what the enterprise provides"),
    fails: |case| {
        let stated = !case.matter.body.text(&CONDITIONS).trim().is_empty();
        (!stated).then(|| "协议未约定企业提供的工作条件；请在“拟定协议”中补充".to_owned())
    },
};

const PAY_AND_RIGHTS_KEPT: Guard = Guard {
    clause: clause!("4.1"),
    force: Declare,
    code: "agreement.pay_kept",
    demands: words(
        "约定派出单位保留人事关系和待遇",
        "The agreement says that the sending unit keeps the post, pay and benefits",
    ),
    fails: |case| {
        let kept = case.matter.body.flag(&PAY_KEPT);
        (!kept).then(|| "协议没有保留人事关系、工资和待遇的条款；请在“拟定协议”中勾选".to_owned())
    },
};

pub(super) const PLAN_READABLE: Guard = Guard {
    clause: clause!("3.5b"),
    force: Must,
    code: "service.plan_unreadable",
    demands: words(
        "各年度服务天数写成数字，半天写作 .5",
        "Service days of each year are numbers, half a day written .5",
    ),
    fails: |case| {
        let lines = case.inputs.list(&PLANNED_DAYS);
        let wrong = lines.iter().find(|line| agreement::half_days(line).is_none())?;
        Some(format!("“各聘任年度服务天数”中的“{wrong}”不是天数；请一行写一个数，如 62 或 62.5，最多 366"))
    },
};

/// The published name is what is appointed: nobody and nothing else.
const LIST_AGREES: Guard = Guard {
    clause: clause!("3.4a"),
    force: Must,
    code: "agreement.differs_from_list",
    demands: words(
        "人员、派出单位、企业、需求与公布名单一致",
        "Person, sending unit, enterprise and need are those of the published list",
    ),
    fails: |case| {
        let Some(pair) = &case.facts.parent else {
            return Some("没有找到对应的公布人选；请由省科技厅核对名单".to_owned());
        };
        if pair.stage != Stage::PairPublished {
            return Some(format!("对应人选现为“{}”，须公布后签署协议", pair.stage.chinese()));
        }
        let (one, other) = (&pair.parties, &case.matter.parties);
        let same = [
            ("人员", one.person == other.person),
            ("派出单位", one.unit == other.unit),
            ("企业", one.enterprise == other.enterprise),
            ("需求", one.need == other.need),
        ];
        let differing: Vec<&str> = same.iter().filter(|(_, same)| !same).map(|(what, _)| *what).collect();
        (!differing.is_empty()).then(|| format!("{}与公布名单不一致；请按公布名单办理", differing.join("、")))
    },
};

const STARTS_AFTER_PUBLICATION: Guard = Guard {
    clause: clause!("3.5c"),
    force: Must,
    code: "term.before_publication",
    demands: words("聘期不早于名单公布日开始", "The term does not begin before the list was published"),
    fails: |case| {
        let start = case.matter.body.day(&TERM_START)?;
        let Some(published) = case.matter.body.day(&PUBLISHED_ON) else {
            return Some("没有名单公布日；请由省科技厅核对名单".to_owned());
        };
        (start < published)
            .then(|| format!("聘期自 {start} 开始，早于名单公布日 {published}；请改为 {published} 或以后"))
    },
};

const TERM_LONG_ENOUGH: Guard = Guard {
    clause: clause!("3.5a"),
    force: Principle,
    code: "term.long_enough",
    demands: words("聘期不少于两年", "The term is at least two years"),
    fails: |case| {
        let (least, floor) = (case.parameters.term_years_min, case.parameters.term_years_floor);
        if shorter_than(case, floor).is_some() { None } else { shorter_than(case, least) }
    },
};

/// Its own code: a reason given for eighteen months does not let eight pass.
const TERM_ABOVE_FLOOR: Guard = Guard {
    clause: clause!("3.5a"),
    force: Principle,
    code: "term.under_floor",
    demands: words("聘期不足一年的，须省科技厅事先同意", "A term under one year has the province's consent beforehand"),
    fails: |case| shorter_than(case, case.parameters.term_years_floor),
};

fn shorter_than(case: &Case<'_>, years: u32) -> Option<String> {
    let (start, end) = term(case)?;
    let needed = term_end(start, years);
    (start <= end && end < needed).then(|| {
        let full = term_end(start, case.parameters.term_years_min);
        format!("聘期 {start} 至 {end}，不足 {years} 年；请将结束日改为 {full} 或以后")
    })
}

fn term(case: &Case<'_>) -> Option<(NaiveDate, NaiveDate)> {
    case.matter.body.day(&TERM_START).zip(case.matter.body.day(&TERM_END))
}

const ONE_ENTERPRISE: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "person.serves_elsewhere",
    demands: words(
        "一人同时服务的企业不超过规定数",
        "A person serves no more enterprises at once than the policy permits",
    ),
    fails: |case| {
        let most = case.parameters.enterprises_per_person_max as usize;
        let elsewhere: BTreeSet<&str> = case
            .facts
            .related
            .iter()
            .filter(|other| other.parties.enterprise != case.matter.parties.enterprise && overlaps(case, other))
            .filter_map(|other| other.parties.enterprise.as_deref())
            .collect();
        (elsewhere.len() + 1 > most).then(|| {
            let busy = elsewhere.len();
            format!("该同志聘期内已在另外 {busy} 家企业任职或签约，同时服务的企业最多 {most} 家；请错开聘期，或待原聘任结束后签署")
        })
    },
};

/// Whether another appointment of the person binds it during this one's term.
fn overlaps(case: &Case<'_>, other: &Matter) -> bool {
    let binds =
        !matches!(other.stage, Stage::AppointmentDraft | Stage::AppointmentCancelled | Stage::AppointmentExpired);
    let Some((start, end)) = term(case) else { return binds };
    let from = other.body.day(&TERM_START);
    binds && from.is_none_or(|from| from <= end) && last_day(&other.body).is_none_or(|last| start <= last)
}

macro_rules! standing {
    ($(#[$doc:meta])* $name:ident, $clause:literal, $force:ident, $code:literal, $demands:literal, $english:literal, $asked:expr) => {
        $(#[$doc])*
        const $name: Guard = Guard {
            clause: clause!($clause),
            force: $force,
            code: $code,
            demands: words($demands, $english),
            fails: |case| unmet(case, $asked, $demands),
        };
    };
}

standing!(
    NO_HOLDINGS,
    "2.3.1(4)",
    Must,
    "pair.holdings",
    "企业不由本人或其单位创办、入股",
    "Neither the person nor the unit founded the enterprise or holds shares in it",
    |finding| { finding.code.starts_with("pair.") }
);
standing!(
    PERSON_HONEST,
    "2.1.1(1)",
    Must,
    "person.misconduct",
    "本人无科研失信记录",
    "The person has no record of research misconduct",
    |finding| finding.code == "misconduct.none" && finding.clause == clause!("2.1.1(1)")
);
standing!(
    ENTERPRISE_HONEST,
    "2.3.1(1)",
    Must,
    "enterprise.misconduct",
    "企业无科研失信记录",
    "The enterprise has no record of research misconduct",
    |finding| finding.code == "misconduct.none" && finding.clause == clause!("2.3.1(1)")
);
standing!(
    /// Reading 11: a firm in re-certification keeps its person; it is asked for the renewal.
    CERTIFICATE_VALID, "2.3.1(1)", Warning, "enterprise.certificate", "企业资质证书有效", "A certificate of the enterprise is valid",
    |finding| finding.code == "qualification.valid"
);
/// In force, so the way out is the change's own and not another match.
const NO_HOLDINGS_AFTER: Guard = Guard {
    clause: clause!("2.3.1(4)"),
    force: Must,
    code: "pair.holdings_after",
    demands: words(
        "变更后企业仍不由本人或其单位创办、入股",
        "After the change, too, neither the person nor the unit founded the enterprise or holds shares in it",
    ),
    fails: |case| {
        unmet_after(case, |finding| finding.code.starts_with("pair."), "变更后企业仍不由本人或其单位创办、入股")
    },
};
const ENTERPRISE_HONEST_AFTER: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "enterprise.misconduct_after",
    demands: words(
        "变更后企业在省内且无科研失信记录",
        "After the change the enterprise is in the province and has no record of research misconduct",
    ),
    fails: |case| unmet_after(case, is_of_enterprise_after, "变更后企业在省内且无科研失信记录"),
};
standing!(
    UNIT_ELIGIBLE_AFTER,
    "2.2.1(1)",
    Must,
    "unit.eligible_after",
    "变更后派出单位为省内省属或部属高校、科研院所",
    "After the change the sending unit is a provincial or ministerial university or institute in the province",
    |finding| finding.code.starts_with("unit.")
);

/// A university that comes in sends somebody of a discipline of its own.
const DISCIPLINE_AFTER: Guard = Guard {
    clause: clause!("2.2.1(2)"),
    force: Must,
    code: "discipline.authorised_after",
    demands: words(
        "变更工作单位后，高校人员所在学科有硕士及以上学位授予权或为一流建设学科",
        "After a move to a university, the person's discipline may award master's degrees or is a first-class discipline",
    ),
    fails: |case| {
        let moves = case.matter.body.text(&CHANGE_KIND) == "person_unit";
        // Institutes are not asked, so there may be no finding.
        let asked = |finding: &&Finding| moves && finding.code == "discipline.authorised";
        case.facts.findings.iter().filter(asked).find(|finding| finding.outcome != Outcome::Met).map(said)
    },
};

fn is_of_enterprise_after(finding: &Finding) -> bool {
    finding.clause == clause!("2.3.1(1)")
        && matches!(finding.code, "misconduct.none" | "enterprise.in_province" | "enterprise.legal_person")
}

fn unmet_after(case: &Case<'_>, asked: fn(&Finding) -> bool, what: &str) -> Option<String> {
    let broken = case.facts.findings.iter().find(|finding| asked(finding) && finding.outcome == Outcome::Broken);
    let way_out = "请不同意本次变更，另定承继企业或单位；不能另定的，协商提前终止";
    broken.map(|finding| format!("{}；{way_out}", finding.fact())).or_else(|| unmet(case, asked, what))
}

/// The first finding of a kind that is not met; none at all means that nothing was checked, which is no answer.
fn unmet(case: &Case<'_>, asked: fn(&Finding) -> bool, what: &str) -> Option<String> {
    let mut found = case.facts.findings.iter().filter(|finding| asked(finding)).peekable();
    if found.peek().is_none() {
        return Some(format!("未能核查“{what}”；请由省科技厅核对登记后再办"));
    }
    found.find(|finding| finding.outcome != Outcome::Met).map(said)
}

pub(super) const TEXT_HOLDS: Guard = Guard {
    clause: clause!("3.5c"),
    force: Must,
    code: "agreement.text_changed",
    demands: words("签署和备案的是同一文本", "What is signed and what is filed are one text"),
    fails: |case| {
        let body = &case.matter.body;
        let (text, hash) = (body.text(&AGREEMENT_TEXT), body.text(&AGREEMENT_HASH));
        let holds = seal(text) == hash && text.ends_with(&agreement::terms(body, case.parameters));
        (!holds).then(|| "协议内容与提交签署时的哈希不符；请退回修改后重新签署".to_owned())
    },
};

/// A signature on paper is shown by its scan.
pub(super) const SCAN_KEPT: Guard = Guard {
    clause: clause!("3.5c"),
    force: Warning,
    code: "signature.no_scan",
    demands: words("纸质签署的已上传扫描件", "A scan is uploaded when it was signed on paper"),
    fails: |case| {
        let party = case.doer.role().and_then(agreement::party)?;
        let scanned = !case.facts.text(agreement::scan_name(party)).is_empty();
        (case.inputs.text(&SIGN_METHOD) == "paper" && !scanned)
            .then(|| "纸质签署尚未上传扫描件，备案时无从核对；请在“签署扫描件”中上传后再登记".to_owned())
    },
};

/// A digital signature is verified when it is given, and its certificate was valid on the day.
pub(super) const GENUINE: Guard = Guard {
    clause: clause!("3.5c"),
    force: Must,
    code: "signature.not_genuine",
    demands: words(
        "数字证书签署的，签名经核验属实，证书在签署日有效，并由省里采信的机构签发（已登记采信机构的）",
        "A digital signature verifies, its certificate was valid on the day, and its issuer is trusted by the province where trusted issuers are registered",
    ),
    fails: |case| match signer(case)? {
        Err(why) => Some(why.to_string()),
        Ok(signer) => expired(case, &signer).or_else(|| not_trusted(case)),
    },
};

fn expired(case: &Case<'_>, signer: &Signer) -> Option<String> {
    let ((from, until), day) = (signer.valid?, case.inputs.day(&SIGNED_ON)?);
    (!(from..=until).contains(&day)).then(|| format!("证书有效期为 {from} 至 {until}，签署日 {day} 不在其内"))
}

/// Where no authority is named, the filing bureau judges who issued a certificate.
fn not_trusted(case: &Case<'_>) -> Option<String> {
    let authorities = Authorities::read(case.facts.text(AUTHORITIES)).ok()?;
    let (certificate, day) = (case.inputs.text(&CERTIFICATE), case.inputs.day(&SIGNED_ON)?);
    authorities
        .issuer_of(certificate, day)
        .is_none()
        .then(|| "证书不是省里采信的机构签发的；请换用采信机构的证书，或改为纸质签署并上传扫描件".to_owned())
}

/// A certificate of somebody else may be right, as that of an institution is.
pub(super) const OWN_CERTIFICATE: Guard = Guard {
    clause: clause!("3.5c"),
    force: Warning,
    code: "signature.other_holder",
    demands: words("证书持有人即签署人", "The certificate belongs to the signatory"),
    fails: |case| {
        let (holder, signatory) = (signer(case)?.ok()?.name, case.inputs.text(&SIGNATORY));
        (!holder.is_empty() && holder != signatory)
            .then(|| format!("证书持有人为“{holder}”，签署人填为“{signatory}”，请核对"))
    },
};

fn signer(case: &Case<'_>) -> Option<Result<Signer, NotGenuine>> {
    let inputs = case.inputs;
    (inputs.text(&SIGN_METHOD) == "certificate").then(|| {
        verify(case.matter.body.text(&AGREEMENT_TEXT), inputs.text(&CERTIFICATE), inputs.text(&SIGNATURE_VALUE))
    })
}

pub(super) const SIGNED_IN_TIME: Guard = Guard {
    clause: clause!("3.5c"),
    force: Must,
    code: "signature.day",
    demands: words(
        "签署日期在提交签署日至今日之间",
        "The day of signing lies between the day the text was offered and today",
    ),
    fails: |case| {
        let (signed, today) = (case.inputs.day(&SIGNED_ON)?, case.today);
        let offered = case.matter.body.day(&OFFERED_ON).unwrap_or(today);
        let fits = (offered..=today).contains(&signed);
        (!fits).then(|| format!("签署日期 {signed} 应在提交签署日 {offered} 至今日 {today} 之间"))
    },
};

const FILED_IN_TIME: Guard = Guard {
    clause: clause!("3.5c"),
    force: Warning,
    code: "filing.late",
    demands: words("备案不晚于聘期开始", "It is filed no later than the first day of the term"),
    fails: |case| {
        let (start, today) = (case.matter.body.day(&TERM_START)?, case.today);
        (start < today).then(|| format!("聘期自 {start} 开始，{today} 备案；聘任自备案完成之日起生效"))
    },
};

pub(super) const END_IN_TERM: Guard = Guard {
    clause: clause!("5.3a"),
    force: Must,
    code: "end.day",
    demands: words("终止日在今日至聘期结束之间", "The last day lies between today and the end of the term"),
    fails: |case| {
        let (day, last) = (case.inputs.day(&EFFECTIVE_DAY)?, last_day(&case.matter.body)?);
        let first = case.matter.body.day(&IN_FORCE_ON).map_or(case.today, |first| first.max(case.today));
        let fits = (first..=last).contains(&day);
        (!fits).then(|| format!("终止日 {day} 应在 {first} 至 {last} 之间，终止不溯及既往"))
    },
};

pub(super) const END_NOT_PASSED: Guard = Guard {
    clause: clause!("5.3a"),
    force: Warning,
    code: "end.filed_late",
    demands: words("在约定的终止日前办理", "It is done before the agreed last day"),
    fails: |case| {
        let day = case.matter.body.day(&EFFECTIVE_DAY)?;
        (day < case.today).then(|| format!("约定的终止日 {day} 已过，聘任自省科技厅备案之日终止"))
    },
};

pub(super) const CHANGE_COMPLETE: Guard = Guard {
    clause: clause!("3.5c"),
    force: Must,
    code: "change.incomplete",
    demands: words("按变更事项填写相应内容", "What the kind of change asks for is filled in"),
    fails: |case| {
        let missing = change::missing(case.inputs);
        (!missing.is_empty()).then(|| {
            let kind = case.inputs.get(&CHANGE_KIND).map(|kind| CHANGE_KIND.in_words(kind)).unwrap_or_default();
            format!("变更“{kind}”还须填写：{}", missing.join("、"))
        })
    },
};

pub(super) const CHANGE_IN_TERM: Guard = Guard {
    clause: clause!("3.5c"),
    force: Must,
    code: "change.day",
    demands: words("变更生效日在聘期内", "The change takes effect within the term"),
    fails: |case| {
        let (day, (start, end)) = (case.inputs.day(&EFFECTIVE_DAY)?, term(case)?);
        let fits = (start..=end).contains(&day);
        (!fits).then(|| format!("变更生效日 {day} 应在聘期 {start} 至 {end} 之内"))
    },
};

/// A longer term is planned year by year like the first; a shorter one is an early end.
pub(super) const LONGER_TERM_PLANNED: Guard = Guard {
    clause: clause!("3.5b"),
    force: Must,
    code: "change.longer_term",
    demands: words(
        "延长聘期的，每个聘任年度服务时间不少于 3 个月；缩短须办提前终止",
        "A longer term plans at least 3 months of service in each year; a shorter one is an early end",
    ),
    fails: |case| {
        let longer = case.inputs.day(&NEW_TERM_END)?;
        let (_, end) = term(case)?;
        if longer <= end {
            return Some(format!("延长后的结束日 {longer} 应晚于 {end}；缩短聘期请办理提前终止"));
        }
        let facts = AgreementFacts {
            end: Some(longer),
            service_planned: planned(case.inputs, &NEW_PLANNED_DAYS),
            ..agreement::facts(case.matter)
        };
        ["service.every_year_planned", "service.days_enough"].iter().find_map(|code| broken(&facts, case, code))
    },
};

const SUCCESSOR_KNOWN: Guard = Guard {
    clause: clause!("3.5c"),
    force: Must,
    code: "change.successor_unknown",
    demands: words("承继企业、新派出单位已登记", "The successor enterprise or the new sending unit is registered"),
    fails: |case| {
        let (kind, known) = (case.matter.body.text(&CHANGE_KIND), case.facts.text("successor"));
        let needed = is_about_parties(kind) && known.is_empty();
        needed.then(|| "登记中没有承继企业或新派出单位；请先由省科技厅导入登记".to_owned())
    },
};

pub(super) const YEAR_OVER: Guard = Guard {
    clause: clause!("4.1"),
    force: Must,
    code: "year.not_over",
    demands: words("聘任年度已届满", "The appointment year is over"),
    fails: |case| {
        let turned = case.matter.body.whole(&super::YEARS_TURNED).unwrap_or_default();
        let years = years(&case.matter.body, case.parameters);
        let year = usize::try_from(turned).ok().and_then(|turned| years.get(turned));
        match year {
            Some(year) if year.last < case.today => None,
            Some(year) => Some(format!("本聘任年度至 {} 届满", year.last)),
            None => Some("各聘任年度均已届满".to_owned()),
        }
    },
};

pub(super) const TERM_OVER: Guard = Guard {
    clause: clause!("3.5c"),
    force: Must,
    code: "term.not_over",
    demands: words("聘期已满", "The term is over"),
    fails: |case| {
        let end = case.matter.body.day(&TERM_END);
        let over = end.is_some_and(|end| end < case.today);
        (!over).then(|| format!("聘期至 {} 届满", end.map(|end| end.to_string()).unwrap_or_default()))
    },
};
