//! The tables as texts that an official can hold beside the plan: every move, every permission, every clause.
//!
//! Committed as `tests/snapshots/process.md`, `stages.txt` and `clauses.txt`, so that a change of a rule is a changed line in
//! review. `cargo run -p programme --example process -- process` prints one anew.

use std::fmt::Write as _;

use super::field::Field;
use super::readings::{READINGS, Reading};
use super::rule::{Rule, To};
use super::rules;
use super::sight::{Reach, reach, sees};
use super::vocabulary::{Kind, Stage};
use crate::access::Role;
use crate::clause::{CLAUSES, Clause};
use crate::finding::Force;

/// Clauses that no rule can enforce by itself: what people do, or what the whole program is.
pub const FOR_PEOPLE: &[(&str, &str)] = &[
    ("1.1", "由查看范围落实：省、市、县各看各的，见 permissions.txt"),
    ("1.2", "由进度统计落实：只记录，不设上限"),
    ("1.3", "由资格核查落实：rules::candidate、rules::enterprise"),
    ("2.1.1(2)b", "由方案和排序落实：只在同等条件下比较"),
    ("2.1.2", "由协议、服务记录、考评的职责分类落实"),
    ("2.3.1(3)", "由方案和排序落实：只在同等条件下比较，年龄之后"),
    ("4.2", "由证书和名单落实：评聘由派出单位决定"),
    ("6", "由政策文件的有效期和批次所记版本落实"),
];

/// Every permitted move, by section.
pub fn process() -> String {
    let mut text = String::from(
        "# 办理规则表\n\n由程序生成，与程序执行的是同一张表。请与方案原文对照阅读；改动须经审阅。\n\n\
         效力：must 必须，任何人不得放宽；principle 原则上，省科技厅书面说明理由可放宽，长期可见；declare 声明；record 记录；warning 提示。\n\
         条款本身为声明、记录的，must 指填报内容不合要求的不予受理。\n",
    );
    for &kind in Kind::ALL {
        let _ = write!(text, "\n## {}\n\n", kind.chinese());
        text.push_str(
            "| 操作 | 由谁 | 从 | 到 | 条件 | 须填 | 期限 | 随之 | 条款 |\n|---|---|---|---|---|---|---|---|---|\n",
        );
        for rule in rules().filter(|rule| kind_of(rule) == Some(kind)) {
            push_row(&mut text, rule);
        }
    }
    text.push_str("\n## 方案未写明之处采用的读法\n\n| 条款 | 未写明之处 | 采用的读法 |\n|---|---|---|\n");
    for Reading { clause, point, taken } in READINGS {
        let _ = writeln!(text, "| {} | {point} | {taken} |", clause.chinese());
    }
    text
}

/// The kind of matter that a row moves.
pub fn kind_of(rule: &Rule) -> Option<Kind> {
    rule.from.first().copied().or_else(|| rule.targets().first().copied()).map(Stage::kind)
}

fn push_row(text: &mut String, rule: &Rule) {
    let by = joined(rule.by.iter().map(|by| by.chinese()));
    let from =
        if rule.opens() { "（新建）".to_owned() } else { joined(rule.from.iter().map(|stage| stage.chinese())) };
    let guards = rule.guards.iter().map(|guard| {
        format!("{}〔{} {} {}〕", guard.demands.chinese, guard.clause.chinese(), guard.force.code(), guard.code)
    });
    let then = rule.then.iter().map(|follow| follow.action.chinese());
    let _ = writeln!(
        text,
        "| {}{} | {by} | {from} | {} | {} | {} | {} | {} | {} {} |",
        rule.action.chinese(),
        if rule.undoable { "（可撤回）" } else { "" },
        target(rule),
        guards.collect::<Vec<_>>().join("；"),
        joined(rule.fields.iter().map(|field| asked(field))),
        rule.due.map_or("", |due| due.words.chinese),
        joined(then),
        rule.clause.chinese(),
        rule.force.code(),
    );
}

fn asked(field: &Field) -> String {
    if field.required { format!("{}*", field.chinese) } else { field.chinese.to_owned() }
}

fn target(rule: &Rule) -> String {
    match rule.to {
        To::Stage(stage) => stage.chinese().to_owned(),
        To::Same => "（不变）".to_owned(),
        To::All(stage) if rule.from.contains(&stage) => "（不变，逐方记录）".to_owned(),
        To::All(stage) => format!("各方均办理后：{}", stage.chinese()),
        To::Chosen(stages, _) => joined_by(stages.iter().map(|stage| stage.chinese()), " 或 "),
    }
}

fn joined<S: AsRef<str>>(words: impl Iterator<Item = S>) -> String {
    joined_by(words, "、")
}

fn joined_by<S: AsRef<str>>(words: impl Iterator<Item = S>, between: &str) -> String {
    words.map(|word| word.as_ref().to_owned()).collect::<Vec<_>>().join(between)
}

/// Role by stage: sees or not, and what it may do; one line for each, made by the functions that pages ask.
pub fn stages() -> String {
    let mut text = String::from("角色、环节、操作（由程序生成；改动须经审阅）\n");
    for &role in Role::ALL {
        let _ = write!(text, "\n【{}】\n", role.chinese());
        for &stage in Stage::ALL {
            let _ = writeln!(text, "{}·{}：{}", stage.kind().chinese(), stage.chinese(), permission(role, stage));
        }
    }
    text
}

fn permission(role: Role, stage: Stage) -> String {
    let seen = match reach(role, stage.kind()) {
        Reach::None => return "不可见".to_owned(),
        _ if !sees(role, stage) => return "不可见".to_owned(),
        Reach::Own => "可见本方",
        Reach::All => "可见全部",
    };
    let acts = rules().filter(|rule| rule.from.contains(&stage) && rule.by.iter().any(|by| by.is(role)));
    let acts = joined(acts.map(|rule| rule.action.chinese()));
    if acts.is_empty() { seen.to_owned() } else { format!("{seen}；可办：{acts}") }
}

/// Every clause with the rules and conditions that rest on it.
pub fn clauses() -> String {
    let mut text = String::from("条款与规则（由程序生成；改动须经审阅）\n");
    for (id, name, forces) in CLAUSES {
        let forces = joined(forces.iter().map(|force| force.code()));
        let _ = writeln!(text, "\n{id} {name}（{forces}）");
        for line in citations(id) {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}

/// What rests on a clause, in words; empty when nothing does.
pub fn citations(id: &str) -> Vec<String> {
    let is = |clause: Clause| clause.id() == id;
    let moves = rules().filter(|rule| is(rule.clause)).map(|rule| format!("操作：{}", rule.action.chinese()));
    let guards = rules().flat_map(|rule| rule.guards.iter().map(move |guard| (rule, guard)));
    let guards = guards
        .filter(|(_, guard)| is(guard.clause))
        .map(|(rule, guard)| format!("条件：{}（{}，{}）", guard.demands.chinese, rule.action.chinese(), guard.code));
    let checks = crate::rules::ALL
        .iter()
        .copied()
        .flatten()
        .filter(|rule| is(rule.clause))
        .map(|rule| format!("核查：{}", rule.code));
    let people = FOR_PEOPLE.iter().filter(|(known, _)| *known == id).map(|(_, how)| format!("落实：{how}"));
    let mut lines: Vec<String> = moves.chain(guards).chain(checks).chain(people).collect();
    lines.dedup();
    lines
}

/// The stages that a row starts from but that no row leads to, or the reverse: a table with a hole.
pub fn holes() -> Vec<String> {
    let mut holes = Vec::new();
    for &stage in Stage::ALL {
        let reached = rules().any(|rule| rule.targets().contains(&stage));
        if !reached {
            holes.push(format!("{} is never reached", stage.code()));
        }
        if !stage.waits().is_empty() {
            for role in stage.waits() {
                let acts = rules().any(|rule| rule.from.contains(&stage) && rule.by.iter().any(|by| by.is(*role)));
                if !acts {
                    holes.push(format!("{} waits for {} which can do nothing there", stage.code(), role.code()));
                }
                if reach(*role, stage.kind()) == Reach::None || !sees(*role, stage) {
                    holes.push(format!("{} waits for {} which does not see it", stage.code(), role.code()));
                }
            }
        }
    }
    for rule in rules() {
        for role in
            rule.by.iter().filter_map(|by| if let super::rule::By::Account(role) = by { Some(*role) } else { None })
        {
            for stage in rule.from {
                if reach(role, stage.kind()) == Reach::None || !sees(role, *stage) {
                    holes.push(format!(
                        "{} at {} by {} who does not see it",
                        rule.action.code(),
                        stage.code(),
                        role.code()
                    ));
                }
            }
        }
        let twice = rules().filter(|other| other.action == rule.action && same_start(other, rule)).count();
        if twice > 1 {
            holes.push(format!("{} has two rows for one stage", rule.action.code()));
        }
    }
    holes
}

fn same_start(one: &Rule, other: &Rule) -> bool {
    (one.opens() && other.opens() && kind_of(one) == kind_of(other))
        || one.from.iter().any(|stage| other.from.contains(stage))
}

/// Whether a clause has the force `must` and needs something that enforces it.
pub fn is_must(forces: &[Force]) -> bool {
    forces.contains(&Force::Must)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::{FieldKind, words};

    #[test]
    fn the_printed_tables_are_the_ones_in_force() {
        for (name, now, reviewed) in [
            ("process", process(), include_str!("../../tests/snapshots/process.md")),
            ("stages", stages(), include_str!("../../tests/snapshots/stages.txt")),
            ("clauses", clauses(), include_str!("../../tests/snapshots/clauses.txt")),
        ] {
            assert!(
                now.trim() == reviewed.trim(),
                "review the change of {name}, then: cargo run -p programme --example process -- {name}"
            );
        }
    }

    #[test]
    fn every_condition_hint_and_deadline_is_said_in_english_as_well() {
        let hints = rules().flat_map(|rule| rule.fields).map(|field| field.hint).filter(|hint| !hint.is_empty());
        let dues = rules().filter_map(|rule| rule.due).map(|due| due.words);
        let demands = rules().flat_map(|rule| rule.guards).map(|guard| guard.demands);
        let fields = rules().flat_map(|rule| rule.fields).filter(|field| field.kind == FieldKind::Flag);
        let declared = fields.map(|field| words(field.chinese, field.english));
        let is_english = |text: &str| !text.is_empty() && !text.contains(|c| matches!(c, '\u{2e80}'..='\u{ffef}'));
        let unsaid: Vec<_> =
            demands.chain(hints).chain(dues).chain(declared).filter(|said| !is_english(said.english)).collect();
        assert!(unsaid.is_empty(), "{unsaid:#?}");
    }

    #[test]
    fn the_tables_have_no_hole() {
        assert_eq!(holes(), Vec::<String>::new());
    }

    #[test]
    fn every_clause_is_enforced_by_something_named() {
        let silent: Vec<&str> = CLAUSES.iter().map(|(id, ..)| *id).filter(|id| citations(id).is_empty()).collect();
        assert!(silent.is_empty(), "{silent:?}");
    }

    #[test]
    fn every_action_has_a_row_and_every_row_a_doer() {
        for &action in super::super::Action::ALL {
            assert!(rules().any(|rule| rule.action == action), "{}", action.code());
        }
        assert!(rules().all(|rule| !rule.by.is_empty()));
        assert!(super::super::opening(Kind::Round, super::super::Action::DraftRound).is_some());
    }

    #[test]
    fn keys_of_fields_mean_one_thing_within_a_kind() {
        for &kind in Kind::ALL {
            let fields: Vec<&&Field> =
                rules().filter(|rule| kind_of(rule) == Some(kind)).flat_map(|rule| rule.fields).collect();
            for field in &fields {
                assert!(
                    fields.iter().all(|other| other.key != field.key || other.chinese == field.chinese),
                    "{}",
                    field.key
                );
            }
        }
    }
}
