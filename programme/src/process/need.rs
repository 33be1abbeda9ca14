//! 三（一） Needs: drafted by enterprises, reviewed by two bureaus side by side or by SASAC, reported to the province.
//!
//! An agreement is given to one text: its hash stands beside it. A need that comes back from the enterprise keeps the
//! agreements given to the very text that it comes back with and loses the others, so that "both agreed" always means both
//! agreed to the same words (联合).

mod effects;
mod guards;
#[cfg(test)]
mod tests;
mod text;
mod trail;

use super::deadline::{IN_TIME, note_late};
use super::field::Field;
use super::round::{NEEDS_DAY, ROUND_RUNNING, WITHIN_QUOTA, day_of};
use super::rule::By::{Account, Act, Clock};
use super::rule::{Follow, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AgreeNeed, ConfirmReport, DraftNeed, EditNeed, ExpireNeed, FeedBackNeeds, MergeNeed, RecallReport, RejectNeed,
    RenewNeed, ReportNeeds, RerouteNeed, RescheduleNeed, ReturnNeed, SendBackNeed, SubmitNeed, TakeInNeed,
    WithdrawNeed,
};
use super::vocabulary::Stage;
use super::vocabulary::Stage::{
    NeedAgreed, NeedDraft, NeedExpired, NeedFilled, NeedMerged, NeedRejected, NeedReported, NeedReporting, NeedReview,
    NeedWithdrawn,
};
use super::words::words;
use super::{DOCUMENT_DAY, DOCUMENT_NUMBER, REASON, REMARK};
use crate::access::Role;
use crate::access::Role::{CityIndustry, CityScience, Enterprise, Province, Sasac};
use crate::clause;
use crate::finding::Force::{Declare, Must};
use effects::{
    agree, entitle, expired, next_day, renew, reroute, rescheduled, returned, send_back, submit, take_in, valid_until,
};
use guards::{
    AGREED_TO_ONE_TEXT, DEFINITE, DOCUMENT_NOT_AHEAD, DOCUMENT_OPEN, INDUSTRY_KNOWN, NEEDS_TAKEN, NOBODY_OFFERED,
    ONE_DAY_A_DOCUMENT, ORGANISER_KNOWN, OTHER_ROUTE, POST_VACANT, REGISTER_AT_HAND, STEP_OF_ROUTE, TAKES_IN,
    WANTED_AHEAD,
};

pub(super) use guards::QUALIFICATION;
pub use guards::{CERTIFICATE_STILL_VALID, ENTERPRISE_MEETS, ENTERPRISE_STANDS, POSTS_HELD};
pub use text::{quality, record, submitted, text, text_hash};
pub use trail::{Return, Review, returns, reviews};

/// Who reads the confidential part and the contact before talks.
const INSIDERS: &[Role] = &[Enterprise, CityScience, CityIndustry, Sasac, Province];

/// One line.
pub const TITLE: Field = Field::line("title", "需求题目").required().hint(
    "一句话说清对象和目标，如：降低高寒地区风电叶片覆冰的涂层技术",
    "Object and goal in one sentence, such as: a coating against ice on wind blades in extreme cold",
);
/// What is to be solved.
pub const PROBLEM: Field = Field::text("problem", "技术难题")
    .required()
    .hint("卡在哪一步、什么条件下出现、造成什么损失", "Where it fails, under which conditions, with what loss");
/// How it is now, with figures.
pub const PRESENT_STATE: Field = Field::text("present_state", "现状").hint(
    "现用的材料、工艺、设备和现有指标，写明数值和单位",
    "Materials, process, equipment and figures today, with numbers and units",
);
/// Targets, one a line, with figures and units.
pub const TARGETS: Field = Field::text("targets", "目标指标").hint(
    "一行一项，写明数值和单位，如“抗冲击韧性≥67%”",
    "One a line with number and unit, such as “impact toughness ≥ 67 %”",
);
/// What was tried before.
pub const TRIED: Field = Field::text("tried", "已做过的尝试")
    .hint("试过什么、与谁合作、为何不成；没有的写“无”", "What was tried, with whom, why it failed; if nothing, say so");
/// Until when it should be solved.
pub const WANTED_BY: Field = Field::day("wanted_by", "期望完成日期");
/// Budget in yuan.
pub const BUDGET_YUAN: Field = Field::whole("budget_yuan", "预算（元）", 0, 10_000_000_000)
    .hint("企业拟投入的研发经费，不含人员工资", "What the enterprise means to spend on the work, without wages");
/// Where the work is done.
pub const PLACE: Field =
    Field::line("place", "实施地点").hint("市、县和厂区，如：大庆市让胡路区二厂", "City, county and plant");
/// What the enterprise provides (2.3.1(2)).
pub const CONDITIONS: Field = Field::text("conditions", "可提供的条件").hint(
    "试验设备、样品、人员、食宿交通等；二（三）1（2）要求提供必要条件",
    "Test equipment, samples, people, board and travel; 2.3.1(2) asks for the necessary conditions",
);
/// GB/T 4754 code.
pub const INDUSTRY: Field = Field::line("industry", "行业代码").hint(
    "GB/T 4754，如 C35；不知道代码的写行业名称，会列出相近的代码",
    "GB/T 4754, such as C35; or the industry's name in Chinese, and near codes are listed",
);
/// Words chosen by the enterprise, one a line.
pub const KEYWORDS: Field = Field::list("keywords", "关键词").hint(
    "一行一个，写技术名词，不写“研发”“提升”等",
    "One a line, technical terms, no words such as “develop” or “improve”",
);
/// People asked for.
pub const POSTS: Field = Field::whole("posts", "岗位数", 1, 10)
    .required()
    .hint("需要几名科技总师，一般为 1", "How many chief technologists are needed, 1 as a rule");
/// Told only to those who agreed to take part, by the rule of the stage.
pub const CONFIDENTIAL: Field = Field::text("confidential", "保密部分")
    .hint(
        "不参加匹配，只在本人同意参加后出示，出示留痕",
        "Left out of matching, shown only to a person who agreed to take part, and each showing is recorded",
    )
    .seen_by(INSIDERS);
/// Whom to reach; released when talks begin (3.3a).
pub const CONTACT: Field = Field::line("contact", "联系人和办公电话")
    .hint("转办对接后才告知派出单位和人选", "Told to the sending unit and the person only once talks begin")
    .seen_by(INSIDERS);
/// 2.3.1(2): conditions are provided.
pub const WILL_PROVIDE: Field = Field::flag(
    "will_provide",
    "声明：能够为科技总师提供必要的工作条件",
    "We declare: we can provide the chief technologist with the conditions the work needs",
)
.required();
/// 2.3.1(2): cooperation is wanted.
pub const WANTS_COOPERATION: Field = Field::flag(
    "wants_cooperation",
    "声明：有明确的技术需求和合作意愿",
    "We declare: we have a definite technical need and want to cooperate",
)
.required();
/// 2.3.1(1): what no register tells, seen by whoever reviews.
pub const VERIFIED: Field = Field::flag(
    "verified",
    "已核对：企业为独立法人，资质证书与登记一致",
    "I have checked: the enterprise is a legal person, and its certificates agree with the register",
)
.required();
/// To which step a need is returned.
pub const STEP: Field = Field::choice(
    "step",
    "退回到",
    &[("enterprise", "企业修改"), ("science", "科技局重审"), ("industry", "工信局重审"), ("review", "审核单位重审")],
)
.required();
/// What was missing, for the statistics of returns.
pub const MISSING: Field = Field::many(
    "missing",
    "缺什么",
    &[
        ("problem", "难题不明确"),
        ("figures", "指标无数值或单位"),
        ("state", "现状不清"),
        ("tried", "未写已做尝试"),
        ("conditions", "条件或经费不明"),
        ("scope", "超出科技总师职责"),
        ("duplicate", "与其他需求重复"),
        ("qualification", "资质材料不全"),
        ("other", "其他"),
    ],
);
/// The need that takes this one in.
pub const INTO: Field = Field::line("into", "并入的需求编号").required().hint(
    "如 need-000012，须为同一企业或同一控制下企业的需求",
    "Such as need-000012, of the same enterprise or one under the same control",
);
/// The need that was taken in; given by the merging act.
pub const MERGED_NEED: Field = Field::line("merged_need", "被并入的需求");
/// The route that the province chooses against the register.
pub const ROUTE: Field =
    Field::choice("route", "改为", &[("city", "市（地）科技局、工信局"), ("sasac", "省国资委")]).required();

/// Needs taken in: `id|title|credit code|day`.
pub const MERGED: Field = Field::kept("merged", "已并入的需求");
/// Why the need goes where it goes.
pub const ROUTE_WHY: Field = Field::kept("route_why", "上报渠道依据");
/// Since when the route is fixed; from then on only the province changes it.
pub const ROUTE_LOCKED: Field = Field::kept("route_locked", "上报渠道锁定日期");
/// SM3 of the text as it was submitted.
pub const TEXT_HASH: Field = Field::kept("text_hash", "需求文本指纹");
/// The text as it was submitted last, and the time before: a JSON object of the drafted fields.
pub const SUBMITTED: Field = Field::kept("submitted", "提交文本").seen_by(INSIDERS);
/// The text of the submission before.
pub const SUBMITTED_BEFORE: Field = Field::kept("submitted_before", "上次提交文本").seen_by(INSIDERS);
/// Agreements: `role|hash|day|login|remark`.
pub const REVIEWS: Field = Field::kept("reviews", "审核记录");
/// Returns: `role|step|missing|day|resubmitted|working days|reason`.
pub const RETURNS: Field = Field::kept("returns", "退回记录");
/// Declarations made: `field|login|day|hash of the text`.
pub const DECLARED: Field = Field::kept("declared", "声明记录");
/// First day on which the text was submitted in its round.
pub const SUBMITTED_ON: Field = Field::kept("submitted_on", "提交日期");

const REVIEWERS: &[super::By] = &[Account(CityScience), Account(CityIndustry), Account(Sasac)];

/// The rows of 三（一） for needs.
pub const RULES: &[Rule] = &[
    rule(clause!("2.3.1(2)"), Declare, DraftNeed)
        .to(NeedDraft)
        .by(&[Account(Enterprise)])
        .guards(&[&NEEDS_TAKEN, &INDUSTRY_KNOWN])
        .fields(DRAFT)
        .effect(entitle)
        .due(words("需求提交截止日", "last day for needs"), |case| day_of(case, &NEEDS_DAY)),
    rule(clause!("2.3.1(2)"), Declare, EditNeed)
        .from(&[NeedDraft])
        .by(&[Account(Enterprise)])
        .guards(&[&NEEDS_TAKEN, &INDUSTRY_KNOWN])
        .fields(DRAFT)
        .effect(entitle)
        .undoable(),
    rule(clause!("3.1a"), Must, SubmitNeed)
        .from(&[NeedDraft])
        .to(NeedReview)
        .by(&[Account(Enterprise)])
        .guards(&[&NEEDS_TAKEN, &ENTERPRISE_MEETS, &REGISTER_AT_HAND, &DEFINITE, &WANTED_AHEAD, &ORGANISER_KNOWN])
        .fields(&[&WILL_PROVIDE, &WANTS_COOPERATION])
        .effect(submit)
        .due(words("联合上报截止日", "last day for joint reports"), next_day),
    rule(clause!("3.1b"), Must, AgreeNeed)
        .from(&[NeedReview])
        .leading(To::All(NeedAgreed))
        .by(REVIEWERS)
        .guards(&[&ROUND_RUNNING, &ENTERPRISE_STANDS, &CERTIFICATE_STILL_VALID, &IN_TIME])
        .fields(&[&VERIFIED, &REMARK])
        .effect(agree)
        .due(words("联合上报截止日", "last day for joint reports"), |case| case.matter.due)
        .undoable(),
    rule(clause!("3.1b"), Must, ReturnNeed)
        .from(&[NeedReview, NeedAgreed])
        .leading(To::Chosen(&[NeedDraft, NeedReview], returned))
        .by(REVIEWERS)
        .guards(&[&ROUND_RUNNING, &STEP_OF_ROUTE])
        .fields(&[&STEP, &MISSING, &REASON])
        .effect(send_back)
        .due(words("批次下一个期限", "the round's next deadline"), next_day),
    rule(clause!("3.1b"), Must, RejectNeed)
        .from(&[NeedReview])
        .to(NeedRejected)
        .by(REVIEWERS)
        .guards(&[&ROUND_RUNNING])
        .fields(&[&MISSING, &REASON]),
    rule(clause!("3.1b"), Must, MergeNeed)
        .from(&[NeedReview])
        .to(NeedMerged)
        .by(&[Account(CityScience), Account(Sasac)])
        .guards(&[&ROUND_RUNNING, &TAKES_IN])
        .fields(&[&INTO, &REASON])
        .then(&[Follow { action: TakeInNeed, on: Target::NamedNeed }]),
    rule(clause!("3.1b"), Must, TakeInNeed).from(TAKING).by(&[Act]).fields(&[&MERGED_NEED]).effect(take_in),
    rule(clause!("3.1c"), Must, RerouteNeed)
        .from(&[NeedDraft, NeedReview, NeedAgreed])
        .leading(To::Chosen(&[NeedDraft, NeedReview], |case| {
            if case.matter.stage == NeedDraft { NeedDraft } else { NeedReview }
        }))
        .by(&[Account(Province)])
        .guards(&[&ROUND_RUNNING, &OTHER_ROUTE])
        .fields(&[&ROUTE, &REASON])
        .effect(reroute)
        .due(words("原期限", "the former deadline"), |case| case.matter.due),
    rule(clause!("3.1b"), Must, ReportNeeds)
        .from(&[NeedAgreed])
        .to(NeedReporting)
        .by(&[Account(CityScience)])
        .guards(&[
            &ROUND_RUNNING,
            &AGREED_TO_ONE_TEXT,
            &ENTERPRISE_STANDS,
            &CERTIFICATE_STILL_VALID,
            &DOCUMENT_NOT_AHEAD,
            &ONE_DAY_A_DOCUMENT,
            &DOCUMENT_OPEN,
            &WITHIN_QUOTA,
            &IN_TIME,
        ])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .effect(|case, change| note_late(case, change, "report_needs"))
        .due(words("联合上报截止日", "last day for joint reports"), |case| case.matter.due)
        .undoable(),
    rule(clause!("3.1b"), Must, ConfirmReport)
        .from(&[NeedReporting])
        .to(NeedReported)
        .by(&[Account(CityIndustry)])
        .guards(&[&ROUND_RUNNING, &AGREED_TO_ONE_TEXT, &ENTERPRISE_STANDS, &CERTIFICATE_STILL_VALID, &IN_TIME])
        .effect(|case, change| note_late(case, change, "confirm_report"))
        .due(words("需求有效期满", "the need expires"), valid_until),
    rule(clause!("3.1b"), Must, RecallReport)
        .from(&[NeedReporting])
        .to(NeedAgreed)
        .by(&[Account(CityScience), Account(CityIndustry)])
        .fields(&[&REASON])
        .effect(|_, change| {
            change.body.clear(&DOCUMENT_NUMBER);
            change.body.clear(&DOCUMENT_DAY);
        })
        .due(words("联合上报截止日", "last day for joint reports"), |case| case.matter.due),
    rule(clause!("3.1c"), Must, FeedBackNeeds)
        .from(&[NeedAgreed])
        .to(NeedReported)
        .by(&[Account(Sasac)])
        .guards(&[
            &ROUND_RUNNING,
            &AGREED_TO_ONE_TEXT,
            &ENTERPRISE_STANDS,
            &CERTIFICATE_STILL_VALID,
            &DOCUMENT_NOT_AHEAD,
            &ONE_DAY_A_DOCUMENT,
            &WITHIN_QUOTA,
            &IN_TIME,
        ])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .effect(|case, change| note_late(case, change, "feed_back_needs"))
        .due(words("需求有效期满", "the need expires"), valid_until),
    rule(clause!("3.1b"), Must, SendBackNeed)
        .from(&[NeedReported])
        .leading(To::Chosen(&[NeedDraft, NeedReview], returned))
        .by(&[Account(Province)])
        .guards(&[&ROUND_RUNNING, &STEP_OF_ROUTE, &NOBODY_OFFERED])
        .fields(&[&STEP, &MISSING, &REASON])
        .effect(send_back)
        .due(words("批次下一个期限", "the round's next deadline"), next_day),
    rule(clause!("2.3.1(2)"), Declare, WithdrawNeed)
        .from(&[NeedDraft, NeedReview, NeedAgreed])
        .to(NeedWithdrawn)
        .by(&[Account(Enterprise)])
        .fields(&[&REASON])
        .undoable(),
    rule(clause!("3.1a"), Must, RescheduleNeed)
        .from(&[NeedDraft, NeedReview, NeedAgreed, NeedReporting])
        .by(&[Act])
        .due(words("按延长后的期限", "the longer deadline"), rescheduled),
    // What nobody submitted ends with the day; what a bureau has before it ends only with the round.
    rule(clause!("3.1a"), Must, ExpireNeed)
        .from(&[NeedDraft, NeedReported])
        .leading(To::Chosen(&[NeedExpired, NeedFilled], expired))
        .by(&[Clock, Act]),
    rule(clause!("3.1a"), Must, ExpireNeed).from(&[NeedReview, NeedAgreed, NeedReporting]).to(NeedExpired).by(&[Act]),
    rule(clause!("3.1a"), Must, RenewNeed)
        .from(&[NeedExpired])
        .to(NeedDraft)
        .by(&[Account(Enterprise)])
        .guards(&[&NEEDS_TAKEN])
        .effect(renew)
        .due(words("需求提交截止日", "last day for needs"), |case| day_of(case, &NEEDS_DAY)),
    // 5.3a: the post of somebody who ended early may be filled again in a later round.
    rule(clause!("5.3a"), Must, RenewNeed)
        .from(&[NeedFilled])
        .to(NeedDraft)
        .by(&[Account(Enterprise)])
        .guards(&[&NEEDS_TAKEN, &POST_VACANT])
        .effect(renew)
        .due(words("需求提交截止日", "last day for needs"), |case| day_of(case, &NEEDS_DAY)),
];

/// What an enterprise writes.
pub const DRAFT: &[&Field] = &[
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
    &CONTACT,
];

/// Stages at which a need may take another in.
const TAKING: &[Stage] = &[NeedReview, NeedAgreed, NeedReporting, NeedReported];
