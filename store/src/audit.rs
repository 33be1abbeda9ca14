//! The audit trail: who did what to which record, when, from where, and whether it was done.
//!
//! Each entry carries the SM3 hash of its own fields and of the entry before, so a change anywhere breaks every later
//! link. The row of `audit_head` is locked from here to the end of the transaction: entries are numbered without a gap
//! and two writers cannot fork the chain. For the same reason [`append`] is the last statement of each write.

use programme::access::{Record, Scope};
use programme::clause::Clause;
use programme::seal::hex;
use sm3::{Digest, Sm3};

use crate::page::{PAGE_ROWS_MAX, patterns};
use crate::sql::{Columns, Sql};
use crate::{By, Result, Timestamp, Tx};

/// Entries read at a time while the chain is walked.
const VERIFY_ROWS_AT_ONCE: i64 = 1_000;

/// Entries that one search looks through.
pub const SEARCHED_MAX: i64 = 5_000;

/// What is to be remembered.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// What was done: `need.import`, `account.sign_in`.
    pub act: &'a str,
    /// Kind of the record it was done to.
    pub subject_kind: &'a str,
    /// Its id; empty for a bulk act.
    pub subject_id: &'a str,
    /// The clause it rests on.
    pub clause: Option<Clause>,
    /// Whether it was done; refused attempts are remembered too.
    pub succeeded: bool,
    /// What explains it: counts, old and new values; never a secret.
    pub detail: serde_json::Value,
}

impl<'a> Entry<'a> {
    /// An act that was done, without clause or detail.
    pub const fn done(act: &'a str, subject_kind: &'a str, subject_id: &'a str) -> Self {
        Self { act, subject_kind, subject_id, clause: None, succeeded: true, detail: serde_json::Value::Null }
    }

    /// The same with a detail.
    #[must_use]
    pub fn with(self, detail: serde_json::Value) -> Self {
        Self { detail, ..self }
    }
}

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Event {
    /// Number, without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Login of who did it.
    pub actor: String,
    /// From where.
    pub origin: String,
    /// What was done.
    pub act: String,
    /// To which kind of record.
    pub subject_kind: String,
    /// To which record.
    pub subject_id: String,
    /// Clause id.
    pub clause: Option<String>,
    /// Whether it was done.
    pub succeeded: bool,
    /// JSON text.
    pub detail: String,
    /// Hash of the entry before, 64 hexadecimal digits.
    pub prev: String,
    /// Hash of this entry.
    pub hash: String,
}

/// Adds an entry to the chain, in the transaction of what it tells of.
pub async fn append(tx: &mut Tx, by: &By<'_>, entry: Entry<'_>) -> Result<()> {
    append_numbered(tx, by, entry).await.map(|_| ())
}

/// Adds an entry and says its number. From here to the end of the transaction every other writer waits, so numbers are
/// committed in their order.
pub(crate) async fn append_numbered(tx: &mut Tx, by: &By<'_>, entry: Entry<'_>) -> Result<i64> {
    const NEXT: &str = "UPDATE audit_head SET seq = seq + 1 WHERE one = 1 RETURNING seq, hash";
    const HEAD: &str = "UPDATE audit_head SET hash = $1 WHERE one = 1";
    let (seq, prev): (i64, String) = on_both!(tx, |c| sqlx::query_as(NEXT).fetch_one(c))?;
    let mut event = Event {
        seq,
        at: by.at,
        actor: by.login.to_owned(),
        origin: by.origin.to_owned(),
        act: entry.act.to_owned(),
        subject_kind: entry.subject_kind.to_owned(),
        subject_id: entry.subject_id.to_owned(),
        clause: entry.clause.map(|clause| clause.id().to_owned()),
        succeeded: entry.succeeded,
        detail: entry.detail.to_string(),
        prev,
        hash: String::new(),
    };
    event.hash = hash(&event);
    rows_touched!(&mut *tx, |c| sqlx::query(HEAD).bind(&event.hash))?;
    insert(tx, event).await?;
    Ok(seq)
}

async fn insert(tx: &mut Tx, event: Event) -> Result<()> {
    let mut sql = Sql::new(
        "INSERT INTO audit_event (seq, at, actor, origin, act, subject_kind, subject_id, clause, succeeded, detail, prev, \
         hash) VALUES (",
    );
    sql.bind(event.seq).push(", ").bind(event.at).push(", ");
    sql.bind_all([event.actor, event.origin, event.act, event.subject_kind, event.subject_id]).push(", ");
    sql.bind(event.clause).push(", ").bind(event.succeeded).push(", ");
    sql.bind_all([event.detail, event.prev, event.hash]).push(")");
    sql.run(tx).await?;
    Ok(())
}

/// What a walk over the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Walk {
    /// Every entry is as it was written.
    Whole {
        /// How many entries there are.
        events: i64,
        /// Hash of the last: noted elsewhere, it shows later that nothing before it was rewritten.
        head: String,
    },
    /// The first place where the chain is broken.
    Broken {
        /// Number of the entry.
        seq: i64,
        /// What is wrong with it.
        what: Break,
    },
}

/// What can be wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Its number is not the next: an entry was taken out.
    Missing,
    /// It does not name the hash of the entry before.
    Unlinked,
    /// Its fields are not those that were hashed.
    Changed,
    /// The chain ends elsewhere than it should: its last entries were taken out, or some added past the program.
    WrongEnd,
}

/// Walks the whole chain and names the first entry that is not as it was written.
pub async fn verify(tx: &mut Tx) -> Result<Walk> {
    const SQL: &str = "SELECT * FROM audit_event WHERE seq > $1 ORDER BY seq LIMIT $2";
    const HEAD: &str = "SELECT seq, hash FROM audit_head WHERE one = 1";
    let (mut seq, mut last) = (0, "0".repeat(64));
    loop {
        let events: Vec<Event> =
            on_both!(&mut *tx, |c| sqlx::query_as(SQL).bind(seq).bind(VERIFY_ROWS_AT_ONCE).fetch_all(c))?;
        if events.is_empty() {
            break;
        }
        for event in events {
            if let Some(what) = wrong_with(&event, seq, &last) {
                return Ok(Walk::Broken { seq: seq + 1, what });
            }
            (seq, last) = (event.seq, event.hash);
        }
    }
    let head: (i64, String) = on_both!(tx, |c| sqlx::query_as(HEAD).fetch_one(c))?;
    Ok(if head == (seq, last.clone()) {
        Walk::Whole { events: seq, head: last }
    } else {
        Walk::Broken { seq: seq + 1, what: Break::WrongEnd }
    })
}

fn wrong_with(event: &Event, seq_before: i64, hash_before: &str) -> Option<Break> {
    if event.seq != seq_before + 1 {
        Some(Break::Missing)
    } else if event.prev != hash_before {
        Some(Break::Unlinked)
    } else if event.hash != hash(event) || event.clause.as_deref() == Some("") {
        // An empty clause is hashed like none, and none is ever written empty.
        Some(Break::Changed)
    } else {
        None
    }
}

/// SM3 over the fields, each with its length before it, so that no two entries read alike.
fn hash(event: &Event) -> String {
    let (seq, at) = (event.seq.to_string(), event.at.timestamp_micros().to_string());
    let fields: [&str; 11] = [
        &seq,
        &at,
        &event.actor,
        &event.origin,
        &event.act,
        &event.subject_kind,
        &event.subject_id,
        event.clause.as_deref().unwrap_or_default(),
        if event.succeeded { "1" } else { "0" },
        &event.detail,
        &event.prev,
    ];
    let mut hasher = Sm3::new();
    for field in fields {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field);
    }
    hex(&hasher.finalize())
}

/// Everything that happened to one record, oldest first; the caller has asked whether the reader sees the record.
pub async fn of_subject(tx: &mut Tx, kind: &str, id: &str) -> Result<Vec<Event>> {
    const SQL: &str = "SELECT * FROM audit_event WHERE subject_kind = $1 AND subject_id = $2 ORDER BY seq";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(kind).bind(id).fetch_all(c))?)
}

/// A part of the trail, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// What was found.
    pub events: Vec<Event>,
    /// Where to go on with older entries; nothing at the trail's beginning.
    pub before: Option<i64>,
}

/// The latest entries before `before` (all when absent) whose actor, act or subject holds the search's words. A search looks
/// through [`SEARCHED_MAX`] entries at a time and says where to go on: the trail never stops growing.
pub async fn list(tx: &mut Tx, scope: &Scope, search: &str, before: Option<i64>) -> Result<Part> {
    let end = before.unwrap_or(i64::MAX).min(last_act(tx).await? + 1);
    let start = (end - SEARCHED_MAX).max(1);
    let mut sql = Sql::new("SELECT * FROM audit_event WHERE seq < ");
    sql.bind(end).push(" AND seq >= ").bind(start);
    sql.scope(scope.rows(Record::Audit), &Columns::default());
    for pattern in patterns(search) {
        sql.push(" AND LOWER(actor || ' ' || act || ' ' || subject_kind || ' ' || subject_id) LIKE ").bind(pattern);
        sql.push(r" ESCAPE '\'");
    }
    sql.push(" ORDER BY seq DESC LIMIT ").bind(i64::try_from(PAGE_ROWS_MAX).unwrap_or(i64::MAX));
    let events: Vec<Event> = sql.all(tx).await?;
    let is_full = events.len() == PAGE_ROWS_MAX;
    let further = events.last().filter(|_| is_full).map_or(start, |last| last.seq);
    Ok(Part { events, before: (further > 1).then_some(further) })
}

/// Number of the latest entry, 0 when there is none: whatever changes a record leaves one in its own transaction, so the number
/// is the version of everything.
pub async fn last_act(tx: &mut Tx) -> Result<i64> {
    const HEAD: &str = "SELECT seq FROM audit_head WHERE one = 1";
    Ok(on_both!(tx, |c| sqlx::query_scalar(HEAD).fetch_one(c))?)
}

/// Number of the latest entry of a bulk act on records of a kind, 0 when there is none: every import leaves one in its own
/// transaction, so the number is the version of those records.
pub async fn last_bulk_act(tx: &mut Tx, subject_kind: &str) -> Result<i64> {
    let mut sql = Sql::new("SELECT COALESCE(MAX(seq), 0) FROM audit_event WHERE subject_id = '' AND subject_kind = ");
    sql.bind(subject_kind);
    Ok(sql.first::<(i64,)>(tx).await?.map_or(0, |(seq,)| seq))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_letter_from_one_field_to_the_next_changes_the_hash() {
        let event = |actor: &str, origin: &str| Event {
            seq: 1,
            at: Timestamp::UNIX_EPOCH,
            actor: actor.to_owned(),
            origin: origin.to_owned(),
            act: String::new(),
            subject_kind: String::new(),
            subject_id: String::new(),
            clause: None,
            succeeded: true,
            detail: String::new(),
            prev: String::new(),
            hash: String::new(),
        };
        assert_ne!(hash(&event("ab", "c")), hash(&event("a", "bc")));
    }
}
