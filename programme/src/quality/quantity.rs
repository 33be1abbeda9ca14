//! Figures in running text: what is measured, how it is compared, value or range, unit, and where it stands.
//!
//! One pass over the text, each figure read by hand: no expression that could go back and forth. What looks like a figure
//! and is none is left out: numbers of lists, dates, standards, patents and telephones, models such as `PA66` or `60Si2Mn`,
//! places in a molecule. A figure without a unit is kept, since somebody may have to ask for its unit.

use std::ops::Range;

use super::unit::{Dimension, Unit, plain, unit_at, unknown_unit_at};

/// A longer run of digits is a number of something: a telephone, a patent, an account.
const DIGITS_MAX: usize = 8;

/// How far back the name of a figure is looked for, in characters.
const NAME_CHARS_MAX: usize = 16;

/// Which side of the figure satisfies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparator {
    /// 不低于, ≥, 以上.
    AtLeast,
    /// 大于, 超过.
    MoreThan,
    /// 不高于, ≤, 以内.
    AtMost,
    /// 小于, 低于.
    LessThan,
    /// 约, 左右.
    About,
    /// 达到, 提高到, 降至, =: the figure itself.
    To,
}

/// A figure of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity<'t> {
    /// What is measured, as the words before the figure name it; may be empty.
    pub name: &'t str,
    /// How it is compared; none when the text does not say.
    pub comparator: Option<Comparator>,
    /// The value, or the lower end of a range, in the unit; multipliers such as `万` are in it.
    pub value: f64,
    /// The upper end of a range; `±2` is the range from -2 to 2.
    pub upper: Option<f64>,
    /// The unit; none when the text does not say.
    pub unit: Option<Unit<'t>>,
    /// Bytes from the comparator to the unit or the words behind it.
    pub range: Range<usize>,
}

impl Quantity<'_> {
    /// What is measured by its unit; a bare number without one.
    pub fn dimension(&self) -> Dimension {
        self.unit.map_or_else(Dimension::default, |unit| unit.dimension)
    }

    /// Both ends in base units, for figures of one dimension in different units.
    pub fn in_base_units(&self) -> (f64, f64) {
        let factor = self.unit.map_or(1.0, |unit| unit.factor);
        (self.value * factor, self.upper.unwrap_or(self.value) * factor)
    }
}

/// Every figure, in the order of the text; ranges do not overlap and lie on characters.
pub fn quantities(text: &str) -> Vec<Quantity<'_>> {
    let mut found: Vec<Quantity<'_>> = Vec::new();
    let mut at = 0;
    while let Some(symbol) = text[at..].chars().next() {
        let read = match plain(symbol) {
            '0'..='9' => ascii_figure(text, at),
            '一'..='龥' if chinese_digit(symbol).is_some() || symbol == '百' || symbol == '千' => {
                chinese_figure(text, at)
            }
            _ => Read::Nothing(at + symbol.len_utf8()),
        };
        at = match read {
            Read::Figure(quantity, end) => {
                let floor = found.last().map_or(0, |last| last.range.end);
                found.push(Quantity { range: quantity.range.start.max(floor)..quantity.range.end, ..*quantity });
                end
            }
            Read::Nothing(end) => end,
        };
    }
    found
}

/// What was read and where to go on.
enum Read<'t> {
    Figure(Box<Quantity<'t>>, usize),
    Nothing(usize),
}

/// A number with its multiplier.
#[derive(Clone, Copy)]
struct Number {
    value: f64,
    multiplier: f64,
    digits: usize,
    whole: bool,
    end: usize,
}

fn ascii_figure(text: &str, start: usize) -> Read<'_> {
    let number = number_at(text, start);
    if number.digits > DIGITS_MAX || is_code(text, start) || is_ordinal(text, start, number) {
        return Read::Nothing(run_end(text, number.end));
    }
    if let Some(end) = date_end(text, number) {
        return Read::Nothing(end);
    }
    let (multiplier, unit, end) = unit_behind(text, number.end);
    let (unit, end) = match unit {
        None if end == number.end => unknown_unit_behind(text, start, end),
        known => (known, end),
    };
    if unit.is_none() && follows_letters(text, start) {
        return Read::Nothing(number.end);
    }
    let first = Number { value: number.value * multiplier, multiplier, end, ..number };
    if unit.is_none() && is_model(text, number.end) {
        return Read::Nothing(run_end(text, number.end));
    }
    if is_steel_grade(&text[start..end]) || ["2d", "3d", "4d"].contains(&&text[start..end]) {
        return Read::Nothing(end);
    }
    with_upper_end(text, start, first, unit)
}

/// Looks for the other end of a range, then for the words around the figure.
fn with_upper_end<'t>(text: &'t str, start: usize, first: Number, unit: Option<Unit<'t>>) -> Read<'t> {
    let Some(second_start) = range_sign_end(text, first.end) else {
        return finish(text, start, first, None, unit, first.end);
    };
    let second = number_at(text, second_start);
    if second.digits == 0 || second.digits > DIGITS_MAX {
        return finish(text, start, first, None, unit, first.end);
    }
    let years = |number: &Number| number.whole && (1900.0..2100.0).contains(&number.value);
    let goes_on = range_sign_end(text, second.end).is_some_and(|at| text[at..].starts_with(is_digit));
    if (years(&first) && years(&second)) || (goes_on && unit.is_none()) {
        return Read::Nothing(run_end(text, second.end));
    }
    let (multiplier, second_unit, end) = unit_behind(text, second.end);
    if second_unit.is_none() && is_model(text, second.end) {
        return Read::Nothing(run_end(text, second.end));
    }
    let is_temperature = unit.or(second_unit).is_some_and(|unit| unit.dimension.is_temperature());
    let sign = |start: usize| if is_temperature && minus_bytes(text, start) > 0 { -1.0 } else { 1.0 };
    let upper = second.value * multiplier * sign(second_start);
    // "30-50万元": the multiplier and the unit stand once, behind.
    let lower = if unit.is_none() && first.multiplier <= 1.0 { first.value * multiplier } else { first.value };
    let same = match (unit, second_unit) {
        (Some(unit), Some(other)) => unit.dimension == other.dimension,
        _ => true,
    };
    let scale = match (unit, second_unit) {
        (Some(unit), Some(other)) => other.factor / unit.factor,
        _ => 1.0,
    };
    if upper * scale < lower * sign(start) || !same {
        return finish(text, start, first, None, unit, first.end);
    }
    let first = Number { value: lower, ..first };
    finish(text, start, first, Some(upper * scale), unit.or(second_unit), end)
}

fn finish<'t>(
    text: &'t str,
    start: usize,
    number: Number,
    upper: Option<f64>,
    unit: Option<Unit<'t>>,
    end: usize,
) -> Read<'t> {
    let is_temperature = unit.is_some_and(|unit| unit.dimension.is_temperature());
    let minus = if is_temperature { minus_bytes(text, start) } else { 0 };
    let (decorated, signed) = decoration_start(text, start - minus);
    let (before, from) = comparator_before(text, decorated);
    let (behind, to) = comparator_behind(text, end, unit);
    let unit = unit.or_else(|| unit_in_bracket(text, from));
    let (value, upper) = match (signed, minus > 0) {
        (true, _) => (-number.value, Some(number.value)),
        (false, true) => (-number.value, upper),
        (false, false) => (number.value, upper),
    };
    let quantity =
        Quantity { name: name_before(text, from), comparator: behind.or(before), value, upper, unit, range: from..to };
    Read::Figure(Box::new(quantity), to)
}

fn is_digit(symbol: char) -> bool {
    plain(symbol).is_ascii_digit()
}

fn last_before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back().map(plain)
}

fn next_at(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next().map(plain)
}

/// Digits with thousands separators and a decimal point, and a power of ten behind `×10`.
fn number_at(text: &str, start: usize) -> Number {
    let mut digits = String::new();
    let mut whole = true;
    let mut rest = text[start..].char_indices().map(|(at, symbol)| (start + at, symbol)).peekable();
    let mut end = start;
    while let Some((at, symbol)) = rest.next() {
        let next_is_digit = rest.peek().is_some_and(|(_, next)| is_digit(*next));
        match plain(symbol) {
            digit @ '0'..='9' => digits.push(digit),
            '.' if whole && next_is_digit && !digits.is_empty() => {
                digits.push('.');
                whole = false;
            }
            ',' if whole && is_thousands(text, at, digits.len()) => {}
            _ => break,
        }
        end = at + symbol.len_utf8();
    }
    let value: f64 = digits.parse().unwrap_or_default();
    let count = digits.len() - usize::from(!whole);
    let (power, end) = power_of_ten(text, end).unwrap_or((0, end));
    Number { value: value * 10_f64.powi(power), multiplier: 1.0, digits: count, whole, end }
}

/// An ASCII comma with three digits behind it and no fourth, and one to three before: `1,122`.
fn is_thousands(text: &str, at: usize, digits_before: usize) -> bool {
    let behind = text.as_bytes().get(at + 1..).unwrap_or_default();
    let three = behind.len() >= 3 && behind[..3].iter().all(u8::is_ascii_digit);
    text.as_bytes()[at] == b',' && digits_before > 0 && three && !behind.get(3).is_some_and(u8::is_ascii_digit)
}

/// `×10^-6`, `×10⁵`, `*10E5` is none: the power and the end.
fn power_of_ten(text: &str, at: usize) -> Option<(i32, usize)> {
    const SUPERSCRIPTS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    let after = text[at..].strip_prefix(['×', 'x', '*'])?.strip_prefix("10")?;
    let written = after.strip_prefix('^').unwrap_or(after);
    let (sign, digits) = match written.strip_prefix(['-', '－', '⁻']) {
        Some(digits) => (-1, digits),
        None => (1, written),
    };
    let caret = written.len() < after.len() || sign < 0;
    let mut power = 0;
    let mut length = 0;
    for symbol in digits.chars().take(2) {
        let superscript = SUPERSCRIPTS.chars().position(|known| known == symbol);
        let digit = superscript.or_else(|| symbol.to_digit(10).filter(|_| caret).map(|digit| digit as usize));
        let Some(digit) = digit else { break };
        power = power * 10 + i32::try_from(digit).unwrap_or_default();
        length += symbol.len_utf8();
    }
    (length > 0).then(|| (sign * power, text.len() - digits.len() + length))
}

/// Whether the figure goes on from letters, a hyphenated name, a standard's mark or another number's path.
fn is_code(text: &str, start: usize) -> bool {
    const STANDARDS: [&str; 14] =
        ["GB", "GB/T", "GBT", "JB", "JB/T", "HG", "HG/T", "ISO", "IEC", "DB", "EN", "ASTM", "NY/T", "QB/T"];
    let mut back = text[..start].chars().rev().map(plain);
    let (last, second) = (back.next(), back.next());
    match last {
        Some('x' | 'X') => !second.is_some_and(|symbol| symbol.is_ascii_digit()),
        Some('_' | '#' | '第' | '/' | '.' | '@') => true,
        Some('-') => second.is_some_and(|symbol| symbol.is_ascii_alphanumeric()),
        Some(' ') => {
            let is_mark = |symbol: char| symbol.is_ascii_alphabetic() || symbol == '/';
            let word = text[..start].trim_end().rsplit(|symbol| !is_mark(symbol)).next();
            word.is_some_and(|word| STANDARDS.contains(&word))
        }
        Some(letter) => letter.is_ascii_alphabetic(),
        None => false,
    }
}

/// The bytes of a minus before the figure. Only a temperature takes it; anything else is a hyphen or a dash.
fn minus_bytes(text: &str, start: usize) -> usize {
    let mut back = text[..start].chars().rev();
    let minus = back.next().filter(|symbol| matches!(symbol, '-' | '−' | '－'));
    let behind_figure = back.next().is_some_and(|symbol| plain(symbol).is_ascii_alphanumeric() || symbol == '℃');
    minus.filter(|_| !behind_figure).map_or(0, char::len_utf8)
}

/// `1、`, `（2）`, `3.`, `【4】` at the start of a line or clause; also `12月`, `5号`.
fn is_ordinal(text: &str, start: usize, number: Number) -> bool {
    if !number.whole || number.digits > 4 {
        return false;
    }
    let next = next_at(text, number.end);
    let of_date = next == Some('日') && last_before(text, start) == Some('月');
    if of_date || matches!(next, Some('月' | '号' | '届')) {
        return true;
    }
    if number.digits > 2 {
        return false;
    }
    let opens = text[..start].trim_end_matches([' ', '\t']).chars().next_back().map(plain);
    let at_start = opens.is_none_or(|symbol| "\n\r(（【[<；;。：:，,、\"“".contains(symbol));
    let behind = text[number.end..].chars().nth(1).map(plain);
    at_start
        && match next {
            Some('、' | ')' | '）' | '】' | ']' | '．' | ',' | ':') => {
                !behind.is_some_and(|next| next.is_ascii_digit())
            }
            Some('.') => true,
            _ => false,
        }
}

/// The end of `2025年6月30日`, `2025-06-30`, `2025.6`, `2025年底`; none when the figure is no year.
fn date_end(text: &str, number: Number) -> Option<usize> {
    let year = number.whole && number.digits == 4 && (1900.0..2100.0).contains(&number.value);
    let sign = next_at(text, number.end)?;
    if !year || !matches!(sign, '年' | '-' | '/') {
        return None;
    }
    let mut at = number.end + text[number.end..].chars().next().map_or(0, char::len_utf8);
    if sign == '年' {
        return Some(at);
    }
    let month = number_at(text, at);
    at = month.end;
    let again = month.digits == 2 && text[at..].starts_with(sign);
    again.then(|| number_at(text, at + 1).end)
}

/// Letters behind a figure are a unit nobody listed when a limit stands before it, and a model when not: `≤20APHA`, `20CrMo`.
fn unknown_unit_behind(text: &str, start: usize, end: usize) -> (Option<Unit<'_>>, usize) {
    let (limit, _) = comparator_before(text, decoration_start(text, start).0);
    let limit = limit.filter(|limit| *limit != Comparator::To);
    let unit = limit.and_then(|_| unknown_unit_at(&text[end..]));
    (unit, end + unit.map_or(0, |unit| unit.text.len()))
}

/// Letters right behind a number that are no unit, or a hyphen that goes on into a word: `304N`, `3D`, `2-甲基`.
fn is_model(text: &str, end: usize) -> bool {
    let mut ahead = text[end..].chars().map(plain);
    let (first, second) = (ahead.next(), ahead.next());
    match first {
        Some('x' | 'X') => !second.is_some_and(|second| second.is_ascii_digit()),
        Some('-' | '#' | '_') => second.is_some_and(|second| second.is_alphanumeric() && !second.is_ascii_digit()),
        Some(next) => next.is_ascii_alphabetic(),
        None => false,
    }
}

/// Steel grades look like so many litres or newtons.
fn is_steel_grade(figure: &str) -> bool {
    let grade = figure.strip_suffix(['L', 'N']);
    grade.is_some_and(|grade| ["201", "202", "304", "310", "316", "317", "321", "347", "430"].contains(&grade))
}

/// A bare number behind a word in letters is part of a product's name: `Premier 5.0`.
fn follows_letters(text: &str, start: usize) -> bool {
    let before = text[..start].trim_end_matches(' ');
    before.len() < start && before.ends_with(|symbol: char| symbol.is_ascii_alphabetic())
}

/// The end of the run of letters, digits, points and hyphens that a code is made of.
fn run_end(text: &str, at: usize) -> usize {
    let part = |symbol: char| plain(symbol).is_ascii_alphanumeric() || matches!(plain(symbol), '.' | '-' | '_');
    at + text[at..].find(|symbol| !part(symbol)).unwrap_or(text.len() - at)
}

/// Multiplier, unit and end behind a number: `余万元`, ` MPa`, `万`.
fn unit_behind(text: &str, end: usize) -> (f64, Option<Unit<'_>>, usize) {
    let more = |at: usize| {
        let more = text[at..].chars().next().filter(|symbol| matches!(symbol, '余' | '多' | '来' | '几'));
        at + more.map_or(0, char::len_utf8)
    };
    let spaces = text[end..].chars().take_while(|symbol| plain(*symbol) == ' ').count();
    let mut at = end;
    if (1..=2).contains(&spaces) {
        at += text[end..].chars().take(spaces).map(char::len_utf8).sum::<usize>();
    }
    at = more(at);
    if let Some(unit) = unit_at(&text[at..]) {
        return (1.0, Some(unit), at + unit.text.len());
    }
    let mut multiplier = 1.0;
    let mut after = at;
    while let Some((symbol, times)) = text[after..].chars().next().and_then(|s| Some((s, multiplier_of(s)?))) {
        multiplier *= times;
        after += symbol.len_utf8();
    }
    let more_units = more(after);
    match unit_at(&text[more_units..]) {
        Some(unit) if after > at => (multiplier, Some(unit), more_units + unit.text.len()),
        _ if after > at => (multiplier, None, after),
        _ => (1.0, None, end),
    }
}

const fn multiplier_of(symbol: char) -> Option<f64> {
    match symbol {
        '十' => Some(10.0),
        '百' => Some(100.0),
        '千' => Some(1000.0),
        '万' => Some(10_000.0),
        '亿' => Some(100_000_000.0),
        _ => None,
    }
}

/// Where the second number of a range begins: behind `-`, `~`, `—`, `至`, `到`.
fn range_sign_end(text: &str, end: usize) -> Option<usize> {
    let rest = text[end..].trim_start_matches([' ', '\u{3000}']);
    let sign =
        rest.chars().next().filter(|s| matches!(plain(*s), '-' | '~' | '～' | '—' | '–' | '－' | '至' | '到'))?;
    let behind = rest.trim_start_matches(sign).trim_start_matches([' ', 'φ', 'Φ', '±', '-', '−']);
    let many = rest.len() - rest.trim_start_matches(sign).len();
    let short = many <= sign.len_utf8() * 2;
    (short && behind.starts_with(is_digit)).then(|| text.len() - behind.len())
}

/// Steps back over `φ`, `±`, `+` and spaces that belong to the figure; whether `±` is among them.
fn decoration_start(text: &str, start: usize) -> (usize, bool) {
    let before = text[..start].trim_end_matches([' ', 'φ', 'Φ', 'Ф', '±', '+', '＋', '¥', '￥']);
    let decoration = &text[before.len()..start];
    if decoration.trim().is_empty() { (start, false) } else { (before.len(), decoration.contains('±')) }
}

/// Words and signs before a figure, the longer one first where one ends with another.
const BEFORE: &[(&str, Comparator)] = &[
    ("大于等于", Comparator::AtLeast),
    ("大于或等于", Comparator::AtLeast),
    ("小于等于", Comparator::AtMost),
    ("小于或等于", Comparator::AtMost),
    ("至少", Comparator::AtLeast),
    ("最少", Comparator::AtLeast),
    ("不少于", Comparator::AtLeast),
    ("优于", Comparator::To),
    ("至多", Comparator::AtMost),
    ("最多", Comparator::AtMost),
    ("最高", Comparator::AtMost),
    ("最大", Comparator::AtMost),
    ("最低", Comparator::AtLeast),
    ("最小", Comparator::AtLeast),
    ("控制在", Comparator::AtMost),
    ("高于", Comparator::MoreThan),
    ("大于", Comparator::MoreThan),
    ("超过", Comparator::MoreThan),
    ("多于", Comparator::MoreThan),
    ("突破", Comparator::MoreThan),
    ("低于", Comparator::LessThan),
    ("小于", Comparator::LessThan),
    ("少于", Comparator::LessThan),
    ("短于", Comparator::LessThan),
    ("不足", Comparator::LessThan),
    ("大约", Comparator::About),
    ("约为", Comparator::About),
    ("约", Comparator::About),
    ("近", Comparator::About),
    ("接近", Comparator::About),
    ("达到", Comparator::To),
    ("达", Comparator::To),
    ("到", Comparator::To),
    ("至", Comparator::To),
    ("降为", Comparator::To),
    ("为", Comparator::To),
    (">=", Comparator::AtLeast),
    ("=>", Comparator::AtLeast),
    ("<=", Comparator::AtMost),
    ("=<", Comparator::AtMost),
    ("≥", Comparator::AtLeast),
    ("≧", Comparator::AtLeast),
    ("⩾", Comparator::AtLeast),
    ("≤", Comparator::AtMost),
    ("≦", Comparator::AtMost),
    ("⩽", Comparator::AtMost),
    (">", Comparator::MoreThan),
    ("＞", Comparator::MoreThan),
    ("<", Comparator::LessThan),
    ("＜", Comparator::LessThan),
    ("≈", Comparator::About),
    ("=", Comparator::To),
    ("＝", Comparator::To),
];

/// Words that turn a comparator behind them round.
const NEGATIONS: [&str; 9] = ["不得", "不应", "不能", "不可", "不宜", "不准", "严禁", "禁止", "不"];

fn comparator_before(text: &str, start: usize) -> (Option<Comparator>, usize) {
    let before = text[..start].trim_end_matches([' ', '\u{3000}']);
    let Some((word, comparator)) = BEFORE.iter().find(|(word, _)| before.ends_with(word)) else { return (None, start) };
    let before = &before[..before.len() - word.len()];
    let turned = match comparator {
        Comparator::MoreThan => Some(Comparator::AtMost),
        Comparator::LessThan => Some(Comparator::AtLeast),
        _ => None,
    };
    let negation = NEGATIONS.iter().find(|negation| before.ends_with(*negation));
    match (negation, turned) {
        (Some(negation), Some(turned)) => (Some(turned), before.len() - negation.len()),
        _ => (Some(*comparator), before.len()),
    }
}

/// Words behind a figure, the longer one first.
const BEHIND: &[(&str, Comparator)] = &[
    ("及以上", Comparator::AtLeast),
    ("及其以上", Comparator::AtLeast),
    ("以上", Comparator::AtLeast),
    ("及以下", Comparator::AtMost),
    ("以下", Comparator::AtMost),
    ("以内", Comparator::AtMost),
    ("之内", Comparator::AtMost),
    ("左右", Comparator::About),
    ("上下", Comparator::About),
];

fn comparator_behind(text: &str, end: usize, unit: Option<Unit<'_>>) -> (Option<Comparator>, usize) {
    let rest = text[end..].trim_start_matches(' ');
    let skipped = text.len() - rest.len();
    if let Some((word, comparator)) = BEHIND.iter().find(|(word, _)| rest.starts_with(word)) {
        return (Some(*comparator), skipped + word.len());
    }
    let within = rest.starts_with('内') && unit.is_some_and(|unit| unit.dimension.is_time());
    if within { (Some(Comparator::AtMost), skipped + '内'.len_utf8()) } else { (None, end) }
}

/// The words that end at the comparator, back to a comma, a space, a bracket or `的`, without what only leads over.
fn name_before(text: &str, at: usize) -> &str {
    const LEADING: [&str; 9] = ["其中", "并且", "要求", "使", "且", "并", "若", "按", "对"];
    const TRAILING: [&str; 10] = ["要求", "应", "需", "须", "要", "可", "在", "将", "从", "由"];
    let (before, _) = without_bracket(text, at);
    let before = TRAILING.iter().fold(before, |name, word| name.strip_suffix(word).unwrap_or(name));
    let part = |symbol: char| symbol.is_alphanumeric() && symbol != '的' || matches!(symbol, '/' | '-' | '_' | '%');
    let name = before.char_indices().rev().take(NAME_CHARS_MAX).take_while(|(_, symbol)| part(*symbol)).last();
    let name = name.map_or("", |(from, _)| &before[from..]);
    let name = LEADING.iter().fold(name, |name, word| name.strip_prefix(word).unwrap_or(name));
    name.trim_start_matches(|symbol: char| symbol.is_ascii_digit() || symbol == '-')
}

/// The unit that a table's heading states before its figure.
fn unit_in_bracket(text: &str, at: usize) -> Option<Unit<'_>> {
    let (_, inside) = without_bracket(text, at);
    unit_at(inside).filter(|unit| unit.text.len() == inside.len())
}

/// The text before a figure without a bracket at its end, and what the bracket holds: `密度（g/cm³）`.
fn without_bracket(text: &str, at: usize) -> (&str, &str) {
    const BRACKET_BYTES_MAX: usize = 30;
    let before = text[..at].trim_end_matches([' ', '\u{3000}', ':', '：']);
    let inside = before.strip_suffix([')', '）']).and_then(|inner| Some((inner, inner.rfind(['(', '（'])?)));
    match inside {
        Some((inner, open)) if inner.len() - open <= BRACKET_BYTES_MAX => {
            (inner[..open].trim_end(), inner[open..].trim_start_matches(['(', '（']))
        }
        _ => (before, ""),
    }
}

const fn chinese_digit(symbol: char) -> Option<u32> {
    match symbol {
        '一' => Some(1),
        '二' | '两' => Some(2),
        '三' => Some(3),
        '四' => Some(4),
        '五' => Some(5),
        '六' => Some(6),
        '七' => Some(7),
        '八' => Some(8),
        '九' => Some(9),
        '十' => Some(10),
        _ => None,
    }
}

/// `三个月`, `两年`, `三十余万元`, `九成`, `百分之三十`: only with a unit that is no mere counting word, since `一种`, `三维` and
/// `二元` are words.
fn chinese_figure(text: &str, start: usize) -> Read<'_> {
    let first = text[start..].chars().next().map_or(1, char::len_utf8);
    if let Some(rest) = text[start..].strip_prefix("百分之") {
        let at = text.len() - rest.len();
        let number = chinese_number(text, at).or_else(|| Some(number_at(text, at)).filter(|number| number.digits > 0));
        let Some(number) = number else { return Read::Nothing(at) };
        let percent = unit_at("%").map(|unit| Unit { text: "%", ..unit });
        return finish(text, start, number, None, percent, number.end);
    }
    if matches!(last_before(text, start), Some('第' | '十' | '百' | '千' | '万' | '几')) {
        return Read::Nothing(start + first);
    }
    let Some(number) = chinese_number(text, start) else { return Read::Nothing(start + first) };
    let (multiplier, unit, end) = unit_behind(text, number.end);
    let Some(unit) = unit else { return Read::Nothing(number.end) };
    let (dimension, long) = (unit.dimension, number.digits > 1 || multiplier > 1.0);
    let telling = dimension.is_time() && !["季", "日", "天"].contains(&unit.text)
        || dimension.is_mass()
        || dimension.is_money() && long
        || dimension.is_number();
    if !telling {
        return Read::Nothing(number.end);
    }
    let number = Number { value: number.value * multiplier, multiplier, ..number };
    finish(text, start, number, None, Some(unit), end)
}

/// A number in words: tens, hundreds and thousands; `万` and `亿` are left for the multiplier.
fn chinese_number(text: &str, start: usize) -> Option<Number> {
    let (mut total, mut digit, mut symbols, mut end) = (0_u32, None, 0, start);
    for symbol in text[start..].chars() {
        match (symbol, chinese_digit(symbol)) {
            ('十' | '百' | '千', _) => {
                // 千瓦 and 百万 are for the unit and the multiplier.
                let times = match symbol {
                    '十' => 10,
                    '百' => 100,
                    _ => 1000,
                };
                if digit.is_none() && symbol != '十' {
                    break;
                }
                total += digit.take().unwrap_or(1) * times;
            }
            ('零', _) if total > 0 => {}
            (_, Some(value)) if digit.is_none() => digit = Some(value),
            _ => break,
        }
        symbols += 1;
        end += symbol.len_utf8();
    }
    let value = total + digit.unwrap_or_default();
    let number = Number { value: f64::from(value), multiplier: 1.0, digits: symbols, whole: true, end };
    (value > 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `name|comparator|value..upper|unit` of every figure.
    fn read(text: &str) -> String {
        let one = |quantity: &Quantity<'_>| {
            let comparator = quantity.comparator.map_or(String::new(), |comparator| format!("{comparator:?}"));
            let upper = quantity.upper.map_or(String::new(), |upper| format!("..{upper}"));
            let unit = quantity.unit.map_or("", |unit| unit.text);
            format!("{}|{comparator}|{}{upper}|{unit}", quantity.name, quantity.value)
        };
        quantities(text).iter().map(one).collect::<Vec<_>>().join("  ")
    }

    #[test]
    fn a_target_is_read_with_name_comparator_value_and_unit() {
        for (text, expected) in [
            ("抗冲击韧性≥67%，堆积密度≥1.80克/立方厘米", "抗冲击韧性|AtLeast|67|%  堆积密度|AtLeast|1.8|克/立方厘米"),
            ("热效率应不低于 85％", "热效率|AtLeast|85|％"),
            ("位移不得超过3 mm", "位移|AtMost|3|mm"),
            ("转速严禁超过30", "转速|AtMost|30|"),
            ("产出0.5MPa以上蒸汽", "产出|AtLeast|0.5|MPa"),
            ("定位孔精度达到φ0.5mm", "定位孔精度|To|0.5|mm"),
            ("2年内完成", "|AtMost|2|年"),
            ("密度（g/cm³）≥1.8", "密度|AtLeast|1.8|g/cm³"),
            ("强屈比≥1.26", "强屈比|AtLeast|1.26|"),
            ("孔隙率<5×10^-3", "孔隙率|LessThan|0.005|"),
            ("电导率≥1×10⁻³S/cm", "电导率|AtLeast|0.001|S/cm"),
            ("色度控制在20APHA以内，总碳≤32μgC/g", "色度|AtMost|20|APHA  总碳|AtMost|32|μgC/g"),
            ("年产1,200吨", "年产||1200|吨"),
            ("密度≥１．８５ｇ/cm³", "密度|AtLeast|1.85|ｇ/cm³"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_range_is_one_figure() {
        for (text, expected) in [
            ("幅度控制在180-230℃之间", "幅度|AtMost|180..230|℃"),
            ("费用30-50万元", "费用||300000..500000|元"),
            ("电压126kV～800kV", "电压||126..800|kV"),
            ("压力500kPa~2MPa", "压力||500..2000|kPa"),
            ("边界精度±2.5mm", "边界精度||-2.5..2.5|mm"),
            ("用水约5到6亿立方", "用水|About|500000000..600000000|立方"),
            ("由±2.5mm提升到±1.5mm", "||-2.5..2.5|mm  mm提升|To|-1.5..1.5|mm"),
            ("工作温度-40~85℃", "工作温度||-40..85|℃"),
            ("低于-18℃", "|LessThan|-18|℃"),
            ("贮存-20～5℃", "贮存||-20..5|℃"),
            ("冷冻-40至-18℃", "冷冻||-40..-18|℃"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_in_words_count_with_a_telling_unit_only() {
        assert_eq!(read("三个月更换一次，三十余万元，百分之三十，两年"), "||3|个月  ||300000|元  ||30|%  ||2|年");
    }

    #[test]
    fn what_only_looks_like_a_figure_is_left_out() {
        for text in [
            "PA66、60Si2Mn、2A12、CWL650-M、304L、316N、3D打印、3d打印、5G、V2G",
            "GB/T 15089-2001、GB 3836.1、ISO 9001",
            "专利201810046029.1，电话13800000000",
            "2018年12月18日至2019-03-02，2025年底，2019-2025",
            "1、材质；（2）热效率；3.工艺",
            "2-甲基呋喃，Primer Premier 5.0，第3代",
            "一种、一定、三维、二元、五位一体、十三五、千瓦级、一级",
        ] {
            assert_eq!(read(text), "", "{text}");
        }
    }

    #[test]
    fn figures_of_one_dimension_compare_in_base_units() {
        let found = quantities("压力0.5MPa，压力500kPa");
        assert_eq!(found[0].dimension(), found[1].dimension());
        assert!((found[0].in_base_units().0 - found[1].in_base_units().0).abs() < 1e-6);
    }

    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[0-9０-９]{1,10}",
            "[.．,，-]",
            Just("±".to_owned()),
            Just("×10".to_owned()),
            Just("百分之".to_owned()),
            Just("三十".to_owned()),
            Just("不低于".to_owned()),
            Just("以上".to_owned()),
            Just("（g/cm³）".to_owned()),
            Just("MPa".to_owned()),
            Just("℃".to_owned()),
            Just("/(m·K)".to_owned()),
            Just("余万元".to_owned()),
            Just("年".to_owned()),
            Just("至".to_owned()),
            "\\PC{1,2}",
            "[a-zA-Zｘ（）() \n]{1,2}",
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn ranges_lie_on_characters_in_order_and_never_overlap(text in pieces()) {
            let mut last = 0;
            for quantity in quantities(&text) {
                prop_assert!(last <= quantity.range.start && quantity.range.start < quantity.range.end);
                prop_assert!(text.get(quantity.range.clone()).is_some());
                prop_assert!(text.contains(quantity.name));
                prop_assert!(quantity.value.is_finite() && quantity.upper.is_none_or(|upper| upper >= quantity.value));
                last = quantity.range.end;
            }
        }
    }
}
