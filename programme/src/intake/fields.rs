//! One row's values by column, judged by what the column may hold.
//!
//! Every getter takes its value out of the row, so what is left at the end is what no column is called.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::columns::{
    self, Column, Content, ITEM_CHARS_MAX, ITEM_SEPARATOR, ITEMS_MAX, LINE_CHARS_MAX, QUALIFICATION, TRUTH_WORDS,
    WORKS_MAX, Within,
};
use super::headings::nearest;
use super::reader::{Ledger, Strictness};
use super::records::read_work;
use super::{Entry, Found, Note, Place, Problem, Row};
use crate::identifiers::{CreditCode, IdentifierError, Mobile, ResidentId};
use crate::record::{Qualification, QualificationKind, Work};
use crate::{industries, regions};

/// Characters of a found value that a message repeats.
const SHOWN_CHARS_MAX: usize = 40;

const CREDIT_CODE_CHARS: usize = 18;

/// Why a value was not taken.
#[derive(Debug)]
struct Wrong {
    code: &'static str,
    /// Follows the column's heading in the message.
    message: String,
    /// Refused even where an optional value may be passed over.
    always: bool,
}

impl Wrong {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), always: false }
    }

    fn always(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), always: true }
    }
}

/// The values of one row on their way into a record.
#[derive(Debug)]
pub struct Fields<'a> {
    place: Place,
    entries: Vec<Entry>,
    table: &'static [Column],
    prefix: &'static str,
    ledger: &'a mut Ledger,
}

impl<'a> Fields<'a> {
    pub(super) fn new(row: Row, table: &'static [Column], ledger: &'a mut Ledger) -> Self {
        let mut fields = Self { place: row.place, entries: row.entries, table, prefix: "", ledger };
        fields.flatten_objects();
        fields
    }

    /// Reads a part of the record whose columns begin with `prefix`, such as `enterprise.`; `None` when all are absent.
    pub(super) fn part<T>(&mut self, prefix: &'static str, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if !self.entries.iter().any(|entry| entry.name.starts_with(prefix)) {
            return None;
        }
        self.prefix = prefix;
        let part = read(self);
        self.prefix = "";
        Some(part)
    }

    /// An id, as text.
    pub(super) fn id(&mut self, name: &str) -> Option<String> {
        let in_workbook = self.place.is_in_workbook();
        self.value(name, |_, found| id_of(found, in_workbook))
    }

    /// The id of a person, or the credit code of an enterprise or unit.
    pub(super) fn party_id(&mut self, name: &str) -> Option<String> {
        let in_workbook = self.place.is_in_workbook();
        self.value(name, |_, found| party_of(id_of(found, in_workbook)?))
    }

    /// 统一社会信用代码, checked.
    pub(super) fn credit_code(&mut self, name: &str) -> Option<String> {
        let in_workbook = self.place.is_in_workbook();
        self.value(name, |_, found| credit_code_of(&id_of(found, in_workbook)?))
    }

    /// 统一社会信用代码 of somebody else than `own`.
    pub(super) fn credit_code_beside(&mut self, name: &str, own: Option<&str>) -> Option<String> {
        let in_workbook = self.place.is_in_workbook();
        self.value(name, |_, found| {
            let code = credit_code_of(&id_of(found, in_workbook)?)?;
            let rule = "是本企业自己的代码；请填上一级企业的代码，没有上级企业的留空";
            if own == Some(code.as_str()) { Err(Wrong::always("credit_code.own", rule)) } else { Ok(code) }
        })
    }

    /// 居民身份证号, checked, also against the birth date beside it; a message never repeats it.
    pub(super) fn resident_id(&mut self, name: &str, birth: Option<NaiveDate>) -> Option<ResidentId> {
        let in_workbook = self.place.is_in_workbook();
        self.value(name, |_, found| {
            let id = ResidentId::parse(&digits_of(found, in_workbook)?)
                .map_err(|error| Wrong::always("resident_id.wrong", format!("有误：{error}")))?;
            match birth.filter(|birth| *birth != id.birth()) {
                Some(birth) => {
                    let rule = format!("中的出生日期是 {}，“出生日期”填的是 {birth}；请核对", id.birth());
                    Err(Wrong::always("resident_id.birth", rule))
                }
                None => Ok(id),
            }
        })
    }

    /// Mobile number, checked; a message never repeats it.
    pub(super) fn mobile(&mut self, name: &str) -> Option<Mobile> {
        let in_workbook = self.place.is_in_workbook();
        self.value(name, |_, found| {
            Mobile::parse(&digits_of(found, in_workbook)?)
                .map_err(|error| Wrong::always("mobile.wrong", format!("有误：{error}")))
        })
    }

    /// Code of a region of the province, from its code or name.
    pub(super) fn region(&mut self, name: &str) -> Option<String> {
        self.value(name, |_, found| {
            let text = text_of(found, LINE_CHARS_MAX)?;
            let region = regions::parse(&text);
            let region =
                region.map_err(|error| Wrong::new("region.unknown", format!("是“{}”，{error}", shown(&text))))?;
            Ok(region.code.to_owned())
        })
    }

    /// GB/T 4754 code with its letter.
    pub(super) fn industry(&mut self, name: &str) -> Option<String> {
        self.value(name, |_, found| {
            let text = text_of(found, LINE_CHARS_MAX)?;
            let code = industries::parse(&text).map(str::to_owned);
            code.map_err(|error| Wrong::new("industry.unknown", format!("是“{}”，{error}", shown(&text))))
        })
    }

    /// Text within the column's bound.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.value(name, |column, found| {
            let Content::Text(chars_max) = column.content else { unreachable!("{name} is a text column") };
            text_of(found, chars_max)
        })
    }

    /// A list of texts.
    pub(super) fn items(&mut self, name: &str) -> Vec<String> {
        let items = self.value(name, |_, found| items_of(found)).unwrap_or_default();
        items.into_iter().filter(|item| !item.is_empty()).collect()
    }

    /// One word of a vocabulary.
    pub(super) fn word<T>(&mut self, name: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        self.value(name, |column, found| {
            let word = text_of(found, LINE_CHARS_MAX)?;
            parse(&word).ok_or_else(|| unknown_word(&word, column.content.options()))
        })
    }

    /// A calendar day.
    pub(super) fn date(&mut self, name: &str) -> Option<NaiveDate> {
        self.value(name, |_, found| date_of(found))
    }

    /// A calendar day that is not before `first`.
    pub(super) fn date_from(&mut self, name: &str, first: NaiveDate) -> Option<NaiveDate> {
        self.value(name, |_, found| {
            let date = date_of(found)?;
            let rule = format!("是 {date}，早于起始日期 {first}；请核对");
            if date < first { Err(Wrong::new("date.order", rule)) } else { Ok(date) }
        })
    }

    /// A whole number within the column's bound.
    pub(super) fn count(&mut self, name: &str) -> Option<u32> {
        self.value(name, |column, found| {
            let Content::Count(max) = column.content else { unreachable!("{name} is a count column") };
            let text = text_of(found, LINE_CHARS_MAX)?;
            let count = text.parse().ok().filter(|count| (1..=max).contains(count));
            count.ok_or_else(|| Wrong::new("count.range", format!("是“{}”；请填 1 到 {max} 的整数", shown(&text))))
        })
    }

    /// A year.
    pub(super) fn year(&mut self, name: &str) -> Option<i32> {
        self.value(name, |_, found| {
            let text = text_of(found, LINE_CHARS_MAX)?;
            let year = text.parse().ok().filter(|year| (columns::YEAR_MIN..=columns::YEAR_MAX).contains(year));
            year.ok_or_else(|| Wrong::new("year.range", format!("是“{}”；请填四位年份，如 2023", shown(&text))))
        })
    }

    /// A share in hundredths of a per cent.
    pub(super) fn basis_points(&mut self, name: &str) -> Option<u32> {
        self.value(name, |_, found| {
            let text = match found {
                Found::Number(number) => format!("{number}"),
                other => text_of(other, LINE_CHARS_MAX)?,
            };
            basis_points_of(&text).ok_or_else(|| {
                let rule = "请填 0 到 100 的数，最多两位小数，不带百分号";
                Wrong::new("percent.range", format!("是“{}”；{rule}", shown(&text)))
            })
        })
    }

    /// Yes or no.
    pub(super) fn truth(&mut self, name: &str) -> Option<bool> {
        self.value(name, |_, found| truth_of(found))
    }

    /// Yes or no, where yes cannot stand beside the yes of the column called `heading`.
    pub(super) fn truth_beside(&mut self, name: &str, other: bool, heading: &str) -> Option<bool> {
        self.value(name, |_, found| {
            let truth = truth_of(found)?;
            let rule = format!("和“{heading}”同时填了 是；两者只能居其一，请核对");
            if truth && other { Err(Wrong::always("truth.both", rule)) } else { Ok(truth) }
        })
    }

    /// Certificates: objects or words of a JSON list, or three columns of a sheet that go together.
    pub(super) fn qualifications(&mut self, name: &str) -> Vec<Qualification> {
        let numbers = self.value(&format!("{name}.number"), |_, found| items_of(found)).unwrap_or_default();
        let days = self.value(&format!("{name}.valid_until"), |_, found| days_of(found)).unwrap_or_default();
        if let Some(items) = self.take_objects(name) {
            let objects = items.into_iter().map(named_kind).collect();
            return self.each(name, objects, QUALIFICATION, read_qualification).into_iter().flatten().collect();
        }
        let kinds = self.value(name, |column, found| {
            let kinds = items_of(found)?;
            go_together("资质编号", kinds.len(), numbers.len())?;
            go_together("资质有效期至", kinds.len(), days.len())?;
            let unknown = |word: &str| unknown_word(word, column.content.options());
            let parse = |word: &String| QualificationKind::parse(word).ok_or_else(|| unknown(word));
            kinds.iter().map(parse).collect::<Result<Vec<_>, _>>()
        });
        let kinds = kinds.unwrap_or_default().into_iter().enumerate();
        let blank = |text: &&String| !text.is_empty();
        kinds
            .map(|(at, kind)| Qualification {
                kind,
                number: numbers.get(at).filter(blank).cloned(),
                valid_until: days.get(at).copied().flatten(),
            })
            .collect()
    }

    /// Works of a person.
    pub(super) fn works(&mut self, name: &str) -> Vec<Work> {
        if let Some(objects) = self.take_objects(name) {
            return self.each(name, objects, columns::WORK, read_work);
        }
        let wrong = || Wrong::new("type.works", "要写成对象的列表，如 [{\"title\":\"…\"}]");
        self.value(name, |_, found| match found {
            Found::List(items) if items.is_empty() => Ok(()),
            _ => Err(wrong()),
        });
        Vec::new()
    }

    /// Takes the value when it is a list that holds an object; a list of anything else stays for its column's own reader.
    fn take_objects(&mut self, name: &str) -> Option<Vec<Found>> {
        let holds_object = |entry: &Entry| {
            self.is_called(&entry.name, name)
                && matches!(&entry.found, Found::List(items) if items.iter().any(|item| matches!(item, Found::Object(_))))
        };
        let at = self.entries.iter().position(holds_object)?;
        match self.entries.remove(at).found {
            Found::List(items) => Some(items),
            _ => None,
        }
    }

    /// Reads each object of a list by a table of its own.
    fn each<T>(
        &mut self,
        name: &str,
        items: Vec<Found>,
        table: &'static [Column],
        read: fn(&mut Fields<'_>) -> T,
    ) -> Vec<T> {
        let column = self.column(name);
        if items.len() > WORKS_MAX {
            let message = format!("有 {} 项，最多 {WORKS_MAX} 项；请删减", items.len());
            self.wrong(column, self.place.at(column.name, None), Wrong::always("list.too_long", message));
            return Vec::new();
        }
        let mut read_items = Vec::with_capacity(items.len());
        for (number, item) in (1..).zip(items) {
            let place = self.place.at(&format!("{}[{number}]", column.name), None);
            match item {
                Found::Object(entries) => {
                    let mut fields = Fields::new(Row { place, entries }, table, self.ledger);
                    read_items.push(read(&mut fields));
                    fields.finish();
                }
                _ => self.wrong(column, place, Wrong::new("type.object", "的这一项要写成对象")),
            }
        }
        read_items
    }

    /// The value of the column `name` judged by `judge`; what is wrong is put down with its place.
    fn value<T>(&mut self, name: &str, judge: impl FnOnce(&Column, Found) -> Result<T, Wrong>) -> Option<T> {
        let column = self.column(name);
        let Some(entry) = self.take(name) else {
            if column.required {
                let rule = if self.place.is_in_workbook() { "这一列必须填写" } else { "必须填写" };
                let place = self.place.of_missing(column.name);
                self.wrong(column, place, Wrong::always("required", format!("没有填；{rule}")));
            }
            return None;
        };
        let judged = match entry.found {
            Found::Formula(formula) => Err(formula_in_cell(&formula)),
            found => judge(column, found),
        };
        judged.map_err(|wrong| self.wrong(column, self.place.at(&entry.name, entry.column), wrong)).ok()
    }

    fn wrong(&mut self, column: &Column, place: Place, wrong: Wrong) {
        let Wrong { code, message, always } = wrong;
        let message = format!("“{}”{message}", column.heading);
        let passed_over = self.ledger.strictness == Strictness::Lenient && !always && !column.required;
        self.put_down(Problem { place, column: column.name.to_owned(), code, message }, passed_over);
    }

    fn put_down(&mut self, problem: Problem, passed_over: bool) {
        if !passed_over {
            self.ledger.problems.push(problem);
            return;
        }
        let Problem { place: first, column, code, message } = problem;
        let fresh = || Note { column: column.clone(), code, first, count: 0, message };
        self.ledger.notes.entry((column.clone(), code)).or_insert_with(fresh).count += 1;
    }

    fn column(&self, name: &str) -> &'static Column {
        let known = self.table.iter().find(|column| self.is_called(column.name, name));
        known.unwrap_or_else(|| unreachable!("readers ask for columns of their table, not {name}"))
    }

    fn take(&mut self, name: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| self.is_called(&entry.name, name))?;
        Some(self.entries.remove(at))
    }

    /// Whether a full name is the prefix with `name` behind it. Lengths are compared first: they tell most names apart.
    fn is_called(&self, full: &str, name: &str) -> bool {
        full.len() == self.prefix.len() + name.len() && full.starts_with(self.prefix) && full.ends_with(name)
    }

    /// Brings `{"enterprise":{"name":…}}` to the flat names of the table.
    fn flatten_objects(&mut self) {
        if !self.entries.iter().any(|entry| matches!(entry.found, Found::Object(_))) {
            return;
        }
        for entry in std::mem::take(&mut self.entries) {
            let dotted =
                |column: &Column| column.name.strip_prefix(&*entry.name).is_some_and(|rest| rest.starts_with('.'));
            match entry.found {
                Found::Object(inner) if self.table.iter().any(dotted) => {
                    self.entries.extend(
                        inner
                            .into_iter()
                            .map(|inner| Entry { name: Cow::Owned(format!("{}.{}", entry.name, inner.name)), ..inner }),
                    );
                }
                found => self.entries.push(Entry { found, ..entry }),
            }
        }
    }

    /// Puts down what is left: values that no column of the table is called, and second values of those that are.
    pub(super) fn finish(mut self) {
        for entry in std::mem::take(&mut self.entries) {
            if let Some(column) = self.table.iter().find(|column| column.name == entry.name) {
                let place = self.place.at(&entry.name, entry.column);
                self.wrong(column, place, Wrong::always("column.duplicate", "出现了两次；只能出现一次"));
                continue;
            }
            let lenient = self.ledger.strictness == Strictness::Lenient;
            let known = self.table.iter().filter(|column| column.within != Within::Sheet).map(|column| column.name);
            let hint = nearest(&entry.name, known).map_or_else(String::new, |name| format!("；是不是“{name}”"));
            let message = format!("没有“{}”这一项{hint}", shown(&entry.name));
            let place = self.place.at(&entry.name, entry.column);
            let column = entry.name.into_owned();
            self.put_down(Problem { place, column, code: "column.unknown", message }, lenient);
        }
    }
}

fn truth_of(found: Found) -> Result<bool, Wrong> {
    if let Found::Boolean(truth) = found {
        return Ok(truth);
    }
    let word = text_of(found, LINE_CHARS_MAX)?;
    match TRUTH_WORDS.iter().position(|known| *known == word) {
        Some(at) => Ok(at == 0),
        None => Err(unknown_word(&word, TRUTH_WORDS)),
    }
}

fn formula_in_cell(formula: &str) -> Wrong {
    let rule = "只接受填写的值，请复制后选择性粘贴为“数值”";
    Wrong::always("formula", format!("是公式（={}）；{rule}", shown(formula)))
}

fn number_in_id(number: f64, in_workbook: bool) -> Wrong {
    if in_workbook {
        let rule = "Excel 会丢失末几位，本系统不作修补；请把整列设为“文本”格式后重新填写";
        Wrong::always("id.number", format!("是数字格式（{number:E}）：{rule}"))
    } else {
        Wrong::always("id.number", format!("写成了数字 {number}；请加引号写成文本"))
    }
}

fn unknown_word(word: &str, options: &[&str]) -> Wrong {
    Wrong::new("word.unknown", format!("是“{}”；只能填：{}", shown(word), options.join("、")))
}

fn id_of(found: Found, in_workbook: bool) -> Result<String, Wrong> {
    if let Found::Number(number) = found {
        return Err(number_in_id(number, in_workbook));
    }
    let id = text_of(found, columns::ID_CHARS_MAX)?;
    if id.chars().any(char::is_whitespace) {
        return Err(Wrong::new("id.characters", format!("是“{}”，中间有空格或换行；请去掉", shown(&id))));
    }
    Ok(id)
}

/// The digits of an identifier that no message may repeat.
fn digits_of(found: Found, in_workbook: bool) -> Result<String, Wrong> {
    match found {
        Found::Text(text) => Ok(text),
        Found::Number(_) if in_workbook => {
            let rule = "Excel 会丢失末几位，本系统不作修补；请把整列设为“文本”格式后重新填写";
            Err(Wrong::always("id.number", format!("是数字格式：{rule}")))
        }
        _ => Err(Wrong::always("id.number", "要写成文本；请加引号")),
    }
}

fn credit_code_of(id: &str) -> Result<String, Wrong> {
    let wrong = |error: IdentifierError| Wrong::new(credit_code_problem(&error), format!("是“{}”，{error}", shown(id)));
    CreditCode::parse(id).map(|code| code.to_string()).map_err(wrong)
}

fn credit_code_problem(error: &IdentifierError) -> &'static str {
    match error {
        IdentifierError::Length { .. } => "credit_code.length",
        IdentifierError::Characters(_) => "credit_code.character",
        IdentifierError::ImpossibleBirth(_) => "credit_code.impossible_birth",
        IdentifierError::CheckDigit { .. } => "credit_code.check_digit",
    }
}

/// Eighteen characters are a credit code or a mistake; a resident id is refused without being repeated.
fn party_of(id: String) -> Result<String, Wrong> {
    if id.chars().count() != CREDIT_CODE_CHARS {
        return Ok(id);
    }
    if ResidentId::parse(&id).is_ok() {
        let rule = "个人请填人员编号，单位请填统一社会信用代码";
        return Err(Wrong::always("party.resident_id", format!("是身份证号，不能出现在文件里；{rule}")));
    }
    credit_code_of(&id)
}

/// A bare word among objects is a qualification of which only the kind is told.
fn named_kind(item: Found) -> Found {
    match item {
        Found::Text(_) => Found::Object(vec![Entry { name: Cow::Borrowed("kind"), column: None, found: item }]),
        other => other,
    }
}

fn read_qualification(fields: &mut Fields<'_>) -> Option<Qualification> {
    let kind = fields.word("kind", QualificationKind::parse);
    let (number, valid_until) = (fields.text("number"), fields.date("valid_until"));
    kind.map(|kind| Qualification { kind, number, valid_until })
}

fn days_of(found: Found) -> Result<Vec<Option<NaiveDate>>, Wrong> {
    if let Found::Date(date) = found {
        return Ok(vec![Some(date)]);
    }
    let read = |text: String| if text.is_empty() { Ok(None) } else { parse_date(&text).map(Some) };
    items_of(found)?.into_iter().map(read).collect()
}

/// Columns that go together are blank or have as many items.
fn go_together(heading: &str, items: usize, beside: usize) -> Result<(), Wrong> {
    if beside == 0 || beside == items {
        return Ok(());
    }
    let rule = "请一一对应，没有的留空但保留“；”";
    Err(Wrong::new("list.mismatch", format!("有 {items} 项，“{heading}”有 {beside} 项；{rule}")))
}

/// Text as typed, without the blanks around it, with line ends as `\n`.
fn text_of(found: Found, chars_max: usize) -> Result<String, Wrong> {
    let text = match found {
        Found::Text(text) => text,
        // A whole number below 10^15 is shown by Excel as it was typed: nothing can be lost.
        Found::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number}"),
        Found::Number(number) => {
            return Err(Wrong::new("type.number", format!("是数字 {number}；请写成文本")));
        }
        Found::Date(date) => return Err(Wrong::new("type.date", format!("是日期 {date}；请写成文本"))),
        Found::Boolean(_) => return Err(Wrong::new("type.boolean", "是真假值；请写成文本")),
        Found::List(_) => return Err(Wrong::new("type.list", "是列表；请写成一个文本")),
        Found::Object(_) => return Err(Wrong::new("type.object", "是对象；请写成一个文本")),
        Found::Formula(formula) => return Err(formula_in_cell(&formula)),
    };
    clean(text, chars_max)
}

fn clean(text: String, chars_max: usize) -> Result<String, Wrong> {
    if text.len() > chars_max {
        let chars = text.chars().count();
        if chars > chars_max {
            return Err(Wrong::always("text.too_long", format!("有 {chars} 字，最多 {chars_max} 字；请删减")));
        }
    }
    let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
    if let Some(letter) = text.chars().find(|letter| is_unwritable(*letter)) {
        let code = u32::from(letter);
        return Err(Wrong::always("text.control", format!("含有看不见的控制字符（U+{code:04X}）；请删去后重新填写")));
    }
    let trimmed = text.trim();
    Ok(if trimmed.len() == text.len() { text } else { trimmed.to_owned() })
}

/// Characters that nobody sees and that a workbook cannot hold.
fn is_unwritable(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\t') || matches!(letter, '\u{FFFE}' | '\u{FFFF}')
}

/// The values of a list or of a cell parted by `；`; positions are kept, so blanks between separators stay as empty texts.
fn items_of(found: Found) -> Result<Vec<String>, Wrong> {
    let texts = match found {
        Found::List(list) => {
            list.into_iter().map(|item| text_of(item, ITEM_CHARS_MAX)).collect::<Result<Vec<_>, _>>()?
        }
        Found::Date(date) => vec![date.to_string()],
        other => vec![text_of(other, ITEMS_MAX * (ITEM_CHARS_MAX + 1))?],
    };
    let mut items = Vec::new();
    for text in texts {
        for item in text.split([ITEM_SEPARATOR, ';']) {
            items.push(clean(item.to_owned(), ITEM_CHARS_MAX)?);
        }
    }
    if items.len() > ITEMS_MAX {
        return Err(Wrong::always("list.too_long", format!("有 {} 项，最多 {ITEMS_MAX} 项；请删减", items.len())));
    }
    Ok(items)
}

fn date_of(found: Found) -> Result<NaiveDate, Wrong> {
    match found {
        Found::Date(date) => Ok(date),
        Found::Number(number) => {
            let rule = "请把单元格设为日期格式，或写成 1985-03-02 这样的文本";
            Err(Wrong::new("date.number", format!("是数字 {number}，看不出是哪一天；{rule}")))
        }
        other => parse_date(&text_of(other, LINE_CHARS_MAX)?),
    }
}

/// Reads `1985-03-02`, `1985/3/2`, `1985.3.2`, `1985年3月2日`: all year first, so none is ambiguous.
fn parse_date(text: &str) -> Result<NaiveDate, Wrong> {
    let plain = text.trim_end_matches('日').replace(['/', '.', '年', '月'], "-");
    let parts: Vec<_> = plain.split('-').collect();
    let numbers: Option<Vec<u32>> = parts.iter().map(|part| part.parse().ok()).collect();
    let (Some(&[year, month, day]), true) = (numbers.as_deref(), parts[0].len() == 4) else {
        let rule = "请写成 1985-03-02 这样的日期，年月日齐全";
        return Err(Wrong::new("date.format", format!("是“{}”；{rule}", shown(text))));
    };
    NaiveDate::from_ymd_opt(year.cast_signed(), month, day)
        .ok_or_else(|| Wrong::new("date.impossible", format!("是“{}”，没有这一天；请核对年月日", shown(text))))
}

/// `12.5` is 1250; exact, without floating point.
fn basis_points_of(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || decimals.len() > 2 || !digits(whole) || !digits(decimals) {
        return None;
    }
    let points = whole.parse::<u32>().ok()? * 100 + format!("{decimals:0<2}").parse::<u32>().ok()?;
    (points <= 10_000).then_some(points)
}

/// A value as messages repeat it: one line, shortened.
fn shown(text: &str) -> String {
    let line = text.replace(['\n', '\t'], " ");
    match line.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
