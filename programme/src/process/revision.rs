//! 六 A change of the policy's numbers for rounds to come: proposed by one person with a reason, confirmed by another.
//!
//! The text of the policy file is changed where the number stands, so that clause, words of the plan and reading stay beside
//! it, and the reading says what it was and why. Rounds pin the text when they go to the four departments; a round that was
//! signed keeps its own. Numbers by which registers are kept (the province, control of a company) come with the program.

#[cfg(test)]
mod tests;

use super::words::words;
use toml::{Table, Value};

use super::decide::{Case, Change, Doer};
use super::field::Field;
use super::rule::By::Account;
use super::rule::{Guard, Rule, rule};
use super::vocabulary::Action::{ConfirmRevision, DropRevision, ProposeRevision};
use super::vocabulary::Stage::{RevisionConfirmed, RevisionDropped, RevisionProposed};
use super::{Facts, REASON};
use crate::access::Role::Province;
use crate::clause;
use crate::finding::Force::Must;
use crate::parameters::{EMBEDDED, ENTRIES, Parameters};
use crate::seal::seal;

/// What changes.
pub const CHANGES: Field = Field::list("changes", "调整的参数").required().hint(
    "一行一项，写作“名称=数值”，如 优秀比例上限（%）=15；名称见“政策参数”页",
    "One a line as name=value, the Chinese name as on the page of policy parameters",
);
/// Login of whoever proposed it.
pub const PROPOSED_BY: Field = Field::kept("proposed_by", "提出人");
/// SM3 of the policy file that it changes.
pub const BASE_HASH: Field = Field::kept("base_hash", "调整前政策文件指纹");
/// Name of the version that it makes.
pub const VERSION: Field = Field::kept("version", "调整后版本");
/// The whole policy file as changed.
pub const CONTENT: Field = Field::kept("content", "调整后政策文件");
/// SM3 of it.
pub const CONTENT_HASH: Field = Field::kept("content_hash", "调整后政策文件指纹");

/// Name under which the loader gives the text of the policy in force for new rounds.
pub const POLICY_TEXT: &str = "policy_text";

/// Entries that come with the program: registers are kept by them.
const FIXED: [&str; 2] = ["version", "province_region"];

/// The rows of 六.
pub const RULES: &[Rule] = &[
    rule(clause!("6"), Must, ProposeRevision)
        .to(RevisionProposed)
        .by(&[Account(Province)])
        .guards(&[&ONE_AT_A_TIME, &CHANGES_HOLD])
        .fields(&[&CHANGES, &REASON])
        .effect(propose),
    rule(clause!("6"), Must, ConfirmRevision)
        .from(&[RevisionProposed])
        .to(RevisionConfirmed)
        .by(&[Account(Province)])
        .guards(&[&TWO_PERSONS, &BASE_UNCHANGED]),
    rule(clause!("6"), Must, DropRevision)
        .from(&[RevisionProposed])
        .to(RevisionDropped)
        .by(&[Account(Province)])
        .fields(&[&REASON]),
];

const ONE_AT_A_TIME: Guard = Guard {
    clause: clause!("6"),
    force: Must,
    code: "policy.revision_open",
    demands: words("没有其他待确认的参数调整", "No other change of parameters waits"),
    fails: |case| {
        let open = case.facts.related.iter().find(|other| other.stage == RevisionProposed)?;
        Some(format!("“{}”（{}）还没有确认，请先确认或不采纳", open.title, open.id))
    },
};

const CHANGES_HOLD: Guard = Guard {
    clause: clause!("6"),
    force: Must,
    code: "policy.unreadable",
    demands: words(
        "每项写明参数名称和新的数值，调整后的政策文件完整、不自相矛盾",
        "Each line names a parameter and its new value, and the file stays whole and consistent",
    ),
    fails: |case| revised(case).err(),
};

const TWO_PERSONS: Guard = Guard {
    clause: clause!("6"),
    force: Must,
    code: "policy.one_person",
    demands: words("确认人不是提出人", "Whoever confirms is not whoever proposed"),
    fails: |case| {
        (login(case) == case.matter.body.text(&PROPOSED_BY))
            .then(|| "参数调整须两人办理，请由另一位经办人核对后确认".to_owned())
    },
};

const BASE_UNCHANGED: Guard = Guard {
    clause: clause!("6"),
    force: Must,
    code: "policy.base_changed",
    demands: words("提出后政策文件没有其他变动", "The policy file has not changed since it was proposed"),
    fails: |case| {
        (case.matter.body.text(&BASE_HASH) != seal(policy_text(case.facts)))
            .then(|| "提出之后政策文件已有其他变动，请不予采纳，按现行文件重新提出".to_owned())
    },
};

/// The text of the policy in force for new rounds: what was confirmed last, else what the program carries.
pub fn policy_text(facts: &Facts) -> &str {
    match facts.text(POLICY_TEXT) {
        "" => EMBEDDED,
        text => text,
    }
}

/// The policy file with the changes asked for; a sentence with everything that stands against them.
fn revised(case: &Case<'_>) -> Result<String, String> {
    let text = policy_text(case.facts);
    let table: Table = text.parse().map_err(|_| "现行政策文件无法读取，请联系系统管理员".to_owned())?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut problems = Vec::new();
    for change in case.inputs.list(&CHANGES) {
        match read(change, &table) {
            Ok((name, value)) => rewrite(&mut lines, &table, name, &value, case),
            Err(problem) => problems.push(problem),
        }
    }
    let version = Value::String(next_version(&case_version(&table)));
    put(&mut lines, "version", "value", &version);
    let revised = lines.join("\n") + "\n";
    if let (true, Err(found)) = (problems.is_empty(), Parameters::parse(&revised)) {
        problems = found.0;
    }
    if problems.is_empty() { Ok(revised) } else { Err(problems.join("；")) }
}

/// Name and new value of `name=value`.
fn read(change: &str, table: &Table) -> Result<(&'static str, Value), String> {
    let parts = change.split_once(['=', '＝']).ok_or_else(|| format!("“{change}”应写作“名称=数值”"))?;
    let (called, value) = (parts.0.trim(), parts.1.trim());
    let entry = ENTRIES.iter().find(|entry| entry.name == called || entry.chinese == called);
    let name = entry.ok_or_else(|| format!("没有“{called}”这一参数，名称见“政策参数”页"))?.name;
    if FIXED.contains(&name) {
        return Err(format!("“{called}”与登记数据有关，随程序更新，不在此调整"));
    }
    let value = format!("value = {value}").parse::<Table>().ok().and_then(|mut read| read.remove("value"));
    let value = value.ok_or_else(|| format!("“{change}”的数值写法不对，文字加引号，日期如 2025-01-01"))?;
    let same = table.get(name).and_then(|entry| entry.get("value")) == Some(&value);
    if same { Err(format!("“{called}”现在就是 {value}，没有变化")) } else { Ok((name, value)) }
}

/// The number where it stands, and beside the reading what it was and why it changed.
fn rewrite(lines: &mut Vec<String>, table: &Table, name: &str, value: &Value, case: &Case<'_>) {
    let entry = table.get(name);
    let was = entry.and_then(|entry| entry.get("value")).map(ToString::to_string).unwrap_or_default();
    let reading = entry.and_then(|entry| entry.get("reading")).and_then(Value::as_str).unwrap_or_default();
    let note = format!("{} 由 {was} 调整为 {value}：{}", case.today, case.inputs.text(&REASON));
    let reading = if reading.is_empty() { note } else { format!("{reading}；{note}") };
    put(lines, name, "value", value);
    put(lines, name, "reading", &Value::String(reading));
}

/// Writes a line of an entry in its place, or at the entry's end.
fn put(lines: &mut Vec<String>, entry: &str, key: &str, value: &Value) {
    let header = format!("[{entry}]");
    let Some(start) = lines.iter().position(|line| line.trim() == header) else { return };
    let within = lines[start + 1..].iter().take_while(|line| !line.starts_with('[') && !line.trim().is_empty()).count();
    let line = format!("{key} = {value}");
    let own = |line: &String| line.split('=').next().is_some_and(|name| name.trim() == key);
    match lines[start + 1..=start + within].iter().position(own) {
        Some(at) => lines[start + 1 + at] = line,
        None => lines.insert(start + 1 + within, line),
    }
}

fn case_version(table: &Table) -> String {
    let version = table.get("version").and_then(|entry| entry.get("value")).and_then(Value::as_str);
    version.unwrap_or_default().to_owned()
}

/// `2025-2027` becomes `2025-2027 第2版`.
fn next_version(version: &str) -> String {
    let (name, number) = version.split_once(" 第").unwrap_or((version, "1版"));
    let number: u32 = number.trim_end_matches('版').parse().unwrap_or(1);
    format!("{name} 第{}版", number + 1)
}

fn login<'a>(case: &Case<'a>) -> &'a str {
    match case.doer {
        Doer::Account(actor) => actor.login(),
        _ => "",
    }
}

fn propose(case: &Case<'_>, change: &mut Change) {
    let Ok(content) = revised(case) else { return };
    change.title = format!("政策参数调整：{}", case.inputs.list(&CHANGES).join("、"));
    change.set(&PROPOSED_BY, login(case));
    change.set(&BASE_HASH, seal(policy_text(case.facts)));
    change.set(&CONTENT_HASH, seal(&content));
    let version = Parameters::parse(&content).map_or_else(|_| String::new(), |parameters| parameters.version);
    change.set(&VERSION, version);
    change.set(&CONTENT, content);
}
