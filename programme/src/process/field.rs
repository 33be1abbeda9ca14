//! What an act asks for and a matter keeps: fields with a label, a kind and a bound, declared once.
//!
//! A form, a batch file, a workbook's heading and a detail page are all made from the same declaration, so they cannot
//! differ in a bound or a name. [`read`] turns what was sent into values with every problem at once.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::words::{Words, words};
use crate::access::Role;

/// The longest line when a field states no bound.
pub const LINE_CHARS_MAX: usize = 200;
/// The longest running text when a field states no bound.
pub const TEXT_CHARS_MAX: usize = 5_000;
/// Most entries of a list.
pub const LIST_MAX: usize = 500;

/// One thing that an act asks for or a matter keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name in forms, files and the stored body.
    pub key: &'static str,
    /// Label and heading.
    pub chinese: &'static str,
    /// What is declared, in English; empty for others, whose key is their label.
    pub english: &'static str,
    /// What is expected, in a sentence; may be empty.
    pub hint: Words,
    /// What kind of value, with its bound.
    pub kind: FieldKind,
    /// Whether the act is refused without it.
    pub required: bool,
    /// The roles that see it; empty for everybody who sees the matter.
    pub seen_by: &'static [Role],
    /// Whether its value lies sealed apart from the matter, which keeps [`SEALED`] in its place.
    pub sealed: bool,
}

/// What a matter keeps of a value that lies sealed: that it was given.
pub const SEALED: &str = "＊";

/// Kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of at most so many characters.
    Line(usize),
    /// Several lines of at most so many characters.
    Text(usize),
    /// A date, `2025-03-01`.
    Day,
    /// A whole number within bounds, both included.
    Whole(i64, i64),
    /// A declaration that is made or not.
    Flag,
    /// One of these: code and Chinese.
    Choice(&'static [(&'static str, &'static str)]),
    /// Any of these: code and Chinese.
    Many(&'static [(&'static str, &'static str)]),
    /// Ids or lines, one a line.
    List,
    /// Kept by the program, asked of nobody.
    Kept,
}

impl Field {
    /// A line of text that may stay empty.
    pub const fn line(key: &'static str, chinese: &'static str) -> Self {
        Self::new(key, chinese, FieldKind::Line(LINE_CHARS_MAX))
    }

    /// Running text that may stay empty.
    pub const fn text(key: &'static str, chinese: &'static str) -> Self {
        Self::new(key, chinese, FieldKind::Text(TEXT_CHARS_MAX))
    }

    /// A date that may stay empty.
    pub const fn day(key: &'static str, chinese: &'static str) -> Self {
        Self::new(key, chinese, FieldKind::Day)
    }

    /// A number within bounds that may stay empty.
    pub const fn whole(key: &'static str, chinese: &'static str, least: i64, most: i64) -> Self {
        Self::new(key, chinese, FieldKind::Whole(least, most))
    }

    /// A declaration, in both languages.
    pub const fn flag(key: &'static str, chinese: &'static str, english: &'static str) -> Self {
        Self { english, ..Self::new(key, chinese, FieldKind::Flag) }
    }

    /// One of a list of code and Chinese.
    pub const fn choice(key: &'static str, chinese: &'static str, of: &'static [(&'static str, &'static str)]) -> Self {
        Self::new(key, chinese, FieldKind::Choice(of))
    }

    /// Any of a list of code and Chinese.
    pub const fn many(key: &'static str, chinese: &'static str, of: &'static [(&'static str, &'static str)]) -> Self {
        Self::new(key, chinese, FieldKind::Many(of))
    }

    /// Ids or lines, one a line.
    pub const fn list(key: &'static str, chinese: &'static str) -> Self {
        Self::new(key, chinese, FieldKind::List)
    }

    /// Kept by the program.
    pub const fn kept(key: &'static str, chinese: &'static str) -> Self {
        Self::new(key, chinese, FieldKind::Kept)
    }

    /// A field of any kind.
    pub const fn new(key: &'static str, chinese: &'static str, kind: FieldKind) -> Self {
        Self { key, chinese, english: "", hint: words("", ""), kind, required: false, seen_by: &[], sealed: false }
    }

    /// The act is refused without it; a declaration has to be made.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// What is expected, in a sentence.
    #[must_use]
    pub const fn hint(self, chinese: &'static str, english: &'static str) -> Self {
        Self { hint: words(chinese, english), ..self }
    }

    /// Seen by these roles alone, among those who see the matter.
    #[must_use]
    pub const fn seen_by(self, roles: &'static [Role]) -> Self {
        Self { seen_by: roles, ..self }
    }

    /// Tells who somebody is or how to reach them: a line whose value is encrypted at rest.
    #[must_use]
    pub const fn sealed(self) -> Self {
        Self { sealed: true, ..self }
    }

    /// Whether a role may see the value.
    pub fn is_seen_by(&self, role: Option<Role>) -> bool {
        self.seen_by.is_empty() || role.is_some_and(|role| self.seen_by.contains(&role))
    }

    /// The value as a person reads it: choices in Chinese, lists in lines.
    pub fn in_words(&self, value: &Value) -> String {
        let word = |code: &str| match self.kind {
            FieldKind::Choice(of) | FieldKind::Many(of) => of
                .iter()
                .find(|(known, _)| *known == code)
                .map_or_else(|| code.to_owned(), |(_, word)| (*word).to_owned()),
            _ => code.to_owned(),
        };
        match value {
            Value::Flag(true) => "是".to_owned(),
            Value::Flag(false) => "否".to_owned(),
            Value::Whole(number) => number.to_string(),
            Value::Text(text) => word(text),
            Value::List(entries) => entries.iter().map(|entry| word(entry)).collect::<Vec<_>>().join("；"),
        }
    }
}

/// A kept value. Dates are text in the form `2025-03-01`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A declaration.
    Flag(bool),
    /// A number.
    Whole(i64),
    /// Text, a date, or the code of a choice.
    Text(String),
    /// Ids, lines or codes of choices.
    List(Vec<String>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<NaiveDate> for Value {
    fn from(day: NaiveDate) -> Self {
        Self::Text(day.to_string())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<Vec<String>> for Value {
    fn from(entries: Vec<String>) -> Self {
        Self::List(entries)
    }
}

/// The values of a matter, or of an act, by the key of their field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Body(pub BTreeMap<String, Value>);

impl Body {
    /// The value of a field.
    pub fn get(&self, field: &Field) -> Option<&Value> {
        self.0.get(field.key)
    }

    /// Whether there is a value; a declaration that was not made is none.
    pub fn has(&self, field: &Field) -> bool {
        !matches!(self.get(field), None | Some(Value::Flag(false)))
    }

    /// The text of a field, empty when there is none.
    pub fn text(&self, field: &Field) -> &str {
        match self.get(field) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The date of a field.
    pub fn day(&self, field: &Field) -> Option<NaiveDate> {
        self.text(field).parse().ok()
    }

    /// The number of a field.
    pub fn whole(&self, field: &Field) -> Option<i64> {
        match self.get(field) {
            Some(Value::Whole(number)) => Some(*number),
            _ => None,
        }
    }

    /// Whether a declaration was made.
    pub fn flag(&self, field: &Field) -> bool {
        matches!(self.get(field), Some(Value::Flag(true)))
    }

    /// The entries of a list, or the codes chosen.
    pub fn list(&self, field: &Field) -> &[String] {
        match self.get(field) {
            Some(Value::List(entries)) => entries,
            _ => &[],
        }
    }

    /// Keeps a value.
    pub fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.key.to_owned(), value.into());
    }

    /// Forgets a value.
    pub fn clear(&mut self, field: &Field) {
        self.0.remove(field.key);
    }

    /// The same with a value, for builders.
    #[must_use]
    pub fn with(mut self, field: &Field, value: impl Into<Value>) -> Self {
        self.set(field, value);
        self
    }
}

/// A kind of kept entry: its parts by name, in their order.
macro_rules! entry {
    ($(#[$doc:meta])* $name:ident { $($(#[$part:meta])* $field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name<'a> { $($(#[$part])* pub $field: &'a str),+ }

        impl<'a> $name<'a> {
            /// Reads one entry; nothing when parts are missing.
            pub fn read(entry: &'a str) -> Option<Self> {
                let [$($field),+] = $crate::process::field::parts(entry)?;
                Some(Self { $($field),+ })
            }

            /// Every entry of a list, the oldest first.
            pub fn all(body: &'a $crate::process::Body, list: &$crate::process::Field) -> Vec<Self> {
                body.list(list).iter().filter_map(|entry| Self::read(entry)).collect()
            }
        }
    };
}
pub(crate) use entry;

/// The parts of a kept entry, `a|b|c`; the last keeps whatever follows. Nothing when there are fewer.
pub fn parts<const N: usize>(entry: &str) -> Option<[&str; N]> {
    entry.splitn(N, '|').collect::<Vec<_>>().try_into().ok()
}

/// One thing wrong with what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Key of the field.
    pub key: &'static str,
    /// What was found and what would be right.
    pub message: String,
}

/// Reads what a form or a file sent for these fields. Every problem is named at once; what is wrong is left out.
pub fn read(fields: &[&Field], sent: &[(String, String)]) -> (Body, Vec<Problem>) {
    let mut body = Body::default();
    let mut problems = Vec::new();
    for field in fields {
        let values: Vec<&str> = sent
            .iter()
            .filter(|(key, _)| key == field.key)
            .map(|(_, value)| value.trim())
            .filter(|v| !v.is_empty())
            .collect();
        match read_one(field, &values) {
            Ok(Some(value)) => body.set(field, value),
            Ok(None) if field.required => problems.push(missing(field)),
            Ok(None) => {}
            Err(message) => problems.push(Problem { key: field.key, message }),
        }
    }
    (body, problems)
}

fn missing(field: &Field) -> Problem {
    let message = match field.kind {
        FieldKind::Flag => format!("须作出“{}”的声明", field.chinese),
        _ => format!("请填写“{}”", field.chinese),
    };
    Problem { key: field.key, message }
}

fn read_one(field: &Field, values: &[&str]) -> Result<Option<Value>, String> {
    let Some(first) = values.first() else { return Ok(None) };
    let label = field.chinese;
    match field.kind {
        FieldKind::Kept => Ok(None),
        FieldKind::Line(most) => line(label, first, most).map(Some),
        FieldKind::Text(most) => text(label, first, most).map(Some),
        FieldKind::Day => day(label, first).map(Some),
        FieldKind::Whole(least, most) => whole(label, first, least, most).map(Some),
        FieldKind::Flag => flag(label, first),
        FieldKind::Choice(of) => choice(label, first, of).map(|code| Some(Value::Text(code))),
        FieldKind::Many(of) => {
            let codes =
                values.iter().flat_map(|value| value.split(['；', ';', '\n'])).map(|value| choice(label, value, of));
            codes.collect::<Result<Vec<_>, _>>().map(|codes| Some(Value::List(codes)))
        }
        FieldKind::List => list(label, values).map(Some),
    }
}

fn line(label: &str, value: &str, most: usize) -> Result<Value, String> {
    if value.chars().any(char::is_control) {
        return Err(format!("“{label}”应为一行文字，请去掉换行和不可见字符"));
    }
    text(label, value, most)
}

fn text(label: &str, value: &str, most: usize) -> Result<Value, String> {
    let value = value.replace("\r\n", "\n");
    let chars = value.chars().count();
    if chars > most {
        return Err(format!("“{label}”最多 {most} 字，现为 {chars} 字，请缩短"));
    }
    if value.contains(|c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || c == char::REPLACEMENT_CHARACTER) {
        return Err(format!("“{label}”中有不可见字符或乱码，请重新输入"));
    }
    Ok(Value::Text(value))
}

fn day(label: &str, value: &str) -> Result<Value, String> {
    let refused = || format!("“{label}”应为日期，如 2025-03-01，现为“{value}”");
    crate::calendar::parse_day(value).map(Value::from).ok_or_else(refused)
}

fn whole(label: &str, value: &str, least: i64, most: i64) -> Result<Value, String> {
    let refused = || format!("“{label}”应为 {least} 至 {most} 的整数，现为“{value}”");
    value.parse().ok().filter(|number| (least..=most).contains(number)).map(Value::Whole).ok_or_else(refused)
}

fn flag(label: &str, value: &str) -> Result<Option<Value>, String> {
    match value {
        "yes" | "true" | "是" | "on" => Ok(Some(Value::Flag(true))),
        // Not declared is not filled in: a required declaration is then missing.
        "no" | "false" | "否" => Ok(None),
        _ => Err(format!("“{label}”应为“是”或“否”，现为“{value}”")),
    }
}

fn choice(label: &str, value: &str, of: &[(&str, &str)]) -> Result<String, String> {
    let value = value.trim();
    let known = of.iter().find(|(code, word)| *code == value || *word == value);
    known.map(|(code, _)| (*code).to_owned()).ok_or_else(|| {
        let words: Vec<&str> = of.iter().map(|(_, word)| *word).collect();
        format!("“{label}”应为{}之一，现为“{value}”", words.join("、"))
    })
}

fn list(label: &str, values: &[&str]) -> Result<Value, String> {
    let lines = values.iter().flat_map(|value| value.split(['\n', '；', ';']));
    let entries: Vec<String> = lines.map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect();
    if entries.len() > LIST_MAX {
        return Err(format!("“{label}”最多 {LIST_MAX} 项，现为 {} 项，请分次办理", entries.len()));
    }
    Ok(Value::List(entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLE: Field = Field::new("title", "标题", FieldKind::Line(3)).required();
    const HOW: Field = Field::choice("how", "方式", &[("a", "甲"), ("b", "乙")]);
    const SURE: Field = Field::flag("sure", "情况属实", "It is so").required();
    const NUMBER: Field = Field::whole("number", "人数", 1, 3);
    const IDS: Field = Field::list("ids", "人选");

    fn sent(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_problem_is_named_at_once_and_what_is_right_is_kept() {
        let fields = [&TITLE, &HOW, &SURE, &NUMBER];
        let (body, problems) = read(&fields, &sent(&[("title", "四个字了"), ("how", "乙"), ("number", "4")]));
        assert_eq!(body.text(&HOW), "b");
        let places: Vec<&str> = problems.iter().map(|problem| problem.key).collect();
        assert_eq!(places, ["title", "sure", "number"]);
        assert_eq!(problems[0].message, "“标题”最多 3 字，现为 4 字，请缩短");
        assert_eq!(problems[2].message, "“人数”应为 1 至 3 的整数，现为“4”");
    }

    #[test]
    fn bounds_are_taken_at_and_refused_beyond() {
        for (number, good) in [("0", false), ("1", true), ("3", true), ("4", false)] {
            assert_eq!(read(&[&NUMBER], &sent(&[("number", number)])).1.is_empty(), good, "{number}");
        }
        for (entries, good) in [(LIST_MAX - 1, true), (LIST_MAX, true), (LIST_MAX + 1, false)] {
            let lines = "a\n".repeat(entries);
            assert_eq!(read(&[&IDS], &sent(&[("ids", lines.as_str())])).1.is_empty(), good, "{entries}");
        }
    }

    #[test]
    fn a_declaration_that_is_not_made_is_missing() {
        assert_eq!(read(&[&SURE], &sent(&[("sure", "否")])).1[0].message, "须作出“情况属实”的声明");
        assert!(read(&[&SURE], &sent(&[("sure", "是")])).0.flag(&SURE));
    }

    #[test]
    fn a_body_reads_back_from_its_json() {
        let body =
            Body::default().with(&TITLE, "甲").with(&NUMBER, 2).with(&SURE, true).with(&IDS, vec!["x".to_owned()]);
        let text = serde_json::to_string(&body).unwrap();
        assert_eq!(text, r#"{"ids":["x"],"number":2,"sure":true,"title":"甲"}"#);
        assert_eq!(serde_json::from_str::<Body>(&text).unwrap(), body);
    }
}
