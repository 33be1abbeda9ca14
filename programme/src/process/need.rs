//! 三（一） Needs: drafted by enterprises, reviewed by two bureaus side by side or by SASAC, reported to the province.

use super::decide::{Case, Change};
use super::field::Field;
use super::matter::Matter;
use super::rule::By::{Account, Act, Clock};
use super::rule::{Rule, To, rule};
use super::vocabulary::Action::{
    AgreeNeed, ConfirmReport, DraftNeed, EditNeed, ExpireNeed, FeedBackNeeds, MergeNeed, RecallReport, RejectNeed,
    RenewNeed, ReportNeeds, RerouteNeed, ReturnNeed, SendBackNeed, SubmitNeed, WithdrawNeed,
};
use super::vocabulary::Stage::{
    self, NeedAgreed, NeedDraft, NeedExpired, NeedMerged, NeedRejected, NeedReported, NeedReporting, NeedReview,
    NeedWithdrawn,
};
use super::{DOCUMENT_DAY, DOCUMENT_NUMBER, REASON};
use crate::access::Role::{CityIndustry, CityScience, Enterprise, Province, Sasac};
use crate::clause;
use crate::finding::Force::{Declare, Must};
use crate::record::Need;

/// One line.
pub const TITLE: Field = Field::line("title", "需求题目").required();
/// What is to be solved.
pub const PROBLEM: Field = Field::text("problem", "技术难题").required();
/// How it is now, with figures.
pub const PRESENT_STATE: Field = Field::text("present_state", "现状");
/// Targets, one a line, with figures and units.
pub const TARGETS: Field = Field::text("targets", "目标指标").hint("一行一项，写明数值和单位，如“抗冲击韧性≥67%”");
/// What was tried before.
pub const TRIED: Field = Field::text("tried", "已做过的尝试");
/// Until when it should be solved.
pub const WANTED_BY: Field = Field::day("wanted_by", "期望完成日期");
/// Budget in yuan.
pub const BUDGET_YUAN: Field = Field::whole("budget_yuan", "预算（元）", 0, 10_000_000_000);
/// Where the work is done.
pub const PLACE: Field = Field::line("place", "实施地点");
/// What the enterprise provides (2.3.1(2)).
pub const CONDITIONS: Field = Field::text("conditions", "可提供的条件");
/// GB/T 4754 code.
pub const INDUSTRY: Field = Field::line("industry", "行业代码").hint("GB/T 4754，如 C35");
/// Words chosen by the enterprise, one a line.
pub const KEYWORDS: Field = Field::list("keywords", "关键词");
/// People asked for.
pub const POSTS: Field = Field::whole("posts", "岗位数", 1, 10).required();
/// Told only to those who agreed to take part, by the rule of the stage.
pub const CONFIDENTIAL: Field = Field::text("confidential", "保密部分").hint("只在本人同意参加后出示").seen_by(&[
    Enterprise,
    CityScience,
    CityIndustry,
    Sasac,
    Province,
]);
/// 2.3.1(2): conditions are provided.
pub const WILL_PROVIDE: Field = Field::flag("will_provide", "声明：能够为科技总师提供必要的工作条件").required();
/// 2.3.1(2): cooperation is wanted.
pub const WANTS_COOPERATION: Field = Field::flag("wants_cooperation", "声明：有明确的技术需求和合作意愿").required();
/// To which step a need is returned.
pub const STEP: Field = Field::choice(
    "step",
    "退回到",
    &[("enterprise", "企业修改"), ("science", "科技局重审"), ("industry", "工信局重审")],
)
.required();
/// The need that takes this one in.
pub const INTO: Field = Field::line("into", "并入的需求编号").required();

/// The rows of 三（一） for needs.
pub const RULES: &[Rule] = &[
    rule(clause!("2.3.1(2)"), Declare, DraftNeed)
        .to(NeedDraft)
        .by(&[Account(Enterprise)])
        .fields(DRAFT)
        .effect(entitle),
    rule(clause!("2.3.1(2)"), Declare, EditNeed)
        .from(&[NeedDraft])
        .by(&[Account(Enterprise)])
        .fields(DRAFT)
        .effect(entitle)
        .undoable(),
    rule(clause!("3.1a"), Must, SubmitNeed)
        .from(&[NeedDraft])
        .leading(To::Chosen(&[NeedReview], |_| NeedReview))
        .by(&[Account(Enterprise)])
        .fields(&[&WILL_PROVIDE, &WANTS_COOPERATION])
        .effect(register),
    rule(clause!("3.1b"), Must, AgreeNeed)
        .from(&[NeedReview])
        .leading(To::All(NeedAgreed))
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .undoable(),
    rule(clause!("3.1b"), Must, ReturnNeed)
        .from(&[NeedReview, NeedAgreed])
        .leading(To::Chosen(&[NeedDraft, NeedReview], returned))
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .fields(&[&STEP, &REASON]),
    rule(clause!("3.1b"), Must, RejectNeed)
        .from(&[NeedReview])
        .to(NeedRejected)
        .by(&[Account(CityScience), Account(CityIndustry), Account(Sasac)])
        .fields(&[&REASON]),
    rule(clause!("3.1b"), Must, MergeNeed)
        .from(&[NeedReview])
        .to(NeedMerged)
        .by(&[Account(CityScience), Account(Sasac)])
        .fields(&[&INTO, &REASON]),
    rule(clause!("3.1c"), Must, RerouteNeed).from(&[NeedDraft, NeedReview]).by(&[Account(Province)]).fields(&[&REASON]),
    rule(clause!("3.1b"), Must, ReportNeeds)
        .from(&[NeedAgreed])
        .to(NeedReporting)
        .by(&[Account(CityScience)])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .undoable(),
    rule(clause!("3.1b"), Must, ConfirmReport).from(&[NeedReporting]).to(NeedReported).by(&[Account(CityIndustry)]),
    rule(clause!("3.1b"), Must, RecallReport)
        .from(&[NeedReporting])
        .to(NeedAgreed)
        .by(&[Account(CityScience), Account(CityIndustry)])
        .fields(&[&REASON]),
    rule(clause!("3.1c"), Must, FeedBackNeeds)
        .from(&[NeedAgreed])
        .to(NeedReported)
        .by(&[Account(Sasac)])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY]),
    rule(clause!("3.1b"), Must, SendBackNeed)
        .from(&[NeedReported])
        .to(NeedReview)
        .by(&[Account(Province)])
        .fields(&[&REASON]),
    rule(clause!("2.3.1(2)"), Declare, WithdrawNeed)
        .from(&[NeedDraft, NeedReview, NeedAgreed])
        .to(NeedWithdrawn)
        .by(&[Account(Enterprise)])
        .fields(&[&REASON])
        .undoable(),
    rule(clause!("3.1a"), Must, ExpireNeed)
        .from(&[NeedDraft, NeedReview, NeedAgreed, NeedReporting, NeedReported])
        .to(NeedExpired)
        .by(&[Clock, Act]),
    rule(clause!("3.1a"), Must, RenewNeed).from(&[NeedExpired]).to(NeedDraft).by(&[Account(Enterprise)]),
];

const DRAFT: &[&Field] = &[
    &TITLE,
    &PROBLEM,
    &PRESENT_STATE,
    &TARGETS,
    &TRIED,
    &WANTED_BY,
    &BUDGET_YUAN,
    &PLACE,
    &CONDITIONS,
    &INDUSTRY,
    &KEYWORDS,
    &POSTS,
    &CONFIDENTIAL,
];

/// The record that matching reads: everything but the confidential part, under headings.
pub fn record(matter: &Matter) -> Need {
    let body = &matter.body;
    let sections = [&PROBLEM, &PRESENT_STATE, &TARGETS, &TRIED, &CONDITIONS, &PLACE];
    let written = sections.iter().filter(|field| body.has(field));
    let content: Vec<String> = written.map(|field| format!("{}：{}", field.chinese, body.text(field))).collect();
    let industry = body.text(&INDUSTRY);
    Need {
        id: matter.parties.need.clone().unwrap_or_else(|| matter.id.clone()),
        title: body.text(&TITLE).to_owned(),
        content: content.join("\n"),
        keywords: body.list(&KEYWORDS).to_vec(),
        industry: (!industry.is_empty()).then(|| industry.to_owned()),
        enterprise: None,
        posts: body.whole(&POSTS).and_then(|posts| u32::try_from(posts).ok()).unwrap_or(1),
    }
}

fn entitle(case: &Case<'_>, change: &mut Change) {
    case.inputs.text(&TITLE).clone_into(&mut change.title);
}

/// The register of needs knows the need by the matter's id.
fn register(case: &Case<'_>, change: &mut Change) {
    change.parties.need.get_or_insert_with(|| case.matter.id.clone());
}

fn returned(case: &Case<'_>) -> Stage {
    if case.inputs.text(&STEP) == "enterprise" { NeedDraft } else { NeedReview }
}
