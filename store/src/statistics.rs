//! Figures: counts by stage, people appointed, time at a stage, results declared and verified.
//!
//! Counts by stage read one index and no matter; they grow with the matters of a kind (10,000 needs and 30,000 pairs: a few
//! milliseconds). People appointed are read one by one, a few hundred in the three years of the programme. Time at a stage
//! looks at the last stays alone, whatever the table holds.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use programme::access::Scope;
use programme::process::proposal::REFUSAL_KIND;
use programme::process::talks::FAILURE;
use programme::process::{Field, Kind, SASAC, Stage};
use sqlx::types::Json;

use crate::sql::Sql;
use crate::{Error, Result, Timestamp, Tx, outcome};

/// Stays of a stage that are looked at: enough for a median, the same cost in every year.
pub const STAYS_MAX: i64 = 200;

/// A day before every day of the programme: a range from here is read off an index of days.
const BEFORE_ALL: (i32, u32, u32) = (2000, 1, 1);

/// The stages of an appointment that came into force, whatever became of it.
const STARTED: [Stage; 6] = [
    Stage::AppointmentForce,
    Stage::AppointmentEnding,
    Stage::AppointmentEndAgreed,
    Stage::AppointmentEnded,
    Stage::AppointmentChanging,
    Stage::AppointmentExpired,
];

/// One appointment that came into force.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Appointed {
    /// Id of the appointment.
    pub id: String,
    /// City or SASAC.
    pub organiser: String,
    /// Sending unit.
    pub unit_name: Option<String>,
    /// The person.
    pub person_id: Option<String>,
    /// The round whose policy it runs under.
    pub round_id: Option<String>,
    /// First day of the term, as the agreement says.
    pub term_start: Option<String>,
    /// Industry of the need (GB/T 4754).
    pub industry: Option<String>,
    /// Date of birth of the person.
    pub birth: Option<NaiveDate>,
    /// Sex of the person, where known.
    pub sex: Option<String>,
    /// Whether the enterprise has a platform of the province or above (2.3.1(3)).
    pub has_platform: bool,
    /// Whether the enterprise has confirmed any service.
    pub served: bool,
}

/// Results of assessments made known: what the people declared and what the organisers verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Results {
    /// People assessed.
    pub people: i64,
    /// Of them excellent.
    pub excellent: i64,
    /// Results landed, declared.
    pub results_declared: i64,
    /// Results landed, verified.
    pub results_landed: i64,
    /// Hard problems solved, declared.
    pub problems_declared: i64,
    /// Hard problems solved, verified.
    pub problems_solved: i64,
    /// Contracts in yuan, declared.
    pub contract_yuan_declared: i64,
    /// Contracts in yuan, verified.
    pub contract_yuan: i64,
    /// Money received in yuan, declared.
    pub paid_yuan_declared: i64,
    /// Money received in yuan, verified.
    pub paid_yuan: i64,
    /// Patents, declared.
    pub patents_declared: i64,
    /// Patents, verified.
    pub patents: i64,
    /// New products, declared.
    pub products_declared: i64,
    /// New products, verified.
    pub new_products: i64,
}

/// How many matters of a kind stand at each stage, within the scope.
pub async fn by_stage(tx: &mut Tx, scope: &Scope, kind: Kind) -> Result<Vec<(Stage, i64)>> {
    let mut sql = Sql::new("SELECT stage, COUNT(*) FROM matter WHERE kind = ");
    sql.bind(kind.code());
    own(&mut sql, scope);
    sql.push(" GROUP BY stage");
    let found: Vec<(String, i64)> = sql.all(tx).await?;
    let read = |(stage, count): (String, i64)| {
        Stage::parse(&stage).map(|stage| (stage, count)).ok_or(Error::Unreadable { what: "stage", found: stage })
    };
    found.into_iter().map(read).collect()
}

/// How many pairs beyond the province's table each unit was asked for, most first.
pub async fn pushed_by_unit(tx: &mut Tx, scope: &Scope, stages: &[Stage]) -> Result<Vec<(String, i64)>> {
    let mut sql = Sql::new("SELECT unit_name, COUNT(*) AS pairs FROM matter WHERE kind = ");
    sql.bind(Kind::Pair.code()).push(" AND unit_name > ").bind("").push(" AND stage IN (");
    sql.bind_all(stages.iter().map(|stage| stage.code())).push(")");
    own(&mut sql, scope);
    sql.push(" GROUP BY unit_name ORDER BY pairs DESC, unit_name");
    sql.all(tx).await
}

/// Everybody whose appointment came into force within the scope, by id.
pub async fn appointed(tx: &mut Tx, scope: &Scope) -> Result<Vec<Appointed>> {
    let mut sql = Sql::new(
        "SELECT m.id, m.organiser, m.unit_name, m.person_id, m.round_id, m.body ->> 'term_start' AS term_start, n.industry, p.birth, p.sex, \
         EXISTS (SELECT 1 FROM enterprise_platform f WHERE f.enterprise_code = m.enterprise_code) AS has_platform, \
         EXISTS (SELECT 1 FROM matter s WHERE s.parent_id = m.id AND s.kind = 'service' \
         AND s.stage = 'service_confirmed') AS served FROM matter m LEFT JOIN need n ON n.id = m.need_id \
         LEFT JOIN person p ON p.id = m.person_id WHERE m.kind = ",
    );
    sql.bind(Kind::Appointment.code()).push(" AND m.stage IN (");
    sql.bind_all(STARTED.iter().map(|stage| stage.code())).push(")");
    match scope {
        Scope::Province => &mut sql,
        Scope::City(city) => sql.push(" AND m.organiser = ").bind(city),
        Scope::Sasac => sql.push(" AND m.organiser = ").bind(SASAC),
        Scope::Unit(name) => sql.push(" AND m.unit_name = ").bind(name),
        _ => sql.push(" AND FALSE"),
    };
    sql.push(" ORDER BY m.id");
    sql.all(tx).await
}

/// What a city or SASAC added of its own in a year (4.3).
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Supported {
    /// Year of the support.
    pub year: i64,
    /// The organiser.
    pub organiser: String,
    /// People supported.
    pub people: i64,
    /// All amounts together, in yuan.
    pub amount_yuan: i64,
    /// Smallest ratio that was declared, in percent.
    pub ratio_percent_min: Option<i64>,
    /// Largest ratio that was declared.
    pub ratio_percent_max: Option<i64>,
}

/// What stands in the register of support under a fund, added up by year and organiser within the scope.
pub async fn supported(tx: &mut Tx, scope: &Scope, fund: &str) -> Result<Vec<Supported>> {
    let mut sql = Sql::new(
        "SELECT CAST(body ->> 'support_year' AS BIGINT) AS year, organiser, COUNT(DISTINCT person_id) AS people, \
         CAST(SUM(CAST(body ->> 'amount_yuan' AS BIGINT)) AS BIGINT) AS amount_yuan, \
         MIN(CAST(body ->> 'ratio_percent' AS BIGINT)) AS ratio_percent_min, \
         MAX(CAST(body ->> 'ratio_percent' AS BIGINT)) AS ratio_percent_max FROM matter WHERE kind = ",
    );
    sql.bind(Kind::Support.code()).push(" AND stage = ").bind(Stage::SupportRecorded.code());
    sql.push(" AND body ->> 'fund' = ").bind(fund);
    own(&mut sql, scope);
    sql.push(" GROUP BY 1, 2");
    sql.all(tx).await
}

/// Why talks failed: lists of codes as they were given, each with how often.
pub async fn failures(tx: &mut Tx, scope: &Scope) -> Result<Vec<(Option<String>, i64)>> {
    reasons(tx, scope, Stage::PairFailed, &FAILURE).await
}

/// Why people declined: codes, each with how often.
pub async fn declines(tx: &mut Tx, scope: &Scope) -> Result<Vec<(Option<String>, i64)>> {
    reasons(tx, scope, Stage::PairDeclined, &REFUSAL_KIND).await
}

async fn reasons(tx: &mut Tx, scope: &Scope, stage: Stage, field: &Field) -> Result<Vec<(Option<String>, i64)>> {
    let mut sql = Sql::new("SELECT body ->> '");
    sql.push(field.key).push("' AS reason, COUNT(*) FROM matter WHERE kind = ");
    sql.bind(Kind::Pair.code()).push(" AND stage = ").bind(stage.code());
    own(&mut sql, scope);
    sql.push(" GROUP BY body ->> '").push(field.key).push("' ORDER BY 2 DESC");
    sql.all(tx).await
}

/// Results declared and verified within the scope.
pub async fn results(tx: &mut Tx, scope: &Scope) -> Result<Results> {
    let mut sql = Sql::new(
        "SELECT COUNT(*) AS people, COUNT(CASE WHEN o.grade = 'excellent' THEN 1 END) AS excellent, \
         CAST(COALESCE(SUM(o.results_declared), 0) AS BIGINT) AS results_declared, \
         CAST(COALESCE(SUM(o.results_landed), 0) AS BIGINT) AS results_landed, \
         CAST(COALESCE(SUM(o.problems_declared), 0) AS BIGINT) AS problems_declared, \
         CAST(COALESCE(SUM(o.problems_solved), 0) AS BIGINT) AS problems_solved, \
         CAST(COALESCE(SUM(o.contract_yuan_declared), 0) AS BIGINT) AS contract_yuan_declared, \
         CAST(COALESCE(SUM(o.contract_yuan), 0) AS BIGINT) AS contract_yuan, \
         CAST(COALESCE(SUM(o.paid_yuan_declared), 0) AS BIGINT) AS paid_yuan_declared, \
         CAST(COALESCE(SUM(o.paid_yuan), 0) AS BIGINT) AS paid_yuan, \
         CAST(COALESCE(SUM(o.patents_declared), 0) AS BIGINT) AS patents_declared, \
         CAST(COALESCE(SUM(o.patents), 0) AS BIGINT) AS patents, \
         CAST(COALESCE(SUM(o.products_declared), 0) AS BIGINT) AS products_declared, \
         CAST(COALESCE(SUM(o.new_products), 0) AS BIGINT) AS new_products \
         FROM assessment_outcome o WHERE o.document_day > ",
    );
    sql.bind(NaiveDate::from_ymd_opt(BEFORE_ALL.0, BEFORE_ALL.1, BEFORE_ALL.2));
    outcome::within(&mut sql, scope);
    Ok(sql.first(tx).await?.unwrap_or_default())
}

/// Keeps how long a matter stayed at the stage that it has just left, in the transaction of the act.
pub async fn note_stay(tx: &mut Tx, matter: &str, version: i64, stage: Stage, ended: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO stage_passage (matter_id, version, stage, organiser, entered, ended) \
        SELECT m.id, $1, $2, m.organiser, \
        COALESCE((SELECT MAX(p.ended) FROM stage_passage p WHERE p.matter_id = m.id), m.opened), $3 \
        FROM matter m WHERE m.id = $4";
    rows_touched!(tx, |c| sqlx::query(SQL).bind(version).bind(stage.code()).bind(ended).bind(matter))?;
    Ok(())
}

/// The last stays at each of several stages within the scope, each stage's latest first, in one statement.
pub async fn stays(
    tx: &mut Tx,
    scope: &Scope,
    stages: &[Stage],
) -> Result<BTreeMap<Stage, Vec<(Timestamp, Timestamp)>>> {
    let mut sql = Sql::new("");
    for (place, stage) in stages.iter().enumerate() {
        sql.push(if place == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
        sql.push("SELECT stage, entered, ended FROM stage_passage WHERE stage = ").bind(stage.code());
        match scope {
            Scope::Province => &mut sql,
            Scope::City(city) => sql.push(" AND organiser = ").bind(city),
            Scope::Sasac => sql.push(" AND organiser = ").bind(SASAC),
            _ => sql.push(" AND FALSE"),
        };
        sql.push(" ORDER BY ended DESC LIMIT ").bind(STAYS_MAX).push(") AS of_stage");
    }
    let mut found: BTreeMap<Stage, Vec<_>> = BTreeMap::new();
    for (code, entered, ended) in sql.all::<(String, Timestamp, Timestamp)>(tx).await? {
        let stage = Stage::parse(&code).ok_or(Error::Unreadable { what: "stage", found: code })?;
        found.entry(stage).or_default().push((entered, ended));
    }
    Ok(found)
}

/// Keeps the figures of a day; what was kept for that day and scope stays as it was.
pub async fn freeze(
    tx: &mut Tx,
    by: &crate::By<'_>,
    day: NaiveDate,
    scope: &str,
    figures: serde_json::Value,
) -> Result<bool> {
    let mut sql = Sql::new("INSERT INTO frozen_figures (day, scope, figures, frozen_by, frozen) VALUES (");
    sql.bind(day).push(", ").bind(scope).push(", ").bind(figures).push(", ").bind(by.login).push(", ").bind(by.at);
    sql.push(") ON CONFLICT (day, scope) DO NOTHING");
    Ok(sql.run(tx).await? == 1)
}

/// The figures of a scope as they were kept on a day.
pub async fn frozen(tx: &mut Tx, day: NaiveDate, scope: &str) -> Result<Option<serde_json::Value>> {
    let mut sql = Sql::new("SELECT figures FROM frozen_figures WHERE day = ");
    sql.bind(day).push(" AND scope = ").bind(scope);
    Ok(sql.first::<(Json<serde_json::Value>,)>(tx).await?.map(|(Json(figures),)| figures))
}

/// The days with kept figures of the province, the latest first.
pub async fn frozen_days(tx: &mut Tx) -> Result<Vec<NaiveDate>> {
    let mut sql = Sql::new("SELECT day FROM frozen_figures WHERE day > ");
    sql.bind(NaiveDate::from_ymd_opt(BEFORE_ALL.0, BEFORE_ALL.1, BEFORE_ALL.2))
        .push(" AND scope = '' ORDER BY day DESC LIMIT 50");
    Ok(sql.all::<(NaiveDate,)>(tx).await?.into_iter().map(|(day,)| day).collect())
}

/// Narrows a count of matters to what a scope may see.
fn own(sql: &mut Sql, scope: &Scope) {
    match scope {
        Scope::Province => sql,
        Scope::City(city) => sql.push(" AND organiser = ").bind(city),
        Scope::Sasac => sql.push(" AND organiser = ").bind(SASAC),
        Scope::Unit(name) => sql.push(" AND unit_name = ").bind(name),
        _ => sql.push(" AND FALSE"),
    };
}
