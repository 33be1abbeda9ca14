//! People of one unit who bear one name, and what their unit said of them. A record is never joined to another by name: only
//! the unit's answer does it, and another answer undoes it.

use std::collections::HashMap;

use serde_json::json;

use crate::audit::{self, Entry};
use crate::sql::Sql;
use crate::{By, Result, Timestamp, Tx};

/// What a unit said of two records.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Answer {
    /// The smaller id.
    pub first_id: String,
    /// The other.
    pub second_id: String,
    /// The record that remains of one person; nothing for two people.
    pub kept_id: Option<String>,
    /// Login of whoever said so.
    pub answered_by: String,
    /// When.
    pub answered: Timestamp,
}

impl Answer {
    /// The record that stands for nobody of its own any more.
    pub fn dropped(&self) -> Option<&str> {
        let kept = self.kept_id.as_deref()?;
        Some(if kept == self.first_id { &self.second_id } else { &self.first_id })
    }
}

/// Keeps an answer, in place of an earlier one. `kept` is one of the two ids, or nothing for two people.
pub async fn answer(tx: &mut Tx, by: &By<'_>, ids: [&str; 2], kept: Option<&str>) -> Result<()> {
    let (first, second) = (ids[0].min(ids[1]), ids[0].max(ids[1]));
    let mut sql = Sql::new("INSERT INTO namesake (first_id, second_id, kept_id, answered_by, answered) VALUES (");
    sql.bind_all([Some(first), Some(second), kept, Some(by.login)]).push(", ").bind(by.at).push(
        ") ON CONFLICT (first_id, second_id) DO UPDATE SET kept_id = excluded.kept_id, answered_by = excluded.answered_by, \
         answered = excluded.answered",
    );
    sql.run(tx).await?;
    let detail = json!({"first": first, "second": second, "kept": kept});
    // An act on people as a whole: everything that holds them in memory reads them again.
    audit::append(tx, by, Entry::done("person.namesake", "person", "").with(detail)).await
}

/// Every answer, by ids: a few hundred in a province.
pub async fn all(tx: &mut Tx) -> Result<Vec<Answer>> {
    let mut sql =
        Sql::new("SELECT first_id, second_id, kept_id, answered_by, answered FROM namesake WHERE first_id > ");
    sql.bind("").push(" ORDER BY first_id, second_id");
    sql.all(tx).await
}

/// Records that stand for another, each with the one that remains in the end.
pub fn joined(answers: &[Answer]) -> HashMap<String, String> {
    let next: HashMap<&str, &str> =
        answers.iter().filter_map(|one| Some((one.dropped()?, one.kept_id.as_deref()?))).collect();
    let last = |id: &str| {
        let mut at = id;
        // Answers that lead in a circle leave everybody where they are.
        for _ in 0..=next.len() {
            match next.get(at) {
                Some(further) => at = further,
                None => return (at != id).then(|| at.to_owned()),
            }
        }
        None
    };
    next.keys().filter_map(|id| Some(((*id).to_owned(), last(id)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(first: &str, second: &str, kept: Option<&str>) -> Answer {
        let (first_id, second_id) = (first.to_owned(), second.to_owned());
        let kept_id = kept.map(str::to_owned);
        Answer { first_id, second_id, kept_id, answered_by: String::new(), answered: Timestamp::default() }
    }

    #[test]
    fn records_are_joined_along_the_answers_to_the_one_that_remains() {
        let joined = |answers: &[Answer]| {
            let mut found: Vec<_> = super::joined(answers).into_iter().collect();
            found.sort();
            found
        };
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(joined(&[answer("a", "b", None)]), []);
        assert_eq!(joined(&[answer("a", "b", Some("a"))]), [pair("b", "a")]);
        let chain = [answer("a", "b", Some("b")), answer("b", "c", Some("c"))];
        assert_eq!(joined(&chain), [pair("a", "c"), pair("b", "c")]);
        let circle = [answer("a", "b", Some("b")), answer("b", "c", Some("c")), answer("a", "c", Some("a"))];
        assert_eq!(joined(&circle), []);
    }
}
