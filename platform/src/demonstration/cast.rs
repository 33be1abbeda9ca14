//! Who does what, when: the people of the demonstration province as far as the programme needs them.
//!
//! Each awaited office or person decides by itself, from its matter, the day and a hash of the seed: some agree, some return,
//! some refuse, some stay silent. Nobody is told what the whole story is, so the story shows what the rules bring about.

use chrono::{Datelike as _, NaiveDate};
use programme::access::Role;
use programme::calendar::WorkingCalendar;
use programme::process::vocabulary::{Action, Stage};
use programme::process::{Field, FieldKind, Matter, Rule, appointment, need, round, rules, talks};
use programme::seal::hex;
use programme::signature::USUAL_IDENTITY;
use sm2::SecretKey;
use sm2::dsa::signature::Signer as _;
use sm2::dsa::{Signature, SigningKey};
use sm2::pkcs8::{EncodePublicKey as _, LineEnding};
use sm3::{Digest as _, Sm3};

/// What somebody does: the act and what is written into its form.
pub type Choice = (Action, Vec<(&'static str, String)>);

/// The seed of all choices.
#[derive(Clone, Copy, Debug)]
pub struct Cast {
    seed: u64,
}

/// What the day is like.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    /// The date.
    pub date: NaiveDate,
    /// Working days since the matter was last moved.
    pub waited: usize,
    /// Whether the province reviews a list now.
    pub reviewing: bool,
    /// Whether an objection is open.
    pub objected: bool,
}

impl Cast {
    /// The cast of a seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// A number from 0 to 99 for this matter and question: FNV-1a, the same on every machine.
    pub fn percent(self, id: &str, question: &str) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ self.seed;
        for byte in id.bytes().chain([b'|']).chain(question.bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        (hash >> 24) % 100
    }

    /// What an awaited role does today; nothing when it waits, or stays silent.
    pub fn choose(self, matter: &Matter, role: Role, day: Day) -> Option<Choice> {
        let question = format!("{}-{}", matter.stage.code(), role.code());
        let patience = usize::try_from(self.percent(&matter.id, &question) % 3).unwrap_or_default();
        let chance = self.percent(&matter.id, matter.stage.code());
        if day.waited < patience {
            return None;
        }
        match matter.stage {
            Stage::RoundDraft | Stage::RoundCountersign => of_round(matter, role, day),
            Stage::NeedDraft | Stage::NeedReview | Stage::NeedAgreed | Stage::NeedReporting => {
                of_need(matter, role, chance, day)
            }
            Stage::PairProposed | Stage::PairPushed | Stage::PairAsked | Stage::PairWilling | Stage::PairVouched => {
                of_proposal(matter.stage, role, chance, day.waited)
            }
            Stage::PairTalks | Stage::PairIntention | Stage::PairSuggested => of_talks(matter, role, chance, day),
            Stage::ListingReview
            | Stage::ListingFrozen
            | Stage::ListingApproved
            | Stage::ListingNoticed
            | Stage::ListingCountersign
            | Stage::ListingSigned => of_listing(matter, role, day),
            Stage::ObjectionReceived
            | Stage::ObjectionLead
            | Stage::ObjectionAccepted
            | Stage::ObjectionInvestigated
            | Stage::ObjectionDecided => of_objection(matter.stage, chance, day),
            Stage::AppointmentDraft
            | Stage::AppointmentSigning
            | Stage::AppointmentSigned
            | Stage::AppointmentConsulting
            | Stage::AppointmentEnding
            | Stage::AppointmentEndAgreed
            | Stage::AppointmentChanging
            | Stage::AppointmentChangeAgreed => of_appointment(matter, role, day),
            Stage::ServiceLogged if chance < 3 && matter.version == 1 => just(Action::QueryService),
            Stage::ServiceLogged => just(Action::ConfirmService),
            Stage::ServiceQueried => just(Action::AmendService),
            Stage::DifficultyRaised => just(Action::AssignDifficulty),
            Stage::DifficultyAssigned if chance < 20 => None,
            Stage::DifficultyAssigned | Stage::DifficultyEscalated => just(Action::SolveDifficulty),
            Stage::ConfirmationDue if chance < 5 => just(Action::ReportException),
            Stage::ConfirmationDue => just(Action::GiveConfirmation),
            Stage::ConfirmationException => just(Action::NoteException),
            _ => of_assessment(matter, role),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a choice is an option everywhere")]
fn just(action: Action) -> Option<Choice> {
    Some((action, Vec::new()))
}

fn of_round(matter: &Matter, role: Role, day: Day) -> Option<Choice> {
    if matter.stage == Stage::RoundDraft {
        let assessed = matter.body.has(&round::IMPACT_NUMBER);
        return just(if assessed { Action::SubmitRound } else { Action::AssessImpact });
    }
    if matter.waits().iter().any(|(waiting, _)| *waiting == role) {
        return just(Action::SignRound);
    }
    let notice = matter.body.day(&round::NOTICE_DAY)?;
    let number = format!("黑科函〔{}〕1号（演示）", notice.year());
    (day.date >= notice)
        .then(|| (Action::IssueRound, vec![("document_number", number), ("document_day", notice.to_string())]))
}

fn of_need(matter: &Matter, role: Role, chance: u64, day: Day) -> Option<Choice> {
    let returned_before = matter.body.has(&programme::process::REASON);
    match (matter.stage, role) {
        (Stage::NeedDraft, _) if !matter.body.has(&need::TARGETS) => Some((Action::EditNeed, completed(matter))),
        (Stage::NeedDraft, _) => just(Action::SubmitNeed),
        (Stage::NeedReview, Role::CityScience | Role::Sasac) if chance < 2 => just(Action::RejectNeed),
        (Stage::NeedReview, Role::CityIndustry) if chance > 88 && !returned_before => {
            let reason = "目标指标缺少现有水平，请补充后重新提交".to_owned();
            let missing = "figures".to_owned();
            Some((
                Action::ReturnNeed,
                vec![("step", "enterprise".to_owned()), ("missing", missing), ("reason", reason)],
            ))
        }
        (Stage::NeedReview, _) => just(Action::AgreeNeed),
        (Stage::NeedAgreed, Role::Sasac) => Some((Action::FeedBackNeeds, joint_report(matter, day))),
        (Stage::NeedAgreed, _) => Some((Action::ReportNeeds, joint_report(matter, day))),
        _ => just(Action::ConfirmReport),
    }
}

fn joint_report(matter: &Matter, day: Day) -> Vec<(&'static str, String)> {
    let organiser = matter.parties.organiser.as_str();
    let office = match programme::regions::by_code(organiser) {
        Some(city) => format!("{}科联发", city.name.trim_end_matches(['市', '地', '区'])),
        None => "黑国资函".to_owned(),
    };
    let number = format!("{office}〔{}〕{}号（演示）", day.date.year(), day.date.ordinal());
    vec![("document_number", number), ("document_day", day.date.to_string())]
}

/// What the enterprise adds when it is asked: everything again, with the missing fields filled in.
fn completed(matter: &Matter) -> Vec<(&'static str, String)> {
    let kept = programme::process::fields_of(matter.kind());
    let kept = kept.into_iter().filter_map(|field| Some((field.key, raw(matter.body.get(field)?))));
    let mut form: Vec<(&'static str, String)> = kept.collect();
    form.extend([
        ("present_state", "目前由两名工程师人工调整，合格率 82%，每月停机约 30 h。".to_owned()),
        ("targets", "合格率≥95%（现为 82%）\n停机时间≤8 h/月（现为 30 h/月）".to_owned()),
        ("tried", "更换过两家供应商的部件，效果不稳定。".to_owned()),
        ("budget_yuan", "400000".to_owned()),
        ("place", "本企业生产现场".to_owned()),
        ("conditions", "提供试验场地、设备机时和两名工程师配合，报销差旅费用。".to_owned()),
    ]);
    form
}

fn raw(value: &programme::process::Value) -> String {
    use programme::process::Value;
    match value {
        Value::Text(text) => text.clone(),
        Value::Whole(number) => number.to_string(),
        Value::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::List(entries) => entries.join("\n"),
    }
}

fn of_proposal(stage: Stage, role: Role, chance: u64, waited: usize) -> Option<Choice> {
    match (stage, role) {
        // A push that a rule has refused for a week is given up, so that the next alternate moves up.
        (Stage::PairProposed, _) if waited > 5 => just(Action::WithdrawPair),
        (Stage::PairProposed, _) => Some((Action::PushPair, vec![("relevant", "yes".to_owned())])),
        (Stage::PairPushed, _) if chance < 7 => just(Action::RefusePair),
        // Silence: the date passes and the next alternate moves up.
        (Stage::PairPushed, _) if chance < 12 => None,
        (Stage::PairPushed, _) => just(Action::AskPerson),
        (Stage::PairAsked, Role::Person) if chance < 16 => just(Action::DeclinePair),
        (Stage::PairAsked, Role::Person) if chance < 24 => None,
        (Stage::PairAsked, Role::Person) => just(Action::AcceptPair),
        (Stage::PairWilling, _) if chance < 4 => just(Action::RefusePair),
        (Stage::PairWilling, _) => {
            let days = [("teaching_days", "96"), ("other_post_days", "24"), ("service_days", "70")];
            Some((Action::VouchPair, days.map(|(key, value)| (key, value.to_owned())).to_vec()))
        }
        (Stage::PairVouched, _) => just(Action::SendToTalks),
        _ => None,
    }
}

fn of_talks(matter: &Matter, role: Role, chance: u64, day: Day) -> Option<Choice> {
    match matter.stage {
        Stage::PairTalks if !matter.body.has(&talks::MINUTES) => just(Action::RecordMeeting),
        Stage::PairTalks if day.waited < 3 => None,
        Stage::PairTalks if chance < 18 => Some((Action::FailTalks, vec![("failure", "budget_too_low".to_owned())])),
        Stage::PairTalks => just(Action::DeclareIntention),
        Stage::PairIntention => just(Action::ConfirmIntention),
        _ if day.reviewing && role == Role::Province && chance < 7 => just(Action::StrikePair),
        _ => None,
    }
}

fn of_listing(matter: &Matter, role: Role, day: Day) -> Option<Choice> {
    match matter.stage {
        Stage::ListingReview if day.waited >= 3 => just(Action::FreezeListing),
        Stage::ListingFrozen => just(Action::RecordMeetingDecision),
        Stage::ListingApproved => just(Action::StartNotice),
        Stage::ListingNoticed if !day.objected => just(Action::SubmitListing),
        Stage::ListingCountersign if matter.waits().iter().any(|(waiting, _)| *waiting == role) => {
            just(Action::SignListing)
        }
        Stage::ListingSigned => {
            let number = format!("黑科联发〔{}〕{}号（演示）", day.date.year(), day.date.ordinal());
            Some((Action::PublishListing, vec![("document_number", number), ("document_day", day.date.to_string())]))
        }
        _ => None,
    }
}

fn of_objection(stage: Stage, chance: u64, day: Day) -> Option<Choice> {
    match stage {
        Stage::ObjectionReceived => just(Action::AcceptObjection),
        Stage::ObjectionLead => just(Action::DismissObjection),
        Stage::ObjectionAccepted => just(Action::InvestigateObjection),
        Stage::ObjectionInvestigated => {
            let decision = if chance < 50 { "upheld" } else { "not_upheld" };
            let told = ("group_told_day", day.date.to_string());
            Some((Action::DecideObjection, vec![("decision", decision.to_owned()), told]))
        }
        _ => just(Action::AnswerObjection),
    }
}

fn of_appointment(matter: &Matter, role: Role, day: Day) -> Option<Choice> {
    let awaited = matter.waits().iter().any(|(waiting, _)| *waiting == role);
    match (matter.stage, role) {
        (Stage::AppointmentDraft, _) if !matter.body.has(&appointment::TERM_START) => {
            Some((Action::DraftAgreement, agreement(day.date)))
        }
        (Stage::AppointmentDraft, _) => just(Action::OfferAgreement),
        // A play has no paper to scan.
        (Stage::AppointmentSigning, _) if awaited => {
            let [key, value] = signed(matter.body.text(&appointment::AGREEMENT_TEXT), role)?;
            let how = ("sign_method", "certificate".to_owned());
            Some((Action::SignAgreement, vec![how, ("certificate", key), ("signature_value", value)]))
        }
        (Stage::AppointmentSigned, _) if awaited => just(Action::FileAgreement),
        (Stage::AppointmentConsulting, _) if awaited => just(Action::ConsentEnd),
        (Stage::AppointmentEnding, _) if awaited => just(Action::AgreeEnd),
        (Stage::AppointmentEndAgreed, _) => just(Action::FileEnd),
        (Stage::AppointmentChanging, _) if awaited => just(Action::ConsentChange),
        (Stage::AppointmentChangeAgreed, _) if awaited => just(Action::ConfirmChange),
        _ => None,
    }
}

/// Public key and signature of a text by a key that is no secret: the role's code, hashed.
fn signed(text: &str, role: Role) -> Option<[String; 2]> {
    let secret = SecretKey::from_slice(&Sm3::digest(role.code())).ok()?;
    let key = secret.public_key().to_public_key_pem(LineEnding::LF).ok()?;
    let signature: Signature = SigningKey::new(USUAL_IDENTITY, &secret).ok()?.sign(text.as_bytes());
    Some([key, hex(&signature.to_vec())])
}

/// Two years from the first of the next month, 62 days of service in each.
fn agreement(today: NaiveDate) -> Vec<(&'static str, String)> {
    let first = today.with_day(1).and_then(|day| day.checked_add_months(chrono::Months::new(1))).unwrap_or(today);
    let last = first.checked_add_months(chrono::Months::new(24)).and_then(|day| day.pred_opt()).unwrap_or(first);
    vec![
        ("term_start", first.to_string()),
        ("term_end", last.to_string()),
        ("content", "围绕企业需求开展联合研发、中试放大和工艺改进，指导企业组织创新活动。".to_owned()),
        ("mode", "每月驻厂不少于 5 天，其余时间远程指导。".to_owned()),
        ("rights", "共同完成的知识产权由双方共有，转化收益按贡献另行约定。".to_owned()),
        ("duties", "企业提供条件，科技总师按计划服务，派出单位支持并保证服务时间。".to_owned()),
        ("conditions", "提供办公室、试验场地和设备机时，报销差旅费用。".to_owned()),
        ("planned_days", "62\n62".to_owned()),
        ("pay_kept", "yes".to_owned()),
    ]
}

fn of_assessment(matter: &Matter, role: Role) -> Option<Choice> {
    match matter.stage {
        Stage::AssessmentScored => just(Action::ConfirmAssessment),
        Stage::BatchGathering => just(Action::ConsolidateBatch),
        Stage::BatchDeliberated => just(Action::SubmitBatch),
        Stage::BatchCountersign if matter.waits().iter().any(|(waiting, _)| *waiting == role) => {
            just(Action::SignBatch)
        }
        Stage::BatchCountersign => just(Action::NotifyBatch),
        _ => None,
    }
}

/// The form of a score that points at these entries of the log; `chance` decides how good the term was.
pub fn scores(chance: u64, services: &[&str], problems: &[&str]) -> Vec<(&'static str, String)> {
    let points = 70 + chance * 29 / 100;
    let landed = services.len().min(usize::try_from(chance % 4).unwrap_or_default());
    let solved = problems.len().min(2);
    let counted = |number: usize| if number == 0 { "0".to_owned() } else { points.to_string() };
    let grade = if points >= 85 { "excellent" } else { "pass" };
    let mut form = vec![
        ("results_landed", landed.to_string()),
        ("results_points", counted(landed)),
        ("results_log", services[..landed].join("\n")),
        ("problems_solved", solved.to_string()),
        ("problems_points", counted(solved)),
        ("problems_log", problems[..solved].join("\n")),
        ("opinion", "按协议完成任务，成果有据可查（演示）。".to_owned()),
        ("proposed_grade", grade.to_owned()),
    ];
    if landed > 0 {
        form.push(("results_documents", "技术合同、到账凭证各一份（演示）".to_owned()));
        form.push(("contract_yuan", (chance * 10_000).to_string()));
        form.push(("paid_yuan", (chance * 6_000).to_string()));
    }
    form
}

/// Fills what the rule asks for and nobody chose: declarations are made, days are today, texts say what is done.
pub fn filled(
    rule: &Rule,
    matter: &Matter,
    chosen: &[(&'static str, String)],
    today: NaiveDate,
) -> Vec<(String, String)> {
    let mut sent: Vec<(String, String)> = Vec::new();
    for field in rule.fields {
        match chosen.iter().rev().find(|(key, _)| *key == field.key) {
            Some((key, value)) => sent.push(((*key).to_owned(), value.clone())),
            None if field.required => sent.push((field.key.to_owned(), default_of(field, rule, matter, today))),
            None => {}
        }
    }
    sent
}

fn default_of(field: &Field, rule: &Rule, matter: &Matter, today: NaiveDate) -> String {
    match (field.kind, matter.body.get(field)) {
        // Who amends an entry leaves what was right as it was.
        (_, Some(value)) if rule.action == Action::AmendService => raw(value),
        (FieldKind::Flag, _) => "yes".to_owned(),
        (FieldKind::Day, _) => today.to_string(),
        (_, Some(value)) => raw(value),
        (FieldKind::Whole(least, most), _) => i64::from(today.year()).clamp(least, most).to_string(),
        (FieldKind::Choice(of) | FieldKind::Many(of), _) => of.first().map_or("", |(code, _)| code).to_owned(),
        _ => said(rule.action, field.key).map_or_else(
            || format!("{}：{}（演示）", rule.action.chinese(), field.chinese),
            |text| text.replace("{year}", &today.year().to_string()).replace("{day}", &today.ordinal().to_string()),
        ),
    }
}

/// What offices and people write where nobody chose the words, by the act and the field; `*` is any act.
const SAID: &[(&str, &str, &str)] = &[
    ("*", "problem", "生产中反复出现这一问题，影响合格率和交货期，企业自行调整多次没有解决（演示）。"),
    ("*", "taking_part", "企业技术负责人、科技人员、市科技局经办人（演示）"),
    ("*", "minutes", "双方核对了技术路线、时间安排和试验条件，就投入和知识产权归属交换了意见（演示）。"),
    ("*", "impact_number", "个保评估〔{year}〕1号（演示）"),
    ("*", "impact_conclusion", "处理目的明确，仅限选派所需，已采取化名、加密和人工复核措施，风险可控（演示）。"),
    ("*", "meeting_decision_number", "党组会纪要〔{year}〕{day}号（演示）"),
    ("*", "findings", "已向双方单位和企业登记机关核实，并约谈当事人，形成调查报告（演示）。"),
    ("*", "answer", "来信反映的事项已经调查核实，现将处理决定函告您（演示）。"),
    ("*", "signatory", "授权签字人（演示）"),
    ("*", "deliberation_number", "考评审议纪要〔{year}〕1号（演示）"),
    ("*", "document_number", "黑科联发〔{year}〕{day}号（演示）"),
    ("*", "support_document", "黑科计〔{year}〕{day}号（演示）"),
    ("*", "contact_note", "到企业走访，服务按计划推进，双方没有提出新的问题（演示）。"),
    ("*", "owner", "市科技局成果科（演示）"),
    ("*", "consultation", "三方当面协商，一致同意（演示）。"),
    ("*", "summary", "按协议完成联合研发和工艺改进，指导企业人员，成果见服务记录（演示）。"),
    ("solve_difficulty", "solution", "协调企业和设备厂商完成接口改造，产线恢复运行（演示）。"),
    ("note_exception", "solution", "派出单位已补发绩效工资（演示）。"),
    ("report_exception", "reason", "聘期内绩效工资少计一个月（演示）。"),
    ("reject_need", "reason", "没有具体技术内容，属于一般管理咨询（演示）。"),
    ("strike_pair", "reason", "研究方向与企业主营业务关联不足（演示）。"),
    ("refuse_pair", "reason", "本学年教学任务重，不能保证服务时间（演示）。"),
    ("withdraw_pair", "reason", "条件不符合规定，改由候补人选递补（演示）。"),
    ("fail_talks", "reason", "双方对研发投入未达成一致（演示）。"),
    ("decide_objection", "reason", "经核实，该人选与企业的合作关系未如实申报（演示）。"),
    ("dismiss_objection", "reason", "未署名，且没有提供具体线索，作为线索存查（演示）。"),
    ("query_service", "reason", "当日考勤没有记录，请补充服务内容（演示）。"),
    ("request_end", "reason", "企业产线停产，服务内容不再具备条件（演示）。"),
];

fn said(action: Action, key: &str) -> Option<&'static str> {
    let of = |act: &str| SAID.iter().find(|(by, field, _)| *by == act && *field == key).map(|(.., text)| *text);
    of(action.code()).or_else(|| of("*"))
}

/// Working days from one day to another, the first not counted.
pub fn working_days_between(from: NaiveDate, to: NaiveDate) -> usize {
    from.succ_opt().map_or(0, |next| if next > to { 0 } else { WorkingCalendar::embedded().working_days(next, to) })
}

/// The rule by which an act is done at a stage.
pub fn rule_at(stage: Stage, action: Action) -> Option<&'static Rule> {
    rules().find(|rule| rule.action == action && rule.from.contains(&stage))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_belongs_to_an_act_and_a_field_of_the_process() {
        for (act, key, text) in SAID {
            let asks = |rule: &Rule| {
                (*act == "*" || rule.action.code() == *act) && rule.fields.iter().any(|field| field.key == *key)
            };
            assert!(rules().any(asks), "{act} {key}");
            assert!(text.contains("（演示）"), "{text}");
        }
    }
}
