//! Targets one by one: a figure with name, limit, unit and the value of today, or a question for what is missing.

use std::ops::Range;

use super::field::Field;
use super::meter::Review;
use super::quantity::{Comparator, Quantity, quantities};
use super::question::{self as ask, Question};
use super::text::{Part, chars, quoted, sentences};
use super::words::{Found, Vague, Words};

/// Questions of one kind about single targets; more would not be read.
const PER_KIND_MAX: usize = 3;

/// Shorter parts are remains of a split, no targets.
const TARGET_CHARS_MIN: usize = 3;

/// What can be checked without a figure.
const STANDARDS: [&str; 12] =
    ["GB", "ISO", "IEC", "国标", "行标", "国家标准", "行业标准", "团体标准", "排放标准", "法规", "阻燃等级", "国六"];

/// Names whose figures have no unit.
const PURE_NUMBERS: [&str; 13] = ["比", "系数", "因子", "指数", "数", "倍", "pH", "PH", "值", "分", "年", "色差", "熵"];

/// So many things or so much money is meant, and which one the sentence says.
const LARGE: f64 = 10_000.0;

/// One target with the figures in it.
struct Target<'t> {
    part: Part<'t>,
    figures: Vec<Quantity<'t>>,
    /// Whether a figure says something of the technology, or a standard is named.
    checkable: bool,
    /// Whether it only counts papers, patents or trained people.
    output: bool,
}

/// All questions about the targets.
pub(super) fn review(review: &mut Review<'_>) {
    let text = review.draft.targets;
    let parts = sentences(text).into_iter().filter(|part| is_target(part.text));
    let targets: Vec<Target<'_>> = parts.map(|part| target(review, part)).collect();
    if targets.is_empty() {
        let question = "没有写目标指标；请一行一项写明指标名称、数值和单位，如“热效率≥85%”".to_owned();
        return review.ask(&ask::TARGETS_MISSING, Field::Targets, None, question);
    }
    if targets.iter().all(|target| !target.checkable) {
        none_is_checkable(review, &targets);
    }
    let open: Vec<&Target<'_>> = targets.iter().filter(|target| !target.checkable && !target.output).collect();
    without_figure(review, &open);
    let with: Vec<&Target<'_>> = targets.iter().filter(|target| target.checkable).collect();
    without_unit(review, &with);
    without_present(review, &with);
    without_comparator(review, &with);
}

/// Not a heading and not a remain.
fn is_target(text: &str) -> bool {
    chars(text) >= TARGET_CHARS_MIN && !text.ends_with(['：', ':'])
}

fn target<'t>(review: &Review<'t>, part: Part<'t>) -> Target<'t> {
    let figures = quantities(part.text);
    let output = review.words.find(part.text, &[Vague::Output]).next().is_some();
    let technical = |quantity: &Quantity<'_>| {
        let deadline = quantity.dimension().is_time() && quantity.name.is_empty();
        let counted = output && quantity.dimension().is_count();
        let stated = quantity.unit.is_some() || quantity.comparator.is_some();
        stated && !deadline && !counted
    };
    let checkable = figures.iter().any(technical) || STANDARDS.iter().any(|standard| part.text.contains(standard));
    Target { part, checkable, output: output && !checkable && !figures.is_empty(), figures }
}

fn none_is_checkable(review: &mut Review<'_>, targets: &[Target<'_>]) {
    if targets.iter().any(|target| target.output) {
        let question = "目标只有专利、论文等产出；请写明技术指标的名称、数值和单位".to_owned();
        review.ask(&ask::TARGETS_ONLY_OUTPUTS, Field::Targets, None, question);
    } else {
        let question = format!("{} 项目标都没有数值；请至少写明一项可以检验的数值", targets.len());
        review.ask(&ask::TARGETS_WITHOUT_NUMBER, Field::Targets, None, question);
    }
}

/// The words that stand instead of a figure, and one question for all targets that only name a function.
fn without_figure(review: &mut Review<'_>, targets: &[&Target<'_>]) {
    let mut functional: Vec<Part<'_>> = Vec::new();
    let mut asked: Vec<(&str, String)> = Vec::new();
    for part in targets.iter().map(|target| target.part) {
        let Some((kind, words, question)) = words_instead(review.words, part.text) else {
            functional.push(part);
            continue;
        };
        let of_kind = asked.iter().filter(|(code, _)| *code == kind.code).count();
        if of_kind < PER_KIND_MAX && asked.iter().all(|(_, before)| *before != question) {
            asked.push((kind.code, question.clone()));
            review.ask(&kind, Field::Targets, Some(part.start + words.start..part.start + words.end), question);
        }
    }
    if let Some(first) = functional.first() {
        let many = and_more(functional.len());
        let question = format!("{}{many}没有说明怎样算达到；请写明数值或验收办法", quoted(first.text));
        review.ask(&ask::TARGET_NOT_CHECKABLE, Field::Targets, Some(place_of(*first)), question);
    }
}

/// The most telling words of a target that say nothing, with what to ask about them.
fn words_instead(words: &Words, target: &str) -> Option<(Question, Range<usize>, String)> {
    let found: Vec<Found> = words.find(target, &[Vague::Later, Vague::Level, Vague::Degree, Vague::Change]).collect();
    let first =
        |wanted: &[Vague]| found.iter().find(|found| wanted.contains(&found.kind)).map(|found| found.range.clone());
    if let Some(place) = first(&[Vague::Later]) {
        let question = format!("{}没有写出要求；请先写明最低要求，细节可以再商", quoted(target));
        return Some((ask::TARGET_DEFERRED, place, question));
    }
    if let Some(place) = first(&[Vague::Level]) {
        let word = quoted(&target[place.clone()]);
        let question = format!("{word}没有可检验的指标；请写明以哪个产品、标准或数值为准");
        return Some((ask::TARGET_LEVEL, place, question));
    }
    let place = clause_around(target, &first(&[Vague::Degree, Vague::Change])?);
    let clause = &target[place.clone()];
    Some((ask::TARGET_WITHOUT_NUMBER, place, format!("{}没有数值；{}", quoted(clause), how_much(clause))))
}

fn and_more(count: usize) -> String {
    if count > 1 { format!("等 {count} 项") } else { String::new() }
}

/// From a word to the end of its clause; from the clause's beginning when the word alone would say too little.
fn clause_around(text: &str, word: &Range<usize>) -> Range<usize> {
    const TELLING_CHARS: usize = 5;
    const SIGNS: [char; 8] = ['，', ',', '、', '。', '；', '）', '（', ' '];
    let end = word.start + text[word.start..].find(SIGNS).unwrap_or(text.len() - word.start);
    if chars(&text[word.start..end]) >= TELLING_CHARS {
        return word.start..end;
    }
    let start =
        text[..word.start].rfind(SIGNS).map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    start..end
}

/// The question that fits the direction.
fn how_much(clause: &str) -> String {
    let direction =
        ["提高", "提升", "增加", "降低", "减少", "缩短", "延长"].into_iter().find(|word| clause.contains(word));
    direction.map_or_else(|| "请写明用什么指标衡量、达到多少".to_owned(), |word| format!("请写明从多少{word}到多少"))
}

/// Figures with a limit and no unit.
fn without_unit(review: &mut Review<'_>, targets: &[&Target<'_>]) {
    let pure = |quantity: &Quantity<'_>| {
        let symbol = quantity.name.ends_with(|last: char| last.is_ascii_digit());
        symbol
            || quantity.name.is_empty()
            || quantity.value >= LARGE
            || PURE_NUMBERS.iter().any(|name| quantity.name.ends_with(name))
    };
    let lacking =
        |quantity: &&Quantity<'_>| quantity.unit.is_none() && quantity.comparator.is_some() && !pure(quantity);
    for (target, quantity) in figures(targets).filter(|(_, quantity)| lacking(quantity)).take(PER_KIND_MAX) {
        let question = format!("{}没有单位；请写明单位", shown(target, quantity));
        review.ask(&ask::FIGURE_WITHOUT_UNIT, Field::Targets, Some(place_in(target, quantity)), question);
    }
}

/// "提高 20%": of what? Answered by a figure of the same thing in the present state, or a comparison in the target.
fn without_present(review: &mut Review<'_>, targets: &[&Target<'_>]) {
    let words = review.words;
    let present: Vec<Quantity<'_>> =
        [review.draft.present_state, review.draft.problem].into_iter().flat_map(quantities).collect();
    let is_cost = |name: &str| ["成本", "费用", "价"].iter().any(|word| name.contains(word));
    let known = |quantity: &Quantity<'_>| {
        present.iter().any(|today| {
            share_words(today.name, quantity.name) || (is_cost(quantity.name) && today.dimension().is_money())
        })
    };
    let relative = |target: &Target<'_>, quantity: &Quantity<'_>| {
        let change = words.find(quantity.name, &[Vague::Change]).next().is_some();
        let share = quantity.unit.is_some_and(|unit| unit.dimension.is_number());
        let to = quantity.comparator == Some(Comparator::To);
        let compared = ["比", "由", "从", "较"].iter().any(|word| target.part.text.contains(word));
        change && share && !to && !compared && !known(quantity)
    };
    let found: Vec<_> = figures(targets).filter(|(target, quantity)| relative(target, quantity)).collect();
    if let Some((target, quantity)) = found.first() {
        let question =
            format!("{}{}没有说明现在是多少；请在现状中写明现值", shown(target, quantity), and_more(found.len()));
        review.ask(&ask::TARGET_WITHOUT_PRESENT, Field::Targets, Some(place_in(target, quantity)), question);
    }
}

/// Whether two names have two neighbouring characters in common: 故障率 and 设备故障率降低.
fn share_words(left: &str, right: &str) -> bool {
    let pairs = |text: &str| text.chars().zip(text.chars().skip(1)).collect::<Vec<_>>();
    let right = pairs(right);
    pairs(left).iter().any(|pair| right.contains(pair))
}

/// A measured figure without 不低于, ≤ or 以内.
fn without_comparator(review: &mut Review<'_>, targets: &[&Target<'_>]) {
    let words = review.words;
    let lacking = |quantity: &Quantity<'_>| {
        let dimension = quantity.dimension();
        let measured = quantity.unit.is_some()
            && !(dimension.is_count() || dimension.is_time() || dimension.is_money() || dimension.is_mass());
        let change = words.find(quantity.name, &[Vague::Change]).next().is_some();
        measured && !change && quantity.comparator.is_none() && quantity.upper.is_none() && chars(quantity.name) > 1
    };
    let found = figures(targets).filter(|(target, quantity)| lacking(quantity) && ends_clause(target, quantity));
    for (target, quantity) in found.take(PER_KIND_MAX).collect::<Vec<_>>() {
        let question = format!("{}没有说明界限；请写明是不低于、不高于还是允许的范围", shown(target, quantity));
        review.ask(&ask::TARGET_WITHOUT_COMPARATOR, Field::Targets, Some(place_in(target, quantity)), question);
    }
}

/// Whether nothing follows that the figure belongs to, as in `600MPa级` or `90%节点`.
fn ends_clause(target: &Target<'_>, quantity: &Quantity<'_>) -> bool {
    let next = target.part.text[quantity.range.end..].trim_start().chars().next();
    next.is_none_or(|next| !next.is_alphanumeric())
}

fn figures<'a, 't>(targets: &'a [&'a Target<'t>]) -> impl Iterator<Item = (&'a Target<'t>, &'a Quantity<'t>)> {
    targets.iter().flat_map(|target| target.figures.iter().map(move |quantity| (*target, quantity)))
}

/// Name and figure as they stand in the text.
fn shown(target: &Target<'_>, quantity: &Quantity<'_>) -> String {
    quoted(&target.part.text[named_range(target, quantity)])
}

fn named_range(target: &Target<'_>, quantity: &Quantity<'_>) -> Range<usize> {
    let text = target.part.text;
    let before = &text[..quantity.range.start];
    let start = if quantity.name.is_empty() { None } else { before.rfind(quantity.name) };
    start.unwrap_or(quantity.range.start)..quantity.range.end
}

fn place_of(part: Part<'_>) -> Range<usize> {
    part.start..part.start + part.text.len()
}

fn place_in(target: &Target<'_>, quantity: &Quantity<'_>) -> Range<usize> {
    let range = named_range(target, quantity);
    target.part.start + range.start..target.part.start + range.end
}
