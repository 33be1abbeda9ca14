//! `zongshi check`: one case a line in, one verdict a line out.
//!
//! A case states facts; a fact that is not stated counts against a rule that needs it, since a verdict on guesses is worth
//! nothing. A line is read strictly: an unknown field, a wrong type or a day that does not exist is an error of that line
//! with every problem in it, and the other lines are answered all the same.

use std::collections::BTreeSet;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::calendar::WorkingCalendar;
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
pub use crate::strict::CASE_BYTES_MAX;
use crate::strict::{
    Fields, count, date, id_of_broken, lines, list, percent, read_object, some_text, text, truth, word, wrong,
};

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
    lines(file).map(move |(line, number)| answer_line(line, number, parameters, calendar))
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

/// Facts that are not stated count against the rule.
fn strict(finding: Finding) -> Finding {
    let outcome = if finding.outcome == Outcome::Unknown { Outcome::Broken } else { finding.outcome };
    Finding { outcome, ..finding }
}

fn review(
    object: &Map<String, Value>,
    problems: &mut Vec<String>,
    parameters: &Parameters,
    calendar: &WorkingCalendar,
) -> Vec<Finding> {
    let mut fields = Fields::new(object, problems);
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
            fields.problem(format!("kind：没有“{kind}”这一类，应为 {KINDS} 之一"));
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

/// A coded reason of failed talks.
fn failure(value: &Value) -> Result<String, String> {
    let codes: Vec<&str> = FAILURES.iter().map(|failure| failure.code).collect();
    word(value, &codes, |code| code).map(str::to_owned)
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
