//! What the trail keeps of an act, in words: labels and values as the form showed them, codes of refusals as what was not met.

use programme::access::Role;
use programme::process::{Action, Field, SEALED, Stage, Value, rules};
use serde_json::{Map, Value as Json};
use store::audit::Event;

use super::super::matters::words;
use crate::texts;
use crate::web::session::role_word;
use crate::web::texts::{Lang, Texts};

texts! {
    trail_line(label: &str, value: &str): "{label}：{value}", "{label}: {value}";
    trail_stage: "环节", "Stage";
    trail_moved(from: &str, to: &str): "{from} → {to}", "{from} → {to}";
    trail_warnings: "提示", "Notes";
    trail_opened: "新建事项", "Opened";
    trail_refused: "未获准", "Refused";
    trail_demand(demand: &str, clause: &str): "{demand}（{clause}）", "{demand} ({clause})";
    trail_sealed: "已填写，加密保存", "given, kept sealed";
}

/// Characters of a value that a line shows; the raw text has the rest.
const VALUE_CHARS_MAX: usize = 80;

/// Names of what acts keep that are no acts on a matter.
const NAMES: [(&str, &str); 38] = [
    ("activated", "已启用"),
    ("binding", "所属"),
    ("candidates", "候选人次"),
    ("created", "时间"),
    ("days", "天数"),
    ("fields", "栏目"),
    ("first", "第一人"),
    ("from", "原"),
    ("inputs", "输入指纹"),
    ("inserted", "新增"),
    ("kept", "处理"),
    ("key", "密钥"),
    ("kind", "类别"),
    ("last_day", "最后一日"),
    ("matcher", "第三方匹配机构"),
    ("model", "模型"),
    ("must_change_password", "下次登录须改密码"),
    ("name", "名称"),
    ("needs", "需求数"),
    ("number", "序号"),
    ("parameters", "参数指纹"),
    ("people", "人员数"),
    ("policy", "政策版本"),
    ("problems", "问题数"),
    ("reason", "理由"),
    ("result", "结果"),
    ("role", "角色"),
    ("run", "匹配运算"),
    ("second", "第二人"),
    ("sm3", "SM3"),
    ("state", "状态"),
    ("status", "应答状态"),
    ("to", "现"),
    ("turned_away", "未能登录"),
    ("updated", "更新"),
    ("values", "项数"),
    ("version", "版本"),
    ("works", "成果数"),
];

/// Codes that stand as values, by what they are the value of.
const CODES: [(&str, &str, &str); 8] = [
    ("refused", "act.done_already", "已办理过"),
    ("refused", "act.missing_field", "有必填项未填"),
    ("refused", "act.not_yours", "不由该角色办理"),
    ("refused", "act.unseen", "不在其查看范围内"),
    ("refused", "act.wrong_stage", "不在可以办理的环节"),
    ("turned_away", "disabled", "账户已停用"),
    ("turned_away", "locked", "账户已锁定"),
    ("turned_away", "not_activated", "账户尚未启用"),
];

/// The lines of an entry; none when it keeps nothing.
pub(super) fn in_words(event: &Event, t: Texts) -> Vec<String> {
    let Ok(Json::Object(kept)) = serde_json::from_str(&event.detail) else { return Vec::new() };
    match Action::parse(&event.act) {
        Some(action) if kept.contains_key("inputs") => of_act(action, &kept, t),
        _ => kept.iter().filter_map(|(key, value)| line(&name(key, t), &plain(key, value, t), t)).collect(),
    }
}

/// An act on a matter: the stages, what was filled in, notes, what it opened.
fn of_act(action: Action, kept: &Map<String, Json>, t: Texts) -> Vec<String> {
    let stage = |key: &str| Stage::parse(kept.get(key)?.as_str()?).map(|stage| words::stage(stage, t));
    let moved = match (stage("from"), stage("to")) {
        (Some(from), Some(to)) if from != to => t.trail_moved(&from, &to),
        (_, to) => to.unwrap_or_default(),
    };
    let inputs = kept.get("inputs").and_then(Json::as_object).into_iter().flatten();
    let inputs = inputs.filter_map(|(key, value)| filled_in(action, key, value, t));
    let rest = [("warnings", t.trail_warnings()), ("opened", t.trail_opened())];
    let rest = rest.into_iter().filter_map(|(key, label)| line(label, &plain(key, kept.get(key)?, t), t));
    line(t.trail_stage(), &moved, t).into_iter().chain(inputs).chain(rest).collect()
}

fn filled_in(action: Action, key: &str, value: &Json, t: Texts) -> Option<String> {
    let field = rules().filter(|rule| rule.action == action).flat_map(|rule| rule.fields).find(|one| one.key == key);
    let value: Value = serde_json::from_value(value.clone()).ok()?;
    match field {
        _ if value == Value::from(SEALED) => line(&label(key, field.copied(), t), t.trail_sealed(), t),
        Some(field) => line(&words::label(field, t), &words::value(field, &value, t), t),
        None => line(&label(key, None, t), &Field::kept("", "").in_words(&value), t),
    }
}

/// What follows from another act is given what no form asks for.
fn label(key: &str, field: Option<&Field>, t: Texts) -> String {
    let known = field.or_else(|| rules().flat_map(|rule| rule.fields).copied().find(|one| one.key == key));
    known.map_or_else(|| name(key, t), |field| words::label(field, t))
}

fn name(key: &str, t: Texts) -> String {
    let known = NAMES.iter().find(|(code, _)| *code == key).filter(|_| t.lang == Lang::Chinese);
    match (known, key) {
        (_, "refused") => t.trail_refused().to_owned(),
        (Some((_, chinese)), _) => (*chinese).to_owned(),
        (None, _) => programme::process::vocabulary::in_english(key),
    }
}

fn plain(key: &str, value: &Json, t: Texts) -> String {
    match value {
        Json::Null => String::new(),
        Json::Bool(true) => t.act_yes().to_owned(),
        Json::Bool(false) => t.act_no().to_owned(),
        Json::Number(number) => number.to_string(),
        Json::String(code) => word(key, code, t),
        Json::Array(entries) => entries.iter().map(|entry| plain(key, entry, t)).collect::<Vec<_>>().join("；"),
        Json::Object(of) => {
            let parts = of.iter().filter_map(|(key, value)| line(&name(key, t), &plain(key, value, t), t));
            parts.collect::<Vec<_>>().join("；")
        }
    }
}

fn word(key: &str, code: &str, t: Texts) -> String {
    if let Some(role) = Role::parse(code).filter(|_| key == "role") {
        return role_word(role, t).to_owned();
    }
    if let Some((.., word)) = CODES.iter().find(|(of, known, _)| (*of, *known) == (key, code)) {
        return (*word).to_owned();
    }
    let guard = rules().flat_map(|rule| rule.guards).find(|guard| key == "refused" && guard.code == code);
    guard.map_or_else(
        || code.to_owned(),
        |guard| t.trail_demand(words::said(guard.demands, t), words::clause(guard.clause, t)),
    )
}

fn line(label: &str, value: &str, t: Texts) -> Option<String> {
    let mut shown: String = value.chars().take(VALUE_CHARS_MAX).collect();
    if value.chars().nth(VALUE_CHARS_MAX).is_some() {
        shown.push('…');
    }
    (!shown.is_empty()).then(|| t.trail_line(label, &shown))
}

#[cfg(test)]
mod tests {
    //! 1. An act on a matter is told by stages, labels and words of its choices. 2. A refusal is told by what was not met.
    //! 3. Anything else is told by names; what this version does not know keeps its own. 4. A long value is cut at its bound.

    use chrono::DateTime;

    use super::*;

    fn told(act: &str, detail: &str) -> Vec<String> {
        let event = Event {
            seq: 1,
            at: DateTime::UNIX_EPOCH,
            actor: "li".to_owned(),
            origin: String::new(),
            act: act.to_owned(),
            subject_kind: String::new(),
            subject_id: String::new(),
            clause: None,
            succeeded: true,
            detail: detail.to_owned(),
            prev: String::new(),
            hash: String::new(),
        };
        in_words(&event, Texts::new(Lang::Chinese))
    }

    #[test]
    fn an_act_is_told_by_stages_labels_and_words() {
        let detail = r#"{"from":"pair_talks","to":"pair_failed","version":3,"warnings":[],"opened":["x-1"],
            "inputs":{"failure":["budget_too_low","other"],"reason":"预算未定"}}"#;
        let lines =
            ["环节：对接洽谈中 → 对接未成", "未成原因：预算不足或不明；其他", "理由：预算未定", "新建事项：x-1"];
        assert_eq!(told("fail_talks", detail), lines);
        let sealed =
            r#"{"from":"pair_asked","to":"pair_willing","inputs":{"person_contact":"＊","declare_integrity":true}}"#;
        assert!(told("accept_pair", sealed).contains(&"本人联系方式：已填写，加密保存".to_owned()));
    }

    #[test]
    fn a_refusal_is_told_by_what_was_not_met() {
        let lines = told("push_pair", r#"{"refused":["pair.answers_closed","act.missing_field"]}"#);
        assert_eq!(lines, ["未获准：未过批次答复截止日（方案三（二））；有必填项未填"]);
    }

    #[test]
    fn anything_else_is_told_by_names() {
        let lines = told("account.create", r#"{"role":"unit","binding":"示例大学","activated":false,"other":1}"#);
        assert_eq!(lines, ["已启用：否", "所属：示例大学", "Other：1", "角色：派出单位"]);
        assert_eq!(told("account.sign_in", r#"{"turned_away":"locked"}"#), ["未能登录：账户已锁定"]);
        assert_eq!(told("account.sign_out", "null"), [""; 0]);
    }

    #[test]
    fn a_long_value_is_cut_at_its_bound() {
        let of = |chars: usize| told("x", &serde_json::json!({ "name": "字".repeat(chars) }).to_string()).remove(0);
        assert_eq!(of(VALUE_CHARS_MAX).chars().count(), VALUE_CHARS_MAX + 3);
        assert!(!of(VALUE_CHARS_MAX).ends_with('…') && of(VALUE_CHARS_MAX + 1).ends_with('…'));
    }
}
