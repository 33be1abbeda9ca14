//! One JSON object a line, read strictly: an unknown field, a repeated one, a wrong type or a day that does not exist is a
//! problem, and all of them are named at once.
//!
//! Fields are read by hand instead of by derived code, because the messages are for people and name everything together.

use std::fmt;

use chrono::NaiveDate;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::calendar::parse_day;

/// Most bytes of one case.
pub const CASE_BYTES_MAX: usize = 1_000_000;

/// The lines of a file with their numbers from 1; blank ones are skipped, a byte order mark is none of the text.
pub(crate) fn lines(file: &[u8]) -> impl Iterator<Item = (&[u8], usize)> {
    let text = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    text.split(|byte| *byte == b'\n').zip(1..).filter(|(line, _)| !line.trim_ascii().is_empty())
}

pub(crate) fn read_object(line: &[u8]) -> Result<Map<String, Value>, String> {
    if line.len() > CASE_BYTES_MAX {
        return Err(format!("有 {} 字节，超过每行 {CASE_BYTES_MAX} 字节的上限", line.len()));
    }
    let text = std::str::from_utf8(line)
        .map_err(|error| format!("第 {} 字节起不是 UTF-8，请另存为 UTF-8", error.valid_up_to() + 1))?;
    let object: Object = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        match message.strip_prefix(REPEATED) {
            Some(rest) => format!("：字段 {} 重复", rest.split(' ').next().unwrap_or_default()),
            None if error.is_data() => "不是一个 JSON 对象，应写作 {…}".to_owned(),
            None => format!("不是一个 JSON 对象（第 {} 字节附近）", error.column()),
        }
    })?;
    Ok(object.0)
}

/// A JSON object whose fields are all different: a repeated one would silently win over the first.
struct Object(Map<String, Value>);

const REPEATED: &str = "repeated field ";

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Object, A::Error> {
                let mut object = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if object.contains_key(&name) {
                        return Err(A::Error::custom(format_args!("{REPEATED}{name}")));
                    }
                    object.insert(name, value);
                }
                Ok(Object(object))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// The id that stands in a line which is no JSON, so that its sender finds the case again; null when there is none.
pub(crate) fn id_of_broken(line: &[u8]) -> Value {
    let shown = &line[..line.len().min(CASE_BYTES_MAX)];
    let text = String::from_utf8_lossy(shown);
    let after_name = text.split_once("\"id\"").and_then(|(_, rest)| rest.trim_start().strip_prefix(':'));
    let value = after_name.and_then(|rest| serde_json::Deserializer::from_str(rest).into_iter::<Value>().next()?.ok());
    value.filter(Value::is_string).unwrap_or(Value::Null)
}

/// The fields of one object: each is asked for by name, problems gather, what nobody asked for is a problem too.
pub(crate) struct Fields<'o, 'p> {
    object: &'o Map<String, Value>,
    asked: Vec<&'static str>,
    place: String,
    problems: &'p mut Vec<String>,
}

impl<'o, 'p> Fields<'o, 'p> {
    /// Of a whole line.
    pub(crate) fn new(object: &'o Map<String, Value>, problems: &'p mut Vec<String>) -> Self {
        Self { object, asked: Vec::new(), place: String::new(), problems }
    }

    /// What is wrong beyond single fields.
    pub(crate) fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    /// A field that may be absent or null.
    pub(crate) fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&Value) -> Result<T, String>,
    ) -> Option<T> {
        self.asked.push(name);
        let value = self.object.get(name).filter(|value| !value.is_null())?;
        match read(value) {
            Ok(read) => Some(read),
            Err(problem) => {
                self.problems.push(format!("{}{name}：{problem}", self.place));
                None
            }
        }
    }

    /// A field without which the line means nothing.
    pub(crate) fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&Value) -> Result<T, String>,
    ) -> Option<T> {
        if self.object.get(name).is_none_or(Value::is_null) {
            self.problems.push(format!("{}{name}：缺少", self.place));
        }
        self.optional(name, read)
    }

    /// An object inside, read by its own fields.
    pub(crate) fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>,
    ) -> Option<T> {
        let inside =
            self.optional(name, |value| value.as_object().cloned().ok_or_else(|| wrong("应为一个对象", value)))?;
        self.inside(&inside, name, read)
    }

    /// A list of objects inside; an element that is wrong is left out, its problems stay.
    pub(crate) fn objects<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&mut Fields<'_, '_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let element = |value: &Value| value.as_object().cloned().ok_or_else(|| wrong("应为一个对象", value));
        let elements = self.optional(name, |value| list(value, element))?;
        let read_one =
            |(at, object): (usize, &Map<String, Value>)| self.inside(object, &format!("{name}[{at}]"), &read);
        Some(elements.iter().enumerate().filter_map(read_one).collect())
    }

    fn inside<T>(
        &mut self,
        object: &Map<String, Value>,
        place: &str,
        read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>,
    ) -> Option<T> {
        let place = format!("{}{place}.", self.place);
        let mut fields = Fields { object, asked: Vec::new(), place, problems: &mut *self.problems };
        let value = read(&mut fields);
        fields.finish();
        value
    }

    pub(crate) fn finish(self) {
        let unknown = self.object.keys().filter(|name| !self.asked.contains(&name.as_str()));
        self.problems.extend(unknown.map(|name| format!("{}{name}：没有这个字段，请核对拼写", self.place)));
    }
}

pub(crate) fn text(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| wrong("应为文字", value))
}

pub(crate) fn some_text(value: &Value) -> Result<String, String> {
    text(value).and_then(|text| if text.trim().is_empty() { Err("不能为空".to_owned()) } else { Ok(text) })
}

pub(crate) fn truth(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| wrong("应为 true 或 false", value))
}

pub(crate) fn date(value: &Value) -> Result<NaiveDate, String> {
    value.as_str().and_then(parse_day).ok_or_else(|| wrong("应为存在的日期，如 \"2025-06-01\"", value))
}

pub(crate) fn percent(value: &Value) -> Result<f64, String> {
    value
        .as_f64()
        .filter(|percent| (0.0..=100.0).contains(percent))
        .ok_or_else(|| wrong("应为 0 到 100 的数（百分数）", value))
}

pub(crate) fn count(value: &Value) -> Result<u32, String> {
    value.as_u64().and_then(|count| u32::try_from(count).ok()).ok_or_else(|| wrong("应为不小于 0 的整数", value))
}

pub(crate) fn word<T: Copy>(value: &Value, all: &[T], code: impl Fn(T) -> &'static str) -> Result<T, String> {
    let known = || all.iter().map(|word| code(*word)).collect::<Vec<_>>().join("、");
    let typed = value.as_str();
    all.iter()
        .copied()
        .find(|word| typed == Some(code(*word)))
        .ok_or_else(|| wrong(&format!("应为 {} 之一", known()), value))
}

pub(crate) fn list<T>(value: &Value, read: impl Fn(&Value) -> Result<T, String>) -> Result<Vec<T>, String> {
    let elements = value.as_array().ok_or_else(|| wrong("应为列表", value))?;
    elements
        .iter()
        .zip(1..)
        .map(|(element, at)| read(element).map_err(|problem| format!("第 {at} 项{problem}")))
        .collect()
}

/// What would be right and what was found, shortened.
pub(crate) fn wrong(right: &str, value: &Value) -> String {
    const SHOWN_MAX: usize = 60;
    let found = value.to_string();
    let shown: String = found.chars().take(SHOWN_MAX).collect();
    let more = if shown.len() < found.len() { "…" } else { "" };
    format!("{right}，现为 {shown}{more}")
}
