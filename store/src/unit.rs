//! 派出单位: universities and institutes with the disciplines that qualify their people (2.2.1).

use std::collections::HashMap;

use programme::access::{Record, Scope};
use programme::record::{Affiliation, Unit, UnitKind};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::page::{List, Page, Start, page, patterns};
use crate::sql::{Columns, ROWS_PER_STATEMENT, Sql, count_known, insert_rows, refuse_twice, word};
use crate::{By, Result, Tx, Written};

const COLUMNS: Columns =
    Columns { city: None, county: None, supervised: None, enterprise: None, unit: Some(" AND name = "), person: None };

const SELECT: &str = "SELECT credit_code, name, kind, affiliation, region FROM unit";

/// Writes units, all or none when the transaction is dropped on an error. A unit that is known by its credit code is
/// overwritten and its disciplines are replaced; its accounts and people follow it to a new name.
pub async fn insert_all(tx: &mut Tx, by: &By<'_>, units: &[Unit]) -> Result<Written> {
    let codes: Vec<&str> = units.iter().map(|unit| unit.credit_code.as_str()).collect();
    refuse_twice("unit", codes.iter().copied())?;
    refuse_twice("unit", units.iter().map(|unit| unit.name.as_str()))?;
    let updated = count_known(tx, "SELECT COUNT(*) FROM unit WHERE credit_code IN (", &codes).await?;
    if updated > 0 {
        rename(tx, units).await?;
    }
    insert_rows(
        tx,
        "INSERT INTO unit (credit_code, name, kind, affiliation, region, updated)",
        units
            .iter()
            .map(|unit| {
                vec![
                    (&unit.credit_code).into(),
                    (&unit.name).into(),
                    unit.kind.map(UnitKind::code).into(),
                    unit.affiliation.map(Affiliation::code).into(),
                    (&unit.region).into(),
                    by.at.into(),
                ]
            })
            .collect(),
        " ON CONFLICT (credit_code) DO UPDATE SET name = excluded.name, kind = excluded.kind, \
         affiliation = excluded.affiliation, region = excluded.region, updated = excluded.updated",
    )
    .await?;
    replace_disciplines(tx, units, &codes).await?;
    let written = Written { inserted: units.len() - updated, updated };
    let detail = json!({"inserted": written.inserted, "updated": written.updated});
    audit::append(tx, by, Entry::done("unit.import", "unit", "").with(detail)).await?;
    Ok(written)
}

/// People and accounts name their unit; a unit that changes its name takes them along.
async fn rename(tx: &mut Tx, units: &[Unit]) -> Result<()> {
    const PEOPLE: &str = "UPDATE person SET unit_name = $2 \
        WHERE unit_name = (SELECT name FROM unit WHERE credit_code = $1 AND name <> $2)";
    const ACCOUNTS: &str = "UPDATE account SET binding = $2 WHERE role = 'unit' \
        AND binding = (SELECT name FROM unit WHERE credit_code = $1 AND name <> $2)";
    for unit in units {
        rows_touched!(&mut *tx, |c| sqlx::query(PEOPLE).bind(&unit.credit_code).bind(&unit.name))?;
        rows_touched!(&mut *tx, |c| sqlx::query(ACCOUNTS).bind(&unit.credit_code).bind(&unit.name))?;
    }
    Ok(())
}

async fn replace_disciplines(tx: &mut Tx, units: &[Unit], codes: &[&str]) -> Result<()> {
    for chunk in codes.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("DELETE FROM unit_discipline WHERE unit_code IN (");
        sql.bind_all(chunk.iter().copied()).push(")");
        sql.run(tx).await?;
    }
    let disciplines = units
        .iter()
        .flat_map(|unit| unit.disciplines.iter().map(|discipline| vec![(&unit.credit_code).into(), discipline.into()]));
    insert_rows(
        tx,
        "INSERT INTO unit_discipline (unit_code, discipline)",
        disciplines.collect(),
        " ON CONFLICT (unit_code, discipline) DO NOTHING",
    )
    .await
}

#[derive(sqlx::FromRow)]
struct Stored {
    credit_code: String,
    name: String,
    kind: Option<String>,
    affiliation: Option<String>,
    region: Option<String>,
}

/// One page of units by credit code, each with its disciplines; the search looks at name and code.
pub async fn list(tx: &mut Tx, scope: &Scope, search: &str, start: &Start, rows: usize) -> Result<Page<Unit>> {
    let patterns = patterns(search);
    let list = List {
        select: SELECT,
        from: " FROM unit",
        key: "credit_code",
        filter: &|sql| {
            sql.scope(scope.rows(Record::Unit), &COLUMNS);
            for pattern in &patterns {
                sql.push(" AND LOWER(name || ' ' || credit_code) LIKE ").bind(pattern).push(r" ESCAPE '\'");
            }
        },
    };
    let found: Page<Stored> = page(tx, list, start, rows).await?;
    let rows = with_disciplines(tx, found.rows).await?;
    Ok(Page { rows, earlier: found.earlier, later: found.later, count: found.count })
}

/// One unit by credit code, when the scope may see it.
pub async fn get(tx: &mut Tx, scope: &Scope, credit_code: &str) -> Result<Option<Unit>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE credit_code = ").bind(credit_code).scope(scope.rows(Record::Unit), &COLUMNS);
    let stored = sql.all(tx).await?;
    Ok(with_disciplines(tx, stored).await?.pop())
}

/// Units by their registered names, as far as the scope may see them.
pub async fn by_names(tx: &mut Tx, scope: &Scope, names: &[&str]) -> Result<Vec<Unit>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE name IN (").bind_all(names.iter().copied()).push(")");
    sql.scope(scope.rows(Record::Unit), &COLUMNS);
    let stored = sql.all(tx).await?;
    with_disciplines(tx, stored).await
}

/// Every unit of the scope, by credit code: what a matching run reads.
pub async fn all(tx: &mut Tx, scope: &Scope) -> Result<Vec<Unit>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE credit_code > ").bind("").scope(scope.rows(Record::Unit), &COLUMNS).push(" ORDER BY credit_code");
    let stored = sql.all(tx).await?;
    with_disciplines(tx, stored).await
}

async fn with_disciplines(tx: &mut Tx, stored: Vec<Stored>) -> Result<Vec<Unit>> {
    let mut disciplines: HashMap<String, Vec<String>> = HashMap::new();
    for chunk in stored.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT unit_code, discipline FROM unit_discipline WHERE unit_code IN (");
        sql.bind_all(chunk.iter().map(|unit| unit.credit_code.as_str())).push(") ORDER BY unit_code, discipline");
        for (code, discipline) in sql.all::<(String, String)>(tx).await? {
            disciplines.entry(code).or_default().push(discipline);
        }
    }
    stored
        .into_iter()
        .map(|unit| {
            Ok(Unit {
                disciplines: disciplines.remove(&unit.credit_code).unwrap_or_default(),
                credit_code: unit.credit_code,
                name: unit.name,
                kind: word("kind of a unit", unit.kind, UnitKind::parse)?,
                affiliation: word("affiliation", unit.affiliation, Affiliation::parse)?,
                region: unit.region,
            })
        })
        .collect()
}
