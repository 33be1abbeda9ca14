//! 接收单位: enterprises with their qualifications and platforms.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use programme::access::{Record, Scope};
use programme::record::{Enterprise, Qualification, QualificationKind};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::page::{List, Page, Start, page, patterns, searchable};
use crate::sql::{Columns, ROWS_PER_STATEMENT, Sql, Value, count_known, insert_rows, refuse_twice};
use crate::{By, Error, Result, Timestamp, Tx, Written, route};

const COLUMNS: Columns = Columns {
    city: Some(" AND city = "),
    county: Some(" AND region = "),
    supervised: Some(" AND supervised"),
    enterprise: Some(" AND credit_code = "),
    unit: None,
    person: None,
};

/// One line of the list of enterprises.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    /// 统一社会信用代码.
    pub credit_code: String,
    /// Registered name.
    pub name: Option<String>,
    /// GB/T 2260 code.
    pub region: Option<String>,
    /// 主营业务.
    pub main_business: Option<String>,
    /// Whether its needs go to 省国资委 (3.1c).
    pub supervised: bool,
}

/// Writes enterprises, all or none when the transaction is dropped on an error. An enterprise that is known is overwritten,
/// qualifications and platforms included; its needs follow it to a new name or region. Each must have a credit code.
pub async fn insert_all(tx: &mut Tx, by: &By<'_>, enterprises: &[Enterprise]) -> Result<Written> {
    let written = write(tx, by.at, enterprises).await?;
    route::settle(tx).await?;
    let detail = json!({"inserted": written.inserted, "updated": written.updated});
    audit::append(tx, by, Entry::done("enterprise.import", "enterprise", "").with(detail)).await?;
    Ok(written)
}

async fn write(tx: &mut Tx, at: Timestamp, enterprises: &[Enterprise]) -> Result<Written> {
    let codes = codes(enterprises)?;
    refuse_twice("enterprise", codes.iter().copied())?;
    let updated = count_known(tx, "SELECT COUNT(*) FROM enterprise WHERE credit_code IN (", &codes).await?;
    insert_rows(
        tx,
        "INSERT INTO enterprise (credit_code, name, search_name, region, city, main_business, sasac_listed, parent_code, \
         central_soe, updated)",
        enterprises.iter().map(|enterprise| columns(enterprise, at)).collect(),
        " ON CONFLICT (credit_code) DO UPDATE SET name = excluded.name, search_name = excluded.search_name, \
         region = excluded.region, city = excluded.city, main_business = excluded.main_business, \
         sasac_listed = excluded.sasac_listed, parent_code = excluded.parent_code, \
         central_soe = excluded.central_soe, updated = excluded.updated",
    )
    .await?;
    delete_details(tx, &codes).await?;
    insert_details(tx, enterprises).await?;
    if updated > 0 {
        carry_to_needs(tx, &codes).await?;
    }
    Ok(Written { inserted: codes.len() - updated, updated })
}

fn codes(enterprises: &[Enterprise]) -> Result<Vec<&str>> {
    enterprises
        .iter()
        .map(|enterprise| {
            enterprise.credit_code.as_deref().ok_or_else(|| Error::Unreadable {
                what: "credit code of an enterprise",
                found: enterprise.name.clone().unwrap_or_default(),
            })
        })
        .collect()
}

fn columns(enterprise: &Enterprise, at: Timestamp) -> Vec<Value> {
    vec![
        (&enterprise.credit_code).into(),
        (&enterprise.name).into(),
        searchable(enterprise.name.as_deref()).into(),
        (&enterprise.region).into(),
        enterprise.region.as_deref().map(city_of).into(),
        (&enterprise.main_business).into(),
        enterprise.supervised.into(),
        (&enterprise.parent).into(),
        enterprise.central.into(),
        at.into(),
    ]
}

/// The city of a region: the first four digits of its GB/T 2260 code and `00`.
pub(crate) fn city_of(region: &str) -> String {
    region.chars().take(4).chain("00".chars()).collect()
}

async fn delete_details(tx: &mut Tx, codes: &[&str]) -> Result<()> {
    for head in [
        "DELETE FROM enterprise_qualification WHERE enterprise_code IN (",
        "DELETE FROM enterprise_platform WHERE enterprise_code IN (",
    ] {
        for chunk in codes.chunks(ROWS_PER_STATEMENT) {
            let mut sql = Sql::new(head);
            sql.bind_all(chunk.iter().copied()).push(")");
            sql.run(tx).await?;
        }
    }
    Ok(())
}

async fn insert_details(tx: &mut Tx, enterprises: &[Enterprise]) -> Result<()> {
    let qualifications = enterprises.iter().flat_map(|enterprise| {
        (0_i64..).zip(&enterprise.qualifications).map(|(place, qualification)| {
            vec![
                (&enterprise.credit_code).into(),
                place.into(),
                qualification.kind.code().into(),
                (&qualification.number).into(),
                qualification.valid_until.into(),
            ]
        })
    });
    insert_rows(
        tx,
        "INSERT INTO enterprise_qualification (enterprise_code, place, kind, number, valid_until)",
        qualifications.collect(),
        "",
    )
    .await?;
    let platforms = enterprises.iter().flat_map(|enterprise| {
        (0_i64..)
            .zip(&enterprise.platforms)
            .map(|(place, name)| vec![(&enterprise.credit_code).into(), place.into(), name.into()])
    });
    insert_rows(tx, "INSERT INTO enterprise_platform (enterprise_code, place, name)", platforms.collect(), "").await
}

pub(crate) async fn carry_to_needs(tx: &mut Tx, codes: &[&str]) -> Result<()> {
    for chunk in codes.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new(
            "UPDATE need SET \
             region = (SELECT e.region FROM enterprise e WHERE e.credit_code = need.enterprise_code), \
             city = (SELECT e.city FROM enterprise e WHERE e.credit_code = need.enterprise_code), \
             supervised = (SELECT e.supervised FROM enterprise e WHERE e.credit_code = need.enterprise_code), \
             enterprise_search = (SELECT e.search_name FROM enterprise e WHERE e.credit_code = need.enterprise_code) \
             WHERE enterprise_code IN (",
        );
        sql.bind_all(chunk.iter().copied()).push(")");
        sql.run(tx).await?;
    }
    Ok(())
}

/// Writes those enterprises that are not known yet, as the needs of a file state them; known ones keep what the
/// enterprises' own import said. No audit event of its own: it is part of the import of needs.
pub(crate) async fn ensure(tx: &mut Tx, at: Timestamp, stated: &[&Enterprise]) -> Result<()> {
    let mut unknown: HashMap<&str, &Enterprise> = HashMap::new();
    for enterprise in stated {
        if let Some(code) = &enterprise.credit_code {
            unknown.entry(code).or_insert(enterprise);
        }
    }
    let codes: Vec<&str> = unknown.keys().copied().collect();
    for chunk in codes.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT credit_code FROM enterprise WHERE credit_code IN (");
        sql.bind_all(chunk.iter().copied()).push(")");
        for (code,) in sql.all::<(String,)>(tx).await? {
            unknown.remove(code.as_str());
        }
    }
    let mut new: Vec<Enterprise> = unknown.into_values().cloned().collect();
    new.sort_by(|a, b| a.credit_code.cmp(&b.credit_code));
    if !new.is_empty() {
        write(tx, at, &new).await?;
        route::settle(tx).await?;
    }
    Ok(())
}

/// One page of enterprises by credit code; the search looks at the name, the code and the line of business.
pub async fn list(tx: &mut Tx, scope: &Scope, search: &str, start: &Start, rows: usize) -> Result<Page<Line>> {
    let patterns = patterns(search);
    let list = List {
        select: "SELECT credit_code, name, region, main_business, supervised FROM enterprise",
        from: " FROM enterprise",
        key: "credit_code",
        filter: &|sql| {
            sql.scope(scope.rows(Record::Enterprise), &COLUMNS);
            for pattern in &patterns {
                sql.push(" AND search_name || LOWER(credit_code || ' ' || COALESCE(main_business, '')) LIKE ")
                    .bind(pattern);
                sql.push(r" ESCAPE '\'");
            }
        },
    };
    page(tx, list, start, rows).await
}

/// Takes a certificate that was checked into the register, under the matter that it was declared in. Part of that act's audit
/// event.
pub async fn confirm(
    tx: &mut Tx,
    (matter, enterprise): (&str, &str),
    held: &Qualification,
    confirmed: NaiveDate,
) -> Result<()> {
    let mut sql = Sql::new(
        "INSERT INTO confirmed_qualification (matter_id, enterprise_code, kind, number, valid_until, confirmed) VALUES (",
    );
    sql.bind_all([Value::from(matter), enterprise.into(), held.kind.code().into(), (&held.number).into()]);
    sql.push(", ").bind(held.valid_until).push(", ").bind(confirmed).push(")");
    sql.run(tx).await?;
    carry_to_needs(tx, &[enterprise]).await
}

/// Takes it out again.
pub async fn cancel(tx: &mut Tx, (matter, enterprise): (&str, &str)) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM confirmed_qualification WHERE matter_id = ");
    sql.bind(matter);
    sql.run(tx).await?;
    carry_to_needs(tx, &[enterprise]).await
}

/// A certificate of the register and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The certificate.
    pub qualification: Qualification,
    /// The matter in which it was declared and the day of its check; none when it came with an import.
    pub checked: Option<(String, NaiveDate)>,
}

/// The certificates of an enterprise with where each comes from, those that were checked last; the caller has asked whether
/// the enterprise may be seen.
pub async fn held(tx: &mut Tx, credit_code: &str) -> Result<Vec<Held>> {
    let mut held = Vec::new();
    for row in certificates(tx, IMPORTED, Which::These(&[credit_code])).await? {
        held.push(Held { qualification: row.read()?.1, checked: None });
    }
    let mut sql = Sql::new("SELECT matter_id, confirmed, enterprise_code, kind, number, valid_until");
    sql.push(" FROM confirmed_qualification WHERE enterprise_code = ").bind(credit_code);
    sql.push(CONFIRMED.1);
    for row in sql.all::<Checked>(tx).await? {
        let checked = Some((row.matter_id, row.confirmed));
        held.push(Held { qualification: row.certificate.read()?.1, checked });
    }
    Ok(held)
}

/// An enterprise's name and the certificates that it holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Certified {
    /// Registered name.
    pub name: Option<String>,
    /// What it was imported with, then what was checked since.
    pub qualifications: Vec<Qualification>,
}

/// The names and certificates of several enterprises, by credit code; the caller has asked whether they may be seen.
pub async fn certified(tx: &mut Tx, codes: &[&str]) -> Result<BTreeMap<String, Certified>> {
    let mut found: BTreeMap<String, Certified> = BTreeMap::new();
    for chunk in codes.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT credit_code, name FROM enterprise WHERE credit_code IN (");
        sql.bind_all(chunk.iter().copied()).push(")");
        for (code, name) in sql.all::<(String, Option<String>)>(tx).await? {
            found.insert(code, Certified { name, ..Certified::default() });
        }
        for (head, order) in [IMPORTED, CONFIRMED] {
            let mut sql = Sql::new(head);
            sql.push(" IN (").bind_all(chunk.iter().copied()).push(")").push(order);
            for row in sql.all::<Certificate>(tx).await? {
                let (code, qualification) = row.read()?;
                found.entry(code).or_default().qualifications.push(qualification);
            }
        }
    }
    Ok(found)
}

/// When an import last wrote an enterprise.
pub async fn updated(tx: &mut Tx, credit_code: &str) -> Result<Option<Timestamp>> {
    const SQL: &str = "SELECT updated FROM enterprise WHERE credit_code = $1";
    Ok(on_both!(tx, |c| sqlx::query_scalar(SQL).bind(credit_code).fetch_optional(c))?)
}

#[derive(sqlx::FromRow)]
struct Checked {
    matter_id: String,
    confirmed: NaiveDate,
    #[sqlx(flatten)]
    certificate: Certificate,
}

/// Whether 省国资委 supervises an enterprise (3.1c).
pub async fn is_supervised(tx: &mut Tx, credit_code: &str) -> Result<bool> {
    const SQL: &str = "SELECT supervised FROM enterprise WHERE credit_code = $1";
    let found: Option<bool> = on_both!(tx, |c| sqlx::query_scalar(SQL).bind(credit_code).fetch_optional(c))?;
    Ok(found.unwrap_or_default())
}

/// Enterprises under the same stated parent, the parent itself and those under this one, by credit code.
pub async fn kin(tx: &mut Tx, credit_code: &str) -> Result<Vec<String>> {
    const SQL: &str = "SELECT e.credit_code FROM enterprise e WHERE e.parent_code = $1 \
        UNION SELECT o.credit_code FROM enterprise o \
            JOIN enterprise self ON self.parent_code IN (o.parent_code, o.credit_code) \
            WHERE self.credit_code = $1 AND o.credit_code <> $1 ORDER BY 1";
    Ok(on_both!(tx, |c| sqlx::query_scalar(SQL).bind(credit_code).fetch_all(c))?)
}

/// One enterprise with everything, when the scope may see it.
pub async fn get(tx: &mut Tx, scope: &Scope, credit_code: &str) -> Result<Option<Enterprise>> {
    Ok(read(tx, scope, Which::These(&[credit_code])).await?.pop())
}

/// Those of these enterprises that are known, with everything.
pub async fn some(tx: &mut Tx, credit_codes: &[&str]) -> Result<Vec<Enterprise>> {
    let mut found = Vec::new();
    for chunk in credit_codes.chunks(ROWS_PER_STATEMENT) {
        found.extend(read(tx, &Scope::Province, Which::These(chunk)).await?);
    }
    Ok(found)
}

/// Every enterprise of the scope with everything, by credit code.
pub async fn all(tx: &mut Tx, scope: &Scope) -> Result<Vec<Enterprise>> {
    read(tx, scope, Which::Every).await
}

#[derive(sqlx::FromRow)]
struct Facts {
    credit_code: String,
    name: Option<String>,
    region: Option<String>,
    main_business: Option<String>,
    sasac_listed: Option<bool>,
    parent_code: Option<String>,
    central_soe: Option<bool>,
}

#[derive(sqlx::FromRow)]
struct Certificate {
    enterprise_code: String,
    kind: String,
    number: Option<String>,
    valid_until: Option<NaiveDate>,
}

async fn read(tx: &mut Tx, scope: &Scope, which: Which<'_>) -> Result<Vec<Enterprise>> {
    let mut sql = select(
        "SELECT credit_code, name, region, main_business, sasac_listed, parent_code, central_soe FROM enterprise \
         WHERE credit_code",
        which,
    );
    sql.scope(scope.rows(Record::Enterprise), &COLUMNS).push(" ORDER BY credit_code");
    let facts: Vec<Facts> = sql.all(tx).await?;
    let mut qualifications = qualifications(tx, which).await?;
    let mut platforms = platforms(tx, which).await?;
    Ok(facts
        .into_iter()
        .map(|facts| Enterprise {
            qualifications: qualifications.remove(&facts.credit_code).unwrap_or_default(),
            platforms: platforms.remove(&facts.credit_code).unwrap_or_default(),
            name: facts.name,
            credit_code: Some(facts.credit_code),
            region: facts.region,
            main_business: facts.main_business,
            supervised: facts.sasac_listed,
            parent: facts.parent_code,
            central: facts.central_soe,
            ..Enterprise::default()
        })
        .collect())
}

/// Which enterprises are read.
#[derive(Clone, Copy)]
enum Which<'a> {
    /// By credit code.
    These(&'a [&'a str]),
    Every,
}

/// `head` ends with the column of the credit code.
fn select(head: &'static str, which: Which<'_>) -> Sql {
    let mut sql = Sql::new(head);
    match which {
        Which::These(codes) => sql.push(" IN (").bind_all(codes.iter().copied()).push(")"),
        Which::Every => sql.push(" > ").bind(""),
    };
    sql
}

/// The statement up to the credit code, and the order of its rows.
const IMPORTED: (&str, &str) = (
    "SELECT enterprise_code, kind, number, valid_until FROM enterprise_qualification WHERE enterprise_code",
    " ORDER BY enterprise_code, place",
);
const CONFIRMED: (&str, &str) = (
    "SELECT enterprise_code, kind, number, valid_until FROM confirmed_qualification WHERE enterprise_code",
    " ORDER BY enterprise_code, confirmed, matter_id",
);

/// What the register was imported with, then what was checked since.
async fn qualifications(tx: &mut Tx, which: Which<'_>) -> Result<HashMap<String, Vec<Qualification>>> {
    let mut rows = certificates(tx, IMPORTED, which).await?;
    rows.extend(certificates(tx, CONFIRMED, which).await?);
    let mut found: HashMap<String, Vec<Qualification>> = HashMap::new();
    for row in rows {
        let (code, qualification) = row.read()?;
        found.entry(code).or_default().push(qualification);
    }
    Ok(found)
}

async fn certificates(
    tx: &mut Tx,
    (head, order): (&'static str, &'static str),
    which: Which<'_>,
) -> Result<Vec<Certificate>> {
    let mut sql = select(head, which);
    sql.push(order);
    sql.all(tx).await
}

impl Certificate {
    fn read(self) -> Result<(String, Qualification)> {
        let kind = QualificationKind::parse(&self.kind)
            .ok_or(Error::Unreadable { what: "kind of a qualification", found: self.kind })?;
        Ok((self.enterprise_code, Qualification { kind, number: self.number, valid_until: self.valid_until }))
    }
}

async fn platforms(tx: &mut Tx, which: Which<'_>) -> Result<HashMap<String, Vec<String>>> {
    let mut sql = select("SELECT enterprise_code, name FROM enterprise_platform WHERE enterprise_code", which);
    sql.push(" ORDER BY enterprise_code, place");
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for (code, name) in sql.all::<(String, String)>(tx).await? {
        found.entry(code).or_default().push(name);
    }
    Ok(found)
}
