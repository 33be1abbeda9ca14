//! 三（五）, 五（三） Appointment: the tripartite agreement, its signing and filing, changes, and both routes of an early end.
//!
//! The three sign one text, known by its SM3; the filing refers to the same hash, and only a filed appointment is in force.
//! A return voids what was signed. An early end and a change are agreed by the parties first, then by the organiser.

pub mod agreement;
mod change;
mod effects;
mod guards;
mod term;

use super::field::Field;
use super::rule::By::{Account, Act, Clock};
use super::rule::{Follow, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AgreeEnd, AskConfirmation, CancelAppointment, CommentEnd, ConfirmChange, ConsentChange, ConsentEnd, DraftAgreement,
    DropAssessment, ExpireAppointment, FileAgreement, FileEnd, FollowChange, GrantOverride, OfferAgreement,
    OpenAppointment, OpenAssessment, RefuseChange, RefuseEnd, RequestChange, RequestEnd, ReturnAgreement,
    SignAgreement, TurnYear,
};
use super::vocabulary::Stage::{
    AppointmentCancelled, AppointmentChangeAgreed, AppointmentChanging, AppointmentConsulting, AppointmentDraft,
    AppointmentEndAgreed, AppointmentEnded, AppointmentEnding, AppointmentExpired, AppointmentForce, AppointmentSigned,
    AppointmentSigning,
};
use super::words::words;
use super::{OVERRIDE_REASON, REASON, keep_override, rule_to_let_go};
use crate::access::Role::{CityIndustry, CityScience, Enterprise, Person, Province, Sasac, Unit};
use crate::clause;
use crate::finding::Force::{Declare, Must, Principle};

pub use change::Amendment;
pub use term::{act_of_clock, current_year, is_in_force, is_under_way, last_day, years};

/// Day on which the list was published.
pub const PUBLISHED_ON: Field = Field::kept("published_on", "名单公布日");
/// First day of the term.
pub const TERM_START: Field =
    Field::day("term_start", "聘期开始").hint("不早于名单公布日", "Not before the day the list was published");
/// Last day of the term.
pub const TERM_END: Field = Field::day("term_end", "聘期结束").hint("一般不少于两年", "Two years at least as a rule");
/// Content of the cooperation.
pub const CONTENT: Field = Field::text("content", "合作内容");
/// Mode of the cooperation.
pub const MODE: Field = Field::text("mode", "合作方式");
/// Rights in results.
pub const RIGHTS: Field = Field::text("rights", "成果转化权益");
/// Duties of the three.
pub const DUTIES: Field = Field::text("duties", "职责权利");
/// 2.3.2: what the enterprise provides.
pub const CONDITIONS: Field = Field::text("conditions", "企业提供的工作条件");
/// Planned half days of service in each year of the term, one a line.
pub const PLANNED_DAYS: Field = Field::list("planned_days", "各聘任年度服务天数").hint(
    "一年一行，可写半天，如 62.5；末段不足一年的也写一行",
    "One line a year; half days as 62.5; a last part of a year has a line as well",
);
/// 4.1: pay and rights are kept.
pub const PAY_KEPT: Field = Field::flag(
    "pay_kept",
    "条款：派出单位保留人事关系、工资和各项待遇",
    "Clause: the sending unit keeps the post, the pay and all benefits",
);
/// The agreement as offered: what is signed.
pub const AGREEMENT_TEXT: Field = Field::kept("agreement_text", "协议全文");
/// SM3 of that text.
pub const AGREEMENT_HASH: Field = Field::kept("agreement_hash", "协议哈希（SM3）");
/// Day on which the text was frozen.
pub const OFFERED_ON: Field = Field::kept("offered_on", "提交签署日");
/// Who signs.
pub const SIGNATORY: Field = Field::line("signatory", "签署人").required();
/// How.
pub const SIGN_METHOD: Field = Field::choice(
    "sign_method",
    "签署方式",
    &[("paper", "纸质签署盖章，已留存扫描件"), ("certificate", "数字证书（SM2）")],
)
.required();
/// When.
pub const SIGNED_ON: Field = Field::day("signed_on", "签署日期").required();
/// The seal of a signature on paper.
pub const SEAL_RECORD: Field = Field::line("seal_record", "用印登记号").hint("纸质签署时填写", "When signed on paper");
/// Where it was sealed.
pub const SEAL_PLACE: Field = Field::line("seal_place", "用印地点").hint("纸质签署时填写", "When signed on paper");
/// Who put the seal there.
pub const SEAL_KEEPER: Field = Field::line("seal_keeper", "用印经办人").hint("纸质签署时填写", "When signed on paper");
/// Who the digital signature is by.
pub const CERTIFICATE: Field = Field::text("certificate", "数字证书").hint(
    "数字证书签署时粘贴：SM2 证书或公钥，PEM 文本",
    "For a digital signature: the SM2 certificate or public key as PEM text",
);
/// The digital signature of the text.
pub const SIGNATURE_VALUE: Field = Field::line("signature_value", "签名值").hint(
    "数字证书签署时填写：对待签文本的 SM2 签名，十六进制或 Base64",
    "For a digital signature: the SM2 signature of the text, hexadecimal or Base64",
);
/// The whole text has been read.
pub const READ_TEXT: Field =
    Field::flag("read_text", "已阅读协议全文，同意签署", "I have read the whole agreement and agree to sign it")
        .required();
/// Signatures on the present text: `party|signatory|method|day|hash|login|seal|place|keeper|scan|certificate|value`.
pub const SIGNATURES: Field = Field::kept("signatures", "签署记录");
/// Signatures on texts that were returned, in the same form.
pub const VOIDED: Field = Field::kept("voided_signatures", "已作废的签署");
/// Number under which a bureau files.
pub const FILING_NUMBER: Field = Field::line("filing_number", "备案编号");
/// Filings: `role|number|day|hash`.
pub const FILINGS: Field = Field::kept("filings", "备案记录");
/// Day from which the appointment is in force.
pub const IN_FORCE_ON: Field = Field::kept("in_force_on", "生效日");
/// Appointment years that are over and whose confirmation was asked for.
pub const YEARS_TURNED: Field = Field::kept("years_turned", "已届满年度数");
/// Day from which something ends or changes.
pub const EFFECTIVE_DAY: Field = Field::day("effective_day", "生效日期").required();
/// Minutes of the consultation.
pub const CONSULTATION: Field = Field::text("consultation", "协商情况").required();
/// Why it ends early.
pub const END_KIND: Field = Field::choice(
    "end_kind",
    "终止原因",
    &[
        ("enterprise", "企业经营或计划变化"),
        ("need_gone", "需求已解决或已取消"),
        ("person_post", "人员岗位或单位变动"),
        ("person_private", "人员健康或个人原因"),
        ("no_result", "合作未达预期"),
        ("breach", "一方未履行协议"),
        ("ineligible", "不再符合条件"),
        ("other", "其他"),
    ],
)
.required();
/// Last day of an appointment that ended early.
pub const ENDED_ON: Field = Field::kept("ended_on", "实际终止日");
/// What changes.
pub const CHANGE_KIND: Field = Field::choice(
    "change_kind",
    "变更事项",
    &[
        ("enterprise_name", "企业更名"),
        ("enterprise_merged", "企业合并"),
        ("person_unit", "人员工作单位变动"),
        ("terms", "协议条款"),
    ],
)
.required();
/// The enterprise's new name.
pub const NEW_NAME: Field =
    Field::line("new_name", "企业新名称").hint("企业更名时填写", "When the enterprise changes its name");
/// The enterprise that takes over.
pub const NEW_ENTERPRISE: Field = Field::line("new_enterprise", "承继企业统一社会信用代码")
    .hint("企业合并时填写，承继企业须已登记", "When enterprises merge; the successor has to be registered");
/// The unit that takes over.
pub const NEW_UNIT: Field = Field::line("new_unit", "新派出单位名称")
    .hint("人员工作单位变动时填写，新单位须已登记", "When the person moves; the new unit has to be registered");
/// Its consent to keep pay and rights.
pub const NEW_UNIT_DOCUMENT: Field = Field::line("new_unit_document", "新单位同意函文号").hint(
    "人员工作单位变动时填写：新单位同意派出并保留待遇",
    "When the person moves: the new unit agrees to send the person and keeps pay and benefits",
);
/// What is agreed anew.
pub const NEW_TERMS: Field = Field::text("new_terms", "变更后的条款")
    .hint("变更协议条款时填写，作为补充协议", "When terms change; it becomes a supplement to the agreement");
/// A later last day.
pub const NEW_TERM_END: Field = Field::day("new_term_end", "延长后的聘期结束日")
    .hint("延长聘期时填写；缩短聘期请办理提前终止", "For a longer term; for a shorter one use the early end");
/// Service days of every year of the longer term.
pub const NEW_PLANNED_DAYS: Field = Field::list("new_planned_days", "延长后各聘任年度服务天数")
    .hint("延长聘期时填写，一年一行，含已过的年度", "For a longer term, one line a year, past years included");
/// Changes in force: `kind|day|before|after|reason|confirmed on`.
pub const AMENDMENTS: Field = Field::kept("amendments", "变更记录");
/// The comment of the sending unit.
pub const UNIT_COMMENT: Field = Field::text("unit_comment", "派出单位意见").required();

/// The rows of 三（五） and 五（三）.
pub const RULES: &[Rule] = &[
    rule(clause!("3.5c"), Must, OpenAppointment).to(AppointmentDraft).by(&[Act]).effect(effects::publish),
    rule(clause!("2.3.2"), Must, DraftAgreement)
        .from(&[AppointmentDraft])
        .by(&[Account(Enterprise)])
        .guards(&[&guards::PLAN_READABLE])
        .fields(&[&TERM_START, &TERM_END, &CONTENT, &MODE, &RIGHTS, &DUTIES, &CONDITIONS, &PLANNED_DAYS, &PAY_KEPT])
        .undoable(),
    rule(clause!("3.5c"), Must, OfferAgreement)
        .from(&[AppointmentDraft])
        .to(AppointmentSigning)
        .by(&[Account(Enterprise)])
        .guards(guards::TO_OFFER)
        .effect(effects::freeze),
    rule(clause!("3.5c"), Must, SignAgreement)
        .from(&[AppointmentSigning])
        .leading(To::All(AppointmentSigned))
        .by(PARTIES)
        .guards(&[
            &guards::TEXT_HOLDS,
            &guards::SIGNED_IN_TIME,
            &guards::SCAN_KEPT,
            &guards::GENUINE,
            &guards::OWN_CERTIFICATE,
        ])
        .fields(&[
            &SIGNATORY,
            &SIGN_METHOD,
            &SIGNED_ON,
            &SEAL_RECORD,
            &SEAL_PLACE,
            &SEAL_KEEPER,
            &CERTIFICATE,
            &SIGNATURE_VALUE,
            &READ_TEXT,
        ])
        .effect(effects::sign),
    rule(clause!("3.5c"), Must, ReturnAgreement)
        .from(&[AppointmentSigning])
        .to(AppointmentDraft)
        .by(PARTIES)
        .fields(&[&REASON])
        .effect(effects::void),
    rule(clause!("3.5c"), Must, ReturnAgreement)
        .from(&[AppointmentSigned])
        .to(AppointmentDraft)
        .by(ORGANISERS)
        .fields(&[&REASON])
        .effect(effects::void),
    rule(clause!("3.5c"), Must, FileAgreement)
        .from(&[AppointmentSigned])
        .leading(To::All(AppointmentForce))
        .by(ORGANISERS)
        .guards(guards::TO_FILE)
        .fields(&[&FILING_NUMBER])
        .effect(effects::file)
        .due(words("聘任年度届满", "the appointment year ends"), |case| {
            term::next_turn(&case.matter.body, case.parameters)
        })
        .then(&[Follow { action: OpenAssessment, on: Target::New }]),
    rule(clause!("3.5c"), Must, CancelAppointment)
        .from(&[AppointmentDraft, AppointmentSigning, AppointmentSigned])
        .to(AppointmentCancelled)
        .by(&[Account(CityScience), Account(Sasac)])
        .fields(&[&REASON])
        .effect(effects::void),
    rule(clause!("5.3a"), Must, RequestEnd)
        .from(&[AppointmentForce])
        .to(AppointmentConsulting)
        .by(&[Account(Enterprise), Account(Person)])
        .guards(&[&guards::END_IN_TERM])
        .fields(&[&EFFECTIVE_DAY, &END_KIND, &CONSULTATION, &REASON])
        .effect(effects::count_as_acted)
        .due(words("约定的终止日", "the agreed last day"), |case| case.inputs.day(&EFFECTIVE_DAY)),
    rule(clause!("5.3a"), Must, ConsentEnd)
        .from(&[AppointmentConsulting])
        .leading(To::All(AppointmentEnding))
        .by(&[Account(Enterprise), Account(Person)])
        .due(words("约定的终止日", "the agreed last day"), |case| case.matter.due),
    rule(clause!("5.3a"), Must, AgreeEnd)
        .from(&[AppointmentEnding])
        .leading(To::All(AppointmentEndAgreed))
        .by(ORGANISERS)
        .guards(&[&guards::END_NOT_PASSED])
        .due(words("约定的终止日", "the agreed last day"), |case| case.matter.due),
    rule(clause!("5.3a"), Must, RefuseEnd)
        .from(&[AppointmentConsulting])
        .to(AppointmentForce)
        .by(&[Account(Enterprise), Account(Person)])
        .fields(&[&REASON])
        .due(words("聘任年度届满", "the appointment year ends"), |case| {
            term::next_turn(&case.matter.body, case.parameters)
        }),
    rule(clause!("5.3a"), Must, RefuseEnd)
        .from(&[AppointmentEnding])
        .to(AppointmentForce)
        .by(ORGANISERS)
        .fields(&[&REASON])
        .due(words("聘任年度届满", "the appointment year ends"), |case| {
            term::next_turn(&case.matter.body, case.parameters)
        }),
    rule(clause!("5.3a"), Must, CommentEnd)
        .from(&[AppointmentConsulting, AppointmentEnding, AppointmentEndAgreed])
        .by(&[Account(Unit)])
        .fields(&[&UNIT_COMMENT]),
    rule(clause!("5.3a"), Must, FileEnd)
        .from(&[AppointmentEndAgreed])
        .to(AppointmentEnded)
        .by(&[Account(Province)])
        .guards(&[&guards::END_NOT_PASSED])
        .effect(effects::end)
        .then(&[Follow { action: DropAssessment, on: Target::Children }]),
    rule(clause!("3.5c"), Must, RequestChange)
        .from(&[AppointmentForce])
        .to(AppointmentChanging)
        .by(PARTIES)
        .guards(&[&guards::CHANGE_COMPLETE, &guards::CHANGE_IN_TERM, &guards::LONGER_TERM_PLANNED])
        .fields(&[
            &CHANGE_KIND,
            &EFFECTIVE_DAY,
            &NEW_NAME,
            &NEW_ENTERPRISE,
            &NEW_UNIT,
            &NEW_UNIT_DOCUMENT,
            &NEW_TERMS,
            &NEW_TERM_END,
            &NEW_PLANNED_DAYS,
            &REASON,
        ])
        .effect(effects::count_as_acted)
        .due(words("聘任年度届满", "the appointment year ends"), |case| case.matter.due),
    rule(clause!("3.5c"), Must, ConsentChange)
        .from(&[AppointmentChanging])
        .leading(To::All(AppointmentChangeAgreed))
        .by(PARTIES)
        .due(words("聘任年度届满", "the appointment year ends"), |case| case.matter.due),
    rule(clause!("3.5c"), Must, ConfirmChange)
        .from(&[AppointmentChangeAgreed])
        .leading(To::All(AppointmentForce))
        .by(ORGANISERS)
        .guards(guards::TO_CONFIRM_CHANGE)
        .effect(change::carry_out)
        .due(words("聘任年度届满", "the appointment year ends"), |case| case.matter.due)
        .then(&[Follow { action: FollowChange, on: Target::Children }]),
    rule(clause!("3.5c"), Must, RefuseChange)
        .from(&[AppointmentChanging])
        .to(AppointmentForce)
        .by(PARTIES)
        .fields(&[&REASON])
        .effect(change::forget)
        .due(words("聘任年度届满", "the appointment year ends"), |case| case.matter.due),
    rule(clause!("3.5c"), Must, RefuseChange)
        .from(&[AppointmentChangeAgreed])
        .to(AppointmentForce)
        .by(ORGANISERS)
        .fields(&[&REASON])
        .effect(change::forget)
        .due(words("聘任年度届满", "the appointment year ends"), |case| case.matter.due),
    rule(clause!("4.1"), Declare, TurnYear)
        .from(&[AppointmentForce])
        .by(&[Clock])
        .guards(&[&guards::YEAR_OVER])
        .effect(effects::turn_year)
        .due(words("下一聘任年度届满", "the next appointment year ends"), |case| {
            term::next_turn(&case.matter.body, case.parameters)
        })
        .then(&[Follow { action: AskConfirmation, on: Target::New }]),
    rule(clause!("3.5c"), Must, ExpireAppointment)
        .from(&[
            AppointmentForce,
            AppointmentConsulting,
            AppointmentEnding,
            AppointmentChanging,
            AppointmentChangeAgreed,
        ])
        .to(AppointmentExpired)
        .by(&[Clock])
        .guards(&[&guards::TERM_OVER])
        .effect(effects::expire)
        .then(&[Follow { action: AskConfirmation, on: Target::New }]),
    rule(clause!("3.5a"), Principle, GrantOverride)
        .from(&[AppointmentDraft, AppointmentSigning, AppointmentSigned])
        .by(&[Account(Province)])
        .fields(&[&LET_GO, &OVERRIDE_REASON])
        .effect(keep_override),
];

/// 3.5a is stated as 一般; shorter than the floor asks for a reason of its own.
const LET_GO: Field = rule_to_let_go(&[
    ("term.long_enough", "聘期不少于两年（方案三（五））"),
    ("term.under_floor", "聘期不足一年（方案三（五））"),
]);

const PARTIES: &[super::By] = &[Account(Enterprise), Account(Person), Account(Unit)];
const ORGANISERS: &[super::By] = &[Account(CityScience), Account(CityIndustry), Account(Sasac)];

#[cfg(test)]
mod tests;
