//! 二（一）2, 四, 五（一） What happens in the term: service log, problems, contacts, confirmations, support, cases.
//!
//! Everything here hangs on an appointment. The log is confirmed by the enterprise; [`meter`] counts it against the plan.

mod effects;
mod guards;
pub mod meter;

use super::REASON;
use super::field::Field;
use super::rule::By::{Account, Act, Clock};
use super::rule::{Rule, rule};
use super::vocabulary::Action::{
    AmendService, AskConfirmation, AssignDifficulty, CancelSupport, ConfirmService, EscalateDifficulty, FollowChange,
    GiveConfirmation, LogService, NoteException, QueryService, RaiseDifficulty, RecordContact, RecordExample,
    RecordSupport, ReportException, SolveDifficulty, WithdrawService,
};
use super::vocabulary::Stage::{
    AssessmentDue, AssessmentReported, AssessmentScored, AssessmentWaiting, ConfirmationDue, ConfirmationException,
    ConfirmationGiven, ContactRecorded, DifficultyAssigned, DifficultyEscalated, DifficultyRaised, DifficultySolved,
    ExampleRecorded, ServiceConfirmed, ServiceLogged, ServiceQueried, ServiceWithdrawn, SupportCancelled,
    SupportRecorded,
};
use super::words::words;
use crate::access::Role::{CityIndustry, CityScience, Enterprise, Person, Province, Sasac, Unit};
use crate::clause;
use crate::finding::Force::{Declare, Must, Record};

/// Day of service.
pub const SERVICE_DAY: Field = Field::day("service_day", "服务日期").required();
/// Half days: 1 or 2.
pub const HALF_DAYS: Field = Field::choice("half_days", "时长", &[("2", "全天"), ("1", "半天")]).required();
/// The vocabulary of 2.1.2.
pub const DUTY: Field = Field::choice(
    "duty",
    "职责类别",
    &[
        ("needs", "凝练需求、组织创新"),
        ("development", "联合研发、成果转化、政策指导"),
        ("platform", "平台建设、人才培养、交流合作"),
    ],
)
.required();
/// Where.
pub const SERVICE_PLACE: Field = Field::line("service_place", "地点").required();
/// What came of it.
pub const RESULT: Field = Field::text("result", "服务内容和成效").required();
/// What shows it.
pub const PROOF: Field = Field::line("proof", "佐证材料").hint(
    "如会议纪要、试验记录、照片的名称和存放处",
    "Such as minutes, test records or photographs: name and where they are kept",
);
/// What a problem is.
pub const DIFFICULTY: Field = Field::text("difficulty", "问题").required();
/// Who solves it.
pub const OWNER: Field = Field::line("owner", "责任人").required();
/// By when.
pub const SOLVE_BY: Field = Field::day("solve_by", "解决期限").required();
/// How it was solved.
pub const SOLUTION: Field = Field::text("solution", "解决情况").required();
/// Day of a contact.
pub const CONTACT_DAY: Field = Field::day("contact_day", "联系日期").required();
/// How.
pub const CONTACT_KIND: Field = Field::choice(
    "contact_kind",
    "联系方式",
    &[("visit", "实地走访"), ("meeting", "座谈"), ("phone", "电话"), ("online", "线上")],
)
.required();
/// What was learnt.
pub const CONTACT_NOTE: Field = Field::text("contact_note", "联系情况").required();
/// The appointment year that is confirmed.
pub const CONFIRMED_YEAR: Field = Field::kept("confirmed_year", "聘任年度");
/// Its first day.
pub const YEAR_FIRST: Field = Field::kept("year_first", "年度开始");
/// Its last day.
pub const YEAR_LAST: Field = Field::kept("year_last", "年度结束");
/// 4.1.
pub const RIGHTS_KEPT: Field = Field::flag(
    "rights_kept",
    "确认：本聘任年度人事关系、工资待遇不变，职务晋升、职称评聘、项目申报、表彰奖励与在岗人员同等", "We confirm: in this appointment year post, pay and benefits stayed, and promotion, titles, projects and awards were open as to those in post")
.required();
/// Fund or programme.
pub const FUND: Field = Field::choice(
    "fund",
    "支持类别",
    &[
        ("natural_science", "省自然科学基金校（院）企对接专题"),
        ("provincial", "其他省级计划"),
        ("city", "市（地）配套"),
    ],
)
.required();
/// Name of the project.
pub const PROJECT: Field = Field::line("project", "项目名称").required();
/// Amount in yuan.
pub const AMOUNT_YUAN: Field = Field::whole("amount_yuan", "金额（元）", 1, 10_000_000_000).required();
/// Year of support.
pub const SUPPORT_YEAR: Field = Field::whole("support_year", "年度", 2025, 2100).required();
/// Document of support.
pub const SUPPORT_DOCUMENT: Field = Field::line("support_document", "文件号").required();
/// Day of the application.
pub const APPLIED_ON: Field = Field::day("applied_on", "申请日期").required();
/// 4.3: how much of pay or of provincial support a city matches.
pub const RATIO_PERCENT: Field = Field::whole("ratio_percent", "配套比例（%）", 1, 100)
    .hint("市（地）配套时填写，便于各市比较", "For a city's own support, so that cities can be compared");
/// Title of a typical case.
pub const EXAMPLE_TITLE: Field = Field::line("example_title", "案例标题").required();
/// The case.
pub const EXAMPLE_TEXT: Field = Field::text("example_text", "案例内容")
    .required()
    .hint("问题、做法、成效，写明数据", "Problem, what was done, result, with figures");

/// The rows of service and contact.
pub const RULES: &[Rule] = &[
    rule(clause!("3.5b"), Must, LogService)
        .to(ServiceLogged)
        .by(&[Account(Person)])
        .guards(guards::TO_LOG)
        .fields(ENTRY)
        .effect(effects::entitle_entry),
    rule(clause!("3.5b"), Must, ConfirmService)
        .from(&[ServiceLogged])
        .to(ServiceConfirmed)
        .by(&[Account(Enterprise)])
        .undoable(),
    rule(clause!("3.5b"), Must, QueryService)
        .from(&[ServiceLogged, ServiceConfirmed])
        .to(ServiceQueried)
        .by(&[Account(Enterprise), Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .fields(&[&REASON]),
    rule(clause!("3.5b"), Must, AmendService)
        .from(&[ServiceQueried])
        .to(ServiceLogged)
        .by(&[Account(Person)])
        .guards(guards::TO_AMEND)
        .fields(ENTRY)
        .effect(effects::entitle_entry),
    rule(clause!("3.5b"), Must, WithdrawService)
        .from(&[ServiceLogged, ServiceQueried])
        .to(ServiceWithdrawn)
        .by(&[Account(Person)])
        .undoable(),
    rule(clause!("3.5c"), Must, FollowChange)
        .from(&[ServiceLogged, ServiceQueried])
        .by(&[Act])
        .effect(effects::follow_appointment),
    rule(clause!("5.1"), Record, RaiseDifficulty)
        .to(DifficultyRaised)
        .by(&[Account(Enterprise), Account(Person), Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .guards(&[&guards::IN_FORCE])
        .fields(&[&DIFFICULTY])
        .effect(effects::entitle_difficulty)
        .due(words("提出后规定工作日内交办", "so many working days after it was raised"), |case| {
            Some(case.calendar.working_days_later(case.today, case.parameters.difficulty_assign_workdays_max))
        }),
    rule(clause!("5.1"), Record, AssignDifficulty)
        .from(&[DifficultyRaised, DifficultyAssigned, DifficultyEscalated])
        .to(DifficultyAssigned)
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac), Account(Province)])
        .guards(&[&guards::SOLVED_LATER])
        .fields(&[&OWNER, &SOLVE_BY])
        .due(words("解决期限", "the day to solve it by"), |case| case.inputs.day(&SOLVE_BY)),
    rule(clause!("5.1"), Record, EscalateDifficulty)
        .from(&[DifficultyRaised, DifficultyAssigned])
        .to(DifficultyEscalated)
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac), Clock]),
    rule(clause!("5.1"), Record, SolveDifficulty)
        .from(&[DifficultyRaised, DifficultyAssigned, DifficultyEscalated])
        .to(DifficultySolved)
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac), Account(Province)])
        .fields(&[&SOLUTION]),
    rule(clause!("3.5c"), Must, FollowChange)
        .from(&[DifficultyRaised, DifficultyAssigned, DifficultyEscalated])
        .by(&[Act])
        .effect(effects::follow_appointment),
    rule(clause!("5.1"), Record, RecordContact)
        .to(ContactRecorded)
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .guards(&[&guards::UNDER_APPOINTMENT, &guards::CONTACT_DAY_FITS])
        .fields(&[&CONTACT_DAY, &CONTACT_KIND, &CONTACT_NOTE])
        .effect(effects::entitle_contact),
    rule(clause!("4.1"), Declare, AskConfirmation)
        .to(ConfirmationDue)
        .by(&[Act])
        .effect(effects::ask_for_year)
        .due(words("年度届满后规定天数内", "so many days after the year has ended"), |case| {
            case.today.checked_add_days(chrono::Days::new(case.parameters.confirmation_days_max.into()))
        }),
    rule(clause!("4.1"), Declare, GiveConfirmation)
        .from(&[ConfirmationDue])
        .to(ConfirmationGiven)
        .by(&[Account(Unit)])
        .fields(&[&RIGHTS_KEPT]),
    rule(clause!("4.1"), Declare, ReportException)
        .from(&[ConfirmationDue])
        .to(ConfirmationException)
        .by(&[Account(Unit)])
        .fields(&[&REASON]),
    rule(clause!("4.1"), Declare, NoteException)
        .from(&[ConfirmationException])
        .to(ConfirmationGiven)
        .by(&[Account(Province)])
        .fields(&[&SOLUTION]),
    rule(clause!("3.5c"), Must, FollowChange)
        .from(&[ConfirmationDue, ConfirmationException])
        .by(&[Act])
        .effect(effects::follow_appointment),
    rule(clause!("4.3"), Record, RecordSupport)
        .to(SupportRecorded)
        .by(&[Account(Province), Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .guards(&[
            &guards::UNDER_APPOINTMENT,
            &guards::LIVE_AT_APPLICATION,
            &guards::FUND_OF_RECORDER,
            &guards::NOT_TWICE,
        ])
        .fields(&[&FUND, &PROJECT, &AMOUNT_YUAN, &SUPPORT_YEAR, &SUPPORT_DOCUMENT, &APPLIED_ON, &RATIO_PERCENT])
        .effect(effects::entitle_support),
    rule(clause!("4.3"), Record, CancelSupport)
        .from(&[SupportRecorded])
        .to(SupportCancelled)
        .by(&[Account(Province), Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .fields(&[&REASON]),
    rule(clause!("2.2.2"), Record, RecordExample)
        .to(ExampleRecorded)
        .by(&[Account(Unit)])
        .guards(&[&guards::UNDER_APPOINTMENT])
        .fields(&[&EXAMPLE_TITLE, &EXAMPLE_TEXT])
        .effect(effects::entitle_example),
    rule(clause!("3.5c"), Must, FollowChange)
        .from(&[AssessmentWaiting, AssessmentDue, AssessmentScored, AssessmentReported])
        .by(&[Act])
        .effect(effects::follow_appointment),
];

const ENTRY: &[&Field] = &[&SERVICE_DAY, &HALF_DAYS, &DUTY, &SERVICE_PLACE, &RESULT, &PROOF];

#[cfg(test)]
mod tests;
