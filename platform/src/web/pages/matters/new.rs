//! Opening a matter: a draft of a round or a need, an entry of a log, a list for a round.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use programme::access::Role;
use programme::process::{Action, Body, By, Doer, Kind, Rule, opening, rules};
use serde::Deserialize;
use store::matter;

use super::form::{self, FormPage};
use super::list::known_kind;
use super::words;
use crate::usecases::acts::{self, Foreseen, Outcome};
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page, page_with};
use crate::web::session::Visitor;
use crate::web::texts::Texts;
use crate::web::{AppState, url};

/// The matter that the new one hangs on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Under {
    #[serde(default)]
    under: String,
}

impl Under {
    fn id(&self) -> Option<&str> {
        (!self.under.is_empty()).then_some(self.under.as_str())
    }
}

/// The acts by which an account opens matters of a kind; `under` is the kind of the matter on whose page they stand.
pub(in crate::web::pages) fn offered(kind: Kind, role: Role, under: Option<Kind>) -> Vec<Action> {
    // Pairs come from a run, all at once (3.2a).
    if kind == Kind::Pair || programme::process::columns::opened_under(kind) != under {
        return Vec::new();
    }
    let opens = |rule: &&Rule| rule.opens() && rule.by.contains(&By::Account(role));
    let of_kind = |rule: &&Rule| rule.targets().iter().all(|stage| stage.kind() == kind);
    rules().filter(opens).filter(of_kind).map(|rule| rule.action).collect()
}

/// The form that opens a matter.
pub(in crate::web::pages) fn href(kind: Kind, action: Action, under: Option<&str>) -> String {
    let query = url::query(&[("under", under.unwrap_or_default())]);
    format!("{}/new/{}{query}", words::list_href(kind), action.code())
}

fn rule_of(kind: Kind, action: &str, visitor: &Visitor, t: Texts) -> Result<&'static Rule, Failure> {
    let action = Action::parse(action).ok_or(Failure::NotFound)?;
    let rule = opening(kind, action).ok_or(Failure::NotFound)?;
    if rule.by.contains(&By::Account(visitor.actor.role())) {
        return Ok(rule);
    }
    let (act, clause) = (words::action(rule.action, t), words::clause(rule.clause, t));
    Err(Failure::Forbidden(t.act_done_by(&act, &words::doers(rule, t), clause)))
}

pub(super) async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path((kind, action)): Path<(String, String)>,
    Query(under): Query<Under>,
) -> Result<Response, Failure> {
    let kind = known_kind(&kind, &visitor)?;
    let rule = rule_of(kind, &action, &visitor, frame.t)?;
    must_see(&state, &visitor, under.id()).await?;
    let foreseen = foresee(&state, &visitor, kind, rule, under.id()).await?;
    Ok(page(&FormPage::opening(frame, rule, ways(kind, rule, under.id()), &foreseen)))
}

/// Where the form goes and where it leads back to.
fn ways(kind: Kind, rule: &Rule, under: Option<&str>) -> (String, String) {
    (href(kind, rule.action, under), under.map_or_else(|| words::list_href(kind), words::href))
}

pub(super) async fn foresee(
    state: &AppState,
    visitor: &Visitor,
    kind: Kind,
    rule: &'static Rule,
    under: Option<&str>,
) -> Result<Foreseen, Failure> {
    let doer = Doer::Account(visitor.actor.clone());
    let mut tx = state.desk.database.read().await?;
    let seed = acts::seed::seed(&mut tx, &doer, kind, rule.action, under, &Body::default()).await?;
    Ok(acts::foresee(&mut tx, &state.desk, &visitor.by(state), &doer, &seed, rule).await?)
}

/// A matter is opened only under one that the visitor sees.
async fn must_see(state: &AppState, visitor: &Visitor, under: Option<&str>) -> Result<(), Failure> {
    let Some(id) = under else { return Ok(()) };
    let seen = matter::get(&mut state.desk.database.read().await?, &visitor.actor, id).await?;
    seen.map(|_| ()).ok_or(Failure::NotFound)
}

pub(super) async fn open(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path((kind, action)): Path<(String, String)>,
    Query(under): Query<Under>,
    mut sent: Form,
) -> Result<Response, Failure> {
    let kind = known_kind(&kind, &visitor)?;
    let rule = rule_of(kind, &action, &visitor, frame.t)?;
    must_see(&state, &visitor, under.id()).await?;
    let inputs = form::read(rule, &mut sent);
    let mut reasons = Vec::new();
    if !sent.has_problems() {
        let doer = Doer::Account(visitor.actor.clone());
        match acts::open(&state.desk, &visitor.by(&state), &doer, (kind, rule.action), under.id(), &inputs).await? {
            Outcome::Done(matter) => {
                let to = format!("{}?done={}", words::href(&matter.id), rule.action.code());
                return Ok(Redirect::to(&to).into_response());
            }
            Outcome::Refused(refusals) => reasons = form::keep(refusals, &mut sent)?,
            Outcome::Stale(_) => {}
        }
    }
    let foreseen = foresee(&state, &visitor, kind, rule, under.id()).await?;
    let page = FormPage::opening(frame, rule, ways(kind, rule, under.id()), &foreseen).came_back(rule, &sent, &reasons);
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
