//! Sessions: kept by the SM3 fingerprint of their token, ended by idleness, by age, by a newer one, by a new password.

use chrono::TimeDelta;

use crate::account::{self, Account};
use crate::{Result, Timestamp, Tx};

/// Parallel sessions of one account; the one seen longest ago gives way.
pub const SESSIONS_MAX: i64 = 3;
/// Minutes without a request after which a session is over (GB/T 22239 8.1.4.1 b).
pub const IDLE_MINUTES_MAX: i64 = 30;
/// Hours after which a session is over however busy it was.
pub const AGE_HOURS_MAX: i64 = 12;

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    /// SM3 of the token, 64 hexadecimal digits.
    pub fingerprint: String,
    /// The account.
    pub login: String,
    /// Sign-in.
    pub created: Timestamp,
    /// Last request.
    pub last_seen: Timestamp,
    /// When it ends at the latest.
    pub expires: Timestamp,
    /// What the pages look like; the pages' own text.
    pub appearance: String,
}

/// Starts a session with the account's appearance and ends the oldest beyond [`SESSIONS_MAX`].
pub async fn create(tx: &mut Tx, account: &Account, fingerprint: &str, now: Timestamp) -> Result<()> {
    const INSERT: &str = "INSERT INTO session (fingerprint, login, created, last_seen, expires, appearance) \
        VALUES ($1, $2, $3, $3, $4, $5)";
    const TRIM: &str = "DELETE FROM session WHERE login = $1 AND fingerprint NOT IN \
        (SELECT fingerprint FROM session WHERE login = $1 ORDER BY last_seen DESC, created DESC, fingerprint LIMIT $2)";
    rows_touched!(&mut *tx, |c| sqlx::query(INSERT)
        .bind(fingerprint)
        .bind(&account.login)
        .bind(now)
        .bind(now + TimeDelta::hours(AGE_HOURS_MAX))
        .bind(&account.appearance))?;
    rows_touched!(tx, |c| sqlx::query(TRIM).bind(&account.login).bind(SESSIONS_MAX))?;
    Ok(())
}

/// The live session of a fingerprint with its account; none when it is over, or the account is shut or waits to be opened.
pub async fn find(tx: &mut Tx, fingerprint: &str, now: Timestamp) -> Result<Option<(Session, Account)>> {
    const SQL: &str = "SELECT * FROM session WHERE fingerprint = $1 AND expires > $2 AND last_seen > $3";
    let idle_since = now - TimeDelta::minutes(IDLE_MINUTES_MAX);
    let found: Option<Session> =
        on_both!(&mut *tx, |c| sqlx::query_as(SQL).bind(fingerprint).bind(now).bind(idle_since).fetch_optional(c))?;
    let Some(session) = found else { return Ok(None) };
    let account = account::by_login(tx, &session.login).await?;
    Ok(account.filter(|account| !account.disabled && account.activated).map(|account| (session, account)))
}

/// Notes a request. Callers may leave it out when the last was noted less than a minute ago.
pub async fn touch(tx: &mut Tx, fingerprint: &str, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE session SET last_seen = $2 WHERE fingerprint = $1";
    rows_touched!(tx, |c| sqlx::query(SQL).bind(fingerprint).bind(now))?;
    Ok(())
}

/// Changes what the pages look like, now and at later sign-ins of the account.
pub async fn set_appearance(tx: &mut Tx, fingerprint: &str, appearance: &str) -> Result<()> {
    const SESSION: &str = "UPDATE session SET appearance = $2 WHERE fingerprint = $1";
    const ACCOUNT: &str = "UPDATE account SET appearance = $2 \
        WHERE login = (SELECT login FROM session WHERE fingerprint = $1)";
    rows_touched!(&mut *tx, |c| sqlx::query(SESSION).bind(fingerprint).bind(appearance))?;
    rows_touched!(tx, |c| sqlx::query(ACCOUNT).bind(fingerprint).bind(appearance))?;
    Ok(())
}

/// Ends one session.
pub async fn end(tx: &mut Tx, fingerprint: &str) -> Result<()> {
    rows_touched!(tx, |c| sqlx::query("DELETE FROM session WHERE fingerprint = $1").bind(fingerprint))?;
    Ok(())
}

/// Ends every session of an account.
pub async fn end_all(tx: &mut Tx, login: &str) -> Result<()> {
    rows_touched!(tx, |c| sqlx::query("DELETE FROM session WHERE login = $1").bind(login))?;
    Ok(())
}

/// Forgets sessions that are past their end; for a timer.
pub async fn forget_expired(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(rows_touched!(tx, |c| sqlx::query("DELETE FROM session WHERE expires <= $1").bind(now))?)
}
