//! Resident ids, telephone numbers and contacts of one record: masked, and in full for a written reason.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use programme::process::{Kind, sealed_fields};
use store::{Tx, enterprise, matter, person};

use super::matters::words;
use crate::texts;
use crate::usecases::identifiers::{self, Field, Owner, REASON_CHARS_MAX, REASON_CHARS_MIN};
use crate::usecases::seal::Keys;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::details::DescriptionList;
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::field::TextField;
use crate::web::kit::notice::Notice;
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

texts! {
    identifiers_title(name: &str): "{name}的证件号和联系方式", "Identifiers of {name}";
    identifiers_resident_id: "身份证号", "Resident id";
    identifiers_mobile: "手机号", "Mobile number";
    identifiers_contact: "联系人", "Contact";
    identifiers_contact_mobile: "联系人手机", "Contact's mobile number";
    identifiers_objector: "异议人姓名", "Objector";
    identifiers_objector_contact: "异议人联系方式", "Objector's contact";
    identifiers_person_contact: "本人联系方式", "Person's contact";
    identifiers_none: "没有登记证件号和联系方式。可由省科技厅在“数据导入”中补充。", "None are stated; the province may import them.";
    identifiers_reason: "查看理由", "Reason";
    identifiers_reason_hint(min: usize, max: usize): "{min} 至 {max} 个字。查看人、时间和理由记入审计记录，长期保留",
        "{min} to {max} characters. Who looked, when and why stays in the audit trail";
    identifiers_reveal: "查看完整内容", "Show in full";
    identifiers_shown: "以下为完整内容，请勿外传；本次查看已记入审计记录", "Shown in full; keep it to yourself. This look is in the audit trail";
    identifiers_back: "返回", "Back";
}

/// Of people, enterprises, objections and pairs, for whoever may see the record.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/people/{id}/identifiers", get(show_person).post(reveal_person))
        .route("/enterprises/{id}/identifiers", get(show_enterprise).post(reveal_enterprise))
        .route("/matter/{id}/identifiers", get(show_matter).post(reveal_matter))
}

#[derive(Template)]
#[template(path = "pages/identifiers.html")]
struct IdentifiersPage {
    frame: Frame,
    errors: ErrorSummary,
    notice: Option<Notice>,
    facts: DescriptionList,
    /// The form; absent when there is nothing to show or all is shown.
    ask: Option<(String, TextField, Button)>,
    back: Option<ButtonLink>,
}

/// A record whose identifiers are asked for.
struct Asked {
    owner: Owner,
    id: String,
    name: String,
}

impl Asked {
    async fn new(state: &AppState, visitor: &Visitor, owner: Owner, id: String) -> Result<Self, Failure> {
        let mut tx = state.desk.database.read().await?;
        let name = match owner {
            Owner::Person => person::get(&mut tx, visitor.scope(), &id).await?.map(|person| person.name),
            Owner::Enterprise => enterprise::get(&mut tx, visitor.scope(), &id).await?.map(|of| of.name),
            Owner::Objection | Owner::Pair => None,
        };
        let name = name.ok_or(Failure::NotFound)?.unwrap_or_else(|| id.clone());
        Ok(Self { owner, id, name })
    }

    /// What lies sealed of a matter, for a role that may read it there.
    async fn of_matter(state: &AppState, visitor: &Visitor, id: String) -> Result<Self, Failure> {
        let kept = matter::get(&mut state.desk.database.read().await?, &visitor.actor, &id).await?;
        let matter = kept.ok_or(Failure::NotFound)?.matter;
        let owner = match matter.kind() {
            Kind::Objection => Owner::Objection,
            Kind::Pair => Owner::Pair,
            _ => return Err(Failure::NotFound),
        };
        let role = Some(visitor.actor.role());
        if sealed_fields(matter.kind()).any(|field| !field.is_seen_by(role)) {
            return Err(Failure::NotFound);
        }
        Ok(Self { owner, id, name: matter.title })
    }

    fn address(&self) -> String {
        let folder = match self.owner {
            Owner::Person => "people",
            Owner::Enterprise => "enterprises",
            Owner::Objection | Owner::Pair => "matter",
        };
        format!("/{folder}/{}/identifiers", url::component(&self.id))
    }
}

async fn show_person(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    show(&state, frame, Asked::new(&state, &visitor, Owner::Person, id).await?).await
}

async fn show_enterprise(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    show(&state, frame, Asked::new(&state, &visitor, Owner::Enterprise, id).await?).await
}

async fn show_matter(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    show(&state, frame, Asked::of_matter(&state, &visitor, id).await?).await
}

async fn show(state: &AppState, frame: Frame, asked: Asked) -> Result<Response, Failure> {
    Ok(page(&masked_page(state, frame, &asked).await?))
}

async fn masked_page(state: &AppState, frame: Frame, asked: &Asked) -> Result<IdentifiersPage, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let masked = identifiers::masked(&mut tx, &state.guard.keys, asked.owner, &asked.id).await?;
    let ask = (asked.address(), reason(t), Button::primary(t.identifiers_reveal()));
    Ok(IdentifiersPage {
        errors: ErrorSummary::none(),
        notice: masked.is_empty().then(|| Notice::info(t, t.identifiers_none())),
        ask: (!masked.is_empty()).then_some(ask),
        facts: facts(masked, t),
        back: back(asked, t),
        frame: frame.titled(t.identifiers_title(&asked.name)),
    })
}

/// Enterprises have no page of their own to go back to.
fn back(asked: &Asked, t: Texts) -> Option<ButtonLink> {
    let page = match asked.owner {
        Owner::Person => url::person(&asked.id),
        Owner::Objection | Owner::Pair => words::href(&asked.id),
        Owner::Enterprise => return None,
    };
    Some(ButtonLink::secondary(t.identifiers_back(), page))
}

fn reason(t: Texts) -> TextField {
    TextField::line("reason", t.identifiers_reason())
        .hint(t.identifiers_reason_hint(REASON_CHARS_MIN, REASON_CHARS_MAX))
        .at_most(REASON_CHARS_MAX)
        .required()
}

fn facts(fields: Vec<(Field, String)>, t: Texts) -> DescriptionList {
    fields.into_iter().fold(DescriptionList::new(), |facts, (field, shown)| facts.entry(label(field, t), shown))
}

fn label(field: Field, t: Texts) -> &'static str {
    match field {
        Field::ResidentId => t.identifiers_resident_id(),
        Field::Mobile => t.identifiers_mobile(),
        Field::Contact => t.identifiers_contact(),
        Field::ContactMobile => t.identifiers_contact_mobile(),
        Field::Objector => t.identifiers_objector(),
        Field::ObjectorContact => t.identifiers_objector_contact(),
        Field::PersonContact => t.identifiers_person_contact(),
    }
}

async fn reveal_person(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let asked = Asked::new(&state, &visitor, Owner::Person, id).await?;
    reveal(&state, frame, &visitor, asked, form).await
}

async fn reveal_enterprise(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let asked = Asked::new(&state, &visitor, Owner::Enterprise, id).await?;
    reveal(&state, frame, &visitor, asked, form).await
}

async fn reveal_matter(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let asked = Asked::of_matter(&state, &visitor, id).await?;
    reveal(&state, frame, &visitor, asked, form).await
}

async fn reveal(
    state: &AppState,
    frame: Frame,
    visitor: &Visitor,
    asked: Asked,
    mut form: Form,
) -> Result<Response, Failure> {
    let t = frame.t;
    let given = form.text(&reason(t));
    if !form.has_problems() {
        let (keys, record) = (&state.guard.keys, (asked.owner, asked.id.as_str()));
        match identifiers::reveal(&state.desk.database, keys, &visitor.by(state), record, &given).await? {
            Ok(full) => {
                return Ok(page(&IdentifiersPage {
                    errors: ErrorSummary::none(),
                    notice: Some(Notice::warning(t, t.identifiers_shown())),
                    facts: facts(full, t),
                    ask: None,
                    back: back(&asked, t),
                    frame: frame.titled(t.identifiers_title(&asked.name)),
                }));
            }
            Err(problem) => form.refuse("reason", problem.message),
        }
    }
    let mut refused = masked_page(state, frame, &asked).await?;
    refused.errors = ErrorSummary::of(&form);
    refused.ask = refused.ask.map(|(address, reason, button)| (address, reason.filled(&form), button));
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused))
}

/// In place of a value that lies sealed: the way to its full content.
pub fn way_to(matter: &str, t: Texts) -> Markup {
    let link = Markup::link(format!("{}/identifiers", words::href(matter)), t.identifiers_reveal());
    Markup::joined([Markup::text("****　"), link])
}

/// The facts of a person with what is kept sealed, masked, each with the way to the full content.
pub async fn beside(
    facts: DescriptionList,
    tx: &mut Tx,
    keys: &Keys,
    id: &str,
    t: Texts,
) -> Result<DescriptionList, Failure> {
    let masked = identifiers::masked(tx, keys, Owner::Person, id).await?;
    let shown = |masked: String| {
        let link = Markup::link(format!("{}/identifiers", url::person(id)), t.identifiers_reveal());
        Markup::joined([masked.into(), Markup::text("　"), link])
    };
    Ok(masked.into_iter().fold(facts, |facts, (field, masked)| facts.entry(label(field, t), shown(masked))))
}
