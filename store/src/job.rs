//! Background jobs: asked for by somebody, claimed by one worker, reporting progress, cancelled on request, taken up again
//! after a crash.

use programme::access::{Actor, Role};
use serde_json::json;
use sqlx::types::Json;

use crate::audit::{self, Entry};
use crate::page::PAGE_ROWS_MAX;
use crate::sql::Sql;
use crate::{By, Error, Result, Timestamp, Tx};

/// How often a job is started before it is given up: a job that brings the process down must not do so for ever.
pub const ATTEMPTS_MAX: i64 = 3;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waiting for a worker.
    Queued,
    /// A worker is at it.
    Running,
    /// Done.
    Done,
    /// Ended on request.
    Cancelled,
    /// Ended by a fault.
    Failed,
}

impl State {
    /// The word of the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Queued, Self::Running, Self::Done, Self::Cancelled, Self::Failed]
            .into_iter()
            .find(|state| state.code() == word)
    }

    /// Whether nothing more will happen to it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// A job as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Job {
    /// Number.
    pub id: i64,
    /// What to do: `match`, `import`.
    pub kind: String,
    /// What the worker needs to know.
    pub parameters: Json<serde_json::Value>,
    state: String,
    /// Steps done.
    pub done: i64,
    /// Steps in all; 0 when not yet known.
    pub total: i64,
    /// What it is doing, or why it failed; for people.
    pub message: String,
    /// What it made, such as the number of a run.
    pub result: Option<String>,
    /// How often it was started.
    pub attempts: i64,
    /// Whether somebody asked to end it.
    pub cancel_requested: bool,
    /// Login of who asked for it.
    pub requested_by: String,
    /// When it was asked for.
    pub created: Timestamp,
    /// When it was last started.
    pub started: Option<Timestamp>,
    /// Last sign of life.
    pub heartbeat: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
}

impl Job {
    /// Where it stands.
    pub fn state(&self) -> Result<State> {
        State::parse(&self.state).ok_or_else(|| Error::Unreadable { what: "state of a job", found: self.state.clone() })
    }
}

/// How a worker ends a job.
#[derive(Clone, Copy, Debug)]
pub enum Ending<'a> {
    /// Done; the text names what it made.
    Done(&'a str),
    /// Ended on request; nothing was kept.
    Cancelled,
    /// Ended by a fault; the text is for people.
    Failed(&'a str),
}

/// Takes the next number of a sequence; the row stays locked until the transaction ends.
pub(crate) async fn next_number(tx: &mut Tx, sequence: &'static str) -> Result<i64> {
    const SQL: &str = "UPDATE sequence SET value = value + 1 WHERE name = $1 RETURNING value";
    Ok(on_both!(tx, |c| sqlx::query_scalar(SQL).bind(sequence).fetch_one(c))?)
}

/// Queues a job and gives its number.
pub async fn create(tx: &mut Tx, by: &By<'_>, kind: &str, parameters: &serde_json::Value) -> Result<i64> {
    const SQL: &str = "INSERT INTO job (id, kind, parameters, state, done, total, message, attempts, cancel_requested, \
        requested_by, created) VALUES ($1, $2, $3, 'queued', 0, 0, '', 0, FALSE, $4, $5)";
    let id = next_number(tx, "job").await?;
    rows_touched!(&mut *tx, |c| sqlx::query(SQL)
        .bind(id)
        .bind(kind)
        .bind(Json(parameters))
        .bind(by.login)
        .bind(by.at))?;
    let subject = id.to_string();
    audit::append(tx, by, Entry::done("job.create", "job", &subject).with(json!({"kind": kind}))).await?;
    Ok(id)
}

/// Gives the oldest waiting job to the caller and to nobody else. `None` when none waits, or when another worker was
/// quicker: ask again at the next turn.
pub async fn claim(tx: &mut Tx, now: Timestamp) -> Result<Option<Job>> {
    // Two workers may pick the same row; the second waits for the first and then finds it no longer queued.
    const SQL: &str = "UPDATE job SET state = 'running', attempts = attempts + 1, started = $1, heartbeat = $1, done = 0 \
        WHERE id = (SELECT id FROM job WHERE state = 'queued' ORDER BY id LIMIT 1) AND state = 'queued' RETURNING *";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(now).fetch_optional(c))?)
}

/// Reports progress; `true` when the worker is to stop because somebody asked, or because the job is no longer its own.
pub async fn progress(tx: &mut Tx, id: i64, done: i64, total: i64, message: &str, now: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE job SET done = $2, total = $3, message = $4, heartbeat = $5 \
        WHERE id = $1 AND state = 'running' RETURNING cancel_requested";
    let stop: Option<bool> = on_both!(tx, |c| sqlx::query_scalar(SQL)
        .bind(id)
        .bind(done)
        .bind(total)
        .bind(message)
        .bind(now)
        .fetch_optional(c))?;
    Ok(stop.unwrap_or(true))
}

/// Ends a running job.
pub async fn finish(tx: &mut Tx, by: &By<'_>, id: i64, ending: Ending<'_>) -> Result<()> {
    const SQL: &str = "UPDATE job SET state = $2, message = $3, result = $4, finished = $5, heartbeat = $5 \
        WHERE id = $1 AND state = 'running'";
    let (state, message, result) = match ending {
        Ending::Done(result) => (State::Done, "", Some(result)),
        Ending::Cancelled => (State::Cancelled, "", None),
        Ending::Failed(message) => (State::Failed, message, None),
    };
    let ended = rows_touched!(&mut *tx, |c| sqlx::query(SQL)
        .bind(id)
        .bind(state.code())
        .bind(message)
        .bind(result)
        .bind(by.at))?;
    if ended == 1 {
        let subject = id.to_string();
        let entry = Entry { succeeded: state == State::Done, ..Entry::done("job.finish", "job", &subject) };
        audit::append(tx, by, entry.with(json!({"state": state.code(), "result": result}))).await?;
    }
    Ok(())
}

/// Asks for the end of a job: a waiting one is over at once, a running one learns of it at its next progress. `false` when
/// it was over already or the actor may not see it.
pub async fn cancel(tx: &mut Tx, by: &By<'_>, actor: &Actor, id: i64) -> Result<bool> {
    const SQL: &str = "UPDATE job SET cancel_requested = TRUE, \
        finished = CASE WHEN state = 'queued' THEN $2 ELSE finished END, \
        state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END \
        WHERE id = $1 AND state IN ('queued', 'running')";
    if get(tx, actor, id).await?.is_none() {
        return Ok(false);
    }
    let asked = rows_touched!(&mut *tx, |c| sqlx::query(SQL).bind(id).bind(by.at))?;
    if asked == 1 {
        audit::append(tx, by, Entry::done("job.cancel", "job", &id.to_string())).await?;
    }
    Ok(asked == 1)
}

/// One job: the province sees every one, others those they asked for.
pub async fn get(tx: &mut Tx, actor: &Actor, id: i64) -> Result<Option<Job>> {
    let mut sql = Sql::new("SELECT * FROM job WHERE id = ");
    sql.bind(id);
    only_own(&mut sql, actor);
    sql.first(tx).await
}

/// The latest jobs before number `before` (all when absent), newest first.
pub async fn list(tx: &mut Tx, actor: &Actor, before: Option<i64>) -> Result<Vec<Job>> {
    let mut sql = Sql::new("SELECT * FROM job WHERE id < ");
    sql.bind(before.unwrap_or(i64::MAX));
    only_own(&mut sql, actor);
    sql.push(" ORDER BY id DESC LIMIT ").bind(i64::try_from(PAGE_ROWS_MAX).unwrap_or(i64::MAX));
    sql.all(tx).await
}

fn only_own(sql: &mut Sql, actor: &Actor) {
    if actor.role() != Role::Province {
        sql.push(" AND requested_by = ").bind(actor.login());
    }
}

/// Takes up jobs whose worker gave no sign of life since `silent_since`: they wait again, or fail when they were started
/// [`ATTEMPTS_MAX`] times or were to be cancelled. A sole process calls it at its start with the present.
pub async fn recover(tx: &mut Tx, silent_since: Timestamp, now: Timestamp) -> Result<u64> {
    const CANCELLED: &str = "UPDATE job SET state = 'cancelled', finished = $2 \
        WHERE state = 'running' AND heartbeat <= $1 AND cancel_requested";
    const FAILED: &str = "UPDATE job SET state = 'failed', finished = $2, message = '程序多次中断，任务未完成，请重新发起' \
        WHERE state = 'running' AND heartbeat <= $1 AND attempts >= $3";
    const QUEUED: &str = "UPDATE job SET state = 'queued', done = 0 WHERE state = 'running' AND heartbeat <= $1";
    let cancelled = rows_touched!(&mut *tx, |c| sqlx::query(CANCELLED).bind(silent_since).bind(now))?;
    let failed = rows_touched!(&mut *tx, |c| sqlx::query(FAILED).bind(silent_since).bind(now).bind(ATTEMPTS_MAX))?;
    let queued = rows_touched!(tx, |c| sqlx::query(QUEUED).bind(silent_since))?;
    Ok(cancelled + failed + queued)
}
