//! Returns of needs to an earlier step, for the statistics of a round: how many, what was missing, what it cost.

use chrono::NaiveDate;

use crate::{Result, Tx};

/// One return, as it is written.
#[derive(Clone, Copy, Debug)]
pub struct NewReturn<'a> {
    /// The need.
    pub matter: &'a str,
    /// Its round.
    pub round: &'a str,
    /// Its organiser.
    pub organiser: &'a str,
    /// Code of the step it went to.
    pub step: &'a str,
    /// Codes of what was missing, with commas.
    pub missing: &'a str,
    /// The day.
    pub day: NaiveDate,
}

/// Returns of one organiser with one list of what was missing.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Counted {
    /// City, or `sasac`.
    pub organiser: String,
    /// Codes with commas; empty when nothing was said.
    pub missing: String,
    /// How many returns.
    pub returns: i64,
    /// How many of them the enterprise has answered.
    pub answered: i64,
    /// Working days between those and the answers.
    pub workdays: i64,
}

/// Writes a return. It is part of the act and leaves no audit event of its own.
pub async fn insert(tx: &mut Tx, new: &NewReturn<'_>) -> Result<()> {
    const SQL: &str = "INSERT INTO need_return (matter_id, place, round_id, organiser, step, missing, returned) \
        VALUES ($1, (SELECT COALESCE(MAX(place), 0) + 1 FROM need_return WHERE matter_id = $1), $2, $3, $4, $5, $6)";
    rows_touched!(tx, |c| sqlx::query(SQL)
        .bind(new.matter)
        .bind(new.round)
        .bind(new.organiser)
        .bind(new.step)
        .bind(new.missing)
        .bind(new.day))?;
    Ok(())
}

/// The enterprise has submitted again: its open returns end on this day, after so many working days.
pub async fn answer(tx: &mut Tx, matter: &str, day: NaiveDate, workdays: i64) -> Result<()> {
    const SQL: &str = "UPDATE need_return SET resubmitted = $2, workdays = $3 \
        WHERE matter_id = $1 AND resubmitted IS NULL AND step = 'enterprise'";
    rows_touched!(tx, |c| sqlx::query(SQL).bind(matter).bind(day).bind(workdays))?;
    Ok(())
}

/// Returns of a round by organiser and by what was missing.
pub async fn count(tx: &mut Tx, round: &str) -> Result<Vec<Counted>> {
    const SQL: &str = "SELECT organiser, missing, COUNT(*) AS returns, COUNT(resubmitted) AS answered, \
        CAST(COALESCE(SUM(workdays), 0) AS BIGINT) AS workdays \
        FROM need_return WHERE round_id = $1 GROUP BY organiser, missing ORDER BY organiser, missing";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(round).fetch_all(c))?)
}

/// How many needs of each organiser were returned at least once in a round.
pub async fn needs_returned(tx: &mut Tx, round: &str) -> Result<Vec<(String, i64)>> {
    const SQL: &str = "SELECT organiser, COUNT(DISTINCT matter_id) FROM need_return WHERE round_id = $1 \
        GROUP BY organiser ORDER BY organiser";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(round).fetch_all(c))?)
}
