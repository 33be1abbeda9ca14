//! What offers to people leave behind: opting out, personal links, receipts of pushes, why talks failed.

use std::collections::HashSet;

use chrono::NaiveDate;
use programme::clause;
use serde_json::json;

use crate::audit::{self, Entry};
use crate::{By, Result, Timestamp, Tx};

/// Somebody who wants no automated matching (P1).
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OptedOut {
    /// The person.
    pub person_id: String,
    /// Why; may be empty.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

/// Keeps that somebody wants no automated matching; the first time counts.
pub async fn opt_out(tx: &mut Tx, by: &By<'_>, person: &str, reason: &str) -> Result<()> {
    const SQL: &str = "INSERT INTO opt_out (person_id, reason, since) VALUES ($1, $2, $3) \
        ON CONFLICT (person_id) DO NOTHING";
    let new = rows_touched!(&mut *tx, |c| sqlx::query(SQL).bind(person).bind(reason).bind(by.at))? == 1;
    if new { note(tx, by, "person.opt_out", person, json!({})).await } else { Ok(()) }
}

/// Lets somebody be matched again; `false` when there was nothing to take back.
pub async fn opt_in(tx: &mut Tx, by: &By<'_>, person: &str) -> Result<bool> {
    const SQL: &str = "DELETE FROM opt_out WHERE person_id = $1";
    let was_out = rows_touched!(&mut *tx, |c| sqlx::query(SQL).bind(person))? == 1;
    if was_out {
        note(tx, by, "person.opt_in", person, json!({})).await?;
    }
    Ok(was_out)
}

/// Whether somebody wants no automated matching, since when and why.
pub async fn opted_out(tx: &mut Tx, person: &str) -> Result<Option<OptedOut>> {
    const SQL: &str = "SELECT person_id, reason, since FROM opt_out WHERE person_id = $1";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(person).fetch_optional(c))?)
}

/// Everybody who wants no automated matching: what a matching run leaves out.
pub async fn all_opted_out(tx: &mut Tx) -> Result<HashSet<String>> {
    const SQL: &str = "SELECT person_id FROM opt_out";
    let ids: Vec<String> = on_both!(tx, |c| sqlx::query_scalar(SQL).fetch_all(c))?;
    Ok(ids.into_iter().collect())
}

/// A personal link as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PersonalLink {
    /// The pair.
    pub pair_id: String,
    /// When it was made.
    pub issued: Timestamp,
    /// The last day on which it answers.
    pub last_day: NaiveDate,
    /// When it was used.
    pub answered: Option<Timestamp>,
    /// The act that it was used for.
    pub answer: Option<String>,
}

/// Keeps the fingerprint of a pair's new link; the one before leads nowhere from now on.
pub async fn issue_link(tx: &mut Tx, by: &By<'_>, pair: &str, fingerprint: &str, last_day: NaiveDate) -> Result<()> {
    const SQL: &str = "INSERT INTO personal_link (pair_id, fingerprint, issued, last_day) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (pair_id) DO UPDATE SET fingerprint = excluded.fingerprint, issued = excluded.issued, \
        last_day = excluded.last_day, answered = NULL, answer = NULL";
    rows_touched!(&mut *tx, |c| sqlx::query(SQL).bind(pair).bind(fingerprint).bind(by.at).bind(last_day))?;
    let entry = Entry { clause: Some(clause!("3.2b")), ..Entry::done("issue_link", "pair", pair) };
    audit::append(tx, by, entry.with(json!({ "last_day": last_day }))).await
}

/// The link of a fingerprint.
pub async fn link(tx: &mut Tx, fingerprint: &str) -> Result<Option<PersonalLink>> {
    const SQL: &str = "SELECT pair_id, issued, last_day, answered, answer FROM personal_link WHERE fingerprint = $1";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(fingerprint).fetch_optional(c))?)
}

/// The link of a pair.
pub async fn link_of(tx: &mut Tx, pair: &str) -> Result<Option<PersonalLink>> {
    const SQL: &str = "SELECT pair_id, issued, last_day, answered, answer FROM personal_link WHERE pair_id = $1";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(pair).fetch_optional(c))?)
}

/// Uses a link once; `false` when it has been used.
pub async fn use_link(tx: &mut Tx, fingerprint: &str, answer: &str, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE personal_link SET answered = $2, answer = $3 WHERE fingerprint = $1 AND answered IS NULL";
    Ok(rows_touched!(tx, |c| sqlx::query(SQL).bind(fingerprint).bind(at).bind(answer))? == 1)
}

/// When and by whom a push was taken in.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Receipt {
    /// When.
    pub received: Timestamp,
    /// Login.
    pub received_by: String,
}

/// Keeps that the unit has opened a push; the first time counts. `true` when this was it.
pub async fn receive(tx: &mut Tx, by: &By<'_>, pair: &str) -> Result<bool> {
    const SQL: &str = "INSERT INTO push_receipt (pair_id, received, received_by) VALUES ($1, $2, $3) \
        ON CONFLICT (pair_id) DO NOTHING";
    let first = rows_touched!(&mut *tx, |c| sqlx::query(SQL).bind(pair).bind(by.at).bind(by.login))? == 1;
    if first {
        let entry = Entry { clause: Some(clause!("3.2b")), ..Entry::done("receive_push", "pair", pair) };
        audit::append(tx, by, entry).await?;
    }
    Ok(first)
}

/// When a push was taken in.
pub async fn receipt(tx: &mut Tx, pair: &str) -> Result<Option<Receipt>> {
    const SQL: &str = "SELECT received, received_by FROM push_receipt WHERE pair_id = $1";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(pair).fetch_optional(c))?)
}

/// Keeps the coded reasons for which talks failed.
pub async fn keep_failure(tx: &mut Tx, by: &By<'_>, pair: &str, about: Failed<'_>) -> Result<()> {
    const SQL: &str = "INSERT INTO talk_failure (pair_id, reason, need_id, enterprise_code, recorded) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (pair_id, reason) DO NOTHING";
    for reason in about.reasons {
        rows_touched!(&mut *tx, |c| sqlx::query(SQL)
            .bind(pair)
            .bind(reason)
            .bind(about.need)
            .bind(about.enterprise)
            .bind(by.at))?;
    }
    Ok(())
}

/// Which talks failed, and why.
#[derive(Clone, Copy, Debug)]
pub struct Failed<'a> {
    /// Id of the need in the register.
    pub need: &'a str,
    /// Credit code of the enterprise.
    pub enterprise: &'a str,
    /// Codes of the reasons.
    pub reasons: &'a [String],
}

/// How often each reason was named for a need, the most frequent first.
pub async fn failures_of_need(tx: &mut Tx, need: &str) -> Result<Vec<(String, i64)>> {
    const SQL: &str = "SELECT reason, COUNT(*) AS times FROM talk_failure WHERE need_id = $1 GROUP BY reason \
        ORDER BY times DESC, reason";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(need).fetch_all(c))?)
}

/// How often each reason was named for any need of an enterprise, the most frequent first.
pub async fn failures_of_enterprise(tx: &mut Tx, code: &str) -> Result<Vec<(String, i64)>> {
    const SQL: &str = "SELECT reason, COUNT(*) AS times FROM talk_failure WHERE enterprise_code = $1 GROUP BY reason \
        ORDER BY times DESC, reason";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(code).fetch_all(c))?)
}

async fn note(tx: &mut Tx, by: &By<'_>, act: &str, person: &str, detail: serde_json::Value) -> Result<()> {
    let entry = Entry { clause: Some(clause!("P1")), ..Entry::done(act, "person", person) };
    audit::append(tx, by, entry.with(detail)).await
}
