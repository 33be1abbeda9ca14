//! The days that concern somebody, as a file for the calendar of their computer or telephone (RFC 5545).
//!
//! A file and no subscription: an address that hands out somebody's days without a password would have to be a secret, and
//! secrets in addresses end up in logs.

use std::fmt::Write as _;

use chrono::NaiveDate;
use programme::access::{Actor, Scope};
use programme::parameters::Parameters;
use programme::process::appointment::TERM_END;
use programme::process::{Kind, Matter, Stage, round};
use programme::rules::assessment;
use store::Timestamp;
use store::matter::{self, Filter, Kept};
use store::page::{PAGE_ROWS_MAX, Start};

use super::policy::{Policies, rounds_of};
use super::{Desk, qualifications};

/// Octets of a line before it is folded.
const LINE_OCTETS_MAX: usize = 75;

/// A day, or days, to keep in mind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The same for the same thing each time, so that a file read again replaces what the one before brought.
    pub uid: String,
    /// What is due.
    pub title: String,
    /// First day.
    pub first: NaiveDate,
    /// Last day, included.
    pub last: NaiveDate,
    /// The matter.
    pub matter: String,
}

/// What is ahead of an actor: what waits for it with a day, the days of rounds under way, ends and assessment windows of
/// appointments in force. At most [`PAGE_ROWS_MAX`] matters of each.
pub async fn ahead(desk: &Desk, actor: &Actor, today: NaiveDate) -> anyhow::Result<Vec<Entry>> {
    let tx = &mut desk.database.read().await?;
    let mut entries = Vec::new();
    for kept in matter::inbox(tx, actor, &Start::First, PAGE_ROWS_MAX).await?.rows {
        let matter = &kept.matter;
        entries.extend(matter.due.map(|due| entry(matter, "due", &format!("办理截止：{}", matter.title), (due, due))));
    }
    for stage in [Stage::RoundOpen, Stage::RoundCollected, Stage::AppointmentForce] {
        let filter = Filter { stage: Some(stage), ..Filter::default() };
        let part = (&Start::First, PAGE_ROWS_MAX);
        let found = desk.catalogue.matters(&desk.database, actor, stage.kind(), &filter, part).await?;
        let policies = Policies::of(tx, &rounds_of(found.rows.iter().map(|kept| &kept.matter))).await?;
        for Kept { matter, .. } in &found.rows {
            let is_round = stage.kind() == Kind::Round;
            entries.extend(if is_round { of_round(matter) } else { of_term(matter, policies.for_matter(matter)) });
        }
    }
    // The province has every organiser's enterprises on a page of their own.
    if !matches!(actor.scope(), Scope::Province) && qualifications::looks_after(actor.role()) {
        let lines = qualifications::lines(desk, actor.scope(), today).await?;
        entries.extend(lines.into_iter().filter_map(of_certificate));
    }
    entries.retain(|one| one.last >= today);
    entries.sort_by(|one, other| (one.first, &one.uid).cmp(&(other.first, &other.uid)));
    Ok(entries)
}

fn of_round(round: &Matter) -> Vec<Entry> {
    let day = |field: &&programme::process::Field| {
        let day = round.body.day(field)?;
        Some(entry(round, field.key, &format!("{}：{}", field.chinese, round.title), (day, day)))
    };
    round::DEADLINES.iter().filter_map(day).collect()
}

fn of_term(appointment: &Matter, parameters: &Parameters) -> Vec<Entry> {
    let Some(end) = appointment.body.day(&TERM_END) else { return Vec::new() };
    let window = assessment::window(end, parameters);
    vec![
        entry(appointment, "window", &format!("考评期：{}", appointment.title), window),
        entry(appointment, "end", &format!("聘期结束：{}", appointment.title), (end, end)),
    ]
}

/// The last day of an enterprise's last certificate (2.3.1(1)).
fn of_certificate(line: qualifications::Line) -> Option<Entry> {
    let until = line.until?;
    let uid = format!("enterprise-{}-certificate@zongshi", line.code);
    let title = format!("企业资质到期：{}", line.name.unwrap_or_else(|| line.code.clone()));
    Some(Entry { uid, title, first: until, last: until, matter: line.code })
}

fn entry(matter: &Matter, what: &str, title: &str, (first, last): (NaiveDate, NaiveDate)) -> Entry {
    Entry {
        uid: format!("{}-{what}@zongshi", matter.id),
        title: title.to_owned(),
        first,
        last,
        matter: matter.id.clone(),
    }
}

/// The file: whole days, lines folded and ended as the standard asks.
pub fn file(entries: &[Entry], now: Timestamp) -> String {
    let mut text = String::new();
    let mut line = |content: &str| text.push_str(&folded(content));
    for content in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//zongshi//diary//ZH", "X-WR-CALNAME:科技总师选派"]
    {
        line(content);
    }
    for one in entries {
        let after = one.last.succ_opt().unwrap_or(one.last);
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", one.uid));
        line(&format!("DTSTAMP:{}", now.format("%Y%m%dT%H%M%SZ")));
        line(&format!("DTSTART;VALUE=DATE:{}", one.first.format("%Y%m%d")));
        line(&format!("DTEND;VALUE=DATE:{}", after.format("%Y%m%d")));
        line(&format!("SUMMARY:{}", escaped(&one.title)));
        line(&format!("DESCRIPTION:{}", escaped(&one.matter)));
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    text
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => _ = write!(out, "\\{character}"),
            '\n' => out.push_str("\\n"),
            '\r' => {}
            other => out.push(other),
        }
    }
    out
}

/// A line of at most 75 octets, broken between characters, each further part after a space.
fn folded(content: &str) -> String {
    let (mut out, mut octets) = (String::with_capacity(content.len() + 2), 0);
    for character in content.chars() {
        if octets + character.len_utf8() > LINE_OCTETS_MAX {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(character);
        octets += character.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone as _, Utc};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_lasts_to_the_end_of_its_last_day_and_text_is_escaped() {
        let (first, last) = (day("2027-04-30"), day("2027-05-31"));
        let one =
            Entry { uid: "a@z".into(), title: "考评；甲, 乙;\n丙".into(), first, last, matter: "m-1".into() };
        let text = file(&[one], Utc.with_ymd_and_hms(2027, 4, 1, 2, 3, 4).unwrap());
        let event = text.split("BEGIN:VEVENT\r\n").nth(1).unwrap();
        insta::assert_snapshot!(event.replace("\r\n", "\n"), @"
        UID:a@z
        DTSTAMP:20270401T020304Z
        DTSTART;VALUE=DATE:20270430
        DTEND;VALUE=DATE:20270601
        SUMMARY:考评；甲\\, 乙\\;\\n丙
        DESCRIPTION:m-1
        END:VEVENT
        END:VCALENDAR
        ");
    }

    #[test]
    fn lines_are_folded_above_75_octets_and_between_characters() {
        let at = |octets: usize| folded(&"x".repeat(octets));
        assert_eq!(at(75).matches("\r\n").count(), 1);
        assert_eq!(at(76), format!("{}\r\n x\r\n", "x".repeat(75)));
        let chinese = folded(&"总".repeat(60));
        assert!(chinese.split("\r\n").all(|line| line.len() <= LINE_OCTETS_MAX), "{chinese}");
        assert_eq!(chinese.replace("\r\n ", "").trim_end(), "总".repeat(60));
    }
}
