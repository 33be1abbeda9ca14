//! 企业需求: what enterprises ask for.

use std::collections::HashMap;
use std::sync::Arc;

use programme::access::{Record, Rows, Scope};
use programme::record::{Enterprise, Need};
use serde_json::json;
use sqlx::types::Json;

use crate::audit::{self, Entry};
use crate::catalogue::{Listed, SORTABLE, sort_key};
use crate::enterprise::{self, city_of};
use crate::match_run::Reached;
use crate::page::{searchable, words};
use crate::sql::{Columns, ROWS_PER_STATEMENT, Sql, Value, count_known, insert_rows, refuse_twice};
use crate::{By, Error, Result, Timestamp, Tx, Written};

const COLUMNS: Columns = Columns {
    city: Some(" AND n.city = "),
    county: Some(" AND n.region = "),
    supervised: Some(" AND n.supervised"),
    enterprise: Some(" AND n.enterprise_code = "),
    unit: None,
    person: None,
};

/// A need as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The need; its enterprise is the registered one where the credit code is known, else what the file stated.
    pub need: Need,
    /// Number of the row's version: a writer who read an older one is told so.
    pub version: i64,
    /// When it first came in.
    pub created: Timestamp,
    /// When it was last written.
    pub updated: Timestamp,
}

/// One line of the list of needs, as a [`Catalogue`](crate::catalogue::Catalogue) holds it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    /// The id that files and pages cite.
    pub id: String,
    /// One line.
    pub title: String,
    /// GB/T 4754 code with its letter.
    pub industry: Option<String>,
    /// Posts asked for.
    pub posts: i64,
    /// The enterprise's name, registered or as stated.
    pub enterprise: Option<String>,
    /// Its credit code.
    pub enterprise_code: Option<String>,
    /// GB/T 2260 code of city or county.
    pub region: Option<String>,
    /// When it was last written.
    pub updated: Timestamp,
    city: Option<String>,
    supervised: bool,
    search_text: String,
    enterprise_search: String,
    change: i64,
    #[sqlx(skip)]
    keys: Keys,
}

/// What the orders compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Keys {
    title: String,
    enterprise: String,
    updated: String,
}

/// What a list of needs is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Id.
    #[default]
    Id,
    /// Title, by pinyin.
    Title,
    /// Name of the enterprise, by pinyin.
    Enterprise,
    /// When it was last written.
    Updated,
}

/// A need in the list, with what its latest run found when the reader may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The line.
    pub line: Arc<Line>,
    /// The latest run that the need took part in.
    pub reached: Option<Reached>,
}

/// What a list of needs is narrowed to by the results of matching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matching {
    /// The best candidate of the latest run has this level.
    Level(u8),
    /// Some run has candidates.
    Matched,
    /// None has.
    Unmatched,
}

/// What a list of needs is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that must all occur in title, body, keywords, id or the enterprise's name.
    pub search: String,
    /// GB/T 2260 code of a city.
    pub city: Option<String>,
    /// GB/T 4754 code: the needs of this class and of every class within it, `C` down to `C3091`.
    pub industry: Option<String>,
    /// Words that must all occur in the enterprise's name, or its credit code.
    pub enterprise: String,
    /// How far matching got.
    pub matching: Option<Matching>,
}

impl Line {
    /// Whether a scope's rows take it in.
    pub(crate) fn is_within(&self, rows: Rows<'_>) -> bool {
        match rows {
            Rows::All => true,
            Rows::City(city) => self.city.as_deref() == Some(city),
            Rows::County(county) => self.region.as_deref() == Some(county),
            Rows::Supervised => self.supervised,
            Rows::Enterprise(code) => self.enterprise_code.as_deref() == Some(code),
            Rows::Unit(_) | Rows::Person(_) | Rows::None => false,
        }
    }

    /// The number of its last change.
    pub(crate) fn change(&self) -> i64 {
        self.change
    }

    fn is_of(&self, enterprise: &str) -> bool {
        self.enterprise_code.as_deref() == Some(enterprise.trim())
            || words(enterprise).iter().all(|word| self.enterprise_search.contains(word))
    }
}

impl Found {
    /// Whether it is what a filter, with the words of its search, looks for.
    pub(crate) fn fits(&self, filter: &Filter, search: &[String]) -> bool {
        let line = &self.line;
        filter.city.as_ref().is_none_or(|city| line.city.as_ref() == Some(city))
            && filter
                .industry
                .as_ref()
                .is_none_or(|code| line.industry.as_ref().is_some_and(|own| own.starts_with(code)))
            && filter.matching.is_none_or(|matching| match matching {
                Matching::Level(level) => self.reached.is_some_and(|reached| reached.level == level),
                Matching::Matched => self.reached.is_some(),
                Matching::Unmatched => self.reached.is_none(),
            })
            && (filter.enterprise.is_empty() || line.is_of(&filter.enterprise))
            && search.iter().all(|word| line.search_text.contains(word))
    }
}

impl Listed for Found {
    type Order = Order;

    fn id(&self) -> &str {
        &self.line.id
    }

    fn key(&self, order: Order) -> &str {
        let keys = &self.line.keys;
        match order {
            Order::Id => "",
            Order::Title => &keys.title,
            Order::Enterprise => &keys.enterprise,
            Order::Updated => &keys.updated,
        }
    }
}

/// Writes needs, all or none when the transaction is dropped on an error. A need that is known is overwritten and its version
/// goes up by one. An enterprise with a credit code is registered when it is not; a registered one keeps its facts, and the
/// need takes region and name from it.
pub async fn insert_all(tx: &mut Tx, by: &By<'_>, needs: &[Need]) -> Result<Written> {
    let ids: Vec<&str> = needs.iter().map(|need| need.id.as_str()).collect();
    refuse_twice("need", ids.iter().copied())?;
    let updated = count_known(tx, "SELECT COUNT(*) FROM need WHERE id IN (", &ids).await?;
    let stated: Vec<&Enterprise> = needs.iter().filter_map(|need| need.enterprise.as_ref()).collect();
    enterprise::ensure(tx, by.at, &stated).await?;
    let rows = needs.iter().map(|need| columns(need, by.at)).collect::<Result<Vec<_>>>()?;
    insert_rows(
        tx,
        "INSERT INTO need (id, title, content, keywords, industry, posts, enterprise_code, stated_enterprise, region, \
         city, search_text, enterprise_search, version, created, updated)",
        rows,
        " ON CONFLICT (id) DO UPDATE SET title = excluded.title, content = excluded.content, \
         keywords = excluded.keywords, industry = excluded.industry, posts = excluded.posts, \
         enterprise_code = excluded.enterprise_code, stated_enterprise = excluded.stated_enterprise, \
         region = excluded.region, city = excluded.city, search_text = excluded.search_text, \
         enterprise_search = excluded.enterprise_search, version = need.version + 1, updated = excluded.updated",
    )
    .await?;
    enterprise::carry_to_needs(tx, &codes(&stated)).await?;
    let written = Written { inserted: needs.len() - updated, updated };
    let detail = json!({"inserted": written.inserted, "updated": written.updated});
    audit::append(tx, by, Entry::done("need.import", "need", "").with(detail)).await?;
    Ok(written)
}

fn codes<'a>(enterprises: &[&'a Enterprise]) -> Vec<&'a str> {
    let mut codes: Vec<&str> = enterprises.iter().filter_map(|enterprise| enterprise.credit_code.as_deref()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn columns(need: &Need, at: Timestamp) -> Result<Vec<Value>> {
    let enterprise = need.enterprise.as_ref();
    let region = enterprise.and_then(|enterprise| enterprise.region.as_deref());
    let texts =
        [need.title.as_str(), &need.id, &need.content].into_iter().chain(need.keywords.iter().map(String::as_str));
    Ok(vec![
        (&need.id).into(),
        (&need.title).into(),
        (&need.content).into(),
        json!(need.keywords).into(),
        (&need.industry).into(),
        i64::from(need.posts).into(),
        enterprise.and_then(|enterprise| enterprise.credit_code.as_deref()).into(),
        enterprise.map(serde_json::to_value).transpose().map_err(|error| unreadable(&error))?.into(),
        region.into(),
        region.map(city_of).into(),
        searchable(texts).into(),
        searchable(enterprise.and_then(|enterprise| enterprise.name.as_deref())).into(),
        1_i64.into(),
        at.into(),
        at.into(),
    ])
}

fn unreadable(error: &serde_json::Error) -> Error {
    Error::Unreadable { what: "stated enterprise", found: error.to_string() }
}

/// The lines of needs that changed after a number, whoever may see them: what the catalogue takes over.
pub(crate) async fn changed_after(tx: &mut Tx, change: i64) -> Result<Vec<Line>> {
    let mut sql = Sql::new(
        "SELECT n.id, n.title, n.industry, n.posts, COALESCE(e.name, n.stated_enterprise ->> 'name') AS enterprise, \
         n.enterprise_code, n.region, n.updated, n.city, n.supervised, n.search_text, n.enterprise_search, n.change \
         FROM need n LEFT JOIN enterprise e ON e.credit_code = n.enterprise_code WHERE n.change > ",
    );
    sql.bind(change);
    let mut lines: Vec<Line> = sql.all(tx).await?;
    for line in &mut lines {
        line.search_text.push_str(&line.enterprise_search);
        line.keys = Keys {
            title: sort_key(&line.title),
            enterprise: sort_key(line.enterprise.as_deref().unwrap_or_default()),
            updated: line.updated.format(SORTABLE).to_string(),
        };
    }
    Ok(lines)
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: String,
    title: String,
    content: String,
    keywords: Json<Vec<String>>,
    industry: Option<String>,
    posts: i64,
    enterprise_code: Option<String>,
    stated_enterprise: Option<Json<Enterprise>>,
    version: i64,
    created: Timestamp,
    updated: Timestamp,
}

impl Stored {
    fn into_kept(self, registered: Option<Enterprise>) -> Result<Kept> {
        let posts = u32::try_from(self.posts)
            .map_err(|_| Error::Unreadable { what: "posts", found: self.posts.to_string() })?;
        let need = Need {
            id: self.id,
            title: self.title,
            content: self.content,
            keywords: self.keywords.0,
            industry: self.industry,
            enterprise: registered.or(self.stated_enterprise.map(|stated| stated.0)),
            posts,
        };
        Ok(Kept { need, version: self.version, created: self.created, updated: self.updated })
    }
}

const SELECT: &str = "SELECT n.id, n.title, n.content, n.keywords, n.industry, n.posts, n.enterprise_code, \
    n.stated_enterprise, n.version, n.created, n.updated FROM need n WHERE n.id ";

/// One need, when the scope may see it.
pub async fn get(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Option<Kept>> {
    let mut sql = Sql::new(SELECT);
    sql.push("= ").bind(id).scope(scope.rows(Record::Need), &COLUMNS);
    let Some(stored) = sql.first::<Stored>(tx).await? else { return Ok(None) };
    let registered = match &stored.enterprise_code {
        // Whoever sees a need sees whose it is.
        Some(code) => enterprise::get(tx, &Scope::Province, code).await?,
        None => None,
    };
    stored.into_kept(registered).map(Some)
}

/// Every need of the scope, by id.
pub async fn all(tx: &mut Tx, scope: &Scope) -> Result<Vec<Kept>> {
    read(tx, scope, "").await
}

/// The needs of the scope that are matched, by id: all but those that expired, went back or were withdrawn.
pub async fn current(tx: &mut Tx, scope: &Scope) -> Result<Vec<Kept>> {
    read(tx, scope, " AND NOT n.stale").await
}

/// Takes a need out of matching, or back in; one that is not registered stays so. It is part of an act on the need's matter
/// and leaves no audit event of its own.
pub async fn set_stale(tx: &mut Tx, id: &str, stale: bool) -> Result<()> {
    const SQL: &str = "UPDATE need SET stale = $2 WHERE id = $1";
    rows_touched!(tx, |c| sqlx::query(SQL).bind(id).bind(stale))?;
    Ok(())
}

async fn read(tx: &mut Tx, scope: &Scope, which: &'static str) -> Result<Vec<Kept>> {
    let mut sql = Sql::new(SELECT);
    sql.push("> ").bind("").push(which).scope(scope.rows(Record::Need), &COLUMNS).push(" ORDER BY n.id");
    let stored: Vec<Stored> = sql.all(tx).await?;
    let registered: HashMap<_, _> = enterprise::all(tx, &Scope::Province)
        .await?
        .into_iter()
        .map(|enterprise| (enterprise.credit_code.clone(), enterprise))
        .collect();
    stored
        .into_iter()
        .map(|need| {
            let own = need.enterprise_code.as_ref().and_then(|_| registered.get(&need.enterprise_code)).cloned();
            need.into_kept(own)
        })
        .collect()
}

/// The titles of those of the needs that the scope sees, by id: what a run's page names them by.
pub async fn titles(tx: &mut Tx, scope: &Scope, ids: &[&str]) -> Result<HashMap<String, String>> {
    let mut titles = HashMap::new();
    for chunk in ids.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT n.id, n.title FROM need n WHERE n.id IN (");
        sql.bind_all(chunk.iter().copied()).push(")").scope(scope.rows(Record::Need), &COLUMNS);
        titles.extend(sql.all::<(String, String)>(tx).await?);
    }
    Ok(titles)
}

/// Those of the ids that are kept already: an import says beforehand what it would overwrite.
pub async fn known(tx: &mut Tx, ids: &[&str]) -> Result<Vec<String>> {
    let mut known = Vec::new();
    for chunk in ids.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT id FROM need WHERE id IN (");
        sql.bind_all(chunk.iter().copied()).push(")");
        known.extend(sql.all::<(String,)>(tx).await?.into_iter().map(|(id,)| id));
    }
    Ok(known)
}
