//! 三（一） Needs: drafted by enterprises, reviewed by two bureaus side by side or by SASAC, reported to the province.
//!
//! An agreement is given to one text: its hash stands beside it. A need that comes back from the enterprise keeps the
//! agreements given to the very text that it comes back with and loses the others, so that "both agreed" always means both
//! agreed to the same words (联合).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};

use super::deadline::{IN_TIME, note_late};
use super::decide::{Case, Change, Doer};
use super::field::{Body, Field, Value};
use super::matter::{Matter, SASAC};
use super::round::{ANSWERS_DAY, NEEDS_DAY, REPORTS_DAY, ROUND_RUNNING, TALKS_DAY, WITHIN_QUOTA, day_of, round_of};
use super::rule::By::{Account, Act, Clock};
use super::rule::{Follow, Guard, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AgreeNeed, ConfirmReport, DraftNeed, EditNeed, ExpireNeed, FeedBackNeeds, MergeNeed, RecallReport, RejectNeed,
    RenewNeed, ReportNeeds, RerouteNeed, RescheduleNeed, ReturnNeed, SendBackNeed, SubmitNeed, TakeInNeed,
    WithdrawNeed,
};
use super::vocabulary::Stage::{
    self, NeedAgreed, NeedDraft, NeedExpired, NeedFilled, NeedMerged, NeedRejected, NeedReported, NeedReporting,
    NeedReview, NeedWithdrawn, RoundCollected, RoundOpen,
};
use super::{ACTED, DOCUMENT_DAY, DOCUMENT_NUMBER, REASON, REMARK, talks};
use crate::access::Role;
use crate::access::Role::{CityIndustry, CityScience, Enterprise, Province, Sasac};
use crate::clause;
use crate::finding::Force::{Declare, Must, Warning};
use crate::finding::{Finding, Outcome, Verdict};
use crate::industries;
use crate::quality::{Draft, Experience, Meter, Words, meter};
use crate::record::Need;
use crate::seal::seal;

/// Who reads the confidential part and the contact before talks.
const INSIDERS: &[Role] = &[Enterprise, CityScience, CityIndustry, Sasac, Province];

/// One line.
pub const TITLE: Field =
    Field::line("title", "需求题目").required().hint("一句话说清对象和目标，如：降低高寒地区风电叶片覆冰的涂层技术");
/// What is to be solved.
pub const PROBLEM: Field =
    Field::text("problem", "技术难题").required().hint("卡在哪一步、什么条件下出现、造成什么损失");
/// How it is now, with figures.
pub const PRESENT_STATE: Field =
    Field::text("present_state", "现状").hint("现用的材料、工艺、设备和现有指标，写明数值和单位");
/// Targets, one a line, with figures and units.
pub const TARGETS: Field = Field::text("targets", "目标指标").hint("一行一项，写明数值和单位，如“抗冲击韧性≥67%”");
/// What was tried before.
pub const TRIED: Field = Field::text("tried", "已做过的尝试").hint("试过什么、与谁合作、为何不成；没有的写“无”");
/// Until when it should be solved.
pub const WANTED_BY: Field = Field::day("wanted_by", "期望完成日期");
/// Budget in yuan.
pub const BUDGET_YUAN: Field =
    Field::whole("budget_yuan", "预算（元）", 0, 10_000_000_000).hint("企业拟投入的研发经费，不含人员工资");
/// Where the work is done.
pub const PLACE: Field = Field::line("place", "实施地点").hint("市、县和厂区，如：大庆市让胡路区二厂");
/// What the enterprise provides (2.3.1(2)).
pub const CONDITIONS: Field =
    Field::text("conditions", "可提供的条件").hint("试验设备、样品、人员、食宿交通等；二（三）1（2）要求提供必要条件");
/// GB/T 4754 code.
pub const INDUSTRY: Field = Field::line("industry", "行业代码").hint("GB/T 4754，如 C35");
/// Words chosen by the enterprise, one a line.
pub const KEYWORDS: Field = Field::list("keywords", "关键词").hint("一行一个，写技术名词，不写“研发”“提升”等");
/// People asked for.
pub const POSTS: Field = Field::whole("posts", "岗位数", 1, 10).required().hint("需要几名科技总师，一般为 1");
/// Told only to those who agreed to take part, by the rule of the stage.
pub const CONFIDENTIAL: Field =
    Field::text("confidential", "保密部分").hint("不参加匹配，只在本人同意参加后出示，出示留痕").seen_by(INSIDERS);
/// Whom to reach; released when talks begin (3.3a).
pub const CONTACT: Field =
    Field::line("contact", "联系人和办公电话").hint("转办对接后才告知派出单位和人选").seen_by(INSIDERS);
/// 2.3.1(2): conditions are provided.
pub const WILL_PROVIDE: Field = Field::flag("will_provide", "声明：能够为科技总师提供必要的工作条件").required();
/// 2.3.1(2): cooperation is wanted.
pub const WANTS_COOPERATION: Field = Field::flag("wants_cooperation", "声明：有明确的技术需求和合作意愿").required();
/// 2.3.1(1): what no register tells, seen by whoever reviews.
pub const VERIFIED: Field = Field::flag("verified", "已核对：企业为独立法人，资质证书与登记一致").required();
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
pub const INTO: Field =
    Field::line("into", "并入的需求编号").required().hint("如 need-000012，须为同一企业或同一控制下企业的需求");
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
        .due("需求提交截止日", |case| day_of(case, &NEEDS_DAY)),
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
        .due("联合上报截止日", next_day),
    rule(clause!("3.1b"), Must, AgreeNeed)
        .from(&[NeedReview])
        .leading(To::All(NeedAgreed))
        .by(REVIEWERS)
        .guards(&[&ROUND_RUNNING, &ENTERPRISE_STANDS, &CERTIFICATE_STILL_VALID, &IN_TIME])
        .fields(&[&VERIFIED, &REMARK])
        .effect(agree)
        .due("联合上报截止日", |case| case.matter.due)
        .undoable(),
    rule(clause!("3.1b"), Must, ReturnNeed)
        .from(&[NeedReview, NeedAgreed])
        .leading(To::Chosen(&[NeedDraft, NeedReview], returned))
        .by(REVIEWERS)
        .guards(&[&ROUND_RUNNING, &STEP_OF_ROUTE])
        .fields(&[&STEP, &MISSING, &REASON])
        .effect(send_back)
        .due("批次下一个期限", next_day),
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
        .due("原期限", |case| case.matter.due),
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
        .due("联合上报截止日", |case| case.matter.due)
        .undoable(),
    rule(clause!("3.1b"), Must, ConfirmReport)
        .from(&[NeedReporting])
        .to(NeedReported)
        .by(&[Account(CityIndustry)])
        .guards(&[&ROUND_RUNNING, &AGREED_TO_ONE_TEXT, &ENTERPRISE_STANDS, &CERTIFICATE_STILL_VALID, &IN_TIME])
        .effect(|case, change| note_late(case, change, "confirm_report"))
        .due("需求有效期满", valid_until),
    rule(clause!("3.1b"), Must, RecallReport)
        .from(&[NeedReporting])
        .to(NeedAgreed)
        .by(&[Account(CityScience), Account(CityIndustry)])
        .fields(&[&REASON])
        .effect(|_, change| {
            change.body.clear(&DOCUMENT_NUMBER);
            change.body.clear(&DOCUMENT_DAY);
        })
        .due("联合上报截止日", |case| case.matter.due),
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
        .due("需求有效期满", valid_until),
    rule(clause!("3.1b"), Must, SendBackNeed)
        .from(&[NeedReported])
        .leading(To::Chosen(&[NeedDraft, NeedReview], returned))
        .by(&[Account(Province)])
        .guards(&[&ROUND_RUNNING, &STEP_OF_ROUTE, &NOBODY_OFFERED])
        .fields(&[&STEP, &MISSING, &REASON])
        .effect(send_back)
        .due("批次下一个期限", next_day),
    rule(clause!("2.3.1(2)"), Declare, WithdrawNeed)
        .from(&[NeedDraft, NeedReview, NeedAgreed])
        .to(NeedWithdrawn)
        .by(&[Account(Enterprise)])
        .fields(&[&REASON])
        .undoable(),
    rule(clause!("3.1a"), Must, RescheduleNeed)
        .from(&[NeedDraft, NeedReview, NeedAgreed, NeedReporting])
        .by(&[Act])
        .due("按延长后的期限", rescheduled),
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
        .due("需求提交截止日", |case| day_of(case, &NEEDS_DAY)),
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

/// What the enterprise wrote, and nothing else: what agreements refer to.
pub fn text(body: &Body) -> Body {
    Body(DRAFT.iter().filter_map(|field| Some((field.key.to_owned(), body.get(field)?.clone()))).collect())
}

/// SM3 of what the enterprise wrote.
pub fn text_hash(body: &Body) -> String {
    seal(&written(&text(body)))
}

fn written(text: &Body) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// What the quality meter says of a need (2.3.1(2)); among the pairs, those whose talks failed say what went wrong before.
pub fn quality(body: &Body, pairs: &[Matter]) -> Meter {
    let keywords = body.list(&KEYWORDS).join("；");
    let draft = Draft {
        title: body.text(&TITLE),
        problem: body.text(&PROBLEM),
        present_state: body.text(&PRESENT_STATE),
        targets: body.text(&TARGETS),
        tried: body.text(&TRIED),
        deadline: body.text(&WANTED_BY),
        budget_fen: body.whole(&BUDGET_YUAN).map(|yuan| yuan.saturating_mul(100)),
        budget_note: "",
        place: body.text(&PLACE),
        conditions: body.text(&CONDITIONS),
        industry: body.text(&INDUSTRY),
        keywords: &keywords,
        confidential: body.text(&CONFIDENTIAL),
    };
    let mut failures: BTreeMap<&str, u32> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.stage == Stage::PairFailed) {
        *failures.entry(pair.body.text(&talks::FAILURE)).or_default() += 1;
    }
    let earlier: Vec<Experience<'_>> =
        failures.into_iter().map(|(failure, count)| Experience { failure, count }).collect();
    meter(&draft, Words::embedded(), &earlier)
}

/// A kept text, as [`SUBMITTED`] and [`SUBMITTED_BEFORE`] hold it.
pub fn submitted(body: &Body, field: &Field) -> Option<Body> {
    serde_json::from_str(body.text(field)).ok()
}

/// An agreement to one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review<'a> {
    /// Code of the role.
    pub role: &'a str,
    /// SM3 of the text that it agreed to.
    pub hash: &'a str,
    /// The day, `2025-03-10`.
    pub day: &'a str,
    /// The account.
    pub login: &'a str,
    /// Its remark.
    pub remark: &'a str,
}

/// Every agreement given, the oldest first; those to another text than the present one are void.
pub fn reviews(body: &Body) -> Vec<Review<'_>> {
    body.list(&REVIEWS).iter().filter_map(|entry| review(entry)).collect()
}

fn review(entry: &str) -> Option<Review<'_>> {
    let mut parts = entry.splitn(5, '|');
    let mut next = || parts.next();
    Some(Review { role: next()?, hash: next()?, day: next()?, login: next()?, remark: next()? })
}

/// A return to an earlier step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Return<'a> {
    /// Code of the role.
    pub role: &'a str,
    /// Code of the step.
    pub step: &'a str,
    /// Codes of what was missing, with commas.
    pub missing: &'a str,
    /// The day.
    pub day: &'a str,
    /// The day on which the enterprise submitted again; empty until then.
    pub resubmitted: &'a str,
    /// Working days lost; empty until then.
    pub workdays: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// Every return, the oldest first.
pub fn returns(body: &Body) -> Vec<Return<'_>> {
    body.list(&RETURNS).iter().filter_map(|entry| one_return(entry)).collect()
}

fn one_return(entry: &str) -> Option<Return<'_>> {
    let mut parts = entry.splitn(7, '|');
    let mut next = || parts.next();
    Some(Return {
        role: next()?,
        step: next()?,
        missing: next()?,
        day: next()?,
        resubmitted: next()?,
        workdays: next()?,
        reason: next()?,
    })
}

// Guards.

/// Whether a need was submitted before in this round and came back.
fn is_returned(matter: &Matter) -> bool {
    matter.body.has(&SUBMITTED_ON)
}

const NEEDS_TAKEN: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.not_open",
    demands: "批次征集中、未过提交截止日；退回修改的在批次办结前",
    fails: |case| {
        let Some(round) = round_of(case) else {
            return Some("没有正在征集的批次，不能办理；请待省科技厅发布年度通知".to_owned());
        };
        let last = round.body.day(&NEEDS_DAY);
        match round.stage {
            RoundOpen | RoundCollected if is_returned(case.matter) => None,
            RoundOpen if last.is_some_and(|last| case.today <= last) => None,
            RoundOpen | RoundCollected => {
                let last = last.map_or_else(String::new, |last| format!("（{last}）"));
                Some(format!("批次“{}”的需求提交截止日{last}已过；请在下一批次提交", round.title))
            }
            stage => Some(format!("批次“{}”{}，不在征集期；请在下一批次提交", round.title, stage.chinese())),
        }
    },
};

/// 2.3.1(1): everything asked of the enterprise is met, certificate included; for submission and for the list.
pub const ENTERPRISE_MEETS: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "enterprise.not_eligible",
    demands: "企业条件逐项符合，至少一项资质当日有效",
    fails: |case| {
        let is_open = |finding: &&Finding| finding.outcome != Outcome::Met && finding.code != MISCONDUCT;
        unmet(case, |finding| finding.severity() == Verdict::Refused || is_open(&finding))
    },
};

/// 2.3.1(1): nothing that refuses has turned up since submission; the certificate apart, which only warns until the list.
pub const ENTERPRISE_STANDS: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Must,
    code: "enterprise.no_longer_eligible",
    demands: "提交后企业未出现不符合条件的情形",
    fails: |case| unmet(case, |finding| finding.severity() == Verdict::Refused && finding.code != QUALIFICATION),
};

/// 2.3.1(1): a certificate that ran out since submission.
pub const CERTIFICATE_STILL_VALID: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Warning,
    code: "enterprise.certificate_expired",
    demands: "资质证书仍有效，过期的提示续期，名单审核前须补齐",
    fails: |case| unmet(case, |finding| finding.code == QUALIFICATION && finding.outcome != Outcome::Met),
};

const MISCONDUCT: &str = "misconduct.none";
const QUALIFICATION: &str = "qualification.valid";

/// The sentences of the `must` findings on the enterprise that a guard minds.
fn unmet(case: &Case<'_>, minds: impl Fn(&Finding) -> bool) -> Option<String> {
    let asked = || case.facts.findings.iter().filter(|finding| finding.force == Must);
    if asked().next().is_none() {
        return Some("企业登记信息未取得，无法核查企业条件；请先登记企业信息".to_owned());
    }
    let open: Vec<&str> = asked().filter(|finding| minds(finding)).map(Finding::explanation).collect();
    (!open.is_empty()).then(|| open.join("；"))
}

const REGISTER_AT_HAND: Guard = Guard {
    clause: clause!("2.3.1(1)"),
    force: Warning,
    code: "enterprise.register_missing",
    demands: "失信名单已导入，未导入的由审核单位人工核查",
    fails: |case| {
        let unknown = |finding: &Finding| finding.code == MISCONDUCT && finding.outcome == Outcome::Unknown;
        case.facts.findings.iter().any(unknown).then(|| "省科技厅尚未导入科研失信名单，审核时请人工核查".to_owned())
    },
};

const DEFINITE: Guard = Guard {
    clause: clause!("2.3.1(2)"),
    force: Declare,
    code: "need.not_definite",
    demands: "需求质量达到政策文件规定的分数，公开部分没有联系方式和保密内容",
    fails: |case| {
        let meter = quality(&case.matter.body, &case.facts.related);
        let least = case.parameters.need_quality_min;
        let move_out: Vec<&str> = meter.must_move().map(|item| item.question.as_str()).collect();
        if !move_out.is_empty() {
            return Some(move_out.join("；"));
        }
        let open: Vec<&str> = meter.open().iter().take(QUESTIONS_SHOWN).map(|item| item.question.as_str()).collect();
        (!meter.passes(least)).then(|| {
            format!("需求须明确：质量 {} 分，至少 {least} 分；请在“修改需求”中补充：{}", meter.score, open.join("；"))
        })
    },
};

/// Questions that a refusal names; the need's page has them all.
const QUESTIONS_SHOWN: usize = 3;

const INDUSTRY_KNOWN: Guard = Guard {
    clause: clause!("2.3.1(2)"),
    force: Must,
    code: "need.industry_unknown",
    demands: "行业代码在 GB/T 4754 中",
    fails: |case| {
        let code = case.inputs.text(&INDUSTRY).trim();
        (!code.is_empty() && industries::parse(code).is_err())
            .then(|| format!("行业代码“{code}”不在 GB/T 4754 中，应如 C35；请核对，不确定的可不填"))
    },
};

const WANTED_AHEAD: Guard = Guard {
    clause: clause!("2.3.1(2)"),
    force: Warning,
    code: "need.wanted_behind",
    demands: "期望完成日期未过，已过的提示",
    fails: |case| {
        let wanted = case.matter.body.day(&WANTED_BY).filter(|wanted| *wanted < case.today)?;
        Some(format!("期望完成日期 {wanted} 已过，请核对"))
    },
};

const ORGANISER_KNOWN: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.organiser_unknown",
    demands: "企业所在市（地）已登记",
    fails: |case| {
        let organiser = case.facts.text("organiser");
        (organiser.is_empty() && case.matter.parties.organiser.is_empty())
            .then(|| "企业登记中没有所在市（地），无法确定由谁审核；请先补登企业所在地".to_owned())
    },
};

const STEP_OF_ROUTE: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.step_of_other_route",
    demands: "退回的环节属于本渠道",
    fails: |case| {
        let bureau = matches!(case.inputs.text(&STEP), "science" | "industry");
        (bureau && case.matter.is_sasac())
            .then(|| "省国资委渠道的需求没有科技局、工信局环节；请选“企业修改”或“审核单位重审”".to_owned())
    },
};

const TAKES_IN: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.cannot_merge",
    demands: "并入同批次、同一组织单位、同一或同一控制下企业、审核中或已上报的需求",
    fails: |case| {
        let id = case.inputs.text(&INTO);
        let found = case.facts.related.iter().find(|other| other.id == id && other.id != case.matter.id);
        let Some(into) = found else { return Some(format!("没有可并入的需求“{id}”；请核对编号")) };
        let (own, other) = (&case.matter.parties, &into.parties);
        if own.round != other.round || own.organiser != other.organiser {
            return Some(format!("需求“{id}”不在同一批次或不由同一单位组织，不能并入"));
        }
        if !TAKING.contains(&into.stage) {
            return Some(format!("需求“{id}”{}，不能并入；请选审核中或已上报的需求", into.stage.chinese()));
        }
        (own.enterprise != other.enterprise && case.facts.text("kin") != "yes")
            .then(|| format!("需求“{id}”属于另一家没有控制关系的企业，不能并入；请分别审核"))
    },
};

const OTHER_ROUTE: Guard = Guard {
    clause: clause!("3.1c"),
    force: Must,
    code: "need.route_same",
    demands: "改为另一渠道，且所在市（地）已登记",
    fails: |case| {
        let to_sasac = case.inputs.text(&ROUTE) == SASAC;
        if to_sasac == case.matter.is_sasac() {
            return Some("需求已在所选渠道，无须改变".to_owned());
        }
        (!to_sasac && city(case.matter).is_none())
            .then(|| "企业登记中没有所在市（地），不能改到市（地）渠道；请先补登企业所在地".to_owned())
    },
};

const AGREED_TO_ONE_TEXT: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.texts_differ",
    demands: "审核单位同意的是同一文本",
    fails: |case| {
        let now = text_hash(&case.matter.body);
        let reviews = reviews(&case.matter.body);
        let asked: &[Role] = if case.matter.is_sasac() { &[Sasac] } else { &[CityScience, CityIndustry] };
        let agreed = |role: &&Role| reviews.iter().any(|one| one.role == role.code() && one.hash == now);
        let missing: Vec<&str> = asked.iter().filter(|role| !agreed(role)).map(|role| role.chinese()).collect();
        (!missing.is_empty()).then(|| format!("{}未同意现有文本，不能上报；请退回重审", missing.join("、")))
    },
};

const DOCUMENT_NOT_AHEAD: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.document_ahead",
    demands: "成文日期不晚于今天",
    fails: |case| {
        let day = case.inputs.day(&DOCUMENT_DAY).filter(|day| *day > case.today)?;
        Some(format!("成文日期 {day} 晚于今天 {}；请按文件更正", case.today))
    },
};

const ONE_DAY_A_DOCUMENT: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.document_of_other_day",
    demands: "同一文号只有一个成文日期",
    fails: |case| {
        let day = case.inputs.day(&DOCUMENT_DAY)?;
        let other =
            case.facts.related.iter().find_map(|other| other.body.day(&DOCUMENT_DAY).filter(|kept| *kept != day))?;
        let number = case.inputs.text(&DOCUMENT_NUMBER);
        Some(format!("文号“{number}”已登记的成文日期为 {other}，不是 {day}；同一文件请填同一日期，另行文的请换文号"))
    },
};

const DOCUMENT_OPEN: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "need.document_closed",
    demands: "该文号尚未确认上报",
    fails: |case| {
        let reported = case.facts.related.iter().any(|other| other.stage == NeedReported);
        let number = case.inputs.text(&DOCUMENT_NUMBER);
        reported.then(|| format!("文号“{number}”的文件工信局已确认上报，不能再加需求；补报请另行文"))
    },
};

const NOBODY_OFFERED: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "need.has_pairs",
    demands: "没有进行中的推荐人选",
    fails: |case| match case.facts.count("pairs_live") {
        Some(0) => None,
        Some(live) => Some(format!("该需求有 {live} 名推荐人选在办；请先撤销推荐，再退回")),
        None => Some("推荐人选情况未取得，不能退回".to_owned()),
    },
};

// Deadlines.

/// The next deadline of the round that has not passed, from the joint reports on.
fn next_day(case: &Case<'_>) -> Option<NaiveDate> {
    [&REPORTS_DAY, &ANSWERS_DAY, &TALKS_DAY]
        .into_iter()
        .filter_map(|field| day_of(case, field))
        .find(|day| *day >= case.today)
        .or_else(|| day_of(case, &TALKS_DAY))
}

fn rescheduled(case: &Case<'_>) -> Option<NaiveDate> {
    if case.matter.stage == NeedDraft && !is_returned(case.matter) {
        return day_of(case, &NEEDS_DAY);
    }
    case.matter.due.max(next_day(case))
}

/// A need that is not renewed leaves matching by itself.
fn valid_until(case: &Case<'_>) -> Option<NaiveDate> {
    let submitted = case.matter.body.day(&SUBMITTED_ON).unwrap_or(case.today);
    submitted.checked_add_months(Months::new(case.parameters.need_valid_months))
}

// Effects.

fn entitle(case: &Case<'_>, change: &mut Change) {
    case.inputs.text(&TITLE).clone_into(&mut change.title);
}

fn submit(case: &Case<'_>, change: &mut Change) {
    // The register of needs knows the need by the matter's id.
    change.parties.need.get_or_insert_with(|| case.matter.id.clone());
    lock_route(case, change);
    let hash = text_hash(&change.body);
    let before = change.body.text(&SUBMITTED).to_owned();
    if !before.is_empty() {
        change.set(&SUBMITTED_BEFORE, before);
    }
    change.set(&SUBMITTED, written(&text(&change.body)));
    change.set(&TEXT_HASH, hash.as_str());
    if !change.body.has(&SUBMITTED_ON) {
        change.set(&SUBMITTED_ON, case.today);
    }
    close_return(case, change);
    declare(case, change, &hash);
    count_standing(change, &hash);
}

/// The route is decided by the register when the need is first submitted; afterwards only the province changes it.
fn lock_route(case: &Case<'_>, change: &mut Change) {
    if change.body.has(&ROUTE_LOCKED) {
        return;
    }
    let organiser = case.facts.text("organiser");
    if !organiser.is_empty() {
        organiser.clone_into(&mut change.parties.organiser);
        change.set(&ROUTE_WHY, case.facts.text("route_why"));
    }
    change.set(&ROUTE_LOCKED, case.today);
}

fn close_return(case: &Case<'_>, change: &mut Change) {
    let mut entries = change.body.list(&RETURNS).to_vec();
    let Some(last) = entries.last_mut() else { return };
    if let Some(open) = one_return(last).filter(|open| open.resubmitted.is_empty() && open.step == "enterprise") {
        let since = open.day.parse().ok().and_then(|day: NaiveDate| day.succ_opt());
        let workdays = since.map_or(0, |since| case.calendar.working_days(since, case.today));
        let (role, step, missing, day, reason) = (open.role, open.step, open.missing, open.day, open.reason);
        *last = format!("{role}|{step}|{missing}|{day}|{}|{workdays}|{reason}", case.today);
        change.set(&RETURNS, entries);
    }
}

fn declare(case: &Case<'_>, change: &mut Change, hash: &str) {
    let mut declared = change.body.list(&DECLARED).to_vec();
    let login = login(case);
    for field in [&WILL_PROVIDE, &WANTS_COOPERATION] {
        declared.push(format!("{}|{login}|{}|{hash}", field.key, case.today));
    }
    change.set(&DECLARED, declared);
}

fn login<'a>(case: &Case<'a>) -> &'a str {
    match case.doer {
        Doer::Account(actor) => actor.login(),
        _ => "",
    }
}

/// Whoever agreed to this very text, and did not take it back, counts as having acted.
fn count_standing(change: &mut Change, hash: &str) {
    let kept = reviews(&change.body);
    let standing: BTreeSet<&str> = kept.iter().filter(|review| review.hash == hash).map(|review| review.role).collect();
    let standing: Vec<String> = standing.into_iter().map(str::to_owned).collect();
    if standing.is_empty() {
        change.body.clear(&ACTED);
    } else {
        change.set(&ACTED, standing);
    }
}

fn agree(case: &Case<'_>, change: &mut Change) {
    let Some(role) = case.doer.role() else { return };
    let hash = text_hash(&case.matter.body);
    let remark = case.inputs.text(&REMARK).replace('\n', " ");
    let mut reviews = change.body.list(&REVIEWS).to_vec();
    reviews.push(format!("{}|{hash}|{}|{}|{remark}", role.code(), case.today, login(case)));
    change.set(&REVIEWS, reviews);
    note_late(case, change, "agree_need");
}

fn returned(case: &Case<'_>) -> Stage {
    if case.inputs.text(&STEP) == "enterprise" { NeedDraft } else { NeedReview }
}

/// Takes agreements back: those of the step it goes to, and that of whoever returns it.
fn send_back(case: &Case<'_>, change: &mut Change) {
    let step = case.inputs.text(&STEP);
    let void: Vec<&str> = match step {
        "science" => vec![CityScience.code()],
        "industry" => vec![CityIndustry.code()],
        "enterprise" if case.doer.role() != Some(Province) => case.doer.role().map(Role::code).into_iter().collect(),
        _ => vec![CityScience.code(), CityIndustry.code(), Sasac.code()],
    };
    let now = text_hash(&change.body);
    let kept = reviews(&change.body);
    let is_void = |review: &Review<'_>| review.hash == now && void.contains(&review.role);
    let entries: Vec<String> = change
        .body
        .list(&REVIEWS)
        .iter()
        .zip(&kept)
        .map(|(entry, review)| if is_void(review) { taken_back(review) } else { entry.clone() })
        .collect();
    change.set(&REVIEWS, entries);
    note_return(case, change, step);
    if returned(case) == NeedReview {
        count_standing(change, &now);
    }
}

/// An agreement that was taken back refers to no text any more; who gave it when stays.
fn taken_back(review: &Review<'_>) -> String {
    format!("{}||{}|{}|{}", review.role, review.day, review.login, review.remark)
}

fn note_return(case: &Case<'_>, change: &mut Change, step: &str) {
    let role = case.doer.role().map_or("", Role::code);
    let missing = case.inputs.list(&MISSING).join(",");
    let mut entries = change.body.list(&RETURNS).to_vec();
    entries.push(format!("{role}|{step}|{missing}|{}|||{}", case.today, case.inputs.text(&REASON)));
    change.set(&RETURNS, entries);
}

fn take_in(case: &Case<'_>, change: &mut Change) {
    let mut merged = change.body.list(&MERGED).to_vec();
    merged.push(format!("{}|{}", case.inputs.text(&MERGED_NEED), case.today));
    change.set(&MERGED, merged);
    change.body.clear(&MERGED_NEED);
}

/// The city of the enterprise, read off its county.
fn city(matter: &Matter) -> Option<String> {
    let county = matter.parties.county.as_deref()?.get(..4)?;
    Some(format!("{county}00"))
}

fn reroute(case: &Case<'_>, change: &mut Change) {
    let sasac = case.inputs.text(&ROUTE) == SASAC;
    let organiser = if sasac { Some(SASAC.to_owned()) } else { city(case.matter) };
    change.parties.organiser = organiser.unwrap_or_default();
    let (reason, who) = (case.inputs.text(&REASON), login(case));
    change.set(&ROUTE_WHY, format!("{} 省科技厅（{who}）改变上报渠道：{reason}", case.today));
    change.set(&ROUTE_LOCKED, case.today);
    change.body.clear(&ACTED);
    let kept: Vec<String> = reviews(&change.body).iter().map(taken_back).collect();
    change.set(&REVIEWS, kept);
}

fn expired(case: &Case<'_>) -> Stage {
    let posts = case.matter.body.whole(&POSTS).unwrap_or(1);
    let filled = case.facts.count("pairs_published").is_some_and(|published| published >= posts);
    if case.matter.stage == NeedReported && filled { NeedFilled } else { NeedExpired }
}

/// A renewed need begins anew in the open round; what was written stays, what was decided does not.
fn renew(case: &Case<'_>, change: &mut Change) {
    change.parties.round = round_of(case).map(|round| round.id.clone());
    let decided =
        [&SUBMITTED_ON, &ROUTE_LOCKED, &DOCUMENT_NUMBER, &DOCUMENT_DAY, &WILL_PROVIDE, &WANTS_COOPERATION, &VERIFIED];
    for field in decided {
        change.body.clear(field);
    }
    let kept: Vec<String> = reviews(&change.body).iter().map(taken_back).collect();
    change.set(&REVIEWS, Value::List(kept));
}

#[cfg(test)]
mod tests {
    //! 1. No need is drafted, submitted or renewed outside an open round; one that came back may be mended until the round ends.
    //! 2. The enterprise fulfils its conditions at submission; later a refusal still refuses, a certificate only warns.
    //! 3. A need is definite, of a known industry, and has somebody to review it.
    //! 4. Both bureaus agree to one text: an agreement stands for the very text it was given to, and for no other.
    //! 5. One document, one day; closed once it is confirmed. 6. Merging keeps to one enterprise and its kin.
    //! 7. The route is fixed at submission and changed by the province alone. 8. Needs expire and are renewed.

    use super::super::Action;
    use super::super::testing::{Bench, account, at, day};
    use super::*;
    use crate::clause::Clause;
    use crate::finding::Force;

    fn round(stage: Stage) -> Matter {
        let dates = [(&NEEDS_DAY, "2025-03-31"), (&REPORTS_DAY, "2025-04-18"), (&ANSWERS_DAY, "2025-05-30")];
        let mut round = at(stage).with(&TALKS_DAY, "2025-06-30");
        for (field, date) in dates {
            round = round.with(field, date);
        }
        let mut matter = round.matter;
        "2025年度（演示）".clone_into(&mut matter.title);
        matter
    }

    fn finding(code: &'static str, outcome: Outcome, message: &str) -> Finding {
        let clause: Clause = clause!("2.3.1(1)");
        Finding { clause, force: Force::Must, code, outcome, message: format!("{message}（{}）", clause.chinese()) }
    }

    fn fit() -> Vec<Finding> {
        vec![finding(MISCONDUCT, Outcome::Met, "无记录"), finding(QUALIFICATION, Outcome::Met, "有效")]
    }

    fn need(stage: Stage) -> Bench {
        at(stage).but(|_, facts| {
            facts.round = Some(round(RoundOpen));
            facts.findings = fit();
            facts.texts.insert("organiser", "230100".to_owned());
        })
    }

    fn written() -> Bench {
        need(NeedDraft)
            .with(&TITLE, "高寒地区风电叶片防覆冰涂层（演示）")
            .with(&PROBLEM, "叶片前缘在零下 30 ℃、相对湿度 90% 时覆冰，现有涂层两个月后剥落，每次停机除冰影响发电。")
            .with(&PRESENT_STATE, "现用聚氨酯涂层，覆冰后人工除冰一次 8 小时，每年停机 20 次")
            .with(&TARGETS, "除冰时间≤2 h\n涂层寿命≥24 个月")
            .with(&TRIED, "试用过两种进口涂层，低温下附着力不足")
            .with(&WANTED_BY, "2027-06-30")
            .with(&BUDGET_YUAN, 600_000)
            .with(&PLACE, "哈尔滨市南岗区试验场")
            .with(&CONDITIONS, "有低温试验舱和两名工程师")
    }

    const DECLARED_BOTH: [(&str, &str); 2] = [("will_provide", "是"), ("wants_cooperation", "是")];
    const SEEN: [(&str, &str); 1] = [("verified", "是")];
    const DOCUMENT: [(&str, &str); 2] =
        [("document_number", "哈科联〔2025〕3号（演示）"), ("document_day", "2025-04-01")];

    fn submitted() -> Bench {
        written().then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH)
    }

    fn agreed() -> Bench {
        let need = submitted().then(&account(CityScience), Action::AgreeNeed, &SEEN);
        need.then(&account(CityIndustry), Action::AgreeNeed, &SEEN).on("2025-04-02")
    }

    fn enterprise() -> Doer {
        account(Enterprise)
    }

    fn sentence(bench: &Bench, doer: &Doer, action: Action, sent: &[(&str, &str)]) -> String {
        bench.act(doer, action, sent).expect_err("it is refused").remove(0).message
    }

    #[test]
    fn a_need_is_submitted_until_the_end_of_the_last_day_and_not_after() {
        assert!(written().on("2025-03-31").refusals(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH).is_empty());
        insta::assert_snapshot!(sentence(&written().on("2025-04-01"), &enterprise(), Action::SubmitNeed, &DECLARED_BOTH), @"批次“2025年度（演示）”的需求提交截止日（2025-03-31）已过；请在下一批次提交（方案三（一））");
    }

    #[test]
    fn nothing_is_drafted_without_an_open_round() {
        let draft = [("title", "题目"), ("problem", "难题"), ("posts", "1")];
        let none = need(NeedDraft).unopened().but(|_, facts| facts.round = None);
        insta::assert_snapshot!(sentence(&none, &enterprise(), Action::DraftNeed, &draft), @"没有正在征集的批次，不能办理；请待省科技厅发布年度通知（方案三（一））");
        let over = need(NeedDraft).unopened().but(|_, facts| facts.round = Some(round(Stage::RoundConcluded)));
        insta::assert_snapshot!(sentence(&over, &enterprise(), Action::DraftNeed, &draft), @"批次“2025年度（演示）”批次已办结，不在征集期；请在下一批次提交（方案三（一））");
        let open = need(NeedDraft).unopened().then(&enterprise(), Action::DraftNeed, &draft);
        assert_eq!(open.matter.due, Some(day("2025-03-31")));
    }

    #[test]
    fn a_returned_need_may_be_mended_after_the_last_day_for_needs() {
        let step = [("step", "enterprise"), ("missing", "figures"), ("reason", "指标无数值")];
        let back = submitted().on("2025-04-01").then(&account(CityScience), Action::ReturnNeed, &step);
        assert_eq!((back.matter.stage, back.matter.due), (NeedDraft, Some(day("2025-04-18"))));
        let again = back.on("2025-04-08").then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
        let returns = returns(&again.matter.body);
        assert_eq!((returns[0].resubmitted, returns[0].workdays, returns[0].missing), ("2025-04-08", "4", "figures"));
    }

    #[test]
    fn an_expired_certificate_refuses_submission_and_warns_later() {
        let expired = |_: &mut Matter, facts: &mut super::super::Facts| {
            facts.findings = vec![finding(QUALIFICATION, Outcome::Broken, "2025-03-03 无有效资质；请补充新证书")];
        };
        insta::assert_snapshot!(sentence(&written().but(expired), &enterprise(), Action::SubmitNeed, &DECLARED_BOTH), @"2025-03-03 无有效资质；请补充新证书（方案二（三）1（1））");
        let review = submitted().but(expired);
        let transition = review.act(&account(CityScience), Action::AgreeNeed, &SEEN).unwrap();
        assert_eq!(transition.warnings(), ["2025-03-03 无有效资质；请补充新证书（方案二（三）1（1））"]);
    }

    #[test]
    fn misconduct_refuses_at_every_step_and_a_missing_register_is_left_to_the_reviewers() {
        let known = |outcome| {
            move |_: &mut Matter, facts: &mut super::super::Facts| {
                facts.findings = vec![finding(MISCONDUCT, outcome, "失信记录情况")];
            }
        };
        let by = account(CityScience);
        assert_eq!(
            submitted().but(known(Outcome::Broken)).refusals(&by, Action::AgreeNeed, &SEEN),
            ["enterprise.no_longer_eligible"]
        );
        assert_eq!(
            agreed().but(known(Outcome::Broken)).refusals(&by, Action::ReportNeeds, &DOCUMENT),
            ["enterprise.no_longer_eligible"]
        );
        let unknown = written().but(known(Outcome::Unknown));
        let transition = unknown.act(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH).unwrap();
        assert_eq!(transition.warnings(), ["省科技厅尚未导入科研失信名单，审核时请人工核查（方案二（三）1（1））"]);
    }

    #[test]
    fn an_enterprise_that_is_not_registered_submits_nothing() {
        let nobody = written().but(|_, facts| facts.findings.clear());
        insta::assert_snapshot!(sentence(&nobody, &enterprise(), Action::SubmitNeed, &DECLARED_BOTH), @"企业登记信息未取得，无法核查企业条件；请先登记企业信息（方案二（三）1（1））");
    }

    #[test]
    fn a_need_below_the_least_quality_is_refused_with_what_to_write_and_one_at_it_is_not() {
        let refused = |bench: &Bench, least| {
            let sent = enterprise();
            let (inputs, _) = super::super::field::read(&[&WILL_PROVIDE, &WANTS_COOPERATION], &[]);
            let mut parameters = crate::parameters::Parameters::embedded().clone();
            parameters.need_quality_min = least;
            let case = Case {
                matter: &bench.matter,
                inputs: &inputs,
                facts: &bench.facts,
                doer: &sent,
                now: chrono::DateTime::UNIX_EPOCH,
                today: bench.today,
                parameters: &parameters,
                calendar: crate::calendar::WorkingCalendar::embedded(),
            };
            (DEFINITE.fails)(&case)
        };
        let score = quality(&written().matter.body, &[]).score;
        assert!(score < 100, "{score}");
        assert_eq!((refused(&written(), score - 1), refused(&written(), score)), (None, None));
        assert!(refused(&written(), score + 1).is_some());
        let vague = written().with(&TARGETS, "").with(&PRESENT_STATE, "").with(&PROBLEM, "提升质量");
        insta::assert_snapshot!(sentence(&vague, &enterprise(), Action::SubmitNeed, &DECLARED_BOTH), @"需求须明确：质量 44 分，至少 60 分；请在“修改需求”中补充：没有写目标指标；请一行一项写明指标名称、数值和单位，如“热效率≥85%”；没有写现状；请写明现在用什么工艺或设备，指标现在是多少；“提升质量”只有 4 个字；请写明在什么工序上、什么条件下出现，原因可能是什么（方案二（三）1（2））");
    }

    #[test]
    fn a_contact_in_the_public_part_is_refused_whatever_the_score() {
        let told = written().with(&PLACE, "哈尔滨市，联系电话 13800138000");
        insta::assert_snapshot!(sentence(&told, &enterprise(), Action::SubmitNeed, &DECLARED_BOTH), @"公开部分有手机号“138****8000”；请删去，联系方式在对接洽谈时由系统提供（方案二（三）1（2））");
    }

    #[test]
    fn talks_that_failed_ask_their_question_of_the_renewed_need() {
        let failed = at(Stage::PairFailed).with(&talks::FAILURE, "budget_too_low").matter;
        let asked = quality(&written().matter.body, &[failed]);
        assert!(asked.items.iter().any(|item| item.question.starts_with("此前 1 次对接因预算不足")), "{asked:?}");
    }

    #[test]
    fn a_need_of_an_unknown_industry_or_with_nobody_to_review_it_is_refused() {
        let draft = [("title", "题目"), ("problem", "难题"), ("posts", "1"), ("industry", "Z99")];
        insta::assert_snapshot!(sentence(&need(NeedDraft), &enterprise(), Action::EditNeed, &draft), @"行业代码“Z99”不在 GB/T 4754 中，应如 C35；请核对，不确定的可不填（方案二（三）1（2））");
        let nowhere = written().but(|matter, facts| {
            matter.parties.organiser.clear();
            facts.texts.clear();
        });
        assert_eq!(nowhere.refusals(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH), ["need.organiser_unknown"]);
    }

    #[test]
    fn an_agreement_stands_when_the_text_comes_back_unchanged() {
        let one = submitted().then(&account(CityScience), Action::AgreeNeed, &SEEN);
        let step = [("step", "enterprise"), ("reason", "请补充证明材料")];
        let back = one.then(&account(CityIndustry), Action::ReturnNeed, &step);
        let again = back.then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
        assert_eq!(again.matter.waits(), [(CityIndustry, "230100".to_owned())], "straight back to whoever returned it");
        let agreed = again.then(&account(CityIndustry), Action::AgreeNeed, &SEEN).on("2025-04-02");
        assert!(agreed.refusals(&account(CityScience), Action::ReportNeeds, &DOCUMENT).is_empty());
    }

    #[test]
    fn an_agreement_is_void_when_the_text_has_changed() {
        let one = submitted().then(&account(CityScience), Action::AgreeNeed, &SEEN);
        let step = [("step", "enterprise"), ("reason", "指标不明")];
        let back = one.then(&account(CityIndustry), Action::ReturnNeed, &step).with(&TARGETS, "除冰时间≤1 h");
        let again = back.then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
        assert_eq!(again.matter.waits().len(), 2);
        let before = super::submitted(&again.matter.body, &SUBMITTED_BEFORE).unwrap();
        assert_eq!(before.text(&TARGETS), "除冰时间≤2 h\n涂层寿命≥24 个月");
    }

    #[test]
    fn a_step_is_returned_to_alone() {
        let step = [("step", "science"), ("reason", "请复核")];
        let back = agreed().then(&account(CityIndustry), Action::ReturnNeed, &step);
        assert_eq!((back.matter.stage, back.matter.waits()), (NeedReview, vec![(CityScience, "230100".to_owned())]));
        let back = agreed().then(&account(CityIndustry), Action::ReturnNeed, &[("step", "review"), ("reason", "复核")]);
        assert_eq!(back.matter.waits().len(), 2);
    }

    #[test]
    fn a_step_of_the_other_route_is_refused() {
        let sent = [("step", "industry"), ("reason", "请复核")];
        let need = submitted().of_sasac();
        insta::assert_snapshot!(sentence(&need, &account(Sasac), Action::ReturnNeed, &sent), @"省国资委渠道的需求没有科技局、工信局环节；请选“企业修改”或“审核单位重审”（方案三（一））");
    }

    #[test]
    fn sasac_agrees_and_feeds_back_alone() {
        let need = written().but(|_, facts| {
            facts.texts.insert("organiser", SASAC.to_owned());
        });
        let need = need.then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
        let need = need.then(&account(Sasac), Action::AgreeNeed, &SEEN).on("2025-04-02");
        assert_eq!(need.matter.waits(), [(Sasac, String::new())]);
        let need = need.then(&account(Sasac), Action::FeedBackNeeds, &DOCUMENT);
        assert_eq!((need.matter.stage, need.matter.due), (NeedReported, Some(day("2026-03-03"))));
    }

    #[test]
    fn agreements_to_another_text_are_not_reported() {
        let changed = agreed().with(&TARGETS, "除冰时间≤1 h");
        insta::assert_snapshot!(sentence(&changed, &account(CityScience), Action::ReportNeeds, &DOCUMENT), @"市（地）科技局、市（地）工信局未同意现有文本，不能上报；请退回重审（方案三（一））");
    }

    #[test]
    fn one_document_has_one_day_and_closes_when_it_is_confirmed() {
        let beside = |stage, on| {
            let other = agreed().then(&account(CityScience), Action::ReportNeeds, &DOCUMENT);
            let other = Matter { id: "need-000009".to_owned(), stage, ..other.with(&DOCUMENT_DAY, on).matter };
            agreed().but(|_, facts| facts.related = vec![other])
        };
        let by = account(CityScience);
        assert!(beside(NeedReporting, "2025-04-01").refusals(&by, Action::ReportNeeds, &DOCUMENT).is_empty());
        insta::assert_snapshot!(sentence(&beside(NeedReporting, "2025-03-28"), &by, Action::ReportNeeds, &DOCUMENT), @"文号“哈科联〔2025〕3号（演示）”已登记的成文日期为 2025-03-28，不是 2025-04-01；同一文件请填同一日期，另行文的请换文号（方案三（一））");
        insta::assert_snapshot!(sentence(&beside(NeedReported, "2025-04-01"), &by, Action::ReportNeeds, &DOCUMENT), @"文号“哈科联〔2025〕3号（演示）”的文件工信局已确认上报，不能再加需求；补报请另行文（方案三（一））");
        insta::assert_snapshot!(sentence(&agreed().on("2025-03-31"), &by, Action::ReportNeeds, &DOCUMENT), @"成文日期 2025-04-01 晚于今天 2025-03-31；请按文件更正（方案三（一））");
    }

    #[test]
    fn a_late_report_is_permitted_and_marked_for_ever() {
        let late = agreed().on("2025-04-22");
        let transition = late.act(&account(CityScience), Action::ReportNeeds, &DOCUMENT).unwrap();
        assert_eq!(transition.warnings(), ["期限为 2025-04-18，已逾期 2 个工作日，将注明逾期（方案三（一））"]);
        assert_eq!(
            transition.after().body.list(&super::super::deadline::LATE),
            ["report_needs|2025-04-18|2025-04-22|2"]
        );
        let on_the_day = agreed().on("2025-04-18").act(&account(CityScience), Action::ReportNeeds, &DOCUMENT).unwrap();
        assert!(on_the_day.warnings().is_empty());
    }

    #[test]
    fn more_needs_than_the_notice_gives_an_organiser_are_shown() {
        let after = |reported| {
            agreed().but(|_, facts| {
                let round = facts.round.as_mut().unwrap();
                round.body.set(&super::super::round::QUOTAS, vec!["哈尔滨市=2".to_owned()]);
                facts.counts.insert("reported", reported);
            })
        };
        let warnings = |reported| {
            let transition = after(reported).act(&account(CityScience), Action::ReportNeeds, &DOCUMENT).unwrap();
            transition.warnings().to_vec()
        };
        assert!(warnings(1).is_empty());
        assert_eq!(warnings(2), ["已上报 2 项，通知的需求名额为 2 项，本项超出（方案三（一））"]);
    }

    #[test]
    fn a_recalled_report_loses_its_number() {
        let back = agreed().then(&account(CityScience), Action::ReportNeeds, &DOCUMENT);
        let back = back.then(&account(CityIndustry), Action::RecallReport, &[("reason", "文号有误")]);
        assert_eq!((back.matter.stage, back.matter.body.has(&DOCUMENT_NUMBER)), (NeedAgreed, false));
    }

    #[test]
    fn a_need_with_somebody_on_the_way_is_not_sent_back() {
        let reported = |live| {
            agreed()
                .then(&account(CityScience), Action::ReportNeeds, &DOCUMENT)
                .then(&account(CityIndustry), Action::ConfirmReport, &[])
                .but(|_, facts| _ = facts.counts.insert("pairs_live", live))
        };
        let sent = [("step", "industry"), ("reason", "请复核资质")];
        insta::assert_snapshot!(sentence(&reported(1), &account(Province), Action::SendBackNeed, &sent), @"该需求有 1 名推荐人选在办；请先撤销推荐，再退回（方案三（二））");
        let back = reported(0).then(&account(Province), Action::SendBackNeed, &sent);
        assert_eq!(back.matter.waits(), [(CityIndustry, "230100".to_owned())]);
    }

    fn merging(change: impl FnOnce(&mut Matter)) -> Bench {
        let mut into = submitted().matter;
        "need-000002".clone_into(&mut into.id);
        change(&mut into);
        submitted().but(|_, facts| facts.related = vec![into])
    }

    #[test]
    fn a_need_is_merged_within_one_enterprise_and_its_kin() {
        let sent = [("into", "need-000002"), ("reason", "重复")];
        let by = account(CityScience);
        assert!(merging(|_| {}).refusals(&by, Action::MergeNeed, &sent).is_empty());
        let foreign = merging(|into| into.parties.enterprise = Some("91230199MA0000023H".to_owned()));
        insta::assert_snapshot!(sentence(&foreign, &by, Action::MergeNeed, &sent), @"需求“need-000002”属于另一家没有控制关系的企业，不能并入；请分别审核（方案三（一））");
        let kin = foreign.but(|_, facts| _ = facts.texts.insert("kin", "yes".to_owned()));
        assert!(kin.refusals(&by, Action::MergeNeed, &sent).is_empty());
        insta::assert_snapshot!(sentence(&merging(|into| into.stage = NeedExpired), &by, Action::MergeNeed, &sent), @"需求“need-000002”已过期，待续报，不能并入；请选审核中或已上报的需求（方案三（一））");
        insta::assert_snapshot!(sentence(&merging(|into| into.parties.organiser = "230200".to_owned()), &by, Action::MergeNeed, &sent), @"需求“need-000002”不在同一批次或不由同一单位组织，不能并入（方案三（一））");
        let itself = [("into", "need-000001"), ("reason", "重复")];
        insta::assert_snapshot!(sentence(&merging(|_| {}), &by, Action::MergeNeed, &itself), @"没有可并入的需求“need-000001”；请核对编号（方案三（一））");
    }

    #[test]
    fn a_need_that_takes_another_in_keeps_its_origin() {
        let into =
            submitted().then(&Doer::Act, Action::TakeInNeed, &[("merged_need", "need-000009|题目|91230199MA0000015K")]);
        assert_eq!(into.matter.body.list(&MERGED), ["need-000009|题目|91230199MA0000015K|2025-03-03"]);
    }

    #[test]
    fn the_register_decides_the_route_once_and_the_province_afterwards() {
        let locked = submitted();
        assert_eq!(locked.matter.parties.organiser, "230100");
        let step = [("step", "enterprise"), ("reason", "补充")];
        let back = locked.clone().then(&account(CityScience), Action::ReturnNeed, &step);
        let back = back.but(|_, facts| _ = facts.texts.insert("organiser", SASAC.to_owned()));
        let again = back.then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
        assert_eq!(again.matter.parties.organiser, "230100", "locked at the first submission");
        let moved =
            agreed().then(&account(Province), Action::RerouteNeed, &[("route", "sasac"), ("reason", "股权划转")]);
        assert!(moved.matter.is_sasac());
        assert_eq!((moved.matter.stage, moved.matter.waits()), (NeedReview, vec![(Sasac, String::new())]));
        insta::assert_snapshot!(moved.matter.body.text(&ROUTE_WHY), @"2025-04-02 省科技厅（province）改变上报渠道：股权划转");
        insta::assert_snapshot!(sentence(&moved, &account(Province), Action::RerouteNeed, &[("route", "sasac"), ("reason", "股权划转")]), @"需求已在所选渠道，无须改变（方案三（一））");
        let back = moved.then(&account(Province), Action::RerouteNeed, &[("route", "city"), ("reason", "更正")]);
        assert_eq!(back.matter.parties.organiser, "230100");
    }

    #[test]
    fn a_need_expires_or_is_filled_and_an_expired_one_begins_anew_in_the_open_round() {
        let reported = agreed()
            .then(&account(CityScience), Action::ReportNeeds, &DOCUMENT)
            .then(&account(CityIndustry), Action::ConfirmReport, &[])
            .with(&POSTS, 2);
        let end = |published| {
            let need = reported.clone().but(|_, facts| _ = facts.counts.insert("pairs_published", published));
            need.then(&Doer::Act, Action::ExpireNeed, &[])
        };
        assert_eq!((end(1).matter.stage, end(2).matter.stage), (NeedExpired, NeedFilled));
        let next = end(1).on("2026-03-02").but(|_, facts| {
            let next = Matter { id: "round-000002".to_owned(), ..round(RoundOpen) };
            facts.round = Some(Matter { body: next.body.clone().with(&NEEDS_DAY, "2026-03-31"), ..next });
        });
        let renewed = next.then(&enterprise(), Action::RenewNeed, &[]);
        assert_eq!(renewed.matter.parties.round.as_deref(), Some("round-000002"));
        assert_eq!((renewed.matter.due, renewed.matter.body.has(&DOCUMENT_NUMBER)), (Some(day("2026-03-31")), false));
        assert!(renewed.matter.body.has(&TARGETS));
        let again = renewed.then(&enterprise(), Action::SubmitNeed, &DECLARED_BOTH);
        assert_eq!(again.matter.waits().len(), 2, "agreements of another round do not stand");
    }

    #[test]
    fn deadlines_of_needs_follow_those_of_the_round() {
        let longer = |bench: Bench| {
            bench.but(|_, facts| facts.round.as_mut().unwrap().body.set(&REPORTS_DAY, "2025-04-30")).then(
                &Doer::Act,
                Action::RescheduleNeed,
                &[],
            )
        };
        assert_eq!(longer(agreed()).matter.due, Some(day("2025-04-30")));
        assert_eq!(longer(written()).matter.due, Some(day("2025-03-31")));
    }

    #[test]
    fn what_is_confidential_is_agreed_to_but_not_matched() {
        let need = written().with(&CONFIDENTIAL, "配方 A");
        assert_ne!(text_hash(&need.matter.body), text_hash(&written().matter.body));
        assert!(!record(&need.matter).content.contains("配方"));
    }
}
