//! 持股: holdings of people and units in enterprises (2.3.1(4)); read by the province alone.

use std::collections::HashSet;

use programme::access::{Record, Scope};
use programme::record::Shareholder;
use serde_json::json;

use crate::audit::{self, Entry};
use crate::sql::{Columns, ROWS_PER_STATEMENT, Sql, insert_rows, refuse_twice};
use crate::{By, Error, Result, Tx, Written, route};

/// Writes holdings, all or none when the transaction is dropped on an error. A holding that is known by enterprise, holder and
/// holder's id is overwritten; one that is not in the file stays, so a holding that was given up is written with a share
/// of nought.
pub async fn insert_all(tx: &mut Tx, by: &By<'_>, holdings: &[Shareholder]) -> Result<Written> {
    let keys: Vec<String> = holdings.iter().map(key).collect();
    refuse_twice("shareholder", keys.iter().map(String::as_str))?;
    let known = known(tx, holdings).await?;
    insert_rows(
        tx,
        "INSERT INTO shareholder (enterprise_code, holder, holder_id, share_basis_points, founder, updated)",
        holdings
            .iter()
            .map(|holding| {
                vec![
                    (&holding.enterprise).into(),
                    (&holding.holder).into(),
                    holding.holder_id.as_deref().unwrap_or_default().into(),
                    i64::from(holding.share_basis_points).into(),
                    holding.founder.into(),
                    by.at.into(),
                ]
            })
            .collect(),
        " ON CONFLICT (enterprise_code, holder, holder_id) DO UPDATE SET \
         share_basis_points = excluded.share_basis_points, founder = excluded.founder, updated = excluded.updated",
    )
    .await?;
    route::settle(tx).await?;
    let updated = keys.iter().filter(|key| known.contains(*key)).count();
    let written = Written { inserted: holdings.len() - updated, updated };
    let detail = json!({"inserted": written.inserted, "updated": written.updated});
    audit::append(tx, by, Entry::done("shareholder.import", "shareholder", "").with(detail)).await?;
    Ok(written)
}

fn key(holding: &Shareholder) -> String {
    joined(&holding.enterprise, &holding.holder, holding.holder_id.as_deref().unwrap_or_default())
}

fn joined(enterprise: &str, holder: &str, holder_id: &str) -> String {
    format!("{enterprise}\n{holder}\n{holder_id}")
}

async fn known(tx: &mut Tx, holdings: &[Shareholder]) -> Result<HashSet<String>> {
    let mut keys = HashSet::new();
    for chunk in holdings.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT enterprise_code, holder, holder_id FROM shareholder WHERE enterprise_code IN (");
        sql.bind_all(chunk.iter().map(|holding| holding.enterprise.as_str())).push(")");
        let rows: Vec<(String, String, String)> = sql.all(tx).await?;
        keys.extend(rows.iter().map(|(enterprise, holder, id)| joined(enterprise, holder, id)));
    }
    Ok(keys)
}

const SELECT: &str = "SELECT enterprise_code, holder, holder_id, share_basis_points, founder FROM shareholder";

#[derive(sqlx::FromRow)]
struct Stored {
    enterprise_code: String,
    holder: String,
    holder_id: String,
    share_basis_points: i64,
    founder: bool,
}

impl Stored {
    fn into_holding(self) -> Result<Shareholder> {
        let share_basis_points = u32::try_from(self.share_basis_points)
            .map_err(|_| Error::Unreadable { what: "share", found: self.share_basis_points.to_string() })?;
        Ok(Shareholder {
            enterprise: self.enterprise_code,
            holder: self.holder,
            holder_id: Some(self.holder_id).filter(|id| !id.is_empty()),
            share_basis_points,
            founder: self.founder,
        })
    }
}

/// Every holding, by enterprise, for a scope that may see them: what a matching run reads.
pub async fn all(tx: &mut Tx, scope: &Scope) -> Result<Vec<Shareholder>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE enterprise_code > ").bind("");
    read(tx, scope, sql).await
}

/// Holdings in one enterprise.
pub async fn of_enterprise(tx: &mut Tx, scope: &Scope, credit_code: &str) -> Result<Vec<Shareholder>> {
    matching(tx, scope, " WHERE enterprise_code IN (", &[credit_code]).await
}

/// Holdings in any enterprise of those with these names or these ids.
pub async fn of_holders(tx: &mut Tx, scope: &Scope, names: &[&str], ids: &[&str]) -> Result<Vec<Shareholder>> {
    let mut holdings = matching(tx, scope, " WHERE holder IN (", names).await?;
    let by_id = matching(tx, scope, " WHERE holder_id IN (", ids).await?;
    let known: HashSet<String> = holdings.iter().map(key).collect();
    holdings.extend(by_id.into_iter().filter(|holding| !known.contains(&key(holding))));
    Ok(holdings)
}

/// Whether the table holds anything: an empty one has not been handed in.
pub async fn is_kept(tx: &mut Tx) -> Result<bool> {
    const SQL: &str = "SELECT EXISTS (SELECT 1 FROM shareholder)";
    Ok(on_both!(tx, |c| sqlx::query_scalar(SQL).fetch_one(c))?)
}

async fn matching(tx: &mut Tx, scope: &Scope, condition: &'static str, values: &[&str]) -> Result<Vec<Shareholder>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(SELECT);
    sql.push(condition).bind_all(values.iter().copied()).push(")");
    read(tx, scope, sql).await
}

async fn read(tx: &mut Tx, scope: &Scope, mut sql: Sql) -> Result<Vec<Shareholder>> {
    sql.scope(scope.rows(Record::Shareholder), &Columns::default());
    sql.push(" ORDER BY enterprise_code, holder, holder_id");
    sql.all::<Stored>(tx).await?.into_iter().map(Stored::into_holding).collect()
}
