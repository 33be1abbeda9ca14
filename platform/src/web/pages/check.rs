//! A unit checks one of its people for a need before proposing: the same rules and the same score (3.2c).

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use programme::access::{Role, Scope};
use programme::finding::Verdict;
use programme::process::proposal::OTHER_PERSON;
use programme::process::{Action, Body};
use serde::Deserialize;
use store::matter;

use super::answer;
use super::matters::words;
use super::words::verdict_status;
use crate::clock::today;
use crate::texts;
use crate::usecases::acts::facts;
use crate::usecases::explain;
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::details::DescriptionList;
use crate::web::kit::field::TextField;
use crate::web::kit::findings::FindingsList;
use crate::web::kit::hidden::Hidden;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};

texts! {
    check_title: "核查本单位其他人选", "Check another person of your unit";
    check_lead: "另荐之前先看：按与原人选相同的规则核查、相同的办法评分。只核查，不保存，不通知任何人。",
        "Before you recommend somebody else: the same rules and the same score as for the original candidate. This only checks; nothing is saved and nobody is notified.";
    check_id: "人员编号", "Person ID";
    check_id_hint: "本单位人员的编号见“人才库”，如 P00112", "The IDs of your unit's people are listed under People, such as P00112";
    check_go: "核查", "Check";
    check_unknown: "本单位没有这个编号的人员，请核对或先补充人员资料", "Nobody in your unit has this ID; please check it, or add the person first";
    check_result: "核查结果", "Result of the check";
    check_suggest: "另荐此人", "Recommend this person";
}

/// `GET` asks and answers: a check changes nothing.
pub fn routes() -> Router<AppState> {
    Router::new().route("/check", get(show))
}

#[derive(Debug, Deserialize)]
struct Wanted {
    #[serde(default)]
    pair: String,
    #[serde(default)]
    person: String,
}

#[derive(Template)]
#[template(path = "pages/check.html")]
struct CheckPage {
    frame: Frame,
    t: Texts,
    breadcrumb: Breadcrumb,
    pair: Hidden,
    person: TextField,
    submit: Button,
    notice: Option<Notice>,
    result: Vec<Markup>,
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let kept = matter::get(&mut tx, &visitor.actor, &wanted.pair).await?;
    let pair = kept.filter(|_| visitor.actor.role() == Role::Unit).ok_or(Failure::NotFound)?.matter;
    let id = wanted.person.trim();
    let person = store::person::get(&mut tx, visitor.scope(), id).await?;
    let mut result = Vec::new();
    if let Some(person) = &person {
        let inputs = Body::default().with(&OTHER_PERSON, id);
        let day = today(state.clock.now());
        let facts = facts::load(&mut tx, &state.desk, &pair, Action::SuggestOther, Some(&inputs), day).await?;
        let verdict = verdict_status(Verdict::of(&facts.findings), t);
        let list = DescriptionList::new().entry(explain::name_of(person), Markup::from(verdict));
        result.push(list.into());
        let need = pair.parties.need.as_deref().unwrap_or_default();
        let explained = explain::pair(&state.desk, &Scope::Province, day, need, id).await?;
        result.extend(explained.map(|one| answer::why(&one, t)));
        result.push(FindingsList::new(t, t.check_result(), &facts.findings).into());
        let href = words::act_href(&pair.id, Action::SuggestOther);
        result.push(ButtonLink::primary(t.check_suggest(), href).into());
    }
    let missing = (!id.is_empty() && person.is_none()).then(|| Notice::warning(t, t.check_unknown()));
    let above = [("/", t.nav_home()), (&words::href(&pair.id), &pair.title)];
    Ok(page(&CheckPage {
        breadcrumb: Breadcrumb::new(t, &above, t.check_title()),
        pair: Hidden::new("pair", pair.id.clone()),
        person: TextField::line("person", t.check_id()).hint(t.check_id_hint()).with(id).required(),
        submit: Button::primary(t.check_go()),
        notice: missing,
        result,
        frame: frame.titled(t.check_title()),
        t,
    }))
}
