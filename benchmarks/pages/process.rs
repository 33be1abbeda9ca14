//! Matters of every size of list, who is awaited on them, and an audit trail of some years, written straight into the tables:
//! walking each through its stages would take hours and time nothing else.

use std::fmt::Write as _;

use chrono::{Days, NaiveDate};
use sqlx::AssertSqlSafe;
use store::Database;

use crate::fill::{self, candidate, need_id, person_id};

/// Pairs of each need.
const PAIRS_OF_EACH: usize = 3;
pub const PAIRS: usize = PAIRS_OF_EACH * fill::NEEDS;
/// Appointments in force, of the first pairs: twice the people of the whole programme.
pub const APPOINTMENTS: usize = 1_000;
/// Entries of the service log: as many days for each appointment as the policy asks of a year.
pub const SERVICES: usize = 62 * APPOINTMENTS;
/// Contacts of the organisers with them.
const CONTACTS: usize = 4 * APPOINTMENTS;
/// Entries of the register of support.
const SUPPORTS: usize = 2 * APPOINTMENTS;
/// Days between two entries of the same log.
const DAYS_BETWEEN: u64 = 6;
/// Entries of the audit trail, a hundred of them on the first need.
pub const EVENTS: usize = 200_000;
/// Rows of one statement.
const ROWS: usize = 500;

/// Id of a matter.
pub fn matter_id(kind: &str, number: usize) -> String {
    format!("{kind}-{number:06}")
}

/// What differs between matters.
struct Row {
    kind: &'static str,
    number: usize,
    stage: &'static str,
    parent: Option<String>,
    need: usize,
    person: Option<usize>,
    /// Further values of the body.
    body: String,
    /// Role and whether it is bound to the city (`c`), the enterprise (`e`), the unit (`u`) or nothing.
    waits: &'static [(&'static str, char)],
}

/// Writes everything.
pub async fn fill(database: &Database) -> anyhow::Result<()> {
    let round = "INSERT INTO matter (id, kind, stage, version, title, organiser, body, search_text, opened, moved) VALUES \
        ('round-000001', 'round', 'round_open', 1, '2026 年度', '', '{}', '2026年度', '2026-03-01 00:00:00+00:00', \
        '2026-03-01 00:00:00+00:00')";
    run(database, round.to_owned()).await?;
    let needs = (0..fill::NEEDS).map(|need| Row {
        kind: "need",
        number: need,
        stage: ["need_reported", "need_review", "need_draft"][usize::from(need % 10 > 6) + usize::from(need % 10 == 9)],
        parent: None,
        need,
        person: None,
        body: String::new(),
        waits: [&[("province", '-')][..], &[("city_science", 'c'), ("city_industry", 'c')], &[("enterprise", 'e')]]
            [usize::from(need % 10 > 6) + usize::from(need % 10 == 9)],
    });
    write(database, needs.collect()).await?;
    let pairs = (0..PAIRS).map(|pair| Row {
        kind: "pair",
        number: pair,
        stage: ["pair_pushed", "pair_standby", "pair_talks"][pair % PAIRS_OF_EACH],
        parent: Some(matter_id("need", pair / PAIRS_OF_EACH)),
        need: pair / PAIRS_OF_EACH,
        person: Some(candidate(pair / PAIRS_OF_EACH, pair % PAIRS_OF_EACH)),
        body: String::new(),
        waits: [&[("unit", 'u')][..], &[], &[("city_science", 'c')]][pair % PAIRS_OF_EACH],
    });
    write(database, pairs.collect()).await?;
    let appointments = (0..APPOINTMENTS).map(|appointment| Row {
        kind: "appointment",
        number: appointment,
        stage: "appointment_force",
        parent: Some(matter_id("pair", appointment)),
        need: appointment / PAIRS_OF_EACH,
        person: Some(candidate(appointment / PAIRS_OF_EACH, appointment % PAIRS_OF_EACH)),
        body: r#", "in_force_on": "2025-06-01", "term_start": "2025-06-01", "term_end": "2027-05-31""#.to_owned(),
        waits: &[],
    });
    write(database, appointments.collect()).await?;
    write(database, (0..SERVICES).map(service).collect()).await?;
    write(database, (0..CONTACTS).map(contact).collect()).await?;
    write(database, (0..SUPPORTS).map(support).collect()).await?;
    trail(database).await
}

/// What hangs on an appointment.
fn under(appointment: usize, kind: &'static str, number: usize, stage: &'static str, body: String) -> Row {
    Row {
        kind,
        number,
        stage,
        parent: Some(matter_id("appointment", appointment)),
        need: appointment / PAIRS_OF_EACH,
        person: Some(candidate(appointment / PAIRS_OF_EACH, appointment % PAIRS_OF_EACH)),
        body,
        waits: &[],
    }
}

/// Neighbours hang on different appointments, as they come in day by day.
fn service(number: usize) -> Row {
    let stage = ["service_confirmed", "service_logged"][usize::from(number.is_multiple_of(20))];
    let body = format!(r#", "service_day": "{}", "half_days": "2""#, day(number / APPOINTMENTS, DAYS_BETWEEN));
    let waits: &[_] = if number.is_multiple_of(20) { &[("enterprise", 'e')] } else { &[] };
    Row { waits, ..under(number % APPOINTMENTS, "service", number, stage, body) }
}

fn contact(number: usize) -> Row {
    let body = format!(r#", "contact_day": "{}""#, day(number / APPOINTMENTS, 90));
    under(number % APPOINTMENTS, "contact", number, "contact_recorded", body)
}

fn support(number: usize) -> Row {
    let year = 2025 + number / APPOINTMENTS;
    let body = format!(r#", "fund": "city", "support_year": {year}, "amount_yuan": 60000, "ratio_percent": 50"#);
    under(number % APPOINTMENTS, "support", number, "support_recorded", body)
}

/// So many steps after the first day of the terms.
fn day(step: usize, days: u64) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2025, 6, 1).unwrap_or_default();
    first + Days::new(step as u64 * days)
}

async fn write(database: &Database, rows: Vec<Row>) -> anyhow::Result<()> {
    for rows in rows.chunks(ROWS) {
        let mut matters = String::from(
            "INSERT INTO matter (id, kind, stage, version, title, round_id, parent_id, need_id, organiser, county, \
             enterprise_code, unit_name, person_id, body, search_text, opened, moved) VALUES ",
        );
        let mut waits = String::from("INSERT INTO matter_wait (matter_id, role, binding, sort_key) VALUES ");
        let mut awaited = false;
        for (place, row) in rows.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(matters, "{comma}({})", values(row))?;
            let id = matter_id(row.kind, row.number);
            for (role, bound) in row.waits {
                let comma = if awaited { ", " } else { "" };
                write!(waits, "{comma}('{id}', '{role}', '{}', '9999-12-31 {id}')", binding(row, *bound))?;
                awaited = true;
            }
        }
        run(database, matters).await?;
        if awaited {
            run(database, waits).await?;
        }
    }
    Ok(())
}

/// Seven hundred characters of a need's body, a hundred of the others'.
fn values(row: &Row) -> String {
    let id = matter_id(row.kind, row.number);
    let title = format!("寒地黑土区玉米秸秆深翻还田关键技术与装备（{}）", row.number);
    let problem = "现有装备在低温高湿条件下作业效率低、能耗高，需要解决秸秆粉碎与深翻的协同控制问题。";
    let problem = problem.repeat(if row.kind == "need" { 16 } else { 2 });
    let quoted = |text: Option<String>| text.map_or("NULL".to_owned(), |text| format!("'{text}'"));
    let region = fill::region(row.need % fill::ENTERPRISES);
    format!(
        "'{id}', '{}', '{}', 1, '{title}', 'round-000001', {}, '{}', '{}', '{region}', '{}', {}, {}, \
         '{{\"problem\": \"{problem}\", \"level\": {}, \"order\": {}{}}}', '{id}{title}', '2026-03-01 00:00:00+00:00', '2026-03-02 00:00:00+00:00'",
        row.kind,
        row.stage,
        quoted(row.parent.clone()),
        need_id(row.need),
        binding(row, 'c'),
        binding(row, 'e'),
        quoted(row.person.map(|person| fill::unit_name(person % fill::UNITS))),
        quoted(row.person.map(person_id)),
        4 - row.number % 3,
        row.number % 4,
        row.body,
    )
}

fn binding(row: &Row, bound: char) -> String {
    let enterprise = row.need % fill::ENTERPRISES;
    match bound {
        'c' => format!("{}00", &fill::region(enterprise)[..4]),
        'e' => fill::enterprise_code(enterprise),
        'u' => row.person.map(|person| fill::unit_name(person % fill::UNITS)).unwrap_or_default(),
        _ => String::new(),
    }
}

async fn trail(database: &Database) -> anyhow::Result<()> {
    let hash = "0".repeat(64);
    for first in (0..EVENTS).step_by(ROWS) {
        let mut sql = String::from(
            "INSERT INTO audit_event (seq, at, actor, origin, act, subject_kind, subject_id, clause, succeeded, detail, prev, \
             hash) VALUES ",
        );
        for number in first..first + ROWS {
            let comma = if number == first { "" } else { ", " };
            let subject = matter_id("need", if number % 2_000 == 0 { 0 } else { number % fill::NEEDS });
            let (seq, login) = (1_000 + number, ["province", "city", "enterprise"][number % 3]);
            write!(
                sql,
                "{comma}({seq}, '2026-03-01 00:00:00+00:00', '{login}', '10.0.0.1', 'edit_need', 'need', '{subject}', \
                 '3.1a', TRUE, '{{\"from\": \"need_draft\", \"to\": \"need_draft\"}}', '{hash}', '{hash}')"
            )?;
        }
        run(database, sql).await?;
    }
    run(database, format!("UPDATE audit_head SET seq = {}", 1_000 + EVENTS)).await
}

async fn run(database: &Database, sql: String) -> anyhow::Result<()> {
    match database {
        Database::Sqlite { writer, .. } => _ = sqlx::raw_sql(AssertSqlSafe(sql)).execute(writer).await?,
        Database::Postgres { pool } => _ = sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await?,
    }
    Ok(())
}
