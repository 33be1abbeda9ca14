//! The system administrator's view of the organisation: every office of the three levels with its accounts, so that the
//! one without is seen before its work waits.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use programme::access::Role;
use programme::organisation::{Office, offices};
use store::account::{self, Account};

use super::accounts::{address, state_of};
use crate::texts;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

texts! {
    offices: "机构与账户", "Offices and accounts";
    offices_lead: "省、市（地）、县（市、区）三级机构及其账户。派出单位、企业和科技人员的账户请在账户列表中查询。",
        "Offices of province, cities and counties with their accounts; those of units, enterprises and people are in the list of accounts.";
    offices_name: "机构", "Office";
    offices_above: "上级", "Above";
    offices_none: "没有可用账户", "No open account";
    offices_summary(count: usize, without: usize): "共 {count} 个机构，{without} 个没有可用账户", "{count} offices, {without} without an open account";
}

/// The tree as a table.
pub fn routes() -> Router<AppState> {
    Router::new().route("/offices", get(show))
}

#[derive(Template)]
#[template(path = "pages/offices.html")]
struct OfficesPage {
    frame: Frame,
    t: Texts,
    breadcrumb: Breadcrumb,
    table: Table,
}

async fn show(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    visitor.must_be(Role::SystemAdministrator)?;
    let t = frame.t;
    let accounts = account::of_offices(&mut state.desk.database.read().await?, visitor.scope()).await?;
    let mut by_office: BTreeMap<(&str, &str), Vec<&Account>> = BTreeMap::new();
    for account in &accounts {
        let key = (account.role()?.code(), account.binding.as_deref().unwrap_or_default());
        by_office.entry(key).or_default().push(account);
    }
    let of = |office: &Office| {
        by_office.get(&(office.role.code(), office.binding.unwrap_or_default())).map_or(&[][..], Vec::as_slice)
    };
    let offices = offices();
    let without = offices.iter().filter(|office| of(office).iter().all(|account| !is_open(account))).count();
    let now = state.clock.now();
    let rows = offices.iter().map(|office| {
        let accounts = of(office).iter().flat_map(|account| {
            [Markup::link(address(&account.login), account.login.clone()), state_of(account, now, t).into()]
        });
        let missing = of(office).iter().all(|account| !is_open(account)).then(|| open_one(office, t));
        vec![
            Cell::heading(office.name.clone()),
            Cell::unbroken(office.binding.unwrap_or_default()),
            Cell::new(office.above.clone().unwrap_or_default()),
            Cell::new(Markup::joined(accounts.chain(missing))),
        ]
    });
    let columns = [t.offices_name(), t.account_binding(), t.offices_above(), t.nav_accounts()].map(Column::text);
    Ok(page(&OfficesPage {
        table: Table::new("offices", t.offices(), columns, rows, "").summary(t.offices_summary(offices.len(), without)),
        breadcrumb: Breadcrumb::new(t, &[("/", t.nav_home()), ("/accounts", t.nav_accounts())], t.offices().to_owned()),
        frame: frame.titled(t.offices()),
        t,
    }))
}

const fn is_open(account: &Account) -> bool {
    !account.disabled && account.activated
}

/// That there is no open account, and the way to one, filled in as far as it is known.
fn open_one(office: &Office, t: Texts) -> Markup {
    let known = [("role", office.role.code()), ("binding", office.binding.unwrap_or_default())];
    let new = format!("/accounts/new{}", url::query(&known));
    Markup::joined([t.offices_none().into(), Markup::text(" "), Markup::link(new, t.accounts_new())])
}
