//! What the system holds of one enterprise, each thing with where it comes from and since when; for the enterprise itself and
//! for those who look after it (二（三）1（1）).

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use chrono::NaiveDate;
use programme::access::{Role, Scope};
use programme::process::qualification::reminder;
use programme::process::sight::concerns_account;
use programme::process::{Action, Kind};
use programme::record::Enterprise;
use store::enterprise::{self, Held};
use store::{Tx, matter, route};

use super::matters::{self, words};
use crate::clock::today;
use crate::texts;
use crate::usecases::calendar::Today;
use crate::usecases::{policy, register};
use crate::web::AppState;
use crate::web::call::Call;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::findings::FindingsList;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::url;

texts! {
    enterprise_own: "本企业登记", "My enterprise";
    enterprise_own_lead: "系统登记的本企业信息、资质证书及其有效期；新证书在此申报。", "What the register holds of your enterprise; new certificates are declared here.";
    enterprise_title: "企业登记", "Enterprise";
    enterprise_reminder: "资质证书提示", "Certificates";
    enterprise_name: "企业名称", "Name";
    enterprise_code: "统一社会信用代码", "Credit code";
    enterprise_region: "所在地", "Place";
    enterprise_business: "主营业务", "Main business";
    enterprise_route: "需求由谁审核", "Who reviews its needs";
    enterprise_parent: "上级企业代码", "Controlled by";
    enterprise_central: "中央企业", "Of the central government";
    enterprise_platforms: "省级及以上创新平台", "Platforms of provincial or higher level";
    enterprise_contact: "联系人", "Contact";
    enterprise_source(day: &str): "以上为省科技厅导入的登记，最近一次 {day}；有误的请将证明材料报省科技厅更正。",
        "Imported by the province, last on {day}; to correct it, send proof to the province.";
    enterprise_held: "资质证书", "Certificates";
    enterprise_held_none: "登记中没有资质证书。", "No certificate in the register.";
    enterprise_kind: "资质", "Qualification";
    enterprise_number: "编号", "Number";
    enterprise_until: "有效期至", "Valid until";
    enterprise_standing: "状态", "Standing";
    enterprise_from: "来源", "From";
    enterprise_imported(day: &str): "{day} 导入的登记", "imported on {day}";
    enterprise_checked(day: &str): "{day} 核对生效", "checked on {day}";
    enterprise_valid: "有效", "Valid";
    enterprise_expired: "已过期", "Expired";
    enterprise_open: "编号或有效期未填", "Number or day missing";
    enterprise_not_stated: "未登记", "Not stated";
    enterprise_findings: "企业条件核查（今天）", "The enterprise's conditions, today";
    enterprise_declared: "证书申报记录", "Certificates declared";
    enterprise_declared_all: "查看全部证书申报", "All certificates declared";
}

/// One's own, and any that the visitor sees.
pub fn routes() -> Router<AppState> {
    Router::new().route(OWN, get(show_own)).route("/enterprises/{code}", get(show))
}

/// The page of the visitor's own enterprise.
pub const OWN: &str = "/enterprise";

/// Declarations that are shown below; the list has the rest.
const DECLARED_SHOWN: u32 = 20;

/// The page of an enterprise.
pub fn href(code: &str) -> String {
    format!("/enterprises/{}", url::component(code))
}

#[derive(Template)]
#[template(path = "pages/enterprise.html")]
struct EnterprisePage {
    frame: Frame,
    breadcrumb: Breadcrumb,
    reminder: Option<Notice>,
    declare: Option<ButtonLink>,
    facts: DescriptionList,
    source: String,
    held: Table,
    findings: FindingsList,
    declared: Option<Table>,
    all: Option<Markup>,
}

async fn show_own(call: Call) -> Result<Response, Failure> {
    let Scope::Enterprise(code) = call.visitor.scope() else { return Err(Failure::NotFound) };
    let code = code.clone();
    page_of(call, &code).await
}

async fn show(call: Call, Path(code): Path<String>) -> Result<Response, Failure> {
    page_of(call, &code).await
}

async fn page_of(Call { state, frame, visitor }: Call, code: &str) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let enterprise = enterprise::get(&mut tx, visitor.scope(), code).await?.ok_or(Failure::NotFound)?;
    let on = today(state.clock.now());
    let round = policy::current_round(&mut tx).await?;
    let parameters = policy::of_round(&mut tx, round.as_ref()).await?;
    let routed = route::of_enterprise(&mut tx, visitor.scope(), code, &parameters).await?;
    let imported = enterprise::updated(&mut tx, code).await?.map_or(on, today);
    let held = enterprise::held(&mut tx, code).await?;
    let findings = register::of_enterprise(&mut tx, &enterprise, on, &parameters).await?;
    let facts = facts(&enterprise, &routed.map(|routed| routed.explanation()).unwrap_or_default(), t);
    let today = state.desk.calendars.today(&mut tx, state.clock.now()).await?;
    let declared = declared(&mut tx, &visitor, code, &today, t).await?;
    let name = enterprise.name.clone().unwrap_or_else(|| code.to_owned());
    Ok(page(&EnterprisePage {
        breadcrumb: Breadcrumb::new(t, &[("/", t.nav_home())], t.enterprise_title()),
        reminder: reminder(&enterprise.qualifications, on, &parameters).map(|told| told_of(told, t)),
        declare: (visitor.actor.role() == Role::Enterprise).then(|| declare(t)),
        facts: contact(facts, code, t),
        source: t.enterprise_source(&imported.to_string()),
        held: held_table(&held, (on, imported), t),
        findings: FindingsList::new(t, t.enterprise_findings(), &findings),
        all: declared
            .is_some()
            .then(|| Markup::link(words::list_href(Kind::Qualification), t.enterprise_declared_all())),
        declared,
        frame: frame.titled(name),
    }))
}

fn told_of(told: String, t: Texts) -> Notice {
    Notice::warning(t, t.enterprise_reminder()).body(told).clause(programme::clause!("2.3.1(1)"), t)
}

fn declare(t: Texts) -> ButtonLink {
    let action = Action::DeclareQualification;
    ButtonLink::primary(words::action(action, t), matters::new_href(Kind::Qualification, action, None))
}

/// What the first page tells an enterprise before its last certificate runs out.
pub async fn reminder_of(tx: &mut Tx, visitor: &Visitor, on: NaiveDate, t: Texts) -> Result<Option<Notice>, Failure> {
    let Scope::Enterprise(code) = visitor.scope() else { return Ok(None) };
    let Some(enterprise) = enterprise::get(tx, visitor.scope(), code).await? else { return Ok(None) };
    let round = policy::current_round(tx).await?;
    let parameters = policy::of_round(tx, round.as_ref()).await?;
    Ok(reminder(&enterprise.qualifications, on, &parameters).map(|told| told_of(told, t)))
}

fn facts(enterprise: &Enterprise, route: &str, t: Texts) -> DescriptionList {
    let text = |value: Option<&str>| Markup::text(value.unwrap_or(t.enterprise_not_stated()));
    let region = enterprise.region.as_deref().map(places);
    let platforms = enterprise.platforms.join("、");
    let mut list = DescriptionList::new()
        .entry(t.enterprise_name(), text(enterprise.name.as_deref()))
        .entry(t.enterprise_code(), text(enterprise.credit_code.as_deref()))
        .entry(t.enterprise_region(), text(region.as_deref()))
        .entry(t.enterprise_business(), text(enterprise.main_business.as_deref()))
        .entry(t.enterprise_route(), text(Some(route).filter(|route| !route.is_empty())));
    if let Some(parent) = &enterprise.parent {
        list = list.entry(t.enterprise_parent(), parent.clone());
    }
    if enterprise.central == Some(true) {
        list = list.entry(t.enterprise_central(), t.act_yes());
    }
    list.entry(t.enterprise_platforms(), text(Some(platforms.as_str()).filter(|names| !names.is_empty())))
}

/// A county with its city.
fn places(code: &str) -> String {
    let name = |code: &str| programme::regions::by_code(code).map_or("", |region| region.name).to_owned();
    let city = format!("{}00", code.get(..4).unwrap_or_default());
    if city == code { name(code) } else { format!("{}{}", name(&city), name(code)) }
}

fn contact(facts: DescriptionList, code: &str, t: Texts) -> DescriptionList {
    facts.entry(t.enterprise_contact(), Markup::link(format!("{}/identifiers", href(code)), t.identifiers_reveal()))
}

fn held_table(held: &[Held], (on, imported): (NaiveDate, NaiveDate), t: Texts) -> Table {
    let rows = held.iter().map(|one| {
        let from = match &one.checked {
            Some((matter, day)) => Markup::link(words::href(matter), t.enterprise_checked(&day.to_string())),
            None => Markup::text(t.enterprise_imported(&imported.to_string())),
        };
        let qualification = &one.qualification;
        let until = qualification.valid_until.map_or("—".to_owned(), |day| day.to_string());
        let (word, tone) = match (qualification.valid_until, &qualification.number) {
            (Some(day), _) if day < on => (t.enterprise_expired(), Tone::Bad),
            (Some(_), Some(_)) => (t.enterprise_valid(), Tone::Good),
            _ => (t.enterprise_open(), Tone::Attention),
        };
        vec![
            Cell::heading(qualification.kind.chinese()),
            Cell::unbroken(until),
            Cell::new(Status::new(word, tone)),
            Cell::new(qualification.number.clone().unwrap_or_default()),
            Cell::new(from),
        ]
    });
    let columns = [
        t.enterprise_kind(),
        t.enterprise_until(),
        t.enterprise_standing(),
        t.enterprise_number(),
        t.enterprise_from(),
    ];
    let rows: Vec<Vec<Cell>> = rows.collect();
    Table::new("held", t.enterprise_held(), columns.map(Column::text), rows, t.enterprise_held_none())
}

/// The history: everything that the enterprise declared and that the visitor sees, the newest first.
async fn declared(
    tx: &mut Tx,
    visitor: &Visitor,
    code: &str,
    today: &Today,
    t: Texts,
) -> Result<Option<Table>, Failure> {
    let newest = matter::newest_of_enterprises(tx, &[code], Kind::Qualification, DECLARED_SHOWN).await?;
    let seen = newest.iter().filter(|one| concerns_account(&visitor.actor, one));
    let ids: Vec<&str> = seen.map(|one| one.id.as_str()).collect();
    let kept = matter::of_ids(tx, &ids).await?;
    let table = || matters::waiting(&kept, t.enterprise_declared().to_owned(), today, t);
    Ok((!kept.is_empty()).then(table))
}
