//! 二（三）1（1） Certificates between two imports of the register: an enterprise declares a new one with its file, the competent
//! office checks it, and only then does it count.
//!
//! Readings taken: 科技局 checks 高新技术企业 and 技术先进型服务企业, 工信局 the other three, 省国资委 those of the enterprises that it
//! looks after. What was checked joins the register and no import takes it out; it is cancelled by itself, with a reason.
//! Turned down: a half “declared” within the register, which each rule and each file would have to tell apart.

use super::words::words;
use chrono::NaiveDate;

use super::REASON;
use super::decide::{Case, Change};
use super::field::Field;
use super::matter::Matter;
use super::rule::By::Account;
use super::rule::{Guard, Rule, To, rule};
use super::vocabulary::Action::{
    CancelQualification, ConfirmQualification, DeclareQualification, RefuseQualification, WithdrawQualification,
};
use super::vocabulary::Stage;
use super::vocabulary::Stage::{
    QualificationCancelled, QualificationConfirmed, QualificationIndustry, QualificationRefused, QualificationScience,
    QualificationWithdrawn,
};
use crate::access::Role::{CityIndustry, CityScience, Enterprise, Province, Sasac};
use crate::clause;
use crate::finding::Force::Must;
use crate::parameters::Parameters;
use crate::record::{Qualification, QualificationKind};

/// Which of the five.
pub const QUALIFICATION_KIND: Field = Field::choice(
    "qualification_kind",
    "资质",
    &[
        ("scale_industrial", "规上工业企业"),
        ("high_tech", "高新技术企业"),
        ("advanced_service", "技术先进型服务企业"),
        ("little_giant", "专精特新“小巨人”企业"),
        ("specialised_sme", "专精特新中小企业"),
    ],
)
.required();
/// Number of the certificate, or of the list that names the enterprise.
pub const QUALIFICATION_NUMBER: Field = Field::line("qualification_number", "证书编号")
    .required()
    .hint("没有证书的写公布名单的文号", "Without a certificate, the number of the published list");
/// Day on which it was issued.
pub const ISSUED_ON: Field = Field::day("issued_on", "发证日期").required();
/// Last day of validity.
pub const VALID_UNTIL: Field = Field::day("valid_until", "有效期至")
    .required()
    .hint("当日仍有效；年度名单写名单有效的最后一日", "Still valid on that day; for a yearly list its last day");
/// What the office compared.
pub const SEEN: Field = Field::flag(
    "seen",
    "已核对：证书或主管部门公布的名单与申报一致",
    "I have checked: the certificate, or the list that the authority published, agrees with what is declared",
)
.required();
/// By what it was compared.
pub const CHECKED_AGAINST: Field = Field::line("checked_against", "核对依据").required().hint(
    "如：证书原件、认定公告文号、主管部门查询结果",
    "Such as: the certificate itself, the number of the notice, an answer of the authority",
);
/// Day from which it counts.
pub const CONFIRMED_ON: Field = Field::kept("confirmed_on", "核对生效日期");

/// Name under which the loader gives the SM3 of the file that the enterprise added last.
pub const FILE: &str = "qualification_file";

/// The rows for certificates.
pub const RULES: &[Rule] = &[
    rule(clause!("2.3.1(1)"), Must, DeclareQualification)
        .leading(To::Chosen(&[QualificationScience, QualificationIndustry], competent))
        .by(&[Account(Enterprise)])
        .guards(&[&ORGANISER_KNOWN, &ISSUED, &DAYS_IN_ORDER, &STILL_VALID, &NOT_DECLARED])
        .fields(&[&QUALIFICATION_KIND, &QUALIFICATION_NUMBER, &ISSUED_ON, &VALID_UNTIL])
        .effect(entitle)
        .due(words("申报后规定工作日内核对", "so many working days after it was declared"), |case| {
            Some(case.calendar.working_days_later(case.today, case.parameters.qualification_check_workdays))
        }),
    rule(clause!("2.3.1(1)"), Must, ConfirmQualification)
        .from(&[QualificationScience])
        .to(QualificationConfirmed)
        .by(&[Account(CityScience), Account(Sasac)])
        .guards(CHECKS)
        .fields(&[&SEEN, &CHECKED_AGAINST])
        .effect(|case, change| change.set(&CONFIRMED_ON, case.today)),
    rule(clause!("2.3.1(1)"), Must, ConfirmQualification)
        .from(&[QualificationIndustry])
        .to(QualificationConfirmed)
        .by(&[Account(CityIndustry), Account(Sasac)])
        .guards(CHECKS)
        .fields(&[&SEEN, &CHECKED_AGAINST])
        .effect(|case, change| change.set(&CONFIRMED_ON, case.today)),
    rule(clause!("2.3.1(1)"), Must, RefuseQualification)
        .from(&[QualificationScience])
        .to(QualificationRefused)
        .by(&[Account(CityScience), Account(Sasac)])
        .fields(&[&REASON]),
    rule(clause!("2.3.1(1)"), Must, RefuseQualification)
        .from(&[QualificationIndustry])
        .to(QualificationRefused)
        .by(&[Account(CityIndustry), Account(Sasac)])
        .fields(&[&REASON]),
    rule(clause!("2.3.1(1)"), Must, WithdrawQualification)
        .from(&[QualificationScience, QualificationIndustry])
        .to(QualificationWithdrawn)
        .by(&[Account(Enterprise)]),
    rule(clause!("2.3.1(1)"), Must, CancelQualification)
        .from(&[QualificationConfirmed])
        .to(QualificationCancelled)
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac), Account(Province)])
        .fields(&[&REASON]),
];

const CHECKS: &[&Guard] = &[&FILE_SHOWN, &NOT_EXPIRED];

fn competent(case: &Case<'_>) -> Stage {
    match kind_of(case.inputs) {
        Some(QualificationKind::HighTech | QualificationKind::AdvancedService) => QualificationScience,
        _ => QualificationIndustry,
    }
}

fn kind_of(body: &super::Body) -> Option<QualificationKind> {
    QualificationKind::parse(body.text(&QUALIFICATION_KIND))
}

fn entitle(case: &Case<'_>, change: &mut Change) {
    let kind = kind_of(case.inputs).map_or("", QualificationKind::chinese);
    change.title = format!("{kind} {}", case.inputs.text(&QUALIFICATION_NUMBER));
}

/// What the register takes over of a certificate; nothing while something is missing.
pub fn record(matter: &Matter) -> Option<Qualification> {
    let number = Some(matter.body.text(&QUALIFICATION_NUMBER).to_owned());
    Some(Qualification { kind: kind_of(&matter.body)?, number, valid_until: matter.body.day(&VALID_UNTIL) })
}

const ORGANISER_KNOWN: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "qualification.organiser_unknown",
    demands: words("企业所在市（地）已登记", "The enterprise's city is registered"),
    fails: |case| {
        let unknown = case.matter.parties.organiser.is_empty();
        unknown.then(|| "企业登记中没有所在市（地），无法确定由谁核对；请联系省科技厅补登企业所在地".to_owned())
    },
};

const ISSUED: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "qualification.issued_in_future",
    demands: words("发证日期不晚于今天", "The certificate is not dated after today"),
    fails: |case| {
        let issued = case.inputs.day(&ISSUED_ON).filter(|issued| *issued > case.today)?;
        Some(format!("发证日期 {issued} 晚于今天 {}；请按证书更正", case.today))
    },
};

const DAYS_IN_ORDER: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "qualification.days_out_of_order",
    demands: words("有效期不早于发证日期", "It is not valid to a day before its issue"),
    fails: |case| {
        let (issued, until) = (case.inputs.day(&ISSUED_ON)?, case.inputs.day(&VALID_UNTIL)?);
        (until < issued).then(|| format!("有效期至 {until}，早于发证日期 {issued}；请按证书更正"))
    },
};

const STILL_VALID: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "qualification.expired",
    demands: words("申报的证书仍在有效期内", "The certificate declared is still valid"),
    fails: |case| expired(case, case.inputs.day(&VALID_UNTIL)),
};

const NOT_EXPIRED: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "qualification.expired_since",
    demands: words("核对时证书仍在有效期内", "The certificate is still valid when it is checked"),
    fails: |case| expired(case, case.matter.body.day(&VALID_UNTIL)),
};

fn expired(case: &Case<'_>, until: Option<NaiveDate>) -> Option<String> {
    let until = until.filter(|until| *until < case.today)?;
    Some(format!("证书有效期至 {until}，今天是 {}，已经过期；请申报在有效期内的证书", case.today))
}

const NOT_DECLARED: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "qualification.declared_twice",
    demands: words(
        "同一证书没有正在核对或已生效的申报",
        "The same certificate is neither being checked nor confirmed already",
    ),
    fails: |case| {
        let stands = |other: &&Matter| {
            matches!(other.stage, QualificationScience | QualificationIndustry | QualificationConfirmed)
        };
        let same = |other: &&Matter| {
            let fields = [&QUALIFICATION_KIND, &QUALIFICATION_NUMBER, &VALID_UNTIL];
            fields.iter().all(|field| other.body.get(field) == case.inputs.get(field))
        };
        let other = case.facts.related.iter().filter(stands).find(same)?;
        Some(format!("此证书已申报：{}（{}）；有变化的请撤回或注销后再申报", other.id, other.stage.chinese()))
    },
};

const FILE_SHOWN: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "qualification.no_file",
    demands: words("企业已上传证书扫描件", "The enterprise has uploaded a scan of the certificate"),
    fails: |case| {
        let none = case.facts.text(FILE).is_empty();
        none.then(|| "企业尚未上传证书扫描件，无从核对；请企业在“证书扫描件”中上传，或不予确认".to_owned())
    },
};

/// 2.3.1(1): the last day on which the enterprise holds a certificate that counts; nothing when it holds none with number and day.
pub fn held_until(held: &[Qualification], parameters: &Parameters) -> Option<NaiveDate> {
    let counts = |one: &&Qualification| parameters.qualifications.contains(&one.kind);
    let is_numbered = |one: &&Qualification| one.number.as_deref().is_some_and(|number| !number.trim().is_empty());
    held.iter().filter(counts).filter(is_numbered).filter_map(|one| one.valid_until).max()
}

/// What an enterprise is told before its last certificate runs out, and after; nothing while there is time.
pub fn reminder(held: &[Qualification], today: NaiveDate, parameters: &Parameters) -> Option<String> {
    const WAY_OUT: &str = "请申报新证书并上传扫描件，经主管部门核对后生效；提交需求、列入名单时必须有效";
    let Some(until) = held_until(held, parameters) else {
        return Some(format!("登记中没有编号和有效期齐全的资质证书；{WAY_OUT}"));
    };
    let left = (until - today).num_days();
    match left {
        ..0 => Some(format!("资质证书已于 {until} 到期；{WAY_OUT}")),
        left if left <= i64::from(parameters.qualification_notice_days) => {
            Some(format!("资质证书有效期至 {until}，还有 {left} 天；{WAY_OUT}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    //! 1. A certificate goes to the office that is competent for its kind, within the days of the policy.
    //! 2. Dates that cannot be, an expired certificate and one that was declared already are refused; the last day is not.
    //! 3. Nothing is confirmed without a file, or once it has expired; it counts from the day of the check.
    //! 4. The kinds are those of the register. 5. An enterprise is told beforehand, from the policy's day on.

    use super::*;
    use crate::access::Role;
    use crate::process::testing::{Bench, account, at, day};
    use crate::process::{Action, DOCUMENT_NUMBER, FieldKind};

    const HIGH_TECH: [(&str, &str); 4] = [
        ("qualification_kind", "high_tech"),
        ("qualification_number", "GR202523000001"),
        ("issued_on", "2025-02-20"),
        ("valid_until", "2028-02-19"),
    ];

    fn declared() -> Bench {
        let declared =
            at(QualificationScience).unopened().act(&account(Role::Enterprise), DeclareQualification, &HIGH_TECH);
        let mut bench = at(QualificationScience);
        bench.matter.body = declared.unwrap().after().body.clone();
        bench
    }

    fn refusals(changed: &[(&str, &str)]) -> Vec<&'static str> {
        let sent: Vec<(&str, &str)> = HIGH_TECH
            .into_iter()
            .map(|(key, value)| (key, changed.iter().find(|(known, _)| *known == key).map_or(value, |(_, new)| new)))
            .collect();
        at(QualificationScience).unopened().refusals(&account(Role::Enterprise), DeclareQualification, &sent)
    }

    #[test]
    fn a_certificate_goes_to_the_office_that_is_competent_for_its_kind() {
        for (kind, stage) in [
            ("high_tech", QualificationScience),
            ("advanced_service", QualificationScience),
            ("scale_industrial", QualificationIndustry),
            ("little_giant", QualificationIndustry),
            ("specialised_sme", QualificationIndustry),
        ] {
            let sent = [("qualification_kind", kind)].into_iter().chain(HIGH_TECH.into_iter().skip(1));
            let sent: Vec<_> = sent.collect();
            let bench = at(QualificationScience).unopened();
            let opened = bench.act(&account(Role::Enterprise), DeclareQualification, &sent).unwrap();
            // 3 March 2025 is a Monday.
            assert_eq!((opened.after().stage, opened.after().due), (stage, Some(day("2025-03-10"))), "{kind}");
        }
        let (science, industry) = (account(Role::CityScience), account(Role::CityIndustry));
        assert_eq!(declared().refusals(&industry, RefuseQualification, &[("reason", "x")]), ["act.not_yours"]);
        let refused = declared().then(&science, RefuseQualification, &[("reason", "编号查不到")]);
        assert_eq!(refused.matter.stage, QualificationRefused);
        assert_eq!(declared().of_sasac().matter.waits(), [(Role::Sasac, String::new())]);
    }

    #[test]
    fn dates_that_cannot_be_are_refused_and_the_last_day_is_not() {
        assert_eq!(refusals(&[]), [""; 0]);
        assert_eq!(refusals(&[("issued_on", "2025-03-03"), ("valid_until", "2025-03-03")]), [""; 0]);
        assert_eq!(refusals(&[("issued_on", "2025-03-04")]), ["qualification.issued_in_future"]);
        assert_eq!(refusals(&[("valid_until", "2025-03-02")]), ["qualification.expired"]);
        let before = refusals(&[("valid_until", "2025-02-19")]);
        assert_eq!(before, ["qualification.days_out_of_order", "qualification.expired"]);
        let nowhere = at(QualificationScience).unopened().but(|matter, _| matter.parties.organiser.clear());
        let told = nowhere.refusals(&account(Role::Enterprise), DeclareQualification, &HIGH_TECH);
        assert_eq!(told, ["qualification.organiser_unknown"]);
    }

    #[test]
    fn the_same_certificate_is_declared_once_while_it_stands() {
        let again = |stage: Stage| {
            let mut other = declared().matter;
            other.stage = stage;
            let bench = at(QualificationScience).unopened().but(|_, facts| facts.related.push(other));
            bench.refusals(&account(Role::Enterprise), DeclareQualification, &HIGH_TECH)
        };
        for stage in [QualificationScience, QualificationConfirmed] {
            assert_eq!(again(stage), ["qualification.declared_twice"]);
        }
        for stage in [QualificationRefused, QualificationWithdrawn, QualificationCancelled] {
            assert_eq!(again(stage), [""; 0]);
        }
    }

    #[test]
    fn nothing_is_confirmed_without_a_file_or_once_it_has_expired() {
        let seen = [("seen", "是"), ("checked_against", "证书原件")];
        let science = account(Role::CityScience);
        assert_eq!(declared().refusals(&science, ConfirmQualification, &seen), ["qualification.no_file"]);
        let shown = declared().but(|_, facts| _ = facts.texts.insert(FILE, "ab12".to_owned()));
        let last = shown.clone().on("2028-02-19").then(&science, ConfirmQualification, &seen);
        assert_eq!(
            (last.matter.stage, last.matter.body.day(&CONFIRMED_ON)),
            (QualificationConfirmed, Some(day("2028-02-19")))
        );
        assert_eq!(record(&last.matter).unwrap().valid_until, Some(day("2028-02-19")));
        let late = shown.on("2028-02-20").refusals(&science, ConfirmQualification, &seen);
        assert_eq!(late, ["qualification.expired_since"]);
        let cancelled = last.then(&account(Role::Province), CancelQualification, &[("reason", "已被撤销认定")]);
        assert_eq!(cancelled.matter.stage, QualificationCancelled);
    }

    #[test]
    fn the_kinds_are_those_of_the_register() {
        let known: Vec<(&str, &str)> =
            QualificationKind::ALL.iter().map(|kind| (kind.code(), kind.chinese())).collect();
        assert_eq!(QUALIFICATION_KIND.kind, FieldKind::Choice(known.leak()));
        assert_ne!(QUALIFICATION_NUMBER.key, DOCUMENT_NUMBER.key);
        assert_eq!(Action::parse("declare_qualification"), Some(DeclareQualification));
    }

    #[test]
    fn an_enterprise_is_told_beforehand_from_the_policys_day_on() {
        let parameters = Parameters::embedded();
        let held = |until: Option<&str>, number: &str| Qualification {
            kind: QualificationKind::HighTech,
            number: Some(number.to_owned()),
            valid_until: until.map(day),
        };
        let told = |one: Qualification, today: &str| reminder(&[one], day(today), parameters);
        assert_eq!(told(held(Some("2025-06-30"), "GR1"), "2025-03-31"), None, "91 days are left");
        insta::assert_snapshot!(told(held(Some("2025-06-30"), "GR1"), "2025-04-01").unwrap(), @"资质证书有效期至 2025-06-30，还有 90 天；请申报新证书并上传扫描件，经主管部门核对后生效；提交需求、列入名单时必须有效");
        assert!(told(held(Some("2025-06-30"), "GR1"), "2025-06-30").unwrap().contains("还有 0 天"));
        assert!(told(held(Some("2025-06-30"), "GR1"), "2025-07-01").unwrap().contains("已于 2025-06-30 到期"));
        for one in [held(None, "GR1"), held(Some("2025-06-30"), " ")] {
            assert!(told(one, "2025-01-01").unwrap().contains("没有编号和有效期齐全"));
        }
    }
}
