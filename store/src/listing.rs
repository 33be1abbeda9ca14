//! What a list says of the pairs of a round: names and titles as the registers state them now.

use programme::process::line::Line;
use programme::record::TitleLevel;

use crate::sql::word;
use crate::{Result, Tx};

#[derive(sqlx::FromRow)]
struct Stored {
    pair: String,
    person: Option<String>,
    name: Option<String>,
    unit: Option<String>,
    title_level: Option<String>,
    enterprise_code: Option<String>,
    enterprise: Option<String>,
    need: Option<String>,
    need_title: Option<String>,
}

/// The lines of every pair of a round that was ever suggested, by id. Read for decisions and for pages that have asked
/// whether the reader sees the list; they hold what is published in the end.
pub async fn lines(tx: &mut Tx, round: &str) -> Result<Vec<Line>> {
    const SQL: &str = "SELECT m.id AS pair, m.person_id AS person, p.name, COALESCE(p.unit_name, m.unit_name) AS unit, \
        p.title_level, m.enterprise_code, e.name AS enterprise, m.need_id AS need, n.title AS need_title \
        FROM suggestion s JOIN matter m ON m.id = s.pair_id LEFT JOIN person p ON p.id = m.person_id \
        LEFT JOIN enterprise e ON e.credit_code = m.enterprise_code LEFT JOIN need n ON n.id = m.need_id \
        WHERE s.round_id = $1 ORDER BY m.id";
    let rows: Vec<Stored> = on_both!(tx, |c| sqlx::query_as(SQL).bind(round).fetch_all(c))?;
    rows.into_iter().map(line).collect()
}

fn line(row: Stored) -> Result<Line> {
    let title = word("title_level", row.title_level, TitleLevel::parse)?;
    Ok(Line {
        pair: row.pair,
        person: row.person.unwrap_or_default(),
        name: row.name.unwrap_or_default(),
        unit: row.unit.unwrap_or_default(),
        title: title.map_or("", TitleLevel::chinese).to_owned(),
        enterprise_code: row.enterprise_code.unwrap_or_default(),
        enterprise: row.enterprise.unwrap_or_default(),
        need: row.need.unwrap_or_default(),
        need_title: row.need_title.unwrap_or_default(),
    })
}

/// What a list is counted by, for one pair.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Trait {
    /// Id of the pair.
    pub pair: String,
    /// Birth date of the person.
    pub birth: Option<chrono::NaiveDate>,
    /// Whether the enterprise has a platform (2.3.1(3)).
    pub platform: bool,
}

/// What the lists of a round are counted by: one row for each pair that was ever suggested, by id.
pub async fn traits(tx: &mut Tx, round: &str) -> Result<Vec<Trait>> {
    const SQL: &str = "SELECT m.id AS pair, p.birth, \
        EXISTS (SELECT 1 FROM enterprise_platform e WHERE e.enterprise_code = m.enterprise_code) AS platform \
        FROM suggestion s JOIN matter m ON m.id = s.pair_id LEFT JOIN person p ON p.id = m.person_id \
        WHERE s.round_id = $1 ORDER BY m.id";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(round).fetch_all(c))?)
}
