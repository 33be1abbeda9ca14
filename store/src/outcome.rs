//! What was made known of assessments: one row for each person notified, written by the act that notifies.

use std::collections::HashMap;

use chrono::NaiveDate;
use programme::access::Scope;
use programme::process::assessment as process;
use programme::process::{DOCUMENT_DAY, DOCUMENT_NUMBER, Field, Matter};

use crate::sql::{Sql, Value};
use crate::{Error, Result, Tx};

/// One notified assessment.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Outcome {
    /// Id of the assessment.
    pub assessment_id: String,
    /// Id of the batch that graded it.
    pub batch_id: String,
    /// The person.
    pub person_id: String,
    /// The sending unit.
    pub unit_name: String,
    /// Credit code of the enterprise.
    pub enterprise_code: String,
    /// City or SASAC.
    pub organiser: String,
    /// Code of the grade.
    pub grade: String,
    /// Check code of the certificate.
    pub certificate: String,
    /// 文号 of the joint notice.
    pub document_number: String,
    /// Its day.
    pub document_day: NaiveDate,
    /// Name of the person, when the register has it.
    pub person_name: Option<String>,
    /// Name of the enterprise, when the register has it.
    pub enterprise_name: Option<String>,
}

const SELECT: &str = "SELECT o.assessment_id, o.batch_id, o.person_id, o.unit_name, o.enterprise_code, o.organiser, o.grade, \
    o.certificate, o.document_number, o.document_day, p.name AS person_name, e.name AS enterprise_name \
    FROM assessment_outcome o LEFT JOIN person p ON p.id = o.person_id \
    LEFT JOIN enterprise e ON e.credit_code = o.enterprise_code";

/// Keeps what was made known of an assessment, in the transaction of the act.
pub async fn keep(tx: &mut Tx, notified: &Matter) -> Result<()> {
    let (body, parties) = (&notified.body, &notified.parties);
    let day = body.day(&DOCUMENT_DAY);
    let day = day.ok_or_else(|| Error::Unreadable { what: "day of a notice", found: notified.id.clone() })?;
    let whole = |field: &Field| Value::from(body.whole(field).unwrap_or(0));
    let party = |party: &Option<String>| Value::from(party.clone().unwrap_or_default());
    let mut sql = Sql::new(
        "INSERT INTO assessment_outcome (assessment_id, batch_id, person_id, unit_name, enterprise_code, organiser, grade, \
         certificate, document_number, document_day, results_declared, results_landed, problems_declared, problems_solved, \
         contract_yuan_declared, contract_yuan, paid_yuan_declared, paid_yuan, patents_declared, patents, products_declared, \
         new_products) \
         VALUES (",
    );
    sql.bind_all([
        Value::from(&notified.id),
        body.text(&process::BATCH).into(),
        party(&parties.person),
        party(&parties.unit),
        party(&parties.enterprise),
        Value::from(&parties.organiser),
        body.text(&process::GRADE).into(),
        body.text(&process::CERTIFICATE).into(),
        body.text(&DOCUMENT_NUMBER).into(),
        day.into(),
        whole(&process::DECLARED_RESULTS),
        whole(&process::RESULTS_LANDED),
        whole(&process::DECLARED_PROBLEMS),
        whole(&process::PROBLEMS_SOLVED),
        whole(&process::DECLARED_CONTRACT_YUAN),
        whole(&process::CONTRACT_YUAN),
        whole(&process::DECLARED_PAID_YUAN),
        whole(&process::PAID_YUAN),
        whole(&process::DECLARED_PATENTS),
        whole(&process::PATENTS),
        whole(&process::DECLARED_PRODUCTS),
        whole(&process::NEW_PRODUCTS),
    ])
    .push(")");
    sql.run(tx).await?;
    Ok(())
}

/// The assessment that a check code was given to. Anybody may ask: who has the code has the certificate.
pub async fn by_certificate(tx: &mut Tx, code: &str) -> Result<Option<Outcome>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE o.certificate = ").bind(code);
    sql.first(tx).await
}

/// Everybody of a batch within the scope: a unit sees its own people, an organiser its own, by unit.
pub async fn of_batch(tx: &mut Tx, scope: &Scope, batch: &str) -> Result<Vec<Outcome>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE o.batch_id = ").bind(batch);
    within(&mut sql, scope);
    sql.push(" ORDER BY o.unit_name, o.assessment_id");
    sql.all(tx).await
}

/// Excellent people of the scope notified since a day, the oldest first: the list for other systems (4.2, 5.5).
pub async fn excellent(tx: &mut Tx, scope: &Scope, since: NaiveDate) -> Result<Vec<Outcome>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE o.document_day >= ").bind(since).push(" AND o.grade = 'excellent'");
    within(&mut sql, scope);
    sql.push(" ORDER BY o.document_day, o.assessment_id");
    sql.all(tx).await
}

/// When a person was last notified as excellent: the preference of 5.5.
pub async fn excellent_since(tx: &mut Tx, person: &str) -> Result<Option<NaiveDate>> {
    Ok(excellent_days(tx, &[person]).await?.remove(person))
}

/// The same of several people, by id.
pub async fn excellent_days(tx: &mut Tx, people: &[&str]) -> Result<HashMap<String, NaiveDate>> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("SELECT person_id, document_day FROM assessment_outcome WHERE person_id IN (");
    sql.bind_all(people.iter().copied()).push(") AND grade = 'excellent' ORDER BY document_day");
    Ok(sql.all::<(String, NaiveDate)>(tx).await?.into_iter().collect())
}

/// Narrows to what a scope may see of outcomes.
pub(crate) fn within(sql: &mut Sql, scope: &Scope) {
    match scope {
        Scope::Province => sql,
        Scope::City(city) => sql.push(" AND o.organiser = ").bind(city),
        Scope::Sasac => sql.push(" AND o.organiser = ").bind(programme::process::SASAC),
        Scope::Unit(name) => sql.push(" AND o.unit_name = ").bind(name),
        Scope::Enterprise(code) => sql.push(" AND o.enterprise_code = ").bind(code),
        Scope::Person(id) => sql.push(" AND o.person_id = ").bind(id),
        _ => sql.push(" AND FALSE"),
    };
}
