//! One reader per kind of record: which columns make which field.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::fields::Fields;
use super::{Kind, Problem, Reading};
use crate::record::{
    Affiliation, CalendarDay, DayKind, DayState, Degree, Enterprise, Misconduct, Need, OwnedWork, Person, Shareholder,
    TeamRole, TitleLevel, Unit, UnitKind, Work, WorkKind,
};

/// A record that can be read from rows.
pub trait FromRow: Sized {
    /// The kind of file it stands in.
    const KIND: Kind;
    /// The column that names what [`FromRow::key`] must not repeat.
    const KEY: &'static str;

    /// Reads the record; what is wrong is put down in `fields`.
    fn from_row(fields: &mut Fields<'_>) -> Self;

    /// What may stand only once in a file; `None` when it could not be read.
    fn key(&self) -> Option<String>;
}

fn present(key: &str) -> Option<String> {
    (!key.is_empty()).then(|| key.to_owned())
}

impl FromRow for Need {
    const KIND: Kind = Kind::Needs;
    const KEY: &'static str = "id";

    fn from_row(fields: &mut Fields<'_>) -> Self {
        Self {
            id: fields.id("id").unwrap_or_default(),
            title: fields.text("title").unwrap_or_default(),
            content: fields.text("content").unwrap_or_default(),
            keywords: fields.items("keywords"),
            industry: fields.industry("industry"),
            posts: fields.count("posts").unwrap_or(1),
            enterprise: fields.part("enterprise.", read_enterprise),
        }
    }

    fn key(&self) -> Option<String> {
        present(&self.id)
    }
}

impl FromRow for Enterprise {
    const KIND: Kind = Kind::Enterprises;
    const KEY: &'static str = "credit_code";

    fn from_row(fields: &mut Fields<'_>) -> Self {
        let enterprise = read_enterprise(fields);
        let supervised = fields.truth("supervised");
        let parent = fields.credit_code_beside("parent", enterprise.credit_code.as_deref());
        let central = fields.truth_beside("central", supervised == Some(true), "省国资委监管");
        let (contact, contact_mobile) = (fields.text("contact"), fields.mobile("contact_mobile"));
        Self { supervised, parent, central, contact, contact_mobile, ..enterprise }
    }

    fn key(&self) -> Option<String> {
        self.credit_code.clone()
    }
}

fn read_enterprise(fields: &mut Fields<'_>) -> Enterprise {
    Enterprise {
        name: fields.text("name"),
        credit_code: fields.credit_code("credit_code"),
        region: fields.region("region"),
        main_business: fields.text("main_business"),
        qualifications: fields.qualifications("qualifications"),
        platforms: fields.items("platforms"),
        ..Enterprise::default()
    }
}

impl FromRow for Person {
    const KIND: Kind = Kind::People;
    const KEY: &'static str = "id";

    fn from_row(fields: &mut Fields<'_>) -> Self {
        let id = fields.id("id").unwrap_or_default();
        let mut works = fields.works("works");
        name_works(&id, &mut works);
        let birth = fields.date("birth");
        Self {
            id,
            name: fields.text("name"),
            unit: fields.text("unit"),
            unit_kind: fields.word("unit_kind", UnitKind::parse),
            birth,
            degree: fields.word("degree", Degree::parse),
            title_level: fields.word("title_level", TitleLevel::parse),
            discipline: fields.text("discipline"),
            directions: fields.text("directions"),
            team: fields.text("team"),
            team_role: fields.word("team_role", TeamRole::parse),
            works,
            resident_id: fields.resident_id("resident_id", birth),
            mobile: fields.mobile("mobile"),
        }
    }

    fn key(&self) -> Option<String> {
        present(&self.id)
    }
}

/// A work without an id gets its place in the person's list as a label, so that evidence can cite it: `P1-3`.
fn name_works(person: &str, works: &mut [Work]) {
    for (number, work) in (1..).zip(works).filter(|(_, work)| work.id.is_empty()) {
        work.id = format!("{person}-{number}");
    }
}

pub(super) fn read_work(fields: &mut Fields<'_>) -> Work {
    Work {
        id: fields.id("id").unwrap_or_default(),
        kind: fields.word("kind", WorkKind::parse),
        title: fields.text("title").unwrap_or_default(),
        summary: fields.text("abstract").unwrap_or_default(),
        keywords: fields.items("keywords"),
        year: fields.year("year"),
    }
}

impl FromRow for OwnedWork {
    const KIND: Kind = Kind::Works;
    const KEY: &'static str = "id";

    fn from_row(fields: &mut Fields<'_>) -> Self {
        Self { person: fields.id("person").unwrap_or_default(), work: read_work(fields) }
    }

    /// Two people may share a work, one person may not have it twice.
    fn key(&self) -> Option<String> {
        (!self.work.id.is_empty()).then(|| format!("{}（{}）", self.work.id, self.person))
    }
}

/// Gives works of a sheet to their people; a work of somebody unknown is a problem.
///
/// While people have problems of their own, not all are known, and works are not held against those who are.
pub fn attach_works(people: &mut Reading<Person>, works: Reading<OwnedWork>) {
    let all_known = people.problems.is_empty();
    let by_id: HashMap<String, usize> = people.records.iter().map(|person| person.id.clone()).zip(0..).collect();
    let mut touched = BTreeSet::new();
    people.problems.append(works.problems);
    people.notes.extend(works.notes);
    for (owned, place) in works.records.into_iter().zip(works.places) {
        if let Some(&at) = by_id.get(&owned.person) {
            people.records[at].works.push(owned.work);
            touched.insert(at);
        } else if all_known {
            let message = format!("“人员编号”{} 在人员表中没有；请先在人员表中填写此人", owned.person);
            people.problems.push(Problem { place, column: "person".to_owned(), code: "reference.person", message });
        }
    }
    for at in touched {
        let person = &mut people.records[at];
        name_works(&person.id, &mut person.works);
    }
}

impl FromRow for Unit {
    const KIND: Kind = Kind::Units;
    const KEY: &'static str = "credit_code";

    fn from_row(fields: &mut Fields<'_>) -> Self {
        Self {
            credit_code: fields.credit_code("credit_code").unwrap_or_default(),
            name: fields.text("name").unwrap_or_default(),
            kind: fields.word("kind", UnitKind::parse),
            affiliation: fields.word("affiliation", Affiliation::parse),
            region: fields.region("region"),
            disciplines: fields.items("disciplines"),
        }
    }

    fn key(&self) -> Option<String> {
        present(&self.credit_code)
    }
}

impl FromRow for Shareholder {
    const KIND: Kind = Kind::Shareholders;
    const KEY: &'static str = "holder";

    fn from_row(fields: &mut Fields<'_>) -> Self {
        Self {
            enterprise: fields.credit_code("enterprise").unwrap_or_default(),
            holder: fields.text("holder").unwrap_or_default(),
            holder_id: fields.party_id("holder_id"),
            share_basis_points: fields.basis_points("share_percent").unwrap_or_default(),
            founder: fields.truth("founder").unwrap_or_default(),
        }
    }

    /// One holder stands once for an enterprise: two rows would be added up or hide one another.
    fn key(&self) -> Option<String> {
        let known = !self.enterprise.is_empty() && !self.holder.is_empty();
        let id = self.holder_id.as_deref().unwrap_or_default();
        known.then(|| format!("{}{id}（{}）", self.holder, self.enterprise))
    }
}

impl FromRow for Misconduct {
    const KIND: Kind = Kind::Misconduct;
    const KEY: &'static str = "subject";

    fn from_row(fields: &mut Fields<'_>) -> Self {
        let from = fields.date("from").unwrap_or_default();
        let until = fields.date_from("until", from);
        Self {
            subject: fields.party_id("subject").unwrap_or_default(),
            name: fields.text("name").unwrap_or_default(),
            from,
            until,
            basis: fields.text("basis").unwrap_or_default(),
        }
    }

    /// One subject may have several entries, each from another day.
    fn key(&self) -> Option<String> {
        let known = !self.subject.is_empty() && self.from != NaiveDate::default();
        known.then(|| format!("{}（{} 起）", self.subject, self.from))
    }
}

impl FromRow for CalendarDay {
    const KIND: Kind = Kind::Calendar;
    const KEY: &'static str = "date";

    fn from_row(fields: &mut Fields<'_>) -> Self {
        Self {
            date: fields.date("date").unwrap_or_default(),
            day: fields.word("day", DayKind::parse).unwrap_or(DayKind::Off),
            holiday: fields.text("holiday").unwrap_or_default(),
            state: fields.word("state", DayState::parse).unwrap_or(DayState::Statutory),
        }
    }

    fn key(&self) -> Option<String> {
        (self.date != NaiveDate::default()).then(|| self.date.to_string())
    }
}
