//! 三（五）, 五（三） Appointment: the tripartite agreement, its signing and filing, changes, and both routes of an early end.

use super::REASON;
use super::field::Field;
use super::rule::By::{Account, Act, Clock};
use super::rule::{Follow, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AgreeEnd, CancelAppointment, CommentEnd, ConfirmChange, ConsentEnd, DraftAgreement, ExpireAppointment,
    FileAgreement, FileEnd, GrantOverride, OfferAgreement, OpenAppointment, OpenAssessment, RefuseChange, RefuseEnd,
    RequestChange, RequestEnd, ReturnAgreement, SignAgreement,
};
use super::vocabulary::Stage::{
    AppointmentCancelled, AppointmentChanging, AppointmentDraft, AppointmentEndAgreed, AppointmentEnded,
    AppointmentEnding, AppointmentExpired, AppointmentForce, AppointmentSigned, AppointmentSigning,
};
use super::{OVERRIDE_CODE, OVERRIDE_REASON, keep_override};
use crate::access::Role::{CityIndustry, CityScience, Enterprise, Person, Province, Sasac, Unit};
use crate::clause;
use crate::finding::Force::{Must, Principle};

/// First day of the term.
pub const TERM_START: Field = Field::day("term_start", "聘期开始").required();
/// Last day of the term.
pub const TERM_END: Field = Field::day("term_end", "聘期结束").required();
/// Content of the cooperation.
pub const CONTENT: Field = Field::text("content", "合作内容").required();
/// Mode of the cooperation.
pub const MODE: Field = Field::text("mode", "合作方式").required();
/// Rights in results.
pub const RIGHTS: Field = Field::text("rights", "成果权益").required();
/// Duties of the three.
pub const DUTIES: Field = Field::text("duties", "三方权利义务").required();
/// Planned half days of service in each year of the term, one a line.
pub const PLANNED_DAYS: Field =
    Field::list("planned_days", "各聘任年度服务天数").required().hint("一年一行，可写半天，如 62.5");
/// 4.1: pay and rights are kept.
pub const PAY_KEPT: Field = Field::flag("pay_kept", "条款：派出单位保留人事关系、工资和各项待遇").required();
/// Day from which something ends or changes.
pub const EFFECTIVE_DAY: Field = Field::day("effective_day", "生效日期").required();
/// Minutes of the consultation.
pub const CONSULTATION: Field = Field::text("consultation", "协商情况").required();
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
/// The comment of the sending unit.
pub const UNIT_COMMENT: Field = Field::text("unit_comment", "派出单位意见").required();

/// The rows of 三（五） and 五（三）.
pub const RULES: &[Rule] = &[
    rule(clause!("3.5c"), Must, OpenAppointment).to(AppointmentDraft).by(&[Act]),
    rule(clause!("2.3.2"), Must, DraftAgreement)
        .from(&[AppointmentDraft])
        .by(&[Account(Enterprise)])
        .fields(&[&TERM_START, &TERM_END, &CONTENT, &MODE, &RIGHTS, &DUTIES, &PLANNED_DAYS, &PAY_KEPT])
        .undoable(),
    rule(clause!("3.5c"), Must, OfferAgreement)
        .from(&[AppointmentDraft])
        .to(AppointmentSigning)
        .by(&[Account(Enterprise)]),
    rule(clause!("3.5c"), Must, SignAgreement).from(&[AppointmentSigning]).leading(To::All(AppointmentSigned)).by(&[
        Account(Enterprise),
        Account(Person),
        Account(Unit),
    ]),
    rule(clause!("3.5c"), Must, ReturnAgreement)
        .from(&[AppointmentSigning, AppointmentSigned])
        .to(AppointmentDraft)
        .by(&[
            Account(Enterprise),
            Account(Person),
            Account(Unit),
            Account(CityScience),
            Account(CityIndustry),
            Account(Sasac),
        ])
        .fields(&[&REASON]),
    rule(clause!("3.5c"), Must, FileAgreement)
        .from(&[AppointmentSigned])
        .leading(To::All(AppointmentForce))
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .then(&[Follow { action: OpenAssessment, on: Target::New }]),
    rule(clause!("3.5c"), Must, CancelAppointment)
        .from(&[AppointmentDraft, AppointmentSigning, AppointmentSigned])
        .to(AppointmentCancelled)
        .by(&[Account(CityScience), Account(Sasac)])
        .fields(&[&REASON]),
    rule(clause!("5.3a"), Must, RequestEnd)
        .from(&[AppointmentForce])
        .to(AppointmentEnding)
        .by(&[Account(Enterprise), Account(Person)])
        .fields(&[&EFFECTIVE_DAY, &CONSULTATION, &REASON]),
    rule(clause!("5.3a"), Must, ConsentEnd)
        .from(&[AppointmentEnding])
        .leading(To::All(AppointmentEndAgreed))
        .by(&[Account(Enterprise), Account(Person)]),
    rule(clause!("5.3a"), Must, AgreeEnd).from(&[AppointmentEnding]).leading(To::All(AppointmentEndAgreed)).by(&[
        Account(CityScience),
        Account(CityIndustry),
        Account(Sasac),
    ]),
    rule(clause!("5.3a"), Must, RefuseEnd)
        .from(&[AppointmentEnding])
        .to(AppointmentForce)
        .by(&[Account(Enterprise), Account(Person), Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .fields(&[&REASON]),
    rule(clause!("5.3a"), Must, CommentEnd)
        .from(&[AppointmentEnding, AppointmentEndAgreed])
        .by(&[Account(Unit)])
        .fields(&[&UNIT_COMMENT]),
    rule(clause!("5.3a"), Must, FileEnd).from(&[AppointmentEndAgreed]).to(AppointmentEnded).by(&[Account(Province)]),
    rule(clause!("3.5c"), Must, RequestChange)
        .from(&[AppointmentForce])
        .to(AppointmentChanging)
        .by(&[Account(Enterprise), Account(Person), Account(Unit)])
        .fields(&[&CHANGE_KIND, &EFFECTIVE_DAY, &REASON]),
    rule(clause!("3.5c"), Must, ConfirmChange)
        .from(&[AppointmentChanging])
        .to(AppointmentForce)
        .by(&[Account(CityScience), Account(Sasac)]),
    rule(clause!("3.5c"), Must, RefuseChange)
        .from(&[AppointmentChanging])
        .to(AppointmentForce)
        .by(&[Account(CityScience), Account(Sasac)])
        .fields(&[&REASON]),
    rule(clause!("3.5a"), Must, ExpireAppointment).from(&[AppointmentForce]).to(AppointmentExpired).by(&[Clock]),
    rule(clause!("3.5a"), Principle, GrantOverride)
        .from(&[AppointmentDraft, AppointmentSigning, AppointmentSigned])
        .by(&[Account(Province)])
        .fields(&[&OVERRIDE_CODE, &OVERRIDE_REASON])
        .effect(keep_override),
];
