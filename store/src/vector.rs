//! Vectors of texts, by model and text: computed once, read whole into memory. Derived data, so nothing is audited.

use crate::sql::{ROWS_PER_STATEMENT, Sql, Value, insert_rows};
use crate::{Result, Tx};

/// One kept vector.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Vector {
    /// What the text is known by.
    pub text_key: String,
    /// The numbers as the caller packed them.
    pub numbers: Vec<u8>,
}

/// Keeps vectors of a model; a text that has one keeps it.
pub async fn put_all(tx: &mut Tx, model: &str, vectors: &[Vector]) -> Result<()> {
    let row = |vector: &Vector| vec![model.into(), (&vector.text_key).into(), Value::Bytes(vector.numbers.clone())];
    let head = "INSERT INTO vector (model, text_key, numbers)";
    insert_rows(tx, head, vectors.iter().map(row).collect(), " ON CONFLICT (model, text_key) DO NOTHING").await
}

/// Every vector of a model, by key.
pub async fn all(tx: &mut Tx, model: &str) -> Result<Vec<Vector>> {
    let mut sql = Sql::new("SELECT text_key, numbers FROM vector WHERE model = ");
    sql.bind(model).push(" ORDER BY text_key");
    sql.all(tx).await
}

/// The vectors that a model gave texts with these keys.
pub async fn some(tx: &mut Tx, model: &str, keys: &[String]) -> Result<Vec<Vector>> {
    let mut found = Vec::new();
    for chunk in keys.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT text_key, numbers FROM vector WHERE model = ");
        sql.bind(model).push(" AND text_key IN (").bind_all(chunk.iter()).push(")");
        found.extend(sql.all(tx).await?);
    }
    Ok(found)
}

/// The texts that have a vector of a model.
pub async fn keys(tx: &mut Tx, model: &str) -> Result<Vec<String>> {
    let mut sql = Sql::new("SELECT text_key FROM vector WHERE model = ");
    sql.bind(model).push(" ORDER BY text_key");
    Ok(sql.all::<(String,)>(tx).await?.into_iter().map(|(key,)| key).collect())
}

/// Drops vectors of texts that are no more, and every vector of other models.
pub async fn forget(tx: &mut Tx, model: &str, gone: &[String]) -> Result<()> {
    let mut others = Sql::new("DELETE FROM vector WHERE model <> ");
    others.bind(model);
    others.run(tx).await?;
    for chunk in gone.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("DELETE FROM vector WHERE model = ");
        sql.bind(model).push(" AND text_key IN (").bind_all(chunk.iter()).push(")");
        sql.run(tx).await?;
    }
    Ok(())
}
