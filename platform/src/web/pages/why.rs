//! "为什么不是这个人？": the rule, the gap to the last one chosen feature by feature, or the rival in the plan.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use matching::engine::Gap;
use matching::score::Score;
use programme::access::Record;
use serde::Deserialize;
use store::catalogue;
use store::person::Filter;

use crate::clock::today;
use crate::texts;
use crate::usecases::explain::{self, Answer, Explained};
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::field::TextField;
use crate::web::kit::findings::FindingsList;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::kit::toolbar::Toolbar;
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

/// People offered when the words fit several.
const OFFERED_MAX: usize = 20;

texts! {
    why: "为什么不是这个人？", "Why not this person?";
    why_person: "姓名或编号", "Name or number";
    why_ask: "查询未入选原因", "Ask why somebody was not chosen";
    why_offered: "请选择要查询的人", "Choose whom you mean";
    why_nobody: "没有找到这个人。请核对姓名或编号；名单中没有的人，须先由派出单位补充资料并导入。",
        "Nobody is called so. Check name or number; people who are not on record have to be imported first.";
    why_ranked(name: &str, rank: usize): "{name} 已在候选名单中，排第 {rank} 名", "{name} is a candidate, number {rank}";
    why_refused_word: "不能推送", "Cannot be pushed";
    why_refused(name: &str): "{name} 不符合规定", "{name} does not meet a rule";
    why_behind(name: &str, rank: usize): "{name} 排第 {rank} 名，未进入候选名单", "{name} is number {rank}, not among the candidates";
    why_behind_body(last: &str, score: &str, missing: &str): "候选名单最后一名 {last} 得 {score} 分，此人少 {missing} 分。分项差距见下表。",
        "The last candidate, {last}, has {score}; {missing} are missing. The table shows where.";
    why_gap: "与候选名单最后一名的分项差距", "The distance to the last candidate";
    why_part: "分项", "Part";
    why_own: "本人", "This person";
    why_last: "最后一名", "Last candidate";
    why_difference: "差距", "Distance";
    why_rules: "资格与利益冲突核查", "Eligibility and conflicts";
    why_plan: "推送方案中的情况", "In the plan";
    why_open_pair: "查看完整依据", "See the whole evidence";
}

/// The question and its answer.
pub fn routes() -> Router<AppState> {
    Router::new().route("/needs/{need}/why", get(show))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    person: String,
}

#[derive(Template)]
#[template(path = "pages/why.html")]
struct WhyPage {
    frame: Frame,
    breadcrumb: Breadcrumb,
    form: Toolbar,
    answer: Vec<Markup>,
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(need_id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Match)?;
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let need = store::need::get(&mut tx, visitor.scope(), &need_id).await?.ok_or(Failure::NotFound)?.need;
    drop(tx);
    let wanted = asked.person.trim();
    let answer = if wanted.is_empty() {
        Vec::new()
    } else if let Some(explained) =
        explain::pair(&state.desk, visitor.scope(), today(state.clock.now()), &need_id, wanted).await?
    {
        answer(&explained, t)
    } else {
        vec![offered(&state, &visitor, &need_id, wanted, t).await?]
    };
    let action = format!("{}/why", url::need(&need_id));
    let field = TextField::search("person", t.why_person()).with(wanted).into();
    let above = [("/", t.nav_home()), ("/needs", t.needs()), (&url::need(&need_id), need.title.as_str())];
    Ok(page(&WhyPage {
        breadcrumb: Breadcrumb::new(t, &above, t.why()),
        form: Toolbar::new(t, t.why_ask(), action, [field]),
        answer,
        frame: frame.titled(t.why()),
    }))
}

/// Whoever fits the words, to choose from.
async fn offered(
    state: &AppState,
    visitor: &Visitor,
    need_id: &str,
    wanted: &str,
    t: Texts,
) -> Result<Markup, Failure> {
    let filter = Filter { search: wanted.to_owned(), ..Filter::default() };
    let asked = catalogue::Asked { rows: OFFERED_MAX, ..catalogue::Asked::default() };
    let found = state.desk.catalogue.people(&state.desk.database, visitor.scope(), &filter, &asked).await?;
    if found.rows.is_empty() {
        return Ok(Notice::warning(t, t.why_nobody()).into());
    }
    let rows = found.rows.iter().map(|line| {
        let ask = format!("{}/why{}", url::need(need_id), url::query(&[("person", &line.id)]));
        let unit = line.unit.clone().unwrap_or_default();
        vec![Cell::heading(Markup::link(ask, line.name_or_id())), Cell::unbroken(line.id.as_str()), Cell::new(unit)]
    });
    let columns = [Column::text(t.people_name()), Column::text(t.person_id()), Column::text(t.people_unit())];
    Ok(Table::new("offered", t.why_offered(), columns, rows, "").into())
}

fn answer(explained: &Explained, t: Texts) -> Vec<Markup> {
    let name = explain::name_of(&explained.person);
    let rank = explained.explanation.candidate.rank;
    let mut parts: Vec<Markup> = Vec::new();
    match explained.answer() {
        Answer::Refused(finding) => {
            let notice = Notice::error(t, t.why_refused(name)).called(t.why_refused_word());
            parts.push(notice.body(finding.explanation()).clause(finding.clause, t).into());
        }
        Answer::Behind(gap) => {
            let last = explained.name_for(&gap.last_chosen);
            let body = t.why_behind_body(&last, &gap.last_score.to_string(), &gap.missing.to_string());
            parts.push(Notice::info(t, t.why_behind(name, rank)).body(body).into());
        }
        Answer::Candidate => parts.push(Notice::info(t, t.why_ranked(name, rank)).into()),
    }
    if let Some(sentence) = &explained.plan_sentence {
        parts.push(Notice::info(t, t.why_plan()).body(sentence.clone()).into());
    }
    if let Some(gap) = &explained.explanation.gap {
        parts.push(gap_table(gap, explained.explanation.candidate.score, t).into());
    }
    parts.push(FindingsList::new(t, t.why_rules(), &explained.findings).into());
    let address = url::pair(&explained.need.id, &explained.person.id);
    parts.push(ButtonLink::secondary(t.why_open_pair(), address).into());
    parts
}

fn gap_table(gap: &Gap, own: Score, t: Texts) -> Table {
    let columns = [
        Column::text(t.why_part()),
        Column::number(t.why_own()),
        Column::number(t.why_last()),
        Column::number(t.why_difference()),
    ];
    let row = |part: &str, own: Score, last: Score| {
        vec![
            Cell::heading(part),
            Cell::number(own.to_string()),
            Cell::number(last.to_string()),
            Cell::number(difference(own, last)),
        ]
    };
    let features = gap.features.iter().map(|(kind, own, last)| row(super::words::feature(*kind, t), *own, *last));
    let total = row(t.contributions_total(), own, gap.last_score);
    Table::new("gap", t.why_gap(), columns, features.chain([total]), "")
}

/// What the person is short of; a plus where the person is ahead.
fn difference(own: Score, last: Score) -> String {
    let (own, last) = (own.millionths(), last.millionths());
    let sign = match own.cmp(&last) {
        std::cmp::Ordering::Less => "−",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "+",
    };
    format!("{sign}{}", Score::from_millionths(own.abs_diff(last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_says_who_is_ahead() {
        let score = Score::from_millionths;
        assert_eq!(difference(score(200_000), score(350_001)), "−0.150001");
        assert_eq!(difference(score(350_001), score(200_000)), "+0.150001");
        assert_eq!(difference(score(1), score(1)), "0.000000");
    }
}
