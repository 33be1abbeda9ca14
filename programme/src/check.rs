//! `zongshi check`: one case a line in, one verdict a line out.
//!
//! A case states facts; a fact that is not stated counts against a rule that needs it, since a verdict on guesses is worth
//! nothing. A line is read strictly: an unknown field, a wrong type or a day that does not exist is an error of that line
//! with every problem in it, and the other lines are answered all the same. Fields are read by hand instead of by derived
//! code, because the messages are for people and name everything at once.

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::calendar::{WorkingCalendar, parse_day};
use crate::finding::{Finding, Outcome, Verdict};
use crate::parameters::Parameters;
use crate::quality::FAILURES;
use crate::record::{Degree, Qualification, QualificationKind, TitleLevel, UnitKind};
use crate::rules::agreement::{self, AgreementFacts, HalfDays, Party};
use crate::rules::assessment::{self, AssessmentFacts, Grades};
use crate::rules::candidate::{self, CandidateFacts};
use crate::rules::enterprise::{self, EnterpriseFacts};
use crate::rules::listing::{self, ListingFacts};
use crate::rules::need::{self, NeedFacts};
use crate::rules::notice::{self, NoticeFacts};
use crate::rules::pair::{self, PairFacts};

/// Most bytes of one case.
pub const CASE_BYTES_MAX: usize = 1_000_000;

/// Most days that may be planned in one appointment year.
pub const SERVICE_DAYS_MAX: u32 = 366;

/// Most money of one need.
pub const BUDGET_YUAN_MAX: i64 = 10_000_000_000;

const KINDS: &str = "candidate、enterprise、need、pair、notice、listing、agreement、assessment";

/// What is said of one line; serialised, it is the line of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The case's id as it was given; null when it could not be read.
    pub id: Value,
    /// The findings, or what is wrong with the line.
    pub result: Result<Vec<Finding>, String>,
}

impl Answer {
    /// The worst of the findings; `None` for a line that could not be read.
    pub fn verdict(&self) -> Option<Verdict> {
        self.result.as_deref().ok().map(Verdict::of)
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        match &self.result {
            Ok(findings) => {
                map.serialize_entry("verdict", &Verdict::of(findings))?;
                map.serialize_entry("findings", &findings.iter().map(line_of).collect::<Vec<_>>())?;
            }
            Err(error) => map.serialize_entry("error", error)?,
        }
        map.end()
    }
}

#[derive(Serialize)]
struct FindingLine<'a> {
    clause: &'static str,
    force: &'static str,
    code: &'static str,
    ok: bool,
    message: &'a str,
}

fn line_of(finding: &Finding) -> FindingLine<'_> {
    FindingLine {
        clause: finding.clause.id(),
        force: finding.force.code(),
        code: finding.code,
        ok: finding.outcome == Outcome::Met,
        message: &finding.message,
    }
}

/// Answers every line of a file in order; blank lines are skipped, a byte order mark is none of the text.
pub fn answer_file<'a>(
    file: &'a [u8],
    parameters: &'a Parameters,
    calendar: &'a WorkingCalendar,
) -> impl Iterator<Item = Answer> + 'a {
    let text = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    text.split(|byte| *byte == b'\n')
        .zip(1..)
        .filter(|(line, _)| !line.trim_ascii().is_empty())
        .map(move |(line, number)| answer_line(line, number, parameters, calendar))
}

/// Answers one line; `number` counts from 1 and is named when the line is broken.
pub fn answer_line(line: &[u8], number: usize, parameters: &Parameters, calendar: &WorkingCalendar) -> Answer {
    let object = match read_object(line) {
        Ok(object) => object,
        Err(problem) => return Answer { id: id_of_broken(line), result: Err(format!("第 {number} 行{problem}")) },
    };
    let id = object.get("id").cloned().unwrap_or(Value::Null);
    let mut problems = Vec::new();
    let findings = review(&object, &mut problems, parameters, calendar);
    if problems.is_empty() {
        return Answer { id, result: Ok(findings.into_iter().map(strict).collect()) };
    }
    Answer { id, result: Err(format!("第 {number} 行：{}", problems.join("；"))) }
}

/// The id that stands in a line which is no JSON, so that its sender finds the case again; null when there is none.
fn id_of_broken(line: &[u8]) -> Value {
    let shown = &line[..line.len().min(CASE_BYTES_MAX)];
    let text = String::from_utf8_lossy(shown);
    let after_name = text.split_once("\"id\"").and_then(|(_, rest)| rest.trim_start().strip_prefix(':'));
    let value = after_name.and_then(|rest| serde_json::Deserializer::from_str(rest).into_iter::<Value>().next()?.ok());
    value.filter(Value::is_string).unwrap_or(Value::Null)
}

/// Facts that are not stated count against the rule.
fn strict(finding: Finding) -> Finding {
    let outcome = if finding.outcome == Outcome::Unknown { Outcome::Broken } else { finding.outcome };
    Finding { outcome, ..finding }
}

fn read_object(line: &[u8]) -> Result<Map<String, Value>, String> {
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

fn review(
    object: &Map<String, Value>,
    problems: &mut Vec<String>,
    parameters: &Parameters,
    calendar: &WorkingCalendar,
) -> Vec<Finding> {
    let mut fields = Fields { object, asked: Vec::new(), place: String::new(), problems };
    fields.required("id", some_text);
    let Some(kind) = fields.required("kind", text) else { return Vec::new() };
    let findings = match kind.as_str() {
        "candidate" => candidate::review(&candidate_facts(&mut fields), parameters),
        "enterprise" => enterprise::review(&enterprise_facts(&mut fields), parameters),
        "need" => need::review(&need_facts(&mut fields), parameters),
        "pair" => pair::review(&pair_facts(&mut fields)),
        "notice" => notice::review(&notice_facts(&mut fields), parameters, calendar),
        "listing" => listing::review(&listing_facts(&mut fields)),
        "agreement" => agreement::review(&agreement_facts(&mut fields), parameters),
        "assessment" => assessment::review(&assessment_facts(&mut fields), parameters),
        _ => {
            fields.problems.push(format!("kind：没有“{kind}”这一类，应为 {KINDS} 之一"));
            return Vec::new();
        }
    };
    fields.finish();
    findings
}

fn candidate_facts(fields: &mut Fields<'_, '_>) -> CandidateFacts {
    CandidateFacts {
        reference_date: fields.optional("reference_date", date),
        born_on_or_after: fields.optional("born_on_or_after", date),
        birth: fields.optional("birth", date),
        degree: fields.optional("degree", |value| word(value, Degree::ALL, Degree::code)),
        title_level: fields.optional("title_level", |value| word(value, TitleLevel::ALL, TitleLevel::code)),
        unit_kind: fields.optional("unit_kind", |value| word(value, UnitKind::ALL, UnitKind::code)),
        unit_affiliation: None,
        unit_in_province: fields.optional("unit_in_province", truth),
        discipline_authorised: fields.optional("discipline_authorised", truth),
        misconduct: fields.optional("misconduct", truth),
        declared: fields.optional("declared", truth),
    }
}

fn enterprise_facts(fields: &mut Fields<'_, '_>) -> EnterpriseFacts {
    EnterpriseFacts {
        date: fields.optional("date", date),
        in_province: fields.optional("in_province", truth),
        legal_person: fields.optional("legal_person", truth),
        credit_code: fields.optional("credit_code", text),
        misconduct: fields.optional("misconduct", truth),
        qualifications: fields.objects("qualifications", |fields| {
            Some(Qualification {
                kind: fields.required("kind", |value| word(value, QualificationKind::ALL, QualificationKind::code))?,
                number: fields.optional("number", text),
                valid_until: fields.optional("valid_until", date),
            })
        }),
        declared: fields.optional("declared", truth),
        platforms: fields.optional("platforms", |value| list(value, text)),
    }
}

fn need_facts(fields: &mut Fields<'_, '_>) -> NeedFacts {
    let mut written = |name| fields.optional(name, text).unwrap_or_default();
    NeedFacts {
        title: written("title"),
        content: written("content"),
        problem: written("problem"),
        present_state: written("present_state"),
        targets: written("targets"),
        tried: written("tried"),
        wanted_by: written("wanted_by"),
        budget_note: written("budget_note"),
        place: written("place"),
        conditions: written("conditions"),
        industry: written("industry"),
        confidential: written("confidential"),
        budget_yuan: fields.optional("budget_yuan", yuan),
        keywords: fields.optional("keywords", |value| list(value, text)).unwrap_or_default(),
        earlier: fields
            .objects("earlier", |fields| Some((fields.required("failure", failure)?, fields.required("count", count)?)))
            .unwrap_or_default(),
    }
}

fn pair_facts(fields: &mut Fields<'_, '_>) -> PairFacts {
    PairFacts {
        founded_by_person: fields.optional("founded_by_person", truth),
        founded_by_unit: fields.optional("founded_by_unit", truth),
        person_share_percent: fields.optional("person_share_percent", percent),
        unit_share_percent: fields.optional("unit_share_percent", percent),
        unit_controlled_share_percent: fields.optional("unit_controlled_share_percent", percent),
    }
}

fn notice_facts(fields: &mut Fields<'_, '_>) -> NoticeFacts {
    NoticeFacts { published: fields.optional("published", date), closed: fields.optional("closed", date) }
}

fn listing_facts(fields: &mut Fields<'_, '_>) -> ListingFacts {
    ListingFacts {
        suggested: fields.optional("suggested", |value| list(value, some_text)),
        final_list: fields.optional("final", |value| list(value, some_text)),
    }
}

fn agreement_facts(fields: &mut Fields<'_, '_>) -> AgreementFacts {
    let party = |value: &Value| word(value, &Party::ALL, Party::code);
    AgreementFacts {
        start: fields.optional("start", date),
        end: fields.optional("end", date),
        service_planned: fields.optional("service_days_planned", |value| list(value, half_days)),
        signed: fields.optional("signed", |value| list(value, party).map(BTreeSet::from_iter)),
        filed: fields.optional("filed", truth),
        content: fields.optional("content", truth),
        mode: fields.optional("mode", truth),
        rights: fields.optional("rights", truth),
        duties: fields.optional("duties", truth),
    }
}

fn assessment_facts(fields: &mut Fields<'_, '_>) -> AssessmentFacts {
    AssessmentFacts {
        term_end: fields.optional("term_end", date),
        held: fields.optional("held", date),
        grades: fields.object("grades", |fields| {
            let (excellent, pass, fail) =
                (fields.optional("excellent", count), fields.optional("pass", count), fields.optional("fail", count));
            Some(Grades { excellent: excellent?, pass: pass?, fail: fail? })
        }),
    }
}

/// The fields of one object: each is asked for by name, problems gather, what nobody asked for is a problem too.
struct Fields<'o, 'p> {
    object: &'o Map<String, Value>,
    asked: Vec<&'static str>,
    place: String,
    problems: &'p mut Vec<String>,
}

impl Fields<'_, '_> {
    /// A field that may be absent or null.
    fn optional<T>(&mut self, name: &'static str, read: impl FnOnce(&Value) -> Result<T, String>) -> Option<T> {
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
    fn required<T>(&mut self, name: &'static str, read: impl FnOnce(&Value) -> Result<T, String>) -> Option<T> {
        if self.object.get(name).is_none_or(Value::is_null) {
            self.problems.push(format!("{}{name}：缺少", self.place));
        }
        self.optional(name, read)
    }

    /// An object inside, read by its own fields.
    fn object<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>) -> Option<T> {
        let inside =
            self.optional(name, |value| value.as_object().cloned().ok_or_else(|| wrong("应为一个对象", value)))?;
        self.inside(&inside, name, read)
    }

    /// A list of objects inside; an element that is wrong is left out, its problems stay.
    fn objects<T>(&mut self, name: &'static str, read: impl Fn(&mut Fields<'_, '_>) -> Option<T>) -> Option<Vec<T>> {
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

    fn finish(self) {
        let unknown = self.object.keys().filter(|name| !self.asked.contains(&name.as_str()));
        self.problems.extend(unknown.map(|name| format!("{}{name}：没有这个字段，请核对拼写", self.place)));
    }
}

fn text(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| wrong("应为文字", value))
}

fn some_text(value: &Value) -> Result<String, String> {
    text(value).and_then(|text| if text.trim().is_empty() { Err("不能为空".to_owned()) } else { Ok(text) })
}

fn truth(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| wrong("应为 true 或 false", value))
}

fn date(value: &Value) -> Result<NaiveDate, String> {
    value.as_str().and_then(parse_day).ok_or_else(|| wrong("应为存在的日期，如 \"2025-06-01\"", value))
}

fn percent(value: &Value) -> Result<f64, String> {
    value
        .as_f64()
        .filter(|percent| (0.0..=100.0).contains(percent))
        .ok_or_else(|| wrong("应为 0 到 100 的数（百分数）", value))
}

/// A coded reason of failed talks.
fn failure(value: &Value) -> Result<String, String> {
    let codes: Vec<&str> = FAILURES.iter().map(|failure| failure.code).collect();
    word(value, &codes, |code| code).map(str::to_owned)
}

fn count(value: &Value) -> Result<u32, String> {
    value.as_u64().and_then(|count| u32::try_from(count).ok()).ok_or_else(|| wrong("应为不小于 0 的整数", value))
}

fn yuan(value: &Value) -> Result<i64, String> {
    value
        .as_i64()
        .filter(|yuan| (0..=BUDGET_YUAN_MAX).contains(yuan))
        .ok_or_else(|| wrong(&format!("应为 0 到 {BUDGET_YUAN_MAX} 的整数（元）"), value))
}

fn half_days(value: &Value) -> Result<HalfDays, String> {
    let most = f64::from(SERVICE_DAYS_MAX);
    let halves = value.as_f64().filter(|days| (0.0..=most).contains(days)).map(|days| days * 2.0);
    #[expect(clippy::cast_sign_loss, reason = "the range has just been checked")]
    halves
        .filter(|halves| halves.fract() == 0.0)
        .map(|halves| HalfDays(halves as u32))
        .ok_or_else(|| wrong(&format!("应为 0 到 {SERVICE_DAYS_MAX} 的天数，最小半天（0.5）"), value))
}

fn word<T: Copy>(value: &Value, all: &[T], code: impl Fn(T) -> &'static str) -> Result<T, String> {
    let known = || all.iter().map(|word| code(*word)).collect::<Vec<_>>().join("、");
    let typed = value.as_str();
    all.iter()
        .copied()
        .find(|word| typed == Some(code(*word)))
        .ok_or_else(|| wrong(&format!("应为 {} 之一", known()), value))
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Result<T, String>) -> Result<Vec<T>, String> {
    let elements = value.as_array().ok_or_else(|| wrong("应为列表", value))?;
    elements
        .iter()
        .zip(1..)
        .map(|(element, at)| read(element).map_err(|problem| format!("第 {at} 项{problem}")))
        .collect()
}

/// What would be right and what was found, shortened.
fn wrong(right: &str, value: &Value) -> String {
    const SHOWN_MAX: usize = 60;
    let found = value.to_string();
    let shown: String = found.chars().take(SHOWN_MAX).collect();
    let more = if shown.len() < found.len() { "…" } else { "" };
    format!("{right}，现为 {shown}{more}")
}
