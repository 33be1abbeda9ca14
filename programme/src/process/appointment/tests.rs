//! What is shown here of 三（五） and 五（三）:
//! 1. a text is offered only with every must-have, after the publication, as listed, long enough or excused by the province;
//! 2. the three sign one hash; a return voids what was signed; only the last filing brings it into force;
//! 3. holdings, misconduct and a second enterprise are asked again at the filing; a certificate only warns;
//! 4. an early end is agreed by both parties, then by the organiser, filed by the province, and never reaches back;
//! 5. a change is agreed by the three and confirmed by the organiser, with the new parties checked; the term goes on;
//! 6. the clock turns every year and ends the term, on the day after the last and not before.

use super::*;
use crate::access::Role;
use crate::finding::{Finding, Force, Outcome};
use crate::process::testing::{Bench, account, at, day};
use crate::process::vocabulary::Action;
use crate::process::{ACTED, Action as Act, Doer, SASAC, Stage};
use crate::rules::agreement::Party;

/// A text with everything in it, for a name that was published.
fn draft() -> Bench {
    at(Stage::AppointmentDraft)
        .on("2025-06-01")
        .with(&PUBLISHED_ON, day("2025-05-28"))
        .with(&TERM_START, day("2025-06-01"))
        .with(&TERM_END, day("2027-05-31"))
        .with(&CONTENT, "联合攻关")
        .with(&MODE, "驻企")
        .with(&RIGHTS, "成果归企业，人员享有奖励")
        .with(&DUTIES, "见附件")
        .with(&CONDITIONS, "办公和试验条件")
        .with(&PLANNED_DAYS, vec!["62".to_owned(), "62.5".to_owned()])
        .with(&PAY_KEPT, true)
        .but(|matter, facts| {
            let mut pair = matter.clone();
            pair.stage = Stage::PairPublished;
            facts.parent = Some(pair);
            facts.findings = findings();
            for (name, text) in
                [("enterprise_name", "示例公司（演示）"), ("person_name", "张三（演示）"), ("need_title", "韧性涂层")]
            {
                facts.texts.insert(name, text.to_owned());
            }
        })
}

fn finding(clause: crate::clause::Clause, code: &'static str) -> Finding {
    Finding { clause, force: Force::Must, code, outcome: Outcome::Met, message: String::new() }
}

fn findings() -> Vec<Finding> {
    vec![
        finding(clause!("2.3.1(4)"), "pair.no_equity_of_person"),
        finding(clause!("2.1.1(1)"), "misconduct.none"),
        finding(clause!("2.3.1(1)"), "misconduct.none"),
        finding(clause!("2.3.1(1)"), "qualification.valid"),
        finding(clause!("2.2.1(1)"), "unit.in_province"),
        finding(clause!("2.2.1(2)"), "discipline.authorised"),
    ]
}

fn worsen(bench: Bench, code: &'static str, clause: &str, message: &str) -> Bench {
    bench.but(|_, facts| {
        let found = facts.findings.iter_mut().find(|one| one.code == code && one.clause.id() == clause).unwrap();
        found.outcome = Outcome::Broken;
        message.clone_into(&mut found.message);
    })
}

fn offered() -> Bench {
    draft().then(&account(Role::Enterprise), Act::OfferAgreement, &[])
}

const SIGNATURE: [(&str, &str); 4] =
    [("signatory", "张三"), ("sign_method", "paper"), ("signed_on", "2025-06-01"), ("read_text", "yes")];

fn signed() -> Bench {
    [Role::Enterprise, Role::Person, Role::Unit]
        .into_iter()
        .fold(offered(), |bench, role| bench.then(&account(role), Act::SignAgreement, &SIGNATURE))
}

fn filed() -> Bench {
    let bench = signed().then(&account(Role::CityScience), Act::FileAgreement, &[]);
    bench.then(&account(Role::CityIndustry), Act::FileAgreement, &[])
}

fn refusal(bench: &Bench, role: Role, action: Action, sent: &[(&str, &str)]) -> String {
    let refusals = bench.act(&account(role), action, sent).expect_err("it is refused");
    refusals.into_iter().map(|refusal| refusal.message).collect::<Vec<_>>().join("\n")
}

fn offer(bench: &Bench) -> String {
    refusal(bench, Role::Enterprise, Act::OfferAgreement, &[])
}

fn offer_codes(bench: &Bench) -> Vec<&'static str> {
    bench.refusals(&account(Role::Enterprise), Act::OfferAgreement, &[])
}

#[test]
fn a_text_is_offered_with_every_must_have_and_without_any_of_them_is_not() {
    assert!(offer_codes(&draft()).is_empty());
    for (field, code) in [
        (&CONTENT, "agreement.content"),
        (&MODE, "agreement.mode"),
        (&RIGHTS, "agreement.rights"),
        (&DUTIES, "agreement.duties"),
        (&CONDITIONS, "agreement.conditions"),
        (&PAY_KEPT, "agreement.pay_kept"),
        (&PLANNED_DAYS, "service.days_enough"),
    ] {
        let bench = draft().but(|matter, _| matter.body.clear(field));
        assert!(offer_codes(&bench).contains(&code), "{code}");
    }
    let bench = draft().but(|matter, _| matter.body.clear(&CONTENT));
    insta::assert_snapshot!(offer(&bench), @"协议未约定合作内容；请三方补充约定后签署，见方案二（三）2（2）（方案三（五））");
    let bench = draft().but(|matter, _| matter.body.clear(&PAY_KEPT));
    insta::assert_snapshot!(offer(&bench), @"协议没有保留人事关系、工资和待遇的条款；请在“拟定协议”中勾选（方案四（一））");
}

#[test]
fn sixty_two_days_a_year_are_enough_and_half_a_day_less_is_not() {
    let planned = |first: &str| draft().with(&PLANNED_DAYS, vec![first.to_owned(), "62天".to_owned()]);
    assert!(offer_codes(&planned("62")).is_empty());
    insta::assert_snapshot!(offer(&planned("61.5")), @"第 1 年（2025-06-01 至 2026-05-31）计划 61.5 天，应不少于 62 天；请三方协商补足服务天数，半天可计（方案三（五））");
    let sent = [("planned_days", "62\n六十二")];
    insta::assert_snapshot!(refusal(&draft(), Role::Enterprise, Act::DraftAgreement, &sent), @"“各聘任年度服务天数”中的“六十二”不是天数；请一行写一个数，如 62 或 62.5，最多 366（方案三（五））");
}

#[test]
fn a_term_starts_on_the_day_of_publication_at_the_earliest() {
    let starting = |start: &str| draft().with(&TERM_START, day(start)).with(&TERM_END, day("2027-06-30"));
    let planned = |bench: Bench| bench.with(&PLANNED_DAYS, vec!["62".to_owned(); 3]);
    assert!(offer_codes(&planned(starting("2025-05-28"))).is_empty());
    insta::assert_snapshot!(offer(&planned(starting("2025-05-27"))), @"聘期自 2025-05-27 开始，早于名单公布日 2025-05-28；请改为 2025-05-28 或以后（方案三（五））");
}

#[test]
fn a_term_under_two_years_needs_the_province_s_reason_and_one_under_a_year_its_own() {
    let ending = |end: &str| draft().with(&TERM_END, day(end));
    assert!(offer_codes(&ending("2027-05-31")).is_empty());
    insta::assert_snapshot!(offer(&ending("2027-05-30")), @"聘期 2025-06-01 至 2027-05-30，不足 2 年；请将结束日改为 2027-05-31 或以后；确需放宽的，由省科技厅书面说明理由（方案三（五））");
    let excuse = |bench: Bench, code: &str| {
        bench.then(
            &account(Role::Province),
            Act::GrantOverride,
            &[("override_code", code), ("override_reason", "项目期短")],
        )
    };
    assert!(offer_codes(&excuse(ending("2027-05-30"), "term.long_enough")).is_empty());
    let short = |end: &str| ending(end).with(&PLANNED_DAYS, vec!["62".to_owned()]);
    assert_eq!(offer_codes(&short("2026-05-31")), ["term.long_enough"]);
    assert_eq!(offer_codes(&excuse(short("2026-05-30"), "term.long_enough")), ["term.under_floor"]);
    assert!(offer_codes(&excuse(short("2026-05-30"), "term.under_floor")).is_empty());
    insta::assert_snapshot!(offer(&ending("2025-05-31")), @"聘期结束日 2025-05-31 早于开始日 2025-06-01；请核对聘期起止日期（方案三（五））");
}

#[test]
fn the_name_on_the_text_is_the_name_on_the_list() {
    let other = draft().but(|_, facts| facts.parent.as_mut().unwrap().parties.unit = Some("另一大学".to_owned()));
    insta::assert_snapshot!(offer(&other), @"派出单位与公布名单不一致；请按公布名单办理（方案三（四））");
    let held = draft().but(|_, facts| facts.parent.as_mut().unwrap().stage = Stage::PairHeld);
    insta::assert_snapshot!(offer(&held), @"对应人选现为“异议暂缓”，须公布后签署协议（方案三（四））");
    let none = draft().but(|_, facts| facts.parent = None);
    assert_eq!(offer_codes(&none), ["agreement.differs_from_list"]);
}

#[test]
fn one_person_serves_one_enterprise_at_a_time() {
    let with_other = |stage: Stage, last: &str| {
        draft().but(|matter, facts| {
            let mut other = matter.clone();
            other.stage = stage;
            other.parties.enterprise = Some("91230199MA0000016H".to_owned());
            other.body.set(&TERM_START, day("2023-06-01"));
            other.body.set(&TERM_END, day(last));
            facts.related = vec![other];
        })
    };
    insta::assert_snapshot!(offer(&with_other(Stage::AppointmentForce, "2025-06-01")), @"该同志聘期内已在另外 1 家企业任职或签约，同时服务的企业最多 1 家；请错开聘期，或待原聘任结束后签署（方案三（二））");
    assert!(offer_codes(&with_other(Stage::AppointmentForce, "2025-05-31")).is_empty());
    assert!(offer_codes(&with_other(Stage::AppointmentCancelled, "2026-05-31")).is_empty());
    let same = with_other(Stage::AppointmentForce, "2026-05-31").but(|matter, facts| {
        facts.related[0].parties.enterprise = matter.parties.enterprise.clone();
    });
    assert!(offer_codes(&same).is_empty());
}

#[test]
fn holdings_and_misconduct_refuse_and_a_certificate_only_warns() {
    let held = worsen(draft(), "pair.no_equity_of_person", "2.3.1(4)", "本人持有企业股份 1%，不得持有任何股份");
    insta::assert_snapshot!(offer(&held), @"本人持有企业股份 1%，不得持有任何股份（方案二（三）1（4））");
    let barred = worsen(draft(), "misconduct.none", "2.1.1(1)", "有科研失信记录");
    assert_eq!(offer_codes(&barred), ["person.misconduct"]);
    let barred = worsen(draft(), "misconduct.none", "2.3.1(1)", "有科研失信记录");
    assert_eq!(offer_codes(&barred), ["enterprise.misconduct"]);
    let expired = worsen(draft(), "qualification.valid", "2.3.1(1)", "高新技术企业证书 2025-05-01 到期");
    let transition = expired.act(&account(Role::Enterprise), Act::OfferAgreement, &[]).unwrap();
    insta::assert_snapshot!(transition.warnings().join("\n"), @"高新技术企业证书 2025-05-01 到期（方案二（三）1（1））");
    let unchecked = draft().but(|_, facts| facts.findings.clear());
    insta::assert_snapshot!(offer(&unchecked), @r#"
    未能核查“企业不由本人或其单位创办、入股”；请由省科技厅核对登记后再办（方案二（三）1（4））
    未能核查“本人无科研失信记录”；请由省科技厅核对登记后再办（方案二（一）1（1））
    未能核查“企业无科研失信记录”；请由省科技厅核对登记后再办（方案二（三）1（1））
    "#);
}

#[test]
fn the_text_is_frozen_and_each_of_the_three_signs_its_hash() {
    let bench = offered();
    insta::assert_snapshot!(bench.matter.body.text(&AGREEMENT_TEXT), @r#"
    黑龙江省“科技总师”选派三方协议

    协议编号：appointment-000001
    甲方（接收单位）：示例公司（演示），统一社会信用代码 91230199MA0000015K
    乙方（科技总师）：张三（演示），人员编号 p1
    丙方（派出单位）：示例大学
    对应需求：need-000001 韧性涂层
    名单公布日：2025-05-28

    一、聘期：2025-06-01 至 2027-05-31，首尾两日均计入。
    二、合作内容：联合攻关
    三、合作方式：驻企
    四、科技成果转化权益：成果归企业，人员享有奖励
    五、职责权利：见附件
    六、服务时间：第 1 年（2025-06-01 至 2026-05-31）62 天，第 2 年（2026-06-01 至 2027-05-31）62.5 天。
    七、企业提供的工作条件：办公和试验条件
    八、丙方保留乙方服务期内的人事关系、工资待遇不变，乙方与在岗人员同等享有职务晋升、职称评聘、项目申报、表彰奖励等权利。
    九、本协议经三方签署并备案后，聘任方生效。
    "#);
    let hash = bench.matter.body.text(&AGREEMENT_HASH).to_owned();
    assert_eq!(hash, crate::seal::seal(bench.matter.body.text(&AGREEMENT_TEXT)));
    let signed = signed();
    assert_eq!(signed.matter.stage, Stage::AppointmentSigned);
    let signatures = agreement::signatures(&signed.matter.body);
    assert_eq!(signatures.len(), 3);
    assert!(signatures.iter().all(|signature| signature.hash == hash));
    assert!(!signed.matter.body.has(&SIGNATORY));
}

#[test]
fn a_signature_lies_between_offer_and_today() {
    let on = |signed_on: &str| {
        let sent = [("signatory", "张三"), ("sign_method", "paper"), ("signed_on", signed_on), ("read_text", "是")];
        offered().on("2025-06-03").refusals(&account(Role::Person), Act::SignAgreement, &sent)
    };
    for (signed_on, good) in [("2025-05-31", false), ("2025-06-01", true), ("2025-06-03", true), ("2025-06-04", false)]
    {
        assert_eq!(on(signed_on).is_empty(), good, "{signed_on}");
    }
    let sent = [("signatory", "张三"), ("sign_method", "paper"), ("signed_on", "2025-05-31"), ("read_text", "是")];
    insta::assert_snapshot!(refusal(&offered(), Role::Person, Act::SignAgreement, &sent), @"签署日期 2025-05-31 应在提交签署日 2025-06-01 至今日 2025-06-01 之间（方案三（五））");
}

#[test]
fn a_signature_on_paper_says_where_it_was_sealed_and_which_scan_shows_it() {
    let sent = [
        ("signatory", "张三"),
        ("sign_method", "paper"),
        ("signed_on", "2025-06-01"),
        ("seal_record", "用印〔2025〕7号（演示）"),
        ("seal_place", "哈尔滨"),
        ("seal_keeper", "李四（演示）"),
        ("read_text", "是"),
    ];
    let unit = account(Role::Unit);
    let unscanned = offered().act(&unit, Act::SignAgreement, &sent).unwrap();
    insta::assert_snapshot!(unscanned.warnings().join("\n"), @"纸质签署尚未上传扫描件，备案时无从核对；请在“签署扫描件”中上传后再登记（方案三（五））");
    let scanned =
        offered().but(|_, facts| _ = facts.texts.insert(agreement::scan_name(Party::Unit), "5e41".to_owned()));
    let signed = scanned.act(&unit, Act::SignAgreement, &sent).unwrap();
    assert_eq!(signed.warnings(), [""; 0]);
    let [signature] = &agreement::signatures(&signed.after().body)[..] else { panic!("one signature") };
    assert_eq!((signature.seal_place.as_str(), signature.seal_keeper.as_str()), ("哈尔滨", "李四（演示）"));
    assert_eq!(signature.scan, "5e41");
    assert_eq!(agreement::Signature::parse(&signature.line()).unwrap().scan, "5e41");
    let earlier = signature.line().split('|').take(7).collect::<Vec<_>>().join("|");
    assert_eq!(agreement::Signature::parse(&earlier).unwrap().scan, "");
}

/// A signature of a text by a key that everybody may know, with its public key.
fn digital(text: &str) -> [String; 2] {
    use base64ct::Encoding as _;
    use sm2::dsa::SigningKey;
    use sm2::dsa::signature::Signer as _;
    use sm2::pkcs8::EncodePublicKey as _;
    let secret = sm2::SecretKey::from_slice(&[7; 32]).unwrap();
    let key = secret.public_key().to_public_key_der().unwrap();
    let signed: sm2::dsa::Signature =
        SigningKey::new(crate::signature::USUAL_IDENTITY, &secret).unwrap().sign(text.as_bytes());
    [key.as_bytes(), &signed.to_vec()].map(base64ct::Base64::encode_string)
}

#[test]
fn a_digital_signature_is_taken_when_it_is_genuine_and_kept_so_that_it_can_be_verified_again() {
    let unit = account(Role::Unit);
    let offered = offered();
    let sent = |certificate: &'static str, value: &'static str| {
        [
            ("signatory", "张三"),
            ("sign_method", "certificate"),
            ("signed_on", "2025-06-01"),
            ("certificate", certificate),
            ("signature_value", value),
            ("read_text", "是"),
        ]
    };
    let of = |text: &str| digital(text).map(|part| &*part.leak());
    let text = offered.matter.body.text(&AGREEMENT_TEXT).to_owned();
    let [key, value] = of(&text);
    let signed = offered.act(&unit, Act::SignAgreement, &sent(key, value)).unwrap();
    assert_eq!(signed.warnings(), [""; 0]);
    let [signature] = &agreement::signatures(&signed.after().body)[..] else { panic!("one signature") };
    assert_eq!(signature.signer(&text), Some(crate::signature::Signer::default()));
    assert_eq!(signature.signer("别的文本"), None);
    let [_, other] = of("别的文本");
    for (certificate, value) in [("", ""), (key, ""), ("", value), (key, other)] {
        let refused = offered.refusals(&unit, Act::SignAgreement, &sent(certificate, value));
        assert_eq!(refused, ["signature.not_genuine"]);
    }
}

#[test]
fn a_certificate_is_valid_on_the_day_of_the_signature_and_its_holder_is_named() {
    // Of OpenSSL, as in `crate::signature`: valid from 2026-11-23 to 2036-11-20.
    const CERTIFICATE: &str = include_str!("../../../tests/data/sm2_certificate.pem");
    const VALUE: &str = include_str!("../../../tests/data/sm2_signature.txt");
    let parsed = day;
    let on = |day: &'static str, signatory: &'static str| {
        let offered = offered().with(&OFFERED_ON, parsed(day)).on(day);
        let sent = [
            ("signatory", signatory),
            ("sign_method", "certificate"),
            ("signed_on", day),
            ("certificate", CERTIFICATE),
            ("signature_value", VALUE.trim()),
            ("read_text", "是"),
        ];
        let offered = offered.with(&AGREEMENT_TEXT, "三方协议（演示）\n");
        let refused = offered.refusals(&account(Role::Unit), Act::SignAgreement, &sent);
        refused.contains(&"signature.not_genuine")
    };
    for (day, refused) in [("2026-11-22", true), ("2026-11-23", false), ("2036-11-20", false), ("2036-11-21", true)] {
        assert_eq!(on(day, "张演示"), refused, "{day}");
    }
}

#[test]
fn where_authorities_are_named_only_their_certificates_are_taken_and_the_authority_is_kept() {
    // Of OpenSSL, as in `crate::signature`: a fictitious authority, and its certificate for the key that everybody may know.
    const AUTHORITY: &str = include_str!("../../../tests/data/sm2_authority.pem");
    const ISSUED: &str = include_str!("../../../tests/data/sm2_issued.pem");
    let (unit, today) = (account(Role::Unit), "2026-11-23");
    let offered = offered().with(&OFFERED_ON, day(today)).on(today);
    let named = offered.clone().but(|_, facts| _ = facts.texts.insert(agreement::AUTHORITIES, AUTHORITY.to_owned()));
    let [key, value] = digital(offered.matter.body.text(&AGREEMENT_TEXT)).map(|part| &*part.leak());
    let sent = |certificate: &'static str| {
        [
            ("signatory", "李演示"),
            ("sign_method", "certificate"),
            ("signed_on", today),
            ("certificate", certificate),
            ("signature_value", value),
            ("read_text", "是"),
        ]
    };
    let authority_of = |bench: &Bench, certificate| {
        let signed = bench.act(&unit, Act::SignAgreement, &sent(certificate)).ok()?;
        let [signature] = &agreement::signatures(&signed.after().body)[..] else { panic!("one signature") };
        Some(signature.authority.clone())
    };
    assert_eq!(
        (authority_of(&offered, ISSUED).as_deref(), authority_of(&offered, key).as_deref()),
        (Some(""), Some(""))
    );
    assert_eq!(authority_of(&named, ISSUED).as_deref(), Some("演示签发机构（虚构）"));
    assert_eq!(named.refusals(&unit, Act::SignAgreement, &sent(key)), ["signature.not_genuine"]);
}

#[test]
fn a_text_that_was_changed_under_its_hash_is_neither_signed_nor_filed() {
    let forged = offered().with(&CONTENT, "别的内容");
    insta::assert_snapshot!(refusal(&forged, Role::Person, Act::SignAgreement, &SIGNATURE), @"协议内容与提交签署时的哈希不符；请退回修改后重新签署（方案三（五））");
    let forged = signed().with(&TERM_END, day("2028-05-31"));
    assert_eq!(forged.refusals(&account(Role::CityScience), Act::FileAgreement, &[]), ["agreement.text_changed"]);
}

#[test]
fn a_return_voids_the_signatures() {
    let bench = offered().then(&account(Role::Person), Act::SignAgreement, &SIGNATURE);
    let bench = bench.then(&account(Role::Unit), Act::ReturnAgreement, &[("reason", "天数有误")]);
    assert_eq!(bench.matter.stage, Stage::AppointmentDraft);
    assert!(agreement::signatures(&bench.matter.body).is_empty());
    assert_eq!(bench.matter.body.list(&VOIDED).len(), 1);
    assert!(!bench.matter.body.has(&AGREEMENT_HASH));
}

#[test]
fn it_is_in_force_when_both_bureaus_have_filed_and_sasac_files_alone() {
    let first =
        signed().act(&account(Role::CityScience), Act::FileAgreement, &[("filing_number", "哈科备1号")]).unwrap();
    assert_eq!(first.after().stage, Stage::AppointmentSigned);
    assert!(first.then().is_empty());
    let bench = filed();
    assert_eq!((bench.matter.stage, bench.matter.due), (Stage::AppointmentForce, Some(day("2026-05-31"))));
    assert_eq!(bench.matter.body.day(&IN_FORCE_ON), Some(day("2025-06-01")));
    assert_eq!(bench.matter.body.list(&FILINGS).len(), 2);
    let sasac = signed().of_sasac().but(|_, facts| facts.parent.as_mut().unwrap().parties.organiser = SASAC.to_owned());
    let last = sasac.act(&account(Role::Sasac), Act::FileAgreement, &[]).unwrap();
    assert_eq!(last.after().stage, Stage::AppointmentForce);
    assert_eq!(last.then().len(), 1);
}

#[test]
fn a_late_filing_warns_and_the_appointment_is_in_force_from_then_on() {
    let bench = signed().on("2025-06-10").then(&account(Role::CityScience), Act::FileAgreement, &[]);
    let last = bench.act(&account(Role::CityIndustry), Act::FileAgreement, &[]).unwrap();
    insta::assert_snapshot!(last.warnings().join("\n"), @"聘期自 2025-06-01 开始，2025-06-10 备案；聘任自备案完成之日起生效（方案三（五））");
    assert_eq!(last.after().body.day(&IN_FORCE_ON), Some(day("2025-06-10")));
    assert!(!is_in_force(last.after(), day("2025-06-09")));
    assert!(is_in_force(last.after(), day("2025-06-10")));
}

#[test]
fn what_changed_while_signing_stops_the_filing() {
    let held = worsen(signed(), "pair.no_equity_of_person", "2.3.1(4)", "本人持有企业股份 1%");
    assert_eq!(held.refusals(&account(Role::CityScience), Act::FileAgreement, &[]), ["pair.holdings"]);
    let unsigned = signed().but(|matter, _| matter.body.clear(&SIGNATURES));
    insta::assert_snapshot!(refusal(&unsigned, Role::CityScience, Act::FileAgreement, &[]), @"三方应签署，现有 0 方，接收单位、科技总师、派出单位未签署；请接收单位、科技总师、派出单位签署（方案三（五））");
}

const END: [(&str, &str); 4] = [
    ("effective_day", "2026-03-31"),
    ("end_kind", "need_gone"),
    ("consultation", "双方协商一致"),
    ("reason", "需求已解决"),
];

fn ending() -> Bench {
    filed().on("2026-03-01").then(&account(Role::Enterprise), Act::RequestEnd, &END)
}

#[test]
fn an_early_end_is_agreed_by_both_parties_then_by_both_bureaus_and_filed() {
    let bench = ending();
    assert_eq!(bench.matter.stage, Stage::AppointmentConsulting);
    assert_eq!(bench.matter.waits(), [(Role::Person, "p1".to_owned())]);
    assert_eq!(bench.refusals(&account(Role::CityScience), Act::AgreeEnd, &[]), ["act.wrong_stage"]);
    let bench = bench.then(&account(Role::Unit), Act::CommentEnd, &[("unit_comment", "无意见")]);
    let bench = bench.then(&account(Role::Person), Act::ConsentEnd, &[]);
    assert_eq!((bench.matter.stage, bench.matter.due), (Stage::AppointmentEnding, Some(day("2026-03-31"))));
    assert!(!bench.matter.body.has(&ACTED));
    let bench = bench.then(&account(Role::CityScience), Act::AgreeEnd, &[]);
    assert_eq!(bench.matter.waits(), [(Role::CityIndustry, "230100".to_owned())]);
    let bench = bench.then(&account(Role::CityIndustry), Act::AgreeEnd, &[]);
    let bench = bench.then(&account(Role::Province), Act::FileEnd, &[]);
    assert_eq!(bench.matter.stage, Stage::AppointmentEnded);
    assert!(is_in_force(&bench.matter, day("2026-03-31")));
    assert!(!is_in_force(&bench.matter, day("2026-04-01")));
}

#[test]
fn on_the_sasac_route_sasac_agrees_and_the_province_files() {
    let bench = ending().of_sasac().then(&account(Role::Person), Act::ConsentEnd, &[]);
    assert_eq!(bench.matter.waits(), [(Role::Sasac, String::new())]);
    let bench = bench.then(&account(Role::Sasac), Act::AgreeEnd, &[]);
    assert_eq!(bench.matter.stage, Stage::AppointmentEndAgreed);
}

#[test]
fn an_end_does_not_reach_back_and_lies_in_the_term() {
    for (day, good) in [("2026-02-28", false), ("2026-03-01", true), ("2027-05-31", true), ("2027-06-01", false)] {
        let sent = [("effective_day", day), ("end_kind", "other"), ("consultation", "协商一致"), ("reason", "其他")];
        let refused = filed().on("2026-03-01").refusals(&account(Role::Person), Act::RequestEnd, &sent);
        assert_eq!(refused.is_empty(), good, "{day}");
    }
    let sent = [("effective_day", "2026-02-28"), END[1], END[2], END[3]];
    insta::assert_snapshot!(refusal(&filed().on("2026-03-01"), Role::Person, Act::RequestEnd, &sent), @"终止日 2026-02-28 应在 2026-03-01 至 2027-05-31 之间，终止不溯及既往（方案五（三））");
    let late = ending().then(&account(Role::Person), Act::ConsentEnd, &[]).on("2026-04-10");
    let late = late.then(&account(Role::CityScience), Act::AgreeEnd, &[]);
    let late = late.then(&account(Role::CityIndustry), Act::AgreeEnd, &[]);
    let filed = late.act(&account(Role::Province), Act::FileEnd, &[]).unwrap();
    insta::assert_snapshot!(filed.warnings().join("\n"), @"约定的终止日 2026-03-31 已过，聘任自省科技厅备案之日终止（方案五（三））");
    assert_eq!(filed.after().body.day(&ENDED_ON), Some(day("2026-04-10")));
}

#[test]
fn a_refused_end_leaves_the_appointment_as_it_was() {
    let bench = ending().then(&account(Role::Person), Act::RefuseEnd, &[("reason", "愿意继续")]);
    assert_eq!((bench.matter.stage, bench.matter.due), (Stage::AppointmentForce, Some(day("2026-05-31"))));
}

const TO_OTHER_UNIT: [(&str, &str); 5] = [
    ("change_kind", "person_unit"),
    ("effective_day", "2026-03-01"),
    ("new_unit", "另一大学（演示）"),
    ("new_unit_document", "函〔2026〕1号"),
    ("reason", "调动"),
];

fn agreed_by_three(bench: Bench, sent: &[(&str, &str)]) -> Bench {
    let bench = bench.then(&account(Role::Person), Act::RequestChange, sent);
    let bench = bench.then(&account(Role::Enterprise), Act::ConsentChange, &[]);
    bench.then(&account(Role::Unit), Act::ConsentChange, &[])
}

#[test]
fn a_change_of_unit_keeps_the_term_and_becomes_the_party_when_both_bureaus_confirm() {
    let bench = agreed_by_three(filed().on("2026-03-01"), &TO_OTHER_UNIT);
    assert_eq!(bench.matter.stage, Stage::AppointmentChangeAgreed);
    insta::assert_snapshot!(refusal(&bench, Role::CityScience, Act::ConfirmChange, &[]), @"登记中没有承继企业或新派出单位；请先由省科技厅导入登记（方案三（五））");
    let known = bench.but(|_, facts| _ = facts.texts.insert("successor", "另一大学（演示）".to_owned()));
    let bench = known.then(&account(Role::CityScience), Act::ConfirmChange, &[]);
    assert_eq!(bench.matter.parties.unit.as_deref(), Some("示例大学"));
    let bench = bench.then(&account(Role::CityIndustry), Act::ConfirmChange, &[]);
    assert_eq!(bench.matter.parties.unit.as_deref(), Some("另一大学（演示）"));
    assert_eq!((bench.matter.stage, bench.matter.due), (Stage::AppointmentForce, Some(day("2026-05-31"))));
    let kept = Amendment::parse(&bench.matter.body.list(&AMENDMENTS)[0]).unwrap();
    assert_eq!((kept.before.as_str(), kept.after.as_str()), ("示例大学", "另一大学（演示）"));
}

#[test]
fn the_new_parties_are_checked_for_holdings() {
    let bench = agreed_by_three(filed().on("2026-03-01"), &TO_OTHER_UNIT)
        .but(|_, facts| _ = facts.texts.insert("successor", "另一大学（演示）".to_owned()));
    let held = worsen(bench, "pair.no_equity_of_person", "2.3.1(4)", "派出单位持有企业股份 5%");
    let refused = held.act(&account(Role::CityScience), Act::ConfirmChange, &[]).unwrap_err();
    assert_eq!(refused[0].code, "pair.holdings_after");
    insta::assert_snapshot!(refused[0].message, @"派出单位持有企业股份 5%；请不同意本次变更，另定承继企业或单位；不能另定的，协商提前终止（方案二（三）1（4））");
}

#[test]
fn a_new_university_sends_somebody_of_a_discipline_of_its_own() {
    let bench = agreed_by_three(filed().on("2026-03-01"), &TO_OTHER_UNIT)
        .but(|_, facts| _ = facts.texts.insert("successor", "另一大学（演示）".to_owned()));
    let foreign = worsen(bench, "discipline.authorised", "2.2.1(2)", "所在学科没有硕士学位授予权");
    assert_eq!(foreign.refusals(&account(Role::CityScience), Act::ConfirmChange, &[]), ["discipline.authorised_after"]);
    let institute = foreign.clone().but(|_, facts| facts.findings.retain(|one| one.code != "discipline.authorised"));
    assert!(institute.refusals(&account(Role::CityScience), Act::ConfirmChange, &[]).is_empty());
    let terms = foreign.with(&CHANGE_KIND, "terms");
    assert!(terms.refusals(&account(Role::CityScience), Act::ConfirmChange, &[]).is_empty());
}

#[test]
fn a_merged_enterprise_in_recertification_is_asked_for_the_renewal() {
    let bench = agreed_by_three(filed().on("2026-03-01"), &TO_OTHER_UNIT)
        .but(|_, facts| _ = facts.texts.insert("successor", "另一大学（演示）".to_owned()));
    let expired = worsen(bench, "qualification.valid", "2.3.1(1)", "证书已过期");
    let confirmed = expired.act(&account(Role::CityScience), Act::ConfirmChange, &[]).unwrap();
    assert_eq!(confirmed.warnings(), ["证书已过期（方案二（三）1（1））"]);
}

#[test]
fn only_a_rule_that_the_plan_states_as_a_principle_is_let_go() {
    let grant = |code: &'static str| [("override_code", code), ("override_reason", "情况特殊")];
    let draft = draft();
    assert!(draft.refusals(&account(Role::Province), Act::GrantOverride, &grant("term.long_enough")).is_empty());
    let none = draft.refusals(&account(Role::Province), Act::GrantOverride, &grant("pair.holdings"));
    assert_eq!(none, ["act.missing_field"]);
}

#[test]
fn whoever_asked_for_the_end_is_not_asked_again() {
    let done = ending().act(&account(Role::Enterprise), Act::ConsentEnd, &[]).unwrap_err();
    insta::assert_snapshot!(done[0].message, @"“协商同意终止”您方已办理，正待科技人员（方案五（三））");
}

#[test]
fn a_change_names_what_it_needs_and_a_shorter_term_is_an_early_end() {
    let bench = filed().on("2026-03-01");
    let sent = [("change_kind", "person_unit"), ("effective_day", "2026-03-01"), ("reason", "调动")];
    insta::assert_snapshot!(refusal(&bench, Role::Person, Act::RequestChange, &sent), @"变更“人员工作单位变动”还须填写：新派出单位名称、新单位同意函文号（方案三（五））");
    let terms = |end: &'static str, days: &'static str| {
        vec![
            ("change_kind", "terms"),
            ("effective_day", "2026-03-01"),
            ("new_terms", "延长聘期"),
            ("new_term_end", end),
            ("new_planned_days", days),
            ("reason", "项目延续"),
        ]
    };
    insta::assert_snapshot!(refusal(&bench, Role::Person, Act::RequestChange, &terms("2027-05-31", "62\n62")), @"延长后的结束日 2027-05-31 应晚于 2027-05-31；缩短聘期请办理提前终止（方案三（五））");
    insta::assert_snapshot!(refusal(&bench, Role::Person, Act::RequestChange, &terms("2028-05-31", "62\n62")), @"聘期共 3 个聘任年度，计划服务天数有 2 项；请按聘任年度逐年填写，末段不足一年的也填一项（方案三（五））");
    let longer = agreed_by_three(bench, &terms("2028-05-31", "62\n62\n62"));
    let longer = longer.then(&account(Role::CityScience), Act::ConfirmChange, &[]);
    let longer = longer.then(&account(Role::CityIndustry), Act::ConfirmChange, &[]);
    assert_eq!(longer.matter.body.day(&TERM_END), Some(day("2028-05-31")));
}

#[test]
fn the_clock_turns_a_year_on_the_day_after_it_and_ends_the_term_likewise() {
    let bench = filed().on("2026-05-31");
    insta::assert_snapshot!(bench.act(&Doer::Clock, Act::TurnYear, &[]).unwrap_err()[0].message, @"本聘任年度至 2026-05-31 届满（方案四（一））");
    let bench = bench.on("2026-06-01");
    assert_eq!(act_of_clock(&bench.matter, day("2026-06-01")), Some(Act::TurnYear));
    let bench = bench.then(&Doer::Clock, Act::TurnYear, &[]);
    assert_eq!(bench.matter.due, Some(day("2027-05-31")));
    assert_eq!(act_of_clock(&bench.matter, day("2027-05-31")), None);
    assert_eq!(bench.clone().on("2027-05-31").refusals(&Doer::Clock, Act::ExpireAppointment, &[]), ["term.not_over"]);
    let bench = bench.on("2027-06-01");
    assert_eq!(act_of_clock(&bench.matter, day("2027-06-01")), Some(Act::ExpireAppointment));
    let bench = bench.then(&Doer::Clock, Act::ExpireAppointment, &[]);
    assert_eq!((bench.matter.stage, bench.matter.due), (Stage::AppointmentExpired, None));
}
