//! Personal data that must not be published (PIPL 25, 28): found in texts before they go out.
//!
//! Published pages are made of permitted fields alone (name, unit, title, enterprise, title of the need); this looks for
//! what somebody typed into one of them. Digits are read in full width and in groups too, since that is how they are
//! pasted. Better one question too many than one leak: a number that only looks like a bank card is shown to a person.

use crate::identifiers::{CreditCode, IdentifierError, Mobile, ResidentId};

/// Kinds of personal data that are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeakKind {
    /// 居民身份证号, of 18 or 15 digits.
    ResidentId,
    /// Mobile number.
    Mobile,
    /// Electronic mail address.
    Email,
    /// Bank card: 16 to 19 digits with a right check digit.
    BankCard,
    /// Date of birth.
    BirthDate,
}

/// One find, masked: the report of a leak is not another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// What it is.
    pub kind: LeakKind,
    /// Its first and last characters.
    pub masked: String,
}

impl LeakKind {
    /// The word of messages.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::ResidentId => "身份证号",
            Self::Mobile => "手机号码",
            Self::Email => "电子邮箱",
            Self::BankCard => "银行卡号",
            Self::BirthDate => "出生日期",
        }
    }
}

const BANK_CARD_DIGITS: std::ops::RangeInclusive<usize> = 16..=19;
/// Fewest digits of a group for groups to be one number: `138 0000 0000` is, `2025-03-01` is not.
const GROUP_DIGITS_MIN: usize = 3;
/// Characters before or after a date in which the word for birth makes it a date of birth.
const BIRTH_WORD_CHARS: usize = 6;

/// Everything in a text that must not be published.
pub fn scan(text: &str) -> Vec<Leak> {
    let text: Vec<char> = text.chars().map(half_width).collect();
    let mut leaks: Vec<Leak> = numbers(&text).iter().filter_map(|number| number_leak(number)).collect();
    leaks.extend(emails(&text));
    leaks.extend(birth_dates(&text));
    leaks
}

/// A text of a file that is to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Where it stands, for people.
    pub place: &'a str,
    /// What stands there.
    pub text: &'a str,
    /// What kind of text it is.
    pub kind: PartKind,
}

/// Kinds of texts of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// Any text.
    Plain,
    /// It heads a column of a table.
    Heading,
    /// Who made or changed the file.
    Author,
}

/// Everything in a file that must not be published, a sentence each with its place: personal data, columns that are not
/// among the permitted ones, and who made the file.
pub fn review<'a>(parts: impl IntoIterator<Item = Part<'a>>, permitted: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for Part { place, text, kind } in parts {
        found.extend(scan(text).iter().map(|leak| format!("{place}含{}（{}）", leak.kind.chinese(), leak.masked)));
        match kind {
            PartKind::Heading if !permitted.contains(&text.trim()) => {
                found.push(format!("{place}的栏目“{}”不在公开栏目之内", text.trim()));
            }
            PartKind::Author => found.push(format!("{place}写有编制人姓名")),
            _ => {}
        }
    }
    found
}

/// Full-width letters, digits and signs as their narrow forms; other characters stay.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// Digits that belong together, the check letter X at their end included; a number inside a word of letters is an id of
/// something else (`ZL202310123456`).
fn numbers(text: &[char]) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if !text[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let in_word = at > 0 && text[at - 1].is_ascii_alphabetic();
        let (groups, end) = groups_from(text, at);
        if !in_word {
            let country = usize::from(groups[0] == "86");
            if groups.iter().skip(country).all(|group| group.len() >= GROUP_DIGITS_MIN) {
                found.push(groups.concat());
            } else {
                found.extend(groups);
            }
        }
        at = end;
    }
    found
}

fn groups_from(text: &[char], start: usize) -> (Vec<String>, usize) {
    let (mut groups, mut group) = (Vec::new(), String::new());
    let (mut at, mut digits) = (start, 0);
    while let Some(&c) = text.get(at) {
        let next_is_digit = text.get(at + 1).is_some_and(char::is_ascii_digit);
        match c {
            '0'..='9' => {
                group.push(c);
                digits += 1;
            }
            'x' | 'X' if digits == 17 => {
                group.push('X');
                at += 1;
                break;
            }
            ' ' | '-' if next_is_digit => groups.push(std::mem::take(&mut group)),
            _ => break,
        }
        at += 1;
    }
    groups.push(group);
    (groups, at)
}

fn number_leak(number: &str) -> Option<Leak> {
    let kind = if is_resident_id(number) {
        LeakKind::ResidentId
    } else if is_mobile(number) {
        LeakKind::Mobile
    } else if is_bank_card(number) {
        LeakKind::BankCard
    } else {
        return None;
    };
    Some(Leak { kind, masked: masked(number) })
}

/// One that only its check digit makes wrong is still somebody's, mistyped. Old ids have 15 digits.
fn is_resident_id(number: &str) -> bool {
    match number.len() {
        18 => matches!(ResidentId::parse(number), Ok(_) | Err(IdentifierError::CheckDigit { .. })),
        15 => {
            let part = |range| number.get(range).and_then(|digits: &str| digits.parse::<u32>().ok()).unwrap_or(0);
            (11..=65).contains(&part(0..2)) && (1..=12).contains(&part(8..10)) && (1..=31).contains(&part(10..12))
        }
        _ => false,
    }
}

fn is_mobile(number: &str) -> bool {
    let national = number.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(number);
    Mobile::parse(national).is_ok()
}

fn is_bank_card(number: &str) -> bool {
    BANK_CARD_DIGITS.contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && CreditCode::parse(number).is_err()
        && luhn_holds(number)
}

/// ISO/IEC 7812-1: every second digit from the right doubled, digits summed, a multiple of ten.
fn luhn_holds(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 1 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

fn emails(text: &[char]) -> Vec<Leak> {
    let of_name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-');
    let mut found = Vec::new();
    for (at, _) in text.iter().enumerate().filter(|(_, c)| **c == '@') {
        let before = text[..at].iter().rev().take_while(|c| of_name(c)).count();
        let after = text[at + 1..].iter().take_while(|c| of_name(c)).count();
        let host: String = text[at + 1..at + 1 + after].iter().collect();
        if before > 0 && host.trim_end_matches('.').contains('.') {
            let whole: String = text[at - before..at + 1 + after].iter().collect();
            found.push(Leak { kind: LeakKind::Email, masked: masked(&whole) });
        }
    }
    found
}

/// A year with a month near a word for birth: `出生日期：1985-03-02`, `1985年3月生`.
fn birth_dates(text: &[char]) -> Vec<Leak> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(end) = date_end(text, at) else {
            at += 1;
            continue;
        };
        let before: String = text[at.saturating_sub(BIRTH_WORD_CHARS)..at].iter().collect();
        let after: String = text[end..].iter().take(BIRTH_WORD_CHARS).filter(|c| !c.is_whitespace()).collect();
        let told_before = ["出生", "生于", "生日"].iter().any(|word| before.contains(word));
        if told_before || after.starts_with('生') || after.starts_with("出生") {
            let whole: String = text[at..end].iter().collect();
            found.push(Leak { kind: LeakKind::BirthDate, masked: masked(&whole) });
        }
        at = end;
    }
    found
}

/// Where a date that begins here ends: four digits of a year of the last or this century, a sign, a month, perhaps a day.
fn date_end(text: &[char], start: usize) -> Option<usize> {
    let digits = |from: usize, most: usize| {
        text[from.min(text.len())..].iter().take(most).take_while(|c| c.is_ascii_digit()).count()
    };
    if start > 0 && text[start - 1].is_ascii_digit() || digits(start, 5) != 4 {
        return None;
    }
    if !matches!(text[start..start + 2], ['1', '9'] | ['2', '0']) {
        return None;
    }
    let sign = |at: usize| text.get(at).is_some_and(|c| matches!(c, '年' | '月' | '日' | '-' | '.' | '/'));
    let month = start + 5;
    let months = digits(month, 2);
    if !sign(start + 4) || months == 0 {
        return None;
    }
    let mut end = month + months;
    if sign(end) {
        end += 1;
        end += digits(end, 2);
        end += usize::from(text.get(end) == Some(&'日'));
    }
    Some(end)
}

fn masked(found: &str) -> String {
    let chars: Vec<char> = found.chars().collect();
    let (head, tail) = if chars.len() > 6 { (3, 2) } else { (1, 1) };
    let head: String = chars.iter().take(head).collect();
    let tail: String = chars[chars.len().saturating_sub(tail)..].iter().collect();
    format!("{head}＊＊＊{tail}")
}

#[cfg(test)]
mod tests {
    //! 1. Each kind is found as people write it: narrow, wide, in groups.
    //! 2. What only resembles it passes: dates, credit codes, patent numbers, landlines, years.
    //! 3. A find is masked.

    use super::*;

    fn kinds(text: &str) -> Vec<LeakKind> {
        scan(text).into_iter().map(|leak| leak.kind).collect()
    }

    #[test]
    fn each_kind_is_found_as_people_write_it() {
        for (text, kind) in [
            ("联系人身份证11010519491231002X。", LeakKind::ResidentId),
            ("身份证：１１０１０５１９４９１２３１００２Ｘ", LeakKind::ResidentId),
            ("身份证号 110105194912310021，校验位有误", LeakKind::ResidentId),
            ("老证 110105491231002", LeakKind::ResidentId),
            ("电话13800138000", LeakKind::Mobile),
            ("电话 138 0013 8000（张工）", LeakKind::Mobile),
            ("+86-138-0013-8000", LeakKind::Mobile),
            ("邮箱 zhang.san@example.com", LeakKind::Email),
            ("卡号6222 0212 3456 7894", LeakKind::BankCard),
            ("1985年3月生", LeakKind::BirthDate),
            ("出生日期：1985-03-02", LeakKind::BirthDate),
            ("生于1985.3.2", LeakKind::BirthDate),
        ] {
            assert_eq!(kinds(text), [kind], "{text}");
        }
    }

    #[test]
    fn what_only_resembles_personal_data_passes() {
        for text in [
            "球形石墨提纯工艺研究",
            "2025-03-01 至 2026-12-31 完成",
            "统一社会信用代码 91230199MA0000015K",
            "专利 ZL202310123456.7、CN13800138000A",
            "办公电话 0451-82628888",
            "1985年3月投产的生产线",
            "企业生产于2019年投产",
            "年产 20000 吨，投资 138000000 元",
            "见 @ 标记",
            "",
        ] {
            assert_eq!(scan(text), [], "{text}");
        }
    }

    #[test]
    fn a_file_is_reviewed_with_places_columns_and_authors() {
        let part = |place, text, kind| Part { place, text, kind };
        let parts = [
            part("工作表“名单”A1", "姓名 ", PartKind::Heading),
            part("工作表“名单”B1", "联系电话", PartKind::Heading),
            part("工作表“名单”A2", "张三", PartKind::Plain),
            part("批注", "电话13800138000，生于1985.3.2", PartKind::Plain),
            part("文档属性", "张工", PartKind::Author),
        ];
        let found = review(parts, &["姓名"]);
        let expected = [
            "工作表“名单”B1的栏目“联系电话”不在公开栏目之内",
            "批注含手机号码（138＊＊＊00）",
            "批注含出生日期（198＊＊＊.2）",
            "文档属性写有编制人姓名",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_find_is_masked() {
        assert_eq!(scan("13800138000")[0].masked, "138＊＊＊00");
        assert!(!scan("11010519491231002X")[0].masked.contains("1949"));
    }

    #[test]
    fn a_bank_card_has_16_to_19_digits_and_a_right_check_digit() {
        for (card, found) in [
            ("622202123456785", false),
            ("6222021234567894", true),
            ("6222021234567895", false),
            ("62220212345678901232", false),
        ] {
            assert_eq!(!scan(card).is_empty(), found, "{card}");
        }
    }
}
