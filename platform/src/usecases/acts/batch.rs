//! Acts from a file: one a line, all done or none, every refusal named with its line.
//!
//! JSON Lines: `{"act":"confirm_service","id":"service-000012"}`, `{"act":"log_service","kind":"service",
//! "under":"appointment-000003","set":{"service_day":"2025-07-01","half_days":"全天"}}`. A workbook has the columns 操作, 编号,
//! 类别, 所属 and, for each field, its label as on the page. Codes and Chinese words are both taken.

use anyhow::Context as _;
use paperwork::Cell;
use programme::process::{Action, Body, Doer, Field, Kind, Matter, field, opening, row};
use serde_json::Value;
use store::matter;
use store::{By, Tx};

use super::{Outcome, act_in, seed};
use crate::usecases::Desk;

/// Most acts of one file.
pub const ACTS_MAX: usize = 5_000;

/// One act as a file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Line of the file, counted from 1.
    pub number: usize,
    /// The act.
    pub action: Action,
    /// On this matter, or
    pub id: Option<String>,
    /// opening one of this kind,
    pub kind: Option<Kind>,
    /// under this one.
    pub under: Option<String>,
    /// Values by key or label of the field.
    pub set: Vec<(String, String)>,
}

/// Something wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Line of the file, counted from 1.
    pub number: usize,
    /// Stable code of a refusal; empty for a line that cannot be read.
    pub code: &'static str,
    /// What was found and what would be right.
    pub message: String,
}

/// Reads a file; every line that cannot be read is named.
pub fn read(bytes: &[u8]) -> anyhow::Result<(Vec<Line>, Vec<Wrong>)> {
    let read = if paperwork::is_workbook(bytes) { of_workbook(bytes)? } else { of_json_lines(bytes) };
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    for (number, pairs) in read {
        match pairs.and_then(|pairs| line(number, pairs)) {
            Ok(line) => lines.push(line),
            Err(message) => wrong.push(Wrong { number, code: "", message }),
        }
    }
    if lines.len() > ACTS_MAX {
        let message = format!("一次最多 {ACTS_MAX} 件，现为 {} 件，请分成几个文件", lines.len());
        wrong.push(Wrong { number: ACTS_MAX + 1, code: "", message });
    }
    Ok((lines, wrong))
}

type Pairs = Result<Vec<(String, String)>, String>;

fn of_json_lines(bytes: &[u8]) -> Vec<(usize, Pairs)> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| (at + 1, pairs_of_json(line))).collect()
}

fn pairs_of_json(line: &str) -> Pairs {
    if line.contains(char::REPLACEMENT_CHARACTER) {
        return Err("不是 UTF-8 文字，请另存为 UTF-8 编码".to_owned());
    }
    let value: Value = serde_json::from_str(line).map_err(|error| format!("不是合法的 JSON：{error}"))?;
    let object = value.as_object().ok_or("应为一个 JSON 对象，如 {\"act\":\"…\",\"id\":\"…\"}")?;
    let mut pairs = Vec::new();
    for (key, value) in object {
        match (key.as_str(), value) {
            ("set", Value::Object(set)) => {
                for (key, value) in set {
                    pairs.push((key.clone(), plain(value)?));
                }
            }
            ("act" | "id" | "kind" | "under", value) => pairs.push((format!("@{key}"), plain(value)?)),
            (other, _) => return Err(format!("不认识“{other}”，可用 act、id、kind、under、set")),
        }
    }
    Ok(pairs)
}

fn plain(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(true) => Ok("yes".to_owned()),
        Value::Bool(false) | Value::Null => Ok(String::new()),
        Value::Array(entries) => Ok(entries.iter().map(plain).collect::<Result<Vec<_>, _>>()?.join("\n")),
        Value::Object(_) => Err("字段的值应为文字、数字、真假或列表".to_owned()),
    }
}

fn of_workbook(bytes: &[u8]) -> anyhow::Result<Vec<(usize, Pairs)>> {
    let sheets = paperwork::read(bytes).map_err(|refusal| anyhow::anyhow!("{refusal}"))?;
    let sheet = sheets.iter().find(|sheet| !sheet.hidden).context("the workbook has a sheet")?;
    let Some((head, rows)) = sheet.rows.split_first() else { return Ok(Vec::new()) };
    let headings: Vec<(u16, String)> =
        head.cells.iter().filter_map(|(column, cell)| Some((*column, heading(&words(cell).ok()?)))).collect();
    let read = rows.iter().map(|row| {
        let pairs = row.cells.iter().map(|(column, cell)| {
            let known = headings.iter().find(|(at, _)| at == column);
            let (_, name) = known.ok_or("这一列没有表头，请补上字段名")?;
            Ok((name.clone(), words(cell)?))
        });
        (usize::try_from(row.number).unwrap_or(usize::MAX), pairs.collect())
    });
    Ok(read.collect())
}

/// Headings of the four columns that are no fields; the mark of a required field is left out.
fn heading(words: &str) -> String {
    match words.trim_end_matches('*').trim() {
        "操作" => "@act".to_owned(),
        "编号" => "@id".to_owned(),
        "类别" => "@kind".to_owned(),
        "所属" => "@under".to_owned(),
        other => other.to_owned(),
    }
}

fn words(cell: &Cell) -> Result<String, String> {
    match cell {
        Cell::Text(text) => Ok(text.clone()),
        Cell::Number(number) => Ok(number.to_string()),
        Cell::Boolean(flag) => Ok(if *flag { "yes" } else { "" }.to_owned()),
        Cell::Date(day) => Ok(day.to_string()),
        Cell::Formula(_) => Err("单元格中有公式，请粘贴为数值".to_owned()),
    }
}

fn line(number: usize, pairs: Vec<(String, String)>) -> Result<Line, String> {
    let (own, set): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(key, _)| key.starts_with('@'));
    let of =
        |name: &str| own.iter().find(|(key, value)| key == name && !value.trim().is_empty()).map(|(_, v)| v.trim());
    let act = of("@act").ok_or("缺少操作（act）")?;
    let action = Action::parse(act).ok_or_else(|| format!("没有“{act}”这个操作，全部操作见 zongshi act --list"))?;
    let kind = of("@kind").map(|word| Kind::parse(word).ok_or_else(|| format!("没有“{word}”这类事项"))).transpose()?;
    let (id, under) = (of("@id").map(str::to_owned), of("@under").map(str::to_owned));
    match (&id, kind) {
        (None, None) => Err("须写编号（id），新建的写类别（kind）".to_owned()),
        (Some(_), Some(_)) => Err("编号和类别只写一个：办理已有事项写编号，新建写类别".to_owned()),
        _ => Ok(Line { number, action, id, kind, under, set }),
    }
}

/// Does every line in one transaction, or none; what came of each, or everything that is wrong.
pub async fn run(
    desk: &Desk,
    by: &By<'_>,
    doer: &Doer,
    lines: &[Line],
) -> anyhow::Result<Result<Vec<String>, Vec<Wrong>>> {
    let mut tx = desk.database.write().await?;
    let (mut done, mut wrong, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        tx.mark().await?;
        let outcome = one(&mut tx, desk, by, doer, line).await?;
        tx.settle(outcome.is_ok()).await?;
        match outcome {
            Ok(told) => done.push(told),
            Err(No { reasons, matter }) => {
                let codes: Vec<&'static str> = reasons.iter().map(|reason| reason.code).collect();
                refused.extend(matter.map(|matter| (matter, line.action, codes)));
                wrong.extend(reasons);
            }
        }
    }
    if wrong.is_empty() {
        tx.commit().await?;
        return Ok(Ok(done));
    }
    drop(tx);
    note_refusals(desk, by, &refused).await?;
    Ok(Err(wrong))
}

/// A refusal by a file leaves the same trace as one by a page.
async fn note_refusals(
    desk: &Desk,
    by: &By<'_>,
    refused: &[(Matter, Action, Vec<&'static str>)],
) -> anyhow::Result<()> {
    let mut tx = desk.database.write().await?;
    for (matter, action, codes) in refused {
        matter::note_refusal(&mut tx, by, matter, *action, codes).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What stands against a line, and the matter that the rules refused to move; none when the line was not understood.
struct No {
    reasons: Vec<Wrong>,
    matter: Option<Matter>,
}

async fn one(tx: &mut Tx, desk: &Desk, by: &By<'_>, doer: &Doer, line: &Line) -> anyhow::Result<Result<String, No>> {
    let told = |code, message: String| Wrong { number: line.number, code, message };
    let wrong = |code, message: String| No { reasons: vec![told(code, message)], matter: None };
    let found = match (&line.id, line.kind) {
        (Some(id), _) => matter::find(tx, id).await?.map(|kept| kept.matter),
        (None, Some(kind)) if opening(kind, line.action).is_some() => {
            Some(seed::seed(tx, doer, kind, line.action, line.under.as_deref(), &Body::default()).await?)
        }
        _ => return Ok(Err(wrong("", format!("“{}”不能新建这类事项", line.action.chinese())))),
    };
    let Some(mut matter) = found else {
        return Ok(Err(wrong("act.unseen", format!("没有编号为 {} 的事项", line.id.as_deref().unwrap_or_default()))));
    };
    let rule = if matter.id.is_empty() { opening(matter.kind(), line.action) } else { row(matter.stage, line.action) };
    let fields: &[&Field] = rule.map_or(&[], |rule| rule.fields);
    let (inputs, problems) = match keyed(fields, &line.set) {
        Ok(sent) => field::read(fields, &sent),
        Err(message) => return Ok(Err(wrong("", message))),
    };
    if !problems.is_empty() {
        let reasons = problems.into_iter().map(|problem| told("act.missing_field", problem.message)).collect();
        return Ok(Err(No { reasons, matter: None }));
    }
    if let (true, Some(kind)) = (matter.id.is_empty(), line.kind) {
        matter = seed::seed(tx, doer, kind, line.action, line.under.as_deref(), &inputs).await?;
    }
    Ok(match act_in(tx, desk, by, doer, &matter, line.action, &inputs).await? {
        Outcome::Done(now) => Ok(format!("{} {} → {}", now.id, line.action.chinese(), now.stage.chinese())),
        Outcome::Refused(reasons) => {
            let reasons = reasons.into_iter().map(|reason| told(reason.code, reason.message)).collect();
            Err(No { reasons, matter: Some(matter) })
        }
        Outcome::Stale(now) => Err(wrong("act.stale", format!("{} 已由他人办理，请核对后重试", now.id))),
    })
}

/// Labels become keys; a name that is no field of the act is refused, since a misspelt one would be left out silently.
fn keyed(fields: &[&Field], set: &[(String, String)]) -> Result<Vec<(String, String)>, String> {
    set.iter()
        .map(|(name, value)| {
            let known = fields.iter().find(|field| field.key == name || field.chinese == name);
            let known = known.ok_or_else(|| {
                let names: Vec<&str> = fields.iter().map(|field| field.chinese).collect();
                format!("这个操作没有“{name}”这一项，可填：{}", names.join("、"))
            })?;
            Ok((known.key.to_owned(), value.clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_an_act_and_either_a_matter_or_a_kind() {
        let file = "{\"act\":\"confirm_service\",\"id\":\"service-000001\"}\n\
            {\"act\":\"登记服务\",\"kind\":\"服务记录\",\"under\":\"appointment-000001\",\"set\":{\"时长\":\"全天\"}}\n\n\
            {\"act\":\"fly\",\"id\":\"x\"}\n{\"act\":\"confirm_service\"}\n[1]\n{\"act\":\"confirm_service\",\"who\":1}";
        let (lines, wrong) = read(file.as_bytes()).unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[1].action, lines[1].kind, lines[1].number), (Action::LogService, Some(Kind::Service), 2));
        let told: Vec<String> = wrong.iter().map(|one| format!("{}：{}", one.number, one.message)).collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        4：没有“fly”这个操作，全部操作见 zongshi act --list
        5：须写编号（id），新建的写类别（kind）
        6：应为一个 JSON 对象，如 {"act":"…","id":"…"}
        7：不认识“who”，可用 act、id、kind、under、set
        "#);
    }

    #[test]
    fn a_file_of_more_acts_than_the_bound_is_refused_with_the_bound() {
        for (count, good) in [(ACTS_MAX - 1, true), (ACTS_MAX, true), (ACTS_MAX + 1, false)] {
            let file = "{\"act\":\"confirm_service\",\"id\":\"s\"}\n".repeat(count);
            assert_eq!(read(file.as_bytes()).unwrap().1.is_empty(), good, "{count}");
        }
    }
}
