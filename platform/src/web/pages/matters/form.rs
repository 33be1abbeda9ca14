//! The form of one act: what it does, on which clause it rests, what it asks; and doing it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use programme::process::vocabulary::in_english;
use programme::process::{
    Action, Body, Doer, Field, FieldKind, Matter, Refusal, RefusalKind, Rule, Value, Words, decide, field, offers, row,
};
use store::matter;

use super::demands::{self, Demands};
use super::words;
use crate::texts;
use crate::usecases::acts::{self, Foreseen, Outcome};
use crate::usecases::calendar::Today;
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::Button;
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::field::{Choices, OptionItem, TextField};
use crate::web::kit::findings::force_word;
use crate::web::kit::hidden::Hidden;
use crate::web::kit::notice::Notice;
use crate::web::kit::timeline::Whereabouts;
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};

texts! {
    act_yes: "是", "Yes";
    act_no: "否", "No";
    act_choose: "请选择", "Choose";
    act_back: "返回", "Back";
    act_rests(clause: &str, force: &str): "依据：{clause}（{force}）", "Under {clause} ({force})";
    act_whole(least: i64, most: i64): "{least} 至 {most} 的整数", "A whole number from {least} to {most}";
    act_whole_from(least: i64): "整数，不小于 {least}", "A whole number, {least} or more";
    act_list: "一行一项", "One a line";
    act_missing(label: &str): "请填写“{label}”", "{label}: please fill in";
    act_expects_text(label: &str, most: usize): "“{label}”最多 {most} 字，不含不可见字符", "{label}: at most {most} characters, none of them invisible";
    act_expects_day(label: &str): "“{label}”应为日期，如 2025-03-01", "{label}: a date such as 2025-03-01";
    act_expects_list(label: &str, most: usize): "“{label}”最多 {most} 项", "{label}: at most {most} entries";
    act_expects_choice(label: &str): "“{label}”应为所列之一", "{label}: one of those offered";
    act_done_by_you(act: &str, clause: &str): "“{act}”您已办理，请等待其他方办理（{clause}）", "{act}: you have done it; the others are awaited ({clause})";
    act_done_by(act: &str, who: &str, clause: &str): "“{act}”由{who}办理（{clause}）", "{act}: done by {who} ({clause})";
    act_not_at(act: &str, stage: &str): "“{act}”不能在“{stage}”环节办理", "{act}: not at the stage {stage}";
    act_refused: "不能办理", "Refused";
    act_stale: "这件事项刚刚由他人办理，您的操作没有保存", "Somebody moved this first; nothing of yours was saved";
    act_stale_body: "下面是最新情况，请核对后重新办理。", "This is how it stands now; look again before you act.";
}

/// The largest number of choices that are shown side by side instead of in a list.
const RADIO_MAX: usize = 4;

#[derive(Template)]
#[template(path = "pages/act.html")]
pub(super) struct FormPage {
    frame: Frame,
    t: Texts,
    subject: Option<(String, String)>,
    whereabouts: Option<Whereabouts>,
    notices: Vec<Notice>,
    errors: ErrorSummary,
    rests: String,
    demands: Demands,
    action: String,
    hidden: Vec<Hidden>,
    fields: Vec<Markup>,
    submit: Button,
    back: String,
}

impl FormPage {
    fn new(frame: Frame, rule: &Rule, (action, back): (String, String), values: &Body, foreseen: &Foreseen) -> Self {
        let t = frame.t;
        let force = force_word(rule.force, t);
        Self {
            subject: None,
            whereabouts: None,
            notices: demands::not_yet(foreseen, t).into_iter().collect(),
            errors: ErrorSummary::none(),
            rests: t.act_rests(words::clause(rule.clause, t), force),
            demands: Demands::new(foreseen, t),
            action,
            hidden: Vec::new(),
            fields: rule.fields.iter().map(|field| control(field, shown(field, values), t)).collect(),
            submit: Button::primary(words::action(rule.action, t)),
            back,
            frame: frame.titled(words::action(rule.action, t)),
            t,
        }
    }

    /// The form that opens a matter.
    pub(super) fn opening(frame: Frame, rule: &Rule, ways: (String, String), foreseen: &Foreseen) -> Self {
        Self::new(frame, rule, ways, &Body::default(), foreseen)
    }

    fn on(frame: Frame, rule: &Rule, matter: &Matter, foreseen: &Foreseen, today: &Today) -> Self {
        let t = frame.t;
        let back = words::href(&matter.id);
        let ways = (words::act_href(&matter.id, rule.action), back.clone());
        let mut page = Self::new(frame, rule, ways, &matter.body, foreseen);
        page.subject = Some((back, matter.title.clone()));
        page.whereabouts = Some(words::whereabouts(matter, today, t));
        page.hidden.push(Hidden::new("version", matter.version.to_string()));
        page
    }

    /// The form as it was sent, with everything that stands against it.
    pub(super) fn came_back(mut self, rule: &Rule, sent: &Form, reasons: &[Refusal]) -> Self {
        let t = self.t;
        // The refusals themselves say more than what was foreseen.
        self.notices.clear();
        self.fields = rule.fields.iter().map(|field| sent_control(field, sent, t)).collect();
        self.errors = ErrorSummary::of(sent);
        self.notices.extend(reasons.iter().map(|reason| refusal_notice(reason, None, t)));
        self
    }
}

/// A refusal as a message: sentence, clause, code.
pub fn refusal_notice(reason: &Refusal, id: Option<&str>, t: Texts) -> Notice {
    let title = id.map_or_else(|| t.act_refused().to_owned(), |id| format!("{}：{id}", t.act_refused()));
    let sentence = format!("{}〔{}〕", reason.message, reason.code);
    let body = match (t.lang, condition(reason)) {
        (Lang::English, Some(condition)) => demands::unmet(condition.english, &sentence, t),
        _ => Markup::text(sentence),
    };
    Notice::error(t, title).body(body).clause(reason.clause, t)
}

/// What the tables demand where a condition refused.
fn condition(reason: &Refusal) -> Option<Words> {
    let mut guards = programme::process::rules().flat_map(|rule| rule.guards);
    guards.find(|guard| guard.code == reason.code).map(|guard| guard.demands)
}

/// What the act needs and where the visitor may do it.
async fn found(
    state: &AppState,
    visitor: &Visitor,
    id: &str,
    action: &str,
    t: Texts,
) -> Result<(Matter, &'static Rule), Failure> {
    let kept = matter::get(&mut state.desk.database.read().await?, &visitor.actor, id).await?;
    let matter = kept.ok_or(Failure::NotFound)?.matter;
    let action = Action::parse(action).filter(|known| known.code() == action).ok_or(Failure::NotFound)?;
    let doer = Doer::Account(visitor.actor.clone());
    if let Some(rule) = offers(&matter, &doer).into_iter().find(|rule| rule.action == action) {
        return Ok((matter, rule));
    }
    match row(matter.stage, action) {
        // An act that is the other bureau's, or that this one has done already.
        Some(rule) => {
            let (act, clause) = (words::action(action, t), words::clause(rule.clause, t));
            Err(Failure::Forbidden(if visitor_has_acted(&matter, visitor) {
                t.act_done_by_you(&act, clause)
            } else {
                t.act_done_by(&act, &words::doers(rule, t), clause)
            }))
        }
        None => Err(Failure::Forbidden(t.act_not_at(&words::action(action, t), &words::stage(matter.stage, t)))),
    }
}

fn visitor_has_acted(matter: &Matter, visitor: &Visitor) -> bool {
    decide::has_acted(matter, visitor.actor.role())
}

pub(super) async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path((id, action)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (matter, rule) = found(&state, &visitor, &id, &action, frame.t).await?;
    let foreseen = foresee(&state, &visitor, &matter, rule).await?;
    Ok(page(&FormPage::on(frame, rule, &matter, &foreseen, &state.today().await?)))
}

pub(super) async fn foresee(
    state: &AppState,
    visitor: &Visitor,
    matter: &Matter,
    rule: &'static Rule,
) -> Result<Foreseen, Failure> {
    let doer = Doer::Account(visitor.actor.clone());
    let mut tx = state.desk.database.read().await?;
    Ok(acts::foresee(&mut tx, &state.desk, &visitor.by(state), &doer, matter, rule).await?)
}

pub(super) async fn act(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path((id, action)): Path<(String, String)>,
    mut sent: Form,
) -> Result<Response, Failure> {
    let t = frame.t;
    let version = sent.value("version").parse().ok();
    let (matter, rule) = match found(&state, &visitor, &id, &action, t).await {
        Ok(found) => found,
        // Somebody moved it while the form was open: say so instead of "not permitted".
        Err(Failure::Forbidden(why)) => return moved_first(&state, frame, &visitor, &id, version, why).await,
        Err(other) => return Err(other),
    };
    let inputs = read(rule, &mut sent);
    let mut reasons = Vec::new();
    if !sent.has_problems() {
        let doer = Doer::Account(visitor.actor.clone());
        let by = visitor.by(&state);
        match acts::act(&state.desk, &by, &doer, &id, version, rule.action, &inputs).await? {
            Outcome::Done(now) => {
                let to = format!("{}?done={}", words::href(&now.id), rule.action.code());
                return Ok(Redirect::to(&to).into_response());
            }
            Outcome::Refused(refusals) => reasons = keep(refusals, &mut sent)?,
            Outcome::Stale(now) => {
                let foreseen = foresee(&state, &visitor, &now, rule).await?;
                let page = FormPage::on(frame, rule, &now, &foreseen, &state.today().await?);
                let mut page = page.came_back(rule, &sent, &[]);
                page.notices.push(Notice::warning(t, t.act_stale()).body(t.act_stale_body()));
                return Ok(page_with(StatusCode::CONFLICT, &page));
            }
        }
    }
    let foreseen = foresee(&state, &visitor, &matter, rule).await?;
    let page = FormPage::on(frame, rule, &matter, &foreseen, &state.today().await?);
    let page = page.came_back(rule, &sent, &reasons);
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn moved_first(
    state: &AppState,
    frame: Frame,
    visitor: &Visitor,
    id: &str,
    version: Option<i64>,
    why: String,
) -> Result<Response, Failure> {
    let kept =
        matter::get(&mut state.desk.database.read().await?, &visitor.actor, id).await?.ok_or(Failure::NotFound)?;
    if version.is_some_and(|seen| seen != kept.matter.version) {
        return super::detail::page_of(state, frame, visitor, kept, Some(StatusCode::CONFLICT), "").await;
    }
    Err(Failure::Forbidden(why))
}

/// Reads what the rule asks for; problems go to their fields.
pub(in crate::web::pages) fn read(rule: &Rule, sent: &mut Form) -> Body {
    let pairs: Vec<(String, String)> = rule
        .fields
        .iter()
        .flat_map(|field| {
            sent.values(field.key).iter().map(|value| (field.key.to_owned(), value.clone())).collect::<Vec<_>>()
        })
        .collect();
    let (body, problems) = field::read(rule.fields, &pairs);
    let t = sent.texts();
    for problem in problems {
        let field = rule.fields.iter().find(|field| field.key == problem.key);
        let told = field.filter(|_| t.lang == Lang::English).map(|field| expected(field, sent, t));
        sent.refuse(problem.key, told.unwrap_or(problem.message));
    }
    body
}

/// What a field takes, for a value that it did not take.
fn expected(field: &Field, sent: &Form, t: Texts) -> String {
    let label = words::label(field, t);
    if sent.value(field.key).trim().is_empty() {
        return t.act_missing(&label);
    }
    match field.kind {
        FieldKind::Line(most) | FieldKind::Text(most) => t.act_expects_text(&label, most),
        FieldKind::Day => t.act_expects_day(&label),
        FieldKind::Whole(least, most) => format!("{label}: {}", bounds(least, most, t)),
        FieldKind::List => t.act_expects_list(&label, field::LIST_MAX),
        FieldKind::Flag | FieldKind::Choice(_) | FieldKind::Many(_) | FieldKind::Kept => t.act_expects_choice(&label),
    }
}

/// Puts refusals to their fields; the rest stands above the form. What the visitor may not know or do is a failure.
pub(super) fn keep(refusals: Vec<Refusal>, sent: &mut Form) -> Result<Vec<Refusal>, Failure> {
    let mut rest = Vec::new();
    for refusal in refusals {
        match (refusal.kind, refusal.field) {
            (RefusalKind::Unseen, _) => return Err(Failure::NotFound),
            (RefusalKind::NotYours, _) => return Err(Failure::Forbidden(refusal.message)),
            (_, Some(field)) if sent.texts().lang == Lang::English => {
                let told = sent.texts().act_missing(&in_english(field));
                sent.refuse(field, told);
            }
            (_, Some(field)) => sent.refuse(field, refusal.message),
            _ => rest.push(refusal),
        }
    }
    Ok(rest)
}

/// What a form shows of a kept value: nothing of what lies sealed.
fn shown<'a>(field: &Field, values: &'a Body) -> Option<&'a Value> {
    values.get(field).filter(|_| !field.sealed)
}

/// A field of the process as a control with a kept value in it.
pub(in crate::web::pages) fn control(field: &Field, value: Option<&Value>, t: Texts) -> Markup {
    let text = value.map(raw).unwrap_or_default();
    match described(field, t) {
        Control::Text(control) => control.with(text).into(),
        Control::Choices(control) => {
            let chosen: Vec<&str> = match value {
                Some(Value::List(codes)) => codes.iter().map(String::as_str).collect(),
                Some(Value::Flag(true)) => vec!["yes"],
                _ => vec![text.as_str()],
            };
            control.chosen(&chosen).into()
        }
        Control::None => Markup::default(),
    }
}

/// The same with what was sent.
pub(in crate::web::pages) fn sent_control(field: &Field, sent: &Form, t: Texts) -> Markup {
    match described(field, t) {
        Control::Text(control) => control.filled(sent).into(),
        Control::Choices(control) => control.filled(sent).into(),
        Control::None => Markup::default(),
    }
}

fn raw(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Whole(number) => number.to_string(),
        Value::Flag(_) => String::new(),
        Value::List(entries) => entries.join("\n"),
    }
}

enum Control {
    Text(TextField),
    Choices(Choices),
    None,
}

fn described(field: &Field, t: Texts) -> Control {
    let label = words::label(field, t);
    let options = |of: &'static [(&'static str, &'static str)]| {
        of.iter().map(move |(code, word)| OptionItem::new(*code, words::choice(code, word, t)))
    };
    match field.kind {
        FieldKind::Kept => Control::None,
        FieldKind::Line(most) => text(TextField::line(field.key, label).at_most(most), field, "", t),
        FieldKind::Text(most) => text(TextField::area(field.key, label, AREA_ROWS).at_most(most), field, "", t),
        FieldKind::Day => text(TextField::date(field.key, label), field, "", t),
        FieldKind::Whole(least, most) => text(TextField::number(field.key, label), field, &bounds(least, most, t), t),
        FieldKind::List => text(TextField::area(field.key, label, AREA_ROWS), field, t.act_list(), t),
        FieldKind::Flag => {
            let yes = [OptionItem::new("yes", t.act_yes())];
            choices(Choices::checkboxes(field.key, label, yes), field, t)
        }
        FieldKind::Many(of) => choices(Choices::checkboxes(field.key, label, options(of)), field, t),
        FieldKind::Choice(of) if of.len() <= RADIO_MAX => {
            choices(Choices::radio(field.key, label, options(of)), field, t)
        }
        FieldKind::Choice(of) => {
            let none = OptionItem::new("", t.act_choose());
            choices(Choices::select(field.key, label, std::iter::once(none).chain(options(of))), field, t)
        }
    }
}

/// From this bound on nobody counts its digits: it stops a slip of the hand and is told when it does.
const BOUND_UNTOLD_MIN: i64 = 1_000_000;

fn bounds(least: i64, most: i64, t: Texts) -> String {
    if most >= BOUND_UNTOLD_MIN { t.act_whole_from(least) } else { t.act_whole(least, most) }
}

/// Rows of a field of several lines.
const AREA_ROWS: u32 = 4;

fn text(control: TextField, field: &Field, fallback: &str, t: Texts) -> Control {
    let hint = if field.hint.is_empty() { fallback } else { words::said(field.hint, t) };
    let control = if hint.is_empty() { control } else { control.hint(hint) };
    Control::Text(if field.required { control.required() } else { control })
}

fn choices(control: Choices, field: &Field, t: Texts) -> Control {
    let control = if field.hint.is_empty() { control } else { control.hint(words::said(field.hint, t)) };
    Control::Choices(if field.required { control.required() } else { control })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_that_nobody_would_count_is_not_told() {
        let t = Texts::new(Lang::Chinese);
        assert_eq!(bounds(0, BOUND_UNTOLD_MIN - 1, t), "0 至 999999 的整数");
        assert_eq!(bounds(0, BOUND_UNTOLD_MIN, t), "整数，不小于 0");
        assert_eq!(bounds(1, BOUND_UNTOLD_MIN + 1, t), "整数，不小于 1");
    }
}
