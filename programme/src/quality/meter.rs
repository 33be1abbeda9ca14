//! The meter: what a need lacks, as questions that quote the words, and a score from 0 to 100.
//!
//! A score alone would teach nobody to write a better need, so it is only the sum of what the questions leave: every field
//! has its points, a question takes some away, and the person sees which words cost how much. Everything is decided by plain
//! rules and lists of words, so that an official can say why a need was asked to be mended.

use std::ops::Range;

use super::contact::contacts;
use super::duplicates::overlap;
use super::field::{Draft, Field};
use super::quantity::quantities;
use super::question::{self as ask, ANSWERED, Question, Severity};
use super::target;
use super::text::{chars, lines, quoted, sentences};
use super::words::{Vague, Words};
use crate::identifiers::Mobile;

/// A shorter title names no technology.
pub const TITLE_CHARS_MIN: usize = 5;
/// A longer title is a text.
pub const TITLE_CHARS_MAX: usize = 60;
/// A shorter problem is a second title.
pub const PROBLEM_CHARS_MIN: usize = 30;
/// A longer problem is not read to its end.
pub const PROBLEM_CHARS_MAX: usize = 1_500;
/// A shorter present state says nothing.
pub const STATE_CHARS_MIN: usize = 10;
/// Confidential words that stand in the public part as well, from so many characters on.
pub const REPEATED_CHARS_MIN: usize = 12;
/// Empty words are asked about in a problem shorter than this.
const SUBSTANCE_CHARS: usize = 100;
/// More than this share of a text about the enterprise is an introduction.
const INTRODUCTION_PERCENT: usize = 50;

/// What the meter says of a draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Meter {
    /// 0 to 100: 100 less the points of all items that are not good.
    pub score: u32,
    /// In the order of the fields; what must move comes first.
    pub items: Vec<Item>,
}

/// One question, or a field that is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The field it is about.
    pub field: Field,
    /// Stable code.
    pub code: &'static str,
    /// How grave.
    pub severity: Severity,
    /// Chinese: what was found, `；`, what to write.
    pub question: String,
    /// Bytes of the field that the question quotes.
    pub place: Option<Range<usize>>,
    /// What an answer adds to the score; for a good field what it gives.
    pub points: u32,
}

/// A coded reason for which earlier talks on this need failed, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Experience<'a> {
    /// Code of [`crate::process::talks::FAILURE`].
    pub failure: &'a str,
    /// How many talks.
    pub count: u32,
}

impl Meter {
    /// What must leave the public part before submission.
    pub fn must_move(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.severity == Severity::Move)
    }

    /// Whether the need may be submitted: definite enough and nothing in it that must move.
    pub fn passes(&self, score_min: u32) -> bool {
        self.score >= score_min && self.must_move().next().is_none()
    }

    /// The open questions, gravest and dearest first.
    pub fn open(&self) -> Vec<&Item> {
        let mut open: Vec<&Item> = self.items.iter().filter(|item| item.severity > Severity::Good).collect();
        open.sort_by_key(|item| std::cmp::Reverse((item.severity == Severity::Move, item.points)));
        open
    }
}

/// Weighs a draft; `earlier` are the reasons why talks on it failed before.
pub fn meter(draft: &Draft<'_>, words: &Words, earlier: &[Experience<'_>]) -> Meter {
    let mut review = Review::new(*draft, words);
    privacy(&mut review);
    title(&mut review);
    problem(&mut review);
    present_state(&mut review);
    target::review(&mut review);
    tried(&mut review);
    deadline(&mut review);
    budget(&mut review);
    filled_in(&mut review);
    keywords(&mut review);
    for experience in earlier.iter().filter(|experience| experience.count > 0) {
        failed_before(&mut review, experience);
    }
    review.finish()
}

/// A draft under review: the items so far and the points that every field still has.
pub(super) struct Review<'d> {
    pub(super) draft: Draft<'d>,
    pub(super) words: &'d Words,
    items: Vec<Item>,
    left: Vec<u32>,
}

impl<'d> Review<'d> {
    fn new(draft: Draft<'d>, words: &'d Words) -> Self {
        let left = Field::ALL.iter().map(|field| field.points()).collect();
        Self { draft, words, items: Vec::new(), left }
    }

    /// Asks a question; it costs its points as long as the field has some.
    pub(super) fn ask(&mut self, asked: &Question, field: Field, place: Option<Range<usize>>, question: String) {
        let left = &mut self.left[field as usize];
        let points = asked.points.min(*left);
        *left -= points;
        self.items.push(Item { field, code: asked.code, severity: asked.severity, question, place, points });
    }

    fn finish(mut self) -> Meter {
        let answered = Field::ALL.iter().filter(|field| {
            let whole = self.left[**field as usize] == field.points() && field.points() > 0;
            whole && self.items.iter().all(|item| item.field != **field)
        });
        let good: Vec<Item> = answered.map(|field| good(*field)).collect();
        self.items.extend(good);
        self.items.sort_by_key(|item| (item.severity != Severity::Move, item.field as usize));
        Meter { score: self.left.iter().sum(), items: self.items }
    }
}

fn good(field: Field) -> Item {
    let question = match field {
        Field::Targets => "目标有数值、单位和界限".to_owned(),
        other => format!("{}已写明", other.chinese()),
    };
    Item { field, code: ANSWERED, severity: Severity::Good, question, place: None, points: field.points() }
}

/// What must not be read by everybody: contacts, and words of the confidential part.
fn privacy(review: &mut Review<'_>) {
    let draft = review.draft;
    for (field, text) in draft.public() {
        for contact in contacts(text) {
            let (kind, found) = (contact.kind.chinese(), &text[contact.range.clone()]);
            let shown = Mobile::parse(found).map_or_else(|_| masked(found), |mobile| mobile.masked());
            let question = format!("公开部分有{kind}“{shown}”；请删去，联系方式在对接洽谈时由系统提供");
            review.ask(&ask::CONTACT_IN_PUBLIC, field, Some(contact.range), question);
        }
        let secret =
            |found: &Range<usize>| !["协议", "条款", "义务", "制度"].iter().any(|w| text[found.end..].starts_with(w));
        let words = review.words;
        let marks: Vec<Range<usize>> = words.find(text, &[Vague::Secret]).map(|found| found.range).collect();
        if let Some(place) = marks.into_iter().find(secret) {
            let question = format!("公开部分写有“{}”；需要保密的内容请移到保密部分", &text[place.clone()]);
            review.ask(&ask::SECRET_IN_PUBLIC, field, Some(place), question);
        }
        let repeated = overlap(text, draft.confidential, REPEATED_CHARS_MIN);
        if let Some((place, _)) = repeated.into_iter().next() {
            let question = format!("保密部分的{}也写在这里；请只留在一处", quoted(&text[place.clone()]));
            review.ask(&ask::SECRET_REPEATED, field, Some(place), question);
        }
    }
}

/// The first two characters, so that the writer finds the place and a printed list shows nothing.
fn masked(text: &str) -> String {
    text.chars().take(2).chain("****".chars()).collect()
}

fn title(review: &mut Review<'_>) {
    let title = review.draft.title.trim();
    let length = chars(title);
    if length == 0 {
        return review.ask(
            &ask::TITLE_MISSING,
            Field::Title,
            None,
            "没有需求题目；请用一句话写明要解决什么技术问题".to_owned(),
        );
    }
    if length < TITLE_CHARS_MIN {
        let question = format!("题目“{title}”只有 {length} 个字；请写明对什么产品或工艺、解决什么问题");
        review.ask(&ask::TITLE_TOO_SHORT, Field::Title, None, question);
    }
    if length > TITLE_CHARS_MAX {
        let question = format!("题目有 {length} 个字；请压缩到 {TITLE_CHARS_MAX} 字以内，细节写在技术难题中");
        review.ask(&ask::TITLE_TOO_LONG, Field::Title, None, question);
    }
    let numbered = title.split(['；', ';', '。', '\n']).filter(|part| chars(part) >= TITLE_CHARS_MIN).count();
    if numbered > 1 {
        let question = format!("题目像是 {numbered} 项需求；不同专业的需求请分开提出，便于各自匹配");
        review.ask(&ask::SEVERAL_NEEDS, Field::Title, None, question);
    }
}

fn problem(review: &mut Review<'_>) {
    let text = review.draft.problem;
    let length = chars(text);
    if length == 0 || review.words.is_only(text, Vague::Nothing) {
        let question = "没有写技术难题；请写明在什么产品、什么工序上出现什么问题，造成什么后果".to_owned();
        return review.ask(&ask::PROBLEM_MISSING, Field::Problem, None, question);
    }
    if length < PROBLEM_CHARS_MIN {
        let question =
            format!("{}只有 {length} 个字；请写明在什么工序上、什么条件下出现，原因可能是什么", quoted(text.trim()));
        review.ask(&ask::PROBLEM_TOO_SHORT, Field::Problem, None, question);
    }
    if length > PROBLEM_CHARS_MAX {
        let question = format!("技术难题有 {length} 个字；请压缩到 {PROBLEM_CHARS_MAX} 字以内，背景和企业介绍可以删去");
        review.ask(&ask::PROBLEM_TOO_LONG, Field::Problem, None, question);
    }
    introduction(review, Field::Problem);
    empty_words(review, text, length);
    let parts = numbered_parts(text);
    if parts.len() > 1 {
        let question = format!(
            "技术难题分成 {} 项（{}）；如果要找不同专业的人，请分开提出",
            parts.len(),
            parts.iter().take(3).map(|part| quoted(part)).collect::<String>()
        );
        review.ask(&ask::SEVERAL_NEEDS, Field::Problem, None, question);
    }
}

/// A text most of which praises the enterprise.
fn introduction(review: &mut Review<'_>, field: Field) {
    let text = review.draft.text(field);
    let (mut about, mut first) = (0, None);
    for sentence in sentences(text) {
        let Some(found) = review.words.find(sentence.text, &[Vague::Introduction]).next() else { continue };
        about += chars(sentence.text);
        first.get_or_insert(sentence.start + found.range.start..sentence.start + found.range.end);
    }
    let Some(place) = first.filter(|_| about * 100 > chars(text) * INTRODUCTION_PERCENT) else { return };
    let question =
        format!("{}等多是企业介绍；请改写为要解决的技术问题，介绍放在可提供的条件中", quoted(&text[place.clone()]));
    review.ask(&ask::INTRODUCTION, field, Some(place), question);
}

/// Aims of every enterprise, in a problem that holds little else.
fn empty_words(review: &mut Review<'_>, text: &str, length: usize) {
    let found: Vec<Range<usize>> = review.words.find(text, &[Vague::Empty]).map(|found| found.range).collect();
    let substance = length >= SUBSTANCE_CHARS || !quantities(text).is_empty();
    let (Some(first), false) = (found.first(), substance) else { return };
    let mut shown: Vec<String> = Vec::new();
    for range in &found {
        let word = quoted(&text[range.clone()]);
        if !shown.contains(&word) && shown.len() < 3 {
            shown.push(word);
        }
    }
    let question = format!("{}没有说明具体问题；请写明要改变的是哪项性能、哪道工序", shown.concat());
    review.ask(&ask::EMPTY_WORDS, Field::Problem, Some(first.clone()), question);
}

/// The headings of numbered parts that each have a text of their own.
fn numbered_parts(text: &str) -> Vec<&str> {
    const HEADING_CHARS: Range<usize> = 4..26;
    const BODY_CHARS_MIN: usize = 40;
    let lines = lines(text);
    let is_heading = |line: &str| {
        HEADING_CHARS.contains(&chars(line))
            && !line.ends_with(['。', '；', ';', '，', ','])
            && quantities(line).is_empty()
    };
    let heads = lines.windows(2).filter(|pair| {
        pair[0].numbered && is_heading(pair[0].text) && !pair[1].numbered && chars(pair[1].text) >= BODY_CHARS_MIN
    });
    heads.map(|pair| pair[0].text.trim_end_matches([':', '：'])).collect()
}

fn present_state(review: &mut Review<'_>) {
    let draft = review.draft;
    let (text, length) = (draft.present_state, chars(draft.present_state));
    if length == 0 || review.words.is_only(text, Vague::Nothing) {
        let question = "没有写现状；请写明现在用什么工艺或设备，指标现在是多少".to_owned();
        return review.ask(&ask::STATE_MISSING, Field::PresentState, None, question);
    }
    if length < STATE_CHARS_MIN {
        let question = format!("现状{}只有 {length} 个字；请写明现用的工艺、设备和指标", quoted(text.trim()));
        review.ask(&ask::STATE_TOO_SHORT, Field::PresentState, None, question);
    } else if quantities(text).is_empty() && quantities(draft.problem).is_empty() {
        let question = "现状没有数值；请写明要改进的指标现在是多少".to_owned();
        review.ask(&ask::STATE_WITHOUT_FIGURE, Field::PresentState, None, question);
    }
    introduction(review, Field::PresentState);
}

fn tried(review: &mut Review<'_>) {
    let text = review.draft.tried;
    if chars(text) == 0 {
        let question = "没有写已做过的尝试；请写明试过哪些办法、结果如何，没有试过的写明原因".to_owned();
        review.ask(&ask::TRIED_MISSING, Field::Tried, None, question);
    } else if review.words.is_only(text, Vague::Nothing) {
        let question = format!("{}没有说明原因；请写明了解过哪些办法、为什么没有试", quoted(text.trim()));
        review.ask(&ask::TRIED_NOTHING, Field::Tried, None, question);
    }
}

fn deadline(review: &mut Review<'_>) {
    let text = review.draft.deadline.trim();
    if text.is_empty() {
        let question = "没有写期望完成日期；请写明年月".to_owned();
        review.ask(&ask::DEADLINE_MISSING, Field::Deadline, None, question);
    } else if !is_time(text) {
        let question = format!("{}不是日期；请写明年月", quoted(text));
        review.ask(&ask::DEADLINE_VAGUE, Field::Deadline, None, question);
    }
}

/// A day, a year or a length of time.
pub(super) fn is_time(text: &str) -> bool {
    let year = text.split(|symbol: char| !symbol.is_ascii_digit()).any(|run| run.len() == 4 && run.starts_with("20"));
    year || quantities(text).iter().any(|quantity| quantity.dimension().is_time())
}

fn budget(review: &mut Review<'_>) {
    let note = review.draft.budget_note;
    let in_note = quantities(note).iter().any(|quantity| quantity.dimension().is_money() || quantity.value >= 10_000.0);
    if review.draft.budget_fen.is_some_and(|fen| fen > 0) || in_note {
        return;
    }
    let Some(later) = review.words.find(note, &[Vague::Later]).next() else {
        let question = "没有写预算；请写明可投入的金额，不能确定的写范围".to_owned();
        return review.ask(&ask::BUDGET_MISSING, Field::Budget, None, question);
    };
    let word = quoted(&note[later.range.clone()]);
    let question = format!("预算{word}，科研人员难以判断能否承担；请写明上限或范围");
    review.ask(&ask::BUDGET_NEGOTIABLE, Field::Budget, Some(later.range), question);
}

/// Fields of which it only matters that something is said.
fn filled_in(review: &mut Review<'_>) {
    let fields = [
        (Field::Place, &ask::PLACE_MISSING, "没有写实施地点；请写明在哪里试验或改造，如市县和厂区"),
        (Field::Conditions, &ask::CONDITIONS_MISSING, "没有写可提供的条件；请写明能提供的场地、设备、人员或样品"),
        (Field::Industry, &ask::INDUSTRY_MISSING, "没有写行业代码；请选填国民经济行业代码，如 C35"),
    ];
    for (field, asked, question) in fields {
        let text = review.draft.text(field);
        if chars(text) == 0 || review.words.is_only(text, Vague::Nothing) {
            review.ask(asked, field, None, question.to_owned());
        }
    }
}

fn keywords(review: &mut Review<'_>) {
    let draft = review.draft;
    if draft.keyword_list().next().is_none() {
        let question = "没有写关键词；请写 3 至 5 个材料、工艺、设备或学科的名称".to_owned();
        return review.ask(&ask::KEYWORDS_MISSING, Field::Keywords, None, question);
    }
    let kinds = [Vague::General, Vague::Empty, Vague::Change, Vague::Degree];
    let empty = |word: &&str| kinds.iter().any(|kind| review.words.is_only(word, *kind));
    if let Some(word) = draft.keyword_list().find(empty) {
        let question = format!("关键词“{word}”不是技术词；请换成材料、工艺或设备的名称");
        review.ask(&ask::KEYWORD_EMPTY, Field::Keywords, None, question);
    }
}

/// What a coded reason of failed talks asks of the need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Code of [`crate::process::talks::FAILURE`].
    pub code: &'static str,
    question: Question,
    field: Field,
    because: &'static str,
    wanted: &'static str,
}

const fn failure(
    code: &'static str,
    question: Question,
    field: Field,
    because: &'static str,
    wanted: &'static str,
) -> Failure {
    Failure { code, question, field, because, wanted }
}

/// Every reason for which talks fail; the last one stands for a code that is not known.
pub const FAILURES: &[Failure] = &[
    failure(
        "unclear_target",
        ask::EARLIER_UNCLEAR_TARGET,
        Field::Targets,
        "指标不明确",
        "请逐项写明数值、单位和检验办法",
    ),
    failure("budget_too_low", ask::EARLIER_BUDGET, Field::Budget, "预算不足或不明", "请写明预算"),
    failure("no_site", ask::EARLIER_SITE, Field::Conditions, "缺少实施条件", "请写明场地、设备和配合人员"),
    failure(
        "secrecy",
        ask::EARLIER_SECRECY,
        Field::Confidential,
        "保密或知识产权分歧",
        "请写明哪些内容保密、成果怎样归属",
    ),
    failure("time_too_short", ask::EARLIER_TIME, Field::Deadline, "时间不足", "请核对期限是否可行"),
    failure(
        "technology_not_mature",
        ask::EARLIER_MATURITY,
        Field::Tried,
        "技术不成熟",
        "请写明可以接受的成熟程度和试验安排",
    ),
    failure("wrong_field", ask::EARLIER_FIELD, Field::Keywords, "方向不符", "请核对难题和关键词是否说清了所需专业"),
    failure("other", ask::EARLIER_OTHER, Field::Problem, "其他原因", "请对照洽谈记录修改"),
];

fn failed_before(review: &mut Review<'_>, experience: &Experience<'_>) {
    let known = FAILURES.iter().find(|failure| failure.code == experience.failure).or(FAILURES.last());
    let Some(failure) = known else { return };
    let question = format!("此前 {} 次对接因{}未成；{}", experience.count, failure.because, failure.wanted);
    review.ask(&failure.question, failure.field, None, question);
}
